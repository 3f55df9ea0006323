"""Counts of products by category and brand, kept with the catalogue in the same transaction.

Each change adds a row, as a ledger does: so many more, or fewer, first seen then. The counts of any instant are sums.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, func, literal, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.tables import brand_counts, category_counts, products


def count(connection: Connection, among: FromClause, *where: ColumnElement[bool], sign: int = 1) -> None:
    """Count those products. among: `products`, or a join of them; sign: 1, or -1 before they become something else."""
    kinds: tuple[tuple[Any, tuple[ColumnElement[Any], ...], tuple[ColumnElement[bool], ...]], ...] = (
        (category_counts, (products.c.category,), where),
        (brand_counts, (products.c.brand_slug, products.c.brand), (*where, products.c.brand_slug.is_not(None))),
    )
    for table, kind, wanted in kinds:
        by = (*kind, products.c.first_seen)
        counted = select(*by, literal(sign) * func.count()).select_from(among).where(*wanted).group_by(*by)
        names = [column.name for column in table.c if column.name != "id"]
        connection.execute(insert_into(table).from_select(names, counted))
