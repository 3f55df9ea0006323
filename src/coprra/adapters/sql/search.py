"""Search in SQL: the products that a query finds, each class of relevance by a statement of its own.

A statement goes the shortest way: through what is rarest of all that a product must have. What leads to few is gathered
and sorted. Where all of it leads to many, the index is read in the order of the answer, and soon the page is full.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Label,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)

from coprra.adapters.sql.plans import joined_as_written
from coprra.adapters.sql.tables import best_prices, product_keys, products, search_texts, search_words
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import ProductKey
from coprra.domain.products.relevance import SHORTEST_BEGINNING, Query, Relevance

FEW = 2_000
"""As many places are sorted about as fast as a page is found by looking at one product after the other."""

_BEYOND = "\U0010ffff"
"""Comes after every letter that is folded."""


class FoundProduct(NamedTuple):
    """A row of `products`, what is kept of its best price (holds_from: None for nothing), and its keys, each in a line.

    SQLAlchemy's own rows look each name up when it is read, which took longer than all else about a product.
    """

    id: str
    name: str
    sort_name: str
    brand: str | None
    brand_slug: str | None
    category: str | None
    first_seen: int
    holds_from: int | None
    holds_until: int | None
    currency: str | None
    price: int
    special: bool
    offers: int
    chains: str
    keys: str


Found = tuple[Relevance, FoundProduct]
"""A product, and how it was found."""

AllRows = Callable[..., Sequence[Row[Any]]]
"""Executes a statement with values."""


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


class _Way(Enum):
    """Where a statement begins. in_order: of the answer."""

    NUMBER = auto()
    NAMES = auto()
    WORD = auto()
    BEGINNING = auto()
    BRAND = auto()
    CATEGORY = auto()

    @property
    def in_order(self) -> bool:
        return self in {_Way.NAMES, _Way.WORD}


_Road = tuple[_Way, str]
"""A way, and the word that it leads through, if any."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a statement depends on; those of one shape differ in values alone, and are built once.

    number: whether the query is one. terms: how many it has.
    """

    relevance: Relevance
    way: _Way
    number: bool
    terms: int
    categories: bool
    brand: bool
    gtin: bool
    after: bool


def found(
    all_rows: AllRows, query: Query, narrowing: Narrowing, *, after: ProductCursor | None, limit: int
) -> list[Found]:
    """At most `limit` products, in the order of `ProductCursor.place`."""
    values = narrowing.values | _values(query, after)
    roads = _Roads(all_rows, query, narrowing, values)
    rows: list[Found] = []
    for relevance in _classes(query):
        if len(rows) == limit or (after and relevance < after.relevance):
            continue
        way, word = roads.shortest(relevance)
        shape = _Shape(
            relevance,
            way,
            query.gtin is not None,
            len(query.terms),
            narrowing.categories is not None,
            narrowing.brand is not None,
            narrowing.gtin is not None,
            after is not None and after.relevance is relevance,
        )
        driven = {"driven": word, "beyond_driven": word + _BEYOND, "most": limit - len(rows)}
        rows += [(relevance, FoundProduct._make(row)) for row in all_rows(_statement(shape), **values, **driven)]
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


@dataclass(frozen=True, slots=True)
class _Roads:
    """How many places each road of a search leads through, counted up to `FEW` when it is asked for."""

    all_rows: AllRows
    query: Query
    narrowing: Narrowing
    values: dict[str, Any]
    lengths: dict[_Road, int] = field(default_factory=dict)

    def shortest(self, relevance: Relevance) -> _Road:
        """Where several are long, one that leads there in order, if there is one."""
        if relevance is Relevance.GTIN or self.narrowing.gtin:
            return (_Way.NUMBER, "")
        roads = [*self._through_words(relevance), *self._through_kinds()]
        if len(roads) == 1 and roads[0][0].in_order:
            return roads[0]
        self._measure(roads)
        shortest = min(roads, key=lambda road: self.lengths[road])
        if self.lengths[shortest] < FEW or shortest[0].in_order:
            return shortest
        return next((road for road in roads if road[0].in_order), (_Way.NAMES, ""))

    def _through_words(self, relevance: Relevance) -> list[_Road]:
        terms = self.query.terms
        longest_first = sorted(terms, key=len, reverse=True)
        match relevance:
            case Relevance.NAME:
                return [(_Way.NAMES, "")]
            case Relevance.WORDS:
                return [(_Way.WORD, term) for term in longest_first]
            case Relevance.TYPING if len(terms) > 1:
                return [(_Way.WORD, term) for term in longest_first if term != terms[-1]]
            case _:
                return [(_Way.BEGINNING, term) for term in longest_first if len(term) >= SHORTEST_BEGINNING]

    def _through_kinds(self) -> Iterator[_Road]:
        if self.narrowing.brand is not None:
            yield (_Way.BRAND, "")
        if self.narrowing.categories is not None:
            yield (_Way.CATEGORY, "")

    def _measure(self, roads: Sequence[_Road]) -> None:
        unknown = [road for road in roads if road not in self.lengths]
        if not unknown:
            return
        words = {f"word_{number}": word for number, (_, word) in enumerate(unknown)}
        words |= {f"beyond_{number}": word + _BEYOND for number, (_, word) in enumerate(unknown)}
        statement = _lengths(tuple(way for way, _ in unknown), bool(self.query.words))
        (row,) = self.all_rows(statement, **self.values, **words)
        self.lengths.update(zip(unknown, row, strict=True))


@cache
def _lengths(ways: Sequence[_Way], named: bool) -> Select[Any]:
    return select(*(_length(way, number, named).label(f"length_{number}") for number, way in enumerate(ways)))


def _length(way: _Way, number: int, named: bool) -> ColumnElement[int]:
    word = search_words.c.word
    match way:
        case _Way.NAMES if not named:
            return literal(FEW)
        case _Way.NAMES:
            places = select(products.c.id).where(*_named())
        case _Way.WORD:
            places = select(word).where(word == bindparam(f"word_{number}"))
        case _Way.BEGINNING:
            places = select(word).where(word >= bindparam(f"word_{number}"), word < bindparam(f"beyond_{number}"))
        case _Way.BRAND:
            places = select(products.c.id).where(_has_brand(products.c.brand_slug))
        case _:
            places = select(products.c.id).where(_has_category(products.c.category))
    counted: ScalarSelect[int] = select(func.count()).select_from(places.limit(FEW).subquery()).scalar_subquery()
    return counted


def _values(query: Query, after: ProductCursor | None) -> dict[str, str | None]:
    """Of all that a statement may ask for."""
    texts = {
        "phrase": query.phrase,
        "beyond_phrase": query.phrase + _BEYOND,
        "number": ProductKey.of_gtin(query.gtin).value if query.gtin else None,
        "after_name": after.sort_name if after else None,
        "after_id": after.id.value if after else None,
    }
    for place, term in enumerate(query.terms):
        # Folded words are letters and digits only, so none of them can be a wildcard.
        begun = f"% {term}%" if len(term) >= SHORTEST_BEGINNING else f"% {term} %"
        texts |= {f"whole_{place}": f"% {term} %", f"begun_{place}": begun}
    return texts


@cache
def _statement(shape: _Shape) -> Select[Any]:
    source, name, id, conditions = _beginning(shape)
    if _reads_texts(shape):
        source = source.join(search_texts, search_texts.c.product_id == products.c.id)
    conditions += [*_fits(shape), *_wanted(shape, name, id)]
    order = (name, id)
    if shape.way.in_order:
        source = source.outerjoin(best_prices, best_prices.c.product_id == products.c.id)
        rows = select(products, *_kept(), _keys(products.c.id)).select_from(source).where(*conditions)
        return _as_written(rows, shape.way).order_by(*order).limit(bindparam("most"))
    page = _as_written(select(products).select_from(source).where(*conditions), shape.way)
    chosen = page.order_by(*order).limit(bindparam("most")).subquery("page")
    joined = chosen.outerjoin(best_prices, best_prices.c.product_id == chosen.c.id)
    shown = select(chosen, *_kept(), _keys(chosen.c.id)).select_from(joined)
    return shown.order_by(chosen.c.sort_name, chosen.c.id)


_Beginning = tuple[FromClause, ColumnElement[str], ColumnElement[str], list[ColumnElement[bool]]]
"""What is read, by what it is ordered (a name and an id), and what holds of it."""


def _beginning(shape: _Shape) -> _Beginning:
    name, id = products.c.sort_name, products.c.id
    match shape.way:
        case _Way.NUMBER:
            return products, name, id, [_leads_to(id, "wanted" if shape.gtin else "number")]
        case _Way.BRAND:
            return products, name, id, [_has_brand(products.c.brand_slug)]
        case _Way.CATEGORY:
            return products, name, id, [_has_category(products.c.category)]
        case _Way.NAMES:
            return products, name, id, []
        case _Way.WORD:
            places = search_words.alias("places")
            return *_joined(places), [places.c.word == bindparam("driven")]
        case _:
            begun = (search_words.c.word >= bindparam("driven"), search_words.c.word < bindparam("beyond_driven"))
            all_places = select(search_words.c.sort_name, search_words.c.product_id).distinct().where(*begun)
            return *_joined(all_places.subquery("places")), []


def _joined(places: FromClause) -> tuple[FromClause, ColumnElement[str], ColumnElement[str]]:
    source = places.join(products, products.c.id == places.c.product_id)
    return source, places.c.sort_name, places.c.product_id


def _as_written(rows: Select[Any], way: _Way) -> Select[Any]:
    """By the index of that way on MariaDB, too; on SQLite nothing else is left (see `_wanted`)."""
    index = {_Way.NAMES: "products_by_name", _Way.BRAND: "products_by_brand", _Way.CATEGORY: "products_by_category"}
    if way in index:
        rows = rows.with_hint(products, f"FORCE INDEX ({index[way]})", "mysql")
    return joined_as_written(rows)


def _reads_texts(shape: _Shape) -> bool:
    if shape.relevance <= Relevance.NAME:
        return False
    return shape.relevance is not Relevance.WORDS or shape.terms > 1 or shape.way is not _Way.WORD


def _fits(shape: _Shape) -> list[ColumnElement[bool]]:
    """The class of relevance."""
    terms = range(shape.terms)
    but_last_whole = [_text_has(f"whole_{number}") for number in terms[:-1]]
    match shape.relevance:
        case Relevance.GTIN:
            return [_leads_to(products.c.id, "number")]
        case Relevance.NAME:
            return _named() if terms else []
        case Relevance.WORDS:
            return [_text_has(f"whole_{number}") for number in terms] if _reads_texts(shape) else []
        case Relevance.TYPING:
            last = shape.terms - 1
            return [*but_last_whole, _text_has(f"begun_{last}"), ~_text_has(f"whole_{last}")]
        case _:
            return [*(_text_has(f"begun_{number}") for number in terms), ~and_(*but_last_whole)]


def _named() -> list[ColumnElement[bool]]:
    name = products.c.sort_name
    return [name >= bindparam("phrase"), name < bindparam("beyond_phrase")]


def _text_has(pattern: str) -> ColumnElement[bool]:
    return search_texts.c.words.like(bindparam(pattern))


def _wanted(shape: _Shape, name: ColumnElement[str], id: ColumnElement[str]) -> Iterator[ColumnElement[bool]]:
    """What is neither found by a better class, nor on an earlier page, nor left out by the narrowing."""
    if shape.relevance > Relevance.NAME:
        yield or_(name < bindparam("phrase"), name >= bindparam("beyond_phrase"))
    if shape.number and shape.relevance is not Relevance.GTIN:
        yield ~exists().where(product_keys.c.key == bindparam("number"), product_keys.c.product_id == products.c.id)
    if shape.after:
        yield name >= bindparam("after_name")
        yield or_(name > bindparam("after_name"), and_(name == bindparam("after_name"), id > bindparam("after_id")))
    yield products.c.first_seen <= bindparam("first_seen")
    # Joined with nothing, a column offers its index to no database: these are only looked at.
    if shape.categories and shape.way is not _Way.CATEGORY:
        yield _has_category(products.c.category.concat(""))
    if shape.brand and shape.way is not _Way.BRAND:
        yield _has_brand(products.c.brand_slug.concat(""))
    if shape.gtin:
        yield _leads_to(products.c.id, "wanted")


def _has_category(category: ColumnElement[Any]) -> ColumnElement[bool]:
    return category.in_(bindparam("categories", expanding=True))


def _has_brand(slug: ColumnElement[Any]) -> ColumnElement[bool]:
    return slug == bindparam("brand")


def _leads_to(id: ColumnElement[str], key: str) -> ColumnElement[bool]:
    return id == select(product_keys.c.product_id).where(product_keys.c.key == bindparam(key)).scalar_subquery()


def _kept() -> list[ColumnElement[Any]]:
    return [column for column in best_prices.c if column is not best_prices.c.product_id]


def _keys(id: ColumnElement[str]) -> Label[str]:
    """All that lead to it, each in a line."""
    keys = select(func.aggregate_strings(product_keys.c.key, "\n")).where(product_keys.c.product_id == id)
    return keys.scalar_subquery().label("keys")
