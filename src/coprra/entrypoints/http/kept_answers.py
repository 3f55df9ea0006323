"""Kept answers: rendered ones that may be given again as long as they would be the same, and where they are kept."""

import threading
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from coprra.domain.kernel.instants import format_instant
from coprra.domain.prices.edition import Edition

Key = tuple[str, str, str]
"""Path, query and ``Accept`` of a request, together at most some thousand characters."""

_OVERHEAD = 1_500
"""Bytes that an answer takes besides its key and its body: objects, headers, its place among the others."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer of status 200, as it was given for an edition of the store.

    until: the first instant at which another answer may be due; None for never. Both that and the edition's instant
    concern questions that are asked of now: dated is what a question says that names its instant itself, and its answer
    does not depend on the time of the day. body: in pieces, between which the instant of the question stands (see
    `stated`). headers: all but Content-Length. route: the framework's own, for the log.
    """

    edition: Edition
    dated: bool
    until: datetime | None
    body: Sequence[bytes]
    headers: tuple[tuple[str, str], ...]
    route: Any

    @property
    def entity_tag(self) -> str:
        """As it is sent."""
        return next(value for name, value in self.headers if name == "ETag")

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return _OVERHEAD + sum(len(piece) for piece in self.body)

    def stands(self, now: Edition) -> bool:
        """Whether the same question gets the same answer of that edition, but for the instant that it repeats."""
        if self.edition.state != now.state:
            return False
        return self.dated or (self.edition.as_of <= now.as_of and (self.until is None or now.as_of < self.until))

    def body_as_of(self, instant: datetime) -> bytes:
        """What is sent to a question of that instant (aware, UTC)."""
        return self.body[0] if len(self.body) == 1 else stated(format_instant(instant)).join(self.body)


def stated(as_of: str) -> bytes:
    """How an answer repeats the instant that it was asked about."""
    # Within a text the quotation marks would be escaped, so that this can only be the key itself.
    return f'"as_of":"{as_of}"'.encode()


class KeptAnswers(Protocol):
    """Keeps answers by key. It may lose any of them at any time; what it gives may not stand any more."""

    @abstractmethod
    def get(self, key: Key) -> KeptAnswer | None:
        """The answer that was put there last; None where there is none, or none any more."""

    @abstractmethod
    def put(self, key: Key, answer: KeptAnswer) -> None:
        """Keep it there, in place of any other."""


class MemoryAnswers(KeptAnswers):
    """In this process' memory, shared by its threads; those that were not asked for longest make room for others.

    most_bytes: about as much memory as all of them may take together. An answer that is larger than all is not kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._answers: OrderedDict[Key, KeptAnswer] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """About how many bytes of memory they take."""
        return self._bytes

    def get(self, key: Key) -> KeptAnswer | None:
        """See `KeptAnswers.get`."""
        with self._lock:
            answer = self._answers.get(key)
            if answer:
                self._answers.move_to_end(key)
            return answer

    def put(self, key: Key, answer: KeptAnswer) -> None:
        """See `KeptAnswers.put`."""
        with self._lock:
            self._forget(key)
            self._answers[key] = answer
            self._bytes += _size(key, answer)
            while self._bytes > self._most_bytes:
                self._forget(next(iter(self._answers)))

    def _forget(self, key: Key) -> None:
        answer = self._answers.pop(key, None)
        if answer:
            self._bytes -= _size(key, answer)


def _size(key: Key, answer: KeptAnswer) -> int:
    return sum(map(len, key)) + answer.size
