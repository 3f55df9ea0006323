"""The language in which an account is written to; English for those that there are."""

import sqlalchemy as sa

from coprra.adapters.sql.migrations.steps import add_column

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_column("users", sa.Column("language", sa.String(length=16), nullable=False, server_default="en"))
