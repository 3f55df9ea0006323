"""Recovery: how much would be lost now, and how long it would take to be back.

RPO and RTO are those of ISO 22301: the data that a disaster may cost, and the time until work goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DETECTION = timedelta(minutes=5)
DECISION = timedelta(minutes=5)
"""What a person may take for each, before anything is restored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A restore that was timed. size: of the database in bytes; restored, checked: how long each part took."""

    size: int
    restored: timedelta
    checked: timedelta


def predicted_rto(size: int, rehearsals: Sequence[Rehearsal]) -> timedelta | None:
    """How long until a database of `size` bytes is back, by the slowest rate of the rehearsals; None without any.

    Detection and decision are counted with their allowance. What takes its time whatever the size is, such as starting
    a server, is counted as if it grew with the size, so that the prediction errs on the long side.
    """
    if not rehearsals:
        return None
    restored = max(_scaled(one.restored, size, one.size) for one in rehearsals)
    checked = max(_scaled(one.checked, size, one.size) for one in rehearsals)
    return DETECTION + DECISION + restored + checked


def would_be_lost(now: datetime, taken_at: datetime | None) -> timedelta | None:
    """What happened since the newest backup; None where there is none, and all would be lost. Never negative."""
    return None if taken_at is None else max(now - taken_at, timedelta())


def _scaled(took: timedelta, size: int, measured: int) -> timedelta:
    """A smaller database is not hoped to be faster."""
    return took * max(size / measured, 1) if measured else took
