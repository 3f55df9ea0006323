"""Connections for single statements that requests wait for: taken from no pool, and each used by one thread at once."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError

from coprra.adapters.sql.engine import dialect_of


def detached(engine: Engine) -> DBAPIConnection:
    """A connection that the pool knows no more, and each of whose statements sees the newest commit."""
    pooled = engine.raw_connection()
    connection: DBAPIConnection = pooled.dbapi_connection  # type: ignore[assignment]  # None after detach() alone
    engine.dialect.set_isolation_level(connection, "AUTOCOMMIT")
    pooled.detach()
    return connection


class Connections:
    """As many as ever read at once, of the file that stands at the database's path."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[tuple[object, DBAPIConnection]] = []
        event.listen(engine, "engine_disposed", self._let_go)

    def first(self, statement: str, given: Any) -> Sequence[Any] | None:
        """The first row that the statement finds; None where there is none, and where the database can't be asked."""
        dialect = dialect_of(self._engine)
        identity = dialect.identity(self._engine)
        if identity is None and not dialect.has_server:
            # What is in memory has one connection, and it is the pool's.
            return None
        error = self._engine.dialect.loaded_dbapi.Error
        while (connection := self._idle_one(identity)) is not None:
            # A server ends connections that were silent for long.
            with suppress(error):
                return self._ask(identity, connection, statement, given)
        with suppress(error, SQLAlchemyError):
            return self._ask(identity, detached(self._engine), statement, given)
        return None

    def _ask(self, identity: object, connection: DBAPIConnection, statement: str, given: Any) -> Sequence[Any] | None:
        try:
            cursor = connection.cursor()
            cursor.execute(statement, given)
            row: Sequence[Any] | None = cursor.fetchone()
            cursor.close()
        except BaseException:
            self._close(connection)
            raise
        self._idle.append((identity, connection))
        return row

    def _idle_one(self, identity: object) -> DBAPIConnection | None:
        while self._idle:
            try:
                known, connection = self._idle.pop()
            except IndexError:
                return None
            if known == identity:
                return connection
            self._close(connection)
        return None

    def _close(self, connection: DBAPIConnection) -> None:
        with suppress(self._engine.dialect.loaded_dbapi.Error):
            connection.close()

    def _let_go(self, _: Engine) -> None:
        idle, self._idle = self._idle, []
        for _identity, connection in idle:
            self._close(connection)
