"""What a compaction let go of, as JSON-ready values."""

from coprra.domain.prices.compact_ledger import CompactedLedger
from coprra.entrypoints.answers.values import JsonObject, instant


def compacted_ledger(value: CompactedLedger) -> JsonObject:
    """before: from when on everything was kept; bytes: of what was let go of, about."""
    return {
        "before": instant(value.before),
        "branches": value.branches,
        "observations": value.repeats,
        "bytes": value.size,
        "by": str(value.by),
        "dry_run": value.dry_run,
    }
