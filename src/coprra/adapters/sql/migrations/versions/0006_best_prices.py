"""Best prices that are kept; there are none at first."""

import sqlalchemy as sa

from coprra.adapters.sql.migrations.steps import create_index, create_table

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_table(
        "best_prices",
        sa.Column("product_id", sa.String(length=22), nullable=False),
        sa.Column("holds_from", sa.BigInteger(), nullable=False),
        sa.Column("holds_until", sa.BigInteger()),
        sa.Column("currency", sa.String(length=3)),
        sa.Column("price", sa.BigInteger()),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("offers", sa.BigInteger(), nullable=False),
        sa.Column("chains", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name="pk_best_prices"),
        sqlite_with_rowid=False,
    )
    create_index("best_prices_by_time", "best_prices", ["holds_from"])
