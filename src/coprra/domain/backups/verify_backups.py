"""Verify backups."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from coprra.domain.backups.blob import StoreUnreachable
from coprra.domain.backups.damage import Damaged, Mismatch, WrongKey
from coprra.domain.backups.entry import CantSign, Entry, Verified
from coprra.domain.backups.history import Backup, History
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Piece
from coprra.domain.backups.ports import Database
from coprra.domain.backups.proof import prove, proved_with
from coprra.domain.backups.repository import Progress, Repository, in_silence
from coprra.domain.kernel.actor import Actor

_ROTATION_DAYS = 30
"""Each old backup is read again once in so many days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an examination came to. examined: the backups that were read whole, and those that something is wrong with.

    damages: everything that is not as it was signed. mismatch: of a restore that came back as something else. remarks:
    what is no fault, and worth knowing. recorded: whether it stands in the journal; a machine that may not sign can't.
    missed: limits that the policy sets, and that were not kept.
    """

    level: Level
    examined: tuple[str, ...]
    damages: tuple[Damaged, ...] = ()
    mismatch: Mismatch | None = None
    remarks: tuple[str, ...] = ()
    recorded: bool = False
    size: int = 0
    restored: timedelta = timedelta()
    checked: timedelta = timedelta()
    missed: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether everything that was examined is as it should be."""
        return not self.damages and self.mismatch is None


@dataclass(frozen=True, slots=True)
class VerifyBackups:
    """Use case: look whether backups are what was stored (L1), or bring one back and compare it (L2)."""

    repository: Repository
    database: Database

    def __call__(
        self,
        level: Level = Level.L1,
        id: str | None = None,
        *,
        by: Actor,
        everything: bool = False,
        progress: Progress = in_silence,
    ) -> Verdict:
        """L1 looks at every object, and reads whole the newest backup, those never read and one in thirty of the rest.

        id: that backup instead; everything: all are read whole. L2 restores one, the same that a restore would choose.
        What is wrong is in the verdict, and in the journal where this machine may sign.

        Raises: UnknownBackup, LeaseHeld, StoreUnreachable; WrongKey of L2.
        """
        with self.repository.job("verify"):
            verdict = self._restored(id, progress) if level >= Level.L2 else self._read(id, everything, progress)
            return recorded(self.repository, verdict, by)

    def _read(self, id: str | None, everything: bool, progress: Progress) -> Verdict:
        damages: list[Damaged] = []
        history = History.of(self._sound_entries(damages))
        if id is not None:
            history.named(id)
        now = self.repository.clock.now()
        chosen = {one.id for one in history.backups if everything or _is_due(one, history, id, now)}
        return _Examination(self.repository, history, chosen, progress, damages).verdict()

    def _sound_entries(self, damages: list[Damaged]) -> Iterator[Entry]:
        for found in self.repository.journal.examine():
            if isinstance(found, Damaged):
                damages.append(found)
            else:
                yield found

    def _restored(self, id: str | None, progress: Progress) -> Verdict:
        history = self.repository.history()
        chain = history.chosen(id)
        last = (chain[-1].id,)
        try:
            with self.database.scratch() as target:
                proof = prove(self.repository, chain, target, progress)
        except Damaged as damage:
            return Verdict(level=Level.L2, examined=last, damages=(damage,))
        except Mismatch as mismatch:
            return Verdict(level=Level.L2, examined=last, mismatch=mismatch)
        return Verdict(
            level=Level.L2,
            examined=proved_with(chain),
            size=proof.size,
            restored=proof.restored,
            checked=proof.checked,
        )


def recorded(repository: Repository, verdict: Verdict, by: Actor) -> Verdict:
    """Write it into the journal, where this machine may sign; with what became of it."""
    failures = {id: damage.said for damage in reversed(verdict.damages) for id in damage.backups}
    if verdict.damages and not failures:
        # Without a backup that suffers it would read as a proof.
        return verdict
    if verdict.mismatch is not None:
        failures |= dict.fromkeys(verdict.examined, verdict.mismatch.message)
    body = Verified(
        level=verdict.level,
        backups=tuple(dict.fromkeys((*verdict.examined, *failures))),
        failures=failures,
        size=verdict.size,
        restored=verdict.restored,
        checked=verdict.checked,
    )
    # A journal whose end is damaged can't be continued; that is in the verdict already.
    with suppress(CantSign, Damaged):
        repository.journal.append(body, by)
        return replace(verdict, examined=body.backups, recorded=True)
    return replace(verdict, examined=body.backups)


def _is_due(backup: Backup, history: History, id: str | None, now: datetime) -> bool:
    if id is not None:
        return backup.id == id
    is_newest = history.newest is not None and backup.id == history.newest.id
    return (
        is_newest or not backup.proved(Level.L1) or backup.number % _ROTATION_DAYS == now.toordinal() % _ROTATION_DAYS
    )


@dataclass(slots=True)
class _Examination:
    """Of everything in the store; the backups whose names are `chosen` are read whole."""

    repository: Repository
    history: History
    chosen: Collection[str]
    progress: Progress
    damages: list[Damaged]
    remarks: list[str] = field(default_factory=list)

    def verdict(self) -> Verdict:
        stored = {blob.key: blob.size for blob in self._listed()}
        done, size = 0, sum(one.manifest.stored for one in self.history.backups if one.id in self.chosen)
        for backup in self.history.backups:
            self.damages += self._missing(backup, stored)
            if backup.id in self.chosen:
                self.damages += self._changed(backup)
                done += backup.manifest.stored
                self.progress(done, size)
        unnamed = self._unnamed(stored)
        if strangers := self.history.strangers:
            self.remarks.append(f"{len(strangers)} backups are of a newer coprra and were not read: {strangers[0]}.")
        if unnamed:
            self.remarks.append(f"{len(unnamed)} objects belong to no backup, such as {unnamed[0]}.")
        return Verdict(
            level=Level.L1,
            examined=tuple(one.id for one in self.history.backups if one.id in self.chosen),
            damages=tuple(self._told(damage, stored, unnamed) for damage in self.damages),
            remarks=tuple(self.remarks),
            missed=tuple(self._unlocked()),
        )

    def _unlocked(self) -> Iterator[str]:
        """Of what is read whole: a store may take an object and not lock it, and locks end where nobody prunes."""
        store, now = self.repository.store, self.repository.clock.now()
        if self.repository.policy.lock is None:
            return
        pieces = [piece for one in self.history.backups if one.id in self.chosen for piece in one.pieces]
        found = (store.find(piece.key, piece.version) or store.find(piece.key) for piece in pieces)
        free = [blob.key for blob in found if blob and (blob.locked_until is None or blob.locked_until <= now)]
        if free:
            advice = "`coprra backups prune` locks what is kept"
            yield f"{len(free)} objects are not locked and could be removed, such as {free[0]}; {advice}."

    def _listed(self) -> Iterator[Piece]:
        for prefix in (self.repository.data_prefix(), self.repository.keys_prefix()):
            for blob in self.repository.store.list(prefix):
                yield Piece(key=blob.key, version=blob.version, size=blob.size, sha256="")

    def _missing(self, backup: Backup, stored: dict[str, int]) -> Iterator[Damaged]:
        affected = self.history.dependents(backup.id) or (backup.id,)
        for piece in backup.pieces:
            # A list shows what was put or deleted last, and not the version that counts.
            if piece.version and stored.get(piece.key) != piece.size:
                found = self.repository.store.find(piece.key, piece.version)
                size = found.size if found else stored.get(piece.key)
            else:
                size = stored.get(piece.key)
            if size is None:
                yield Damaged(f"{piece.key} is missing.", piece.key, affected)
            elif size != piece.size:
                yield Damaged(f"{piece.key} has {size} bytes, not {piece.size}.", piece.key, affected)

    def _changed(self, backup: Backup) -> Iterator[Damaged]:
        affected = self.history.dependents(backup.id) or (backup.id,)
        for piece in backup.pieces:
            try:
                self._read(piece)
            except Damaged as damage:
                yield damage.affecting(*affected)
        try:
            self.repository.key_of(backup)
        except Damaged as damage:
            yield damage.affecting(*affected)
        except WrongKey:
            if self.repository.sealer.owned():
                self.remarks.append(f"{backup.id} does not open with the secret keys of this machine.")

    def _read(self, piece: Piece) -> None:
        """A store that answers, and twice does not give an object, has lost it as far as anybody can know.

        Raises: Damaged; StoreUnreachable, where it does not answer.
        """
        try:
            self._read_once(piece)
        except StoreUnreachable:
            self.repository.store.find(piece.key, piece.version)
            try:
                self._read_once(piece)
            except StoreUnreachable as error:
                raise Damaged(f"{piece.key} is there and the store does not give it.", piece.key) from error

    def _read_once(self, piece: Piece) -> None:
        for _ in self.repository.chunks((piece,)):
            pass

    def _unnamed(self, stored: dict[str, int]) -> list[str]:
        named = {piece.key for backup in self.history.backups for piece in backup.pieces}
        others = {*self.history.removed, *self.history.strangers}
        return [key for key in stored if key not in named and self._owner(key) not in others]

    def _told(self, damage: Damaged, stored: Collection[str], unnamed: Collection[str]) -> Damaged:
        """With the backups that suffer. What is still legible of a damaged entry may name one that never was.

        An entry that names none any more was of whatever no entry names, or else of any backup.
        """
        kept = {backup.id for backup in self.history.backups}
        known = kept | {self._owner(key) for key in stored}
        named = tuple(id for id in damage.backups if id in known)
        owners = tuple(dict.fromkeys(map(self._owner, unnamed)))
        strangers = tuple(id for id in owners if id not in kept)
        return Damaged(damage.said, damage.key, named or strangers or owners or tuple(sorted(kept)))

    def _owner(self, key: str) -> str:
        return (
            key.removeprefix(self.repository.data_prefix())
            .removeprefix(self.repository.keys_prefix())
            .partition("/")[0]
        )
