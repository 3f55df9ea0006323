"""The limit of an import: the same file into the same tables and indexes, without any rule.

`csv.reader`, prices to integers, and upserts through the bare driver in batches. Nothing is staged, judged, compared,
folded, understood or reported: that is what an import by the rules is held against.
"""

import csv
import hashlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

_BATCH = 10_000
_INSTANT = 1_767_567_600_000_000
_DAY = "2025-05-02"
_HEADER = (
    "INSERT INTO chains VALUES ('konzum', 'Konzum', 'HR', 'EUR', 604800)",
    "INSERT INTO branches VALUES (1, 'konzum', '0613', 'Europe/Zagreb', 'in_store', NULL)",
    f"INSERT INTO list_runs VALUES (1, 1, {_INSTANT}, 1, 1, '', 'limit', 'limit', 0, {_INSTANT}, 'limit')",
)


@dataclass(frozen=True, slots=True)
class Target:
    """A table that is filled. unique: what two rows can't share; the other columns are updated where it is there."""

    table: str
    columns: tuple[str, ...]
    unique: tuple[str, ...]

    @property
    def updated(self) -> tuple[str, ...]:
        """What an upsert writes over: what it may, of the first columns that are there."""
        return tuple(name for name in self.columns if name not in {*self.unique, "id"}) or self.unique[-1:]


TARGETS = (
    Target(
        "articles",
        ("id", "digest", "chain_code", "sku", "title", "brand", "category", "pack", "search_text"),
        ("digest",),
    ),
    Target("listings", ("id", "branch_id", "sku"), ("branch_id", "sku")),
    Target("products", ("id", "name", "sort_name", "brand", "brand_slug", "category", "first_seen"), ("id",)),
    Target("product_keys", ("key", "product_id", "mapped_at", "mapped_by"), ("key",)),
    Target("article_keys", ("key", "article_id"), ("key", "article_id")),
    Target("search_texts", ("product_id", "sort_name", "words"), ("product_id",)),
    Target("search_words", ("word", "sort_name", "product_id"), ("word", "sort_name", "product_id")),
    Target(
        "observations",
        (
            *("listing_id", "instant", "precedence", "run_id", "line", "article_id", "state", "availability"),
            *("currency", "price", "special_price", "claimed_low", "claimed_anchor", "claimed_anchor_on"),
            *("claimed_unit_price", "claimed_unit"),
        ),
        ("listing_id", "instant", "precedence"),
    ),
)
"""In the order in which rows may be written."""


class Cursor(Protocol):
    """What every driver has."""

    @abstractmethod
    def execute(self, statement: str, /) -> object: ...

    @abstractmethod
    def executemany(self, statement: str, rows: Sequence[tuple[Any, ...]], /) -> object: ...


def fill(cursor: Cursor, prices: Path, upserts: Sequence[str]) -> None:
    """Fill empty tables from a list in Konzum's columns. upserts: one statement for each of `TARGETS`."""
    for statement in _HEADER:
        cursor.execute(statement)
    for batch in _batches(prices):
        for statement, rows in zip(upserts, batch, strict=True):
            cursor.executemany(statement, rows)


def _batches(prices: Path) -> Iterator[Sequence[list[tuple[Any, ...]]]]:
    ids: dict[str, int] = {}
    line = 2
    with prices.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        while batch := list(islice(rows, _BATCH)):
            yield _tuples(batch, ids, line)
            line += len(batch)


def _tuples(rows: Iterable[list[str]], ids: dict[str, int], line: int) -> Sequence[list[tuple[Any, ...]]]:
    made: list[list[tuple[Any, ...]]] = [[] for _ in TARGETS]
    articles, listings, products, keys, article_keys, texts, words, observations = made
    for number, row in enumerate(rows, line):
        title, sku, brand, pack, _, price, per_unit, special, lowest, anchor, gtin, kind = row
        id = ids.setdefault(sku, len(ids) + 1)
        folded = title.lower()
        key = gtin.zfill(14) if gtin else f"konzum:{sku}"
        product = "p_" + hashlib.sha256(key.encode()).hexdigest()[:20]
        digest = hashlib.sha256(sku.encode()).digest()
        state = int.from_bytes(digest[16:24]) >> 1
        asked = (_minor(price), _minor(special), _minor(lowest), _minor(anchor), _DAY, _minor(per_unit), "1000000 kg")
        articles.append((id, digest[:16], "konzum", sku, title, brand, kind, pack, folded))
        listings.append((id, 1, sku))
        products.append((product, title, folded, brand, brand.lower(), kind, _INSTANT))
        keys.append((key, product, _INSTANT, "limit"))
        article_keys.append((key, id))
        texts.append((product, folded, folded))
        words.extend((word, folded, product) for word in set(folded.split()))
        observations.append((id, _INSTANT, 1, 1, number, id, state, "in_stock", "EUR", *asked))
    return made


def _minor(text: str) -> int | None:
    return round(float(text) * 100) if text else None
