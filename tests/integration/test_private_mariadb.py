"""The private MariaDB of the tests: shared while somebody uses it, gone afterwards, and missed with a way to get it."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from coprra.adapters.sql.engine import make_engine
from coprra.testing import mariadb
from coprra.testing.mariadb import NoMariaDb, PrivateMariaDb, shared_mariadb


@contextmanager
def ended(url: str) -> Iterator[None]:
    """Once the block has ended, the server does: whoever still asks it something is cut off."""
    engine = make_engine(url)
    with engine.connect() as connection:
        yield
        with pytest.raises(DBAPIError):
            connection.exec_driver_sql("SELECT SLEEP(60)")
    engine.dispose()


def test_it_is_shared_by_all_who_name_its_folder_and_ends_with_the_last(tmp_path: Path) -> None:
    with ExitStack() as after, shared_mariadb(tmp_path) as first:
        after.enter_context(ended(first))
        with shared_mariadb(tmp_path) as second:
            assert second == first
    with shared_mariadb(tmp_path) as third:
        assert third != first, "a new server"


USER = """
import signal, sys
from pathlib import Path
from coprra.testing.mariadb import shared_mariadb

with shared_mariadb(Path(sys.argv[1])) as url:
    print(url, flush=True)
    signal.pause()
"""


def test_it_ends_when_its_last_user_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", USER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as user:
        assert user.stdout is not None
        first = user.stdout.readline().strip()
        with ended(first):
            user.kill()
    with shared_mariadb(tmp_path) as second:
        assert second != first, "a new server"


def test_where_somebody_takes_its_port_it_takes_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free_port = mariadb._free_port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        ports = [taken.getsockname()[1]]
        monkeypatch.setattr(mariadb, "_free_port", lambda: ports.pop() if ports else free_port())
        with PrivateMariaDb(tmp_path / "server") as server:
            assert server.port != taken.getsockname()[1]


def test_where_there_is_no_server_the_way_to_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(NoMariaDb, match="apt-get install mariadb-server-core"), PrivateMariaDb(tmp_path / "server"):
        pass
