"""The answer of a comparison."""

from coprra.domain.prices.landed_price import Completeness
from coprra.domain.prices.observation import Availability
from coprra.domain.prices.offer import Aside
from coprra.entrypoints.http.v1.schemas.discounts import ShortVerdict
from coprra.entrypoints.http.v1.schemas.fields import instant, many, number, one, one_of, text, truth
from coprra.entrypoints.http.v1.schemas.products import Product
from coprra.entrypoints.http.v1.schemas.values import Answer, Branch, Chain, Claims, Money, Suspicion, UnitPrice


class AskingBranch(Branch):
    """A branch that asks the price."""

    sku = text()
    observed_at = instant()
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
