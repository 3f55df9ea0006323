"""Objects as files below a folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from coprra.adapters.filesystem.disk import DISK_FULL, flush_folder
from coprra.domain.backups.blob import (
    Blob,
    BlobChanged,
    BlobExists,
    LocksUnsupported,
    StoreFull,
    StoreUnreachable,
    UnknownBlob,
    checked_key,
    is_key,
)
from coprra.domain.backups.ports import BlobStore, NewBlob, Source

_UNFINISHED = ".unfinished"


class FileNewBlob(NewBlob):
    """A file that has its name only when it is whole and on the disk."""

    def __init__(self, key: str, file: BinaryIO) -> None:
        self._key = key
        self._file = file
        self.stored: Blob | None = None

    def write(self, content: bytes, /) -> int:
        """See `Sink.write`."""
        with _said(self._key):
            return self._file.write(content)

    @property
    def blob(self) -> Blob:
        """See `NewBlob.blob`."""
        if self.stored is None:
            raise ValueError("Nothing was stored yet.")
        return self.stored


class FileSource(Source):
    """A file that is read, with what goes wrong in the domain's words."""

    def __init__(self, key: str, file: BinaryIO) -> None:
        self._key = key
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        """See `Source.read`."""
        with _said(self._key):
            return self._file.read(size)


class FileBlobStore(BlobStore):
    """For one machine, or for what several have mounted. It has no versions and no locks.

    Files whose paths are no keys, as systems and people leave them beside ours, are no objects.

    Nobody is kept from removing files who may write to the folder: that needs a store with locks, or another machine.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def create(self, key: str, *, locked_until: datetime | None = None) -> Iterator[NewBlob]:
        """See `BlobStore.create`."""
        if locked_until is not None:
            raise LocksUnsupported("A folder can't lock files; set lock_days to 0, or use a store that can.")
        path = self._path(key)
        with self._unfinished() as (file, unfinished):
            if path.exists():
                raise BlobExists(f"There is a file {key} already.")
            new = FileNewBlob(key, file)
            yield new
            with _written():
                _flush(file)
                path.parent.mkdir(parents=True, exist_ok=True)
                _name(unfinished, path)
                new.stored = self._blob(key, path)

    def replace(self, old: Blob, content: bytes) -> Blob:
        """See `BlobStore.replace`."""
        path = self._path(old.key)
        with self._unfinished() as (file, unfinished), _said(old.key), self._alone():
            held = self.find(old.key)
            if held is None or held.tag != old.tag:
                raise BlobChanged(f"The file {old.key} was replaced meanwhile.")
            file.write(content)
            _flush(file)
            unfinished.replace(path)
            flush_folder(path.parent)
            return self._blob(old.key, path)

    @contextmanager
    def open(self, key: str, version: str | None = None) -> Iterator[Source]:
        """See `BlobStore.open`."""
        with _said(key):
            file = self._path(key).open("rb")
        with file:
            yield FileSource(key, file)

    def find(self, key: str, version: str | None = None) -> Blob | None:
        """See `BlobStore.find`."""
        try:
            with _said(key):
                return self._blob(key, self._path(key))
        except UnknownBlob:
            return None

    def list(self, prefix: str) -> Iterator[Blob]:
        """See `BlobStore.list`."""
        with _said(prefix):
            keys = sorted(
                path.relative_to(self._folder).as_posix()
                for path in (self._folder / prefix.rpartition("/")[0]).rglob("*")
                if path.is_file()
            )
        for key in keys:
            # What was removed since is not there any more.
            if key.startswith(prefix) and is_key(key) and (blob := self.find(key)):
                yield blob

    def lock(self, blob: Blob, until: datetime) -> None:
        """See `BlobStore.lock`."""
        raise LocksUnsupported("A folder can't lock files.")

    def remove(self, blob: Blob) -> None:
        """See `BlobStore.remove`."""
        with suppress(UnknownBlob), _said(blob.key):
            self._path(blob.key).unlink()

    def sweep(self, before: datetime) -> int:
        """See `BlobStore.sweep`."""
        swept = 0
        with _said(_UNFINISHED):
            for path in (self._folder / _UNFINISHED).glob("*"):
                # Others end what they have begun meanwhile.
                with suppress(FileNotFoundError):
                    if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                        path.unlink()
                        swept += 1
        return swept

    def _path(self, key: str) -> Path:
        return self._folder / checked_key(key)

    def _blob(self, key: str, path: Path) -> Blob:
        status = path.stat()
        return Blob(key=key, size=status.st_size, tag=f"{status.st_ino}-{status.st_mtime_ns}-{status.st_size}")

    @contextmanager
    def _unfinished(self) -> Iterator[tuple[BinaryIO, Path]]:
        path = self._folder / _UNFINISHED / uuid4().hex
        with _written():
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        try:
            yield file, path
        finally:
            # What was broken off has no need of its last bytes, for which there may be no room.
            with suppress(OSError):
                file.close()
            path.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".replacing").open("a") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield


@contextmanager
def _said(key: str) -> Iterator[None]:
    """What the system says, in the domain's words."""
    try:
        yield
    except FileNotFoundError as error:
        raise UnknownBlob(f"There is no file {key}.") from error
    except OSError as error:
        raise _translated(error) from error


@contextmanager
def _written() -> Iterator[None]:
    """Likewise, where it is not the object that is missing, but the place for it."""
    try:
        yield
    except OSError as error:
        raise _translated(error) from error


def _translated(error: OSError) -> StoreFull | StoreUnreachable:
    if error.errno in DISK_FULL:
        return StoreFull("The disk of the store is full; nothing of this was kept.")
    where = f" at {error.filename}" if error.filename else ""
    return StoreUnreachable(f"The folder of the store can't be used{where}: {error.strerror}.")


def _name(unfinished: Path, path: Path) -> None:
    """Unlike a rename, it never replaces what somebody else has put there meanwhile."""
    try:
        os.link(unfinished, path)
    except FileExistsError as error:
        raise BlobExists(f"There is a file {path.name} already.") from error
    flush_folder(path.parent)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
