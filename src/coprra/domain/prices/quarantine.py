"""Quarantine: prices too odd to believe until a person has looked.

A price is suspect when it is more than four times, or less than a quarter, of the median of its own recent prices, or
of what the other chains ask for goods in the same condition. A median needs three points. The verdict is a function of
the ledger up to an instant, of what persons decided about it, and of nothing else, so neither the order in which they
arrive nor the mere passing of time changes it; a special price that was announced brings its verdict when it begins.

What a person has decided about is not suspect any more, and what a person has rejected speaks against no other price.
Whether a price is suspect never depends on whether another one is.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from statistics import median_low

from coprra.domain.kernel.instants import EARLIEST
from coprra.domain.kernel.money import Money
from coprra.domain.prices.series import PriceRange, Series, Step

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


class Peers(tuple[Series, ...]):  # noqa: SLOT001  # cached properties need a dictionary
    """All series of one product, with what their verdicts have in common worked out once.

    A product may have a thousand listings: to hold each step against each of them takes seconds, and nearly all steps
    lie so close to all others that no median can be far from them.
    """

    @classmethod
    def of(cls, series: Sequence[Series]) -> "Peers":
        """The same series; as they are if they are peers already."""
        return series if isinstance(series, cls) else cls(series)

    @cached_property
    def ranges(self) -> dict[str, PriceRange]:
        """By currency, what was ever asked for the product."""
        ranges: dict[str, PriceRange] = {}
        for one in self:
            for code, (low, high) in one.ranges.items():
                lowest, highest = ranges.get(code, (low, high))
                ranges[code] = (min(low, lowest), max(high, highest))
        return ranges

    @cached_property
    def announced(self) -> tuple[tuple[str, datetime], ...]:
        """The chains whose special prices will turn after as_of while they are believed, and when."""
        return tuple(
            (one.listing.chain.code, edge) for one in self if one.stale_at for edge in one.edges if edge < one.stale_at
        )


def suspicion(step: Step, series: Series, others: Sequence[Series]) -> Suspicion | None:
    """Why this step of `series` is suspect, or None. others: all series of the same product; may hold `series` too."""
    if series.decision_on(step):
        return None
    doubt = None
    if _may_be_beyond(step, series.ranges):
        doubt = _beyond(step, _asked_before(step, series), "own_history")
    if doubt is None and _may_be_beyond(step, Peers.of(others).ranges):
        doubt = _beyond(step, _asked_elsewhere(step, series, others), "other_chains")
    return doubt


def _may_be_beyond(step: Step, ranges: dict[str, PriceRange]) -> bool:
    """Whether any median of such prices could lie so far away."""
    price = step.price.minor
    low, high = ranges.get(step.price.currency.code, (price, price))
    return price > low * BAND or price * BAND < high


def _asked_before(step: Step, series: Series) -> list[int]:
    """The listing's own recent prices."""
    steps, began = series.credible_steps, attrgetter("start")
    recent = bisect_left(steps, step.start - min(RECENT, step.start - EARLIEST), key=began)
    before = bisect_left(steps, step.start, key=began)
    return [earlier.price.minor for earlier in steps[recent:before] if earlier.price.currency == step.price.currency]


def _beyond(step: Step, points: Sequence[int], against: str) -> Suspicion | None:
    """points: in minor units of the step's currency."""
    if len(points) < FEWEST_POINTS:
        return None
    middle, price = median_low(points), step.price.minor
    if price > middle * BAND or price * BAND < middle:
        return Suspicion(against, Money(middle, step.price.currency), len(points))
    return None


def _asked_elsewhere(step: Step, series: Series, others: Sequence[Series]) -> list[int]:
    """One point for each other chain: the middle of what its branches asked at about the time of the step.

    What is used says nothing of what is new.
    """
    by_chain: dict[str, list[int]] = {}
    for other in others:
        if other.listing.chain.code != series.listing.chain.code and other.condition is series.condition:
            price = _price_around(other, step)
            if price and price.currency == step.price.currency:
                by_chain.setdefault(other.listing.chain.code, []).append(price.minor)
    return [median_low(prices) for prices in by_chain.values()]


def _price_around(other: Series, step: Step) -> Money | None:
    """The other's latest price that began before the step ended, if the two were seen at about the same time."""
    begun = bisect_left(other.credible_steps, step.end, key=attrgetter("start"))
    if not begun:
        return None
    known = other.credible_steps[begun - 1]
    apart = max(_first_seen(known) - step.last_seen, _first_seen(step) - known.last_seen)
    return known.price if apart <= COMPARABLE else None


def _first_seen(step: Step) -> datetime:
    """When it began, or was announced."""
    return min(step.start, step.last_seen)


def judged_anew(series: Series, others: Sequence[Series]) -> Iterator[datetime]:
    """The instants after as_of at which another verdict may come without a new observation."""
    return (edge for chain, edge in Peers.of(others).announced if chain != series.listing.chain.code)


def suspect_since(series: Series, others: Sequence[Series]) -> tuple[datetime, Suspicion] | None:
    """When the price in force began to be suspect, and why; None when it is not, or nothing is in force."""
    if not series.steps or series.steps[-1].end <= series.as_of:
        return None
    doubt = suspicion(series.steps[-1], series, others)
    return (series.steps[-1].start, doubt) if doubt else None
