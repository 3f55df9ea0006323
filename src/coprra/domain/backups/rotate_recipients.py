"""Rotate recipients."""

from dataclasses import dataclass

from coprra.domain.backups.entry import Rewrapped
from coprra.domain.backups.manifest import Wrapping
from coprra.domain.backups.repository import Repository
from coprra.domain.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Rotated:
    """wrapped: how many keys of backups were wrapped anew. exposed: backups that a former recipient opens as well.

    Those stay so until they are removed: who has had a key may have copied what it opens.
    """

    wrapped: int
    exposed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RotateRecipients:
    """Use case: let the recipients of the policy open every backup; only small keys are stored for it.

    It needs a secret key of a former recipient, so it is done where one is, and not on the backup host. Cut off, it is
    done again.
    """

    repository: Repository

    def __call__(self, *, by: Actor) -> Rotated:
        """Raises: WrongKey, CantSign, InvalidRecipient, Damaged, LeaseHeld, StoreUnreachable."""
        repository = self.repository
        recipients = repository.recipients()
        wanted = {recipient.fingerprint for recipient in recipients}
        with repository.job("rotate"):
            added: dict[str, tuple[Wrapping, ...]] = {}
            exposed = []
            for backup in repository.history().backups:
                there = {wrapping.recipient for wrapping in backup.wrappings}
                if there - wanted:
                    exposed.append(backup.id)
                missing = tuple(one for one in recipients if one.fingerprint not in there)
                if missing:
                    added[backup.id] = repository.wrap(backup.id, repository.key_of(backup), missing)
            if added:
                repository.journal.append(Rewrapped(added), by)
        return Rotated(sum(map(len, added.values())), tuple(exposed))
