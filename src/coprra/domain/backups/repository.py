"""Repository: everything that backups of one cluster need, and the deeds that several use cases share."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from coprra.domain.backups.blob import Blob, UnknownBlob
from coprra.domain.backups.damage import Damaged, WrongKey
from coprra.domain.backups.history import Backup, History
from coprra.domain.backups.journal import Journal
from coprra.domain.backups.lease import Lease, held
from coprra.domain.backups.manifest import Piece, Wrapping
from coprra.domain.backups.policy import Policy
from coprra.domain.backups.ports import BlobStore, Bookmark, Sealer, Signatures, Sink, Source
from coprra.domain.backups.recipient import Recipient
from coprra.domain.kernel.ports import Clock, Pulse

CHUNK = 2**20

Progress = Callable[[int, int], None]
"""Told now and then: how many bytes are done, and about how many there are."""


def in_silence(_done: int, _size: int) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class Repository:
    """Where backups are, whose they are, and who may open them.

    holder: what this process is called in leases; pulse: what renews them while it works.
    """

    clock: Clock
    pulse: Pulse
    store: BlobStore
    signatures: Signatures
    sealer: Sealer
    bookmark: Bookmark
    policy: Policy
    holder: str

    @property
    def journal(self) -> Journal:
        """What was told of the backups."""
        policy = self.policy
        return Journal(self.clock, self.store, self.signatures, self.bookmark, policy.cluster, policy.lock)

    def history(self) -> History:
        """Raises: Damaged, StoreUnreachable."""
        return History.of(self.journal.read())

    def job(self, name: str) -> AbstractContextManager[Lease]:
        """Be the only one who does that, for the block. Raises: LeaseHeld."""
        return held(self.clock, self.store, self.pulse, f"v1/{self.policy.cluster}/lease/{name}.json", self.holder)

    def recipients(self) -> tuple[Recipient, ...]:
        """Whom new backups are wrapped for. Raises: InvalidRecipient."""
        return tuple(self.sealer.recipient(text) for text in self.policy.recipients)

    def data_prefix(self, id: str = "") -> str:
        """Of the keys of a backup's pieces; of no name: of all backups'."""
        return f"v1/{self.policy.cluster}/data/{id}{'/' if id else ''}"

    def keys_prefix(self, id: str = "") -> str:
        """Of the keys of its wrapped keys; likewise."""
        return f"v1/{self.policy.cluster}/keys/{id}{'/' if id else ''}"

    @property
    def journal_prefix(self) -> str:
        """Of the keys of its entries."""
        return f"v1/{self.policy.cluster}/journal/"

    def locked_until(self, now: datetime) -> datetime | None:
        """For what is stored now."""
        return now + self.policy.lock if self.policy.lock else None

    def put(self, key: str, content: bytes) -> Piece:
        """Store a small object. Raises: BlobExists."""
        with self.store.create(key, locked_until=self.locked_until(self.clock.now())) as new:
            new.write(content)
        return piece_of(new.blob, hashlib.sha256(content).hexdigest())

    def wrap(self, id: str, key: str, recipients: tuple[Recipient, ...]) -> tuple[Wrapping, ...]:
        """Store a backup's key for each of them."""
        return tuple(self._wrapping(id, key, recipient) for recipient in recipients)

    def _wrapping(self, id: str, key: str, recipient: Recipient) -> Wrapping:
        """Each has a name of its own, so that what a rotation left that was cut off is in nobody's way."""
        content = self.sealer.wrap(key, recipient)
        name = f"{recipient.fingerprint}.{hashlib.sha256(content).hexdigest()[:8]}.age"
        return Wrapping(recipient.fingerprint, self.put(f"{self.keys_prefix(id)}{name}", content))

    def key_of(self, backup: Backup) -> str:
        """What opens it; one sound wrapped key is enough.

        Raises: WrongKey, which names the keys that would do; Damaged.
        """
        owned = {recipient.fingerprint for recipient in self.sealer.owned()}
        damages = []
        for wrapping in backup.wrappings:
            if wrapping.recipient in owned:
                try:
                    return self.sealer.unwrap(self.read(wrapping.piece), wrapping.piece.key)
                except Damaged as damage:
                    damages.append(damage)
                except WrongKey:
                    said = f"{wrapping.piece.key} does not open for {wrapping.recipient}, whom it is for."
                    damages.append(Damaged(said, wrapping.piece.key))
        if damages:
            raise damages[0].affecting(backup.id)
        needed = ", ".join(wrapping.recipient for wrapping in backup.wrappings)
        missing = "what was given is another" if owned else "none was given: --identity names its file"
        raise WrongKey(f"{backup.id} opens with the secret key of {needed} alone, and {missing}.")

    def read(self, piece: Piece) -> bytes:
        """A small object. Raises: Damaged."""
        return b"".join(self.chunks((piece,)))

    def chunks(self, pieces: tuple[Piece, ...]) -> Iterator[bytes]:
        """The bytes of the pieces, one after the other; at the end of each piece they are compared with its digest.

        So what came before the end may be wrong, and nobody may rely on it. Raises: Damaged.
        """
        for piece in pieces:
            digest, size = hashlib.sha256(), 0
            with self._opened(piece) as source:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    yield chunk
            if (size, digest.hexdigest()) != (piece.size, piece.sha256):
                raise Damaged(f"{piece.key} is not what was stored there.", piece.key)

    @contextmanager
    def _opened(self, piece: Piece) -> Iterator[Source]:
        """Its version; in a copy of the store, which has versions of its own, what is there under its key."""
        version = piece.version if piece.version and self.store.find(piece.key, piece.version) else None
        try:
            with self.store.open(piece.key, version) as source:
                yield source
        except UnknownBlob as error:
            raise Damaged(f"{piece.key} is missing.", piece.key) from error

    def open_into(self, backup: Backup, sink: Sink, progress: Progress) -> None:
        """Write what was backed up, and compare it. What was written before it raises is to be thrown away.

        Raises: Damaged, WrongKey; as the sink does.
        """
        manifest = backup.manifest
        plain = _Compared(sink, manifest.size, progress)
        try:
            self.sealer.open(_Chunks(self.chunks(manifest.pieces)), plain, self.key_of(backup), manifest.id)
        except Damaged as damage:
            raise damage.affecting(manifest.id) from damage
        if (plain.written, plain.digest.hexdigest()) != (manifest.size, manifest.sha256):
            raise Damaged(f"{manifest.id} opens to something else than was sealed.", manifest.id, (manifest.id,))


def piece_of(blob: Blob, sha256: str) -> Piece:
    """What was stored, to be named in a manifest."""
    return Piece(key=blob.key, version=blob.version, size=blob.size, sha256=sha256)


class _Chunks(Source):
    """An iterator of chunks as a file. Its end is reached only when the last chunk was compared."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._pending = b""

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return self._pending + b"".join(self._chunks)
        if not self._pending:
            self._pending = next(self._chunks, b"")
        given, self._pending = self._pending[:size], self._pending[size:]
        return given


class _Compared(Sink):
    def __init__(self, sink: Sink, size: int, progress: Progress) -> None:
        self._sink = sink
        self._size = size
        self._progress = progress
        self.digest = hashlib.sha256()
        self.written = 0

    def write(self, content: bytes, /) -> int:
        self._sink.write(content)
        self.digest.update(content)
        self.written += len(content)
        self._progress(self.written, self._size)
        return len(content)
