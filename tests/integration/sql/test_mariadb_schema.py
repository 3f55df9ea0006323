"""The schema on MariaDB: the same migrations, repeatable when they were cut off, alike on every server."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import ForeignDatabase, SchemaFromTheFuture, SqlSchema
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import metadata
from coprra.domain.kernel.errors import Unavailable
from coprra.testing.builders import PriceList, a_row, day, import_list

NewMariaDb = Callable[[], str]

COMMITTING = {"CREATE", "ALTER", "DROP", "RENAME"}


class Killed(BaseException):
    """What ends an upgrade in the middle; nothing catches it."""


@pytest.fixture
def empty(new_mariadb: NewMariaDb) -> Engine:
    """A database without a table."""
    return make_engine(new_mariadb())


@pytest.fixture
def migrated(empty: Engine) -> Engine:
    """A database at the newest revision."""
    SqlSchema(empty).upgrade()
    return empty


def _rows(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql(query).all())


def test_a_new_database_has_no_revision_and_an_upgraded_one_the_newest(empty: Engine) -> None:
    schema = SqlSchema(empty)
    assert schema.current() is None
    schema.upgrade()
    assert schema.current() == schema.newest()


def test_upgrading_again_keeps_what_is_stored(migrated: Engine) -> None:
    store = SqlStore(migrated)
    import_list(store, PriceList((a_row(),)))
    SqlSchema(migrated).upgrade()
    with store.reads() as snapshot:
        assert snapshot.chains(day(1))


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(migrated: Engine) -> None:
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_table_compares_texts_as_sqlite_does_whatever_the_default_of_the_database_is(empty: Engine) -> None:
    with empty.connect() as connection:
        connection.exec_driver_sql("ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_swedish_ci")
    SqlSchema(empty).upgrade()
    tables = _rows(
        empty, "SELECT engine, table_collation FROM information_schema.tables WHERE table_schema = DATABASE()"
    )
    columns = _rows(
        empty,
        "SELECT collation_name FROM information_schema.columns WHERE table_schema = DATABASE() "
        "AND collation_name IS NOT NULL",
    )
    assert len(tables) == len(metadata.tables) + 1
    assert {tuple(row) for row in tables} == {("InnoDB", "utf8mb4_nopad_bin")}
    assert {row.collation_name for row in columns} == {"utf8mb4_nopad_bin"}
    store = SqlStore(empty)
    texts = ("a", "A", "a ", "ä", "Ž", "\U0001f95b")
    rows = tuple(a_row(text, title=text, line=line) for line, text in enumerate(texts, 2))
    assert import_list(store, PriceList(rows)).changes.new == len(rows), "staging follows no default either"


def test_the_ledger_is_clustered_and_nothing_cascades(migrated: Engine) -> None:
    key = _rows(
        migrated,
        "SELECT column_name FROM information_schema.statistics WHERE table_schema = DATABASE() "
        "AND table_name = 'observations' AND index_name = 'PRIMARY' ORDER BY seq_in_index",
    )
    rules = _rows(
        migrated,
        "SELECT DISTINCT delete_rule, update_rule FROM information_schema.referential_constraints "
        "WHERE constraint_schema = DATABASE()",
    )
    triggers = _rows(
        migrated, "SELECT action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
    )
    assert [row.column_name for row in key] == ["listing_id", "instant", "precedence"]
    assert {tuple(row) for row in rules} <= {("RESTRICT", "RESTRICT"), ("NO ACTION", "NO ACTION")}
    assert all(row.action_statement.startswith("SIGNAL SQLSTATE") for row in triggers), (
        "they refuse, and change nothing"
    )


def test_four_upgrades_at_once_make_one_schema(new_mariadb: NewMariaDb) -> None:
    url = new_mariadb()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: SqlSchema(make_engine(url)).upgrade(), range(4)))
    schema = SqlSchema(make_engine(url))
    assert schema.current() == schema.newest()
    assert _rows(make_engine(url), "SELECT revision FROM store") == [(0,)]


def test_an_upgrade_that_is_killed_after_each_of_its_statements_ends_like_an_undisturbed_one(
    new_mariadb: NewMariaDb,
) -> None:
    whole, killed = make_engine(new_mariadb()), make_engine(new_mariadb())
    SqlSchema(whole).upgrade()
    kills, statements = 0, 1
    while (statement := _upgrade_until_killed(killed, after=statements)) is not None:
        kills += 1
        assert SqlSchema(killed).current() != SqlSchema(killed).newest()
        # What commits is there for the next attempt, which dies one statement later; all else is to be done again.
        statements = 1 if statement in COMMITTING else statements + 1
    assert kills > len(metadata.tables)
    assert _shape(killed) == _shape(whole)


def _upgrade_until_killed(engine: Engine, *, after: int) -> str | None:
    """The word that the last statement began with; None when the upgrade was done before so many had succeeded."""
    done: list[str] = []

    def _count(_: Any, __: Any, statement: str, *___: Any) -> None:
        word = statement.split(None, 1)[0]
        if word in COMMITTING | {"INSERT", "UPDATE", "DELETE"}:
            done.append(word)
        if len(done) == after:
            raise Killed

    event.listen(engine, "after_cursor_execute", _count)
    try:
        SqlSchema(engine).upgrade()
    except Killed:
        return done[-1]
    finally:
        event.remove(engine, "after_cursor_execute", _count)
    return None


def _shape(engine: Engine) -> list[Any]:
    rows = [_rows(engine, f"SELECT * FROM {table}") for table in ("store", "alembic_version")]
    return rows + [_rows(engine, f"SHOW CREATE TABLE {name}") for name in metadata.tables]


def test_a_database_of_a_newer_version_is_refused(migrated: Engine) -> None:
    with migrated.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaFromTheFuture, match="newer coprra"):
        SqlSchema(migrated).upgrade()


def test_the_database_of_another_program_is_left_alone(empty: Engine) -> None:
    with empty.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE chains (links TEXT)")
    with pytest.raises(ForeignDatabase, match="another program"):
        SqlSchema(empty).upgrade()
    assert _rows(empty, "SHOW TABLES") == [("chains",)]


def test_a_database_that_was_never_set_up_says_how(empty: Engine) -> None:
    with pytest.raises(Unavailable, match="coprra db upgrade"), SqlStore(empty).reads():
        pass
