"""The contract of kept offers: a comparison of what is kept says, to the letter, what one of the ledger would say.

An adapter takes the exam with::

    class TestMyKeptOffers(KeptOffersContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.compare_offers import CompareOffers
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.observation import Condition
from coprra.domain.products.product import ProductId, UnknownProduct
from coprra.testing.builders import KeepingStore, PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.contracts.best_prices import refresh
from coprra.testing.contracts.law import Contract, law
from coprra.testing.contracts.mapping import done, is_decided
from coprra.testing.strategies import acts_on_products, judgements, market_days

MILK = gtin_of(1)
_ORDERS: tuple[dict[str, Any], ...] = (
    {},
    {"order": Order(3, "AT"), "unfold": True},
    {"order": Order(2), "conditions": frozenset({Condition.NEW})},
)


class KeptOffersContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    examples = 12

    @abstractmethod
    def make_store(self) -> KeepingStore:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> KeepingStore:
        """An empty store."""
        return self.make_store()

    def test_nothing_is_said_of_an_unknown_product_nor_before_its_first_list(self, store: KeepingStore) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK]),), day(1)))
        refresh(store, 2)
        for reference, at in ((gtin_of(2), 2), (ProductId("p_" + "0" * 20), 2), (MILK, 0.5)):
            assert store.kept_offers.find(reference, day(at), Order()) is None
            with pytest.raises(UnknownProduct):
                _compare(store, kept=True, at=day(at))(reference)

    def test_what_lists_say_of_chains_branches_and_products_is_seen_at_once(self, store: KeepingStore) -> None:
        import_list(store, PriceList((a_row(gtins=[MILK]),), day(1)))
        refresh(store, 1)
        chain, branch = a_chain(name="Konzum plus"), a_branch(address="Ilica 1", timezone="Europe/Zagreb")
        import_list(
            store, PriceList((a_row(gtins=[MILK], title="Fresh milk, 1 l"),), day(2), chain=chain, branch=branch)
        )
        import_list(store, PriceList((a_row(gtins=[MILK]),), day(0), chain=chain, branch=a_branch(code="old")))
        refresh(store, 2)
        comparison = _compare(store, kept=True, at=day(2))(MILK)
        (entry,) = comparison.ranking.ranked
        assert comparison.product.name == "Fresh milk, 1 l"
        assert (entry.chain.name, entry.best.listing.branch.address) == ("Konzum plus", "Ilica 1")
        assert_alike(store, day(2))

    @law(data=st.data())
    def test_it_is_what_is_worked_out_after_every_list_at_every_instant(self, data: st.DataObject) -> None:
        store = self.make_store()
        lists = data.draw(market_days())
        if data.draw(st.sampled_from((False, False, True))):
            lists = data.draw(st.permutations(lists))
        refreshed = day(0)
        for prices in lists:
            import_list(store, prices)
            assert isinstance(prices.at, datetime)
            for at in sorted({prices.at, refreshed, max(prices.at, refreshed) + timedelta(hours=1)}):
                assert_alike(store, at, data.draw(st.sampled_from(_ORDERS)))
            if data.draw(st.sampled_from((True, True, False))):
                refreshed = prices.at + timedelta(days=data.draw(st.sampled_from((0, 0.25, 0.25, 1.5, 6.9))))
                refresh(store, (refreshed - day(0)) / timedelta(days=1))
                assert_alike(store, refreshed + timedelta(hours=data.draw(st.sampled_from((0, 1, 30)))))
        for listing, decision in data.draw(st.lists(judgements(), max_size=1)):
            is_decided(store, listing, decision)
        for act in data.draw(st.lists(acts_on_products(), max_size=1)):
            done(store, act, day(60))
        assert_alike(store, refreshed + timedelta(hours=1))


def _compare(store: KeepingStore, at: datetime, *, kept: bool) -> CompareOffers:
    compare = CompareOffers(StoppedClock(at), store.reads)
    return replace(compare, kept=store.kept_offers) if kept else compare


def assert_alike(store: KeepingStore, at: datetime, asked: Mapping[str, Any] = _ORDERS[0]) -> None:
    """Both say the same of all products."""
    with store.reads() as snapshot:
        products = snapshot.find_products((), at, after=None, limit=100).products
    for product in products:
        kept = _compare(store, at, kept=True)(product.id, **asked)
        # Equal decimals may be written differently.
        assert repr(kept) == repr(_compare(store, at, kept=False)(product.id, **asked))
