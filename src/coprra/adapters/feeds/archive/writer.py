"""The writer of archives: lists as JSON Lines."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from coprra.adapters.feeds.archive.lines import line_of
from coprra.adapters.feeds.archive.rows import write_row
from coprra.domain.kernel.instants import format_instant
from coprra.domain.prices.chain import Branch, Chain
from coprra.domain.prices.list_run import ListRun, WrittenList
from coprra.domain.prices.ports import Archive

FORM = "coprra-lists"
VERSION = 1


class JsonLinesArchive(Archive):
    """See docs/export.md: a head, then branches, their lists and the rows of those, then the end."""

    def lines(self, as_of: datetime, lists: Iterator[WrittenList]) -> Iterator[str]:
        yield line_of({"type": FORM, "version": VERSION, "as_of": format_instant(as_of)})
        place: Branch | None = None
        count = rows = 0
        for one in lists:
            if one.run.branch != place:
                place = one.run.branch
                yield line_of(branch_line(one.run.chain, place))
            yield line_of(list_line(one.run, based=one.based))
            count += 1
            for sku, state in one.rows:
                yield line_of(write_row(sku, state, one.run.chain.currency))
                rows += 1
        yield line_of({"type": "end", "lists": count, "rows": rows})


def branch_line(chain: Chain, branch: Branch) -> dict[str, Any]:
    """Whose lists follow."""
    return {
        "type": "branch",
        "chain": {
            "code": chain.code,
            "name": chain.name,
            "country": chain.country,
            "currency": chain.currency.code,
            "stale_after_seconds": int(chain.stale_after.total_seconds()),
        },
        "code": branch.id.code,
        "timezone": branch.timezone,
        "channel": str(branch.channel),
        **({"address": branch.address} if branch.address else {}),
    }


def list_line(run: ListRun, *, based: bool) -> dict[str, Any]:
    """Which list follows; based: its rows are what it says otherwise than the complete one before it."""
    return {
        "type": "list",
        "observed_at": format_instant(run.observed_at),
        "complete": run.complete,
        "based": based,
        "articles": run.rows,
        "sha256": run.sha256,
        **({} if run.precedence is None else {"precedence": run.precedence}),
        "source": run.source,
        "profile": run.profile,
        "imported_at": format_instant(run.imported_at),
        "imported_by": str(run.imported_by),
    }
