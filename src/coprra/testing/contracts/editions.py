"""The contract of editions: every commit is seen, and nothing that is stored becomes known unannounced.

An adapter takes the exam with::

    class TestMyEditions(EditionsContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from hypothesis import strategies as st

from coprra.domain.exchange.ports import RatesUnitOfWork
from coprra.domain.exchange.rate import published_at
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.ports import Editions, PriceReads
from coprra.testing.builders import TESTER, PriceList, StoreUnitOfWork, a_row, day, decide, import_list
from coprra.testing.contracts.law import Contract, law
from coprra.testing.rates import import_rates, quoted
from coprra.testing.strategies import price_lists

LISTING = ListingId(BranchId("konzum", "0613"), "1")


class AnyUnitOfWork(StoreUnitOfWork, RatesUnitOfWork, Protocol):
    """Every change that may make another edition."""


class EditionStore(Protocol):
    """What the contract of editions examines: a store that opens snapshots and units of work, and tells its edition."""

    def reads(self) -> AbstractContextManager[PriceReads]:
        """A snapshot."""

    def unit_of_work(self) -> AbstractContextManager[AnyUnitOfWork]:
        """A unit of work."""

    @property
    def editions(self) -> Editions:
        """Its editions."""


class EditionsContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> EditionStore:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> EditionStore:
        """An empty store."""
        return self.make_store()

    def test_as_long_as_nothing_is_committed_the_state_is_the_same(self, store: EditionStore) -> None:
        import_list(store, PriceList((a_row(),)))
        before = store.editions.newest(day(1))
        import_list(store, PriceList((a_row(),)))
        import_list(store, PriceList((a_row(),), at=day(1)), dry_run=True)
        assert store.editions.newest(day(1)) == before
        assert store.editions.newest(day(2)).state == before.state

    def test_each_commit_makes_another_state(self, store: EditionStore) -> None:
        states = [store.editions.newest(day(5)).state]
        for number in range(3):
            import_list(store, PriceList((a_row(),), at=day(number)))
            states.append(store.editions.newest(day(5)).state)
        import_rates(store, quoted("2025-12-01", USD="1.16"))
        states.append(store.editions.newest(day(5)).state)
        decide(store, LISTING, Decision(day(0), DecisionKind.CONFIRMED, Money.of("2", "EUR"), day(5), TESTER))
        states.append(store.editions.newest(day(5)).state)
        assert len(set(states)) == len(states)

    def test_it_is_for_the_instant_that_was_asked_about(self, store: EditionStore) -> None:
        assert [store.editions.newest(day(number)).as_of for number in (2, 1, 3)] == [day(2), day(1), day(3)]

    def test_what_is_stored_for_later_is_announced_and_each_thing_once(self, store: EditionStore) -> None:
        assert store.editions.newest(day(0)).changes_at is None
        import_list(store, PriceList((a_row(),), at=day(3)))
        import_list(store, PriceList((a_row(),), at=day(1)))
        decide(store, LISTING, Decision(day(2), DecisionKind.CONFIRMED, Money.of("2", "EUR"), day(5), TESTER))
        told = [store.editions.newest(day(number)).changes_at for number in (0, 1, 2, 3, 2.5, 0.5)]
        assert told == [day(1), day(2), day(3), None, day(3), day(1)]

    def test_rates_are_announced_for_when_they_are_published(self, store: EditionStore) -> None:
        import_rates(store, quoted("2025-12-03", USD="1.16"), quoted("2025-12-02", USD="1.16"))
        second, third = (published_at(day(number).date()) for number in (1, 2))
        microsecond = timedelta(microseconds=1)
        told = [store.editions.newest(at).changes_at for at in (day(0), second - microsecond, second, third)]
        assert told == [second, second, third, None]

    @law(lists=st.lists(price_lists(), min_size=1, max_size=5), numbers=st.lists(st.integers(0, 25), min_size=2))
    def test_without_a_commit_only_what_it_announces_makes_more_known(
        self, lists: list[PriceList], numbers: list[int]
    ) -> None:
        """More of chains and products; what becomes of a price that is known, the answer itself says."""
        store = self.make_store()
        for prices in lists:
            import_list(store, prices)
        for number in numbers:
            edition = store.editions.newest(day(number))
            until = edition.changes_at or day(30)
            moment = until - timedelta(microseconds=1)
            assert _known(store, day(number)) == _known(store, moment)
            assert (_known(store, until) != _known(store, moment)) == (edition.changes_at is not None)


def _known(store: EditionStore, at: datetime) -> object:
    """What lists up to an instant say, before anything is made of it."""
    with store.reads() as snapshot:
        products = snapshot.find_products((), at, after=None, limit=100).products
        series = [one for product in products for one in snapshot.series(product.id, at)]
        return products, snapshot.chains(at), [(one.listing, one.observations, one.confirmations) for one in series]
