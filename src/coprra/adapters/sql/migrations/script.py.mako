"""${message}."""

import sqlalchemy as sa

from coprra.adapters.sql.migrations.steps import create_table

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
