"""Price lists: chains, branches, the ledger of observations and the catalogue of products."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from coprra.adapters.sql.migrations.steps import create_index, create_table

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SORT_NAME = sa.Text().with_variant(sa.String(length=255), "mysql")
_DIGEST = sa.LargeBinary(length=16).with_variant(mysql.BINARY(16), "mysql")


def upgrade() -> None:
    create_table(
        "chains",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("stale_after_seconds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_chains"),
    )
    create_table(
        "products",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("sort_name", _SORT_NAME, nullable=False),
        sa.Column("brand", sa.String(length=200)),
        sa.Column("category", sa.String(length=64)),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
    )
    create_index("products_by_name", "products", ["sort_name", "id"])
    create_table(
        "store",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store"),
    )
    create_table(
        "articles",
        sa.Column("id", _ID, nullable=False),
        sa.Column("digest", _DIGEST, nullable=False),
        sa.Column("chain_code", sa.String(length=32), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("brand", sa.String(length=200)),
        sa.Column("category", sa.String(length=64)),
        sa.Column("pack", sa.String(length=100)),
        sa.Column("measure_millionths", sa.BigInteger()),
        sa.Column("measure_unit", sa.String(length=16)),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["chain_code"], ["chains.code"], name="fk_articles_chain_code"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("digest", name="uq_articles_digest"),
    )
    create_table(
        "branches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chain_code", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=300)),
        sa.ForeignKeyConstraint(["chain_code"], ["chains.code"], name="fk_branches_chain_code"),
        sa.PrimaryKeyConstraint("id", name="pk_branches"),
        sa.UniqueConstraint("chain_code", "code", name="branches_by_code"),
    )
    create_table(
        "product_keys",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("product_id", sa.String(length=22), nullable=False),
        sa.Column("mapped_at", sa.BigInteger(), nullable=False),
        sa.Column("mapped_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_product_keys_product_id"),
        sa.PrimaryKeyConstraint("key", name="pk_product_keys"),
    )
    create_index("product_keys_by_product", "product_keys", ["product_id"])
    create_table(
        "article_keys",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_keys_article_id"),
        sa.ForeignKeyConstraint(["key"], ["product_keys.key"], name="fk_article_keys_key"),
        sa.PrimaryKeyConstraint("key", "article_id", name="pk_article_keys"),
        sqlite_with_rowid=False,
    )
    create_index("article_keys_by_article", "article_keys", ["article_id"])
    create_table(
        "list_runs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("branch_id", _ID, nullable=False),
        sa.Column("instant", sa.BigInteger(), nullable=False),
        sa.Column("precedence", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("profile", sa.String(length=100), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_list_runs_branch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_list_runs"),
        sa.UniqueConstraint("branch_id", "instant", "precedence", name="list_runs_by_moment"),
    )
    create_table(
        "listings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("branch_id", _ID, nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_listings_branch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_listings"),
        sa.UniqueConstraint("branch_id", "sku", name="listings_by_sku"),
    )
    create_table(
        "observations",
        sa.Column("listing_id", _ID, nullable=False),
        sa.Column("instant", sa.BigInteger(), nullable=False),
        sa.Column("precedence", sa.BigInteger(), nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("line", sa.BigInteger()),
        sa.Column("article_id", _ID),
        sa.Column("state", sa.BigInteger(), nullable=False),
        sa.Column("availability", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3)),
        sa.Column("price", sa.BigInteger()),
        sa.Column("special_price", sa.BigInteger()),
        sa.Column("special_starts", sa.BigInteger()),
        sa.Column("special_ends", sa.BigInteger()),
        sa.Column("claimed_low", sa.BigInteger()),
        sa.Column("claimed_anchor", sa.BigInteger()),
        sa.Column("claimed_anchor_on", sa.String(length=10)),
        sa.Column("claimed_unit_price", sa.BigInteger()),
        sa.Column("claimed_unit", sa.String(length=32)),
        sa.Column("more", sa.Text()),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_observations_article_id"),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name="fk_observations_listing_id"),
        sa.ForeignKeyConstraint(["run_id"], ["list_runs.id"], name="fk_observations_run_id"),
        sa.PrimaryKeyConstraint("listing_id", "instant", "precedence", name="pk_observations"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO store (id, revision) VALUES (1, 0)")
