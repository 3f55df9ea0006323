"""What persons decide, and what they are asked to look at, as blocks for a screen."""

import shlex

from coprra.domain.kernel.instants import format_instant
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.correct_price import CorrectedPrice
from coprra.domain.prices.import_decisions import ImportedDecisions
from coprra.domain.prices.judge_price import JudgedPrice
from coprra.domain.prices.list_suspects import SuspectPrice, Suspects
from coprra.domain.prices.observation import State
from coprra.domain.prices.record_price import RecordedPrice
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


def recorded_price(recorded: RecordedPrice) -> list[Block]:
    """What a person saw, and what was believed before."""
    seen = f"{safe(str(recorded.listing.id))}, {minute_utc(recorded.at)}: {_state(recorded.after)}"
    if recorded.decision is None:
        return [Prose(f"{seen}; a person said so before, and nothing changed")]
    tail = " (dry run, nothing was saved)" if recorded.dry_run else ""
    return [
        Prose(f"{seen}, {decided(recorded.decision)}{tail}"),
        Prose(f"before: {_state(recorded.before)}", quiet=True),
    ]


def corrected_price(corrected: CorrectedPrice) -> list[Block]:
    """Each sighting, as it was and as it is."""
    name = safe(str(corrected.listing.id))
    if not corrected.corrections:
        return [Prose(f"{name}: {count(corrected.unchanged, 'sighting')} said so already, and nothing changed")]
    columns = (Column("Seen (UTC)"), Column("Was", flexible=True), Column("Is", flexible=True))
    rows = tuple((minute(one.at), _state(one.before), _state(one.after)) for one in corrected.corrections)
    unchanged = f"; {corrected.unchanged:,} said so already" if corrected.unchanged else ""
    tail = " (dry run, nothing was saved)" if corrected.dry_run else ""
    told = f"{name}: {decided(corrected.corrections[0].decision)}{unchanged}{tail}"
    return [Table(columns, rows), Gap(), Prose(told)]


def _state(state: State) -> str:
    """``1.19 EUR*, regular 1.69 EUR, out of stock``."""
    terms = state.terms
    parts = [f"{terms.special.price}*"] if terms and terms.special else []
    if terms and terms.price:
        parts.append(f"regular {terms.price}" if parts else str(terms.price))
    if not (state.availability.buyable and parts):
        parts.append(str(state.availability).replace("_", " "))
    return ", ".join(parts)


def imported_decisions(file: str, taken: ImportedDecisions) -> list[Block]:
    """How many of a file's decisions were new."""
    tail = " (dry run, nothing was saved)" if taken.dry_run else ""
    new = f"{count(taken.decisions, 'decision')} and {count(taken.moves, 'move')} taken over"
    return [Prose(f"{safe(file)}: {new}, {taken.known:,} known before{tail}.")]
