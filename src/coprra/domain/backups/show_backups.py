"""Show backups: all there are, one of them, and how they are."""

from dataclasses import dataclass

from coprra.domain.backups.health import Health, examine
from coprra.domain.backups.history import Backup
from coprra.domain.backups.repository import Repository


@dataclass(frozen=True, slots=True)
class ListBackups:
    """Use case: the backups that are kept, the newest first."""

    repository: Repository

    def __call__(self) -> tuple[Backup, ...]:
        """Raises: Damaged, StoreUnreachable."""
        return tuple(reversed(self.repository.history().backups))


@dataclass(frozen=True, slots=True)
class ShowBackup:
    """Use case: all that is known of a backup."""

    repository: Repository

    def __call__(self, id: str) -> tuple[Backup, ...]:
        """It and before it all that it builds on. Raises: UnknownBackup, Damaged, StoreUnreachable."""
        return self.repository.history().chain(id)


@dataclass(frozen=True, slots=True)
class ShowHealth:
    """Use case: whether somebody must look at the backups now."""

    repository: Repository

    def __call__(self) -> Health:
        """Raises: Damaged, StoreUnreachable."""
        repository = self.repository
        return examine(repository.history(), repository.policy.limits, repository.clock.now())
