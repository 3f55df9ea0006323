"""The private MariaDB of the tests: shared while somebody uses it, gone afterwards, and missed with a way to get it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coprra.adapters.sql.engine import make_engine
from coprra.testing.mariadb import NoMariaDb, PrivateMariaDb, shared_mariadb


def test_it_is_shared_by_all_who_name_its_folder_and_ends_with_the_last(tmp_path: Path) -> None:
    with shared_mariadb(tmp_path) as first:
        with shared_mariadb(tmp_path) as second:
            assert second == first
        with make_engine(first).connect() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
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
        user.kill()
    with shared_mariadb(tmp_path) as second:
        assert second != first, "a new server"


def test_where_there_is_no_server_the_way_to_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(NoMariaDb, match="apt-get install mariadb-server-core"), PrivateMariaDb(tmp_path / "server"):
        pass
