"""Answers about products."""

from marshmallow import fields

from coprra.entrypoints.http.v1.schemas.fields import instant, many, number, one, text, truth
from coprra.entrypoints.http.v1.schemas.values import Answer, Money


class Product(Answer):
    """What is compared."""

    id = text(pattern="p_[0-9a-f]{20}")
    name = text()
    brand = text(nullable=True)
    category = text(nullable=True)
    gtins = fields.List(text(pattern=r"\d{8}|\d{13}|\d{14}"), required=True)
    first_seen = instant()


class BestPrice(Answer):
    """What one piece costs least."""

    price = one(Money, nullable=True)
    special = truth()
    offers = number()
    chains = fields.List(text(), required=True)


class BrowsedProduct(Product):
    """A product, and what it costs least."""

    best_price = one(BestPrice)


class CountedCode(Answer):
    """A category or chain, and how many of the products found belong to it."""

    code = text()
    products = number(1)


class CountedBrand(Answer):
    """A brand, and how many of the products found have it."""

    name = text()
    slug = text()
    products = number(1)


class Facets(Answer):
    """How many of the products found there are of each kind."""

    categories = many(CountedCode)
    brands = many(CountedBrand)
    chains = many(CountedCode)
    counted = number()
    complete = truth()


class ProductsPage(Answer):
    """Some products, and the cursor of the next ones."""

    as_of = instant()
    products = many(BrowsedProduct)
    facets = one(Facets, nullable=True)
    next = text(pattern="[A-Za-z0-9_-]+", nullable=True)
    complete = truth()
    valid_until = instant(nullable=True)


class SuggestedProduct(Answer):
    """A product that fits what is typed."""

    id = text(pattern="p_[0-9a-f]{20}")
    name = text()
    brand = text(nullable=True)


class Suggestions(Answer):
    """The products that fit best."""

    as_of = instant()
    products = many(SuggestedProduct)
