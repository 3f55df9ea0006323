"""Users, links and grants in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import IntegrityError

from coprra.adapters.sql.accounts.rows import link_of, link_values, user_of, user_values
from coprra.adapters.sql.accounts.tables import (
    BELONGING,
    login_tickets,
    sessions,
    token_families,
    tokens,
    user_links,
    users,
)
from coprra.adapters.sql.engine import domain_errors
from coprra.domain.kernel.instants import to_micros
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.identity import Method
from coprra.domain.users.link import TAKING_OVER, Link, LinkPurpose
from coprra.domain.users.ports import Grants, Links, Users
from coprra.domain.users.role import Role
from coprra.domain.users.user import EmailTaken, User, UserChanged, UserId


class SqlUsers(Users):
    """Works on the connection of a look or a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, id: UserId) -> User | None:
        with domain_errors():
            row = self._connection.execute(select(users).where(users.c.id == id.value)).first()
        return None if row is None else user_of(row)

    def find_by_email(self, email: EmailAddress) -> User | None:
        with domain_errors():
            row = self._connection.execute(select(users).where(users.c.email_canonical == email.canonical)).first()
        return None if row is None else user_of(row)

    def page(self, *, after: UserId | None, limit: int, role: Role | None = None) -> Sequence[User]:
        query = select(users).order_by(users.c.id).limit(limit)
        if after is not None:
            query = query.where(users.c.id > after.value)
        if role is not None:
            query = query.where(users.c.role == role.value)
        with domain_errors():
            return tuple(user_of(row) for row in self._connection.execute(query))

    def hold(self, id: UserId) -> User | None:
        with domain_errors():
            row = self._connection.execute(select(users).where(users.c.id == id.value).with_for_update()).first()
        return None if row is None else user_of(row)

    def add(self, user: User) -> None:
        with domain_errors():
            try:
                self._connection.execute(insert_into(users).values(user_values(user)))
            except IntegrityError as error:
                raise _taken() from error

    def save(self, user: User) -> None:
        statement = (
            users.update()
            .where(users.c.id == user.id.value, users.c.version == user.version)
            .values({**user_values(user), "version": user.version + 1})
        )
        with domain_errors():
            try:
                changed = self._connection.execute(statement).rowcount
            except IntegrityError as error:
                raise _taken() from error
        if not changed:
            raise UserChanged("Somebody else changed the account meanwhile; look again.")

    def remove(self, id: UserId) -> None:
        families = select(token_families.c.id).where(token_families.c.user_id == id.value)
        with domain_errors():
            self._connection.execute(tokens.delete().where(tokens.c.family_id.in_(families)))
            self._connection.execute(token_families.delete().where(token_families.c.user_id == id.value))
            for table in BELONGING:
                self._connection.execute(table.delete().where(table.c.user_id == id.value))
            self._connection.execute(users.delete().where(users.c.id == id.value))


class SqlLinks(Links):
    """Works in the transaction of its unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def issue(self, link: Link) -> None:
        self.revoke(link.user, link.purpose)
        with domain_errors():
            self._connection.execute(insert_into(user_links).values(link_values(link)))

    def find(self, digest: str) -> Link | None:
        query = select(user_links).where(user_links.c.digest == digest, user_links.c.used_at.is_(None))
        with domain_errors():
            row = self._connection.execute(query).first()
        return None if row is None else link_of(row)

    def consume(self, digest: str, at: datetime) -> bool:
        unused = (user_links.c.digest == digest, user_links.c.used_at.is_(None))
        with domain_errors():
            statement = user_links.update().where(*unused).values(used_at=to_micros(at))
            return self._connection.execute(statement).rowcount == 1

    def revoke(self, user: UserId, purpose: LinkPurpose) -> None:
        own = (user_links.c.user_id == user.value, user_links.c.purpose == purpose.value)
        with domain_errors():
            self._connection.execute(user_links.delete().where(*own))

    def prune(self, before: datetime) -> int:
        with domain_errors():
            statement = user_links.delete().where(user_links.c.expires_at < to_micros(before))
            return self._connection.execute(statement).rowcount


class SqlGrants(Grants):
    """Works in the transaction of its unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lives(self, session: str | None, family: str | None, at: datetime) -> bool:
        now = to_micros(at)
        in_use = (sessions.c.idle_until > now, sessions.c.ends_at > now, sessions.c.revoked_at.is_(None))
        granted = (token_families.c.ends_at > now, token_families.c.revoked_at.is_(None))
        named = []
        if session is not None:
            named.append(select(sessions.c.id).where(sessions.c.id == session, *in_use))
        if family is not None:
            named.append(select(token_families.c.id).where(token_families.c.id == family, *granted))
        with domain_errors():
            return bool(named) and all(self._connection.execute(one).first() is not None for one in named)

    def revoke_all(self, user: UserId, at: datetime, *, keep: str | None = None) -> None:
        with domain_errors():
            for table in (sessions, token_families):
                alive = table.update().where(table.c.user_id == user.value, table.c.revoked_at.is_(None))
                if table is sessions and keep is not None:
                    alive = alive.where(sessions.c.id != keep)
                self._connection.execute(alive.values(revoked_at=to_micros(at)))
            self._connection.execute(login_tickets.delete().where(login_tickets.c.user_id == user.value))
            links = (user_links.c.user_id == user.value, user_links.c.purpose.in_(TAKING_OVER))
            self._connection.execute(user_links.delete().where(*links))

    def strengthen(self, session: str, digest: str, method: Method | None, at: datetime) -> bool:
        alive = (sessions.c.id == session, sessions.c.revoked_at.is_(None))
        with domain_errors():
            methods = self._connection.execute(select(sessions.c.methods).where(*alive)).scalar()
            if methods is None:
                return False
            shown = {*methods.split(), *([method.value] if method else [])}
            statement = sessions.update().where(*alive)
            values = {"digest": digest, "methods": " ".join(sorted(shown)), "stepped_up_at": to_micros(at)}
            return self._connection.execute(statement.values(values)).rowcount == 1


def _taken() -> EmailTaken:
    return EmailTaken("Another account has this address.")
