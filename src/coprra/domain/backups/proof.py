"""Proof: a backup is brought back to a place that is nobody's database, and compared with what it was taken from."""

from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.backups.blob import StoreFull
from coprra.domain.backups.damage import Mismatch
from coprra.domain.backups.history import Backup
from coprra.domain.backups.ports import Target
from coprra.domain.backups.repository import Progress, Repository

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was brought back, in bytes, and how long that took, and comparing it."""

    size: int
    restored: timedelta
    checked: timedelta


def proved_with(chain: tuple[Backup, ...]) -> tuple[str, ...]:
    """The names of those that are proved when the last one came back as it was.

    What was found wrong with one before it is no better for having been overwritten by what builds on it.
    """
    return tuple(backup.id for backup in chain if backup.fault is None or backup is chain[-1])


def prove(repository: Repository, chain: tuple[Backup, ...], target: Target, progress: Progress) -> Proof:
    """Restore the chain into the target, which is held, and compare. The target is not kept.

    Raises: Mismatch, Damaged, StoreFull, StoreUnreachable; WrongKey before anything was restored.
    """
    begun = repository.clock.now()
    _require_room(chain, target)
    for backup in chain:
        repository.key_of(backup)
    for backup in chain:
        with target.receive(backup.manifest.kind) as sink:
            repository.open_into(backup, sink, progress)
    restored = repository.clock.now()
    wanted = chain[-1].manifest
    wrong = (*wanted.fingerprint.differences(target.fingerprint()), *target.faults())
    if wrong:
        more = f" and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
        raise Mismatch(f"{wanted.id} does not come back as it was: {'; '.join(wrong[:_MOST_NAMED])}{more}.")
    return Proof(
        size=sum(backup.manifest.size for backup in chain),
        restored=restored - begun,
        checked=repository.clock.now() - restored,
    )


def _require_room(chain: tuple[Backup, ...], target: Target) -> None:
    """For the whole backup, and one increment after the other that is laid over it: no less will do."""
    whole, *increments = (backup.manifest.size for backup in chain)
    needed, free = whole + max(increments, default=0), target.free
    if free is not None and free < needed:
        raise StoreFull(f"The disk to restore to has {free:,} bytes free, and {needed:,} are needed.")
