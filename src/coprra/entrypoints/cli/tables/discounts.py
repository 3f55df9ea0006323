"""Verdicts on announced reductions as blocks for a screen."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.discount import Discount, Reason, Reference, Verdict
from coprra.domain.prices.judge_discounts import JudgedDiscounts
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, Title, safe
from coprra.entrypoints.cli.wording import branches, minute_utc, money, narrowed, product_line

_REASONS = {
    Reason.NOT_LOWER: "not lower: in the 30 days before, no more was asked than the special price",
    Reason.OVERSTATED: "overstated: in the 30 days before, less was asked than it is announced against",
    Reason.UNKNOWN_BEGINNING: "insufficient data: nobody saw when it began, so it is not known which 30 days count",
    Reason.UNSEEN: "insufficient data: what was not seen of the 30 days may hide a lower price",
    Reason.NO_PRIOR_PRICE: "insufficient data: nothing was asked in the 30 days before",
    Reason.SUSPECT: "insufficient data: the special price is suspect",
}


def discounts(judged: JudgedDiscounts, within: BranchFilter) -> list[Block]:
    """Each special price in force, beside the lowest price of the 30 days before it."""
    blocks: list[Block] = [
        Title(safe(judged.product.name)),
        Prose(product_line(judged.product), quiet=True),
        Prose(f"As of {minute_utc(judged.as_of)}{narrowed(within)}.", quiet=True),
        Gap(),
    ]
    if not judged.discounts:
        return [*blocks, Prose("No special price is in force.")]
    return [*blocks, _verdicts(judged), *_remarks(judged)]


def _verdicts(judged: JudgedDiscounts) -> Table:
    columns = (
        Column("Branch", flexible=True),
        Column("Asked", numeric=True),
        Column("Before", numeric=True),
        Column("Off", numeric=True),
        Column("Announced", numeric=True),
        Column("Off", numeric=True),
        Column("Days", numeric=True),
        Column("Verdict", flexible=True, whole_words=True),
    )
    return Table(columns, tuple(_row(one) for one in judged.discounts))


def _row(one: Discount) -> tuple[str, ...]:
    announced = one.announced
    claimed = "!" if announced and announced.reference is Reference.LOWEST_30_DAYS else ""
    return (
        str(one.listing.branch.id),
        money(one.reduction.asked.price),
        money(one.prior_price) or "unknown",
        percent(one.percent),
        f"{money(announced.price)}{claimed}" if announced else "",
        percent(announced.percent) if announced else "",
        str(one.reduction.before.covered.days),
        _verdict(one),
    )


def _verdict(one: Discount) -> str:
    """A failure with its reason; `_remarks` says the rest."""
    reason = f", {one.reason}" if one.verdict is Verdict.FAILED else ""
    return f"{one.verdict}{reason}".replace("_", " ")


def percent(value: Decimal | None) -> str:
    """``23.7%``; empty for None."""
    return f"{value:.1f}%" if value is not None else ""


def _remarks(judged: JudgedDiscounts) -> Iterator[Block]:
    yield Prose("Before: the lowest price of the 30 days before it began; Days: so many of them were seen", quiet=True)
    if any(one.announced and one.announced.reference is Reference.LOWEST_30_DAYS for one in judged.discounts):
        yield Prose("! what the list itself claims to be the lowest price of 30 days", quiet=True)
    reasons = {one.reason for one in judged.discounts}
    for reason, meaning in _REASONS.items():
        if reason in reasons:
            yield Prose(meaning, quiet=True)


def remarkable(discounts: Sequence[Discount]) -> Iterator[str]:
    """A sentence for each verdict that is certain, for a comparison; what is not known would crowd it."""
    alike: dict[tuple[str, Verdict, Money | None], list[Discount]] = {}
    for one in discounts:
        if one.verdict is not Verdict.INSUFFICIENT_DATA:
            alike.setdefault((one.listing.chain.name, one.verdict, one.prior_price), []).append(one)
    for (chain, verdict, prior), those in alike.items():
        where = f"{safe(chain)} {branches([one.listing.branch for one in those])}"
        if verdict is Verdict.PASSED:
            yield f"Honest discount: {where}, {percent(those[0].percent)} below the lowest price of the 30 days before."
        else:
            yield f"No honest discount: {where} asked {prior} in the 30 days before."
