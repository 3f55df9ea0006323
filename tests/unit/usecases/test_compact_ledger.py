"""Compacting the ledger: in steps, each told with who did it."""

from datetime import timedelta

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.events import Event
from coprra.domain.prices.chain import Branch
from coprra.domain.prices.compact_ledger import CompactLedger
from coprra.domain.prices.events import RepeatsLetGo
from coprra.domain.prices.ports import CompactionWatch
from coprra.testing.builders import LONG_AFTER, TESTER, PriceList, a_branch, a_row, day, import_list


class Followed(CompactionWatch):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.told: list[str | int] = []

    def branch(self, branch: Branch, number: int, of: int) -> None:
        """See `CompactionWatch.branch`."""
        self.told.append(f"{branch.id} {number}/{of}")

    def let_go(self, repeats: int) -> None:
        """See `CompactionWatch.let_go`."""
        self.told.append(repeats)


def test_every_step_is_told_with_its_branch_its_size_and_who_did_it() -> None:
    events: list[Event] = []
    store = MemoryStore(events.append)
    rows = tuple(a_row(str(number), line=number) for number in range(2_100))
    for number, code in ((1, "a"), (0, "a"), (1, "b")):
        import_list(store, PriceList(rows, at=day(number), branch=a_branch(code=code)))
    events.clear()
    followed = Followed()
    compact = CompactLedger(StoppedClock(LONG_AFTER), store.reads, store.unit_of_work, timedelta(days=30))
    done = compact(by=TESTER, watch=followed)
    assert followed.told == ["konzum/a 1/2", 2_000, 100, "konzum/b 2/2"]
    told = [event for event in events if isinstance(event, RepeatsLetGo)]
    assert [(event.by, event.branch.code, event.repeats) for event in told] == [
        (TESTER, "a", 2_000),
        (TESTER, "a", 100),
    ]
    assert sum(event.size for event in told) == done.size
    assert (done.repeats, done.branches, done.before) == (2_100, 2, LONG_AFTER - timedelta(days=30))


def test_a_ledger_in_which_nothing_is_repeated_is_not_changed() -> None:
    events: list[Event] = []
    store = MemoryStore(events.append)
    import_list(store, PriceList((a_row(),)))
    events.clear()
    with store.reads() as snapshot:
        before = snapshot.revision
    CompactLedger(StoppedClock(LONG_AFTER), store.reads, store.unit_of_work, timedelta())(by=TESTER)
    with store.reads() as snapshot:
        assert (snapshot.revision, events) == (before, [])
