"""Tokens and their families in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.accounts.rows import (
    family_of,
    family_values,
    token_of,
    token_values,
    user_of,
)
from coprra.adapters.sql.accounts.sessions import HAS_DEVICE, OWNER
from coprra.adapters.sql.accounts.tables import mfa_devices, token_families, tokens, users
from coprra.adapters.sql.engine import domain_errors
from coprra.domain.kernel.instants import to_micros
from coprra.domain.sessions.ports import TokenHolder, Tokens
from coprra.domain.sessions.token import Family, Token, TokenKind
from coprra.domain.users.user import UserId

_HOLDER = (
    select(tokens, *(column.label(f"family_of_{column.name}") for column in token_families.c), *OWNER, HAS_DEVICE)
    .select_from(
        tokens.join(token_families).join(users).outerjoin(mfa_devices, mfa_devices.c.user_id == users.c.id)
    )
)  # fmt: skip


class SqlTokens(Tokens):
    """Works on the connection of a look or a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holder(self, id: str) -> TokenHolder | None:
        with domain_errors():
            row = self._connection.execute(_HOLDER.where(tokens.c.id == id)).first()
        if row is None:
            return None
        return TokenHolder(token_of(row), family_of(row, "family_of_"), user_of(row, "owner_"), bool(row.has_device))

    def families(self, user: UserId, now: datetime) -> Sequence[Family]:
        query = (
            select(token_families)
            .where(
                token_families.c.user_id == user.value,
                token_families.c.revoked_at.is_(None),
                token_families.c.ends_at > to_micros(now),
            )
            .order_by(token_families.c.created_at.desc(), token_families.c.id.desc())
        )
        with domain_errors():
            return tuple(family_of(row) for row in self._connection.execute(query))

    def found(self, family: Family) -> None:
        with domain_errors():
            self._connection.execute(insert_into(token_families).values(family_values(family)))

    def add(self, token: Token) -> None:
        with domain_errors():
            self._connection.execute(insert_into(tokens).values(token_values(token)))

    def exchange(self, id: str, at: datetime, successor: str | None) -> bool:
        family_is_good = (
            select(token_families.c.id)
            .where(
                token_families.c.id == tokens.c.family_id,
                token_families.c.revoked_at.is_(None),
                token_families.c.ends_at > to_micros(at),
            )
            .exists()
        )
        statement = (
            tokens.update()
            .where(
                tokens.c.id == id,
                tokens.c.kind == TokenKind.REFRESH.value,
                tokens.c.used_at.is_(None),
                tokens.c.revoked_at.is_(None),
                tokens.c.expires_at > to_micros(at),
                family_is_good,
            )
            .values(used_at=to_micros(at), successor=successor)
        )
        with domain_errors():
            return self._connection.execute(statement).rowcount == 1

    def revoke_access(self, family: str, at: datetime) -> None:
        alive = (
            tokens.c.family_id == family,
            tokens.c.kind == TokenKind.ACCESS.value,
            tokens.c.revoked_at.is_(None),
        )
        with domain_errors():
            self._connection.execute(tokens.update().where(*alive).values(revoked_at=to_micros(at)))

    def ended(self, at: datetime, *, limit: int) -> Sequence[Family]:
        query = (
            select(token_families)
            .where(token_families.c.revoked_at.is_(None), token_families.c.ends_at <= to_micros(at))
            .order_by(token_families.c.user_id, token_families.c.id)
            .limit(limit)
        )
        with domain_errors():
            return tuple(family_of(row) for row in self._connection.execute(query))

    def revoke(self, family: str, at: datetime) -> bool:
        alive = (token_families.c.id == family, token_families.c.revoked_at.is_(None))
        with domain_errors():
            statement = token_families.update().where(*alive).values(revoked_at=to_micros(at))
            return self._connection.execute(statement).rowcount == 1

    def forget_successors(self, before: datetime) -> int:
        sealed = (tokens.c.successor.is_not(None), tokens.c.used_at < to_micros(before))
        with domain_errors():
            return self._connection.execute(tokens.update().where(*sealed).values(successor=None)).rowcount

    def prune(self, before: datetime) -> int:
        then = to_micros(before)
        ended = select(token_families.c.id).where(
            or_(token_families.c.ends_at < then, token_families.c.revoked_at < then)
        )
        with domain_errors():
            families = list(self._connection.execute(ended).scalars())
            pruned = self._connection.execute(
                tokens.delete().where(or_(tokens.c.expires_at < then, tokens.c.family_id.in_(families)))
            ).rowcount
            self._connection.execute(token_families.delete().where(token_families.c.id.in_(families)))
        return pruned
