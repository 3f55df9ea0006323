"""Sessions and tickets in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.accounts.rows import (
    session_of,
    session_values,
    ticket_of,
    ticket_values,
    user_of,
)
from coprra.adapters.sql.accounts.tables import login_tickets, mfa_devices, sessions, users
from coprra.adapters.sql.engine import domain_errors
from coprra.domain.kernel.instants import to_micros
from coprra.domain.sessions.ports import SessionHolder, Sessions, Tickets
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.ticket import Ticket
from coprra.domain.users.user import UserId

OWNER = tuple(column.label(f"owner_{column.name}") for column in users.c)
HAS_DEVICE = mfa_devices.c.user_id.is_not(None).label("has_device")

_HOLDER = (
    select(sessions, *OWNER, HAS_DEVICE)
    .select_from(sessions.join(users).outerjoin(mfa_devices, mfa_devices.c.user_id == users.c.id))
)  # fmt: skip


class SqlSessions(Sessions):
    """Works on the connection of a look or a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holder(self, digest: str) -> SessionHolder | None:
        with domain_errors():
            row = self._connection.execute(_HOLDER.where(sessions.c.digest == digest)).first()
        return None if row is None else SessionHolder(session_of(row), user_of(row, "owner_"), bool(row.has_device))

    def alive(self, user: UserId, now: datetime) -> Sequence[Session]:
        query = (
            select(sessions)
            .where(
                sessions.c.user_id == user.value,
                sessions.c.revoked_at.is_(None),
                sessions.c.idle_until > to_micros(now),
                sessions.c.ends_at > to_micros(now),
            )
            .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
        )
        with domain_errors():
            return tuple(session_of(row) for row in self._connection.execute(query))

    def add(self, session: Session) -> None:
        with domain_errors():
            self._connection.execute(insert_into(sessions).values(session_values(session)))

    def see(self, session: Session) -> None:
        still = (
            sessions.c.id == session.id,
            sessions.c.revoked_at.is_(None),
            sessions.c.seen_at < to_micros(session.seen_at),
        )
        seen = {"seen_at": to_micros(session.seen_at), "idle_until": to_micros(session.idle_until)}
        with domain_errors():
            self._connection.execute(sessions.update().where(*still).values(seen))

    def ended(self, at: datetime, *, limit: int) -> Sequence[Session]:
        then = to_micros(at)
        query = (
            select(sessions)
            .where(sessions.c.revoked_at.is_(None), or_(sessions.c.idle_until <= then, sessions.c.ends_at <= then))
            .order_by(sessions.c.user_id, sessions.c.id)
            .limit(limit)
        )
        with domain_errors():
            return tuple(session_of(row) for row in self._connection.execute(query))

    def revoke(self, id: str, at: datetime) -> bool:
        still = (sessions.c.id == id, sessions.c.revoked_at.is_(None))
        with domain_errors():
            statement = sessions.update().where(*still).values(revoked_at=to_micros(at))
            return self._connection.execute(statement).rowcount == 1

    def prune(self, before: datetime) -> int:
        with domain_errors():
            statement = sessions.delete().where(sessions.c.ends_at < to_micros(before))
            return self._connection.execute(statement).rowcount


class SqlTickets(Tickets):
    """Works on the connection of a look or a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, digest: str) -> Ticket | None:
        with domain_errors():
            row = self._connection.execute(select(login_tickets).where(login_tickets.c.digest == digest)).first()
        return None if row is None else ticket_of(row)

    def add(self, ticket: Ticket) -> None:
        with domain_errors():
            self._connection.execute(insert_into(login_tickets).values(ticket_values(ticket)))

    def attempt(self, digest: str, at: datetime, *, most: int) -> bool:
        with domain_errors():
            statement = (
                login_tickets.update()
                .where(*_good(digest, at), login_tickets.c.tries < most)
                .values(tries=login_tickets.c.tries + 1)
            )
            return self._connection.execute(statement).rowcount == 1

    def consume(self, digest: str, at: datetime) -> bool:
        with domain_errors():
            statement = login_tickets.update().where(*_good(digest, at)).values(used_at=to_micros(at))
            return self._connection.execute(statement).rowcount == 1

    def prune(self, before: datetime) -> int:
        with domain_errors():
            statement = login_tickets.delete().where(login_tickets.c.expires_at < to_micros(before))
            return self._connection.execute(statement).rowcount


def _good(digest: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        login_tickets.c.digest == digest,
        login_tickets.c.used_at.is_(None),
        login_tickets.c.expires_at > to_micros(at),
    )
