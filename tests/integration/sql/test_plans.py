"""How both databases go about a search: by ranges of an index, never through a whole table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import metadata
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.products.find_products import FindProducts
from coprra.domain.products.ports import ProductCursor
from coprra.testing.builders import day, gtin_of
from coprra.testing.contracts.catalogue import sell

SMALL = {"store", "chains", "branches"}
LARGE = set(metadata.tables) - SMALL

QUESTIONS: dict[str, dict[str, Any]] = {
    "": {},
    "word 7": {},
    "item": {},
    "item word": {},
    "fresh item wor": {},
    "fre ite wor": {},
    "wor": {},
    "a": {},
    "zzz": {},
    gtin_of(1).short: {},
    "item 7": {"category": "food", "brand": "Brand 3"},
    "item 8": {"gtin": gtin_of(1)},
}


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('plans') / 'coprra.sqlite'}")
    yield from _filled(engine)


@pytest.fixture(scope="module")
def mariadb_engine(new_mariadb: Callable[[], str]) -> Iterator[Engine]:
    yield from _filled(make_engine(new_mariadb()))


def _filled(engine: Engine) -> Iterator[Engine]:
    SqlSchema(engine).upgrade()
    sold = ((f"Fresh item {number} word {number % 50}", f"Brand {number % 9}", "food") for number in range(3_000))
    sell(SqlStore(engine), *sold)
    if engine.dialect.name == "mysql":
        _gather_statistics(engine)
    yield engine
    engine.dispose()


def _gather_statistics(engine: Engine) -> None:
    with engine.connect() as connection:
        for table in LARGE:
            connection.exec_driver_sql(f"ANALYZE TABLE {table}")


@pytest.fixture
def mariadb_before_statistics(mariadb_engine: Engine) -> Iterator[Engine]:
    """As after a first import: what it knows of its tables is of the time when they were empty."""
    with mariadb_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mysql.innodb_table_stats SET n_rows = 0 WHERE database_name = DATABASE()")
        connection.exec_driver_sql(
            "UPDATE mysql.innodb_index_stats SET stat_value = 0 WHERE database_name = DATABASE()"
        )
        connection.exec_driver_sql(f"FLUSH TABLES {', '.join(LARGE)}")
    yield mariadb_engine
    _gather_statistics(mariadb_engine)


@pytest.mark.parametrize("query", QUESTIONS)
def test_sqlite_searches_by_ranges(sqlite: Engine, query: str) -> None:
    for statement, values in _asked(sqlite, query):
        with sqlite.connect() as connection:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        plan = [row.detail for row in rows]
        in_order = "SCAN products USING INDEX products_by_name"
        scans = [step for step in plan if step.startswith("SCAN") and step.split()[1] in LARGE and step != in_order]
        assert not scans, (statement, plan)
        if "search_words AS places" in statement:
            assert not [step for step in plan if "ORDER BY" in step], (statement, plan)


@pytest.mark.parametrize("query", QUESTIONS)
def test_mariadb_searches_by_ranges(mariadb_engine: Engine, query: str) -> None:
    for statement, values in _asked(mariadb_engine, query):
        plan = _plan(mariadb_engine, statement, values)
        for step in plan:
            in_order = step["type"] == "index" and step["key"] == "products_by_name" and int(step["rows"]) < 1_000
            assert step["type"] not in {"ALL", "index"} or in_order or step["table"] not in _names(), (statement, plan)


def test_mariadb_looks_up_what_a_page_of_products_costs(mariadb_before_statistics: Engine) -> None:
    engine = mariadb_before_statistics
    with SqlStore(engine).reads() as reads:
        found = reads.find_products(("item",), day(9), after=None, limit=20).products
        with _remembered(engine) as asked:
            priced = reads.best_prices([product.id for product in found], day(9))
    assert len(priced) == 20
    plans = [_plan(engine, statement, values) for statement, values in asked]
    assert {step["table"] for plan in plans for step in plan} >= {"product_keys", "listings", "observations"}
    for plan in plans:
        assert all(step["type"] not in {"ALL", "index"} for step in plan if step["table"] not in SMALL), plan
        assert len(plan) == 1 or plan[0]["table"] not in SMALL, plan


def _names() -> set[str]:
    return LARGE | {"places", *(f"other_{number}" for number in range(1, 12))}


def _plan(mariadb: Engine, statement: str, values: Any) -> list[dict[str, Any]]:
    with mariadb.connect() as connection:
        return [dict(row) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values).mappings()]


def _asked(engine: Engine, query: str) -> list[tuple[str, Any]]:
    """The statements of two pages of a search, with their values."""
    find = FindProducts(StoppedClock(day(9)), SqlStore(engine).reads)
    with _remembered(engine) as asked:
        cursor: ProductCursor | None = find(query, limit=7, **QUESTIONS[query]).page.next
        find(query, limit=7, after=cursor, **QUESTIONS[query])
    assert len(asked) > 2
    return asked


@contextmanager
def _remembered(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are asked until the block ends, with their values."""
    asked: list[tuple[str, Any]] = []

    def remember(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", remember)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", remember)
