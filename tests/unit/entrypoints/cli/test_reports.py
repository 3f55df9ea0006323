"""What an import and a check say to the owner of a shop."""

from coprra.domain.prices.import_feed import ImportReport
from coprra.domain.prices.list_run import Changes, ListRun, RowProblem, Severity
from coprra.domain.prices.ports import Profile
from coprra.entrypoints.cli import reports
from coprra.entrypoints.cli.layout import laid_out
from coprra.entrypoints.cli.screen import Screen
from coprra.testing.builders import TESTER, a_branch, a_chain, day

PROFILE = Profile("konzum", "Konzum's daily lists", a_chain(), "csv", "shipped")
ODD_GTIN = RowProblem(3, "gtin", "123", "invalid_gtin", "It has 3 characters.", Severity.WARNING)
RUN = ListRun(
    chain=a_chain(),
    branch=a_branch(),
    instant=1_764_547_200_000_000,
    complete=True,
    sha256="0" * 64,
    source="list.csv",
    profile="konzum",
    rows=2,
    imported_at=day(1),
    imported_by=TESTER,
)


def a_report(**changes: object) -> ImportReport:
    fields: dict[str, object] = {
        "run": RUN,
        "since": RUN.observed_at,
        "rows": 1203,
        "errors": 0,
        "warnings": 0,
        "by_code": {},
        "changes": Changes(new=3, changed=20, unchanged=1175, back=1, unlisted=4),
        "proves_absence": True,
    }
    return ImportReport(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


def test_a_list_without_problems_takes_two_lines() -> None:
    assert reports.imported("lists/list.csv", a_report()) == [
        "lists/list.csv: konzum/0613, 2025-12-01 00:00 UTC, read as konzum",
        "  1,203 rows: 3 new, 20 changed, 1,175 unchanged, 1 back, 4 not listed any more",
    ]


def test_problems_are_counted_by_code() -> None:
    lines = reports.imported("l.csv", a_report(errors=1, warnings=17, by_code={"invalid_gtin": 17, "invalid_price": 1}))
    assert lines[-1] == "  1 row not taken, 17 warnings: invalid_gtin 17, invalid_price 1"


def test_what_did_not_happen_is_not_counted() -> None:
    report = a_report(rows=2, warnings=1, by_code={"no_gtin": 1}, changes=Changes(new=2))
    assert reports.imported("l.csv", report)[1:] == ["  2 rows: 2 new", "  1 warning: no_gtin 1"]


def test_a_list_of_before_says_that_nothing_changed() -> None:
    assert reports.imported("l.csv", a_report(known=1)) == [
        "l.csv: konzum/0613, 2025-12-01 00:00 UTC: imported before, nothing changed"
    ]


def test_a_file_of_several_lists_says_how_many_and_of_when() -> None:
    history = a_report(since=day(-300), lists=213, known=12, rows=34_108)
    assert reports.imported("dm.json", history)[0] == (
        "dm.json: konzum/0613, 213 lists from 2025-02-04 00:00 to 2025-12-01 00:00 UTC (12 imported before), "
        "read as konzum"
    )
    assert reports.imported("all.jsonl", a_report(lists=2, branches=2, known=2)) == [
        "all.jsonl: 2 branches, 2 lists from 2025-12-01 00:00 to 2025-12-01 00:00 UTC: imported before, nothing changed"
    ]


def test_a_dry_run_says_that_nothing_was_saved() -> None:
    assert reports.imported("l.csv", a_report(dry_run=True))[0].endswith("(dry run, nothing was saved)")


def test_a_list_that_cannot_prove_absence_says_why() -> None:
    assert "nothing was marked as not listed" in reports.imported("l.csv", a_report(proves_absence=False))[-1]


def test_what_a_later_list_overtakes_is_said() -> None:
    lines = reports.imported("l.csv", a_report(changes=Changes(new=5, overtaken=2)))
    assert lines[-1].endswith("; 2 of them overtaken by a later list")


def test_a_problem_is_told_as_compilers_do() -> None:
    problem = RowProblem(17, "price", '1"0', "invalid_price", "It is no number.")
    assert reports.problem_line("l.csv", problem) == 'l.csv:17: error price "1\\"0": It is no number.'


def test_a_problem_cannot_command_the_terminal() -> None:
    problem = RowProblem(17, "price", "\x1b[2J\n", "invalid_price", "It is no number.")
    line = reports.problem_line("l\n.csv", problem)
    assert line.isprintable()


def test_profiles_are_listed_with_where_they_come_from() -> None:
    screen = laid_out(reports.profiles([PROFILE]), Screen(80))
    assert "konzum   Konzum  HR, EUR  csv     Konzum's daily lists  shipped" in screen
    assert "COPRRA_PROFILES" in laid_out(reports.profiles([]), Screen(80))
