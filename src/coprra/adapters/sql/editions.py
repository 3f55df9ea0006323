"""Editions in SQL: one small read through a connection that is kept for it."""

import threading
from collections.abc import Hashable, Iterator
from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection

from coprra.adapters.sql.connections import detached
from coprra.adapters.sql.engine import dialect_of, domain_errors
from coprra.adapters.sql.shared_read import SharedRead
from coprra.adapters.sql.tables import decisions, fx_rates, list_runs, store
from coprra.domain.exchange.rate import last_day_known, published_at
from coprra.domain.kernel.instants import from_micros, to_micros
from coprra.domain.prices.edition import Edition
from coprra.domain.prices.ports import Editions

_REVISION = select(store.c.revision)
_STATEMENT = str(_REVISION)


class SqlEditions(Editions):
    """A state is the database's identity and its revision. Shared by threads; opens its connection when first asked.

    The pool and SQLAlchemy's own work would cost several times what the read itself does, and every request pays it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        # To wait for one's turn costs more than the read itself where no server has to be waited for.
        self._newest_state = SharedRead(self._state) if dialect_of(engine).has_server else self._state
        self._connection: DBAPIConnection | None = None
        self._identity: Hashable = None
        self._last: Edition | None = None
        event.listen(engine, "engine_disposed", self._let_go)

    def newest(self, as_of: datetime) -> Edition:
        """See `Editions.newest`."""
        state = self._newest_state()
        last = self._last
        if last and last.state == state and last.holds_at(as_of):
            return Edition(state, as_of, last.changes_at)
        self._last = self._looked_up(as_of)
        return self._last

    def _state(self) -> Hashable:
        with self._lock:
            return self._read_state()

    def _read_state(self) -> Hashable:
        identity = dialect_of(self._engine).identity(self._engine)
        if identity != self._identity:
            self._close()
        try:
            return (identity, self._revision(identity))
        except self._engine.dialect.loaded_dbapi.Error:
            self._close()
        # A server ends connections that were silent for long. What else is wrong is said here in the domain's words.
        with domain_errors(), self._engine.connect() as connection:
            return (identity, connection.scalar(_REVISION))

    def _revision(self, identity: Hashable) -> int:
        """Raises: the driver's own errors."""
        if self._connection is None:
            self._connection, self._identity = detached(self._engine), identity
        cursor = self._connection.cursor()
        cursor.execute(_STATEMENT)
        (revision,) = cursor.fetchone() or (0,)
        cursor.close()
        return int(revision)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(self._engine.dialect.loaded_dbapi.Error):
                connection.close()

    def _let_go(self, _: Engine) -> None:
        with self._lock:
            self._close()

    def _looked_up(self, as_of: datetime) -> Edition:
        """What is stored for later is looked up once for each state, or until it becomes known."""
        identity = dialect_of(self._engine).identity(self._engine)
        with domain_errors(), self._engine.connect() as connection:
            revision = connection.scalar(_REVISION)
            return Edition((identity, revision), as_of, min(_later(connection, as_of), default=None))


def _later(connection: Connection, as_of: datetime) -> Iterator[datetime]:
    """The instants after as_of, the first of each kind, at which something that is stored becomes known."""
    horizon = to_micros(as_of)
    for instant in (list_runs.c.instant, decisions.c.instant):
        first = connection.scalar(select(func.min(instant)).where(instant > horizon))
        if first is not None:
            yield from_micros(int(first))
    day = connection.scalar(select(func.min(fx_rates.c.day)).where(fx_rates.c.day > last_day_known(as_of).isoformat()))
    if day is not None:
        yield published_at(date.fromisoformat(day))
