"""Jobs that wait, when kinds of them come due, and letters that are to be sent."""

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import MEDIUMTEXT

from coprra.adapters.sql.migrations.steps import create_index, create_table

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LONG_TEXT = sa.Text().with_variant(MEDIUMTEXT(), "mysql")


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
    create_table(
        "outbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("sealed", _LONG_TEXT, nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
    )
