"""Chains and branches as blocks for a screen."""

from coprra.domain.prices.list_chains import KnownChains
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, safe
from coprra.entrypoints.cli.wording import (
    count,
    minute,
    minute_utc,
)


def chains(known: KnownChains) -> list[Block]:
    """Who is compared, and how fresh each branch's newest list is."""
    if not known.chains:
        return [Prose(f"No list from before {minute_utc(known.as_of)} was imported; see `coprra feeds import --help`.")]
    rows = []
    for one in known.chains:
        for branch, listed_at in one.branches:
            fresh = known.as_of - listed_at < one.chain.stale_after
            rows.append(
                (
                    safe(one.chain.name),
                    str(branch.id),
                    one.chain.country,
                    str(one.chain.currency),
                    minute(listed_at),
                    "yes" if fresh else "stale",
                    safe(branch.address or ""),
                )
            )
    columns = (
        Column("Store", flexible=True),
        Column("Branch"),
        Column("In"),
        Column("Asks in"),
        Column("Newest list (UTC)"),
        Column("Fresh"),
        Column("Address", flexible=True),
    )
    number = sum(len(one.branches) for one in known.chains)
    summary = (
        f"{count(len(known.chains), 'store')}, {count(number, 'branch', 'branches')}, as of {minute_utc(known.as_of)}."
    )
    return [Table(columns, tuple(rows)), Gap(), Prose(summary, quiet=True)]
