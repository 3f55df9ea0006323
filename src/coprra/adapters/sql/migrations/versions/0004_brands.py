"""Brands: what identifies a product's brand, however it is written."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from coprra.adapters.sql.migrations.steps import add_column, create_index
from coprra.domain.products.brand import Brand

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CHUNK = 2_000

_products = sa.table(
    "products",
    sa.column("id", sa.String),
    sa.column("brand", sa.String),
    sa.column("brand_slug", sa.String),
)


def upgrade() -> None:
    add_column("products", sa.Column("brand_slug", sa.String(length=200)))
    for rows in _branded():
        slugs = [{"product": row.id, "slug": slug} for row in rows if (slug := Brand(row.brand).slug)]
        if slugs:
            one = _products.update().where(_products.c.id == sa.bindparam("product"))
            op.get_bind().execute(one.values(brand_slug=sa.bindparam("slug")), slugs)
    create_index("products_by_brand", "products", ["brand_slug", "id"])


def _branded() -> Iterator[Sequence[sa.Row[Any]]]:
    query = (
        sa.select(_products.c.id, _products.c.brand)
        .where(_products.c.brand.is_not(None))
        .order_by(_products.c.id)
        .limit(_CHUNK)
    )
    last = ""
    while rows := op.get_bind().execute(query.where(_products.c.id > last)).all():
        last = rows[-1].id
        yield rows
