"""Claim checks: what a list says about its own prices, beside what the ledger knows of them.

A claim is one of the newest list that says it, so it is held against what was asked up to that list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from enum import StrEnum

from coprra.domain.kernel.instants import LATEST
from coprra.domain.kernel.money import Money
from coprra.domain.prices.discount import agrees, reduction_at
from coprra.domain.prices.lowest import Lowest, believed_steps, lowest, thirty_days_before
from coprra.domain.prices.observation import Asked, Terms
from coprra.domain.prices.quarantine import suspicion
from coprra.domain.prices.series import Series, Span, Step
from coprra.domain.prices.unit_price import UnitPrice, disagrees, unit_price

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class ClaimKind(StrEnum):
    """What is claimed."""

    LOWEST_30_DAYS = "lowest_30_days"
    ANCHOR = "anchor"
    UNIT_PRICE = "unit_price"


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """One claim and what we know. ours: None where that is not enough to say whether the claim is true.

    agrees: None likewise, as for a claim in another currency. covered: of the 30 days, how much was seen; None for the
    other kinds. said_at: the newest list that says it, aware, UTC; on: the day an anchor price is of.
    """

    kind: ClaimKind
    claimed: Money | UnitPrice
    ours: Money | UnitPrice | None
    agrees: bool | None
    said_at: datetime
    covered: timedelta | None = None
    on: date | None = None


def check_claims(series: Series, others: Sequence[Series]) -> tuple[ClaimCheck, ...]:
    """A check for each claim of the listing's newest list, in the order of `ClaimKind`.

    others: every series of the same product, for the quarantine.
    """
    return tuple(_checks(series, others))


def _checks(series: Series, others: Sequence[Series]) -> Iterator[ClaimCheck]:
    if series.now is None or series.now.state.terms is None:
        return
    terms, claims, said_at = series.now.state.terms, series.now.state.claims, series.now.last_seen
    asked = terms.asked(said_at)
    if claims.lowest_30_days:
        evidence = Evidence.of(series, others)
        yield evidence.check(claims.lowest_30_days, said_at) if evidence else _unknown(claims.lowest_30_days, said_at)
    if claims.anchor:
        yield _check_anchor(series, others, claims.anchor, claims.anchor_on, said_at)
    if claims.unit_price:
        yield _check_unit_price(series, claims.unit_price, asked, said_at)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a claim of the lowest price is held against.

    reduced: of the reduction in force, the lowest price before it, and whether nothing unseen can change that; None
    without one. steps: those that are believed and can be compared; absences: see `Series.absences`.
    """

    reduced: tuple[Lowest, bool] | None
    steps: tuple[Step, ...]
    absences: tuple[Span, ...]

    @classmethod
    def of(cls, series: Series, others: Sequence[Series]) -> "Evidence | None":
        """For the newest list of the listing; None where it states no price to compare with."""
        now = series.now
        terms = now.state.terms if now else None
        asked = (terms.asked(now.last_seen) or terms.regular) if now and terms else None
        if now is None or asked is None:
            return None
        reduction = reduction_at(series, others, now.last_seen)
        reduced = (reduction.before, reduction.settled) if reduction else None
        return cls(reduced, believed_steps(series, others, asked), series.absences)

    def lasting(self, said_at: datetime) -> "Evidence":
        """For later lists that say nothing new: what was asked at said_at still is, and what is long past is left out.

        Nothing else may have changed until those lists come, see `checks_last`.
        """
        start = thirty_days_before(said_at)
        return Evidence(
            self.reduced,
            tuple(
                replace(step, end=LATEST) if step.start <= said_at < step.end else step
                for step in self.steps
                if step.end > start
            ),
            tuple(span for span in self.absences if span[1] > start),
        )

    def check(self, claimed: Money, said_at: datetime) -> ClaimCheck:
        """What a list of that instant claims.

        Lists mean one of two windows: the 30 days before the reduction in force began, or those up to the list itself.
        Where there is no reduction only the second can be meant. The claim is refuted when it fits neither.
        """
        low = lowest(self.steps, self.absences, thirty_days_before(said_at), said_at + _MICROSECOND)
        readings = [*([self.reduced] if self.reduced else []), (low, low.complete)]
        verdicts = [agrees(claimed, low, settled=settled) for low, settled in readings]
        verdict = True if True in verdicts else None if None in verdicts else False
        low = readings[verdicts.index(verdict)][0]
        ours = low.price if verdict is not None else None
        return ClaimCheck(ClaimKind.LOWEST_30_DAYS, claimed, ours, verdict, said_at, covered=low.covered)


def checks_last(series: Series) -> bool:
    """Whether a later list that says nothing new leaves every check as it is, but for its `said_at` and `Evidence`.

    Not where a special price turned since the newest list, nor before the end of the day that an anchor price is of.
    """
    now = series.now
    if now is None or now.state.terms is None:
        return True
    special, on = now.state.terms.special, now.state.claims.anchor_on
    edges = (special.starts, special.ends) if special else ()
    if any(edge and now.last_seen < edge <= series.as_of for edge in edges):
        return False
    return on is None or on.year in {MINYEAR, MAXYEAR} or series.listing.branch.instant_of(on + _DAY) <= now.last_seen


def _unknown(claimed: Money, said_at: datetime) -> ClaimCheck:
    return ClaimCheck(ClaimKind.LOWEST_30_DAYS, claimed, None, None, said_at, covered=timedelta())


def _check_anchor(
    series: Series, others: Sequence[Series], claimed: Money, on: date | None, said_at: datetime
) -> ClaimCheck:
    """True of a day on which a list states that price, be it the regular one or what was asked."""
    prices = list(_prices_on(series, others, on)) if on and MINYEAR < on.year < MAXYEAR else []
    comparable = [price for price in prices if price.currency == claimed.currency]
    ours = claimed if claimed in comparable else comparable[0] if comparable else None
    return ClaimCheck(ClaimKind.ANCHOR, claimed, ours, ours == claimed if ours else None, said_at, on=on)


def _prices_on(series: Series, others: Sequence[Series], on: date) -> Iterator[Money]:
    """What the branch's lists of that local day state and is believed: regular prices, and what was asked."""
    branch = series.listing.branch
    begins, ends = branch.instant_of(on), branch.instant_of(on + _DAY)
    for state, seen in series.seen_within(begins, ends):
        step = next((step for step in series.credible_steps if step.start <= seen < step.end), None)
        if state.terms and step and suspicion(step, series, others) is None:
            yield from _stated(state.terms, seen)


def _stated(terms: Terms, at: datetime) -> Iterator[Money]:
    for asked in (terms.regular, terms.asked(at)):
        if asked:
            yield asked.price


def _check_unit_price(series: Series, claimed: UnitPrice, asked: Asked | None, said_at: datetime) -> ClaimCheck:
    measure = series.article.measure if series.article else None
    ours = verdict = None
    if asked and measure and (asked.price.currency, measure.unit.base) == (claimed.currency, claimed.per.unit.base):
        ours = unit_price(asked.price, measure)
        verdict = not disagrees(claimed, asked.price, measure)
    return ClaimCheck(ClaimKind.UNIT_PRICE, claimed, ours, verdict, said_at)
