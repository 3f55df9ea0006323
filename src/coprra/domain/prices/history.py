"""History: what was asked over time, and its low, high, mean and median, weighted by time and not by rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.kernel.money import Money, divide_half_even
from coprra.domain.prices.claim_check import ClaimCheck, check_claims
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.observation import NO_CLAIMS, Claims
from coprra.domain.prices.quarantine import Suspicion, suspicion
from coprra.domain.prices.series import Listing, Series, Step

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of one listing's believed prices in a window. low_since, high_since: when each was first asked in it.

    mean: weighted by time, rounded half to even; median: the price below or at which half of the known time lies.
    covered: how long the price was known; the rest of the window may hide anything.
    """

    low: Money
    low_since: datetime
    high: Money
    high_since: datetime
    mean: Money
    median: Money
    covered: timedelta


@dataclass(frozen=True, slots=True)
class PastStep:
    """A step of the history. ended: None while it is asked; decision: the latest that a person decided about it."""

    step: Step
    ended: datetime | None
    suspicion: Suspicion | None
    decision: Decision | None = None

    @property
    def believed(self) -> bool:
        """Whether it counts in the statistics: neither suspect nor rejected."""
        return self.suspicion is None and (self.decision is None or self.decision.believes)


@dataclass(frozen=True, slots=True)
class ListingHistory:
    """One listing's history. tracked_since: when its first known price began; "all-time" means since then.

    claims: of its newest list; checks: of them. decisions: all that persons decided about it, the first one first; also
    those that no step shows (any more).
    """

    listing: Listing
    steps: tuple[PastStep, ...]
    statistics: Statistics | None
    tracked_since: datetime
    claims: Claims = NO_CLAIMS
    checks: tuple[ClaimCheck, ...] = ()
    decisions: tuple[Decision, ...] = ()


def history_of(series: Series, others: Sequence[Series], *, since: datetime | None = None) -> ListingHistory | None:
    """The history up to the series' as_of; None when there was never a price.

    since: where the window begins (the price in force then counts from there); None: when tracking began.
    """
    if not series.steps:
        return None
    steps = tuple(
        PastStep(
            _cut(step, since),
            None if step.end > series.as_of else step.end,
            suspicion(step, series, others),
            series.decision_on(step),
        )
        for step in series.steps
        if since is None or step.end > since
    )
    return ListingHistory(
        series.listing,
        steps,
        statistics([past.step for past in steps if past.believed], series.as_of),
        series.steps[0].start,
        series.now.state.claims if series.now else NO_CLAIMS,
        check_claims(series, others),
        series.decisions,
    )


def _cut(step: Step, since: datetime | None) -> Step:
    return step if since is None or step.start >= since else Step(since, step.end, step.asked, step.last_seen)


def statistics(steps: Sequence[Step], as_of: datetime) -> Statistics | None:
    """Of steps sorted by time; None without any. Only the last step's currency counts: no rate is guessed here.

    A step that was first seen at as_of itself weighs a microsecond.
    """
    if not steps:
        return None
    currency = steps[-1].price.currency
    steps = [step for step in steps if step.price.currency == currency]
    weights = [(step.price.minor, max((min(step.end, as_of) - step.start) // _MICROSECOND, 1)) for step in steps]
    whole = sum(weight for _, weight in weights)
    low = min(steps, key=lambda step: (step.price, step.start))
    high = max(steps, key=lambda step: (step.price, as_of - step.start))
    return Statistics(
        low=low.price,
        low_since=low.start,
        high=high.price,
        high_since=high.start,
        mean=Money(divide_half_even(sum(price * weight for price, weight in weights), whole), currency),
        median=Money(_weighted_median(weights, whole), currency),
        covered=whole * _MICROSECOND,
    )


def _weighted_median(weights: Sequence[tuple[int, int]], whole: int) -> int:
    seen = 0
    for price, weight in sorted(weights):
        seen += weight
        if 2 * seen >= whole:
            return price
    raise AssertionError("the weights add up to the whole")  # pragma: no cover
