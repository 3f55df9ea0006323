"""Clocks: the system's, and one that stands still."""

from dataclasses import dataclass
from datetime import UTC, datetime

from coprra.domain.kernel.ports import Clock


class SystemClock(Clock):
    """The machine's time in UTC."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class StoppedClock(Clock):
    """Always the same instant: what `COPRRA_AS_OF` sets for every question, and what tests use."""

    instant: datetime

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.instant
