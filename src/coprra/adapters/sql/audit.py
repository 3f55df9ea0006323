"""The audit trail in SQL: rows that are added and never changed, and one row that says where they end."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.engine import domain_errors, join_writing
from coprra.adapters.sql.tables import audit_entries, audit_head
from coprra.domain.audit.entry import NO_ENTRIES, Entry, Head, Record
from coprra.domain.audit.ports import AuditReads, Trail
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.kernel.instants import from_micros, to_micros

_BATCH = 1000


class SqlTrail(Trail):
    """Appends in the transaction of its unit of work; the row of the head is locked until that ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, record: Record) -> Entry:
        """See `Trail.append`."""
        with domain_errors():
            join_writing(self._connection)
            row = self._connection.execute(select(audit_head.c.number, audit_head.c.hash).with_for_update()).first()
            if row is None:
                raise Unavailable("The audit trail has lost its end, so nothing can be done that belongs into it.")
            entry = Head(row.number, row.hash).followed_by(record)
            self._connection.execute(insert_into(audit_entries).values(_values(entry)))
            self._connection.execute(audit_head.update().values(number=entry.number, hash=entry.hash))
        return entry


class SqlAuditReads(AuditReads):
    """Reads in one transaction, so that head and entries are of one instant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self) -> Head:
        """See `AuditReads.head`."""
        with domain_errors():
            row = self._connection.execute(select(audit_head.c.number, audit_head.c.hash)).first()
        return NO_ENTRIES if row is None else Head(row.number, row.hash)

    def entries(self) -> Iterator[Entry]:
        """See `AuditReads.entries`."""
        query = select(audit_entries).order_by(audit_entries.c.number).limit(_BATCH)
        last: int | None = None
        while True:
            after = query if last is None else query.where(audit_entries.c.number > last)
            with domain_errors():
                rows = self._connection.execute(after).all()
            yield from map(_entry, rows)
            if len(rows) < _BATCH:
                return
            last = rows[-1].number

    def latest(self, *, events: Collection[str], actor: str | None, limit: int) -> tuple[Entry, ...]:
        """See `AuditReads.latest`."""
        query = select(audit_entries).order_by(audit_entries.c.number.desc()).limit(limit)
        if events:
            query = query.where(audit_entries.c.event.in_(sorted(events)))
        if actor is not None:
            query = query.where(audit_entries.c.actor == actor)
        with domain_errors():
            return tuple(map(_entry, self._connection.execute(query)))


def _values(entry: Entry) -> dict[str, Any]:
    said = {column.name: getattr(entry, column.name) for column in audit_entries.c}
    return {**said, "at": to_micros(entry.at)}


def _entry(row: Row[Any]) -> Entry:
    said = row._asdict()
    return Entry(**{**said, "at": from_micros(row.at)})
