"""The SQL store of accounts: looks to read, units of work to write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from coprra.adapters.sql.accounts.limiter import SqlLimiter
from coprra.adapters.sql.accounts.second_factors import SqlDevices, SqlRecoveryCodes, SqlResets
from coprra.adapters.sql.accounts.sessions import SqlSessions, SqlTickets
from coprra.adapters.sql.accounts.tokens import SqlTokens
from coprra.adapters.sql.accounts.trail import record_of
from coprra.adapters.sql.accounts.users import SqlGrants, SqlLinks, SqlUsers
from coprra.adapters.sql.audit import SqlTrail
from coprra.adapters.sql.engine import begin_changing, domain_errors
from coprra.adapters.sql.outbox import SqlPost
from coprra.domain.kernel.events import Event
from coprra.domain.mail.ports import Post
from coprra.domain.mfa.ports import Devices, RecoveryCodes, Resets
from coprra.domain.sessions.ports import Sessions, SessionsReads, SessionsUnitOfWork, Tickets, Tokens
from coprra.domain.users.events import AccountEvent
from coprra.domain.users.inquiry import Inquiry
from coprra.domain.users.letter import Letter
from coprra.domain.users.notices import no_mail
from coprra.domain.users.ports import Grants, Links, Outbox, Users


class NoOutbox(Outbox):
    """Where nobody carries letters."""

    @property
    def carries(self) -> bool:
        return False

    def post(self, letter: Letter) -> None:
        raise no_mail()

    def ask(self, inquiry: Inquiry) -> None:
        raise no_mail()

    def take(self, number: int) -> Inquiry | None:
        raise no_mail()


class SqlAccounts:
    """Shared by threads; each look and unit of work has a connection of its own.

    outbox: makes the outbox of a unit of work out of what the same transaction keeps mail in; None: nobody carries it.
    """

    def __init__(
        self,
        engine: Engine,
        publish: Callable[[Event], None] = lambda _: None,
        outbox: Callable[[Post], Outbox] | None = None,
    ) -> None:
        self._engine = engine
        self._publish = publish
        self._outbox = outbox or (lambda _: NoOutbox())
        self.limiter = SqlLimiter(engine)

    @contextmanager
    def reads(self) -> Iterator[SessionsReads]:
        """A look."""
        with domain_errors():
            connection = self._engine.connect()
        try:
            yield SqlAccountReads(connection)
        finally:
            connection.close()

    def unit_of_work(self) -> "SqlAccountsUnitOfWork":
        """A unit of work."""
        return SqlAccountsUnitOfWork(self._engine, self._publish, self._outbox)


class SqlAccountReads(SessionsReads):
    """What is stored, seen through one connection."""

    _connection: Connection

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def users(self) -> Users:
        return SqlUsers(self._connection)

    @property
    def links(self) -> Links:
        return SqlLinks(self._connection)

    @property
    def devices(self) -> Devices:
        return SqlDevices(self._connection)

    @property
    def recovery_codes(self) -> RecoveryCodes:
        return SqlRecoveryCodes(self._connection)

    @property
    def sessions(self) -> Sessions:
        return SqlSessions(self._connection)

    @property
    def tickets(self) -> Tickets:
        return SqlTickets(self._connection)

    @property
    def tokens(self) -> Tokens:
        return SqlTokens(self._connection)


class SqlAccountsUnitOfWork(SqlAccountReads, SessionsUnitOfWork):
    """One transaction, in which every read sees what is committed by then."""

    def __init__(self, engine: Engine, publish: Callable[[Event], None], outbox: Callable[[Post], Outbox]) -> None:
        self._engine = engine
        self._publish = publish
        self._make_outbox = outbox
        self._events: list[Event] = []

    @property
    def grants(self) -> Grants:
        return SqlGrants(self._connection)

    @property
    def resets(self) -> Resets:
        return SqlResets(self._connection)

    @property
    def outbox(self) -> Outbox:
        return self._make_outbox(SqlPost(self._connection))

    def __enter__(self) -> Self:
        with domain_errors():
            self._connection = self._engine.connect()
            try:
                begin_changing(self._connection)
            except BaseException:
                self._connection.close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._connection.rollback()
        except DBAPIError:
            # What was committed stays, and what failed has said why.
            self._connection.invalidate()
        finally:
            self._connection.close()

    def commit(self) -> None:
        """See `UnitOfWork.commit`."""
        # Last, because whoever appends to the trail holds its end; and in here, or an act could be done and not told.
        trail = SqlTrail(self._connection)
        for event in self._events:
            if isinstance(event, AccountEvent):
                trail.append(record_of(event))
        with domain_errors():
            self._connection.commit()
        events, self._events = self._events, []
        for event in events:
            self._publish(event)

    def record(self, event: Event) -> None:
        """See `UnitOfWork.record`."""
        self._events.append(event)
