"""Bar: shows how far an import is, where somebody looks."""

from typing import Protocol


class Bar(Protocol):
    """Shows how far an import is."""

    def begin(self, file: str, number: int) -> None:
        """A file comes; number: from 1."""

    def update(self, done: int, size: int, rows: int) -> None:
        """See `Watch.progress`."""

    def end(self) -> None:
        """Make room for other output until the next file begins."""


class NoBar(Bar):
    """Nobody looks: stderr is no terminal."""

    def begin(self, file: str, number: int) -> None:
        """Nothing."""

    def update(self, done: int, size: int, rows: int) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""
