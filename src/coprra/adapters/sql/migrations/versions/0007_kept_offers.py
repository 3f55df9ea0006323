"""The offers behind best prices that are kept; both are made anew together."""

import sqlalchemy as sa
from alembic import op

from coprra.adapters.sql.migrations.steps import create_table

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_table(
        "kept_offers",
        sa.Column("product_id", sa.String(length=22), nullable=False),
        sa.Column("holds_from", sa.BigInteger(), nullable=False),
        sa.Column("holds_until", sa.BigInteger()),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name="pk_kept_offers"),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM best_prices")
