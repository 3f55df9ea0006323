"""CSV: a day on each line, a currency in each column, N/A where there is no rate."""

import csv
import re
from collections.abc import Iterator
from datetime import date

from coprra.domain.exchange.rate import InvalidRate, Publication, read_per_euro
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.kernel.money import Currency, InvalidMoney

_MONTHS = "January February March April May June July August September October November December".split()


def read_csv(text: str, name: str) -> Iterator[Publication]:
    """The days of a file, in its order: of the history (``2025-12-30``) or of the day (``30 December 2025``).

    Raises: Unreadable, with the line, for anything that is not understood.
    """
    lines = csv.reader(text.splitlines(), strict=True)
    try:
        header = [cell.strip() for cell in next(lines, [])]
        currencies = _currencies(header)
        for cells in filter(None, lines):
            yield _publication(cells, currencies, len(header))
    except (InvalidRate, InvalidMoney, Unreadable, csv.Error) as error:
        raise Unreadable(f"{name}, line {lines.line_num}: {str(error).removesuffix('.')}.") from error


def _currencies(header: list[str]) -> list[Currency]:
    # The ECB ends its lines with a comma, so the last column may have no name and nothing in it.
    codes = header[1:-1] if header[-1:] == [""] else header[1:]
    if header[:1] != ["Date"] or not codes or len(set(codes)) != len(codes):
        raise Unreadable("the ECB's header is expected: Date,USD,JPY and so on, each currency once")
    return [Currency(code) for code in codes]


def _publication(cells: list[str], currencies: list[Currency], width: int) -> Publication:
    if len(cells) != width:
        raise Unreadable(f"{width} columns are expected, not {len(cells)}; the file may be cut")
    day, *rates = (cell.strip() for cell in cells)
    return Publication(_day(day), {code: _per_euro(rate) for code, rate in zip(currencies, rates, strict=False)})


def _per_euro(text: str) -> int | None:
    return None if text == "N/A" else read_per_euro(text)


def _day(text: str) -> date:
    match = re.fullmatch(r"([0-9]{1,2}) ([A-Z][a-z]+) ([0-9]{4})", text)
    try:
        if match:
            return date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Unreadable(f"{text[:40]!r} is no day such as 2025-12-30")
