"""Products by category, and how many of them each category and brand has."""

import sqlalchemy as sa
from alembic import op

from coprra.adapters.sql.migrations.steps import create_index, create_table

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "DELETE FROM category_counts",
    (
        "INSERT INTO category_counts (category, first_seen, products) "
        "SELECT category, first_seen, count(*) FROM products GROUP BY category, first_seen"
    ),
    "DELETE FROM brand_counts",
    (
        "INSERT INTO brand_counts (slug, brand, first_seen, products) "
        "SELECT brand_slug, brand, first_seen, count(*) FROM products "
        "WHERE brand_slug IS NOT NULL GROUP BY brand_slug, brand, first_seen"
    ),
)


def upgrade() -> None:
    create_index("products_by_category", "products", ["category", "id"])
    create_table(
        "category_counts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=64)),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("products", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_category_counts"),
    )
    create_index("category_counts_by_category", "category_counts", ["category", "first_seen", "products"])
    create_table(
        "brand_counts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("brand", sa.String(length=200), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("products", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_brand_counts"),
    )
    create_index("brand_counts_by_slug", "brand_counts", ["slug", "first_seen", "products"])
    for statement in _STATEMENTS:
        op.execute(statement)
