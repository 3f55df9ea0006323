"""Invariants: what holds in every database of coprra at rest, beyond what its tables enforce.

Each is a query that counts what breaks it, in words that both engines understand.
"""

from collections.abc import Mapping

INVARIANTS: Mapping[str, str] = {
    "the store has one revision": "SELECT count(*) <> 1 FROM store",
    "the schema has one revision": "SELECT count(*) <> 1 FROM alembic_version",
    "no price is below zero": "SELECT count(*) FROM observations WHERE price < 0 OR special_price < 0",
    "the audit trail ends where its head says": (
        "SELECT count(*) FROM audit_head WHERE number <> (SELECT coalesce(max(number), 0) FROM audit_entries)"
    ),
}
