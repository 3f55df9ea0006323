"""Restore a backup."""

from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.backups.history import Backup, History
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.ports import Database
from coprra.domain.backups.proof import Proof, prove
from coprra.domain.backups.recovery import Rehearsal, predicted_rto
from coprra.domain.backups.repository import Progress, Repository, in_silence
from coprra.domain.backups.snapshot import TargetRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePlan:
    """What would be done. chain: what is brought back, in order; target: what a person types who means it.

    predicted: how long it takes, people included, by what restores have taken before; None where there were none.
    proved: the newest backup that was read again since it was taken, which may be an older one; None where none was.
    """

    chain: tuple[Backup, ...]
    target: str
    predicted: timedelta | None
    proved: Backup | None

    @property
    def backup(self) -> Backup:
        """The one whose instant comes back."""
        return self.chain[-1]


@dataclass(frozen=True, slots=True)
class RestoreBackup:
    """Use case: bring a backup back to a place where nothing is, and only if it comes back as it was."""

    repository: Repository
    database: Database

    def plan(self, where: str, id: str | None = None) -> RestorePlan:
        """id: of no name, the newest of which no fault is known; see `History.chosen`.

        Raises: UnknownBackup, TargetRefused, Damaged, StoreUnreachable.
        """
        history = self.repository.history()
        chain = history.chosen(id)
        if chain[-1].manifest.engine != self.database.engine:
            raise TargetRefused(
                f"{chain[-1].id} is of {chain[-1].manifest.engine}, and this is {self.database.engine}."
            )
        size = sum(backup.manifest.size for backup in chain)
        return RestorePlan(
            chain=chain,
            target=self.database.target(where).name,
            predicted=predicted_rto(size, rehearsals(history, chain[-1])),
            proved=history.newest_proved(Level.L1),
        )

    def __call__(self, plan: RestorePlan, where: str, *, yes_i_mean: str, progress: Progress = in_silence) -> Proof:
        """Carry the plan out. Before all of it was compared nothing stands at that place.

        Raises: TargetRefused when `yes_i_mean` is not the target's name, or something is there; Mismatch, Damaged,
        WrongKey, StoreFull, StoreUnreachable.
        """
        target = self.database.target(where)
        if target.name != plan.target or yes_i_mean != plan.target:
            raise TargetRefused(f"Nothing was done: to restore there, say --yes-i-mean {plan.target}.")
        with target:
            proof = prove(self.repository, plan.chain, target, progress)
            target.keep()
        return proof


def rehearsals(history: History, backup: Backup) -> tuple[Rehearsal, ...]:
    """The restores that the journal tells of, of what is kept and is a dump, or files, as that backup is."""
    alike = {one.id for one in history.backups if _is_dump(one) == _is_dump(backup)}
    return tuple(
        Rehearsal(size=one.size, restored=one.restored, checked=one.checked)
        for one in (entry.verified for entry in history.entries)
        if one and one.size and not alike.isdisjoint(one.backups)
    )


def _is_dump(backup: Backup) -> bool:
    return backup.manifest.kind is Kind.DUMP
