"""Record a price that a person saw."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import LATEST, to_micros
from coprra.domain.kernel.money import Money
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.article import Article
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.events import PriceDecided
from coprra.domain.prices.list_run import PERSONS
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.measure_text import Confidence, parse_measure, read_measure
from coprra.domain.prices.observation import Availability, Special, State, Terms
from coprra.domain.prices.ports import Decisions, OpenDecisionsUnitOfWork
from coprra.domain.prices.series import Listing, Series
from coprra.domain.prices.testimony import NotYet, Witness, article_at, believed_at, testify
from coprra.domain.products.gtin import Gtin


class UnknownArticle(Invalid):
    """Nothing was ever sold under that number, so a person must say what it is."""

    code = "unknown_article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What an article is, as far as a person says so; None and empty: as it is known. pack: such as "0.25 l"."""

    title: str | None = None
    brand: str | None = None
    pack: str | None = None
    gtins: tuple[Gtin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPrice:
    """What a person saw of a listing, and what was believed of that instant before. already: just that; no change."""

    listing: Listing
    at: datetime
    before: State
    after: State
    decision: Decision | None
    already: bool = False
    dry_run: bool = False


AS_KNOWN = Description()


@dataclass(frozen=True, slots=True)
class RecordPrice:
    """Use case: take what a person saw as an observation, in a known or new listing of a known branch.

    It is a partial list of one row, believed before every list of the same instant. Later lists say what they say.
    """

    clock: Clock
    unit_of_work: OpenDecisionsUnitOfWork

    def __call__(
        self,
        listing: ListingId,
        *,
        by: Actor,
        price: Decimal | None = None,
        special: Decimal | None = None,
        availability: Availability = Availability.IN_STOCK,
        at: date | datetime | None = None,
        described: Description = AS_KNOWN,
        note: str | None = None,
        dry_run: bool = False,
    ) -> RecordedPrice:
        """price, special: in the chain's currency, one of them at least. at: None is now; local like a list's date.

        described: needs a title where nothing was ever sold under that number in the chain.

        Raises: UnknownBranch, UnknownArticle, NotYet, InvalidTerms, InvalidMoney, InvalidMeasure, InvalidText,
        Unavailable.
        """
        now = self.clock.now()
        with self.unit_of_work() as uow:
            uow.decisions.lock()
            series = uow.decisions.series(listing, LATEST)
            seen_at = now if at is None else series.listing.branch.instant_of(at)
            if seen_at > now:
                raise NotYet.of(seen_at, now)
            instant = to_micros(seen_at)
            currency = series.listing.chain.currency
            terms = Terms(
                None if price is None else Money.of(price, currency),
                None if special is None else Special(Money.of(special, currency)),
            )
            article = _article(_known(uow.decisions, series, instant), listing, described)
            after = State(availability, article, terms)
            before = believed_at(series, instant)
            recorded = RecordedPrice(
                listing=series.listing, at=seen_at, before=before, after=after, decision=None, dry_run=dry_run
            )
            if after == before and _person_spoke(series, instant):
                return replace(recorded, already=True)
            witness = Witness(by, now, note, DecisionKind.RECORDED)
            _, decision = testify(uow.decisions, series, instant, after, witness)
            if not dry_run:
                uow.record(PriceDecided(occurred_at=now, by=by, listing=listing, decisions=(decision,)))
                uow.commit()
        return replace(recorded, decision=decision)


def _person_spoke(series: Series, instant: int) -> bool:
    return any(seen.moment.instant == instant and seen.moment.precedence >= PERSONS for seen in series.observations)


def _known(decisions: Decisions, series: Series, instant: int) -> Article | None:
    """What the listing was sold as at that instant or before, else after it, else elsewhere in the chain."""
    return article_at(series, instant) or decisions.article(series.listing.chain.code, series.listing.sku)


def _article(known: Article | None, listing: ListingId, described: Description) -> Article:
    if described == AS_KNOWN and known:
        return known
    title = described.title or (known and known.title)
    if not title:
        raise UnknownArticle(
            f"No list of {listing.branch.chain} ever carried the article number {listing.sku}; say what it is, with a "
            "title at least."
        )
    return Article(
        listing.branch.chain,
        listing.sku,
        title,
        described.brand or (known.brand if known else None),
        known.category if known else None,
        described.pack or (known.pack if known else None),
        _measure(known, title, described.pack),
        tuple(sorted(set(described.gtins))) or (known.gtins if known else ()),
    )


def _measure(known: Article | None, title: str, pack: str | None) -> Measure | None:
    if pack is not None:
        return parse_measure(pack)
    if known is not None:
        return known.measure
    reading = read_measure(title)
    return reading.measure if reading and reading.confidence is not Confidence.LOW else None
