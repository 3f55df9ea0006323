"""The chains that are compared, the profiles there are, and how a file would be read."""

from dataclasses import replace

import pytest

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices import check_feed
from coprra.domain.prices.check_feed import MOST_ROWS, CheckFeed
from coprra.domain.prices.list_chains import ListChains
from coprra.domain.prices.list_profiles import ListProfiles
from coprra.domain.prices.list_run import RowProblem, Severity
from coprra.testing.builders import OneFile, PriceList, Store, a_branch, a_chain, a_row, day, import_list


def test_chains_are_those_with_a_list_by_then(store: Store) -> None:
    import_list(store, PriceList((a_row(),), day(0)))
    import_list(store, PriceList((a_row(chain="spar"),), day(5), True, a_branch("spar"), a_chain("spar")))
    chains = ListChains(StoppedClock(day(9)), store.reads)
    assert [known.chain.code for known in chains().chains] == ["konzum", "spar"]
    early = chains(as_of=day(1))
    assert [known.chain.code for known in early.chains] == ["konzum"]
    assert (early.as_of, early.revision) == (day(1), 2)


def test_a_file_is_checked_by_its_first_rows_without_importing_it() -> None:
    feed = PriceList(tuple(a_row(str(line), line=line) for line in range(2, 2000)), at=day(3))
    check = CheckFeed(OneFile(feed))
    checked = check("list.csv")
    assert checked.rows == feed.rows_[:10]
    assert (checked.source, checked.branch, checked.listed_at, checked.complete) == (
        "list.csv",
        feed.branch,
        day(3),
        True,
    )
    assert [len(check("list.csv", rows=rows).rows) for rows in (-1, 0, 3, 5000)] == [0, 0, 3, MOST_ROWS]
    assert (checked.counted, checked.bad, checked.more) == (1998, 0, False)


def test_all_rows_of_a_checked_file_are_counted_and_their_problems_by_code() -> None:
    def odd(line: int, value: str) -> RowProblem:
        return RowProblem(line, "gtin", value, "invalid_gtin", "No GTIN.", Severity.WARNING)

    rows = (
        a_row("1", None, line=2),
        replace(a_row("2", line=3), problems=(odd(3, "b"),)),
        replace(a_row("3", line=4), problems=(odd(4, "a"),)),
        replace(a_row("4", line=5), problems=(odd(5, "a"),)),
    )
    checked = CheckFeed(OneFile(PriceList(rows)))("list.csv", rows=1)
    assert (checked.counted, checked.bad, checked.refused) == (4, 1, True)
    commonest, other = checked.problems
    assert (commonest.rows, commonest.example.line, commonest.values) == (3, 3, (("a", 2), ("b", 1)))
    assert (other.rows, other.example.code) == (1, "invalid_price")
    assert len(checked.rows) == 1


def test_a_very_long_file_is_not_counted_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_feed, "MOST_COUNTED", 3)
    few, many = (PriceList(tuple(a_row(str(line), line=line) for line in range(2, 2 + rows))) for rows in (3, 4))
    assert [(one.counted, one.more) for one in (CheckFeed(OneFile(feed))("x") for feed in (few, many))] == [
        (3, False),
        (3, True),
    ]


def test_a_list_without_rows_would_be_refused() -> None:
    assert CheckFeed(OneFile(PriceList(())))("list.csv").refused


def test_a_file_that_does_not_say_whose_or_of_when_it_is_can_be_checked() -> None:
    checked = CheckFeed(OneFile(PriceList((a_row(),), at=None, branch=None)))("list.csv")
    assert (checked.branch, checked.listed_at) == (None, None)


def test_profiles_are_listed() -> None:
    assert [profile.name for profile in ListProfiles(OneFile(PriceList((a_row(),))))()] == ["test"]
