"""Honest discounts: an announced reduction held against the lowest price of the 30 days before it began.

The prior price of a reduction is the lowest that the trader asked in the 30 days before; a reduction that grows step by
step without interruption keeps the prior price of its first step; and a percentage is one of the prior price. All of it
is judged for one listing, hence within one branch and channel, among prices of one currency and tax basis.
Source: Directive 98/6/EC Art. 6a, as amended by Directive (EU) 2019/2161; CJEU C-330/23 for the percentage.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Money, divide_half_even
from coprra.domain.prices.lowest import Lowest, believed_steps, lowest, thirty_days_before
from coprra.domain.prices.observation import Asked, State
from coprra.domain.prices.quarantine import judged_anew, suspicion
from coprra.domain.prices.series import Listing, Series, Step


class Verdict(StrEnum):
    """What is to be said of an announced reduction."""

    PASSED = "pass"
    """The special price is below the prior price, and nothing better was announced than that."""
    FAILED = "fail"
    INSUFFICIENT_DATA = "insufficient_data"
    """What was not seen may hide a lower price."""


class Reason(StrEnum):
    """Why a verdict is not `pass`."""

    NOT_LOWER = "not_lower"
    """Fail: in the 30 days before it cost no more."""
    OVERSTATED = "overstated"
    """Fail: it is lower, but the price it is announced against was not the lowest of the 30 days."""
    UNKNOWN_BEGINNING = "unknown_beginning"
    """Nobody saw when the reduction began, so it is not known which 30 days count."""
    UNSEEN = "unseen"
    """Not all of the 30 days was seen."""
    NO_PRIOR_PRICE = "no_prior_price"
    """All 30 days were seen, and nothing was asked in them."""
    SUSPECT = "suspect"
    """The special price is too odd to be believed, so nothing is said of it."""


class Reference(StrEnum):
    """Which price of the list a reduction is announced against."""

    REGULAR_PRICE = "regular_price"
    LOWEST_30_DAYS = "lowest_30_days"
    """What the list claims to be the lowest price of 30 days, where it states no regular price above the special."""


@dataclass(frozen=True, slots=True)
class Announced:
    """The price that a list holds its special price against, and what a buyer is told to save."""

    price: Money
    reference: Reference
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Reduction:
    """A special price, and what is known of the time before it.

    began: the latest instant at which it may have begun: when it was first seen, or as the list states. earliest: the
    earliest such instant; equal where the beginning is known, None where nothing is known of the time before.
    before: what was asked in the 30 days before, as far as it lies before every instant at which it may have begun.
    """

    asked: Asked
    began: datetime
    earliest: datetime | None
    before: Lowest

    @property
    def beginning_known(self) -> bool:
        """Whether it is known when it began."""
        return self.began == self.earliest

    @property
    def settled(self) -> bool:
        """Whether `before` is final: nothing unseen can change it."""
        return self.beginning_known and self.before.complete


@dataclass(frozen=True, slots=True)
class Discount:
    """What is to be said of one listing's announced reduction. reason: None for `pass`.

    announced: None where the list states no price that it is a reduction of. claimed_lowest: what the list claims to be
    the lowest price of 30 days. claim_agrees: None where that can't be told, or nothing is claimed.
    """

    listing: Listing
    reduction: Reduction
    announced: Announced | None
    verdict: Verdict
    reason: Reason | None
    claimed_lowest: Money | None
    claim_agrees: bool | None

    @property
    def prior_price(self) -> Money | None:
        """The lowest price known of the 30 days before; another than a final one can only turn out lower."""
        return self.reduction.before.price

    @property
    def percent(self) -> Decimal | None:
        """How much less than the prior price is asked; below zero where it is more. None without a prior price."""
        return percent_off(self.prior_price, self.reduction.asked.price) if self.prior_price else None


def percent_off(price: Money, asked: Money) -> Decimal:
    """How much less `asked` is than `price` (above zero), in per cent: two decimals, half even.

    Raises: CurrencyMismatch.
    """
    return Decimal(divide_half_even((price - asked).minor * 10_000, price.minor)).scaleb(-2)


def agrees(claimed: Money, low: Lowest, *, settled: bool) -> bool | None:
    """Whether a claim of the lowest price is true; None where it can't be told, as for another currency.

    A lower price that was seen refutes it; nothing unseen may be left for it to be confirmed, or to be found too low.
    """
    if low.price is None or low.price.currency != claimed.currency:
        return None
    if low.price < claimed:
        return False
    return low.price == claimed if settled else None


def discount_of(series: Series, others: Sequence[Series]) -> Discount | None:
    """The verdict on the special price in force as of the series' instant; None when there is none, or it is stale.

    A regular price that falls is no announced reduction. others: every series of the same product, for the quarantine.
    """
    reduction = reduction_at(series, others, series.as_of)
    if reduction is None or series.now is None:
        return None
    state = series.now.state
    announced = _announced(state, reduction.asked)
    verdict, reason = _judge(reduction, announced)
    newest = series.steps[-1]
    if newest not in series.credible_steps or suspicion(newest, series, others):
        verdict, reason = Verdict.INSUFFICIENT_DATA, Reason.SUSPECT
    claimed = state.claims.lowest_30_days
    return Discount(
        series.listing,
        reduction,
        announced,
        verdict,
        reason,
        claimed,
        agrees(claimed, reduction.before, settled=reduction.settled) if claimed else None,
    )


def discount_changes_at(series: Series, others: Sequence[Series], *, in_force: bool) -> datetime | None:
    """The next instant after as_of at which `discount_of` may say something else without a new observation.

    None when it never will. in_force: whether it says anything now.
    """
    stale_at = series.stale_at
    if stale_at is None or stale_at <= series.as_of:
        return None
    edges = (edge for edge in series.edges if edge < stale_at)
    # While no special price is in force, nothing is said that could be judged anew.
    turns = (*edges, stale_at, *judged_anew(series, others)) if in_force else edges
    return min(turns, default=None)


def reduction_at(series: Series, others: Sequence[Series], at: datetime) -> Reduction | None:
    """The reduction in force at an instant up to as_of; None when there is none."""
    current = next((step for step in reversed(series.steps) if step.start <= at < step.end), None)
    if current is None or not current.asked.special:
        return None
    past = [step for step in believed_steps(series, others, current.asked) if step.start < current.start]
    earliest, began = _beginning(series, [*past, current])
    start = thirty_days_before(began)
    before = lowest(past, series.absences, start, earliest or start)
    return Reduction(current.asked, began, earliest, before)


def _beginning(series: Series, steps: Sequence[Step]) -> tuple[datetime | None, datetime]:
    """Between which instants the reduction of the last step began; the first is None where nothing is known before it.

    Special prices that never rise from one to the next are one reduction. Where nobody saw what was between two of
    them, it may have been interrupted there, or not.
    """
    latest = None
    for before, step in reversed(list(pairwise(steps))):
        start, known = _opening(series, step, before.end)
        goes_on = before.asked.special and before.price >= step.price
        if goes_on and before.end == start:
            continue
        latest = latest or start
        if not goes_on:
            return start if known else before.end, latest
    start, known = _opening(series, steps[0], None)
    return start if known else None, latest or start


def _opening(series: Series, step: Step, known_until: datetime | None) -> tuple[datetime, bool]:
    """When a step began, and whether that is known and not only when it was first seen.

    known_until: the end of the step before it. What the list states of its period counts if no other price was seen
    after that.
    """
    stated = _stated_start(series, step)
    if stated and (known_until is None or known_until <= stated):
        return stated, True
    return step.start, step.start in {known_until, *(end for _, end in series.absences)}


def _stated_start(series: Series, step: Step) -> datetime | None:
    """When the special price of the step began, by the list that it was first seen in; None where that says nothing."""
    known = bisect_right(series.observations, to_micros(step.start), key=lambda seen: seen.moment.instant)
    terms = next((seen.state.terms for seen in reversed(series.observations[:known]) if seen.state.terms), None)
    return terms.special.starts if terms and terms.special and terms.special.price == step.price else None


def _announced(state: State, asked: Asked) -> Announced | None:
    """The regular price above the special one; else the claim."""
    regular = state.terms.price if state.terms else None
    if regular and regular > asked.price:
        return Announced(regular, Reference.REGULAR_PRICE, percent_off(regular, asked.price))
    claimed = state.claims.lowest_30_days
    if claimed and claimed.currency == asked.price.currency:
        return Announced(claimed, Reference.LOWEST_30_DAYS, percent_off(claimed, asked.price))
    return None


def _judge(reduction: Reduction, announced: Announced | None) -> tuple[Verdict, Reason | None]:
    prior = reduction.before.price
    if prior and prior <= reduction.asked.price:
        return Verdict.FAILED, Reason.NOT_LOWER
    if prior and announced and prior < announced.price:
        return Verdict.FAILED, Reason.OVERSTATED
    if not reduction.beginning_known:
        return Verdict.INSUFFICIENT_DATA, Reason.UNKNOWN_BEGINNING
    if not reduction.before.complete:
        return Verdict.INSUFFICIENT_DATA, Reason.UNSEEN
    if prior is None:
        return Verdict.INSUFFICIENT_DATA, Reason.NO_PRIOR_PRICE
    return Verdict.PASSED, None
