"""Steps of migrations that can be repeated: MariaDB commits each, and an upgrade that was cut off begins again."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

# Source: MariaDB's error codes, https://mariadb.com/kb/en/mariadb-error-code-reference/
_NO_RIGHT_TO_TRIGGERS = frozenset({1142, 1227, 1419})


def create_table(name: str, *parts: sa.schema.SchemaItem, **options: Any) -> None:
    """Make the table, if it is not there yet."""
    if not sa.inspect(op.get_bind()).has_table(name):
        op.create_table(name, *parts, **options)


def create_index(name: str, table: str, columns: Sequence[str]) -> None:
    """Make the index, if it is not there yet."""
    if not sa.inspect(op.get_bind()).has_index(table, name):
        op.create_index(name, table, columns)


def add_column(table: str, column: sa.Column[Any]) -> None:
    """Add the column, if it is not there yet."""
    there = sa.inspect(op.get_bind()).get_columns(table)
    if column.name not in {one["name"] for one in there}:
        op.add_column(table, column)


def forbid_changes(table: str) -> None:
    """Let the database refuse to change and to remove rows of the table, if it does not yet.

    A server that gives us no right to triggers, as one with a binary log may not, goes without.
    """
    bind = op.get_bind()
    sqlite = bind.dialect.name == "sqlite"
    known = bind.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if sqlite
        else "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database()"
    )
    there = set(known.scalars())
    for act in ("UPDATE", "DELETE"):
        name = f"{table}_no_{act.lower()}"
        if name in there:
            continue
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is appended to, and never changed'); END"
            if sqlite
            else f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{table} is appended to, and never changed'"
        )
        try:
            bind.exec_driver_sql(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {refuse}")
        except DBAPIError as error:
            if not (error.orig and error.orig.args and error.orig.args[0] in _NO_RIGHT_TO_TRIGGERS):
                raise
