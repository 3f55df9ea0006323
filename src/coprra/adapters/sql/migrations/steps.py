"""Steps of migrations that can be repeated: MariaDB commits each, and an upgrade that was cut off begins again."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op


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
