"""A read that several threads share: who asks while one is under way gets the next one, together with all who wait."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SharedRead(Generic[T]):
    """Calls `read`, never twice at once, and gives everybody what a call returned that began after they had asked.

    Where a read waits for a server, as many threads as ask meanwhile cost one more read and not one each.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._changed = threading.Condition(threading.Lock())
        self._running = False
        self._begun = 0
        self._found: tuple[int, T] | None = None

    def __call__(self) -> T:
        """Raises: what `read` raises, to the one who called it; the others then call it for themselves."""
        with self._changed:
            mine = self._begun + 1
            while self._running:
                self._changed.wait()
                if self._found and self._found[0] >= mine:
                    return self._found[1]
            self._running = True
            self._begun += 1
            number = self._begun
        try:
            found = self._read()
        except BaseException:
            self._end(None)
            raise
        self._end((number, found))
        return found

    def _end(self, found: tuple[int, T] | None) -> None:
        with self._changed:
            self._running = False
            self._found = found
            self._changed.notify_all()
