"""What a database of MariaDB holds, and whether it is sound."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import pymysql

from coprra.adapters.mariadb.address import Connection, said_by
from coprra.domain.backups.fingerprint import Fingerprint, TableState

METHOD = "mariadb count and checksum table 2"
"""A sum of 32 bits over the rows, in no order: it finds accidents, and is no proof against people."""

Definitions = tuple[tuple[str, str, str], ...]

_STORED = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type <> 'VIEW'"
# A sequence has a row, too, and can't be checked.
_CHECKED = f"{_STORED} AND table_type <> 'SEQUENCE'"

_FOREIGN_KEYS = """
SELECT k.constraint_name, k.table_name, k.column_name,
       k.referenced_table_schema, k.referenced_table_name, k.referenced_column_name
FROM information_schema.key_column_usage k
WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
ORDER BY k.table_name, k.constraint_name, k.ordinal_position
"""


def definitions(connection: Connection, objects: Mapping[str, str]) -> Definitions:
    """Of everything in the connection's database: kind, name, and how it is made. objects: see `Family`.

    Raises: pymysql.Error.
    """
    found = [("table", name, _made(connection, name)) for name in tables(connection)]
    for kind, query in objects.items():
        found += [(kind, str(name), str(text)) for name, text in rows_of(connection, query)]
    return tuple(sorted(found))


def fingerprint(connection: Connection, defined: Definitions) -> Fingerprint:
    """Every table as the connection's transaction sees it. Raises: pymysql.Error."""
    return Fingerprint(
        method=METHOD,
        schema=hashlib.sha256(ascii(defined).encode()).hexdigest(),
        objects=dict(Counter(kind for kind, _, _ in defined)),
        tables={name: _state(connection, name) for kind, name, _ in defined if kind == "table"},
    )


def faults(connection: Connection, invariants: Mapping[str, str]) -> Iterator[str]:
    """Broken pages, or where there are none, orphans and rules that do not hold.

    invariants: by name, a query that counts what breaks them. Raises: pymysql.Error.
    """
    broken = False
    for name in tables(connection, _CHECKED):
        for _, _, kind, text in rows_of(connection, f"CHECK TABLE {quoted(name)} EXTENDED"):
            if (kind, text) != ("status", "OK"):
                broken = True
                yield f"integrity of {name}: {text}"
    if broken:
        return
    yield from _orphans(connection)
    for name, query in invariants.items():
        try:
            ((broken,),) = rows_of(connection, query)
        except pymysql.Error as error:
            yield f"{name} can't be examined: {said_by(error)}"
            continue
        if broken:
            yield f"{name}: {broken} rows break it"


def tables(connection: Connection, query: str = _STORED) -> list[str]:
    """Names of all that hold rows. Raises: pymysql.Error."""
    return sorted(str(name) for (name,) in rows_of(connection, query))


def rows_of(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    """What it answers. Raises: pymysql.Error."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def quoted(name: str) -> str:
    """A name in a statement."""
    doubled = name.replace("`", "``")
    return f"`{doubled}`"


def _made(connection: Connection, table: str) -> str:
    """Without the next number to be given, which rows change and no definition does."""
    ((_, statement, *_),) = rows_of(connection, f"SHOW CREATE TABLE {quoted(table)}")
    return re.sub(r" AUTO_INCREMENT=\d+", "", str(statement))


def _state(connection: Connection, table: str) -> TableState:
    # Or nobody could change a table's definition before the last one was read.
    rows_of(connection, "SAVEPOINT one_table")
    try:
        before = _read_so_far(connection)
        ((_, checksum),) = rows_of(connection, f"CHECKSUM TABLE {quoted(table)} EXTENDED")
        rows = _read_so_far(connection) - before
        if not rows:
            # It is empty, or of a kind whose rows nobody has counted, such as one with partitions.
            ((rows,),) = rows_of(connection, f"SELECT COUNT(*) FROM {quoted(table)}")  # noqa: S608 - a quoted name
    finally:
        rows_of(connection, "ROLLBACK TO one_table")
    if checksum is None:
        raise pymysql.OperationalError(0, f"the rows of {table} can't be read")
    return TableState(rows, str(checksum))


def _read_so_far(connection: Connection) -> int:
    """How many rows the connection's statements have read, which spares the reading of all rows only to count them.

    Source: https://mariadb.com/kb/en/server-status-variables/#rows_read
    """
    said = rows_of(connection, "SHOW SESSION STATUS LIKE 'Rows_read'")
    return int(said[0][1]) if said else 0


def _orphans(connection: Connection) -> Iterator[str]:
    """Rows whose parents are missing, as they come in while foreign keys are not looked at."""
    for (table, _), columns in groupby(rows_of(connection, _FOREIGN_KEYS), key=lambda row: (row[1], row[0])):
        pairs = list(columns)
        parent = f"{quoted(pairs[0][3])}.{quoted(pairs[0][4])}"
        match = " AND ".join(f"p.{quoted(row[5])} = c.{quoted(row[2])}" for row in pairs)
        told = " AND ".join(f"c.{quoted(row[2])} IS NOT NULL" for row in pairs)
        query = (
            f"SELECT COUNT(*) FROM {quoted(table)} c WHERE {told}"  # noqa: S608 - quoted names
            f" AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE {match})"
        )
        ((orphans,),) = rows_of(connection, query)
        if orphans:
            yield f"{orphans} orphans of {pairs[0][4]} in table {table}"
