"""Tables: what is answered, as blocks for a screen."""

from coprra.entrypoints.cli.tables.access import pruned, sessions, tokens
from coprra.entrypoints.cli.tables.audit import audit_entries, audit_verdict
from coprra.entrypoints.cli.tables.backups import (
    backup,
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
from coprra.entrypoints.cli.tables.catalogue import brands, categories
from coprra.entrypoints.cli.tables.chains import chains
from coprra.entrypoints.cli.tables.claims import claim_counts, claim_line
from coprra.entrypoints.cli.tables.compaction import compacted_ledger
from coprra.entrypoints.cli.tables.comparison import comparison
from coprra.entrypoints.cli.tables.decisions import (
    corrected_price,
    imported_decisions,
    judged_price,
    recorded_price,
    suspects,
)
from coprra.entrypoints.cli.tables.discounts import discounts
from coprra.entrypoints.cli.tables.exchange import converted, rates, rates_report
from coprra.entrypoints.cli.tables.history import history
from coprra.entrypoints.cli.tables.jobs import job, jobs
from coprra.entrypoints.cli.tables.keys import keys, rotated_keys
from coprra.entrypoints.cli.tables.mapping import moved_keys, moves
from coprra.entrypoints.cli.tables.products import browsed_products, product, suggestions
from coprra.entrypoints.cli.tables.security import security_report
from coprra.entrypoints.cli.tables.users import second_factor, user, users

__all__ = [
    "audit_entries",
    "audit_verdict",
    "backup",
    "backup_health",
    "backup_run",
    "backup_verdict",
    "backups",
    "brands",
    "browsed_products",
    "categories",
    "chains",
    "claim_counts",
    "claim_line",
    "compacted_ledger",
    "comparison",
    "converted",
    "copied_backups",
    "corrected_price",
    "discounts",
    "history",
    "imported_decisions",
    "job",
    "jobs",
    "judged_price",
    "keys",
    "moved_keys",
    "moves",
    "product",
    "pruned",
    "pruned_backups",
    "rates",
    "rates_report",
    "recorded_price",
    "restore_plan",
    "restored_backup",
    "retention_plan",
    "rotated_keys",
    "rotated_recipients",
    "second_factor",
    "security_report",
    "sessions",
    "suggestions",
    "suspects",
    "tokens",
    "user",
    "users",
]
