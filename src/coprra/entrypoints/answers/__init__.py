"""Answers: what the use cases return as JSON-ready values, in the API's shapes; HTTP and the CLI's --json share them.

Amounts are strings, because JSON readers turn numbers into floats; days are numbers. Instants are ISO 8601 in UTC. What
is not known is null, never 0 and never left out. Keys keep the order in which they are written here.
"""

from coprra.entrypoints.answers.access import new_token, pruned, session, sessions, token, tokens
from coprra.entrypoints.answers.audit import audit_entries, audit_entry, audit_verdict
from coprra.entrypoints.answers.backups import (
    backup_health,
    backup_run,
    backup_verdict,
    backups,
    copied_backups,
    pruned_backups,
    restore_plan,
    restored_backup,
    retention_plan,
    rotated_recipients,
)
from coprra.entrypoints.answers.catalogue import brand_cursor, brands_page, categories, read_brand_cursor
from coprra.entrypoints.answers.chains import chains
from coprra.entrypoints.answers.claims import checked_claim, claim_counts
from coprra.entrypoints.answers.compaction import compacted_ledger
from coprra.entrypoints.answers.comparison import comparison
from coprra.entrypoints.answers.cursors import InvalidCursor
from coprra.entrypoints.answers.decisions import (
    corrected_price,
    imported_decisions,
    judged_price,
    recorded_price,
    suspects,
)
from coprra.entrypoints.answers.discounts import discounts
from coprra.entrypoints.answers.exchange import converted, rate, rates, rates_report
from coprra.entrypoints.answers.feeds import checked_feed, import_report, problem, profiles
from coprra.entrypoints.answers.history import history
from coprra.entrypoints.answers.jobs import job, jobs
from coprra.entrypoints.answers.keys import keys, rotated_keys
from coprra.entrypoints.answers.linked_data import MEDIA_TYPE, harmless, linked_data, linked_product
from coprra.entrypoints.answers.mapping import moved_keys, moves
from coprra.entrypoints.answers.own_account import account, own_data, own_tokens, ticket, token_pair
from coprra.entrypoints.answers.products import (
    browse_cursor,
    cursor,
    product,
    products_page,
    read_browse_cursor,
    read_cursor,
    suggestions,
)
from coprra.entrypoints.answers.security import security_report
from coprra.entrypoints.answers.users import second_factor, user, users
from coprra.entrypoints.answers.values import Json, JsonObject, instant, money

__all__ = [
    "MEDIA_TYPE",
    "InvalidCursor",
    "Json",
    "JsonObject",
    "account",
    "audit_entries",
    "audit_entry",
    "audit_verdict",
    "backup_health",
    "backup_run",
    "backup_verdict",
    "backups",
    "brand_cursor",
    "brands_page",
    "browse_cursor",
    "categories",
    "chains",
    "checked_claim",
    "checked_feed",
    "claim_counts",
    "compacted_ledger",
    "comparison",
    "converted",
    "copied_backups",
    "corrected_price",
    "cursor",
    "discounts",
    "harmless",
    "history",
    "import_report",
    "imported_decisions",
    "instant",
    "job",
    "jobs",
    "judged_price",
    "keys",
    "linked_data",
    "linked_product",
    "money",
    "moved_keys",
    "moves",
    "new_token",
    "own_data",
    "own_tokens",
    "problem",
    "product",
    "products_page",
    "profiles",
    "pruned",
    "pruned_backups",
    "rate",
    "rates",
    "rates_report",
    "read_brand_cursor",
    "read_browse_cursor",
    "read_cursor",
    "recorded_price",
    "restore_plan",
    "restored_backup",
    "retention_plan",
    "rotated_keys",
    "rotated_recipients",
    "second_factor",
    "security_report",
    "session",
    "sessions",
    "suggestions",
    "suspects",
    "ticket",
    "token",
    "token_pair",
    "tokens",
    "user",
    "users",
]
