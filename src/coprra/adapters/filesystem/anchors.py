"""Anchors in a file: a line for each head, appended and never changed."""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from coprra.domain.audit.entry import Head
from coprra.domain.audit.ports import Anchors
from coprra.domain.kernel.errors import Unavailable, Unreadable
from coprra.domain.kernel.instants import format_instant

_LONGEST_LINE = 512


class FileAnchors(Anchors):
    """JSON Lines. A last line that was cut off by a crash is passed over, and the next one begins behind it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, head: Head, at: datetime) -> None:
        """See `Anchors.add`; the line is on the disk when this returns."""
        line = json.dumps({"number": head.number, "hash": head.hash, "at": format_instant(at)})
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(file, f"{line}\n".encode() if self._ends_a_line() else f"\n{line}\n".encode())
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise Unavailable(f"The anchors of the audit trail can't be written: {error.strerror}.") from error

    def latest(self) -> Head | None:
        """See `Anchors.latest`."""
        heads = list(_heads(self._tail(2 * _LONGEST_LINE).split(b"\n")[1:]))
        return heads[-1] if heads else max(self._all(), key=lambda head: head.number, default=None)

    def all(self) -> Mapping[int, str]:
        """See `Anchors.all`."""
        return {head.number: head.hash for head in self._all()}

    def _all(self) -> list[Head]:
        try:
            return list(_heads(self._path.read_bytes().split(b"\n")))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Unavailable(f"The anchors of the audit trail can't be read: {error.strerror}.") from error

    def _ends_a_line(self) -> bool:
        return self._tail(1) in {b"", b"\n"}

    def _tail(self, length: int) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(-min(length, file.seek(0, os.SEEK_END)), os.SEEK_END)
                return file.read()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise Unavailable(f"The anchors of the audit trail can't be read: {error.strerror}.") from error


def _heads(lines: list[bytes]) -> Iterator[Head]:
    for line in lines:
        if line.startswith(b"{") and line.endswith(b"}"):
            try:
                said = json.loads(line)
                yield Head(int(said["number"]), str(said["hash"]))
            except (ValueError, LookupError, TypeError) as error:
                raise Unreadable("The anchors of the audit trail hold a line that is no anchor.") from error
