"""Relay: a sink that is written to by a thread of its own, while whoever fills it goes on."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from coprra.domain.backups.ports import Sink

_WAITING = 8
"""Writes that may wait for the thread; each of them is in memory."""


class Relay(Sink):
    """Writes to the sink in order, and no more once a write has failed.

    A context manager: when its block ends well everything was written; otherwise what still waits is dropped.
    Raises what the sink raises, at one of the next writes or when the block ends.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._thread = ThreadPoolExecutor(1, "relay")
        self._waiting: deque[Future[None]] = deque()
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            while self._waiting and error is None:
                self._waiting.popleft().result()
        finally:
            self._thread.shutdown(cancel_futures=True)

    def write(self, content: bytes, /) -> int:
        if len(self._waiting) == _WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._written, content))
        return len(content)

    def _written(self, content: bytes) -> None:
        if self._failed:
            return
        try:
            self._sink.write(content)
        except BaseException:
            self._failed = True
            raise
