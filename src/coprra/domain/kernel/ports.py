"""Ports that every room may need: the clock and the unit of work."""

from abc import abstractmethod
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from coprra.domain.kernel.events import Event


class Clock(Protocol):
    """The time."""

    @abstractmethod
    def now(self) -> datetime:
        """Now: aware, UTC."""


class UnitOfWork(Protocol):
    """One atomic change. Leaving the block without `commit` rolls everything back."""

    @abstractmethod
    def __enter__(self) -> Self:
        """Begin."""

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Roll back what was not committed, and release what was held."""

    @abstractmethod
    def commit(self) -> None:
        """Make the change durable, all of it or nothing; then publish the recorded events, in order, once.

        Raises: Conflict when somebody else changed it first; Unavailable when the store can't take it.
        """

    @abstractmethod
    def record(self, event: Event) -> None:
        """Remember an event, to be published after the commit."""


class Schema(Protocol):
    """The shape of a store: which revision it is at, and the way to the newest."""

    @abstractmethod
    def current(self) -> str | None:
        """The store's revision; None for a store that was never set up. Raises: Unavailable."""

    @abstractmethod
    def newest(self) -> str:
        """The revision this version of coprra works with."""

    @abstractmethod
    def upgrade(self) -> None:
        """Bring the store to the newest revision; nothing when it is there.

        When it is cut off, the store is at its old revision, and a repeat completes it.

        Raises: Unavailable; Refused for a store that a newer coprra has written.
        """
