"""Lowest: the least that was asked for a listing in a window of time, and how much of the window was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.kernel.instants import EARLIEST
from coprra.domain.kernel.money import Money
from coprra.domain.prices.observation import Asked
from coprra.domain.prices.quarantine import suspicion
from coprra.domain.prices.series import Series, Span, Step

THIRTY_DAYS = timedelta(days=30)
"""The shortest time that a prior price looks back. Source: Directive 98/6/EC Art. 6a(2)."""

_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Lowest:
    """The lowest believed price in a window start ≤ t < end. price: None where none is known.

    asked_at: when it was asked, each time cut to the window, sorted. covered: for how long it is known what was asked,
    or that nothing was; the rest of the window may hide a lower price.
    """

    start: datetime
    end: datetime
    price: Money | None
    asked_at: tuple[Span, ...]
    covered: timedelta

    @property
    def complete(self) -> bool:
        """Whether nothing of the window is unseen, and the window is not empty."""
        return _NOTHING < self.covered == self.end - self.start


def believed_steps(series: Series, others: Sequence[Series], like: Asked) -> tuple[Step, ...]:
    """The steps whose prices are neither suspect nor rejected, and can be compared with `like`.

    others: as for `suspicion`.
    """
    return tuple(
        step
        for step in series.credible_steps
        if step.asked.comparable(like) and suspicion(step, series, others) is None
    )


def lowest(steps: Sequence[Step], absences: Sequence[Span], start: datetime, end: datetime) -> Lowest:
    """Of steps and absences of one listing (sorted, not overlapping); the price in force when the window opens counts.

    steps: all in one currency. Where end lies before start the window is empty.
    """
    end = max(start, end)
    asked = [(step.price, span) for step in steps if (span := _cut((step.start, step.end), start, end))]
    absent = [cut for span in absences if (cut := _cut(span, start, end))]
    price = min((price for price, _ in asked), default=None)
    return Lowest(
        start,
        end,
        price,
        tuple(span for known, span in asked if known == price),
        sum((until - since for since, until in [*(span for _, span in asked), *absent]), _NOTHING),
    )


def thirty_days_before(instant: datetime) -> datetime:
    """Where a window of 30 days begins; where the calendar does, if that comes later."""
    return instant - min(THIRTY_DAYS, instant - EARLIEST)


def _cut(span: Span, start: datetime, end: datetime) -> Span | None:
    since, until = max(span[0], start), min(span[1], end)
    return (since, until) if since < until else None
