"""How both databases go about a search: by ranges of an index, never through a whole table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    with engine.connect() as connection:
        for table in LARGE if engine.dialect.name == "mysql" else ():
            connection.exec_driver_sql(f"ANALYZE TABLE {table}")
    yield engine
    engine.dispose()


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
        with mariadb_engine.connect() as connection:
            plan = [dict(row) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values).mappings()]
        for step in plan:
            in_order = step["type"] == "index" and step["key"] == "products_by_name" and int(step["rows"]) < 1_000
            assert step["type"] not in {"ALL", "index"} or in_order or step["table"] not in _names(), (statement, plan)


def _names() -> set[str]:
    return LARGE | {"places", *(f"other_{number}" for number in range(1, 12))}


def _asked(engine: Engine, query: str) -> list[tuple[str, Any]]:
    """The statements of two pages of a search, with their values."""
    asked: list[tuple[str, Any]] = []

    def remember(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append((statement, values))

    find = FindProducts(StoppedClock(day(9)), SqlStore(engine).reads)
    event.listen(engine, "before_cursor_execute", remember)
    try:
        cursor: ProductCursor | None = find(query, limit=7, **QUESTIONS[query]).page.next
        find(query, limit=7, after=cursor, **QUESTIONS[query])
    finally:
        event.remove(engine, "before_cursor_execute", remember)
    assert len(asked) > 2
    return asked
