"""Products by category, and how many of them each category and brand has."""

from coprra.adapters.sql.migrations.steps import create_index

revision = "0012"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index("products_by_category", "products", ["category", "id"])
