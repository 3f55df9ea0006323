"""Pulses: signs of life from a thread, and none at all."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from coprra.domain.kernel.ports import Pulse


class ThreadPulse(Pulse):
    """Beats in a thread of its own, which ends with the block, or with the process."""

    @contextmanager
    def __call__(self, beat: Callable[[], None], every: timedelta) -> Iterator[None]:
        """See `Pulse`."""
        over = threading.Event()

        def run() -> None:
            while not over.wait(every.total_seconds()):
                with suppress(Exception):
                    beat()

        thread = threading.Thread(target=run, name="pulse", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
