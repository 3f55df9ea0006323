"""The audit trail, and where it ends; the database itself refuses to change it, where it can be told to."""

import sqlalchemy as sa
from alembic import op

from coprra.adapters.sql.migrations.steps import create_index, create_table, forbid_changes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_table(
        "audit_entries",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("actor", sa.String(length=120)),
        sa.Column("target", sa.String(length=200)),
        sa.Column("ip", sa.String(length=45)),
        sa.Column("user_agent", sa.String(length=300)),
        sa.Column("request_id", sa.String(length=64)),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entries"),
    )
    create_index("audit_entries_by_event", "audit_entries", ["event", "number"])
    create_index("audit_entries_by_actor", "audit_entries", ["actor", "number"])
    create_table(
        "audit_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    forbid_changes("audit_entries")
    head = sa.table("audit_head", sa.column("id"), sa.column("number"), sa.column("hash"))
    op.execute(head.delete())
    op.execute(head.insert().values(id=1, number=0, hash="0" * 64))
