"""Checks: how a profile reads a price list, as blocks for a screen that teach what to change."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from coprra.domain.prices.check_feed import CheckedFeed, RepeatedProblem
from coprra.domain.prices.list_run import MOST_BAD_ROWS, ListRow
from coprra.domain.prices.observation import Availability, Condition
from coprra.domain.prices.reading import FeedColumn, Known
from coprra.entrypoints.cli.reports import problem_line, whose
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, Title, safe
from coprra.entrypoints.cli.wording import count, minute_utc, money, unit_price

_BY = {
    Known.ASKED: "as you say",
    Known.NAME: "by the file's name",
    Known.CONTENT: "by what is in it",
    Known.PROFILE: "by the profile",
}
_MOST_WORDS = 12
_MOST_RATES = 2
_LONGEST_TEXT = 100
"""Of one cell: shops put whole pages into their descriptions."""


def _period(row: ListRow) -> str:
    special = row.terms.special if row.terms else None
    if special is None or not (special.starts or special.ends):
        return ""
    return " to ".join(minute_utc(instant) if instant else "open" for instant in (special.starts, special.ends))


def _rates(row: ListRow, most: int | None = None) -> str:
    """Sorted by country and price."""
    rates = row.terms.shipping if row.terms else ()
    shown = [f"{rate.country} {rate.price}" for rate in rates[:most]]
    return ", ".join([*shown, "…"] if len(rates) > len(shown) else shown)


def _thresholds(row: ListRow) -> str:
    rates = row.terms.shipping if row.terms else ()
    return ", ".join(dict.fromkeys(f"{rate.country} {rate.free_over}" for rate in rates if rate.free_over))


def _availability(row: ListRow) -> str:
    return str(row.availability).replace("_", " ") if row.article else ""


def _measure(row: ListRow) -> str:
    return str(row.article.measure or "") if row.article else ""


def _price(row: ListRow) -> str:
    return money(row.terms.price) if row.terms else ""


_UNDERSTOOD: Mapping[str, Callable[[ListRow], str]] = {
    "sku": lambda row: row.sku or "",
    "title": lambda row: row.article.title if row.article else "",
    "brand": lambda row: (row.article.brand or "") if row.article else "",
    "pack": _measure,
    "pack_unit": lambda row: str(row.article.measure.unit) if row.article and row.article.measure else "",
    "price": _price,
    "price_before_tax": lambda row: "" if row.terms and row.terms.tax_included else _price(row),
    "special": lambda row: money(row.terms.special.price) if row.terms and row.terms.special else "",
    "lowest_30_days": lambda row: money(row.claims.lowest_30_days),
    "anchor": lambda row: f"{money(row.claims.anchor)} on {row.claims.anchor_on}" if row.claims.anchor else "",
    "unit_price": lambda row: unit_price(row.claims.unit_price),
    "gtin": lambda row: ", ".join(gtin.short for gtin in row.article.gtins) if row.article else "",
    "category": lambda row: (row.article.category or "") if row.article else "",
    "special_period": _period,
    "availability": _availability,
    "delivery_days": _availability,
    "condition": lambda row: str(row.terms.condition) if row.terms else "",
    "url": lambda row: (row.terms.url or "") if row.terms else "",
    "measure": _measure,
    "shipping": _rates,
    "free_shipping_over": _thresholds,
}
"""What became of a term's text; of others nothing is left that could be shown."""

_ADVICE = {
    "unreadable_price": "These prices are not written as [numbers] says: {}. Look at decimal and grouping; put "
    "texts that stand for nothing into [nothing].",
    "unknown_category": "Give the list's own categories a code of coprra's in [categories]: {}.",
    "zero_price": "If a zero means that there is nothing, say so by zero_means_none in [numbers].",
    "special_not_lower": "If the price column repeats special prices, say so by special_repeated = true.",
    "wrong_columns": "Lines have more or fewer columns than the header: look at delimiter and quote in [format].",
    "open_quote": 'Quotes are opened and never closed: if they are letters here, say quote = "" in [format].',
    "unknown_availability": "Say in [availability] what these words mean: {}.",
    "unknown_condition": "Say in [condition] what these words mean: {}.",
}
_OF_SHOPS = "merchant"
_OF_PRICE_LISTS = frozenset({"special_not_lower"})
"""What the feeds of shops are not advised of: their profiles have no key for it."""


def checked_feed(file: str, checked: CheckedFeed) -> list[Block]:
    """What a file is taken for, how its first rows are understood, what is wrong with all, and what to do next."""
    profile, reading = checked.profile, checked.reading
    known = [f"the profile is known {_BY[reading.profile_by]}"]
    known += [f"the branch {_BY[reading.branch_by]}"] if reading.branch_by else []
    known += [f"the date {_BY[reading.listed_at_by]}"] if reading.listed_at_by else []
    blocks: list[Block] = [
        Title(safe(checked.source)),
        Prose(f"Read as {safe(profile.name)}: {safe(profile.title)}{f' ({whose(profile)})' if profile.chain else ''}."),
        Prose(
            f"{_branch(checked)}, {_local_date(checked.listed_at)}, "
            f"{'all that the branch sells' if checked.complete else 'a part of what the branch sells'}"
            f"{'' if checked.alone else '; the first list of its file'}."
        ),
        Prose(f"{', '.join(known).capitalize()}.", quiet=True),
        Gap(),
        *_columns(checked),
        Gap(),
        _checked_rows(checked.rows) if checked.rows else Prose("No row was read."),
    ]
    problems = [problem for row in checked.rows for problem in row.problems]
    if problems:
        blocks += [Gap(), *(Prose(problem_line(checked.source, problem)) for problem in problems)]
    blocks += [Gap(), Prose(_counted(checked), quiet=True)]
    if checked.problems:
        blocks += [Gap(), _problems(checked)]
    blocks += [Gap(), Prose("What to do next:"), *(Prose(step, indent=2) for step in _steps(file, checked))]
    return [*blocks, *_profile_to_save(checked)]


def _profile_to_save(checked: CheckedFeed) -> Iterator[Block]:
    """The lines that make a feed of nobody somebody's, to be copied as they are."""
    _, *lines = (checked.unknown_shop or "").splitlines() or [""]
    return (Prose(safe(line)) if line else Gap() for line in lines)


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


def _columns(checked: CheckedFeed) -> Iterator[Block]:
    """Each column with what one line says in it, and what was understood: the fullest of those that are shown."""
    shown = [(texts, row) for texts, row in zip(checked.texts, checked.rows, strict=True) if texts]
    texts, example = max(shown, key=_fullness, default=((), None))
    headers = (
        Column("Column", flexible=True),
        Column("Taken as"),
        Column(f"Line {example.line}" if example else "Text", flexible=True),
        Column("Understood", flexible=True),
        Column("Filled", numeric=True),
    )
    rows = []
    for index, (column, filled) in enumerate(zip(checked.reading.columns, checked.filled, strict=True)):
        text = texts[index] if example else ""
        understood = _UNDERSTOOD.get(column.term or "", _nothing)(example) if example and text.strip() else ""
        share = f"{filled / checked.counted:.0%}" if checked.counted else ""
        rows.append((safe(column.name), column.term or "not used", _cut(text), _cut(understood), share))
    yield Table(headers, tuple(rows))
    if checked.reading.unnamed:
        yield Prose(f"The profile names no column for {', '.join(checked.reading.unnamed)}.", quiet=True)


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return safe(f"{words[:_LONGEST_TEXT]}…" if len(words) > _LONGEST_TEXT else words)


def _fullness(shown: tuple[tuple[str, ...], ListRow]) -> tuple[bool, int]:
    texts, row = shown
    return row.article is not None, sum(bool(text.strip()) for text in texts)


def _nothing(_: ListRow) -> str:
    return ""


def _checked_rows(rows: tuple[ListRow, ...]) -> Table:
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
        (Column("Shipping"), [_rates(row, _MOST_RATES) for row in rows]),
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


def _counted(checked: CheckedFeed) -> str:
    problems = sum(problem.rows for problem in checked.problems)
    return (
        f"{count(checked.counted, 'row')} read, {checked.bad or 'none'} of them without a price that could be taken, "
        f"{count(problems, 'problem')}{'; there are more rows' if checked.more else ''}."
    )


def _problems(checked: CheckedFeed) -> Table:
    columns = (
        Column("Problem"),
        Column("Severity"),
        Column("Rows", numeric=True),
        Column("Share", numeric=True),
        Column("Such as", flexible=True),
    )
    return Table(columns, tuple(_problem(problem, checked.counted) for problem in checked.problems))


def _problem(problem: RepeatedProblem, rows: int) -> tuple[str, ...]:
    example = problem.example
    share = problem.rows / rows
    return (
        example.code,
        str(example.severity),
        f"{problem.rows:,}",
        f"{share:.1%}",
        safe(f'line {example.line}, {example.field} "{example.value}": {example.reason}'),
    )


def _steps(file: str, checked: CheckedFeed) -> Iterator[str]:
    if checked.refused:
        yield (
            f"The import would refuse it: no rows, or more than {MOST_BAD_ROWS:.0%} of them with errors. "
            "Is it the right profile?"
        )
    for problem in checked.problems:
        code = problem.example.code
        if code in _ADVICE and not (checked.profile.format == _OF_SHOPS and code in _OF_PRICE_LISTS):
            yield _ADVICE[code].format(_commonest(problem))
    if checked.empty:
        names = ", ".join(f'"{safe(column.name)}" ({column.term})' for column in checked.empty)
        yield f"These columns hold nothing, or are not there: {names}."
    for column in _hints(checked):
        yield f'If "{safe(column.name)}" is the {column.perhaps}, name it in [columns].'
    if checked.unknown_shop:
        yield safe(checked.unknown_shop.splitlines()[0])
        return
    options = f"{'' if checked.branch else ' --branch CODE'}{'' if checked.listed_at else ' --observed-at 2025-12-29'}"
    profile = f" --profile {checked.profile.name}" if checked.reading.profile_by is Known.ASKED else ""
    told = " and ".join(filter(None, ("" if checked.branch else "its branch", "" if checked.listed_at else "its date")))
    yield (
        f"{f'The file does not say {told}; say it and import' if told else 'Import'} it: coprra feeds import "
        f"{safe(shlex.quote(file))}{profile}{options}"
    )


def _commonest(problem: RepeatedProblem) -> str:
    return ", ".join(f'"{safe(text)}" ({rows:,})' for text, rows in problem.values[:_MOST_WORDS])


def _hints(checked: CheckedFeed) -> Iterator[FeedColumn]:
    """Columns that are not used and sound like a term that has none; one for each term."""
    terms: set[str] = set()
    for column in checked.reading.columns:
        if column.perhaps and column.perhaps not in terms:
            terms.add(column.perhaps)
            yield column
