"""Ports that every room may need: the clock, randomness, signs of life, keys and the unit of work."""

from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from coprra.domain.kernel.events import Event


class Clock(Protocol):
    """The time."""

    @abstractmethod
    def now(self) -> datetime:
        """Now: aware, UTC."""


class Randomness(Protocol):
    """Where secrets and ids come from."""

    @abstractmethod
    def draw(self, size: int) -> bytes:
        """So many bytes that nobody can foretell."""


class Pulse(Protocol):
    """Signs of life of whoever is busy."""

    @abstractmethod
    def __call__(self, beat: Callable[[], None], every: timedelta) -> AbstractContextManager[None]:
        """Call `beat` again and again until the block ends; what it raises is passed over, the next may succeed."""


@dataclass(frozen=True, slots=True)
class Mac:
    """A keyed digest. key: the name of the key; digest: HMAC-SHA-256, hex."""

    key: str
    digest: str


class Macs(Protocol):
    """Digests under keys that no database holds. purpose: part of the key, so that no digest serves two ends."""

    @abstractmethod
    def make(self, purpose: str, content: str) -> Mac:
        """With the newest key."""

    @abstractmethod
    def matches(self, purpose: str, content: str, mac: Mac) -> bool:
        """Whether it is of that content, in a time that tells nothing; False for a key that is unknown."""


class Envelopes(Protocol):
    """Secrets at rest: what is sealed can be opened for the same purpose and owner alone."""

    @abstractmethod
    def seal(self, purpose: str, owner: str, secret: bytes) -> str:
        """As a text that tells nothing of the secret. Raises: Unavailable without a key."""

    @abstractmethod
    def open(self, purpose: str, owner: str, sealed: str) -> bytes:
        """The secret. Raises: Unavailable when the key is missing, or it was sealed for another purpose or owner."""


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
