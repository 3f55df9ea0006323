"""Reports: what became of price lists, and how profiles read them, as blocks for a screen."""

from collections.abc import Sequence
from datetime import date, datetime

from coprra.domain.prices.check_feed import CheckedFeed
from coprra.domain.prices.import_feed import ImportReport
from coprra.domain.prices.list_run import Changes, ListRow, RowProblem
from coprra.domain.prices.observation import Availability, Condition
from coprra.domain.prices.ports import Profile
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, Title, safe
from coprra.entrypoints.cli.wording import count, minute, minute_utc, money, unit_price

_MOST_RATES = 2


def profiles(known: Sequence[Profile]) -> list[Block]:
    """The profiles that lists can be read with."""
    if not known:
        return [Prose("There is no profile; COPRRA_PROFILES names a folder of your own.")]
    columns = (
        Column("Profile"),
        Column("Store", flexible=True),
        Column("In"),
        Column("Format"),
        Column("What it reads", flexible=True),
        Column("From", flexible=True),
    )
    rows = tuple(
        (
            safe(one.name),
            safe(one.chain.name) if one.chain else "any shop",
            _whose(one),
            safe(one.format),
            safe(one.title),
            safe(one.source),
        )
        for one in known
    )
    return [Table(columns, rows)]


def _whose(profile: Profile) -> str:
    return f"{profile.chain.country}, {profile.chain.currency}" if profile.chain else ""


def problem_line(file: str, problem: RowProblem) -> str:
    """``konzum.csv:17: error price "0": A price is above zero.``, as editors and compilers write it."""
    value = problem.value.replace("\\", "\\\\").replace('"', '\\"')
    return safe(f'{file}:{problem.line}: {problem.severity} {problem.field} "{value}": {problem.reason}')


def checked_feed(checked: CheckedFeed) -> list[Block]:
    """What a file is taken for, its first rows as understood, and what was not."""
    profile = checked.profile
    missing = []
    if checked.branch is None:
        missing.append("its branch (import it with --branch)")
    if checked.listed_at is None:
        missing.append("its date (import it with --observed-at)")
    blocks: list[Block] = [
        Title(safe(checked.source)),
        Prose(
            f"Read as {safe(profile.name)}: {safe(profile.title)}{f' ({_whose(profile)})' if profile.chain else ''}."
        ),
        Prose(
            f"{_branch(checked)}, {_local_date(checked.listed_at)}, "
            f"{'all that the branch sells' if checked.complete else 'a part of what the branch sells'}"
            f"{'' if checked.alone else '; the first list of its file'}."
        ),
    ]
    if missing:
        blocks.append(Prose(f"The file does not say {' nor '.join(missing)}."))
    problems = [problem for row in checked.rows for problem in row.problems]
    blocks += [Gap(), _checked_rows(checked.rows) if checked.rows else Prose("No row was read.")]
    if problems:
        blocks += [Gap(), *(Prose(problem_line(checked.source, problem)) for problem in problems)]
    bad = sum(row.terms is None for row in checked.rows)
    blocks += [
        Gap(),
        Prose(
            f"{count(len(checked.rows), 'row')} read, {bad or 'none'} of them without a price that could be taken, "
            f"{count(len(problems), 'problem')}.",
            quiet=True,
        ),
    ]
    if checked.unknown_shop:
        first, *lines = checked.unknown_shop.splitlines()
        blocks += [Gap(), Prose(safe(first)), *(Prose(safe(line)) if line else Gap() for line in lines)]
    return blocks


def _branch(checked: CheckedFeed) -> str:
    branch = checked.branch
    if branch is None:
        return "Branch unknown"
    address = f" ({safe(branch.address)})" if branch.address else ""
    return f"Branch {branch.id}{address}, {branch.timezone}"


def _local_date(listed_at: date | datetime | None) -> str:
    if listed_at is None:
        return "date unknown"
    if not isinstance(listed_at, datetime):
        return f"of {listed_at.isoformat()}"
    return f"of {minute_utc(listed_at)}" if listed_at.tzinfo else f"of {listed_at:%Y-%m-%d %H:%M} there"


def _checked_rows(rows: Sequence[ListRow]) -> Table:
    columns: tuple[Column, ...] = (
        Column("Line", numeric=True),
        Column("Sku", flexible=True),
        Column("Title", flexible=True),
        Column("Price", numeric=True),
        Column("Special", numeric=True),
        Column("Per unit", numeric=True),
        Column("GTIN", flexible=True, whole_words=True),
    )
    told = [_checked_row(row) for row in rows]
    # What price lists never say has a column only where a feed says it.
    for column, texts in (
        (Column("Stock"), [_stock(row) for row in rows]),
        (Column("Condition"), [_condition(row) for row in rows]),
        (Column("Shipping"), [_shipping(row) for row in rows]),
        (Column("!", numeric=True), [str(len(row.problems) or "") for row in rows]),
    ):
        if any(texts):
            columns = (*columns, column)
            told = [(*cells, text) for cells, text in zip(told, texts, strict=True)]
    return Table(columns, tuple(told))


def _checked_row(row: ListRow) -> tuple[str, ...]:
    """Special and per unit price: as the list states them, in force or not."""
    special = row.terms.special if row.terms else None
    return (
        str(row.line),
        safe(row.sku or "?"),
        safe(row.article.title) if row.article else "",
        money(row.terms.price) if row.terms else "",
        money(special.price) if special else "",
        unit_price(row.claims.unit_price),
        ", ".join(gtin.short for gtin in row.article.gtins) if row.article else "",
    )


def _stock(row: ListRow) -> str:
    """Empty for what is in stock."""
    return "" if row.availability is Availability.IN_STOCK else str(row.availability).replace("_", " ")


def _condition(row: ListRow) -> str:
    """Empty for what is new."""
    return str(row.terms.condition) if row.terms and row.terms.condition is not Condition.NEW else ""


def _shipping(row: ListRow) -> str:
    """Of the first rates, sorted by country and price."""
    rates = row.terms.shipping if row.terms else ()
    shown = [f"{rate.country} {rate.price}" for rate in rates[:_MOST_RATES]]
    return ", ".join([*shown, "…"] if len(rates) > _MOST_RATES else shown)


def imported(file: str, report: ImportReport) -> list[str]:
    """What became of the lists of one file, in two or three lines."""
    run = report.run
    about = f"{safe(file)}: {_which(report)}"
    if report.already:
        return [f"{about}: imported before, nothing changed"]
    tail = " (dry run, nothing was saved)" if report.dry_run else ""
    known = f" ({report.known:,} imported before)" if report.known else ""
    lines = [
        f"{about}{known}, read as {safe(run.profile)}{tail}",
        f"  {count(report.rows, 'row')}: {_changes(report.changes)}",
    ]
    if report.errors or report.warnings:
        found = [f"{count(report.errors, 'row')} not taken"] if report.errors else []
        found += [count(report.warnings, "warning")] if report.warnings else []
        codes = ", ".join(f"{code} {number:,}" for code, number in report.by_code.items())
        lines.append(f"  {', '.join(found)}: {codes}")
    if run.complete and not report.proves_absence:
        lines.append("  a row's article could not be told, so nothing was marked as not listed")
    return lines


def _which(report: ImportReport) -> str:
    """``konzum/0613, 2025-12-29 04:20 UTC``, or how many lists there are."""
    of = str(report.run.branch.id) if report.branches == 1 else f"{report.branches:,} branches"
    if report.lists == 1:
        return f"{of}, {minute_utc(report.run.observed_at)}"
    return f"{of}, {report.lists:,} lists from {minute(report.since)} to {minute_utc(report.run.observed_at)}"


def _changes(changes: Changes) -> str:
    parts = [
        (changes.new, "new"),
        (changes.changed, "changed"),
        (changes.unchanged, "unchanged"),
        (changes.back, "back"),
        (changes.unlisted, "not listed any more"),
    ]
    text = ", ".join(f"{number:,} {what}" for number, what in parts if number) or "nothing new"
    if changes.overtaken:
        text += f"; {changes.overtaken:,} of them overtaken by a later list"
    return text
