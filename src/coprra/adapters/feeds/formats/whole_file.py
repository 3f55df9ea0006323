"""Whole files: read once to their end, so that a cut, packed or poisoned one is refused before anything is taken."""

import gzip
import hashlib
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from coprra.domain.kernel.errors import Unreadable

LARGEST = 4 * 2**30
"""Uncompressed bytes. The longest real list is some megabytes, and a million rows are about a hundred."""

LARGEST_RATIO = 200
FREE_OF_RATIO = 64 * 2**20
"""Price lists shrink to a tenth, XML to a thirtieth; gzip itself reaches a thousandth, with nothing but repetition.
What unpacks to less than this harms nobody, whatever its ratio."""

_BLOCK = 2**20
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": "is an old or protected Excel workbook; save the list as CSV, or as .xlsx without a password",
    b"%PDF": "is a PDF document; ask for the list as CSV or XML",
    _GZIP: "is packed by gzip twice; unpack it once",
    b"BZh": "is packed by bzip2; unpack it, or pack it by gzip",
    b"\xfd7zXZ": "is packed by xz; unpack it, or pack it by gzip",
    b"(\xb5/\xfd": "is packed by zstd; unpack it, or pack it by gzip",
}


class _Bytes(Protocol):
    """What is read from: the file itself, or what gzip unpacks of it."""

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None: ...

    def seek(self, offset: int, whence: int = ..., /) -> int: ...


class _Counted(io.RawIOBase):
    """A stream that counts what was taken from it, and tells a broken file from a broken disk."""

    def __init__(self, content: _Bytes, name: str) -> None:
        super().__init__()
        self._content = content
        self._name = name
        self.position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            self.position = self._content.seek(offset, whence)
        except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as error:
            raise _not_read(self._name, OSError(str(error))) from error
        return self.position

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # the base says Any
        try:
            count = self._content.readinto(buffer) or 0
        except EOFError as error:
            raise Unreadable(f"{self._name} is cut: the gzip data ends too early. Fetch it again.") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable(f"{self._name} is damaged: its gzip data is wrong ({error}). Fetch it again.") from error
        except OSError as error:
            raise _not_read(self._name, error) from error
        self.position += count
        return count


@dataclass(slots=True)
class WholeFile:
    """An open file that was read to its end. name: without folders; sha256, size: of the uncompressed bytes.

    archive: whether it is a zip archive, as Excel workbooks are.
    """

    name: str
    path: Path
    sha256: str
    size: int
    archive: bool
    _raw: IO[bytes]
    _packed: bool
    _identity: tuple[int, int]
    _counted: _Counted | None = None

    @property
    def position(self) -> int:
        """Uncompressed bytes that the newest stream has given."""
        return self._counted.position if self._counted else 0

    def stream(self) -> io.BufferedReader:
        """The uncompressed bytes from the beginning; a stream that was given before is of no use any more.

        Raises: Unreadable, now or while it is read.
        """
        self._raw.seek(0)
        self._counted = _unpacked(self._raw, self.name, packed=self._packed)
        return io.BufferedReader(self._counted, 2**16)

    def assert_unchanged(self) -> None:
        """Raises: Unreadable when somebody wrote to the file since it was opened, so that its digest lies."""
        if _identity(self._raw) != self._identity:
            raise Unreadable(f"{self.name} changed while it was read. Import it again when its writer is done.")


@contextmanager
def open_whole(source: str) -> Iterator[WholeFile]:
    """The file at that path, unpacked if it is gzip, whatever its name says.

    Raises: Unreadable when it is not there, no file, empty, cut, damaged, a bomb, or plainly no text.
    """
    path = Path(source).absolute()
    name = path.name or source
    with _open(path, name) as raw:
        identity = _identity(raw)
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        content = _unpacked(raw, name, packed=packed)
        digest, size, archive = hashlib.sha256(), 0, False
        while block := _block(content):
            if not size:
                archive = block.startswith(_ZIP)
                _refuse_binary(block, name)
            digest.update(block)
            size += len(block)
            _refuse_bomb(size, raw.tell() if packed else size, name)
        if not size:
            raise Unreadable(f"{name} is empty.")
        yield WholeFile(name, path, digest.hexdigest(), size, archive, raw, packed, identity)


def _open(path: Path, name: str) -> IO[bytes]:
    try:
        # A pipe would block for ever, and can't be read twice.
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable(f"{name} is no file{'; name the lists in it' if path.is_dir() else ''}.")
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise _not_read(name, error) from error


def _not_read(name: str, error: OSError | ValueError) -> Unreadable:
    if isinstance(error, FileNotFoundError):
        return Unreadable(f"{name} is not there; check the path.")
    reason = error.strerror if isinstance(error, OSError) else None
    return Unreadable(f"{name} can't be read: {(reason or str(error)).lower()}.")


def _identity(raw: IO[bytes]) -> tuple[int, int]:
    status = os.fstat(raw.fileno())
    return status.st_size, status.st_mtime_ns


def _unpacked(raw: IO[bytes], name: str, *, packed: bool) -> _Counted:
    return _Counted(gzip.GzipFile(fileobj=raw, mode="rb") if packed else raw, name)  # type: ignore[arg-type]  # IO[bytes] has readinto where it is a real file


def _block(content: _Counted) -> bytes:
    """As much as is there, at most a block: a single read may give less without being at the end."""
    buffer = bytearray(_BLOCK)
    filled = 0
    with memoryview(buffer) as view:
        while filled < _BLOCK and (count := content.readinto(view[filled:])):
            filled += count
    return bytes(buffer[:filled])


def _refuse_binary(head: bytes, name: str) -> None:
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise Unreadable(f"{name} {what}.")
    if not head.startswith((*_UTF_16, _ZIP)) and b"\0" in head[: 2**16]:
        line = head.count(b"\n", 0, head.index(b"\0")) + 1
        raise Unreadable(f"{name} is binary (a NUL byte on line {line}), not a price list in text.")


def _refuse_bomb(size: int, packed: int, name: str) -> None:
    if size > LARGEST:
        raise Unreadable(f"{name} holds more than {LARGEST // 2**30} GiB; no price list does.")
    if size > FREE_OF_RATIO and size > packed * LARGEST_RATIO:
        raise Unreadable(f"{name} unpacks to more than {LARGEST_RATIO} times its size: a gzip bomb, not a price list.")
