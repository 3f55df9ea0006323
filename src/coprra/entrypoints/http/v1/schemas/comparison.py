"""The answer of a comparison."""

from coprra.domain.exchange.rate import SOURCE
from coprra.domain.prices.landed_price import Completeness
from coprra.domain.prices.observation import Availability, Condition
from coprra.domain.prices.offer import Aside
from coprra.entrypoints.http.v1.schemas.decisions import Decision
from coprra.entrypoints.http.v1.schemas.discounts import ShortVerdict
from coprra.entrypoints.http.v1.schemas.fields import instant, many, number, one, one_of, text, truth, words
from coprra.entrypoints.http.v1.schemas.products import Product
from coprra.entrypoints.http.v1.schemas.values import Answer, Branch, Chain, Claims, Money, Suspicion, UnitPrice


class Rate(Answer):
    """What one unit of a currency is in another, ten significant digits."""

    from_ = text(pattern="[A-Z]{3}", data_key="from")
    to = text(pattern="[A-Z]{3}")
    rate = text(pattern=r"\d{1,20}(\.\d{1,20})?")
    date = text(pattern=r"\d{4}-\d\d-\d\d")
    source = one_of([SOURCE])


class AskingBranch(Branch):
    """A branch that asks the price."""

    sku = text()
    url = text(nullable=True)
    observed_at = instant()
    decision = one(Decision, nullable=True)
    discount = one(ShortVerdict, nullable=True)


class ComparedUnitPrice(UnitPrice):
    """Ours, and what the list claims."""

    claimed = one(UnitPrice, nullable=True)
    disagrees = truth()


class Offer(Answer):
    """What a chain asks at some of its branches."""

    chain = one(Chain)
    branches = many(AskingBranch)
    item_price = one(Money, nullable=True)
    special = truth()
    regular_price = one(Money, nullable=True)
    landed_price = one(Money, nullable=True)
    converted_price = one(Money, nullable=True)
    shipping = one(Money, nullable=True)
    fees = one(Money, nullable=True)
    completeness = one_of(Completeness, nullable=True)
    condition = one_of(Condition, nullable=True)
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


class AsideOffer(Offer):
    """An offer that is not ranked, and why."""

    reason = one_of(Aside)
    suspicion = one(Suspicion, nullable=True)
    decision = one(Decision, nullable=True)


class Contender(Answer):
    """The first or second of a ranking."""

    chain = one(Chain)
    landed_price = one(Money, nullable=True)
    converted_price = one(Money, nullable=True)
    special = truth()
    condition = one_of(Condition, nullable=True)
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
    conditions = words(Condition)
    currency = text(pattern="[A-Z]{3}", nullable=True)
    exchange = many(Rate)
    offers = many(RankedOffer)
    why = one(Why)
    set_aside = many(AsideOffer)
    valid_until = instant(nullable=True)
