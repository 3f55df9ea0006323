"""The bookmark in a file."""

import json
import os
from contextlib import suppress
from pathlib import Path

from coprra.adapters.filesystem.disk import DISK_FULL, flush_folder, write_through
from coprra.domain.backups.blob import StoreFull
from coprra.domain.backups.ports import Bookmark
from coprra.domain.kernel.errors import Unavailable, Unreadable


class FileBookmark(Bookmark):
    """A line of JSON, replaced as a whole: after a power cut it is the old one or the new one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, number: int, digest: str) -> None:
        """See `Bookmark.note`."""
        seen = self.latest()
        if seen is not None and seen[0] >= number:
            return
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_through(fresh, (json.dumps({"number": number, "hash": digest}) + "\n").encode())
            fresh.replace(self._path)
            flush_folder(self._path.parent)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            if error.errno in DISK_FULL:
                raise StoreFull(f"The disk of {self._path.name} is full; nothing was noted.") from error
            raise Unavailable(f"The end of the journal can't be noted: {error.strerror}.") from error

    def latest(self) -> tuple[int, str] | None:
        """See `Bookmark.latest`."""
        try:
            said = json.loads(self._path.read_text())
            return int(said["number"]), str(said["hash"])
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"The noted end of the journal can't be read: {error.strerror}.") from error
        except (ValueError, LookupError, TypeError) as error:
            raise Unreadable(
                f"{self._path.name} does not say where the journal ended; remove it if that is how it should be."
            ) from error
