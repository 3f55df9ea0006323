"""The vault in SQL: which columns need keys, and how one envelope takes the place of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, func, not_, select

from coprra.adapters.sql.accounts.tables import mfa_devices, mfa_pending, tokens
from coprra.adapters.sql.engine import domain_errors, join_writing
from coprra.adapters.sql.tables import outbox
from coprra.domain.keys.ports import Sealed, Vault
from coprra.domain.mail.ports import PURPOSE as MAIL
from coprra.domain.mfa.device import SEALED_FOR as TOTP

_VERSION = "v1."


@dataclass(frozen=True, slots=True)
class EnvelopeColumn:
    """A column that holds envelopes, or NULL. row: the table's key; owner: whom they are bound to."""

    table: Table
    row: Column[Any]
    owner: Column[str]
    sealed: Column[str]
    purpose: str

    @property
    def place(self) -> str:
        """Its name for people."""
        return f"{self.table.name}.{self.sealed.name}"


ENVELOPES = (
    EnvelopeColumn(outbox, outbox.c.id, outbox.c.message_id, outbox.c.sealed, MAIL),
    *(EnvelopeColumn(table, table.c.id, table.c.user_id, table.c.sealed, TOTP) for table in (mfa_devices, mfa_pending)),
)
"""Every column with secrets at rest. What is not here is not rotated, and its key may be retired too early."""

DIGESTS = (tokens.c.mac_key,)
"""Every column with the names of keys under which digests were made."""


class SqlVault(Vault):
    """Works in the transaction of its unit of work."""

    def __init__(self, connection: Connection, columns: Sequence[EnvelopeColumn] = ENVELOPES) -> None:
        self._connection = connection
        self._columns = {column.place: column for column in columns}

    @property
    def places(self) -> tuple[str, ...]:
        """See `Vault.places`."""
        return tuple(self._columns)

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """See `Vault.counts`."""
        counts: dict[str, dict[str, int]] = {}
        with domain_errors():
            for place, column in self._columns.items():
                rest = func.substr(column.sealed, len(_VERSION) + 1)
                key = func.substr(rest, 1, func.instr(rest, ".") - 1)
                query = select(key, func.count()).where(column.sealed.is_not(None)).group_by(key)
                counts[place] = {name: int(number) for name, number in self._connection.execute(query)}
            for name_of_key in DIGESTS:
                digests = select(name_of_key, func.count()).group_by(name_of_key)
                found = {name: int(number) for name, number in self._connection.execute(digests)}
                counts[f"{name_of_key.table.name}.{name_of_key.name}"] = found
        return counts

    def others(self, place: str, key: str, *, after: int | None, limit: int) -> Sequence[Sealed]:
        """See `Vault.others`."""
        column = self._columns[place]
        query = (
            select(column.row, column.owner, column.sealed)
            .where(not_(column.sealed.startswith(f"{_VERSION}{key}.", autoescape=True)))
            .order_by(column.row)
            .limit(limit)
        )
        if after is not None:
            query = query.where(column.row > after)
        with domain_errors():
            rows = self._connection.execute(query).all()
        return [Sealed(place, row, column.purpose, owner, sealed) for row, owner, sealed in rows]

    def replace(self, old: Sealed, sealed: str) -> bool:
        """See `Vault.replace`."""
        column = self._columns[old.place]
        unchanged = column.row == old.row, column.sealed == old.sealed
        statement = column.table.update().where(*unchanged).values({column.sealed.name: sealed})
        with domain_errors():
            join_writing(self._connection)
            return self._connection.execute(statement).rowcount == 1
