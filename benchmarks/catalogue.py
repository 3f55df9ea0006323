"""A catalogue to look through: so many products, sold by so many chains, written straight into the tables.

An import would say the same, by every rule, and take an hour for a million products.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from random import Random
from typing import Any

from coprra.domain.kernel.instants import to_micros
from coprra.domain.products.product import ProductId, ProductKey
from coprra.domain.products.relevance import said_words
from coprra.testing.builders import gtin_of

Insert = Callable[[str, Sequence[tuple[Any, ...]]], None]
"""Writes rows into the table of that name, which are as long as it has columns."""

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""When questions are asked: on the day of the lists."""

COMMON_WORD = "pakiranje"
"""Every product knows it, and no name begins with it."""

_LISTED = NOON.replace(hour=6)
_AT, _STALE = to_micros(_LISTED), to_micros(_LISTED + timedelta(days=7))
_CATEGORIES = ("food", "drinks", "household", "personal_care", "pets")
_SYLLABLES = ("ba", "co", "di", "fe", "gu", "ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "ve", "zu")
_WORDS = 3_000
_BRANDS = 5_000
_CHUNK = 20_000
_SPECIAL = 0.13


@dataclass(frozen=True, slots=True)
class _Entry:
    """A product, as its lists name it. By name, then id: the order in which products are answered."""

    name: str
    id: str
    number: int
    key: str

    @property
    def brand(self) -> str:
        return f"Brand {self.number * 7919 % _BRANDS}"

    @property
    def category(self) -> str:
        return _CATEGORIES[self.number % len(_CATEGORIES)]

    @property
    def text(self) -> str:
        return f"{self.name} {self.brand.lower()}"


class Catalogue:
    """The same one for the same numbers. Each chain's newest list is of the morning, and nothing is known before it."""

    def __init__(self, products: int, chains: int) -> None:
        self._products = products
        self._chains = [f"chain{number}" for number in range(1, chains + 1)]

    @cached_property
    def _entries(self) -> Sequence[_Entry]:
        random = Random(1)
        words = vocabulary()

        def any_word() -> str:
            # Few words are frequent and many are rare, as in a language.
            return words[int(len(words) * random.random() ** 3)]

        def entry(number: int) -> _Entry:
            name = f"{any_word()} {any_word()} {COMMON_WORD} {random.randrange(10, 100) * 10} g"
            key = ProductKey.of_gtin(gtin_of(number))
            return _Entry(name, ProductId.born_of(key).value, number, key.value)

        return sorted(map(entry, range(self._products)), key=lambda one: (one.name, one.id))

    def places(self, number: int) -> list[tuple[str, str]]:
        """So many places to turn a page at: the name and id of a product."""
        entries = self._entries[:-20] or self._entries
        return [(one.name, one.id) for one in entries[:: max(len(entries) // number, 1)]]

    def write(self, insert: Insert) -> None:
        """Into empty tables, each in the order of what it is clustered by."""
        insert("chains", [(code, code.title(), "HR", "EUR", 604_800) for code in self._chains])
        branches = list(enumerate(self._chains, 1))
        insert("branches", [(id, code, "0001", "Europe/Zagreb", "in_store", None) for id, code in branches])
        insert("list_runs", [_run(id, self._products) for id, _ in branches])
        for table, rows in self._tables():
            while chunk := list(islice(rows, _CHUNK)):
                insert(table, chunk)

    def _tables(self) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
        entries, chains = self._entries, range(len(self._chains))
        by_id = sorted(entries, key=lambda one: one.id)
        by_key = sorted(entries, key=lambda one: one.key)
        offers = [(chain, place, one) for chain in chains for place, one in enumerate(entries)]
        yield "products", (_product(one) for one in by_id)
        yield "product_keys", ((one.key, one.id, _AT, "benchmark") for one in by_key)
        yield "articles", (self._article(*offer) for offer in offers)
        places = {one.id: place for place, one in enumerate(entries)}
        yield "article_keys", ((one.key, self._id(chain, places[one.id])) for one in by_key for chain in chains)
        yield "listings", ((self._id(chain, place), chain + 1, f"{place:07}") for chain, place, _ in offers)
        yield "observations", (self._observation(*offer) for offer in offers)
        yield "search_texts", ((one.id, one.name, f" {' '.join(said_words([one.text]))} ") for one in by_id)
        yield "search_words", self._words()
        yield "best_prices", (self._best_price(one) for one in by_id)
        categories = Counter(one.category for one in entries)
        yield "category_counts", ((id, code, _AT, number) for id, (code, number) in enumerate(categories.items(), 1))
        brands = Counter((_product(one)[4], one.brand) for one in entries)
        yield "brand_counts", ((id, *brand, _AT, number) for id, (brand, number) in enumerate(brands.items(), 1))

    def _id(self, chain: int, place: int) -> int:
        return chain * self._products + place + 1

    def _article(self, chain: int, place: int, one: _Entry) -> tuple[Any, ...]:
        id, code, sku = self._id(chain, place), self._chains[chain], f"{place:07}"
        digest = id.to_bytes(8) + hashlib.sha256(one.id.encode()).digest()[:8]
        return (id, digest, code, sku, one.name, one.brand, one.category, None, None, None, f" {one.text}")

    def _observation(self, chain: int, place: int, one: _Entry) -> tuple[Any, ...]:
        id = self._id(chain, place)
        price, special = _prices(chain, one)
        asked = (id, "in_stock", "EUR", price, special)
        return (id, _AT, 1, chain + 1, place + 2, id, *asked, *[None] * 8)

    def _best_price(self, one: _Entry) -> tuple[Any, ...]:
        asked = [_prices(chain, one) for chain in range(len(self._chains))]
        price, special = min((price if special is None else special, special is not None) for price, special in asked)
        return (one.id, to_micros(NOON), _STALE, "EUR", price, special, len(asked), " ".join(self._chains))

    def _words(self) -> Iterator[tuple[str, str, str]]:
        by_word: dict[str, list[_Entry]] = {}
        for one in self._entries:
            for word in said_words([one.text]):
                by_word.setdefault(word, []).append(one)
        return ((word, one.name, one.id) for word in sorted(by_word) for one in by_word[word])


def vocabulary() -> list[str]:
    """The words of names, the frequent ones first."""
    random = Random(2)
    made = {"".join(random.choices(_SYLLABLES, k=3 + number % 2)) for number in range(2 * _WORDS)}
    return random.sample(sorted(made), _WORDS)


def _run(branch: int, products: int) -> tuple[Any, ...]:
    digest = hashlib.sha256(str(branch).encode()).hexdigest()
    return (branch, branch, _AT, 1, True, digest, "benchmark", "benchmark", products, _AT, "operator:benchmark")


def _product(one: _Entry) -> tuple[Any, ...]:
    brand = one.brand
    return (one.id, one.name, one.name, brand, brand.lower().replace(" ", "-"), one.category, _AT)


def _prices(chain: int, one: _Entry) -> tuple[int, int | None]:
    random = Random(chain * 1_000_003 + one.number)
    cents = 100 + one.number * 37 % 900 + random.randrange(40)
    return cents, cents * 4 // 5 if random.random() < _SPECIAL else None
