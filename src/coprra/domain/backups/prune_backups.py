"""Prune backups."""

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
            refusals = plan.refusals(self.repository.clock.now())
            if refusals and not force:
                raise PruningRefused(f"Nothing was removed: {'; '.join(refusals)}. If that is meant, say --force.")
            removed = tuple(candidate.id for candidate in plan.removed)
            if removed:
                self.repository.journal.append(Removed(backups=removed, plan=plan.hash, forced=bool(refusals)), by)
            objects, locked = self._remove({*removed, *history.removed}, history)
            kept = [backup for backup in history.backups if backup.id not in removed]
            return Pruned(plan, objects, locked, self._extend(kept, history.strangers))

    def _remove(self, removed: set[str], history: History) -> tuple[int, int]:
        repository = self.repository
        known = {backup.id for backup in history.backups} | history.bound.keys()
        now = repository.clock.now()
        objects = locked = 0
        for prefix in (repository.data_prefix(), repository.keys_prefix()):
            for blob in list(repository.store.list(prefix)):
                id = blob.key.removeprefix(prefix).partition("/")[0]
                if id in removed or (id not in known and _is_abandoned(id, now)):
                    try:
                        repository.store.remove(blob)
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


def _is_abandoned(id: str, now: datetime) -> bool:
    """Stored so long ago by a run that never ended. What has no name of ours is not ours to remove."""
    begun_at = begun(id)
    return begun_at is not None and now - begun_at > _ABANDONED_AFTER
