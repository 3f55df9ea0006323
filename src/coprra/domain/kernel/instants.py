"""Instants: aware datetimes in UTC, and their storage as integer microseconds."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from coprra.domain.kernel.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class InvalidInstant(Invalid):
    """A text that is no instant, or one without a time zone."""

    code = "invalid_instant"


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z; exact, also before 1970."""
    return (instant - EPOCH) // _MICROSECOND


@lru_cache(maxsize=1_024)
def from_micros(micros: int) -> datetime:
    """The inverse of `to_micros`: aware, UTC."""
    return EPOCH + timedelta(microseconds=micros)


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant as aware UTC.

    A bare date means the last microsecond of that day in UTC, because "as of 30 December" includes what was seen on
    that day. An instant needs a zone: guessing one would shift prices by a day twice a year.

    Raises: InvalidInstant.
    """
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1) - _MICROSECOND
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInstant(
        f"{text[:40]!r} is no instant: write a date (2025-12-30) or ISO 8601 with a zone (2025-12-30T12:00:00Z)."
    )


def format_instant(instant: datetime) -> str:
    """ISO 8601 in UTC with ``Z``; microseconds only when there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
