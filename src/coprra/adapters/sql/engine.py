"""The engine: one SQLite database, safe for several processes, and its errors in the domain's words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from coprra.domain.kernel.errors import CoprraError, Invalid, Unavailable

WAIT_SECONDS = 30
"""How long a writer waits for another process to finish publishing."""

_NEXT_BEGIN = "coprra_next_begin"


def make_engine(url: str) -> Engine:
    """An engine for that URL; connects only when it is first used. Raises: Invalid for a URL that is none."""
    try:
        engine = create_engine(make_url(url), connect_args={"timeout": WAIT_SECONDS})
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise Invalid("COPRRA_DATABASE_URL is no URL that SQLAlchemy understands.") from error

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        # The driver would begin transactions by itself, late and never around DDL; `_begin` does it instead.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkout")
    def _check_file(_: sqlite3.Connection, record: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
        # A connection outlives its file: after a restore it would go on answering from what was replaced.
        now = _identity(engine)
        if record.info.setdefault("file", now) != now:
            raise InvalidatePoolError

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(str(connection.info.pop(_NEXT_BEGIN, "BEGIN")))

    return engine


def _identity(engine: Engine) -> tuple[int, int] | None:
    """Which file stands at the database's path now; None for none, and in memory."""
    try:
        status = Path(engine.url.database or "").stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino)


def make_home(engine: Engine) -> None:
    """Make the folder that the database file stands in. Raises: Unavailable."""
    name = engine.url.database
    if name and name != ":memory:":
        try:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"The folder of the database can't be made: {error.strerror}.") from error


def begin_writing(connection: Connection) -> None:
    """End the connection's transaction, and begin one that holds the database's only pen from its start.

    A transaction that has read before it writes fails in SQLite when somebody else wrote in between.
    """
    connection.commit()
    connection.info[_NEXT_BEGIN] = "BEGIN IMMEDIATE"
    connection.begin()


@contextmanager
def domain_errors() -> Iterator[None]:
    """Say what the database says in the domain's words, without SQL or paths."""
    try:
        yield
    except DBAPIError as error:
        raise _translated(error) from error


_REASONS = {
    "SQLITE_BUSY": "Another process is writing to the database; try again when it is done.",
    "SQLITE_LOCKED": "Another process is writing to the database; try again when it is done.",
    "SQLITE_FULL": "The disk is full. Nothing was changed; make room and try again.",
    "SQLITE_CANTOPEN": "The database can't be opened. Run `coprra db upgrade`, or look at its folder's rights.",
    "SQLITE_READONLY": "The database can't be written: its file or folder is read-only for this user.",
    "SQLITE_IOERR": "The disk failed to read or write the database. Nothing was changed.",
    "SQLITE_NOTADB": "The file is no SQLite database, or it is encrypted.",
    "SQLITE_CORRUPT": "The database file is damaged. Restore it from a backup.",
}


def _translated(error: DBAPIError) -> CoprraError:
    name = getattr(error.orig, "sqlite_errorname", "")
    for code, reason in _REASONS.items():
        if name.startswith(code):
            return Unavailable(reason)
    if "no such table" in str(error.orig) or "no such column" in str(error.orig):
        return Unavailable("The database is not set up for this version; run `coprra db upgrade`.")
    return Unavailable("The database refused the statement; this is a fault of coprra, please report it.")
