"""Offer: the latest believed terms of one listing, or the reason why they are set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from coprra.domain.prices.article import Article
from coprra.domain.prices.landed_price import LandedPrice, Order, landed_price
from coprra.domain.prices.observation import Asked, Availability, Claims
from coprra.domain.prices.quarantine import Suspicion, suspect_since
from coprra.domain.prices.series import Listing, Now, Series
from coprra.domain.prices.unit_price import UnitPrice, disagrees, unit_price


class Aside(StrEnum):
    """Why an offer is not ranked."""

    STALE = "stale"
    """Not seen for longer than the chain's prices are believed."""
    SUSPECT = "suspect"
    """Quarantined: too far from its own history or from the other chains."""
    OUT_OF_STOCK = "out_of_stock"
    NOT_LISTED = "not_listed"
    """A newer complete list of the branch does not carry it."""
    NO_PRICE = "no_price"
    """The special price is over and no regular one was stated."""
    OTHER_CURRENCY = "other_currency"
    """Asked in another currency than most; not compared without a rate."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one listing asks as of an instant.

    asked: for one piece; None where there is none in force. regular: the regular price beside a special one, where the
    list states it. observed_at: when it was last seen or confirmed; since: when the price, or its absence, began; both
    aware, UTC. aside: None for an offer that is ranked. changes_at: the next instant at which it changes by itself.
    """

    listing: Listing
    article: Article | None
    asked: Asked | None
    landed: LandedPrice | None
    regular: Asked | None
    availability: Availability
    observed_at: datetime
    since: datetime
    unit_price: UnitPrice | None
    claims: Claims
    aside: Aside | None
    suspicion: Suspicion | None
    check_failed: bool
    changes_at: datetime | None

    @property
    def unit_price_claim_disagrees(self) -> bool:
        """Whether the list's own unit price differs from ours by more than rounding."""
        if self.unit_price is None or self.claims.unit_price is None or self.asked is None or self.article is None:
            return False
        measure = self.article.measure
        return measure is not None and disagrees(self.claims.unit_price, self.unit_price, self.asked.price, measure)


def offer_of(series: Series, others: Sequence[Series], order: Order) -> Offer | None:
    """The offer of a listing as of its series' instant; None when nothing was ever read of it.

    others: every series of the same product, which the quarantine compares it with.
    """
    now = series.now
    if now is None:
        return None
    chain = series.listing.chain
    stale_at = now.last_seen + chain.stale_after
    terms = now.state.terms
    asked = terms.asked(series.as_of) if terms else None
    doubt = suspect_since(series, others)
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
        regular=Asked(terms.price, special=False) if terms and terms.price and asked and asked.special else None,
        availability=now.state.availability,
        observed_at=now.last_seen,
        since=series.steps[-1].start if asked and fresh else now.since,
        unit_price=unit_price(asked.price, measure) if asked and measure else None,
        claims=now.state.claims,
        aside=_aside(now, asked, fresh=fresh, suspect=doubt is not None),
        suspicion=doubt[1] if doubt else None,
        check_failed=now.check_failed,
        changes_at=_changes_at(series, now, stale_at),
    )


def _aside(now: Now, asked: Asked | None, *, fresh: bool, suspect: bool) -> Aside | None:
    if now.state.availability is Availability.NOT_LISTED:
        return Aside.NOT_LISTED
    if not fresh:
        return Aside.STALE
    if asked is None:
        return Aside.NO_PRICE
    if not now.state.availability.buyable:
        return Aside.OUT_OF_STOCK
    return Aside.SUSPECT if suspect else None


def _changes_at(series: Series, now: Now, stale_at: datetime) -> datetime | None:
    """The next instant after as_of at which the terms mean something else: a special turns, or they go stale."""
    if now.state.terms is None or stale_at <= series.as_of:
        return None
    special = now.state.terms.special
    edges = [special.starts, special.ends] if special else []
    return min([stale_at, *(edge for edge in edges if edge and edge > series.as_of)])
