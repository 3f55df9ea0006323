"""Packed files: the content of a small file, plain, in gzip or in a zip archive of one."""

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import IO

from coprra.domain.kernel.errors import Unreadable

LARGEST = 32 * 2**20
"""Unpacked bytes. All rates since 1999 are two million."""

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"


def unpacked(path: Path) -> bytes:
    """The content, unpacked by what the file is, whatever its name says.

    Raises: Unreadable when it is not there, no file, empty, cut, damaged, or larger than `LARGEST`.
    """
    try:
        # A pipe would block for ever.
        if not path.is_file():
            raise Unreadable(f"{path.name} is {'no file' if path.exists() else 'not there; check the path'}.")
        with path.open("rb") as raw:
            head = raw.read(4)
            raw.seek(0)
            content = _content(raw, head, path.name)
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"{path.name} is cut or damaged: it can't be unpacked. Fetch it again.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Unreadable(f"{path.name} can't be read: {(reason or str(error)).lower()}.") from error
    if len(content) > LARGEST:
        raise Unreadable(f"{path.name} holds more than {LARGEST // 2**20} MiB; no file of exchange rates does.")
    if not content:
        raise Unreadable(f"{path.name} is empty.")
    return content


def _content(raw: IO[bytes], head: bytes, name: str) -> bytes:
    """At most a byte more than `LARGEST`."""
    if head.startswith(_GZIP):
        with gzip.open(raw) as stream:
            return stream.read(LARGEST + 1)
    if head == _ZIP:
        with zipfile.ZipFile(raw) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise Unreadable(f"{name} is an archive of {len(members)} files; one of exchange rates is expected.")
            with archive.open(members[0]) as stream:
                return stream.read(LARGEST + 1)
    return raw.read(LARGEST + 1)
