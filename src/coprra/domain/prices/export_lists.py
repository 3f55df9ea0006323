"""Export every list that was published, so that another store can import them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import Branch, BranchFilter
from coprra.domain.prices.compare_offers import EVERYWHERE
from coprra.domain.prices.list_run import ListRun, WrittenList
from coprra.domain.prices.observation import ABSENT, Observation, State
from coprra.domain.prices.ports import Archive, ExportWatch, OpenPriceReads


class Unwatched(ExportWatch):
    """Nobody follows."""

    def branch(self, branch: Branch, number: int, of: int) -> None:
        """Ignored."""

    def written(self, run: ListRun) -> None:
        """Ignored."""


@dataclass(frozen=True, slots=True)
class ExportLists:
    """Use case: everything that lists said, as text that `ImportFeed` reads. Imported elsewhere it answers the same."""

    clock: Clock
    reads: OpenPriceReads
    archive: Archive

    def __call__(
        self,
        *,
        as_of: datetime | None = None,
        branches: BranchFilter = EVERYWHERE,
        watch: ExportWatch | None = None,
    ) -> Iterator[str]:
        """The lines, with their ends, of one snapshot: lists of instants up to as_of, by chain and branch, by moment.

        Memory does not grow with their number. Raises: UnknownBranch, Unavailable.
        """
        as_of = as_of or self.clock.now()
        yield from self.archive.lines(as_of, self._lists(as_of, branches, watch or Unwatched()))

    def _lists(self, as_of: datetime, branches: BranchFilter, watch: ExportWatch) -> Iterator[WrittenList]:
        with self.reads() as snapshot:
            known = [branch for chain in snapshot.chains(as_of) for branch, _ in chain.branches]
            branches.check(branch.id for branch in known)
            wanted = [branch for branch in known if branch.id in branches]
            for number, branch in enumerate(wanted, start=1):
                watch.branch(branch, number, len(wanted))
                runs = snapshot.runs(branch.id, as_of)
                for one in written_lists(runs, snapshot.ledger(branch.id, as_of)):
                    yield one
                    watch.written(one.run)


def written_lists(runs: Iterable[ListRun], ledger: Iterator[tuple[str, Observation]]) -> Iterator[WrittenList]:
    """What each run of one branch said, in few words: a complete list says what it says otherwise than the one before.

    runs: by moment; ledger: the branch's observations, by moment. The same lists give the same words in whatever order
    they had arrived. The rows of one list end where the next one begins.
    """
    writer = _Writer(ledger)
    for run in runs:
        one = writer.write(run)
        yield one
        for _ in one.rows:
            pass


class _Writer:
    """Follows a branch from list to list. Of each listing it keeps a digest, and what was said since the last base."""

    def __init__(self, ledger: Iterator[tuple[str, Observation]]) -> None:
        self._ledger = ledger
        self._next = next(ledger, None)
        self._based = False
        self._believed: dict[str, bytes] = {}
        self._since: dict[str, tuple[bytes, State]] = {}
        """By article number what the base says, and what was said last."""

    def write(self, run: ListRun) -> WrittenList:
        rows = self._complete(run) if run.complete else self._partial(run)
        return WrittenList(run, self._based and run.complete, rows)

    def _said(self, run: ListRun) -> Iterator[tuple[str, State, bytes]]:
        """What stands at the run's moment, and what was believed before."""
        while self._next is not None and self._next[1].moment <= run.moment:
            sku, seen = self._next
            before = self._believed.get(sku, _NOTHING)
            self._believed[sku] = _digest(seen.state)
            yield sku, seen.state, before
            self._next = next(self._ledger, None)

    def _partial(self, run: ListRun) -> Iterator[tuple[str, State]]:
        for sku, state, before in self._said(run):
            base, _ = self._since.get(sku, (before, state))
            self._since[sku] = base, state
            yield sku, state

    def _complete(self, run: ListRun) -> Iterator[tuple[str, State]]:
        """By sku: what stands at the run's moment, and what it confirmed of what was said since the base."""
        confirmed = sorted(self._since, reverse=True)
        for sku, state, before in self._said(run):
            while confirmed and confirmed[-1] < sku:
                yield from self._confirmed(confirmed.pop())
            base, _ = self._since.pop(sku, (before, state))
            if self._believed[sku] != base:
                yield sku, state
        while confirmed:
            yield from self._confirmed(confirmed.pop())
        self._since.clear()
        self._based = True

    def _confirmed(self, sku: str) -> Iterator[tuple[str, State]]:
        if sku in self._since:
            base, state = self._since[sku]
            if self._believed[sku] != base:
                yield sku, state


def _digest(state: State) -> bytes:
    return hashlib.blake2b(repr(state).encode(), digest_size=16).digest()


_NOTHING = _digest(ABSENT)
