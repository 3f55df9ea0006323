"""Exchange rates: the files that were imported, and what they say of each day."""

import sqlalchemy as sa

from coprra.adapters.sql.migrations.steps import create_table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    create_table(
        "fx_imports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("newest", sa.String(length=10), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fx_imports"),
        sa.UniqueConstraint("sha256", name="uq_fx_imports_sha256"),
    )
    create_table(
        "fx_rates",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("import_id", _ID, nullable=False),
        sa.Column("per_euro", sa.BigInteger()),
        sa.ForeignKeyConstraint(["import_id"], ["fx_imports.id"], name="fk_fx_rates_import_id"),
        sa.PrimaryKeyConstraint("day", "currency", "import_id", name="pk_fx_rates"),
        sqlite_with_rowid=False,
    )
