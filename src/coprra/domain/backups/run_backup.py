"""Take a backup."""

import hashlib
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from coprra.domain.backups.damage import Damaged
from coprra.domain.backups.entry import Failed, Taken
from coprra.domain.backups.history import History
from coprra.domain.backups.lease import Lease, LeaseHeld
from coprra.domain.backups.manifest import Kind, Manifest, Piece, backup_id
from coprra.domain.backups.ports import Database, NewBlob, Sink, Snapshot, Source
from coprra.domain.backups.repository import Progress, Repository, in_silence, piece_of
from coprra.domain.backups.snapshot import DefinitionsChanged, InstantMissed, SnapshotFailed, UnsupportedKind
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.ports import Randomness

_LONGEST_REASON = 300
_UNFINISHED_AFTER = timedelta(days=2)
_REPEATED_AFTER = timedelta(hours=24)
"""A database that did not change is backed up again after so long, so that a silent failure can't look like peace."""


@dataclass(frozen=True, slots=True)
class RunBackup:
    """Use case: copy the database as it is now, sealed, into the store.

    Nothing of it counts before its manifest stands in the journal, signed. A run that fails leaves its reason there.
    """

    repository: Repository
    database: Database
    randomness: Randomness

    def __call__(
        self,
        kind: Kind = Kind.FULL,
        *,
        by: Actor,
        force: bool = False,
        since: datetime | None = None,
        progress: Progress = in_silence,
    ) -> Manifest | None:
        """The manifest; None where nothing changed since the newest backup, which is younger than a day. force: anyway.

        since: None as well where one was begun then or later, so that what is asked for once is done once.

        An increment builds on the newest backup that is sound and that it can build on; where there is none it is a
        whole backup. Where tables are changed meanwhile, or its instant is missed, it is tried once more.

        Raises: LeaseHeld, UnsupportedKind, SnapshotFailed, StoreFull, StoreUnreachable, CantSign; Damaged when the
        store does not have what was sent, and before anything is sent when the journal can't be continued.
        """
        repository = self.repository
        if kind not in self.database.kinds:
            raise UnsupportedKind(f"A database of {self.database.engine} has no backups that are {kind}.")
        _ = repository.signatures.signer
        with repository.job("run") as lease:
            repository.journal.check_end()
            repository.store.sweep(repository.clock.now() - _UNFINISHED_AFTER)
            try:
                history = self._history()
                if since is not None and self._was_begun(history, since):
                    return None
                try:
                    manifest = self._taken(kind, history, force, lease, progress)
                except (DefinitionsChanged, InstantMissed):
                    manifest = self._taken(kind, history, force, lease, progress)
                if manifest:
                    self._refuse_orphan(manifest)
                    lease.check()
                    repository.journal.append(Taken(manifest), by)
            except CoprraError as error:
                if not isinstance(error, LeaseHeld):
                    self._remember(kind, error, by)
                raise
        return manifest

    def _taken(self, kind: Kind, history: History, force: bool, lease: Lease, progress: Progress) -> Manifest | None:
        repository = self.repository
        parent = self._parent(history) if kind is Kind.INCREMENTAL else None
        if kind is Kind.INCREMENTAL and parent is None:
            kind = Kind.FULL
        started_at = repository.clock.now()
        id = backup_id(started_at, self.randomness.draw(4))
        key = repository.sealer.new_key()
        # Before it is opened: it has all that was committed by then, and perhaps more.
        taken_at = repository.clock.now()
        with self.database.snapshot(kind, parent) as snapshot:
            if not force and kind is Kind.FULL and self._is_known(history, snapshot, taken_at):
                return None
            plain = _Measured(snapshot, lease, progress)
            with _Pieces(repository, id) as pieces:
                repository.sealer.seal(plain, pieces, key)
                # Whoever failed while it was read may have said so only now.
                snapshot.end()
                if not snapshot.fingerprint.tables:
                    raise SnapshotFailed("There is no table in the database: it was emptied, or it is another one.")
            manifest = Manifest(
                id=id,
                engine=self.database.engine,
                source=self.database.source,
                kind=kind,
                parent=parent.id if parent else None,
                started_at=started_at,
                taken_at=taken_at,
                finished_at=repository.clock.now(),
                size=plain.size,
                sha256=plain.digest.hexdigest(),
                pieces=tuple(pieces.stored),
                wrappings=repository.wrap(id, key, repository.recipients()),
                fingerprint=snapshot.fingerprint,
                versions=snapshot.versions,
                position=snapshot.position,
            )
        self._check_stored(manifest)
        return manifest

    def _history(self) -> History:
        """Damage of what was before is no reason to take no backup now: this one builds on nothing."""
        try:
            return self.repository.history()
        except Damaged:
            return History.of(())

    def _refuse_orphan(self, manifest: Manifest) -> None:
        """Others may prune while we work."""
        if manifest.parent and manifest.parent not in {backup.id for backup in self._history().backups}:
            raise SnapshotFailed(f"{manifest.parent}, which it would build on, was removed meanwhile; try again.")

    def _parent(self, history: History) -> Manifest | None:
        """The newest sound backup that can be built on."""
        return self.database.continued(backup.manifest for backup in history.sound())

    def _newest(self, history: History) -> Manifest | None:
        """The newest backup, if it is of this database and no fault of it is known."""
        newest = history.newest
        if newest is None or newest.fault is not None:
            return None
        ours = self.database.engine, self.database.source
        return newest.manifest if (newest.manifest.engine, newest.manifest.source) == ours else None

    def _was_begun(self, history: History, since: datetime) -> bool:
        newest = self._newest(history)
        return newest is not None and newest.started_at >= since

    def _is_known(self, history: History, snapshot: Snapshot, now: datetime) -> bool:
        newest = self._newest(history)
        return newest is not None and timedelta() <= now - newest.taken_at < _REPEATED_AFTER and snapshot.is_as(newest)

    def _check_stored(self, manifest: Manifest) -> None:
        for piece in (*manifest.pieces, *(wrapping.piece for wrapping in manifest.wrappings)):
            blob = self.repository.store.find(piece.key, piece.version)
            if blob is None or blob.size != piece.size:
                raise Damaged(f"{piece.key} did not arrive whole.", piece.key, (manifest.id,))

    def _remember(self, kind: Kind, error: CoprraError, by: Actor) -> None:
        """Where the store itself is what fails, nothing can be written there."""
        reason = f"{error.code}: {error.message}"[:_LONGEST_REASON]
        with suppress(CoprraError):
            self.repository.journal.append(Failed(str(kind), reason), by)


class _Measured(Source):
    """What is read, counted and digested on its way."""

    def __init__(self, snapshot: Snapshot, lease: Lease, progress: Progress) -> None:
        self._snapshot = snapshot
        self._lease = lease
        self._progress = progress
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        content = self._snapshot.read(size)
        self.digest.update(content)
        self.size += len(content)
        self._progress(self.size, self._snapshot.size)
        self._lease.check()
        return content


class _Pieces(Sink):
    """What is written, cut into objects of at most the policy's size. The last one is stored when the block ends."""

    def __init__(self, repository: Repository, id: str) -> None:
        self._repository = repository
        self._id = id
        self._open = ExitStack()
        self._new: NewBlob | None = None
        self._size = 0
        self._digest = hashlib.sha256()
        self.stored: list[Piece] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        if ended[0] is None:
            self._close()
        else:
            self._open.__exit__(*ended)  # type: ignore[arg-type]  # as it was given

    def write(self, content: bytes, /) -> int:
        rest = memoryview(content)
        while rest:
            if self._new is None or self._size == self._repository.policy.piece:
                self._close()
                self._begin()
            part = bytes(rest[: self._repository.policy.piece - self._size])
            self._put(part)
            rest = rest[len(part) :]
        return len(content)

    def _put(self, part: bytes) -> None:
        if self._new is not None:
            self._new.write(part)
            self._digest.update(part)
            self._size += len(part)

    def _begin(self) -> None:
        repository = self._repository
        key = f"{repository.data_prefix(self._id)}{len(self.stored):03}.zst.age"
        until = repository.locked_until(repository.clock.now())
        self._new = self._open.enter_context(repository.store.create(key, locked_until=until))
        self._digest, self._size = hashlib.sha256(), 0

    def _close(self) -> None:
        if self._new is not None:
            new, self._new = self._new, None
            self._open.close()
            self.stored.append(piece_of(new.blob, self._digest.hexdigest()))
