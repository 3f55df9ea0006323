"""Verdicts on announced reductions."""

from coprra.domain.prices.discount import Reason, Reference, Verdict
from coprra.entrypoints.http.v1.schemas.fields import days, instant, many, one, one_of, percent, text, truth
from coprra.entrypoints.http.v1.schemas.products import Product
from coprra.entrypoints.http.v1.schemas.values import Answer, Branch, Chain, Money


class ShortVerdict(Answer):
    """Beside an offer."""

    verdict = one_of(Verdict)
    percent = percent(nullable=True)
    prior_price = one(Money, nullable=True)


class Announced(Answer):
    """What a reduction is announced against."""

    price = one(Money)
    reference = one_of(Reference)
    percent = percent()


class Span(Answer):
    """A time."""

    from_ = instant(data_key="from")
    until = instant()


class ClaimedLowest(Answer):
    """The list's own word about the 30 days."""

    lowest_30_days = one(Money)
    agrees = truth(nullable=True)


class Discount(Answer):
    """What is to be said of a special price in force."""

    chain = one(Chain)
    branch = one(Branch)
    sku = text()
    verdict = one_of(Verdict)
    reason = one_of(Reason, nullable=True)
    special_price = one(Money)
    prior_price = one(Money, nullable=True)
    percent = percent(nullable=True)
    announced = one(Announced, nullable=True)
    began = instant()
    beginning_known = truth()
    window = one(Span)
    covered_days = days()
    prior_price_asked = many(Span)
    claimed = one(ClaimedLowest, nullable=True)


class Discounts(Answer):
    """Of one product, for each branch by itself."""

    product = one(Product)
    as_of = instant()
    discounts = many(Discount)
    valid_until = instant(nullable=True)
