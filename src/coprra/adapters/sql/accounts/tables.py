"""Tables of accounts, beside those of prices.

Secrets are digests or sealed. Rows are changed by statements that say what they must have been before.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from coprra.adapters.sql.tables import metadata
from coprra.domain.limits.origin import USER_AGENT_LENGTH
from coprra.domain.sessions.token import NAME_LENGTH as TOKEN_NAME_LENGTH
from coprra.domain.users.email import ADDRESS_LENGTH
from coprra.domain.users.user import NAME_LENGTH

# SQLite counts up only in an INTEGER PRIMARY KEY.
_Id = BigInteger().with_variant(Integer, "sqlite")

users = Table(
    "users",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("email", String(ADDRESS_LENGTH), nullable=False),
    Column("email_canonical", String(ADDRESS_LENGTH), nullable=False, unique=True),
    Column("email_since", BigInteger, nullable=False),
    Column("email_verified_at", BigInteger),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("role", String(16), nullable=False),
    Column("language", String(16), nullable=False, server_default="en"),
    Column("password_hash", String(255), nullable=False),
    Column("password_version", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("version", BigInteger, nullable=False),
)
"""version: counts changes; every update names the one it was made from."""

user_links = Table(
    "user_links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("address", String(ADDRESS_LENGTH), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index("user_links_by_user", "user_id", "purpose"),
    Index("user_links_by_end", "expires_at"),
)
"""digest: SHA-256 of the secret that was sent."""

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("bucket", String(64), primary_key=True),
    Column("used", BigInteger, nullable=False),
    Column("resets_at", BigInteger, nullable=False),
    Index("rate_limits_by_end", "resets_at"),
)
"""bucket: a keyed digest of what is counted."""

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("methods", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("idle_until", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("stepped_up_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("address", String(45), nullable=False),
    Column("user_agent", String(USER_AGENT_LENGTH), nullable=False),
    Index("sessions_by_user", "user_id"),
    Index("sessions_by_end", "ends_at"),
)
"""digest: SHA-256 of the cookie."""

login_tickets = Table(
    "login_tickets",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("password_version", BigInteger, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("abilities", Text),
    Column("name", String(TOKEN_NAME_LENGTH), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index("login_tickets_by_user", "user_id"),
    Index("login_tickets_by_end", "expires_at"),
)
"""Sign-ins that wait for a second factor."""

token_families = Table(
    "token_families",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("name", String(TOKEN_NAME_LENGTH), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("abilities", Text, nullable=False),
    Column("methods", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Index("token_families_by_user", "user_id"),
    Index("token_families_by_end", "ends_at"),
)
"""abilities: names with blanks between them."""

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("family_id", ForeignKey("token_families.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("mac_key", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("successor", Text),
    Index("tokens_by_family", "family_id"),
    Index("tokens_by_end", "expires_at"),
)
"""mac: HMAC-SHA-256 of the whole token under the key of that name."""

mfa_devices = Table(
    "mfa_devices",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, unique=True),
    Column("sealed", Text, nullable=False),
    Column("confirmed_at", BigInteger, nullable=False),
    Column("last_timecode", BigInteger, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Column("locked_at", BigInteger),
)
"""last_timecode: only ever grows while the device stays. id: by which a rotation of keys walks through the rows."""

mfa_pending = Table(
    "mfa_pending",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, unique=True),
    Column("sealed", Text, nullable=False),
    Column("session_id", String(24), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
"""Devices that have not proved yet that they show codes."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(255), nullable=False),
    Column("used_at", BigInteger),
)

mfa_resets = Table(
    "mfa_resets",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("link_digest", String(64), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("requested_at", BigInteger, nullable=False),
    Column("requested_by", String(120), nullable=False),
)
"""Requests of admins that wait for the user's own word; one of each user."""

BELONGING = (mfa_resets, recovery_codes, mfa_pending, mfa_devices, login_tickets, sessions, user_links)
"""What goes with its user, in an order in which it can."""
