"""Answers about categories and brands."""

from coprra.entrypoints.http.v1.schemas.fields import instant, many, number, text
from coprra.entrypoints.http.v1.schemas.values import Answer


class Category(Answer):
    """A kind of goods, and how many products it or anything below it holds."""

    code = text(pattern="[a-z]+(_[a-z]+)*")
    name = text()
    parent = text(pattern="[a-z]+(_[a-z]+)*", nullable=True)
    products = number()


class Categories(Answer):
    """The whole tree, parents before their children."""

    as_of = instant()
    categories = many(Category)
    unsorted = number()


class Brand(Answer):
    """A maker's name, however it is written."""

    name = text()
    slug = text()
    products = number(1)


class BrandsPage(Answer):
    """Some brands, and the cursor of the next ones."""

    as_of = instant()
    brands = many(Brand)
    next = text(pattern="[A-Za-z0-9_-]+", nullable=True)
