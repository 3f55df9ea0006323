"""Giving up in good order: what a command has begun is cleaned up when the process is told to end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from coprra.entrypoints.cli.endings import Terminated

_TOLD = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def giving_up_when_told() -> Iterator[None]:
    """SIGTERM, as of systemd, and a terminal that goes away end the block as Ctrl-C would. Raises: Terminated."""
    told: list[int] = []

    def tell(number: int, _frame: FrameType | None) -> None:
        # Whoever is told twice is not disturbed while it cleans up.
        if not told:
            told.append(number)
            raise KeyboardInterrupt

    before = {number: signal.signal(number, tell) for number in _TOLD}
    try:
        yield
    except KeyboardInterrupt as error:
        if told:
            raise Terminated("told to end; nothing half done was left") from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
