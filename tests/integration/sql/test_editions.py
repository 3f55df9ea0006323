"""The SQL store keeps the contract of editions, across processes, replaced files and lost connections."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.domain.kernel.errors import Unavailable
from coprra.testing.builders import PriceList, a_row, day, import_list
from coprra.testing.contracts.editions import EditionsContract, EditionStore


class TestSqliteEditions(EditionsContract):
    """SQLite in a file, with write-ahead log, as it is deployed."""

    @pytest.fixture(autouse=True)
    def _stores(self, make_store: Callable[[], SqlStore]) -> None:
        self._make = make_store

    def make_store(self) -> EditionStore:
        """An empty, migrated database."""
        return self._make()


class TestMariaDbEditions(EditionsContract):
    """MariaDB 10.11, with the driver that is the default."""

    examples = 10

    @pytest.fixture(autouse=True)
    def _stores(self, make_mariadb_store: Callable[[], SqlStore]) -> None:
        self._make = make_mariadb_store

    def make_store(self) -> EditionStore:
        """An empty, migrated database."""
        return self._make()


@pytest.mark.parametrize("engine", ["make_store", "make_mariadb_store"])
def test_what_another_process_commits_is_in_the_very_next_edition(engine: str, request: pytest.FixtureRequest) -> None:
    writer: SqlStore = request.getfixturevalue(engine)()
    url = writer._engine.url.render_as_string(hide_password=False)
    reading = make_engine(url)
    reader = SqlStore(reading)
    states = [reader.editions.newest(day(9)).state]
    for number in range(3):
        import_list(writer, PriceList((a_row(),), at=day(number)))
        states.append(reader.editions.newest(day(9)).state)
    reading.dispose()
    assert len(set(states)) == 4


def test_a_file_that_was_put_in_place_of_another_has_another_state_though_its_revision_is_the_same(
    make_store: Callable[[], SqlStore],
) -> None:
    one, other = make_store(), make_store()
    import_list(one, PriceList((a_row(price="1.00"),)))
    import_list(other, PriceList((a_row(price="2.00"),)))
    before = one.editions.newest(day(9)).state
    paths = [Path(str(store._engine.url.database)) for store in (one, other)]
    other._engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        if Path(f"{paths[0]}{suffix}").exists():
            shutil.move(f"{paths[0]}{suffix}", f"{paths[0]}.old{suffix}")
    shutil.copy(paths[1], paths[0])
    assert one.editions.newest(day(9)).state != before


def test_a_connection_that_was_lost_is_made_anew(make_mariadb_store: Callable[[], SqlStore]) -> None:
    store = make_mariadb_store()
    before = store.editions.newest(day(9))
    with store._engine.connect() as connection:
        others = connection.execute(
            text("SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = DATABASE()")
        ).scalars()
        for other in others.all():
            connection.execute(text(f"KILL {other}"))
    assert store.editions.newest(day(9)) == before


def test_a_database_that_is_not_set_up_is_unavailable_and_is_asked_anew(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'coprra.sqlite'}")
    store = SqlStore(engine)
    for _ in range(2):
        with pytest.raises(Unavailable, match="coprra db upgrade"):
            store.editions.newest(day(9))
    engine.dispose()


def test_the_connection_ends_with_the_engine(make_store: Callable[[], SqlStore]) -> None:
    store = make_store()
    store.editions.newest(day(9))
    path = Path(str(store._engine.url.database))
    assert path.with_name(f"{path.name}-wal").exists()
    store._engine.dispose()
    assert not path.with_name(f"{path.name}-wal").exists()
