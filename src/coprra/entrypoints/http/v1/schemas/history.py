"""The answer of a price history."""

from coprra.entrypoints.http.v1.schemas.decisions import Decision
from coprra.entrypoints.http.v1.schemas.fields import days, instant, many, one, text, truth
from coprra.entrypoints.http.v1.schemas.products import Product
from coprra.entrypoints.http.v1.schemas.values import Answer, Branch, Chain, Claims, Money, Suspicion


class Step(Answer):
    """A time in which one price was asked."""

    from_ = instant(data_key="from")
    until = instant(nullable=True)
    price = one(Money)
    special = truth()
    last_seen = instant()
    suspect = one(Suspicion, nullable=True)
    decision = one(Decision, nullable=True)


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
    decisions = many(Decision)
    claims = one(Claims)


class History(Answer):
    """A product's prices over time."""

    product = one(Product)
    as_of = instant()
    since = instant(nullable=True)
    listings = many(ListingHistory)
