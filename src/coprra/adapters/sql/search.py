"""Search in SQL: the products that a query finds, each class of relevance by a statement of its own.

Each statement reads the index in the order of the answer and stops where the page is full, but for words that are only
begun: those stand at many places of the index.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, literal, or_, select

from coprra.adapters.sql.tables import product_keys, products, search_texts, search_words
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import ProductKey
from coprra.domain.products.relevance import SHORTEST_BEGINNING, Query, Relevance

_BEYOND = "\U0010ffff"
"""Comes after every letter that is folded."""

Found = tuple[Relevance, Row[Any]]
"""A row of `products`, and how it was found."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which of the products that a query finds are wanted. first_seen: at or before it, in microseconds."""

    first_seen: int
    categories: frozenset[str] | None
    brand: str | None
    gtin: Gtin | None

    def of(self, rows: Select[Any]) -> Select[Any]:
        """The same rows of `products`, narrowed."""
        rows = rows.where(products.c.first_seen <= self.first_seen)
        if self.categories is not None:
            rows = rows.where(products.c.category.in_(sorted(self.categories)))
        if self.brand is not None:
            rows = rows.where(products.c.brand_slug == self.brand)
        if self.gtin is not None:
            rows = rows.where(products.c.id == _led_to(self.gtin))
        return rows


def found(
    all_rows: Callable[[Select[Any]], Sequence[Row[Any]]],
    query: Query,
    narrowing: Narrowing,
    *,
    after: ProductCursor | None,
    limit: int,
) -> list[Found]:
    """At most `limit` products, in the order of `ProductCursor.place`. all_rows: executes a statement."""
    rows: list[Found] = []
    for relevance, statement, name, id in _classes(query):
        if len(rows) == limit or (after and relevance < after.relevance):
            continue
        if after and relevance is after.relevance:
            beyond = or_(name > after.sort_name, and_(name == after.sort_name, id > after.id.value))
            wanted = statement.where(name >= after.sort_name, beyond)
        else:
            wanted = statement
        page = narrowing.of(wanted).order_by(name, id).limit(limit - len(rows))
        rows += [(relevance, row) for row in all_rows(page)]
    return rows


_Class = tuple[Relevance, Select[Any], ColumnElement[str], ColumnElement[str]]
"""All of a class, and by which columns it is ordered."""


def _classes(query: Query) -> Iterator[_Class]:
    name, id = products.c.sort_name, products.c.id
    if query.gtin is None:
        yield Relevance.NAME, select(products).where(*_named(name, query.phrase)), name, id
    else:
        yield Relevance.GTIN, select(products).where(id == _led_to(query.gtin)), name, id
        yield Relevance.NAME, select(products).where(*_named(name, query.phrase), _is_not(query.gtin)), name, id
    if query.words:
        yield _whole_words(query)
    if any(len(term) >= SHORTEST_BEGINNING for term in query.terms):
        yield _beginnings(query)


def _whole_words(query: Query) -> _Class:
    places = search_words.alias("places")
    longest, *others = sorted(query.terms, key=len, reverse=True)
    rows = (
        select(products)
        .select_from(places.join(products, products.c.id == places.c.product_id))
        .where(places.c.word == longest, *_neither_number_nor_name(query, places.c.sort_name))
        .prefix_with("STRAIGHT_JOIN", dialect="mysql")
    )
    for number, term in enumerate(others):
        other = search_words.alias(f"other_{number}")
        here = (other.c.sort_name == places.c.sort_name, other.c.product_id == places.c.product_id)
        rows = rows.where(exists().where(other.c.word == term, *here))
    return Relevance.WORDS, rows, places.c.sort_name, places.c.product_id


def _beginnings(query: Query) -> _Class:
    longest = max(query.terms, key=len)
    places = (
        select(search_words.c.sort_name, search_words.c.product_id)
        .distinct()
        .where(search_words.c.word >= longest, search_words.c.word < longest + _BEYOND)
        .subquery("places")
    )
    words = search_texts.c.words
    # Folded words are letters and digits only, so none of them can be a wildcard.
    whole = [words.like(f"% {term} %") for term in query.terms]
    begun = [words.like(f"% {term}{'' if len(term) >= SHORTEST_BEGINNING else ' '}%") for term in query.terms]
    rows = (
        select(products)
        .select_from(
            places.join(search_texts, search_texts.c.product_id == places.c.product_id).join(
                products, products.c.id == places.c.product_id
            )
        )
        .where(*begun, ~and_(*whole), *_neither_number_nor_name(query, places.c.sort_name))
    )
    return Relevance.BEGINNINGS, rows, places.c.sort_name, places.c.product_id


def _named(name: ColumnElement[str], phrase: str) -> tuple[ColumnElement[bool], ...]:
    return (name >= phrase, name < phrase + _BEYOND) if phrase else ()


def _neither_number_nor_name(query: Query, name: ColumnElement[str]) -> Iterator[ColumnElement[bool]]:
    yield or_(name < query.phrase, name >= query.phrase + _BEYOND)
    if query.gtin is not None:
        yield _is_not(query.gtin)


def _led_to(gtin: Gtin) -> Any:
    key = ProductKey.of_gtin(gtin).value
    return select(product_keys.c.product_id).where(product_keys.c.key == key).scalar_subquery()


def _is_not(gtin: Gtin) -> ColumnElement[bool]:
    key = ProductKey.of_gtin(gtin).value
    return ~exists(literal(1)).where(product_keys.c.key == key, product_keys.c.product_id == products.c.id)
