"""A migrated database for each test: a SQLite file copied from one that was migrated once, or one on a MariaDB."""

import shutil
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import audit_entries, audit_head, metadata, store
from coprra.domain.audit.entry import NO_ENTRIES


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest revision."""
    path = tmp_path_factory.mktemp("migrated") / "coprra.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    SqlSchema(engine).upgrade()
    engine.dispose()
    return path


@pytest.fixture
def make_store(migrated: Path, tmp_path: Path) -> Iterator[Callable[[], SqlStore]]:
    """Makes empty stores, each in a file of its own."""
    engines: list[Engine] = []

    def make() -> SqlStore:
        path = tmp_path / f"{len(engines)}.sqlite"
        shutil.copy(migrated, path)
        engines.append(make_engine(f"sqlite:///{path}"))
        return SqlStore(engines[-1])

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def make_mariadb_store(new_mariadb: Callable[[], str]) -> Iterator[Callable[[], SqlStore]]:
    """Makes empty stores, each in a database of its own; when nobody holds a store any more, its database is reused."""
    free: list[Engine] = []
    engines: list[Engine] = []

    def make() -> SqlStore:
        if not free:
            free.append(make_engine(new_mariadb()))
            SqlSchema(free[-1]).upgrade()
            engines.append(free[-1])
        engine = free.pop()
        _empty(engine)
        made = SqlStore(engine)
        weakref.finalize(made, free.append, engine)
        return made

    yield make
    for engine in engines:
        engine.dispose()


def _empty(engine: Engine) -> None:
    """As after its first upgrade; much faster than another one."""
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table is audit_entries:
                # Its triggers refuse to remove rows, and are not asked here.
                connection.exec_driver_sql("TRUNCATE TABLE audit_entries")
            elif table not in {store, audit_head}:
                connection.execute(table.delete())
        connection.execute(store.update().values(revision=0))
        connection.execute(audit_head.update().values(number=NO_ENTRIES.number, hash=NO_ENTRIES.hash))
