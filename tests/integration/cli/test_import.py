"""Importing at the command line: what is said, what is kept, and what is not stopped."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]

SAMPLE = Path(__file__).parents[3] / "sample/hr_pricelists"
KONZUM = next(SAMPLE.glob("konzum_0613_*"))
SPAR = next(SAMPLE.glob("spar_*"))


@pytest.fixture
def spoiled(tmp_path: Path) -> Path:
    """A Konzum list in which two prices are no numbers, and one GTIN is none."""
    path = tmp_path / KONZUM.name
    lines = KONZUM.read_text(encoding="utf-8").split("\n")
    lines[1] = lines[1].replace(",1.75,7.61,", ",free,7.61,")
    lines[2] = lines[2].replace(",1.09,2.18,", ",\x1b[31m,2.18,")
    fields = lines[3].split(",")
    fields[10] = "123"
    lines[3] = ",".join(fields)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_list_that_fails_is_named_and_the_others_are_taken(on_empty: Run, tmp_path: Path) -> None:
    broken = tmp_path / "konzum_0613_vrsar_2025-12-29.csv"
    broken.write_bytes(b"\x00\x01\x02")
    result = on_empty("feeds", "import", str(broken), "missing.csv", str(SPAR))
    assert result.exit_code == 1
    assert f"{SPAR}: spar/8701" in result.stdout
    assert "3 lists: 1 imported, 0 imported before, 2 failed" in result.stdout
    assert result.stderr.startswith(f"error: {broken} is binary")
    assert result.stderr.endswith(f"error: 2 of 3 lists failed: {broken}, missing.csv [lists_failed]\n")


def test_errors_of_rows_are_told_with_their_lines_and_the_rest_is_taken(on_empty: Run, spoiled: Path) -> None:
    result = on_empty("feeds", "import", str(spoiled))
    assert result.exit_code == 0, result.output
    lines = result.stdout.split("\n")
    assert lines[0].startswith(f'{spoiled}:2: error price "free": ')
    assert lines[1].startswith(f"{spoiled}:3: error price ")
    assert "\x1b" not in result.output
    assert "2 rows not taken, 1 warning" in result.stdout


def test_all_problems_are_printed_on_request(on_empty: Run, spoiled: Path) -> None:
    result = on_empty("feeds", "import", "--all-problems", str(spoiled))
    assert f'{spoiled}:4: warning gtin "123": ' in result.stdout


def test_all_problems_are_written_as_json_lines(on_empty: Run, spoiled: Path, tmp_path: Path) -> None:
    log = tmp_path / "problems.jsonl"
    result = on_empty("feeds", "import", "--problems", str(log), str(spoiled), "--json")
    assert result.exit_code == 0, result.output
    problems = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(one["line"], one["severity"]) for one in problems] == [(2, "error"), (3, "error"), (4, "warning")]
    assert {one["file"] for one in problems} == {str(spoiled)}


def test_a_log_that_cannot_be_written_is_bad_usage_and_nothing_is_imported(on_empty: Run, tmp_path: Path) -> None:
    result = on_empty("feeds", "import", "--problems", str(tmp_path / "no" / "folder"), str(SPAR))
    assert result.exit_code == 2
    assert "--problems" in result.stderr
    assert json.loads(on_empty("prices", "chains", "--json").stdout)["chains"] == []


def test_a_list_or_the_database_is_never_overwritten_with_problems(
    on_empty: Run, empty_url: str, spoiled: Path
) -> None:
    database = Path(empty_url.removeprefix("sqlite:///"))
    for file in (spoiled, database):
        before = file.read_bytes()
        result = on_empty("feeds", "import", str(spoiled), "--problems", str(file))
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"Invalid value for --problems: {file} " in result.stderr
        assert file.read_bytes() == before


def test_the_error_of_a_single_list_is_said_once(on_empty: Run) -> None:
    result = on_empty("feeds", "import", "missing.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == result.stderr.count("missing.csv") == 1
    in_json = on_empty("feeds", "import", "missing.csv", "--json")
    assert in_json.exit_code == 1
    assert json.loads(in_json.stderr)["error"]["code"] == "lists_failed"


def test_the_way_out_of_a_future_date_is_not_the_one_that_was_taken(on_empty: Run) -> None:
    result = on_empty("feeds", "import", str(SPAR), "--observed-at", "2999-01-01")
    assert result.exit_code == 1
    assert "[list_in_future]" in result.stderr
    assert "--observed-at" not in result.stderr


def test_the_reports_in_json_are_one_document(on_empty: Run) -> None:
    result = on_empty("feeds", "import", str(SPAR), "missing.csv", "--json")
    assert result.exit_code == 1
    taken, failed = json.loads(result.stdout)["lists"]
    assert (taken["branch"], taken["rows"], taken["changes"]["new"], taken["already"]) == ("spar/8701", 284, 284, False)
    assert (failed["file"], failed["error"]["code"]) == ("missing.csv", "unreadable")
    assert json.loads(result.stderr)["error"]["code"] == "lists_failed"


def test_a_dry_run_saves_nothing(on_empty: Run) -> None:
    result = on_empty("feeds", "import", "--dry-run", str(SPAR))
    assert "(dry run, nothing was saved)" in result.stdout
    assert json.loads(on_empty("prices", "chains", "--json").stdout)["chains"] == []


def test_a_list_that_does_not_say_its_date_is_given_one(on_empty: Run, tmp_path: Path) -> None:
    nameless = tmp_path / "list.csv"
    shutil.copy(SPAR, nameless)
    refused = on_empty("feeds", "import", str(nameless), "--profile", "spar", "--branch", "8701")
    assert refused.exit_code == 1
    assert "--observed-at" in refused.stderr
    for when, instant in {
        "2025-12-29": "2025-12-28T23:00:00Z",
        "2025-12-29T06:30": "2025-12-29T05:30:00Z",
        "2025-12-29T06:30+02:00": "2025-12-29T04:30:00Z",
    }.items():
        taken = on_empty(
            "feeds",
            "import",
            str(nameless),
            "--profile",
            "spar",
            "--branch",
            "8701",
            "--observed-at",
            when,
            "--dry-run",
            "--json",
        )
        assert json.loads(taken.stdout)["lists"][0]["observed_at"] == instant


def test_a_list_that_shrank_is_held_back_unless_forced(on_empty: Run, tmp_path: Path) -> None:
    assert on_empty("feeds", "import", str(SPAR)).exit_code == 0
    short = tmp_path / SPAR.name
    short.write_bytes(b"".join(SPAR.read_bytes().splitlines(keepends=True)[:50]))
    wishes = ("--profile", "spar", "--branch", "8701", "--observed-at", "2025-12-30")
    held = on_empty("feeds", "import", str(short), *wishes)
    assert held.exit_code == 1
    assert "[list_shrank]" in held.stderr
    assert on_empty("feeds", "import", str(short), *wishes, "--force").exit_code == 0
