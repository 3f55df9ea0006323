"""Schemas of version 1: what is taken, checked on every request, and what is given, checked by the tests."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from coprra.domain.prices.chain import Channel
from coprra.domain.prices.landed_price import MOST_PIECES, Completeness
from coprra.domain.prices.measure import Unit
from coprra.domain.prices.observation import Availability
from coprra.domain.prices.offer import Aside
from coprra.domain.prices.show_history import LONGEST_WINDOW_DAYS
from coprra.domain.products.find_products import LARGEST_PAGE
from coprra.entrypoints.http.parameters import (
    Branches,
    Country,
    Cursor,
    Flag,
    Instant,
    Number,
    Query,
    Reference,
    Words,
)
from coprra.entrypoints.http.v1 import views


class FindProducts(Query):
    """GET /products."""

    asks = views.ProductsAsked
    q = Words()
    limit = Number(1, LARGEST_PAGE)
    cursor = Cursor()
    as_of = Instant()


class ShowProduct(Query):
    """GET /products/{reference}."""

    asks = views.ProductAsked
    reference = Reference()
    as_of = Instant()


class CompareOffers(Query):
    """GET /products/{reference}/offers."""

    asks = views.OffersAsked
    reference = Reference()
    as_of = Instant()
    branches = Branches()
    country = Country()
    quantity = Number(1, MOST_PIECES)
    unfold = Flag()


class ShowHistory(Query):
    """GET /products/{reference}/history."""

    asks = views.HistoryAsked
    reference = Reference()
    as_of = Instant()
    branches = Branches()
    days = Number(1, LONGEST_WINDOW_DAYS)


class ListChains(Query):
    """GET /chains."""

    asks = views.ChainsAsked
    as_of = Instant()


class Truth(fields.Boolean):
    """A truth value, and not what might pass for it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Days(fields.Float):
    """A JSON number, and no text that looks like one."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or round(value, 2) != value:
            raise self.make_error("invalid", input=value)
        return value


def text(*, pattern: str | None = None, nullable: bool = False, data_key: str | None = None) -> fields.String:
    """A text that is always there; as null, where it may be."""
    rule = Regexp(f"^(?:{pattern})$") if pattern else Length(min=1)
    return fields.String(required=True, allow_none=nullable, validate=rule, data_key=data_key)


def one_of(words: Any, *, nullable: bool = False) -> fields.String:
    """One of a few words."""
    return fields.String(required=True, allow_none=nullable, validate=OneOf([str(word) for word in words]))


def instant(*, nullable: bool = False, data_key: str | None = None) -> fields.String:
    """ISO 8601 in UTC."""
    return text(pattern=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", nullable=nullable, data_key=data_key)


def number(least: int = 0) -> fields.Integer:
    """A whole number."""
    return fields.Integer(required=True, strict=True, validate=Range(min=least))


def days() -> Days:
    """So many days, rounded to two decimals."""
    return Days(required=True, validate=Range(min=0))


def truth() -> Truth:
    """A truth value."""
    return Truth(required=True)


def one(schema: type[Schema], *, nullable: bool = False) -> fields.Nested:
    """An object, always there; as null, where it may be."""
    return fields.Nested(schema, required=True, allow_none=nullable)


def many(schema: type[Schema]) -> fields.List[Any]:
    """A list of objects, possibly empty."""
    return fields.List(fields.Nested(schema), required=True)


class Answer(Schema):
    """Base of what is given: nothing that is not written down here."""


class Money(Answer):
    """An exact amount, with the currency's digits."""

    amount = text(pattern=r"-?\d{1,15}(\.\d{2,4})?")
    currency = text(pattern="[A-Z]{3}")


class Chain(Answer):
    """Whose price."""

    code = text(pattern="[a-z0-9][a-z0-9._-]{0,31}")
    name = text()
    country = text(pattern="[A-Z]{2}")


class Branch(Answer):
    """Where."""

    code = text(pattern="[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
    address = text(nullable=True)
    channel = one_of(Channel)


class Product(Answer):
    """What is compared."""

    id = text(pattern="p_[0-9a-f]{20}")
    name = text()
    brand = text(nullable=True)
    category = text(nullable=True)
    gtins = fields.List(text(pattern=r"\d{8}|\d{13}|\d{14}"), required=True)
    first_seen = instant()


class ProductsPage(Answer):
    """Some products, and the cursor of the next ones."""

    as_of = instant()
    products = many(Product)
    next = text(pattern="[A-Za-z0-9_-]+", nullable=True)


class AskingBranch(Branch):
    """A branch that asks the price."""

    sku = text()
    observed_at = instant()


class Measure(Answer):
    """How much of it."""

    amount = text(pattern=r"\d{1,9}(\.\d{1,6})?")
    unit = one_of(Unit)


class UnitPrice(Answer):
    """The price of a base quantity; up to six decimals."""

    amount = text(pattern=r"\d{1,15}(\.\d{1,6})?")
    currency = text(pattern="[A-Z]{3}")
    per = one(Measure)


class ComparedUnitPrice(UnitPrice):
    """Ours, and what the list claims."""

    claimed = one(UnitPrice, nullable=True)
    disagrees = truth()


class Anchor(Answer):
    """The price on a fixed day, as the list claims."""

    price = one(Money)
    on = text(pattern=r"\d{4}-\d\d-\d\d", nullable=True)


class Claims(Answer):
    """What the list says about its own prices."""

    lowest_30_days = one(Money, nullable=True)
    anchor = one(Anchor, nullable=True)
    unit_price = one(UnitPrice, nullable=True)


class Offer(Answer):
    """What a chain asks at some of its branches."""

    chain = one(Chain)
    branches = many(AskingBranch)
    item_price = one(Money, nullable=True)
    special = truth()
    regular_price = one(Money, nullable=True)
    landed_price = one(Money, nullable=True)
    shipping = one(Money, nullable=True)
    fees = one(Money, nullable=True)
    completeness = one_of(Completeness, nullable=True)
    availability = one_of(Availability)
    observed_at = instant()
    since = instant()
    unit_price = one(ComparedUnitPrice, nullable=True)
    claims = one(Claims)
    check_failed = truth()


class RankedOffer(Offer):
    """An offer in its place."""

    rank = number(1)
    tied = truth()


class Suspicion(Answer):
    """Why a price is not believed."""

    against = one_of(["own_history", "other_chains"])
    median = one(Money)
    points = number(3)


class AsideOffer(Offer):
    """An offer that is not ranked, and why."""

    reason = one_of(Aside)
    suspicion = one(Suspicion, nullable=True)


class Contender(Answer):
    """The first or second of a ranking."""

    chain = one(Chain)
    landed_price = one(Money, nullable=True)
    special = truth()
    observed_at = instant()


class Why(Answer):
    """The reason for the order."""

    summary = text()
    winner = one(Contender, nullable=True)
    runner_up = one(Contender, nullable=True)
    difference = one(Money, nullable=True)


class Comparison(Answer):
    """A product's offers."""

    product = one(Product)
    as_of = instant()
    quantity = number(1)
    country = text(pattern="[A-Z]{2}", nullable=True)
    currency = text(pattern="[A-Z]{3}", nullable=True)
    offers = many(RankedOffer)
    why = one(Why)
    set_aside = many(AsideOffer)
    valid_until = instant(nullable=True)


class Step(Answer):
    """A time in which one price was asked."""

    from_ = instant(data_key="from")
    until = instant(nullable=True)
    price = one(Money)
    special = truth()
    last_seen = instant()
    suspect = one(Suspicion, nullable=True)


class Statistics(Answer):
    """Of a listing's believed prices, weighted by time."""

    low = one(Money)
    low_since = instant()
    high = one(Money)
    high_since = instant()
    mean = one(Money)
    median = one(Money)
    covered_days = days()


class ListingHistory(Answer):
    """One listing's prices over time."""

    chain = one(Chain)
    branch = one(Branch)
    sku = text()
    tracked_since = instant()
    steps = many(Step)
    statistics = one(Statistics, nullable=True)


class History(Answer):
    """A product's prices over time."""

    product = one(Product)
    as_of = instant()
    since = instant(nullable=True)
    listings = many(ListingHistory)


class KnownBranch(Branch):
    """A branch, and how fresh its list is."""

    timezone = text()
    last_list_at = instant()


class KnownChain(Chain):
    """A chain with its branches."""

    currency = text(pattern="[A-Z]{3}")
    stale_after_days = days()
    branches = many(KnownBranch)


class Chains(Answer):
    """Whose prices are known."""

    as_of = instant()
    chains = many(KnownChain)
