"""A price history as blocks for a screen."""

from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.series import Listing
from coprra.domain.prices.show_history import PriceHistory
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, Title, safe
from coprra.entrypoints.cli.wording import (
    days,
    decided,
    minute,
    minute_utc,
    money,
    narrowed,
    product_line,
)


def history(shown: PriceHistory, within: BranchFilter, *, steps: bool) -> list[Block]:
    """What was asked over time, per listing. steps: each of them, too."""
    since = f"since {minute_utc(shown.since)}" if shown.since else "since tracking began"
    blocks: list[Block] = [
        Title(safe(shown.product.name)),
        Prose(product_line(shown.product), quiet=True),
        Prose(f"Up to {minute_utc(shown.as_of)}, {since}{narrowed(within)}.", quiet=True),
        Gap(),
    ]
    if not any(listing.steps for listing in shown.listings):
        return [*blocks, Prose("No price is known in that time.")]
    blocks.append(_statistics(shown))
    if left_out := _why_left_out(shown):
        blocks.append(Prose(f"! so many of them are {left_out}, and left out of the figures", quiet=True))
    if steps:
        blocks += [Gap(), _steps(shown)]
    return blocks


def _why_left_out(shown: PriceHistory) -> str:
    """Empty when every step counts."""
    left_out = [past for one in shown.listings for past in one.steps if not past.believed]
    return " or ".join(sorted({"suspect" if past.suspicion else "rejected" for past in left_out}, reverse=True))


def _statistics(shown: PriceHistory) -> Table:
    rows = []
    for one in shown.listings:
        numbers = one.statistics
        prices = (numbers.low, numbers.high, numbers.mean, numbers.median) if numbers else (None,) * 4
        left_out = sum(not past.believed for past in one.steps)
        rows.append(
            (
                safe(one.listing.chain.name),
                _place(one.listing, shown),
                *(money(price) for price in prices),
                f"{len(one.steps)}, {left_out}!" if left_out else str(len(one.steps)),
                days(numbers.covered) if numbers else "",
            )
        )
    columns = (
        Column("Store", flexible=True),
        Column("Branch", flexible=True),
        *(Column(header, numeric=True) for header in ("Low", "High", "Mean", "Median", "Steps")),
        Column("Known", numeric=True),
    )
    return Table(columns, tuple(rows))


def _steps(shown: PriceHistory) -> Table:
    rows = []
    for one in shown.listings:
        for past in one.steps:
            notes = ["special"] if past.step.asked.special else []
            if past.suspicion:
                notes.append("suspect")
            if past.decision:
                notes.append(decided(past.decision))
            rows.append(
                (
                    safe(one.listing.chain.name),
                    _place(one.listing, shown),
                    minute(past.step.start),
                    minute(past.ended) if past.ended else "now",
                    money(past.step.price),
                    ", ".join(notes),
                )
            )
    columns = (
        Column("Store", flexible=True),
        Column("Branch", flexible=True),
        Column("From (UTC)"),
        Column("Until (UTC)"),
        Column("Price", numeric=True),
        Column("Note", flexible=True),
    )
    return Table(columns, tuple(rows))


def _place(listing: Listing, shown: PriceHistory) -> str:
    """The branch's code, with the article number where the branch sells the product under several."""
    code = listing.branch.id.code
    alike = sum(one.listing.branch.id == listing.branch.id for one in shown.listings)
    return f"{code} #{safe(listing.sku)}" if alike > 1 else code
