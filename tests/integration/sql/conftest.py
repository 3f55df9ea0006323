"""A migrated database for each test: a SQLite file copied from one that was migrated once, or one on a MariaDB."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.store import SqlStore


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


@pytest.fixture
def make_mariadb_store(new_mariadb: Callable[[], str]) -> Iterator[Callable[[], SqlStore]]:
    """Makes empty stores, each in a database of its own."""
    engines: list[Engine] = []

    def make() -> SqlStore:
        engines.append(make_engine(new_mariadb()))
        SqlSchema(engines[-1]).upgrade()
        return SqlStore(engines[-1])

    yield make
    for engine in engines:
        engine.dispose()
