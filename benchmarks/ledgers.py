"""Ledgers of any size, written straight into the schema: listings with a hundred changes of price each in a year."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Table, case, insert, literal, select

from coprra.adapters.sql.tables import (
    article_keys,
    articles,
    branches,
    chains,
    list_runs,
    listings,
    observations,
    product_keys,
    products,
)
from coprra.domain.kernel.instants import to_micros
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import ProductId, ProductKey
from coprra.testing.builders import gtin_of

AS_OF = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""When questions are asked: on the day of the last list."""

DAYS = 365
POINTS = 100
"""Observations of each listing."""

_BATCH = 5_000
_CHAIN = "konzum"


def gtin(listing: int) -> Gtin:
    """Of the product that the listing of that number, from 1, sells."""
    return gtin_of(listing)


def product_of(listing: int) -> ProductId:
    """The product itself."""
    return ProductId.born_of(ProductKey.of_gtin(gtin(listing)))


def fill_ledger(engine: Engine, count: int, *, points: int = POINTS, days: int = DAYS) -> None:
    """Fill a migrated, empty database with so many listings of one branch, with so many observations each.

    The branch has a complete list for each day; a listing changes at evenly spaced ones.
    """
    with engine.begin() as connection:
        _add(connection, chains, [(_CHAIN, "Konzum", "HR", "EUR", 7 * 86_400)])
        _add(connection, branches, [(1, _CHAIN, "0613", "Europe/Zagreb", "in_store", None)])
        _add(connection, list_runs, [_run(number, days, count) for number in range(days)])
    numbers = iter(range(1, count + 1))
    while some := tuple(islice(numbers, _BATCH)):
        with engine.begin() as connection:
            for table, row in _CATALOGUE.items():
                _add(connection, table, [row(number) for number in some])
            _observe(connection, some[0], some[-1], [1 + point * days // points for point in range(points)])


def _add(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    names = [column.name for column in table.c]
    connection.execute(insert(table), [dict(zip(names, row, strict=False)) for row in rows])


def _run(number: int, days: int, rows: int) -> tuple[Any, ...]:
    at = to_micros(AS_OF.replace(hour=6) - timedelta(days=days - 1 - number))
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    precedence = int(sha256[:14], 16)
    return (number + 1, 1, at, precedence, True, sha256, "list.csv", "konzum", rows, at, "operator:benchmark")


_CATALOGUE: dict[Table, Callable[[int], tuple[Any, ...]]] = {
    articles: lambda number: (
        *(number, hashlib.sha256(str(number).encode()).digest()[:16], _CHAIN, f"{number:06}"),
        *(f"Product {number} of brand {number % 500} 500 g", f"Brand {number % 500}", "food", "0.5 kg"),
        *(500_000, "kg", f" product {number} of brand {number % 500} 500 g"),
    ),
    listings: lambda number: (number, 1, f"{number:06}"),
    products: lambda number: (
        *(product_of(number).value, f"Product {number}", f"product {number}", None, None, "food"),
        to_micros(AS_OF - timedelta(days=40 * DAYS)),
    ),
    product_keys: lambda number: (gtin(number).value, product_of(number).value, 0, "operator:benchmark"),
    article_keys: lambda number: (gtin(number).value, number),
}
"""What each listing needs besides its observations, in the order in which rows may be written."""


def _observe(connection: Connection, first: int, last: int, runs: list[int]) -> None:
    """By a statement for all of it, which leaves the rows to the database, in the order of the table."""
    if connection.dialect.name == "mysql":
        connection.exec_driver_sql("SET foreign_key_checks = 0")
    price = 100 + listings.c.id * 37 % 900 + list_runs.c.id * 13 % 50
    special = case((list_runs.c.id % 8 == 0, price - 20))
    said = {
        "listing_id": listings.c.id,
        "instant": list_runs.c.instant,
        "precedence": list_runs.c.precedence,
        "run_id": list_runs.c.id,
        "line": listings.c.id + 1,
        "article_id": listings.c.id,
        "state": (listings.c.id * 1_000_003 + list_runs.c.id) * 1_000_003,
        "availability": literal("in_stock"),
        "currency": literal("EUR"),
        "price": price,
        "special_price": special,
        "claimed_low": price,
        "claimed_unit_price": price * 20_000,
        "claimed_unit": literal("1000000 kg"),
    }
    rows = (
        select(*said.values())
        .prefix_with("STRAIGHT_JOIN", dialect="mysql")
        .select_from(listings.join(list_runs, list_runs.c.branch_id == listings.c.branch_id))
        .where(listings.c.id.between(first, last), list_runs.c.id.in_(runs))
    )
    connection.execute(insert(observations).from_select(list(said), rows))
