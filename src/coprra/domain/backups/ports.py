"""What the backups room needs: stores, databases to copy, keys to seal and sign with."""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from coprra.domain.backups.blob import Blob


class Source(Protocol):
    """Bytes to read."""

    @abstractmethod
    def read(self, size: int = -1, /) -> bytes:
        """At most so many, less only where that suits; none at the end. Of -1: all there are."""


class Sink(Protocol):
    """Where bytes are written to."""

    @abstractmethod
    def write(self, content: bytes, /) -> int:
        """All of them; how many they are."""


class NewBlob(Sink, Protocol):
    """An object that comes to be."""

    @property
    @abstractmethod
    def blob(self) -> Blob:
        """What was stored, once the block has ended well."""


class BlobStore(Protocol):
    """Objects by their keys, in which nothing is ever overwritten.

    Raises everywhere: StoreUnreachable; InvalidBlobKey for a key that `checked_key` refuses.
    """

    @abstractmethod
    def create(self, key: str, *, locked_until: datetime | None = None) -> AbstractContextManager[NewBlob]:
        """Store what is written in the block, all of it when the block ends well, and otherwise nothing of it.

        Until then nobody sees it, however large it is. locked_until: nobody removes it before.

        Raises: BlobExists, at the end of the block at the latest; StoreFull; LocksUnsupported.
        """

    @abstractmethod
    def replace(self, old: Blob, content: bytes) -> Blob:
        """Store the content instead, if `old` is still what is there. Raises: BlobChanged, StoreFull."""

    @abstractmethod
    def open(self, key: str, version: str | None = None) -> AbstractContextManager[Source]:
        """Read it from its beginning; of no version: the newest. Raises: UnknownBlob."""

    @abstractmethod
    def find(self, key: str, version: str | None = None) -> Blob | None:
        """All that is known of it; None where there is none."""

    @abstractmethod
    def list(self, prefix: str) -> Iterator[Blob]:
        """Everything whose key begins so, by key. However much it is, each is told once and none is left out."""

    @abstractmethod
    def lock(self, blob: Blob, until: datetime) -> None:
        """Keep it until then at least; a lock that lasts longer stays. Raises: UnknownBlob, LocksUnsupported."""

    @abstractmethod
    def remove(self, blob: Blob) -> None:
        """Remove it for good, version and all; nothing where it is gone. Raises: BlobLocked."""

    @abstractmethod
    def sweep(self, before: datetime) -> int:
        """Give up what was begun before then and never ended, as a killed process leaves it; how much that was."""
