"""Prune backups."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.backups.blob import Blob, BlobLocked
from coprra.domain.backups.entry import Removed
from coprra.domain.backups.history import Backup, History
from coprra.domain.backups.manifest import begun
from coprra.domain.backups.repository import Repository
from coprra.domain.backups.retention import RetentionPlan, plan_retention
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Conflict, Refused

_ABANDONED_AFTER = timedelta(days=7)
_LEAST_KNOWN = 4
"""Of what the journal names so many for each that it does not."""


class PruningRefused(Refused):
    """A safety rule holds it back until somebody says that it is meant."""

    code = "pruning_refused"


class PlanChanged(Conflict):
    """What would be removed is not what was shown."""

    code = "plan_changed"


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was done. objects: how many were removed; locked: how many the store keeps yet; extended: locks."""

    plan: RetentionPlan
    objects: int
    locked: int
    extended: int


@dataclass(frozen=True, slots=True)
class PlanRetention:
    """Use case: what pruning would do now, and why."""

    repository: Repository

    def __call__(self) -> RetentionPlan:
        """Raises: Damaged, StoreUnreachable."""
        return _plan(self.repository, self.repository.history())


@dataclass(frozen=True, slots=True)
class PruneBackups:
    """Use case: remove what no rule wants, and make locks of the rest last.

    The journal says first what goes, so that a pruning that is cut off leaves objects that belong to nobody, which the
    next one removes, and never a backup of which something is missing.
    """

    repository: Repository

    def __call__(self, *, by: Actor, shown: str | None = None, force: bool = False) -> Pruned:
        """shown: the hash of the plan that was shown; force: in spite of the safety rules.

        Raises: PlanChanged, PruningRefused, LeaseHeld, CantSign, Damaged, StoreUnreachable.
        """
        with self.repository.job("prune"):
            history = self.repository.history()
            plan = _plan(self.repository, history)
            if shown is not None and shown != plan.hash:
                raise PlanChanged("Meanwhile another plan is due; look at it with `coprra backups prune --plan`.")
            sealed = self._sealed()
            abandoned = self._abandoned(sealed, history)
            refusals = (*plan.refusals(self.repository.clock.now()), *_unnamed(abandoned, history))
            if refusals and not force:
                raise PruningRefused(f"Nothing was removed: {'; '.join(refusals)}. If that is meant, say --force.")
            removed = tuple(candidate.id for candidate in plan.removed)
            if removed:
                self.repository.journal.append(Removed(backups=removed, plan=plan.hash, forced=bool(refusals)), by)
            objects, locked = self._remove(sealed, {*removed, *history.removed, *abandoned})
            kept = [backup for backup in history.backups if backup.id not in removed]
            return Pruned(plan, objects, locked, self._extend(kept, history.strangers))

    def _sealed(self) -> list[tuple[str, Blob]]:
        """Every object that belongs to a backup, with the name of it."""
        prefixes = self.repository.data_prefix(), self.repository.keys_prefix()
        return [
            (blob.key.removeprefix(prefix).partition("/")[0], blob)
            for prefix in prefixes
            for blob in self.repository.store.list(prefix)
        ]

    def _abandoned(self, sealed: list[tuple[str, Blob]], history: History) -> set[str]:
        """What the journal never named, stored so long ago by runs that never ended."""
        known = {backup.id for backup in history.backups} | history.bound.keys() | history.removed
        now = self.repository.clock.now()
        return {id for id, _ in sealed if id not in known and _is_abandoned(id, now)}

    def _remove(self, sealed: list[tuple[str, Blob]], gone: set[str]) -> tuple[int, int]:
        objects = locked = 0
        for id, blob in sealed:
            if id in gone:
                try:
                    self.repository.store.remove(blob)
                    objects += 1
                except BlobLocked:
                    locked += 1
        return objects, locked

    def _extend(self, kept: list[Backup], strangers: tuple[str, ...]) -> int:
        """A lock of which half is over is made as long as a new one."""
        repository, lock = self.repository, self.repository.policy.lock
        if lock is None:
            return 0
        now, extended = repository.clock.now(), 0
        for backup in kept:
            for piece in backup.pieces:
                # A copy of a store has versions of its own.
                blob = repository.store.find(piece.key, piece.version) or repository.store.find(piece.key)
                extended += self._lasting(blob, now, lock)
        whole = [repository.journal_prefix]
        whole += [prefix(id) for id in strangers for prefix in (repository.data_prefix, repository.keys_prefix)]
        for prefix in whole:
            for listed in repository.store.list(prefix):
                extended += self._lasting(repository.store.find(listed.key), now, lock)
        return extended

    def _lasting(self, blob: Blob | None, now: datetime, lock: timedelta) -> bool:
        if blob is None or (blob.locked_until is not None and blob.locked_until >= now + lock / 2):
            return False
        self.repository.store.lock(blob, now + lock)
        return True


def _plan(repository: Repository, history: History) -> RetentionPlan:
    rules = repository.policy.retention
    return plan_retention(history.candidates(rules.counts_from), rules, repository.clock.now())


def _unnamed(abandoned: Collection[str], history: History) -> tuple[str, ...]:
    """Killed runs are few. Where they seem many, it is rather the journal that has lost their names."""
    if len(abandoned) * _LEAST_KNOWN <= len(history.backups):
        return ()
    known = len(history.backups)
    return (f"the journal names {known} backups, and not {len(abandoned)} that are there, such as {min(abandoned)}",)


def _is_abandoned(id: str, now: datetime) -> bool:
    """Stored so long ago by a run that never ended. What has no name of ours is not ours to remove."""
    begun_at = begun(id)
    return begun_at is not None and now - begun_at > _ABANDONED_AFTER
