"""Answers about products."""

from marshmallow import fields

from coprra.entrypoints.http.v1.schemas.fields import instant, many, text
from coprra.entrypoints.http.v1.schemas.values import Answer


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
