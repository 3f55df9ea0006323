"""How both databases read a product's series, and look for repeats: by one range of the ledger, however large it is."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from benchmarks.ledgers import AS_OF, POINTS, fill_ledger, product_of
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import observations
from coprra.domain.prices.chain import BranchId

BRANCH = BranchId("konzum", "0613")
REPEATING = 3
"""A listing of which every list says the same."""

Statement = tuple[str, Any]
Ask = Callable[[Engine], None]


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    yield from _filled(make_engine(f"sqlite:///{tmp_path_factory.mktemp('series') / 'coprra.sqlite'}"))


@pytest.fixture(scope="module")
def mariadb_engine(new_mariadb: Callable[[], str]) -> Iterator[Engine]:
    yield from _filled(make_engine(new_mariadb()))


def _filled(engine: Engine) -> Iterator[Engine]:
    SqlSchema(engine).upgrade()
    fill_ledger(engine, 200)
    with engine.begin() as connection:
        connection.execute(observations.update().where(observations.c.listing_id == REPEATING).values(state=1))
    if engine.dialect.name == "mysql":
        with engine.connect() as connection:
            for table in ("observations", "listings", "list_runs", "articles"):
                connection.exec_driver_sql(f"ANALYZE TABLE {table}")
    yield engine
    engine.dispose()


def _series(engine: Engine) -> None:
    with SqlStore(engine).reads() as snapshot:
        (series,) = snapshot.series(product_of(70), AS_OF)
    assert len(series.observations) == POINTS


def _look_for_repeats(engine: Engine) -> None:
    with SqlStore(engine).unit_of_work() as uow:
        assert len(list(uow.compaction.repeats(BRANCH, AS_OF))) == POINTS - 1


def _let_go(engine: Engine) -> None:
    with SqlStore(engine).unit_of_work() as uow:
        found = list(uow.compaction.repeats(BRANCH, AS_OF))
        assert len(uow.compaction.let_go(BRANCH, found)) == POINTS - 1


ASKING: dict[Ask, int] = {_series: 1, _look_for_repeats: 4, _let_go: 6}
"""With how many statements about the ledger each takes, of four times fifty listings."""


@pytest.mark.parametrize("ask", ASKING)
def test_sqlite_reads_one_range_of_the_ledger(sqlite: Engine, ask: Ask) -> None:
    for statement, values in _of_the_ledger(sqlite, ask):
        with sqlite.connect() as connection:
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        (read,) = [step for step in plan if " observations" in step]
        assert read.startswith("SEARCH observations USING PRIMARY KEY (listing_id=?"), plan


@pytest.mark.parametrize("ask", ASKING)
def test_mariadb_reads_one_range_of_the_ledger(mariadb_engine: Engine, ask: Ask) -> None:
    for statement, values in _of_the_ledger(mariadb_engine, ask):
        with mariadb_engine.connect() as connection:
            plan = [dict(row) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values).mappings()]
        (read,) = [step for step in plan if step["table"] == "observations"]
        assert (read["type"] in {"range", "eq_ref"}, read["key"]) == (True, "PRIMARY"), plan


def test_a_new_sqlite_file_has_pages_that_hold_most_of_a_year_of_a_listing(sqlite: Engine) -> None:
    with sqlite.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA page_size").scalar_one() == 8192


def _of_the_ledger(engine: Engine, ask: Ask) -> list[Statement]:
    """The statements that read observations, with their values."""
    asked: list[Statement] = []

    def remember(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if "observations" in statement:
            asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", remember)
    try:
        ask(engine)
    finally:
        event.remove(engine, "before_cursor_execute", remember)
    assert len(asked) == ASKING[ask]
    return asked
