"""The chains that are compared, the profiles there are, and how a file would be read."""

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.check_feed import MOST_ROWS, CheckFeed
from coprra.domain.prices.list_chains import ListChains
from coprra.domain.prices.list_profiles import ListProfiles
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


def test_a_file_that_does_not_say_whose_or_of_when_it_is_can_be_checked() -> None:
    checked = CheckFeed(OneFile(PriceList((a_row(),), at=None, branch=None)))("list.csv")
    assert (checked.branch, checked.listed_at) == (None, None)


def test_profiles_are_listed() -> None:
    assert [profile.name for profile in ListProfiles(OneFile(PriceList((a_row(),))))()] == ["test"]
