"""What a SQLite database holds, and whether it is sound."""

import hashlib
import marshal
import sqlite3
from collections.abc import Iterator, Mapping

from coprra.domain.backups.fingerprint import Fingerprint, TableState

METHOD = "sqlite rows sha256 4"
_ROWS = 64
"""Read at once: fewer are slower, and of more there may be large ones."""
_MARSHAL = 2
"""Of its forms the last in which equal values are equal bytes: later ones tell what was the same object."""
_MOST_NAMED = 3


def fingerprint(connection: sqlite3.Connection) -> Fingerprint:
    """Every row of every table, digested in the order of its key. Raises: sqlite3.Error."""
    connection.text_factory = _text
    definitions = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    kinds = [kind for kind, *_ in definitions]
    return Fingerprint(
        method=METHOD,
        schema=hashlib.sha256(ascii(definitions).encode()).hexdigest(),
        objects={kind: kinds.count(kind) for kind in sorted(set(kinds))},
        tables={name: _state(connection, name, order) for name, order in _tables(connection)},
    )


def faults(connection: sqlite3.Connection, invariants: Mapping[str, str]) -> Iterator[str]:
    """Broken pages, orphans, and rules that do not hold. invariants: by name, a query that counts what breaks them."""
    said = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")]
    if said != ["ok"]:
        yield from (f"integrity: {line}" for line in said[:_MOST_NAMED])
        return
    orphans = connection.execute('SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2')
    yield from (f"{count} orphans of {parent} in table {table}" for table, parent, count in orphans)
    for name, query in invariants.items():
        try:
            (broken,) = connection.execute(query).fetchone()
        except sqlite3.OperationalError as error:
            yield f"{name} can't be examined: {error}"
            continue
        if broken:
            yield f"{name}: {broken} rows break it"


def _tables(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Names, and by what rows are put in order. SQLite's own tables are told as well, where they have rows."""
    listed = connection.execute(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow')"
        " AND name NOT IN ('sqlite_schema', 'sqlite_master') ORDER BY name"
    ).fetchall()
    return [(name, _key(connection, name) if has_no_rowid else "rowid") for name, has_no_rowid in listed]


def _key(connection: sqlite3.Connection, table: str) -> str:
    columns = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return ", ".join(_quoted(name) for (name,) in columns)


def _state(connection: sqlite3.Connection, table: str, order: str) -> TableState:
    query = f"SELECT * FROM {_quoted(table)} ORDER BY {order}"  # noqa: S608 - quoted names
    # The driver's own reading of texts is much faster, and the same but for those that are no UTF-8.
    connection.text_factory = str
    try:
        return _digested(connection.execute(query))
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    connection.text_factory = _text
    return _digested(connection.execute(query))


def _digested(cursor: sqlite3.Cursor) -> TableState:
    digest, rows = hashlib.sha256(), 0
    while batch := cursor.fetchmany(_ROWS):
        # It tells 1, 1.0, '1' and b'1' apart, never writes two different rows alike, and is written in C.
        digest.update(marshal.dumps(batch, _MARSHAL))
        rows += len(batch)
    return TableState(rows, digest.hexdigest())


def _text(content: bytes) -> str:
    """SQLite keeps whatever bytes it was given as a text, and so do we."""
    return content.decode("utf-8", "surrogateescape")


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
