"""SQLite: one file, safe for several processes of one machine."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from coprra.adapters.sql.dialect import BUSY, DISK_FULL, NOT_SET_UP, WAIT_SECONDS, Dialect
from coprra.domain.kernel.errors import CoprraError, Unavailable

_NEXT_BEGIN = "coprra_next_begin"
_BEGUN_BY = "coprra_begun_by"
_HAS_WRITTEN = "coprra_has_written"

_WRITING = "BEGIN IMMEDIATE"

_PAGES = "page_size=8192"
"""Bytes, of a new file: a hundred observations stand in about two. An import writes a tenth more, at the same speed."""

_CACHE = "cache_size=-8000"
_WRITING_CACHE = "cache_size=-32768"
"""KiB. A long list writes everywhere into its indexes, and a page that finds no room is written again and again."""

_REASONS = {
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_FULL": DISK_FULL,
    "SQLITE_CANTOPEN": "The database can't be opened. Run `coprra db upgrade`, or look at its folder's rights.",
    "SQLITE_READONLY": "The database can't be written: its file or folder is read-only for this user.",
    "SQLITE_IOERR": "The disk failed to read or write the database. Nothing was changed.",
    "SQLITE_NOTADB": "The file is no SQLite database, or it is encrypted.",
    "SQLITE_CORRUPT": "The database file is damaged. Restore it from a backup.",
}


class Sqlite(Dialect):
    """See `Dialect`; a write-ahead log lets readers read while one process writes."""

    has_server = False

    def make_engine(self, url: URL) -> Engine:
        """See `Dialect.make_engine`."""
        engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS}, hide_parameters=True, **_pool(url))

        @event.listens_for(engine, "connect")
        def _configure(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
            # The driver would begin transactions by itself, late and never around DDL; `_begin` does it instead.
            connection.isolation_level = None
            connection.execute(f"PRAGMA {_PAGES}")
            _use_write_ahead_log(connection)
            for pragma in ("synchronous=FULL", "foreign_keys=ON", _CACHE):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "checkin")
        def _shrink(connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
            if connection is not None and record.info.pop(_HAS_WRITTEN, False):
                # One that is broken is found out when it is used again.
                with suppress(sqlite3.Error):
                    connection.execute(f"PRAGMA {_CACHE}")

        @event.listens_for(engine, "checkout")
        def _check_file(_: sqlite3.Connection, record: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
            # A connection outlives its file: after a restore it would go on answering from what was replaced.
            now = self.identity(engine)
            if record.info.setdefault("file", now) != now:
                raise InvalidatePoolError

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.info[_BEGUN_BY] = str(connection.info.pop(_NEXT_BEGIN, "BEGIN"))
            connection.exec_driver_sql(connection.info[_BEGUN_BY])

        return engine

    def exists(self, engine: Engine) -> bool:
        """See `Dialect.exists`; to connect would make the file."""
        file = engine.url.database
        return not file or file == ":memory:" or Path(file).exists()

    def identity(self, engine: Engine) -> tuple[int, int] | None:
        """See `Dialect.identity`: which file stands at the database's path now; None for none, and in memory."""
        try:
            status = os.stat(engine.url.database or "")  # noqa: PTH116 - a Path costs as much again, for each request
        except OSError:
            return None
        return (status.st_dev, status.st_ino)

    def make_home(self, engine: Engine) -> None:
        """See `Dialect.make_home`: the folder that the file stands in."""
        name = engine.url.database
        if name and name != ":memory:":
            try:
                Path(name).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Unavailable(f"The folder of the database can't be made: {error.strerror}.") from error

    def begin_writing(self, connection: Connection) -> None:
        """See `Dialect.begin_writing`; a transaction that reads first fails when somebody else writes in between."""
        connection.commit()
        connection.info[_NEXT_BEGIN] = _WRITING
        connection.info[_HAS_WRITTEN] = True
        connection.begin()
        connection.exec_driver_sql(f"PRAGMA {_WRITING_CACHE}")

    def join_writing(self, connection: Connection) -> None:
        """See `Dialect.join_writing`; here one writes at a time, so it is to wait for the others."""
        if not connection.in_transaction() or connection.info.get(_BEGUN_BY) != _WRITING:
            connection.commit()
            connection.info[_NEXT_BEGIN] = _WRITING
            connection.begin()

    def begin_changing(self, connection: Connection) -> None:
        """See `Dialect.begin_changing`; there is one pen for all."""
        connection.commit()
        connection.info[_NEXT_BEGIN] = _WRITING
        connection.begin()

    @contextmanager
    def upgrading(self, connection: Connection) -> Iterator[None]:
        """See `Dialect.upgrading`; tables are made in the transaction, all of them or none."""
        self.begin_writing(connection)
        yield

    def translated(self, error: DBAPIError) -> CoprraError | None:
        """See `Dialect.translated`."""
        name = getattr(error.orig, "sqlite_errorname", "")
        for code, reason in _REASONS.items():
            if name.startswith(code):
                return Unavailable(reason)
        if "no such table" in str(error.orig) or "no such column" in str(error.orig):
            return Unavailable(NOT_SET_UP)
        return None


def _pool(url: URL) -> dict[str, int]:
    """As on a server; what is in memory has one connection for each thread."""
    return {"pool_size": 8, "max_overflow": 8} if url.database and url.database != ":memory:" else {}


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch a new file to the write-ahead log, and leave a switched one as it is.

    Where two processes switch at once SQLite tells one of them at once that the file is busy, whatever its timeout
    (https://www.sqlite.org/wal.html). To open and end a transaction alone is to wait for the other, as any writer does.
    """
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
        else:
            return
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
