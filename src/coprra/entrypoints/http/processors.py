"""Processors: which of the machine's this process may use, and staying on one of them."""

import os
from contextlib import suppress


def usable() -> list[int]:
    """Their numbers, in order; whoever started the process may have allowed it only some of them."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def stay_on(processor: int) -> None:
    """Where the system lets it, run on this one alone.

    Python's threads hand a lock to each other; on several processors they spend most of their time on waiting for it.
    """
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(0, {processor})
