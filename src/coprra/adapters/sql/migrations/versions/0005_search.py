"""Search: the words by which each product is found."""

import sqlalchemy as sa
from alembic import op

from coprra.adapters.sql.migrations.steps import create_table
from coprra.adapters.sql.search_index import index_new

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sort_name = sa.Text().with_variant(sa.String(255), "mysql")
    create_table(
        "search_texts",
        sa.Column("product_id", sa.String(length=22), nullable=False),
        sa.Column("sort_name", sort_name, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name="pk_search_texts"),
        sqlite_with_rowid=False,
    )
    create_table(
        "search_words",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("sort_name", sort_name, nullable=False),
        sa.Column("product_id", sa.String(length=22), nullable=False),
        sa.PrimaryKeyConstraint("word", "sort_name", "product_id", name="pk_search_words"),
        sqlite_with_rowid=False,
    )
    index_new(op.get_bind(), newer_than=0)
