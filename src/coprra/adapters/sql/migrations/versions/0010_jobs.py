"""Jobs that wait, and when kinds of them come due."""

import sqlalchemy as sa

from coprra.adapters.sql.migrations.steps import create_index, create_table

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    create_table(
        "jobs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=100)),
        sa.Column("waiting_key", sa.String(length=100)),
        sa.Column("enqueued_at", sa.BigInteger(), nullable=False),
        sa.Column("enqueued_by", sa.String(length=120), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("forgiven", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.String(length=100)),
        sa.Column("message", sa.String(length=500)),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("kind", "waiting_key", name="jobs_by_key"),
    )
    create_index("jobs_by_time", "jobs", ["due_at"])
    create_index("jobs_by_end", "jobs", ["state", "ended_at"])
    create_table(
        "schedule",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_schedule"),
    )
