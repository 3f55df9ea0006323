"""The contract of `Compaction`: what it lets go of is missed by nobody, now or later.

An adapter takes the exam with::

    class TestMyCompaction(CompactionContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.instants import LATEST, to_micros
from coprra.domain.prices.chain import BranchFilter, BranchId
from coprra.domain.prices.compact_ledger import CompactedLedger, CompactLedger
from coprra.domain.prices.list_run import Changes, precedence_of
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import Observation
from coprra.domain.prices.record_price import RecordedPrice
from coprra.testing.answers import all_answers
from coprra.testing.builders import (
    LONG_AFTER,
    TESTER,
    PriceList,
    Store,
    a_branch,
    a_row,
    day,
    import_list,
    record,
)
from coprra.testing.contracts.law import Contract, law
from coprra.testing.copies import exported
from coprra.testing.strategies import batches, histories, sightings

Sighting = tuple[ListingId, datetime, str]
"""See `sightings`."""

BRANCH = a_branch().id
_INSTANTS = (0, 3.5, 7, 10, 20, 26, 40)


class CompactionContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> Store:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store."""
        return self.make_store()

    def test_lists_that_came_in_the_order_of_time_leave_nothing_to_let_go(self, store: Store) -> None:
        for number in range(4):
            import_list(store, _list(number))
        assert compact(store).repeats == 0

    def test_lists_that_came_backwards_become_what_the_order_of_time_makes_of_them(self, store: Store) -> None:
        for number in reversed(range(4)):
            import_list(store, _list(number))
        assert len(ledger(store)) == 8
        done = compact(store)
        assert (done.repeats, done.branches, done.by) == (6, 1, TESTER)
        assert done.size > 6 * 20
        assert [(sku, seen.moment.instant) for sku, seen in ledger(store)] == [
            ("1", to_micros(day(0))),
            ("2", to_micros(day(0))),
        ]

    def test_a_trial_tells_what_would_be_let_go_and_keeps_it(self, store: Store) -> None:
        for number in reversed(range(4)):
            import_list(store, _list(number))
        before = ledger(store)
        tried = compact(store, dry_run=True)
        assert (tried.repeats, tried.dry_run, ledger(store)) == (6, True, before)
        assert compact(store).size == tried.size
        assert compact(store).repeats == 0

    def test_what_is_young_is_kept(self, store: Store) -> None:
        for number in reversed(range(4)):
            import_list(store, _list(number))
        done = compact(store, now=day(5), older_than=timedelta(days=3))
        assert (done.before, done.repeats) == (day(2), 2)

    def test_only_the_branches_that_are_asked_for_are_looked_through(self, store: Store) -> None:
        for number in reversed(range(3)):
            for code in ("a", "b"):
                import_list(store, _list(number, code))
        assert compact(store, branches=BranchFilter.parse("konzum/b")).repeats == 4
        assert compact(store).repeats == 4

    def test_a_partial_list_that_says_nothing_new_is_kept(self, store: Store) -> None:
        for number in range(3):
            import_list(store, PriceList((a_row(),), at=day(number), complete=False))
        assert compact(store).repeats == 0

    def test_what_a_late_list_makes_needed_in_the_meantime_is_kept(self, store: Store) -> None:
        for number in (4, 0):
            import_list(store, _list(number))
        with store.unit_of_work() as looking:
            found = tuple(looking.compaction.repeats(BRANCH, LATEST))
        assert len(found) == 2
        import_list(store, PriceList((a_row("1", "9.00"), a_row("2", line=3)), at=day(2)))
        with store.unit_of_work() as uow:
            gone = uow.compaction.let_go(BRANCH, found)
            uow.commit()
        assert [one.sku for one in gone] == ["2"]
        with store.unit_of_work() as uow:
            assert uow.compaction.let_go(BRANCH, found) == ()

    def test_what_is_not_committed_is_not_gone(self, store: Store) -> None:
        for number in (4, 0):
            import_list(store, _list(number))
        before = ledger(store)
        with store.unit_of_work() as uow:
            found = tuple(uow.compaction.repeats(BRANCH, LATEST))
            assert uow.compaction.let_go(BRANCH, found) == found
        assert ledger(store) == before

    @law(data=st.data(), lists=batches(), history=histories(), seen=st.lists(sightings(), max_size=3))
    def test_no_answer_changes_whatever_arrives_afterwards(
        self, data: st.DataObject, lists: list[PriceList], history: list[PriceList], seen: list[Sighting]
    ) -> None:
        reference, store = MemoryStore(), self.make_store()
        arrivals: list[PriceList | Sighting] = [*lists, *history, *seen]
        for arrival in data.draw(st.permutations(arrivals)):
            assert _arrive(store, arrival) == _arrive(reference, arrival)
            if data.draw(st.booleans()):
                compact(store)
        compact(store)
        for number in _INSTANTS:
            assert all_answers(store, day(number)) == all_answers(reference, day(number))
        for number in (7, 40):
            assert exported(store, day(number)) == exported(reference, day(number))

    @law(data=st.data(), lists=batches(), history=histories())
    def test_what_is_kept_is_what_lists_in_the_order_of_time_would_have_written(
        self, data: st.DataObject, lists: list[PriceList], history: list[PriceList]
    ) -> None:
        reference, store = MemoryStore(), self.make_store()
        for prices in data.draw(st.permutations([*lists, *history])):
            import_list(store, prices)
        for prices in sorted([*lists, *history], key=lambda one: (str(one.at), precedence_of(one.sha256))):
            import_list(reference, prices)
        assert compact(reference).repeats == 0
        compact(store)
        for branch in (BranchId("konzum", "a"), BranchId("konzum", "b"), BranchId("spar", "a")):
            assert ledger(store, branch) == ledger(reference, branch)


def compact(store: Store, now: datetime = LONG_AFTER, **how: object) -> CompactedLedger:
    """Let go of everything that can be, whatever its age."""
    use_case = CompactLedger(StoppedClock(now), store.reads, store.unit_of_work, timedelta())
    return use_case(by=TESTER, **how)  # type: ignore[arg-type]  # options by name


def ledger(store: Store, branch: BranchId = BRANCH) -> list[tuple[str, Observation]]:
    """Every observation of a branch."""
    with store.reads() as snapshot:
        return list(snapshot.ledger(branch, LATEST))


def _list(number: int, code: str = "0613") -> PriceList:
    """The same list on another day."""
    return PriceList((a_row("1"), a_row("2", line=3)), at=day(number), branch=a_branch(code=code))


def _arrive(store: Store, arrival: PriceList | Sighting) -> Changes | RecordedPrice | None:
    """What became of it; None: nobody knows such a branch or article yet."""
    if isinstance(arrival, PriceList):
        return import_list(store, arrival).changes
    listing, at, price = arrival
    try:
        return record(store, listing, price, at=at)
    except CoprraError:
        return None
