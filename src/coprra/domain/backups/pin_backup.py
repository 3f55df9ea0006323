"""Pin a backup."""

from dataclasses import dataclass

from coprra.domain.backups.entry import Pinned
from coprra.domain.backups.repository import Repository
from coprra.domain.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class PinBackup:
    """Use case: keep a backup, and what it builds on, whatever the rules say; or leave it to the rules again."""

    repository: Repository

    def __call__(self, id: str, *, by: Actor, pinned: bool = True) -> None:
        """Raises: UnknownBackup, LeaseHeld, CantSign, Damaged, StoreUnreachable."""
        # A pruning that has made its plan would not know of it.
        with self.repository.job("prune"):
            self.repository.history().named(id)
            self.repository.journal.append(Pinned(id, pinned), by)
