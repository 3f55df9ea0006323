"""Offer: the latest believed terms of one listing, or the reason why they are set aside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from coprra.domain.prices.article import Article
from coprra.domain.prices.claim_check import ClaimCheck, check_claims
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.discount import Discount, discount_of
from coprra.domain.prices.landed_price import Converted, LandedPrice, Order, landed_price
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.observation import Asked, Availability, Claims, Condition, Special, Terms
from coprra.domain.prices.quarantine import Peers, Suspicion, judged_anew, suspect_since
from coprra.domain.prices.series import Listing, Now, Series
from coprra.domain.prices.unit_price import UnitPrice, disagrees, unit_price


class Aside(StrEnum):
    """Why an offer is not ranked."""

    STALE = "stale"
    """Not seen for longer than the chain's prices are believed."""
    SUSPECT = "suspect"
    """Quarantined: too far from its own history or from the other chains."""
    REJECTED = "rejected"
    """A person said that it was never asked."""
    OUT_OF_STOCK = "out_of_stock"
    NOT_LISTED = "not_listed"
    """A newer complete list of the branch does not carry it."""
    NO_PRICE = "no_price"
    """The special price is over and no regular one was stated."""
    OTHER_CURRENCY = "other_currency"
    """Asked in another currency than most; not compared without a rate."""
    OTHER_CONDITION = "other_condition"
    """In a condition that was not asked for."""
    NO_RATE = "no_rate"
    """No usable rate leads from its currency to the one asked for."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one listing asks as of an instant.

    asked: for one piece; None where there is none in force. regular: the regular price beside a special one, where the
    list states it. condition: in which it is, or was, sold. url: where it is sold, if the list tells. observed_at:
    when it was last seen or confirmed; since: when the price, or its absence, began; both aware, UTC. checks: of the
    list's claims. discount: the verdict on a special price in force. aside: None for an offer that is ranked.
    terms: what the list states, in force or not; None for what it does not list.
    changes_at: the next instant at which it may change without a new observation; None when it never will. decision:
    the latest that a person decided about the price that is asked. converted: where a currency was asked for and a
    rate leads there. unit_price_claim_disagrees: whether the list's own differs from ours by more than rounding.
    """

    listing: Listing
    article: Article | None
    asked: Asked | None
    landed: LandedPrice | None
    regular: Asked | None
    condition: Condition | None
    url: str | None
    availability: Availability
    observed_at: datetime
    since: datetime
    unit_price: UnitPrice | None
    claims: Claims
    checks: tuple[ClaimCheck, ...]
    discount: Discount | None
    aside: Aside | None
    suspicion: Suspicion | None
    check_failed: bool
    changes_at: datetime | None
    decision: Decision | None = None
    converted: Converted | None = None
    terms: Terms | None = None
    unit_price_claim_disagrees: bool = False

    @property
    def paid(self) -> LandedPrice | Converted | None:
        """What is compared: in the currency asked for, else in its own."""
        return self.converted or self.landed

    @property
    def special(self) -> Special | None:
        """The special price that is asked, with its period; None where none is in force."""
        return self.terms.special if self.terms and self.asked and self.asked.special else None

    def wanted_in(self, conditions: frozenset[Condition]) -> "Offer":
        """The same offer, set aside where it would be ranked and is in none of those conditions."""
        if self.aside is None and self.condition not in conditions:
            return replace(self, aside=Aside.OTHER_CONDITION)
        return self


def offer_of(series: Series, others: Sequence[Series], order: Order) -> Offer | None:
    """The offer of a listing as of its series' instant; None when nothing was ever read of it.

    others: every series of the same product, which the quarantine compares it with.
    """
    now, stale_at = series.now, series.stale_at
    if now is None or stale_at is None:
        return None
    chain = series.listing.chain
    terms = now.state.terms
    asked = terms.asked(series.as_of) if terms else None
    doubt = suspect_since(series, others)
    step = series.step_at(series.as_of)
    decision = series.decision_on(step) if step else None
    fresh = series.as_of < stale_at
    landed = (
        landed_price(terms, asked.price, series.listing.branch.channel, order, chain.country)
        if terms and asked
        else None
    )
    measure = series.article.measure if series.article else None
    return Offer(
        listing=series.listing,
        article=series.article,
        asked=asked,
        landed=landed,
        regular=terms.regular if terms and asked and asked.special else None,
        condition=series.condition,
        url=terms.url if terms else None,
        availability=now.state.availability,
        observed_at=now.last_seen,
        since=series.steps[-1].start if series.steps and series.steps[-1].asked == asked else now.since,
        unit_price=unit_price(asked.price, measure) if asked and measure else None,
        claims=now.state.claims,
        checks=check_claims(series, others),
        discount=discount_of(series, others),
        aside=_aside(now, asked, fresh=fresh) or _distrust(doubt is not None, decision),
        suspicion=doubt[1] if doubt else None,
        check_failed=now.check_failed,
        changes_at=min(_turning_points(series, stale_at, others), default=None),
        decision=decision,
        terms=terms,
        unit_price_claim_disagrees=asked is not None and measure is not None and _disagrees(now, asked, measure),
    )


def _disagrees(now: Now, asked: Asked, measure: Measure) -> bool:
    claimed = now.state.claims.unit_price
    return claimed is not None and disagrees(claimed, asked.price, measure)


def offers_of(series: Sequence[Series], order: Order) -> list[Offer]:
    """The offers of a product, as of the instant of its series, in their order."""
    peers = Peers(series)
    return [offer for one in peers if (offer := offer_of(one, peers, order))]


def _aside(now: Now, asked: Asked | None, *, fresh: bool) -> Aside | None:
    if now.state.availability is Availability.NOT_LISTED:
        return Aside.NOT_LISTED
    if not fresh:
        return Aside.STALE
    if asked is None:
        return Aside.NO_PRICE
    if not now.state.availability.buyable:
        return Aside.OUT_OF_STOCK
    return None


def _distrust(suspect: bool, decision: Decision | None) -> Aside | None:
    if decision and not decision.believes:
        return Aside.REJECTED
    return Aside.SUSPECT if suspect else None


def _turning_points(series: Series, stale_at: datetime, others: Sequence[Series]) -> Iterator[datetime]:
    """Instants after as_of: its special price turns; and while it is believed, it goes stale, or is judged anew."""
    yield from series.edges
    if series.now and series.now.state.terms and series.as_of < stale_at:
        yield stale_at
        yield from judged_anew(series, others)
