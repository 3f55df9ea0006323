"""Compact the ledger: let go of old observations that no answer needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import EARLIEST, LATEST
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import Branch, BranchFilter
from coprra.domain.prices.compare_offers import EVERYWHERE
from coprra.domain.prices.events import RepeatsLetGo
from coprra.domain.prices.ports import CompactionWatch, OpenCompactionUnitOfWork, OpenPriceReads, Repeat

_BATCH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactedLedger:
    """What was let go of, or would be. before: the instant from which on everything is kept; size: bytes, about."""

    by: Actor
    before: datetime
    branches: int
    repeats: int
    size: int
    dry_run: bool


class Unwatched(CompactionWatch):
    """Nobody follows."""

    def branch(self, branch: Branch, number: int, of: int) -> None:
        """Ignored."""

    def let_go(self, repeats: int) -> None:
        """Ignored."""


@dataclass(frozen=True, slots=True)
class CompactLedger:
    """Use case: let go of the observations that say what was believed anyway, as lists that come late leave them.

    No answer changes, whatever it is about and whatever arrives afterwards: see `ledger.repeats`. A unit of work for
    each 2,000 of them, so that imports need not wait for long; one that is killed is finished by the next.
    """

    clock: Clock
    reads: OpenPriceReads
    unit_of_work: OpenCompactionUnitOfWork
    keep: timedelta

    def __call__(
        self,
        *,
        by: Actor,
        older_than: timedelta | None = None,
        branches: BranchFilter = EVERYWHERE,
        dry_run: bool = False,
        watch: CompactionWatch | None = None,
    ) -> CompactedLedger:
        """older_than: how long everything is kept; None: as the settings say.

        Raises: UnknownBranch, Unavailable; what was let go of until then is gone.
        """
        watch = watch or Unwatched()
        now = self.clock.now()
        before = now - min(self.keep if older_than is None else older_than, now - EARLIEST)
        wanted = self._wanted(branches)
        number = size = 0
        for place, branch in enumerate(wanted, start=1):
            watch.branch(branch, place, len(wanted))
            for found in self._found(branch, before):
                gone = found if dry_run else self._let_go(branch, found, by)
                number += len(gone)
                size += _size(gone)
                watch.let_go(len(gone))
        return CompactedLedger(by=by, before=before, branches=len(wanted), repeats=number, size=size, dry_run=dry_run)

    def _wanted(self, branches: BranchFilter) -> list[Branch]:
        with self.reads() as snapshot:
            known = [branch for chain in snapshot.chains(LATEST) for branch, _ in chain.branches]
        branches.check(branch.id for branch in known)
        return [branch for branch in known if branch.id in branches]

    def _found(self, branch: Branch, before: datetime) -> Iterator[Sequence[Repeat]]:
        with self.unit_of_work() as uow:
            repeats = uow.compaction.repeats(branch.id, before)
            while batch := tuple(islice(repeats, _BATCH)):
                yield batch

    def _let_go(self, branch: Branch, found: Sequence[Repeat], by: Actor) -> Sequence[Repeat]:
        with self.unit_of_work() as uow:
            gone = uow.compaction.let_go(branch.id, found)
            if gone:
                now = self.clock.now()
                uow.record(RepeatsLetGo(occurred_at=now, by=by, branch=branch.id, repeats=len(gone), size=_size(gone)))
                uow.commit()
        return gone


def _size(repeats: Sequence[Repeat]) -> int:
    return sum(repeat.size for repeat in repeats)
