"""A history shows what was asked for a product, listing by listing, as far back as the question reaches."""

from datetime import UTC, datetime, timedelta

import pytest

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.instants import EARLIEST
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.show_history import LONGEST_WINDOW_DAYS, InvalidWindow, PriceHistory, ShowHistory
from coprra.domain.products.product import UnknownProduct
from coprra.testing.builders import PriceList, Store, a_branch, a_chain, a_row, day, gtin_of, import_list

MILK = gtin_of(1)


def publish(store: Store, chain: str, branch: str, at: float, price: str | None) -> None:
    row = a_row("1", price, gtins=[MILK], chain=chain)
    import_list(store, PriceList((row,), day(at), True, a_branch(chain, branch), a_chain(chain)))


def show(store: Store, at: float, **question: object) -> PriceHistory:
    return ShowHistory(StoppedClock(day(at)), store.reads)(MILK, **question)  # type: ignore[arg-type]  # fields by name


def prices(history: PriceHistory) -> list[list[str]]:
    return [[str(past.step.price) for past in listing.steps] for listing in history.listings]


def test_each_listing_has_its_steps_by_chain_and_branch(store: Store) -> None:
    publish(store, "spar", "1", 0, "3.00")
    publish(store, "konzum", "2", 0, "2.00")
    publish(store, "konzum", "1", 0, "1.00")
    publish(store, "konzum", "1", 1, "1.50")
    history = show(store, 2)
    assert prices(history) == [["1.00 EUR", "1.50 EUR"], ["2.00 EUR"], ["3.00 EUR"]]
    assert (history.as_of, history.since, history.revision) == (day(2), None, 4)


def test_a_window_reaches_so_many_days_back_from_the_instant_asked_about(store: Store) -> None:
    for at in range(9):
        publish(store, "konzum", "1", at, f"1.0{at}")
    history = show(store, 8, days=2)
    assert history.since == day(6)
    assert prices(history) == [["1.06 EUR", "1.07 EUR", "1.08 EUR"]]
    assert prices(show(store, 20, as_of=day(3), days=1)) == [["1.02 EUR", "1.03 EUR"]]


def test_the_price_in_force_counts_from_where_the_window_begins(store: Store) -> None:
    publish(store, "konzum", "1", 0, "1.00")
    publish(store, "konzum", "1", 6, "1.00")
    (listing,) = show(store, 8, days=5).listings
    assert listing.statistics is not None
    assert listing.statistics.low_since == day(3)
    assert listing.statistics.covered == timedelta(days=5)
    assert listing.tracked_since == day(0)


def test_a_window_in_which_nothing_was_known_still_names_the_listing(store: Store) -> None:
    publish(store, "konzum", "1", 0, "1.00")
    (listing,) = show(store, 60, days=30).listings
    assert (listing.steps, listing.statistics) == ((), None)


@pytest.mark.parametrize("days", [0, -1, LONGEST_WINDOW_DAYS + 1])
def test_a_window_that_no_history_fills_is_refused(store: Store, days: int) -> None:
    publish(store, "konzum", "1", 0, "1.00")
    assert show(store, 1, days=1).listings
    assert show(store, 1, days=LONGEST_WINDOW_DAYS).listings
    with pytest.raises(InvalidWindow, match="1 to 3660"):
        show(store, 1, days=days)


def test_a_window_may_reach_beyond_the_beginning_of_the_calendar(store: Store) -> None:
    """A list with a null date (year 1) is a fact of life, and so is a question about that time."""
    row = a_row("1", "1.00", gtins=[MILK])
    import_list(store, PriceList((row,), EARLIEST, True, a_branch()))
    history = show(store, 0, as_of=datetime(1, 1, 3, tzinfo=UTC), days=30)
    assert history.since == EARLIEST
    assert prices(history) == [["1.00 EUR"]]
    with pytest.raises(UnknownProduct):
        ShowHistory(StoppedClock(day(0)), store.reads)(gtin_of(2), as_of=datetime(1, 1, 3, tzinfo=UTC), days=30)


def test_a_question_may_be_about_some_branches_only(store: Store) -> None:
    publish(store, "konzum", "1", 0, "1.00")
    publish(store, "spar", "1", 0, "3.00")
    assert prices(show(store, 1, branches=BranchFilter.parse("spar/1"))) == [["3.00 EUR"]]


def test_which_branches_are_shown_does_not_matter_to_the_quarantine(store: Store) -> None:
    for chain in ("spar", "plodine", "studenac"):
        publish(store, chain, "1", 0, "1.00")
    publish(store, "konzum", "1", 0, "9.00")
    (listing,) = show(store, 1, branches=BranchFilter.parse("konzum")).listings
    (past,) = listing.steps
    assert past.suspicion is not None
    assert past.suspicion.median == Money.of("1.00", "EUR")
    assert listing.statistics is None


def test_a_listing_that_never_had_a_price_has_no_history(store: Store) -> None:
    publish(store, "konzum", "1", 0, "1.00")
    row = a_row("1", None, special="1.00", period=(day(5), day(6)), gtins=[MILK], chain="spar")
    import_list(store, PriceList((row,), day(0), True, a_branch("spar"), a_chain("spar")))
    assert [listing.listing.chain.code for listing in show(store, 1).listings] == ["konzum"]
    assert [listing.listing.chain.code for listing in show(store, 5).listings] == ["konzum", "spar"]


def test_what_no_list_carried_by_then_is_unknown(store: Store) -> None:
    publish(store, "konzum", "1", 5, "1.00")
    with pytest.raises(UnknownProduct):
        show(store, 4)
