"""Search in SQL: the products that a query finds, each class of relevance by a statement of its own.

Each statement reads the index in the order of the answer and stops where the page is full, but for words that are only
begun: those stand at many places of the index.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, bindparam, exists, or_, select

from coprra.adapters.sql.plans import joined_as_written
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

    @property
    def values(self) -> dict[str, Any]:
        """What the statements' parameters stand for."""
        return {
            "first_seen": self.first_seen,
            "categories": sorted(self.categories or ()),
            "brand": self.brand,
            "wanted": ProductKey.of_gtin(self.gtin).value if self.gtin else None,
        }


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a statement depends on; those of one shape differ in values alone, and are built once.

    number: whether the query is one. terms: how many it has.
    """

    relevance: Relevance
    number: bool
    terms: int
    categories: bool
    brand: bool
    gtin: bool
    after: bool


def found(
    all_rows: Callable[..., Sequence[Row[Any]]],
    query: Query,
    narrowing: Narrowing,
    *,
    after: ProductCursor | None,
    limit: int,
) -> list[Found]:
    """At most `limit` products, in the order of `ProductCursor.place`. all_rows: executes a statement with values."""
    values = narrowing.values | _values(query, after)
    rows: list[Found] = []
    for relevance in _classes(query):
        if len(rows) == limit or (after and relevance < after.relevance):
            continue
        shape = _Shape(
            relevance,
            query.gtin is not None,
            len(query.terms),
            narrowing.categories is not None,
            narrowing.brand is not None,
            narrowing.gtin is not None,
            after is not None and after.relevance is relevance,
        )
        rows += [(relevance, row) for row in all_rows(_statement(shape), **values, most=limit - len(rows))]
    return rows


def _classes(query: Query) -> Iterator[Relevance]:
    """Those that something can be in."""
    if query.gtin is not None:
        yield Relevance.GTIN
    yield Relevance.NAME
    if query.words:
        *first, last = (len(term) >= SHORTEST_BEGINNING for term in query.terms)
        yield Relevance.WORDS
        if last:
            yield Relevance.TYPING
        if any(first):
            yield Relevance.BEGINNINGS


def _values(query: Query, after: ProductCursor | None) -> dict[str, str | None]:
    """Of all that a statement may ask for."""
    texts = {
        "phrase": query.phrase,
        "beyond_phrase": query.phrase + _BEYOND,
        "number": ProductKey.of_gtin(query.gtin).value if query.gtin else None,
        "after_name": after.sort_name if after else None,
        "after_id": after.id.value if after else None,
    }
    by_length = sorted(query.terms, key=len, reverse=True)
    if by_length:
        texts |= {"begun": by_length[0], "beyond_begun": by_length[0] + _BEYOND}
        texts |= {"longest_but_last": max(query.terms[:-1], key=len, default=None)}
    for place, (term, by_length_too) in enumerate(zip(query.terms, by_length, strict=True)):
        # Folded words are letters and digits only, so none of them can be a wildcard.
        begun = f"% {term}%" if len(term) >= SHORTEST_BEGINNING else f"% {term} %"
        texts |= {f"word_{place}": by_length_too, f"whole_{place}": f"% {term} %", f"begun_{place}": begun}
    return texts


@cache
def _statement(shape: _Shape) -> Select[Any]:
    rows, name, id = _class(shape.relevance, shape.terms)
    if shape.relevance > Relevance.NAME:
        rows = rows.where(or_(name < bindparam("phrase"), name >= bindparam("beyond_phrase")))
    if shape.number and shape.relevance is not Relevance.GTIN:
        numbered = exists().where(product_keys.c.key == bindparam("number"), product_keys.c.product_id == products.c.id)
        rows = rows.where(~numbered)
    if shape.after:
        rows = rows.where(name >= bindparam("after_name"), _beyond(name, id))
    return _narrowed(rows, shape).order_by(name, id).limit(bindparam("most"))


def _beyond(name: ColumnElement[str], id: ColumnElement[str]) -> ColumnElement[bool]:
    same = and_(name == bindparam("after_name"), id > bindparam("after_id"))
    return or_(name > bindparam("after_name"), same)


_Class = tuple[Select[Any], ColumnElement[str], ColumnElement[str]]
"""All that a class finds, those before it not left out, and by which columns it is ordered."""


def _class(relevance: Relevance, terms: int) -> _Class:
    name, id = products.c.sort_name, products.c.id
    match relevance:
        case Relevance.GTIN:
            return select(products).where(_leads_to(id, "number")), name, id
        case Relevance.NAME if not terms:
            return select(products), name, id
        case Relevance.NAME:
            named = (name >= bindparam("phrase"), name < bindparam("beyond_phrase"))
            return select(products).where(*named), name, id
        case Relevance.WORDS:
            return _whole_words(terms)
        case Relevance.TYPING if terms > 1:
            return _last_begun(terms)
        case _:
            return _begun(terms)


def _whole_words(terms: int) -> _Class:
    places = search_words.alias("places")
    rows = joined_as_written(select(products).select_from(places.join(products, products.c.id == places.c.product_id)))
    rows = rows.where(places.c.word == bindparam("word_0"))
    for number in range(1, terms):
        other = search_words.alias(f"other_{number}")
        here = (other.c.sort_name == places.c.sort_name, other.c.product_id == places.c.product_id)
        rows = rows.where(exists().where(other.c.word == bindparam(f"word_{number}"), *here))
    return rows, places.c.sort_name, places.c.product_id


def _last_begun(terms: int) -> _Class:
    places = search_words.alias("places")
    rows = _with_texts(places).where(places.c.word == bindparam("longest_but_last"), *_but_last_whole(terms))
    rows = rows.where(_text_has(f"begun_{terms - 1}"), ~_text_has(f"whole_{terms - 1}"))
    return rows, places.c.sort_name, places.c.product_id


def _begun(terms: int) -> _Class:
    begun = (search_words.c.word >= bindparam("begun"), search_words.c.word < bindparam("beyond_begun"))
    places = select(search_words.c.sort_name, search_words.c.product_id).distinct().where(*begun).subquery("places")
    rows = _with_texts(places).where(*(_text_has(f"begun_{number}") for number in range(terms)))
    left_out = _but_last_whole(terms) if terms > 1 else [_text_has("whole_0")]
    return rows.where(~and_(*left_out)), places.c.sort_name, places.c.product_id


def _with_texts(places: FromClause) -> Select[Any]:
    texts = places.join(search_texts, search_texts.c.product_id == places.c.product_id)
    return joined_as_written(select(products).select_from(texts.join(products, products.c.id == places.c.product_id)))


def _but_last_whole(terms: int) -> list[ColumnElement[bool]]:
    return [_text_has(f"whole_{number}") for number in range(terms - 1)]


def _text_has(pattern: str) -> ColumnElement[bool]:
    return search_texts.c.words.like(bindparam(pattern))


def _narrowed(rows: Select[Any], shape: _Shape) -> Select[Any]:
    rows = rows.where(products.c.first_seen <= bindparam("first_seen"))
    if shape.categories:
        rows = rows.where(products.c.category.in_(bindparam("categories", expanding=True)))
    if shape.brand:
        rows = rows.where(products.c.brand_slug == bindparam("brand"))
    return rows.where(_leads_to(products.c.id, "wanted")) if shape.gtin else rows


def _leads_to(id: ColumnElement[str], key: str) -> ColumnElement[bool]:
    return id == select(product_keys.c.product_id).where(product_keys.c.key == bindparam(key)).scalar_subquery()
