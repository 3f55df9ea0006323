"""What a compaction let go of, as blocks for a screen."""

from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compact_ledger import CompactedLedger
from coprra.entrypoints.cli.screen import Block, Prose, safe
from coprra.entrypoints.cli.wording import count, minute_utc, narrowed

_KIB = 1024


def compacted_ledger(done: CompactedLedger, within: BranchFilter) -> list[Block]:
    """How much, how old, and by whom."""
    tail = " (dry run, nothing was let go of)" if done.dry_run else ""
    size = f"about {-(-done.size // _KIB):,} KiB"
    told = f"{count(done.repeats, 'observation')} let go of by {safe(done.by.name)}, {size}{tail}."
    places = f"Looked through {count(done.branches, 'branch', 'branches')}{narrowed(within)}"
    return [Prose(told), Prose(f"{places}, before {minute_utc(done.before)}; no answer has changed.", quiet=True)]
