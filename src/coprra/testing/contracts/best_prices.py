"""The contract of best prices: what `PriceReads.best_prices` says is what a comparison says first, at every instant.

An adapter takes the exam with::

    class TestMyBestPrices(BestPricesContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Money
from coprra.domain.prices.best_price import BestPrice
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.refresh_best_prices import RefreshBestPrices
from coprra.domain.products.product import ProductId
from coprra.testing.builders import (
    LONG_AFTER,
    TESTER,
    PriceList,
    Store,
    a_branch,
    a_chain,
    a_row,
    day,
    decide,
    gtin_of,
    import_list,
)
from coprra.testing.contracts.law import Contract, law
from coprra.testing.contracts.mapping import done, is_decided, merge
from coprra.testing.strategies import acts_on_products, batches, judgements

MILK = gtin_of(1)
_INSTANTS = (0, 3.5, 7, 8, 14, 20, 20.5, 23, 26, 27, 40)


class BestPricesContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    examples = 15

    @abstractmethod
    def make_store(self) -> Store:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        return self.make_store()

    def test_it_is_the_cheapest_that_can_be_had(self, store: Store) -> None:
        ask(store, "konzum", "2.00")
        ask(store, "spar", "1.50")
        ask(store, "tommy", "1.80", "1.40")
        best = best_of(store, 1)
        assert (best.price, best.special, best.offers) == (Money.of("1.40", "EUR"), True, 3)
        assert best.chains == ("konzum", "spar", "tommy")

    def test_a_new_list_changes_it_at_once_and_not_before(self, store: Store) -> None:
        ask(store, "konzum", "2.00", at=1)
        assert best_of(store, 3).price == Money.of("2.00", "EUR")
        ask(store, "spar", "1.00", at=2)
        assert best_of(store, 3).price == Money.of("1.00", "EUR")
        assert best_of(store, 1.5).price == Money.of("2.00", "EUR")

    def test_a_list_that_arrives_late_does_not_change_the_present(self, store: Store) -> None:
        ask(store, "konzum", "2.00", at=5)
        assert best_of(store, 6).price == Money.of("2.00", "EUR")
        ask(store, "konzum", "1.00", at=3)
        assert best_of(store, 6).price == Money.of("2.00", "EUR")
        assert best_of(store, 4).price == Money.of("1.00", "EUR")

    def test_it_ends_when_a_special_price_ends_and_when_a_list_goes_stale(self, store: Store) -> None:
        ask(store, "konzum", "2.00", "1.50", period=(day(2), day(4)), at=1)
        assert [best_of(store, at).price for at in (1.5, 2, 3.9)] == [
            Money.of(price, "EUR") for price in ("2.00", "1.50", "1.50")
        ]
        assert best_of(store, 3).valid_until == day(4)
        assert (best_of(store, 4).price, best_of(store, 4).special) == (Money.of("2.00", "EUR"), False)
        assert best_of(store, 8) == BestPrice(None, special=False, offers=0, chains=(), valid_until=None)

    def test_the_same_list_again_later_keeps_it_fresh(self, store: Store) -> None:
        ask(store, "konzum", "2.00", at=1)
        assert best_of(store, 9).price is None
        ask(store, "konzum", "2.00", at=8.5)
        assert best_of(store, 9).price == Money.of("2.00", "EUR")
        ask(store, "konzum", "2.00", at=12)
        assert best_of(store, 18).price == Money.of("2.00", "EUR")
        assert best_of(store, 8.2).price is None

    def test_what_is_suspect_is_no_best_price_until_a_person_confirms_it(self, store: Store) -> None:
        for chain in ("konzum", "spar", "tommy"):
            ask(store, chain, "2.00")
        ask(store, "lidl", "0.10")
        assert best_of(store, 1).price == Money.of("2.00", "EUR")
        price, listing = Money.of("0.10", "EUR"), ListingId.parse("lidl/0613/1")
        decide(store, listing, Decision(day(0), DecisionKind.CONFIRMED, price, LONG_AFTER, TESTER))
        assert best_of(store, 1).price == price
        later = LONG_AFTER + timedelta(days=1)
        decide(store, listing, Decision(day(0), DecisionKind.REJECTED, price, later, TESTER))
        assert best_of(store, 1).price == Money.of("2.00", "EUR")

    def test_a_merge_brings_the_prices_together(self, store: Store) -> None:
        ask(store, "konzum", "2.00")
        ask(store, "spar", "1.50", number=2)
        assert best_of(store, 1).price == Money.of("2.00", "EUR")
        merge(store, MILK, gtin_of(2))
        best = best_of(store, 1)
        assert (best.price, best.offers) == (Money.of("1.50", "EUR"), 2)

    def test_how_long_a_chain_is_believed_is_what_its_newest_list_says(self, store: Store) -> None:
        ask(store, "konzum", "2.00", at=1)
        assert best_of(store, 9).price is None
        long = a_chain(stale_after=day(30) - day(0))
        import_list(store, PriceList((a_row(gtins=[gtin_of(9)]),), day(2), chain=long, branch=a_branch(code="other")))
        assert best_of(store, 9).price == Money.of("2.00", "EUR")

    def test_nothing_is_said_of_what_is_not_asked_about(self, store: Store) -> None:
        ask(store, "konzum", "2.00")
        unknown = ProductId("p_" + "0" * 20)
        with store.reads() as snapshot:
            assert snapshot.best_prices((), day(1)) == {}
            found = snapshot.best_prices([unknown, snapshot.product(MILK, day(1)).id], day(1))
        assert found[unknown] == BestPrice(None, special=False, offers=0, chains=(), valid_until=None)
        assert len(found) == 2

    def test_to_keep_prices_changes_no_answer_and_is_no_change(self, store: Store) -> None:
        for number in range(1, 4):
            ask(store, "konzum", f"{number}.00", at=number, number=number)
        for at in (0, 3, 3, 9, 40):
            with store.reads() as snapshot:
                revision = snapshot.revision
            before = best_prices(store, 3)
            refresh(store, at)
            assert best_prices(store, 3) == before
            with store.reads() as snapshot:
                assert snapshot.revision == revision

    def test_a_list_that_comes_late_is_believed_although_all_was_stale_when_prices_were_kept(
        self, store: Store
    ) -> None:
        ask(store, "konzum", "2.00", at=0)
        assert best_of(store, 8).price is None
        ask(store, "konzum", "2.00", at=6)
        assert best_of(store, 8).price == Money.of("2.00", "EUR")

    @law(data=st.data())
    def test_it_is_what_a_comparison_ranks_first_at_every_instant(self, data: st.DataObject) -> None:
        store = self.make_store()
        refreshed = st.sampled_from((None, *_INSTANTS))
        for prices in data.draw(batches()):
            import_list(store, prices)
            refresh(store, data.draw(refreshed))
        for number, act in enumerate(data.draw(st.lists(acts_on_products(), max_size=2))):
            done(store, act, day(40 + number))
            refresh(store, data.draw(refreshed))
        for listing, decision in data.draw(st.lists(judgements(), max_size=2)):
            is_decided(store, listing, decision)
            refresh(store, data.draw(refreshed))
        for prices in data.draw(batches())[:2]:
            import_list(store, prices)
        for at in _INSTANTS:
            for product, best in best_prices(store, at).items():
                ranking = CompareOffers(StoppedClock(day(at)), store.reads)(product).ranking
                expected = BestPrice.of(ranking)
                assert replace(best, valid_until=None) == replace(expected, valid_until=None)
                assert _no_later(best.valid_until, expected.valid_until)
                assert best.valid_until is None or best.valid_until > day(at)


def refresh(store: Store, at: float | None) -> None:
    """Keep the best prices as of an instant, if any."""
    if at is not None:
        RefreshBestPrices(StoppedClock(day(at)), store.unit_of_work)()


def _no_later(one: datetime | None, other: datetime | None) -> bool:
    return other is None or (one is not None and one <= other)


def ask(
    store: Store,
    chain: str,
    price: str,
    special: str | None = None,
    *,
    period: tuple[datetime | None, datetime | None] = (None, None),
    at: float = 0,
    number: int = 1,
) -> None:
    """Import a complete list of a branch of that chain, of milk alone."""
    row = a_row("1", price, special=special, period=period, gtins=[gtin_of(number)], chain=chain)
    import_list(store, PriceList((row,), day(at), branch=a_branch(chain), chain=a_chain(chain)))


def best_of(store: Store, at: float) -> BestPrice:
    """Milk's, with prices kept as of then, and before."""
    with store.reads() as snapshot:
        id = snapshot.product(MILK, day(at)).id
        before = snapshot.best_prices([id], day(at))[id]
    refresh(store, at)
    with store.reads() as snapshot:
        assert snapshot.best_prices([id], day(at))[id] == before
    return before


def best_prices(store: Store, at: float) -> dict[ProductId, BestPrice]:
    """Of all products."""
    with store.reads() as snapshot:
        products = snapshot.find_products((), day(at), after=None, limit=100).products
        ids: Sequence[ProductId] = [product.id for product in products]
        return dict(snapshot.best_prices(ids, day(at)))
