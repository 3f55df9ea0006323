"""History: what the journal comes to: the backups there are, and how each of them stands."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from coprra.domain.backups.chain import chain_of
from coprra.domain.backups.entry import Entry, Failed, Pinned, Removed, Rewrapped, Taken, Unknown, Verified
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Manifest, Piece, Wrapping, begun, ids_named_in
from coprra.domain.backups.retention import Candidate
from coprra.domain.kernel.errors import NotFound
from coprra.domain.kernel.instants import EPOCH


class UnknownBackup(NotFound):
    """There is no backup of that name, or it was removed."""

    code = "unknown_backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup and what became of it. number: of its entry; level: what was proved of it, at `verified_at` last.

    fault: what was wrong with it when it was examined as far as `faulted` last; None for nothing. wrappings: all that
    open it by now.
    """

    manifest: Manifest
    number: int
    level: Level = Level.L0
    verified_at: datetime | None = None
    fault: str | None = None
    faulted: Level = Level.L0
    pinned: bool = False
    wrappings: tuple[Wrapping, ...] = ()

    @property
    def id(self) -> str:
        """Its name."""
        return self.manifest.id

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All objects that it needs: what was sealed, and the keys that open it."""
        return (*self.manifest.pieces, *(wrapping.piece for wrapping in self.wrappings))

    def proved(self, level: Level) -> bool:
        """Whether that much was proved, and nothing found since."""
        return self.fault is None and self.level >= level


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it is remembered: without what it weighs. verified: what it proved or found, where it did."""

    number: int
    at: datetime
    verified: Verified | None


@dataclass(frozen=True, slots=True)
class History:
    """backups: those that are kept, by number. removed: the names of those that are not. entries: the whole journal.

    failed: why the last run took no backup; None where it did. newer: the numbers of entries of newer versions.

    bound: the names that entries of newer versions bind, by the number of the entry, whether we know such a backup or
    not; nothing of them is ever removed.
    """

    backups: tuple[Backup, ...]
    removed: frozenset[str]
    entries: tuple[Told, ...]
    failed: str | None
    newer: tuple[int, ...]
    bound: Mapping[str, int]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "History":
        """What the entries come to. Only what is remembered of each is held, however many there are."""
        told: list[Told] = []
        newer: list[int] = []
        failed: str | None = None
        backups: dict[str, Backup] = {}
        removed: set[str] = set()
        bound: dict[str, int] = {}
        for entry in entries:
            told.append(Told(entry.number, entry.at, entry.body if isinstance(entry.body, Verified) else None))
            match entry.body:
                case Failed():
                    failed = entry.body.reason
                case Taken(manifest):
                    failed = None
                    taken = Backup(manifest=manifest, number=entry.number, wrappings=manifest.wrappings)
                    backups[manifest.id] = taken
                case Removed():
                    for id in entry.body.backups:
                        backups.pop(id, None)
                        bound.pop(id, None)
                    removed.update(entry.body.backups)
                case Unknown():
                    newer.append(entry.number)
                    if entry.body.binds:
                        bound |= dict.fromkeys(ids_named_in(entry.content), entry.number)
                case _:
                    backups |= _changed(backups, entry)
        return cls(
            tuple(backups.values()),
            frozenset(removed - bound.keys()),
            tuple(told),
            failed,
            tuple(newer),
            bound,
        )

    @property
    def strangers(self) -> tuple[str, ...]:
        """The names of backups that only a newer version understands."""
        known = {backup.id for backup in self.backups}
        return tuple(id for id in self.bound if id not in known)

    def dependents(self, id: str) -> tuple[str, ...]:
        """That backup and all that build on it."""
        parents = {backup.id: backup.manifest.parent for backup in self.backups}
        return tuple(one for one in parents if id in (chain_of(one, parents) or ()))

    @property
    def newest(self) -> Backup | None:
        """The last one that was taken."""
        return self.backups[-1] if self.backups else None

    @property
    def newest_sound(self) -> Backup | None:
        """The last one of which, and of all that it builds on, no fault is known: what is restored, and built upon."""
        return next(self.sound(), None)

    def sound(self) -> Iterator[Backup]:
        """All such, the newest first."""
        return (backup for backup in reversed(self.backups) if self.is_sound(backup))

    def newest_proved(self, level: Level) -> Backup | None:
        """The last one that was proved so far, with all that it builds on."""
        proved = {one.id for one in self.candidates(level) if one.verified}
        return next((backup for backup in reversed(self.backups) if backup.id in proved), None)

    def chosen(self, id: str | None) -> tuple[Backup, ...]:
        """The chain of that backup; of no name: of the newest sound one, or of the newest where none is sound.

        Raises: UnknownBackup.
        """
        wanted = self.named(id) if id else self.newest_sound or self.newest
        if wanted is None:
            raise UnknownBackup("There is no backup yet; `coprra backups run` takes one.")
        return self.chain(wanted.id)

    def named(self, id: str) -> Backup:
        """Raises: UnknownBackup."""
        for backup in self.backups:
            if backup.id == id:
                return backup
        raise UnknownBackup(f"There is no backup {id[:40]!r}; `coprra backups list` names those there are.")

    def chain(self, id: str) -> tuple[Backup, ...]:
        """What is restored one after the other, from a whole one to that. Raises: UnknownBackup."""
        self.named(id)
        chain = chain_of(id, {backup.id: backup.manifest.parent for backup in self.backups})
        if chain is None:
            raise UnknownBackup(f"What {id} builds on is not there any more.")
        return tuple(self.named(link) for link in chain)

    def is_sound(self, backup: Backup) -> bool:
        """Whether no fault is known of it nor of what it builds on, and all of that is there."""
        with suppress(UnknownBackup):
            return all(link.fault is None for link in self.chain(backup.id))
        return False

    def candidates(self, level: Level) -> tuple[Candidate, ...]:
        """As retention sees them. A backup counts as verified if all that it builds on does as well."""
        parents = {backup.id: backup.manifest.parent for backup in self.backups} | dict.fromkeys(self.strangers)
        proved = {backup.id for backup in self.backups if backup.proved(level)}
        known = tuple(
            Candidate(
                id=backup.id,
                number=backup.number,
                taken_at=backup.manifest.taken_at,
                parent=backup.manifest.parent,
                verified=proved.issuperset(chain_of(backup.id, parents) or {""}),
                pinned=backup.pinned,
                known=backup.id not in self.bound,
            )
            for backup in self.backups
        )
        strangers = tuple(
            Candidate(id=id, number=self.bound[id], taken_at=begun(id) or EPOCH, known=False) for id in self.strangers
        )
        return known + strangers


def _changed(backups: Mapping[str, Backup], entry: Entry) -> dict[str, Backup]:
    """Those of the backups that the entry makes other ones."""
    match entry.body:
        case Verified():
            return {id: _verified(backups[id], entry, entry.body) for id in entry.body.backups if id in backups}
        case Rewrapped(added):
            return {
                id: replace(backups[id], wrappings=(*backups[id].wrappings, *wrappings))
                for id, wrappings in added.items()
                if id in backups
            }
        case Pinned(id, pinned) if id in backups:
            return {id: replace(backups[id], pinned=pinned)}
    return {}


def _verified(backup: Backup, entry: Entry, said: Verified) -> Backup:
    fault = said.failures.get(backup.id)
    if fault is not None:
        faulted = max(backup.faulted, said.level)
        return replace(backup, fault=fault, faulted=faulted, level=Level.L0, verified_at=entry.at)
    if backup.fault is not None and said.level < backup.faulted:
        # Sound bytes of a backup that does not come back as it was are no proof of it.
        return backup
    backup = replace(backup, faulted=Level.L0)
    return replace(backup, fault=None, level=max(backup.level, said.level), verified_at=entry.at)
