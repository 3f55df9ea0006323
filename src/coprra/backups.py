"""Backups: every use case about backups by name, apart from all others because no database needs to work for them."""

from dataclasses import dataclass
from typing import Self

from coprra.domain.backups.copy_backups import CopyBackups, SecondStore
from coprra.domain.backups.pin_backup import PinBackup
from coprra.domain.backups.ports import Database, Probe
from coprra.domain.backups.prune_backups import PlanRetention, PruneBackups
from coprra.domain.backups.rehearse_recovery import RehearseRecovery
from coprra.domain.backups.repository import Repository
from coprra.domain.backups.restore_backup import RestoreBackup
from coprra.domain.backups.rotate_recipients import RotateRecipients
from coprra.domain.backups.run_backup import RunBackup
from coprra.domain.backups.show_backups import ListBackups, ShowBackup, ShowHealth
from coprra.domain.backups.verify_backups import VerifyBackups
from coprra.domain.kernel.ports import Randomness


@dataclass(frozen=True, slots=True, kw_only=True)
class Backups:
    """All that can be done with the backups of one database, ready to call: ``backups.run_backup(by=…)``."""

    run_backup: RunBackup
    verify_backups: VerifyBackups
    rehearse_recovery: RehearseRecovery
    restore_backup: RestoreBackup
    list_backups: ListBackups
    show_backup: ShowBackup
    show_health: ShowHealth
    plan_retention: PlanRetention
    prune_backups: PruneBackups
    pin_backup: PinBackup
    rotate_recipients: RotateRecipients
    copy_backups: CopyBackups

    @classmethod
    def of(
        cls,
        repository: Repository,
        database: Database,
        randomness: Randomness,
        second: SecondStore | None = None,
        probe: Probe | None = None,
    ) -> Self:
        """Those of that database, in that repository. second: a store for copies; probe: runs coprra on a database."""
        return cls(
            run_backup=RunBackup(repository, database, randomness),
            verify_backups=VerifyBackups(repository, database),
            rehearse_recovery=RehearseRecovery(repository, database, randomness, probe),
            restore_backup=RestoreBackup(repository, database),
            list_backups=ListBackups(repository),
            show_backup=ShowBackup(repository),
            show_health=ShowHealth(repository),
            plan_retention=PlanRetention(repository),
            prune_backups=PruneBackups(repository),
            pin_backup=PinBackup(repository),
            rotate_recipients=RotateRecipients(repository),
            copy_backups=CopyBackups(repository, second),
        )
