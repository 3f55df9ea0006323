"""Best prices that are kept are read without comparing, and only those go that something changes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import best_prices as table
from coprra.adapters.sql.tables import kept_offers
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Money
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.refresh_best_prices import RefreshBestPrices
from coprra.domain.products.product import ProductId, ProductKey
from coprra.testing.builders import (
    LONG_AFTER,
    TESTER,
    PriceList,
    a_branch,
    a_chain,
    a_row,
    day,
    decide,
    gtin_of,
    import_list,
    record,
)
from coprra.testing.contracts.best_prices import best_prices
from coprra.testing.contracts.mapping import merge

PRODUCTS = 12


@pytest.fixture(params=["sqlite", "mariadb"])
def store(request: pytest.FixtureRequest) -> SqlStore:
    """Twelve products of one list of day 0, whose best prices are kept as of day 1."""
    make: Callable[[], SqlStore] = request.getfixturevalue(
        "make_store" if request.param == "sqlite" else "make_mariadb_store"
    )
    store = make()
    sell(store, 0)
    refresh(store, 1)
    assert kept(store) == set(range(PRODUCTS))
    return store


def sell(store: SqlStore, at: float, changed: dict[int, str] | None = None, *, complete: bool = True) -> None:
    prices = dict.fromkeys(range(PRODUCTS), "2.00") | (changed or {})
    numbers = sorted(prices) if complete else sorted(changed or {})
    rows = tuple(a_row(f"{number}", prices[number], gtins=[gtin_of(number)], line=number + 2) for number in numbers)
    import_list(store, PriceList(rows, day(at), complete))


def refresh(store: SqlStore, at: float) -> None:
    RefreshBestPrices(StoppedClock(day(at)), store.unit_of_work)()


def engine_of(store: SqlStore) -> Engine:
    return store._engine


def kept(store: SqlStore) -> set[int]:
    """The numbers of the products of which something is kept; offers are wherever a best price is."""
    with engine_of(store).connect() as connection:
        ids = set(connection.execute(select(table.c.product_id)).scalars())
        assert ids == set(connection.execute(select(kept_offers.c.product_id)).scalars())
    born = {ProductId.born_of(ProductKey.of_gtin(gtin_of(number))).value: number for number in range(PRODUCTS)}
    return {born[id] for id in ids if id in born}


def gone(store: SqlStore) -> set[int]:
    return set(range(PRODUCTS)) - kept(store)


def test_what_is_kept_is_read_without_looking_at_the_ledger(store: SqlStore) -> None:
    asked: list[str] = []

    def remember(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    event.listen(engine_of(store), "before_cursor_execute", remember)
    best = best_prices(store, 1)
    event.remove(engine_of(store), "before_cursor_execute", remember)
    assert {one.price for one in best.values()} == {Money.of("2.00", "EUR")}
    assert len(best) == PRODUCTS
    assert not [statement for statement in asked if "observations" in statement]


def test_a_comparison_of_what_is_kept_asks_the_database_once(store: SqlStore) -> None:
    compare = CompareOffers(StoppedClock(day(1)), store.reads, kept=store.kept_offers)
    compare(gtin_of(3))
    asked: list[str] = []

    def remember(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    event.listen(engine_of(store), "before_cursor_execute", remember)
    comparison = compare(gtin_of(4))
    event.remove(engine_of(store), "before_cursor_execute", remember)
    assert [str(one.asked.price) for one in comparison.ranking.ranked] == ["2.00 EUR"]
    assert asked == [], "all of it is in the one statement that goes by the engine"


def test_a_list_that_says_nothing_new_removes_no_offers_and_is_when_they_were_last_seen(store: SqlStore) -> None:
    sell(store, 2, {3: "1.50"})
    for number, seen in ((4, day(2)), (5, day(2))):
        found = store.kept_offers.find(gtin_of(number), day(3), Order())
        assert found is not None
        assert [offer.observed_at for offer in found.offers] == [seen]
    assert store.kept_offers.find(gtin_of(3), day(3), Order()) is None
    earlier = store.kept_offers.find(gtin_of(4), day(1.5), Order())
    assert earlier is not None
    assert [offer.observed_at for offer in earlier.offers] == [day(0)]


def test_the_next_list_removes_what_it_says_something_new_of(store: SqlStore) -> None:
    sell(store, 2, {3: "1.50", 4: "2.50"})
    assert gone(store) == {3, 4}
    refresh(store, 3)
    assert gone(store) == set()
    sell(store, 2.5, {5: "1.00"}, complete=False)
    assert gone(store) == {5}


def test_a_list_after_a_long_time_and_one_that_comes_late_remove_all_of_their_branch(store: SqlStore) -> None:
    other = PriceList((a_row(gtins=[gtin_of(99)], chain="spar"),), branch=a_branch("spar"), chain=a_chain("spar"))
    import_list(store, other)
    assert gone(store) == set()
    sell(store, 7)
    assert gone(store) == set(range(PRODUCTS))
    refresh(store, 8)
    sell(store, 3)
    assert gone(store) == set(range(PRODUCTS))


def test_other_terms_of_a_chain_remove_all_of_it(store: SqlStore) -> None:
    row = a_row("99", gtins=[gtin_of(99)])
    long = a_chain(stale_after=day(30) - day(0))
    import_list(store, PriceList((row,), day(2), branch=a_branch(code="new")))
    assert gone(store) == set()
    import_list(store, PriceList((row,), day(3), branch=a_branch(code="new"), chain=long))
    assert gone(store) == set(range(PRODUCTS))


def test_decisions_recorded_prices_and_merges_remove_what_they_touch(store: SqlStore) -> None:
    decision = Decision(day(0), DecisionKind.REJECTED, Money.of("2.00", "EUR"), LONG_AFTER, TESTER)
    decide(store, ListingId.parse("konzum/0613/3"), decision)
    assert gone(store) == {3}
    record(store, ListingId.parse("konzum/0613/4"), "1.00", at=day(1.5))
    assert gone(store) == {3, 4}
    merge(store, gtin_of(5), gtin_of(6))
    assert gone(store) == {3, 4, 5, 6}


def test_what_could_be_suspect_and_what_may_hold_no_more_is_not_kept(store: SqlStore) -> None:
    sell(store, 2, {3: "20.00"})
    refresh(store, 3)
    assert gone(store) == {3}
    sell(store, 4, {4: "1.00", 3: "20.00"})
    refresh(store, 3)
    assert gone(store) == {3, 4}, "something was said of a later instant"
