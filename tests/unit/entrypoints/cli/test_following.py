"""What is kept of a list's problems while it is read."""

import io
import json

import pytest

from coprra.domain.prices.list_run import RowProblem, Severity
from coprra.entrypoints.cli.bar import NoBar
from coprra.entrypoints.cli.following import Follower, bar_for


def a_problem(line: int, severity: Severity = Severity.ERROR) -> RowProblem:
    return RowProblem(line, "price", "čx", "invalid_price", "It is no number.", severity)


def test_the_first_twenty_errors_are_kept_and_the_others_counted() -> None:
    follower = Follower("l.csv", NoBar())
    for line in range(2, 2002):
        follower.problem(a_problem(line))
        follower.problem(a_problem(line, Severity.WARNING))
    told = list(follower.told())
    assert told[0] == 'l.csv:2: error price "čx": It is no number.'
    assert told[19].startswith("l.csv:21:")
    assert told[20] == "… and 1,980 more errors; --all-problems prints them, --problems FILE writes them"
    assert len(follower.first_errors) == 20


def test_every_problem_goes_to_the_log_as_a_line_of_json() -> None:
    log = io.StringIO()
    follower = Follower("l.csv", NoBar(), log)
    follower.problem(a_problem(2))
    follower.problem(a_problem(3, Severity.WARNING))
    documents = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(one["file"], one["line"], one["severity"]) for one in documents] == [
        ("l.csv", 2, "error"),
        ("l.csv", 3, "warning"),
    ]
    assert "č" in log.getvalue()


def test_all_problems_are_printed_as_they_come_and_none_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    follower = Follower("l.csv", NoBar(), show_all=True)
    follower.problem(a_problem(2))
    follower.problem(a_problem(3, Severity.WARNING))
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["error", "warning"]
    assert list(follower.told()) == []


def test_without_a_terminal_there_is_no_bar() -> None:
    assert isinstance(bar_for(("l.csv",), printing=False), NoBar)
