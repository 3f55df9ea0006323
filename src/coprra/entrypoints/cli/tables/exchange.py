"""Exchange rates, and what became of files of them, as blocks for a screen."""

from coprra.domain.exchange.convert_money import ConvertedMoney
from coprra.domain.exchange.import_rates import RatesReport
from coprra.domain.exchange.rate import SOURCE
from coprra.domain.exchange.revision import RateChanges
from coprra.domain.exchange.show_rates import ShownRates
from coprra.entrypoints.answers.exchange import per_euro
from coprra.entrypoints.cli import wording
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, safe
from coprra.entrypoints.cli.wording import count, minute_utc


def rates(shown: ShownRates) -> list[Block]:
    """What one euro is, of which day that is, and how long it is used."""
    rows = tuple((str(rate.target), f"{rate.shown:f}") for rate in shown.rates)
    use = "Too old to convert by since" if shown.stale else "Used until"
    return [
        Table((Column("Currency"), Column("1 EUR is", numeric=True)), rows),
        Gap(),
        Prose(
            f"Reference rates of the European Central Bank ({SOURCE}) of {shown.day}, the newest known as of "
            f"{minute_utc(shown.as_of)}. {use} {minute_utc(shown.stale_at)}.",
            quiet=True,
        ),
    ]


def converted(answer: ConvertedMoney) -> list[Block]:
    """The amount in both currencies, and by which rate."""
    blocks: list[Block] = [Prose(f"{answer.money} = {answer.converted}")]
    if answer.rate:
        blocks.append(Prose(wording.rates([answer.rate]), quiet=True))
    return blocks


def rates_report(report: RatesReport) -> list[Block]:
    """What became of a file, and which rates it corrected."""
    if report.already:
        return [Prose(f"{safe(report.run.source)}: imported before, nothing changed")]
    tail = " (dry run, nothing was saved)" if report.dry_run else ""
    blocks: list[Block] = [
        Prose(f"{safe(report.run.source)}: {count(report.days, 'day')}, {report.first} to {report.last}{tail}"),
        Prose(_changes(report.changes), indent=2),
    ]
    for one in report.revisions:
        before, after = (per_euro(millionths) or "none" for millionths in (one.before, one.after))
        blocks.append(Prose(f"{one.day} {one.currency}: {before}, corrected to {after}", indent=2))
    if report.changes.revised > len(report.revisions):
        blocks.append(Prose(f"and {report.changes.revised - len(report.revisions):,} more", indent=2))
    return blocks


def _changes(changes: RateChanges) -> str:
    parts = [
        (changes.new, "new"),
        (changes.unchanged, "unchanged"),
        (changes.revised, "corrected"),
        (changes.overtaken, "not taken, because a newer file says otherwise"),
    ]
    return "rates: " + (", ".join(f"{number:,} {what}" for number, what in parts if number) or "none")
