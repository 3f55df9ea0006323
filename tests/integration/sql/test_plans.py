"""How both databases go about lists, searches and imports: by ranges of an index, never through a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, literal, select

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import TEMPORARY, best_prices, metadata, products
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.browse_products import BrowseProducts, Sorting, Wanted
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.products.find_products import FindProducts
from coprra.domain.products.list_brands import ListBrands
from coprra.domain.products.list_categories import ListCategories
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import ProductId
from coprra.domain.products.suggest_products import SuggestProducts
from coprra.testing.builders import PriceList, a_branch, a_chain, a_row, day, gtin_of, import_list
from coprra.testing.contracts.catalogue import sell

SMALL = {"store", "chains", "branches"}
LARGE = set(metadata.tables) - SMALL
STAGED = {table.name for table in TEMPORARY}

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
    "word": {"category": "food"},
    "wor ite": {"brand": "Brand 4"},
    "ite": {"category": "drinks"},
    "fresh": {"brand": "Brand 5"},
    "fre": {"gtin": gtin_of(2)},
}
KEPT = {
    "product_id": products.c.id,
    **dict.fromkeys(("holds_from", "special", "offers"), literal(0)),
    "chains": literal(""),
}
KINDS: list[dict[str, Any]] = [{"category": "food"}, {"category": "drinks"}, {"brand": "Brand 3"}]
"""What a list without words is narrowed to."""


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
    _check_sqlite(sqlite, _asked(sqlite, query, QUESTIONS[query]))


@pytest.mark.parametrize("query", QUESTIONS)
def test_mariadb_searches_by_ranges(mariadb_engine: Engine, query: str) -> None:
    _check_mariadb(mariadb_engine, _asked(mariadb_engine, query, QUESTIONS[query]))


def test_sqlite_lists_by_ranges(sqlite: Engine) -> None:
    _check_sqlite(sqlite, _all_lists(sqlite))


def test_mariadb_lists_by_ranges(mariadb_engine: Engine) -> None:
    _check_mariadb(mariadb_engine, _all_lists(mariadb_engine))


def test_sqlite_finds_kept_offers_by_their_key(sqlite: Engine) -> None:
    _check_sqlite(sqlite, _finding_kept_offers(sqlite))


def test_mariadb_finds_kept_offers_by_their_key(mariadb_engine: Engine) -> None:
    _check_mariadb(mariadb_engine, _finding_kept_offers(mariadb_engine))


def _finding_kept_offers(engine: Engine) -> list[tuple[str, Any]]:
    kept = SqlStore(engine).kept_offers
    return [kept.statement(gtin_of(1)), kept.statement(ProductId("p_" + "0" * 20))]


def _all_lists(engine: Engine) -> list[tuple[str, Any]]:
    asked = [one for kind in KINDS for one in _asked(engine, "", kind)]
    reads, clock = SqlStore(engine).reads, StoppedClock(day(9))
    browse = BrowseProducts(clock, reads)
    with _remembered(engine) as also_asked:
        browse("word", facets=True, wanted=Wanted(least=Decimal(1), special=False), sort=Sorting.PRICE)
        browse("word", wanted=Wanted(chains=BranchFilter.parse("konzum")))
        SuggestProducts(clock, reads)("fresh it")
        page = ListBrands(clock, reads)("br", limit=3).page
        ListBrands(clock, reads)(limit=3, after=page.next)
        ListCategories(clock, reads)()
    assert {len(page.brands), len(asked) > 10} == {3, True}
    return [*asked, *also_asked]


def _check_sqlite(sqlite: Engine, asked: list[tuple[str, Any]]) -> None:
    for statement, values in asked:
        with sqlite.connect() as connection:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        plan = [row.detail for row in rows]
        in_order = "SCAN products USING INDEX products_by_name"
        few = "SCAN category_counts USING COVERING INDEX category_counts_by_category"
        read = [step for step in plan if step.startswith("SCAN") and step not in {in_order, few}]
        assert not [step for step in read if step.split()[1] in LARGE], (statement, plan)
        if "search_words AS places" in statement:
            assert not [step for step in plan if "ORDER BY" in step], (statement, plan)


def _check_mariadb(mariadb: Engine, asked: list[tuple[str, Any]]) -> None:
    for statement, values in asked:
        plan = _plan(mariadb, statement, values)
        for step in plan:
            in_order = step["type"] == "index" and step["key"] == "products_by_name" and int(step["rows"]) < 1_000
            few = step["table"] == "category_counts"
            whole = step["type"] in {"ALL", "index"} and step["table"] in _names()
            assert not whole or in_order or few, (statement, plan)


def test_mariadb_imports_by_ranges(mariadb_engine: Engine) -> None:
    """What is staged is read whole, once; of what is stored, what the list speaks of."""
    store = SqlStore(mariadb_engine)
    plans: dict[str, list[dict[str, Any]]] = {}

    def explain(connection: Any, _: Any, statement: str, values: Any, __: Any, many: bool) -> None:
        if not many and re.match("SELECT|UPDATE|DELETE|INSERT.*SELECT", statement, re.DOTALL):
            # Staging can be seen by no other connection.
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {statement}", values)
                names = [column[0] for column in cursor.description]
                plans[statement] = [dict(zip(names, step, strict=True)) for step in cursor.fetchall()]

    with mariadb_engine.begin() as connection:
        connection.execute(insert(best_prices).from_select(list(KEPT), select(*KEPT.values()).limit(1)))
    event.listen(mariadb_engine, "before_cursor_execute", explain)
    try:
        for at, sold in ((20, range(80)), (22, range(40, 120)), (21, range(60, 140))):
            rows = (a_row(f"s{n}", title=f"Item {n}", line=n + 2, gtins=[gtin_of(n)], chain="spar") for n in sold)
            import_list(store, PriceList(tuple(rows), day(at), branch=a_branch("spar"), chain=a_chain("spar")))
    finally:
        event.remove(mariadb_engine, "before_cursor_execute", explain)
    assert len(plans) > 40
    for statement, plan in plans.items():
        assert not [step for step in plan if _reads_whole(step)], (statement, plan)


def _reads_whole(step: dict[str, Any]) -> bool:
    if step["type"] not in {"ALL", "index"}:
        return False
    stored = step["table"] not in STAGED and not step["table"].startswith("<")
    return step["select_type"] == "DEPENDENT SUBQUERY" or (stored and int(step["rows"]) > 500)


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


def _asked(engine: Engine, query: str, narrowed: dict[str, Any]) -> list[tuple[str, Any]]:
    """The statements of two pages of a search, with their values."""
    find = FindProducts(StoppedClock(day(9)), SqlStore(engine).reads)
    with _remembered(engine) as asked:
        cursor: ProductCursor | None = find(query, limit=7, **narrowed).page.next
        find(query, limit=7, after=cursor, **narrowed)
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
