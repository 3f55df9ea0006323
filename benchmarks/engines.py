"""Databases to import into: made and migrated for one contender, filled by the limit, and gone with it."""

import sqlite3
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from benchmarks.limit import TARGETS, Target, fill
from coprra import Settings, build


class Engine(Protocol):
    """A kind of database."""

    @abstractmethod
    def new_database(self) -> AbstractContextManager[str]:
        """The URL of a database that is migrated and empty; it does not outlive the block."""

    @abstractmethod
    def fill(self, url: str, prices: Path) -> None:
        """Fill it with a list by the limit's bare upserts, in one transaction."""


class Sqlite(Engine):
    """SQLite in a file."""

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """See `Engine.new_database`."""
        with TemporaryDirectory(prefix="coprra-bench-") as folder:
            url = f"sqlite:///{folder}/coprra.sqlite"
            with build(Settings(database_url=url)) as application:
                application.schema.upgrade()
            yield url

    def fill(self, url: str, prices: Path) -> None:
        """See `Engine.fill`."""
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        # As the adapter sets them.
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
