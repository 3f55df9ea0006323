"""MySQL's path, driven with the nearest there is: MariaDB's server, and programs that speak MySQL's words to it.

What only MySQL answers is asked otherwise; nothing else is changed.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.family import MARIADB, Family
from coprra.adapters.mariadb.programs import program
from coprra.adapters.mysql.database import MySqlDatabase
from coprra.adapters.mysql.family import MYSQL

PROGRAMS = Path(__file__).with_name("programs")

NEAREST = replace(MYSQL, recognised=re.compile(""), about=MARIADB.about)


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """They are found first."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    program.cache_clear()
    yield
    program.cache_clear()


@pytest.fixture
def database(url: str, change: Callable[..., None]) -> MySqlDatabase:
    """Without events, which MariaDB shows to nobody where it knows no users."""
    change("DROP EVENT yearly")
    return MySqlDatabase(read_address(url), {}, NEAREST)


@pytest.fixture
def family() -> Family:
    """MySQL's, as far as MariaDB understands it."""
    return NEAREST


@pytest.fixture
def own_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those in front of MariaDB's are gone."""
    monkeypatch.setenv("PATH", os.environ["PATH"].removeprefix(f"{PROGRAMS}:"))
    program.cache_clear()


@pytest.fixture
def will(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets the next copy of files go wrong, once."""
    path = tmp_path / "fault"
    monkeypatch.setenv("XTRABACKUP_FAULT", str(path))

    def write(name: str) -> None:
        path.write_text(name)

    return write
