"""The bookmark in memory."""

from coprra.domain.backups.ports import Bookmark


class MemoryBookmark(Bookmark):
    """Forgotten with the process."""

    def __init__(self) -> None:
        self._latest: tuple[int, str] | None = None

    def note(self, number: int, digest: str) -> None:
        """See `Bookmark.note`."""
        if self._latest is None or self._latest[0] < number:
            self._latest = number, digest

    def latest(self) -> tuple[int, str] | None:
        """See `Bookmark.latest`."""
        return self._latest
