"""Reports of results: for a terminal, as JSON, and as a section of a page in Markdown."""

import os
import platform
import re
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.benchmark import Comparison, Result

_MIB = 2**20


def machine() -> str:
    """What it was measured on."""
    known = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"^model name\s*: (.*)$", known, re.MULTILINE)
    return (
        f"{os.cpu_count()} cores, {model[1].strip() if model else platform.machine()}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, SQLAlchemy {version('sqlalchemy')}"
    )


def as_json(results: Sequence[Result], rounds: int) -> dict[str, Any]:
    """Every number, for machines."""
    return {
        "machine": machine(),
        "rounds": rounds,
        "benchmarks": {
            result.benchmark.name: {
                "rows": result.rows,
                "runs": {name: [asdict(run) for run in runs] for name, runs in result.runs.items()},
                "ratios": {one.text: result.ratio(one) for one in result.benchmark.comparisons},
                "cpu_ratios": {one.text: result.cpu_ratio(one) for one in result.benchmark.comparisons},
            }
            for result in results
        },
    }


def _rounds(rounds: int) -> str:
    return "one round" if rounds == 1 else f"median of {rounds} rounds"


def as_markdown(result: Result, rounds: int, on: date) -> str:
    """A section: what was measured, and where and when."""
    speeds = _speeds(result) if result.benchmark.unit == "rows" else _answers(result)
    ratios: list[tuple[str, ...]] = [("ratio", "goal", "of time", "of computed time")]
    ratios += [
        (one.text, _goal(one), f"{result.ratio(one):.2f}", _computed(result, one))
        for one in result.benchmark.comparisons
    ]
    size = result.benchmark.size
    ours = next(iter(result.runs))
    peaks: list[tuple[str, ...]] = [("peak memory", size, "MiB")]
    if result.small:
        peaks += [(ours, f"{result.rows // 10:,}", f"{result.small.peak / _MIB:.0f}")]
    peaks += [(name, f"{result.rows:,}", f"{result.peak(name) / _MIB:.0f}") for name in result.runs]
    return "\n\n".join(
        (
            f"## {result.benchmark.title}",
            f"{result.rows:,} {size}, {_rounds(rounds)}, {on.isoformat()}. {machine()}.",
            *(_table(rows) for rows in (speeds, ratios, peaks)),
        )
    )


def _speeds(result: Result) -> list[tuple[str, ...]]:
    rows = [
        (contender, step, f"{speed:,.0f}", f"{result.rows / speed:.2f}") for contender, step, speed in result.speeds()
    ]
    return [("", "step", "rows/s", "seconds"), *rows]


def _answers(result: Result) -> list[tuple[str, ...]]:
    rows = []
    for contender, step, speed in result.speeds():
        samples = [run.samples[step] for run in result.runs[contender]]
        if samples[0].reads is not None:
            continue
        computed = median(1000 / sample.cpu_speed for sample in samples)
        p99 = [1000 * sample.p99 for sample in samples if sample.p99 is not None]
        rows.append((contender, step, f"{speed:,.0f}", f"{computed:.2f}", f"{median(p99):.0f}" if p99 else ""))
    return [("", "step", "requests/s", "computed ms each", "p99 ms"), *rows]


def _goal(comparison: Comparison) -> str:
    if comparison.goal is None:
        return ""
    return f"{'≥' if comparison.measure == 'speed' else '≤'} {comparison.goal}"


def _computed(result: Result, comparison: Comparison) -> str:
    ratio = result.cpu_ratio(comparison)
    return "" if ratio is None else f"{ratio:.2f}"


def _table(rows: list[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = [head, tuple("---" for _ in head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_section(page: Path, name: str, section: str) -> None:
    """Put the section where the page has ``<!-- name -->`` … ``<!-- end of name -->``."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = page.read_text("utf-8")
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        sys.exit(f"{page} has no place for {name}: it needs the lines {begin} and {end}.")
    page.write_text(f"{before}{begin}\n\n{section}\n\n{end}{after}", "utf-8")
