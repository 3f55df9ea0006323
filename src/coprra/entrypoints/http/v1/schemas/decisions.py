"""Answers about what persons decide."""

from coprra.domain.prices.decision import DecisionKind
from coprra.entrypoints.http.v1.schemas.fields import instant, many, number, one, one_of, text, truth
from coprra.entrypoints.http.v1.schemas.products import Product
from coprra.entrypoints.http.v1.schemas.values import Answer, Branch, Chain, Money, Suspicion


class Decision(Answer):
    """What a person decided about a price."""

    kind = one_of(DecisionKind)
    at = instant()
    price = one(Money, nullable=True)
    decided_at = instant()
    by = text()
    note = text(nullable=True)


class SuspectPrice(Answer):
    """A price that is quarantined."""

    listing = text()
    chain = one(Chain)
    branch = one(Branch)
    sku = text()
    price = one(Money)
    special = truth()
    since = instant()
    last_seen = instant()
    suspicion = one(Suspicion)


class SuspectProduct(Answer):
    """A product with suspect prices."""

    product = one(Product)
    prices = many(SuspectPrice)


class Suspects(Answer):
    """Suspect prices, product by product, and the cursor of the next ones."""

    as_of = instant()
    examined = number()
    suspects = many(SuspectProduct)
    next = text(pattern="[A-Za-z0-9_-]+", nullable=True)
