"""Homes of databases: filled once, and opened by one contender after the other."""

import sqlite3
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from benchmarks.catalogue import Catalogue
from benchmarks.engines import ROOMY, Database, computed_by, migrate
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.tables import metadata
from coprra.testing.mariadb import PrivateMariaDb, create_database

Open = Callable[[str], Database]
"""The database of that name."""


class Home(Protocol):
    """Where databases of one kind are, in a folder."""

    @abstractmethod
    def open(self, folder: Path) -> AbstractContextManager[Open]:
        """They can be reached until the block ends."""

    @abstractmethod
    def fill(self, folder: Path, name: str, fill: Callable[[str], None]) -> None:
        """Make an empty database of that name, whose URL `fill` is given."""

    @abstractmethod
    def write(self, folder: Path, catalogues: Sequence[tuple[str, Catalogue]]) -> None:
        """Make a database for each name, with that catalogue."""


class SqliteHome(Home):
    """A file for each."""

    @contextmanager
    def open(self, folder: Path) -> Iterator[Open]:
        """See `Home.open`."""
        yield lambda name: Database(f"sqlite:///{folder / name}.sqlite")

    def fill(self, folder: Path, name: str, fill: Callable[[str], None]) -> None:
        """See `Home.fill`."""
        fill(f"sqlite:///{folder / name}.sqlite")

    def write(self, folder: Path, catalogues: Sequence[tuple[str, Catalogue]]) -> None:
        """See `Home.write`."""
        for name, catalogue in catalogues:
            migrate(f"sqlite:///{folder / name}.sqlite")
            with closing(sqlite3.connect(folder / f"{name}.sqlite", isolation_level=None)) as connection:
                for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-400000"):
                    connection.execute(f"PRAGMA {pragma}")
                connection.execute("BEGIN")
                catalogue.write(partial(_insert, connection.executemany, "?"))
                connection.execute("COMMIT")
                connection.execute("PRAGMA journal_mode=WAL")


class MariaDbHome(Home):
    """A server for all of them, while they are open."""

    @contextmanager
    def open(self, folder: Path) -> Iterator[Open]:
        """See `Home.open`."""
        with PrivateMariaDb(folder / "server", ROOMY, kept=True) as server:
            yield lambda name: Database(server.url(name), partial(computed_by, server.pid))

    def fill(self, folder: Path, name: str, fill: Callable[[str], None]) -> None:
        """See `Home.fill`."""
        with self.open(folder) as opened:
            fill(create_database(opened("mysql").url, name))

    def write(self, folder: Path, catalogues: Sequence[tuple[str, Catalogue]]) -> None:
        """See `Home.write`."""
        with self.open(folder) as opened:
            for name, catalogue in catalogues:
                url = create_database(opened("mysql").url, name)
                migrate(url)
                engine = make_engine(url)
                with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
                    cursor.execute(
                        "SET SESSION foreign_key_checks = 0, SESSION unique_checks = 0, SESSION autocommit = 1"
                    )
                    catalogue.write(partial(_insert, cursor.executemany, "%s"))
                    for table in metadata.tables:
                        cursor.execute(f"ANALYZE TABLE {table}")
                        cursor.fetchall()
                engine.dispose()


def _insert(
    execute: Callable[[str, Sequence[tuple[Any, ...]]], object],
    place: str,
    table: str,
    rows: Sequence[tuple[Any, ...]],
) -> None:
    # Migrations leave columns in another order than a new table has them.
    columns = [column.name for column in metadata.tables[table].columns]
    quoted = ", ".join(f"`{name}`" for name in columns)
    execute(f"INSERT INTO {table} ({quoted}) VALUES ({', '.join([place] * len(columns))})", rows)
