"""Databases to import into: made and migrated for one contender, filled by the limit, and gone with it."""

import os
import sqlite3
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from benchmarks.limit import TARGETS, Target, fill
from coprra import Settings, build
from coprra.adapters.sql.engine import make_engine
from coprra.testing.mariadb import DURABLE, PrivateMariaDb, create_database

ROOMY = (*DURABLE, "--innodb-buffer-pool-size=2G", "--innodb-log-file-size=1G")
"""As a server of its own would have it: what is asked for stays in memory, as it does for a file."""


def _nothing() -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class Database:
    """One that is migrated and empty. computed: how many seconds its server has computed so far; 0 without any."""

    url: str
    computed: Callable[[], float] = _nothing


class Engine(Protocol):
    """A kind of database."""

    @abstractmethod
    def new_database(self) -> AbstractContextManager[Database]:
        """It does not outlive the block."""

    @abstractmethod
    def fill(self, url: str, prices: Path) -> None:
        """Fill it with a list by the limit's bare upserts, in one transaction."""


class Sqlite(Engine):
    """SQLite in a file."""

    @contextmanager
    def new_database(self) -> Iterator[Database]:
        """See `Engine.new_database`."""
        with TemporaryDirectory(prefix="coprra-bench-") as folder:
            url = f"sqlite:///{folder}/coprra.sqlite"
            migrate(url)
            yield Database(url)

    def fill(self, url: str, prices: Path) -> None:
        """See `Engine.fill`."""
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        # As the adapter sets them, but for the cache, of which it takes half.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")
        cursor = connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        fill(cursor, prices, [_sqlite_upsert(target) for target in TARGETS])
        cursor.execute("COMMIT")
        connection.close()


def _sqlite_upsert(target: Target) -> str:
    updates = ", ".join(f"{name} = excluded.{name}" for name in target.updated)
    return (
        f"INSERT INTO {target.table} ({', '.join(target.columns)}) VALUES ({', '.join('?' * len(target.columns))}) "
        f"ON CONFLICT ({', '.join(target.unique)}) DO UPDATE SET {updates}"
    )


class MariaDb(Engine):
    """A MariaDB of its own, as durable as one that is deployed; through the driver that is the default."""

    @contextmanager
    def new_database(self) -> Iterator[Database]:
        """See `Engine.new_database`."""
        with (
            TemporaryDirectory(prefix="coprra-bench-") as folder,
            PrivateMariaDb(Path(folder, "server"), ROOMY) as server,
        ):
            url = create_database(server.url("mysql"), "coprra")
            migrate(url)
            yield Database(url, partial(computed_by, server.pid))

    def fill(self, url: str, prices: Path) -> None:
        """See `Engine.fill`."""
        engine = make_engine(url)
        with closing(engine.raw_connection()) as connection:
            fill(connection.cursor(), prices, [_mariadb_upsert(target) for target in TARGETS])
            connection.commit()
        engine.dispose()


def _mariadb_upsert(target: Target) -> str:
    names = ", ".join(f"`{name}`" for name in target.columns)
    updates = ", ".join(f"`{name}` = VALUES(`{name}`)" for name in target.updated)
    # In these words the driver takes it for one statement of many rows.
    return (
        f"INSERT INTO {target.table} ({names}) VALUES ({', '.join(['%s'] * len(target.columns))}) "
        f"ON DUPLICATE KEY UPDATE {updates}"
    )


def migrate(url: str) -> None:
    with build(Settings(database_url=url)) as application:
        application.schema.upgrade()


def computed_by(pid: int) -> float:
    """Seconds that a process has computed. Source: proc(5), fields 14 and 15 of /proc/pid/stat."""
    told = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
