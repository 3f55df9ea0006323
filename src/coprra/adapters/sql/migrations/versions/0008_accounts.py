"""Accounts: users, links, limits, sessions, tokens and second factors."""

import sqlalchemy as sa

from coprra.adapters.sql.migrations.steps import create_index, create_table

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    create_table(
        "users",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_canonical", sa.String(length=254), nullable=False),
        sa.Column("email_since", sa.BigInteger(), nullable=False),
        sa.Column("email_verified_at", sa.BigInteger()),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("password_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger()),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email_canonical", name="uq_users_email_canonical"),
    )
    create_table(
        "user_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_links_user_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_user_links"),
    )
    create_index("user_links_by_end", "user_links", ["expires_at"])
    create_index("user_links_by_user", "user_links", ["user_id", "purpose"])
    create_table(
        "rate_limits",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("resets_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_rate_limits"),
    )
    create_index("rate_limits_by_end", "rate_limits", ["resets_at"])
    create_table(
        "sessions",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("methods", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("idle_until", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("stepped_up_at", sa.BigInteger()),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("digest", name="uq_sessions_digest"),
    )
    create_index("sessions_by_end", "sessions", ["ends_at"])
    create_index("sessions_by_user", "sessions", ["user_id"])
    create_table(
        "login_tickets",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("password_version", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("abilities", sa.Text()),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_login_tickets_user_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_login_tickets"),
    )
    create_index("login_tickets_by_end", "login_tickets", ["expires_at"])
    create_index("login_tickets_by_user", "login_tickets", ["user_id"])
    create_table(
        "token_families",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("abilities", sa.Text(), nullable=False),
        sa.Column("methods", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_token_families_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_token_families"),
    )
    create_index("token_families_by_end", "token_families", ["ends_at"])
    create_index("token_families_by_user", "token_families", ["user_id"])
    create_table(
        "tokens",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("family_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("mac_key", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("successor", sa.Text()),
        sa.ForeignKeyConstraint(["family_id"], ["token_families.id"], name="fk_tokens_family_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
    )
    create_index("tokens_by_end", "tokens", ["expires_at"])
    create_index("tokens_by_family", "tokens", ["family_id"])
    create_table(
        "mfa_devices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=False),
        sa.Column("last_timecode", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("locked_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mfa_devices_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mfa_devices"),
        sa.UniqueConstraint("user_id", name="uq_mfa_devices_user_id"),
    )
    create_table(
        "mfa_pending",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("session_id", sa.String(length=24), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mfa_pending_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mfa_pending"),
        sa.UniqueConstraint("user_id", name="uq_mfa_pending_user_id"),
    )
    create_table(
        "recovery_codes",
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=255), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id"),
        sa.PrimaryKeyConstraint("user_id", "number", name="pk_recovery_codes"),
    )
    create_table(
        "mfa_resets",
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("link_digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mfa_resets_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_mfa_resets"),
    )
