"""Connections outside the pool answer out of the file that stands there now, and leave what fails to a snapshot."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Engine

from coprra.adapters.sql.connections import Connections
from coprra.adapters.sql.engine import make_engine

COUNT = "SELECT count(*) FROM things"


def things(path: Path, number: int) -> Engine:
    """A file with so many things."""
    engine = make_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE things (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO things VALUES {', '.join(f'({one})' for one in range(number))}")
    return engine


def test_each_statement_sees_the_newest_commit_also_from_several_threads(tmp_path: Path) -> None:
    engine = things(tmp_path / "one", 2)
    connections = Connections(engine)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: connections.first(COUNT, ()), range(20))) == [(2,)] * 20
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO things VALUES (7)")
    assert connections.first(COUNT, ()) == (3,)
    engine.dispose()


def test_a_file_that_was_put_in_its_place_is_read(tmp_path: Path) -> None:
    engine = things(tmp_path / "one", 2)
    connections = Connections(engine)
    assert connections.first(COUNT, ()) == (2,)
    things(tmp_path / "other", 5).dispose()
    for log in ("one-wal", "one-shm"):
        (tmp_path / log).unlink()
    (tmp_path / "other").replace(tmp_path / "one")
    assert connections.first(COUNT, ()) == (5,)
    engine.dispose()


def test_what_can_not_be_asked_finds_nothing(tmp_path: Path) -> None:
    engine = things(tmp_path / "one", 2)
    assert Connections(engine).first("SELECT * FROM nothing", ()) is None
    assert Connections(engine).first(f"{COUNT} WHERE id = ? AND id = ?", (1,)) is None
    engine.dispose()


def test_a_database_in_memory_keeps_its_only_connection() -> None:
    engine = make_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE things (id INTEGER PRIMARY KEY)")
    assert Connections(engine).first(COUNT, ()) is None
    with engine.connect() as connection:
        assert connection.exec_driver_sql(COUNT).scalar() == 0
    engine.dispose()


def test_a_connection_that_the_server_has_ended_is_replaced(new_mariadb: Callable[[], str]) -> None:
    engine = make_engine(new_mariadb())
    connections = Connections(engine)
    found = connections.first("SELECT connection_id()", ())
    assert found
    with engine.connect() as connection:
        connection.exec_driver_sql(f"KILL {found[0]}")
    again = connections.first("SELECT connection_id()", ())
    assert again
    assert again != found
    engine.dispose()
