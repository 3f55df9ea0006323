"""What persons decide, and what they are asked to look at, as blocks for a screen."""

import shlex

from coprra.domain.kernel.instants import format_instant
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.judge_price import JudgedPrice
from coprra.domain.prices.list_suspects import SuspectPrice, Suspects
from coprra.entrypoints import answers
from coprra.entrypoints.cli.screen import Block, Column, Figure, Gap, Prose, Table, safe
from coprra.entrypoints.cli.wording import count, decided, minute, minute_utc, narrowed


def suspects(found: Suspects, within: BranchFilter) -> list[Block]:
    """Suspect prices, and how to decide about each."""
    blocks: list[Block] = []
    if found.products:
        blocks += [_table(found), Gap(), Prose("Look at each. Where the price is true, confirm it; else reject it:")]
        # Not wrapped: they are there to be copied.
        blocks += [Figure(_command(price)) for one in found.products for price in one.prices]
        blocks.append(Gap())
    number = sum(len(one.prices) for one in found.products)
    told = f"{count(number, 'suspect price')} among {count(found.examined, 'product')}"
    blocks.append(Prose(f"{told}, as of {minute_utc(found.as_of)}{narrowed(within)}.", quiet=True))
    if found.next:
        blocks.append(Prose(f"There may be more; they follow with --after {answers.cursor(found.next)}", quiet=True))
    return blocks


def _table(found: Suspects) -> Table:
    columns = (
        Column("Product", flexible=True),
        Column("Store", flexible=True),
        Column("Branch"),
        Column("Price", numeric=True),
        Column("Since (UTC)"),
        Column("Median", numeric=True),
        Column("Of", flexible=True),
    )
    rows = tuple(
        (
            safe(one.product.name),
            safe(price.listing.chain.name),
            price.listing.branch.id.code,
            f"{price.step.price}{'*' if price.step.asked.special else ''}",
            minute(price.step.start),
            str(price.suspicion.median),
            _points(price),
        )
        for one in found.products
        for price in one.prices
    )
    return Table(columns, rows)


def _points(price: SuspectPrice) -> str:
    own = price.suspicion.against == "own_history"
    return count(price.suspicion.points, "price before" if own else "other store", "prices before" if own else None)


def _command(price: SuspectPrice) -> str:
    words = ("coprra", "prices", "confirm", str(price.listing.id), "--at", format_instant(price.step.start))
    return safe(shlex.join((*words, "--price", f"{price.step.price.amount:f}")))


def judged_price(judged: JudgedPrice) -> list[Block]:
    """What was decided about which price."""
    step = judged.step
    tail = " (dry run, nothing was saved)" if judged.dry_run else ""
    if judged.already:
        tail = "; it was before, and nothing changed"
    asked = f"{safe(str(judged.listing.id))}: {step.price}, asked since {minute_utc(step.start)}"
    return [Prose(f"{asked}, is {decided(judged.decision)}{tail}")]
