"""heisse-preise: price histories of one store as the project of that name publishes them, in JSON."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, takewhile
from types import MappingProxyType
from typing import Any, ClassVar, TypeAlias

from coprra.adapters.feeds.declarations.declaration import Table
from coprra.adapters.feeds.declarations.history import HistoryForm
from coprra.adapters.feeds.formats.json_stream import Event, json_events
from coprra.adapters.feeds.formats.records import Format, Reader, Record
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

MOST_DATES = 20_000
MOST_STORES = 1_000
MOST_PRICES = 20_000
"""Of one article."""

_FIELDS = ("id", "name", "category", "unavailable", "unit", "quantity", "weighted", "organic", "date", "price")
_NAMES = {"isWeighted": "weighted", "bio": "organic"}
_CATEGORIES = {
    sign: category
    for category, signs in {
        "fresh_food": "0 1 3",
        "frozen_food": "4",
        "food": "5",
        "baby_food": "51",
        "sweets": "6",
        "drinks": "2",
        "soft_drinks": "20 26",
        "alcohol": "21 23 24 25",
        "hot_drinks": "22",
        "personal_care": "7",
        "cosmetics": "73 75",
        "toiletries": "70 71 84 89",
        "health": "74",
        "household": "8",
        "cleaning": "88 8A",
        "home": "81 83",
        "pets": "9",
        "clothing": "7C",
        "leisure": "8E",
    }.items()
    for sign in signs.split()
}
"""Two signs, a group and what is in it, to coprra's own code; by the group where there is no finer one."""

_Article: TypeAlias = dict[str, Any]
"""The fields of one article, without dates and prices; under "prices" pairs of them, the newest first."""


@dataclass(frozen=True, slots=True)
class HeissePreiseFormat(Format):
    """One JSON document of one store. store: what the project calls it.

    Either an array of articles, or the compact form: stores, dates and one flat array for all articles.
    """

    kind: ClassVar[str] = "heisse_preise"
    COLUMNS: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {
            "sku": ("id",),
            "title": ("name",),
            "pack": ("quantity",),
            "pack_unit": ("unit",),
            "price": ("price",),
            "category": ("category",),
        }
    )
    """What a profile need not say."""

    HISTORY: ClassVar[HistoryForm] = HistoryForm(day=("date",), unavailable=("unavailable",))

    store: str

    @classmethod
    def declared(cls, table: Table) -> "HeissePreiseFormat":
        """From a profile's [format]."""
        return cls(table.text("store", hint="what heisse-preise calls the store, such as dmDe"))

    def open(self, stream: io.BufferedReader, source: str) -> Reader:
        return HeissePreiseReader(self, stream, source)


class HeissePreiseReader(Reader):
    """Reads one document: a record for each price of each article. Lines are articles, counted from 1."""

    branch = (None, None)
    unended = False  # a document that is cut is no document

    def __init__(self, form: HeissePreiseFormat, stream: io.BufferedReader, source: str) -> None:
        self._form = form
        self._source = source
        self._articles = self._read(json_events(stream, source))
        first = next(self._articles, None)
        if first:
            self._articles = chain([first], self._articles)
        self._empty = first is None

    @property
    def columns(self) -> tuple[str, ...]:
        return () if self._empty else _FIELDS

    def records(self, columns: Sequence[str]) -> Iterator[Record | RowProblem]:
        for line, article in enumerate(self._articles, start=1):
            texts = {name: _text(article.get(name)) for name in _FIELDS}
            group = texts["category"]
            texts["category"] = _CATEGORIES.get(group) or _CATEGORIES.get(group[:1], "")
            for day, price in article["prices"]:
                texts["date"], texts["price"] = _text(day), _text(price)
                yield line, tuple([texts.get(name, "") for name in columns])

    def _read(self, events: Iterator[Event]) -> Iterator[_Article]:
        kind, _ = next(events, ("", None))
        if kind == "start_array":
            articles = self._plain(events)
        elif kind == "start_map":
            articles = self._compact(events)
        else:
            raise self._foreign("it is neither an array nor an object")
        for article in articles:
            if article["store"] != self._form.store:
                raise Unreadable(
                    f"{self._source} holds prices of {str(article['store'])[:40]!r}, and the profile is for "
                    f"{self._form.store!r}; coprra takes files of one store each."
                )
            yield article

    def _compact(self, events: Iterator[Event]) -> Iterator[_Article]:
        """The form with one flat array, of which the indices of stores and dates are a part."""
        stores: list[Any] = []
        dates: list[Any] = []
        for kind, key in events:
            if kind == "end_map":
                continue
            if key == "stores":
                stores = self._bounded(self._scalars(events), MOST_STORES, key)
            elif key == "dates":
                dates = self._bounded(self._scalars(events), MOST_DATES, key)
            elif key == "data":
                yield from self._unpacked(self._scalars(events), stores, dates)
            else:
                _skip(events)

    def _unpacked(self, values: Iterator[Any], stores: list[Any], dates: list[Any]) -> Iterator[_Article]:
        for value in values:
            store = stores[self._index(value, len(stores))]
            take: Callable[[], Any] = partial(self._next, values)
            article = {"store": store, "id": take(), "name": take()}
            # Until June 2023 there was neither a category nor a word on availability.
            count = take()
            if not isinstance(count, int):
                article["category"], article["unavailable"], count = count, take(), take()
            count = self._index(count, MOST_PRICES)
            article["prices"] = [(dates[self._index(take(), len(dates))], take()) for _ in range(count)]
            article["unit"], article["quantity"] = take(), take()
            article["weighted"], article["organic"] = take(), take()
            take()  # the last part of a link
            yield article

    def _plain(self, events: Iterator[Event]) -> Iterator[_Article]:
        """The form with an object for each article."""
        for kind, _ in events:
            if kind == "end_array":
                continue
            if kind != "start_map":
                raise self._foreign("its array holds something else than objects")
            article: _Article = {"store": None, "prices": []}
            for _, key in takewhile(lambda event: event[0] == "map_key", events):
                if key == "priceHistory":
                    article["prices"] = self._bounded(self._prices(events), MOST_PRICES, key)
                else:
                    article[_NAMES.get(str(key), str(key))] = _scalar(events)
            yield article

    def _prices(self, events: Iterator[Event]) -> Iterator[tuple[Any, Any]]:
        if next(events)[0] != "start_array":
            raise self._foreign("a price history is no array")
        for _ in takewhile(lambda event: event[0] == "start_map", events):
            price = {key: _scalar(events) for _, key in takewhile(lambda event: event[0] == "map_key", events)}
            yield price.get("date"), price.get("price")

    def _scalars(self, events: Iterator[Event]) -> Iterator[Any]:
        if next(events)[0] != "start_array":
            raise self._foreign("stores, dates and data are arrays")
        for kind, value in events:
            if kind == "end_array":
                return
            if kind.startswith("start"):
                raise self._foreign("there is an array or object where a text or number belongs")
            yield value

    def _bounded(self, values: Iterator[Any], most: int, what: str) -> list[Any]:
        found = list(islice(values, most + 1))
        if len(found) > most:
            raise self._foreign(f"there are more than {most:,} {what}")
        return found

    def _next(self, values: Iterator[Any]) -> Any:
        for value in values:
            return value
        raise self._foreign("its data ends within an article")

    def _index(self, value: Any, count: int) -> int:
        if isinstance(value, int) and 0 <= value < count:
            return value
        raise self._foreign(f"there stands {_text(value)[:40]!r} where one of {count} belongs")

    def _foreign(self, what: str) -> Unreadable:
        return Unreadable(f"{self._source} is no price history of heisse-preise: {what}.")


def _scalar(events: Iterator[Event]) -> Any:
    """The next value; None for an array or object, which is passed over."""
    kind, value = next(events)
    if kind.startswith("start"):
        _skip(chain([(kind, value)], events))
    return value


def _skip(events: Iterator[Event]) -> None:
    """Pass over the next value."""
    depth = 0
    for kind, _ in events:
        depth += kind.startswith("start") - kind.startswith("end")
        if not depth:
            return


def _text(value: Any) -> str:
    """As a table would have it."""
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)
