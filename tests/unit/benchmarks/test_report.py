"""Reports of benchmarks: medians of ratios of one round, and their place in the documentation."""

from datetime import date
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS, PAGE
from benchmarks.benchmark import Benchmark, Comparison, Result, Run, Sample
from benchmarks.report import as_markdown, write_section

_READ = Comparison("to theirs", ("ours", "read"), ("theirs", "read"), 2)


def _nothing(_folder: Path, _rows: int) -> None:
    """No list is needed."""


def _result() -> Result:
    def run(seconds: float, peak: int = 50) -> Run:
        return Run({"read": Sample(100, seconds, seconds / 2)}, peak * 2**20)

    benchmark = Benchmark(name="reading", title="Reading", prepare=_nothing, contenders={}, comparisons=(_READ,))
    # The second round was slow for both.
    runs = {"ours": [run(1), run(10, peak=60), run(2)], "theirs": [run(3), run(50), run(5)]}
    return Result(benchmark, 100, runs, run(0.1))


def test_a_ratio_is_the_median_of_the_ratios_of_each_round() -> None:
    assert _result().ratio(_READ) == pytest.approx(3)
    assert _result().cpu_ratio(_READ) == pytest.approx(3)


def test_the_peak_is_the_most_of_any_round() -> None:
    assert _result().peak("ours") == 60 * 2**20


def test_a_section_has_speeds_ratios_with_their_goals_and_peaks() -> None:
    section = as_markdown(_result(), 3, date(2026, 1, 5))
    assert section.startswith("## Reading\n\n100 rows, median of 3 rounds, 2026-01-05.")
    for line in (
        "| ours | read | 50 | 2.00 |",
        "| theirs | read | 20 | 5.00 |",
        "| to theirs | ≥ 2 | 3.00 | 3.00 |",
        "| ours | 10 | 50 |",
        "| ours | 100 | 60 |",
    ):
        assert line in section.splitlines()


def _served() -> Result:
    def run(requests: int, p99: float, peak: int) -> Run:
        return Run({"offers": Sample(requests, 2, 1, p99)}, peak * 2**20)

    comparisons = (
        Comparison("to the best peer", ("ours", "offers"), ("slow", "offers"), 2, others=[("fast", "offers")]),
        Comparison("p99", ("ours", "offers"), ("slow", "offers"), 0.5, others=[("fast", "offers")], measure="p99"),
        Comparison("memory", ("ours", "offers"), ("slow", "offers"), 0.75, measure="peak"),
    )
    benchmark = Benchmark(
        name="serving",
        title="Serving",
        prepare=_nothing,
        contenders={},
        comparisons=comparisons,
        unit="requests",
        size="products",
    )
    runs = {"ours": [run(400, 0.1, 30)], "slow": [run(50, 0.9, 60)], "fast": [run(100, 0.4, 90)]}
    return Result(benchmark, 20, runs, run(100, 0.1, 25))


def test_what_is_asked_over_http_is_held_against_the_best_peer() -> None:
    section = as_markdown(_served(), 1, date(2026, 1, 5))
    for line in (
        "| ours | offers | 200 | 2.50 | 100 |",
        "| to the best peer | ≥ 2 | 4.00 | 4.00 |",
        "| p99 | ≤ 0.5 | 0.25 |  |",
        "| memory | ≤ 0.75 | 0.50 |  |",
        "| peak memory | products | MiB |",
    ):
        assert line in section.splitlines()


def test_a_section_is_written_over_and_the_rest_of_the_page_is_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("above\n<!-- one -->\nold\n<!-- end of one -->\n<!-- two -->\nkept\n<!-- end of two -->\nbelow\n")
    write_section(page, "one", "new")
    assert page.read_text() == (
        "above\n<!-- one -->\n\nnew\n\n<!-- end of one -->\n<!-- two -->\nkept\n<!-- end of two -->\nbelow\n"
    )


def test_a_page_without_the_place_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- one -->\n")
    with pytest.raises(SystemExit, match="no place for one"):
        write_section(page, "one", "new")


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda one: one.name)
def test_the_documentation_has_a_place_for_every_benchmark(benchmark: Benchmark) -> None:
    assert f"<!-- {benchmark.name} -->" in PAGE.read_text("utf-8")
