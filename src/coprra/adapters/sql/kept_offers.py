"""Offers that are kept beside best prices: what a comparison needs of each listing, in one row for each product.

They hold as long as the best price does. Only what every list changes is left out, when it last confirmed a price: that
is the branch's newest list, which is looked up when they are read.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, bindparam, func

from coprra.adapters.sql.complete_lists import CompleteLists, Version
from coprra.adapters.sql.connections import Connections
from coprra.adapters.sql.engine import domain_errors
from coprra.adapters.sql.places import Place, Places
from coprra.adapters.sql.reads import VERSION, SqlReads
from coprra.adapters.sql.tables import kept_offers, product_keys, products
from coprra.domain.kernel.instants import from_micros, to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import BranchId, Chain
from coprra.domain.prices.claim_check import ClaimCheck, ClaimKind, Evidence, checks_last
from coprra.domain.prices.discount import Announced, Discount, Reason, Reduction, Reference, Verdict
from coprra.domain.prices.landed_price import Order, landed_price
from coprra.domain.prices.lowest import Lowest
from coprra.domain.prices.measure import Measure, Unit
from coprra.domain.prices.observation import NO_CLAIMS, Asked, Availability, Claims, Condition, Shipping, Special, Terms
from coprra.domain.prices.offer import Aside, Offer
from coprra.domain.prices.ports import KeptComparison, KeptOffers
from coprra.domain.prices.series import Listing, Series, Step
from coprra.domain.prices.unit_price import UnitPrice, unit_price
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import Product, ProductId, ProductKey

LONGEST_FORM = 60_000
"""Bytes; a column of MariaDB's takes 65,535. Of a product with more listings nothing is kept."""

_MICROSECOND = timedelta(microseconds=1)

_VERSION = tuple(VERSION.selected_columns)
_KEPT = VERSION.with_only_columns(
    # One text, because PyMySQL takes longer to learn of a column than to read it.
    func.json_array(
        *_VERSION,
        products.c.id,
        products.c.name,
        products.c.brand,
        products.c.category,
        products.c.first_seen,
        kept_offers.c.holds_from,
        kept_offers.c.holds_until,
    ),
    kept_offers.c.form,
    maintain_column_froms=True,
)
_BY_ID = _KEPT.join(products, products.c.id == bindparam("reference")).join(
    kept_offers, kept_offers.c.product_id == products.c.id
)
_BY_KEY = (
    _KEPT.join(product_keys, product_keys.c.key == bindparam("reference"))
    .join(products, products.c.id == product_keys.c.product_id)
    .join(kept_offers, kept_offers.c.product_id == products.c.id)
)

Values = list[Any]


def form_of(
    series: Sequence[Series], offers: Sequence[Offer], places: Mapping[BranchId, int], gtins: Sequence[Gtin]
) -> bytes | None:
    """The offers of a product, as they are written down; None where they must not be kept.

    That is where persons decided something about them, or they are too many. offers: one for each of the series.
    places: the numbers of the branches' rows.
    """
    if any(one.decisions for one in series):
        return None
    written = [
        _written(one, series, offer, places[one.listing.branch.id]) for one, offer in zip(series, offers, strict=True)
    ]
    form = json.dumps([[gtin.value for gtin in gtins], written], ensure_ascii=False, separators=(",", ":")).encode()
    return form if len(form) <= LONGEST_FORM else None


def _written(series: Series, others: Sequence[Series], offer: Offer, place: int) -> Values:
    terms, claims, article = offer.terms, offer.claims, offer.article
    evidence = Evidence.of(series, others) if terms and claims.lowest_30_days else None
    return [
        place,
        series.listing.sku,
        to_micros(offer.observed_at),
        offer.check_failed,
        offer.availability.value,
        to_micros(offer.since),
        offer.condition.value if offer.condition else None,
        terms.currency.code if terms else None,
        _terms_written(terms) if terms else None,
        _article_written(article) if article else None,
        None if claims == NO_CLAIMS else _claims_written(claims),
        [_check_written(check) for check in offer.checks],
        _evidence_written(evidence.lasting(offer.observed_at)) if evidence else None,
        checks_last(series),
        _discount_written(offer.discount) if offer.discount else None,
        offer.aside.value if offer.aside else None,
        offer.unit_price_claim_disagrees,
    ]


def _minor(money: Money | None) -> int | None:
    return None if money is None else money.minor


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def _terms_written(terms: Terms) -> Values:
    """What follows the price is left out where all of it is as price lists have it."""
    special = terms.special
    if terms.price and terms == Terms(terms.price):
        return [terms.price.minor]
    return [
        _minor(terms.price),
        [special.price.minor, _micros(special.starts), _micros(special.ends)] if special else None,
        terms.condition.value,
        terms.tax_included,
        [[rate.country, rate.price.minor, _minor(rate.free_over)] for rate in terms.shipping],
        _minor(terms.fees),
        terms.url,
    ]


def _article_written(article: Article) -> Values:
    measure = article.measure
    return [
        article.title,
        article.brand,
        article.category,
        article.pack,
        [measure.millionths, measure.unit.value] if measure else None,
        [gtin.value for gtin in article.gtins],
    ]


def _claims_written(claims: Claims) -> Values:
    unit = claims.unit_price
    return [
        _minor(claims.lowest_30_days),
        _minor(claims.anchor),
        claims.anchor_on.isoformat() if claims.anchor_on else None,
        *([unit.millionths, unit.per.millionths, unit.per.unit.value] if unit else []),
    ]


def _check_written(check: ClaimCheck) -> Values:
    ours = check.ours
    figure = (
        [ours.millionths, ours.per.millionths, ours.per.unit.value] if isinstance(ours, UnitPrice) else _minor(ours)
    )
    return [
        check.kind.value,
        figure,
        check.agrees,
        None if check.covered is None else check.covered // _MICROSECOND,
    ]


def _evidence_written(evidence: Evidence) -> Values:
    reduced = evidence.reduced
    return [
        [_lowest_written(reduced[0]), reduced[1]] if reduced else None,
        [[step.price.minor, to_micros(step.start), to_micros(step.end)] for step in evidence.steps],
        [[to_micros(start), to_micros(end)] for start, end in evidence.absences],
    ]


def _lowest_written(lowest: Lowest) -> Values:
    return [
        to_micros(lowest.start),
        to_micros(lowest.end),
        _minor(lowest.price),
        [[to_micros(start), to_micros(end)] for start, end in lowest.asked_at],
        lowest.covered // _MICROSECOND,
    ]


def _discount_written(discount: Discount) -> Values:
    reduction, announced = discount.reduction, discount.announced
    return [
        [reduction.asked.price.minor, reduction.asked.special, reduction.asked.tax_included],
        to_micros(reduction.began),
        _micros(reduction.earliest),
        _lowest_written(reduction.before),
        [announced.price.minor, announced.reference.value, str(announced.percent)] if announced else None,
        discount.verdict.value,
        discount.reason.value if discount.reason else None,
        _minor(discount.claimed_lowest),
        discount.claim_agrees,
    ]


class _Reading:
    """Makes offers of what is written. horizon: the instant asked about, microseconds UTC."""

    def __init__(self, places: Mapping[int, Place], as_of: datetime, order: Order) -> None:
        self._places = places
        self._as_of = as_of
        self._horizon = to_micros(as_of)
        self._order = order

    def offers(self, written: Sequence[Values]) -> list[Offer] | None:
        """In their order; None where a list that came since has to be held against more than is kept."""
        seen = [self._last_seen(one) for one in written]
        if not all(one[13] or instant == one[2] for one, instant in zip(written, seen, strict=True)):
            return None
        edges = [self._edges(one) for one in written]
        announced: list[tuple[str, int]] = []
        for one, instant, turns in zip(written, seen, edges, strict=True):
            chain = self._places[one[0]].chain
            announced += [(chain.code, edge) for edge in turns if edge < instant + _limit(chain.stale_after)]
        return [
            self._offer(one, instant, turns, announced)
            for one, instant, turns in zip(written, seen, edges, strict=True)
        ]

    def _last_seen(self, one: Values) -> int:
        """Who could not be read at last is confirmed by no list."""
        return int(one[2]) if one[3] else max(one[2], self._places[one[0]].newest_list(self._horizon))

    def _edges(self, one: Values) -> list[int]:
        """When its special price begins or ends from now on."""
        terms = one[8]
        special = terms[1] if terms and len(terms) > 1 else None
        return [edge for edge in special[1:] if edge is not None and edge > self._horizon] if special else []

    def _changes_at(
        self, chain: Chain, seen: int, edges: list[int], announced: list[tuple[str, int]], *, priced: bool
    ) -> datetime | None:
        stale_at = seen + _limit(chain.stale_after)
        turns = edges
        if priced and self._horizon < stale_at:
            turns = [*edges, stale_at, *(edge for code, edge in announced if code != chain.code)]
        return _instant(min(turns)) if turns else None

    def _offer(self, one: Values, seen: int, edges: list[int], announced: list[tuple[str, int]]) -> Offer:
        place, sku, kept_seen, failed, availability, since, condition, code = one[:8]
        terms_, article_, claims_, checks, evidence, _, discount_, aside, disagrees = one[8:]
        chain, branch = self._places[place].chain, self._places[place].branch
        listing = Listing(chain, branch, sku)
        terms, asked = _terms_and_asked(terms_, code, self._as_of) if terms_ else (None, None)
        observed_at = _instant(seen)
        claims = _claims(code, tuple(claims_)) if claims_ else NO_CLAIMS
        held = evidence if seen != kept_seen else None
        article = _article(chain.code, sku, article_) if article_ else None
        measure = article.measure if article else None
        return Offer(
            listing,
            article,
            asked,
            landed_price(terms, asked.price, branch.channel, self._order, chain.country) if terms and asked else None,
            terms.regular if terms and asked and asked.special else None,
            _CONDITIONS[condition] if condition else None,
            terms.url if terms else None,
            _AVAILABILITIES[availability],
            observed_at,
            _instant(since),
            _priced(asked.price.minor, code, measure.millionths, measure.unit) if asked and measure else None,
            claims,
            tuple([_check(check, claims, held, code, observed_at) for check in checks]),
            _discount(discount_, listing, _currency(code)) if discount_ else None,
            Aside(aside) if aside else None,
            None,
            failed,
            self._changes_at(chain, seen, edges, announced, priced=terms is not None),
            terms=terms,
            unit_price_claim_disagrees=disagrees,
        )


# Prices, packs and instants repeat, within an answer and from one to the next; to make them costs more than to look
# them up.
_REMEMBERED = 4_096
_CONDITIONS = {one.value: one for one in Condition}
_AVAILABILITIES = {one.value: one for one in Availability}

_currency = lru_cache(Currency)


_instant = lru_cache(_REMEMBERED)(from_micros)
_gtin = lru_cache(_REMEMBERED)(Gtin)


@lru_cache
def _limit(stale_after: timedelta) -> int:
    return stale_after // _MICROSECOND


@lru_cache(_REMEMBERED)
def _measure(millionths: int, unit: str) -> Measure:
    return Measure(millionths, Unit(unit))


def _terms_and_asked(written: Values, code: str, as_of: datetime) -> tuple[Terms, Asked | None]:
    if len(written) == 1:
        return _plain_terms(written[0], code)
    terms = _terms(written, code)
    return terms, terms.asked(as_of)


@lru_cache(_REMEMBERED)
def _plain_terms(minor: int, currency: str) -> tuple[Terms, Asked | None]:
    terms = Terms(Money(minor, _currency(currency)))
    return terms, terms.regular


@lru_cache(_REMEMBERED)
def _priced(minor: int, currency: str, millionths: int, unit: str) -> UnitPrice:
    return unit_price(Money(minor, _currency(currency)), _measure(millionths, unit))


def _money(minor: int | None, currency: Currency) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _maybe(micros: int | None) -> datetime | None:
    return None if micros is None else _instant(micros)


def _terms(written: Values, code: str) -> Terms:
    currency = _currency(code)
    price, special, condition, tax_included, shipping, fees, url = written
    return Terms(
        _money(price, currency),
        Special(Money(special[0], currency), _maybe(special[1]), _maybe(special[2])) if special else None,
        Condition(condition),
        tax_included,
        tuple(
            Shipping(country, Money(minor, currency), _money(free_over, currency))
            for country, minor, free_over in shipping
        ),
        _money(fees, currency),
        url,
    )


def _article(chain: str, sku: str, written: Values) -> Article:
    title, brand, category, pack, measure, gtins = written
    pack_of = _measure(measure[0], measure[1]) if measure else None
    return Article(chain, sku, title, brand, category, pack, pack_of, tuple(map(_gtin, gtins)))


@lru_cache(_REMEMBERED)
def _claims(code: str, written: tuple[Any, ...]) -> Claims:
    currency = _currency(code)
    low, anchor, on, *unit = written
    return Claims(
        _money(low, currency),
        _money(anchor, currency),
        date.fromisoformat(on) if on else None,
        _unit_price(code, *unit) if unit else None,
    )


@lru_cache(_REMEMBERED)
def _unit_price(code: str, each: int, millionths: int, unit: str) -> UnitPrice:
    return UnitPrice(each, _currency(code), _measure(millionths, unit))


@lru_cache(_REMEMBERED)
def _amount(code: str, minor: int) -> Money:
    return Money(minor, _currency(code))


def _check(written: Values, claims: Claims, evidence: Values | None, code: str, said_at: datetime) -> ClaimCheck:
    """evidence: where a later list says the same as the one that was checked."""
    kind, ours, agrees, covered = written
    if kind == _UNIT_PRICE and claims.unit_price:
        figure = _unit_price(code, *ours) if ours else None
        return ClaimCheck(ClaimKind.UNIT_PRICE, claims.unit_price, figure, agrees, said_at)
    known = None if ours is None else _amount(code, ours)
    if kind == _ANCHOR and claims.anchor:
        return ClaimCheck(ClaimKind.ANCHOR, claims.anchor, known, agrees, said_at, on=claims.anchor_on)
    claimed = claims.lowest_30_days or Money(0, _currency(code))
    if evidence:
        return _evidence(evidence, _currency(code)).check(claimed, said_at)
    return ClaimCheck(ClaimKind.LOWEST_30_DAYS, claimed, known, agrees, said_at, covered=_span(covered))


_UNIT_PRICE, _ANCHOR = ClaimKind.UNIT_PRICE.value, ClaimKind.ANCHOR.value


@lru_cache(_REMEMBERED)
def _span(micros: int) -> timedelta:
    return timedelta(microseconds=micros)


def _evidence(written: Values, currency: Currency) -> Evidence:
    reduced, steps, absences = written
    return Evidence(
        (_lowest(reduced[0], currency), reduced[1]) if reduced else None,
        tuple(
            Step(from_micros(start), from_micros(end), Asked(Money(minor, currency), special=False), from_micros(start))
            for minor, start, end in steps
        ),
        tuple((from_micros(start), from_micros(end)) for start, end in absences),
    )


def _lowest(written: Values, currency: Currency) -> Lowest:
    start, end, minor, asked_at, covered = written
    return Lowest(
        from_micros(start),
        from_micros(end),
        _money(minor, currency),
        tuple((from_micros(since), from_micros(until)) for since, until in asked_at),
        covered * _MICROSECOND,
    )


def _discount(written: Values, listing: Listing, currency: Currency) -> Discount:
    (minor, special, tax_included), began, earliest, before, announced, verdict, reason, claimed, agrees = written
    asked = Asked(Money(minor, currency), special=special, tax_included=tax_included)
    return Discount(
        listing,
        Reduction(asked, _instant(began), _maybe(earliest), _lowest(before, currency)),
        Announced(Money(announced[0], currency), Reference(announced[1]), Decimal(announced[2])) if announced else None,
        Verdict(verdict),
        Reason(reason) if reason else None,
        _money(claimed, currency),
        agrees,
    )


class SqlKeptOffers(KeptOffers):
    """One small read through a connection that is kept for it; what it needs of branches it remembers.

    The pool and SQLAlchemy's own work would cost several times what the read itself does. Shared by threads: each takes
    a connection for as long as it reads.
    """

    def __init__(self, engine: Engine, complete_lists: CompleteLists) -> None:
        self._engine = engine
        self._complete_lists = complete_lists
        self._places = Places()
        self._connections = Connections(engine)
        compiled = {
            kind: query.compile(dialect=engine.dialect) for kind, query in ((Gtin, _BY_KEY), (ProductId, _BY_ID))
        }
        self._positional = all(one.positional for one in compiled.values())
        self._statements = {kind: str(one) for kind, one in compiled.items()}

    def find(self, reference: ProductId | Gtin, as_of: datetime, order: Order) -> KeptComparison | None:
        """See `KeptOffers.find`."""
        row = self._read(reference)
        if row is None:
            return None
        said: Values = json.loads(row[0])
        version = tuple(said[: len(_VERSION)])
        id, name, brand, category, first_seen, holds_from, holds_until = said[len(_VERSION) :]
        horizon = to_micros(as_of)
        if not (max(first_seen, holds_from) <= horizon and (holds_until is None or horizon < holds_until)):
            return None
        gtins, written = json.loads(row[1])
        places = self._places.of({one[0] for one in written}, version, lambda missing: self._look_up(missing, version))
        offers = _Reading(places, as_of, order).offers(written) if places else None
        if offers is None:
            return None
        product = Product(ProductId(id), name, brand, category, tuple(map(_gtin, gtins)), _instant(first_seen))
        return KeptComparison(product, offers, int(said[0]))

    def _read(self, reference: ProductId | Gtin) -> Sequence[Any] | None:
        """What fails here fails in a snapshot as well, and is said there."""
        return self._connections.first(*self.statement(reference))

    def statement(self, reference: ProductId | Gtin) -> tuple[str, Any]:
        """What the database is asked, in the driver's own form, with its values."""
        value = ProductKey.of_gtin(reference).value if isinstance(reference, Gtin) else reference.value
        return self._statements[type(reference)], (value,) if self._positional else {"reference": value}

    def _look_up(self, branches: set[int], version: Version) -> Mapping[int, Place] | None:
        """None where somebody has changed the store since."""
        with domain_errors(), self._engine.connect() as connection:
            reads = SqlReads(connection, self._complete_lists)
            return reads.places(branches) if reads.version == version else None
