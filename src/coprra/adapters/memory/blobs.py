"""Objects in a dictionary."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from itertools import count
from threading import Lock

from coprra.domain.backups.blob import Blob, BlobChanged, BlobExists, BlobLocked, UnknownBlob, checked_key
from coprra.domain.backups.ports import BlobStore, NewBlob, Source
from coprra.domain.kernel.ports import Clock


@dataclass(slots=True)
class MemoryNewBlob(NewBlob):
    """Collects what is written."""

    _content: bytearray
    _stored: Blob | None = None

    def write(self, content: bytes, /) -> int:
        """See `Sink.write`."""
        self._content += content
        return len(content)

    @property
    def blob(self) -> Blob:
        """See `NewBlob.blob`."""
        if self._stored is None:
            raise ValueError("Nothing was stored yet.")
        return self._stored


class MemoryBlobStore(BlobStore):
    """One version of each object. clock: what says whether a lock has ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._blobs: dict[str, tuple[Blob, bytes]] = {}
        self._tags = count(1)
        self._writing = Lock()

    @contextmanager
    def create(self, key: str, *, locked_until: datetime | None = None) -> Iterator[NewBlob]:
        """See `BlobStore.create`."""
        checked_key(key)
        new = MemoryNewBlob(bytearray())
        yield new
        with self._writing:
            if key in self._blobs:
                raise BlobExists(f"There is an object {key} already.")
            new._stored = self._put(key, bytes(new._content), locked_until)

    def replace(self, old: Blob, content: bytes) -> Blob:
        """See `BlobStore.replace`."""
        with self._writing:
            held = self.find(old.key)
            if held is None or held.tag != old.tag:
                raise BlobChanged(f"The object {old.key} was replaced meanwhile.")
            return self._put(old.key, content, None)

    @contextmanager
    def open(self, key: str, version: str | None = None) -> Iterator[Source]:
        """See `BlobStore.open`."""
        yield BytesIO(self._held(key)[1])

    def find(self, key: str, version: str | None = None) -> Blob | None:
        """See `BlobStore.find`."""
        held = self._blobs.get(checked_key(key))
        return held[0] if held else None

    def list(self, prefix: str) -> Iterator[Blob]:
        """See `BlobStore.list`."""
        return iter([self._blobs[key][0] for key in sorted(self._blobs) if key.startswith(prefix)])

    def lock(self, blob: Blob, until: datetime) -> None:
        """See `BlobStore.lock`."""
        held, content = self._held(blob.key)
        if held.locked_until is None or held.locked_until < until:
            self._blobs[blob.key] = replace(held, locked_until=until), content

    def remove(self, blob: Blob) -> None:
        """See `BlobStore.remove`."""
        held = self.find(blob.key)
        if held and held.locked_until and self._clock.now() < held.locked_until:
            raise BlobLocked(f"The object {blob.key} is locked.")
        self._blobs.pop(blob.key, None)

    def sweep(self, before: datetime) -> int:
        """See `BlobStore.sweep`; here nothing is left."""
        return 0

    def _held(self, key: str) -> tuple[Blob, bytes]:
        held = self._blobs.get(checked_key(key))
        if held is None:
            raise UnknownBlob(f"There is no object {key}.")
        return held

    def _put(self, key: str, content: bytes, locked_until: datetime | None) -> Blob:
        blob = Blob(key=key, size=len(content), tag=str(next(self._tags)), locked_until=locked_until)
        self._blobs[key] = blob, content
        return blob
