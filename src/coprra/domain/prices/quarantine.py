"""Quarantine: prices too odd to believe until a person has looked.

A price is suspect when it is more than four times, or less than a quarter, of the median of its own recent prices, or
of what the other chains ask. A median needs three points. The verdict is a function of the ledger up to an instant and
of nothing else, so neither the order in which lists arrive nor the mere passing of time changes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from coprra.domain.kernel.money import Money
from coprra.domain.prices.series import Series, Step

BAND = 4
FEWEST_POINTS = 3
RECENT = timedelta(days=180)
COMPARABLE = timedelta(days=90)
"""How far apart two chains' sightings may lie to say something about each other."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a price is not believed. against: "own_history" or "other_chains"; median: of that many points of it."""

    against: str
    median: Money
    points: int


def suspicion(step: Step, series: Series, others: Sequence[Series]) -> Suspicion | None:
    """Why this step of `series` is suspect, or None. others: all series of the same product; may hold `series` too."""
    own = [
        earlier.price
        for earlier in series.steps
        if step.start - RECENT <= earlier.start < step.start and earlier.price.currency == step.price.currency
    ]
    return _beyond(step, own, "own_history") or _beyond(step, _asked_elsewhere(step, series, others), "other_chains")


def _beyond(step: Step, points: Sequence[Money], against: str) -> Suspicion | None:
    if len(points) < FEWEST_POINTS:
        return None
    middle = median_low(points)
    price = step.price.minor
    if price > middle.minor * BAND or price * BAND < middle.minor:
        return Suspicion(against, middle, len(points))
    return None


def _asked_elsewhere(step: Step, series: Series, others: Sequence[Series]) -> list[Money]:
    """One point for each other chain: the middle of what its branches asked while the step lasted."""
    by_chain: dict[str, list[Money]] = {}
    for other in others:
        if other.listing.chain.code != series.listing.chain.code:
            price = _price_around(other, step)
            if price and price.currency == step.price.currency:
                by_chain.setdefault(other.listing.chain.code, []).append(price)
    return [median_low(prices) for _, prices in sorted(by_chain.items())]


def _price_around(other: Series, step: Step) -> Money | None:
    """The other's latest price that began before the step ended and was seen near the step's own last sighting."""
    known: Step | None = None
    for candidate in other.steps:
        if candidate.start < step.end:
            known = candidate
    if known is None or abs(known.last_seen - step.last_seen) > COMPARABLE:
        return None
    return known.price


def believed(series: Series, others: Sequence[Series]) -> tuple[Step, ...]:
    """The steps of `series` that are not suspect: what lows, means and rankings are made of."""
    return tuple(step for step in series.steps if suspicion(step, series, others) is None)


def suspect_since(series: Series, others: Sequence[Series]) -> tuple[datetime, Suspicion] | None:
    """When the price in force began to be suspect, and why; None when it is not, or nothing is in force."""
    if not series.steps or series.steps[-1].end <= series.as_of:
        return None
    doubt = suspicion(series.steps[-1], series, others)
    return (series.steps[-1].start, doubt) if doubt else None
