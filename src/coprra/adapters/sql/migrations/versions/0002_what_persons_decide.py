"""What persons decide: about single prices, and about what is the same product."""

import sqlalchemy as sa

from coprra.adapters.sql.migrations.steps import create_index, create_table

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    create_table(
        "decisions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("listing_id", _ID, nullable=False),
        sa.Column("instant", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3)),
        sa.Column("price", sa.BigInteger()),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500)),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name="fk_decisions_listing_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    create_index("decisions_by_listing", "decisions", ["listing_id", "instant"])
    create_table(
        "product_moves",
        sa.Column("move_id", sa.String(length=18), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("source_id", sa.String(length=22), nullable=False),
        sa.Column("target_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("undoes", sa.String(length=18)),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.Column("moved_by", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500)),
        sa.ForeignKeyConstraint(["key"], ["product_keys.key"], name="fk_product_moves_key"),
        sa.PrimaryKeyConstraint("move_id", "key", name="pk_product_moves"),
    )
    create_index("product_moves_by_source", "product_moves", ["source_id"])
    create_index("product_moves_by_target", "product_moves", ["target_id"])
    create_index("product_moves_by_time", "product_moves", ["moved_at", "move_id"])
    create_index("product_moves_by_undone", "product_moves", ["undoes"])
