"""XLSX: records from the rows of a sheet, streamed."""

import io
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import IO, ClassVar, TypeAlias

from coprra.adapters.feeds.declarations.declaration import Table
from coprra.adapters.feeds.formats.records import Format, Reader, Record, same_column
from coprra.adapters.feeds.formats.workbook import Part, SharedStrings, Workbook
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

Cells: TypeAlias = dict[int, str]

MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
"""Excel's own limits."""

MOST_LETTERS = 2**23
"""Of all cells that are parsed at once; real ones hold fewer than a chunk of markup has bytes."""

_PLAIN = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?")
_LETTERS = re.compile("[A-Z]{1,3}")


@dataclass(frozen=True, slots=True)
class XlsxFormat(Format):
    """A sheet of a workbook, whose columns are named in one row. sheet: its name, "" for the first one.

    decimal: the sign with which cells that hold numbers are given, as the texts of the same columns are read with it.
    """

    kind: ClassVar[str] = "xlsx"

    sheet: str = ""
    header_row: int = 1
    decimal: str = "."

    @classmethod
    def declared(cls, table: Table) -> "XlsxFormat":
        """From a profile's [format]."""
        return cls(table.text("sheet", "", hint="a sheet's name"), table.whole("header_row", 1, 1000, 1) or 1)

    def open(self, stream: io.BufferedReader, source: str) -> Reader:
        return XlsxReader(self, stream, source)


FIRST = XlsxFormat()


def rows_of_sheet(stream: io.BufferedReader, source: str, form: XlsxFormat = FIRST) -> Iterator[tuple[int, Cells]]:
    """The rows of a sheet that are not blank: their numbers, and the texts of their cells by column, from 0.

    Raises: Unreadable.
    """
    workbook = Workbook(stream, source)
    return _Sheet(workbook.sheet(form.sheet), source, workbook.strings(), form.decimal).rows()


class XlsxReader(Reader):
    """Reads one sheet. A column without a name is called by its letter, as the spreadsheet does.

    A cell's text is what it holds, not how it is displayed: formats of numbers and dates are not looked at.
    """

    branch = (None, None)
    unended = False  # the archive's directory stands at its end, and its parts carry checksums

    def __init__(self, form: XlsxFormat, stream: io.BufferedReader, source: str) -> None:
        self._rows = rows_of_sheet(stream, source, form)
        self._columns = self._header(form.header_row, source)

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    def records(self, columns: Sequence[str]) -> Iterator[Record | RowProblem]:
        where = {same_column(name): index for index, name in reversed(list(enumerate(self._columns)))}
        picked = [where.get(same_column(name), -1) for name in columns]
        for line, cells in self._rows:
            yield line, tuple([cells.get(index, "") for index in picked])

    def _header(self, row: int, source: str) -> tuple[str, ...]:
        for line, cells in self._rows:
            if line == row:
                return tuple(cells.get(index, "").strip() or _letters(index) for index in range(max(cells) + 1))
            if line > row:
                break
        raise Unreadable(f"{source} has nothing in row {row}, where the names of its columns should be.")


class _Sheet(Part):
    """The rows of a sheet that are not blank: their numbers, and the texts of their cells by column."""

    def __init__(self, stream: IO[bytes], source: str, strings: SharedStrings | None, decimal: str) -> None:
        super().__init__(stream, source)
        self._strings = strings
        self._decimal = decimal[0]
        self._found: deque[tuple[int, Cells]] = deque()
        self._line = 0
        self._cells: Cells = {}
        self._column = -1
        self._kind = ""
        self._told = ""
        self._held = 0
        self._aside = 0

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """The rows that are not blank. Raises: Unreadable."""
        found = self._found
        more = True
        while more:
            # What is left of a row that began in the chunk before counts again; it is little.
            self._held = sum(map(len, self._cells.values()))
            more = self.parse()
            while found:
                yield found.popleft()

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._column = self._column_of(attributes.get("r"))
            self._kind = attributes.get("t", "n")
            self._told = ""
        elif name == "row":
            self._line = self._line_of(attributes.get("r"))
            self._cells = {}
            self._column = -1
        elif name == "rPh":
            self._aside += 1

    def end(self, name: str, text: str) -> None:
        if name == "v" or (name == "t" and not self._aside):
            self._told += text
            self._bound(len(text))
        elif name == "c":
            if self._told:
                self._cells[self._column] = self._meant(self._told)
        elif name == "row":
            if any(map(str.strip, self._cells.values())):
                self._found.append((self._line, self._cells))
        elif name == "rPh":
            self._aside -= 1

    def _line_of(self, number: str | None) -> int:
        line = self._line + 1 if number is None else int(number) if re.fullmatch("[0-9]{1,7}", number) else 0
        if not self._line < line <= MOST_ROWS:
            raise self.broken(f"a row that is numbered {str(number)[:20]!r} after row {self._line}")
        return line

    def _column_of(self, reference: str | None) -> int:
        column = self._column + 1 if reference is None else _index(reference.rstrip("0123456789"))
        if column >= MOST_COLUMNS:
            raise self.broken(f"a cell {str(reference)[:20]!r} beyond its last column")
        return column

    def _meant(self, text: str) -> str:
        kind = self._kind
        if kind == "s":
            return self._shared(text)
        if kind == "n":
            text = _number(text)
            return text if self._decimal == "." else text.replace(".", self._decimal)
        if kind == "b":
            return "true" if text == "1" else "false"
        return text

    def _bound(self, letters: int) -> None:
        """One text may stand in a million cells; so what a chunk unfolds to has bounds of its own."""
        self._held += letters
        if self._held > MOST_LETTERS:
            raise self.broken(f"endless texts in the rows before {self._line + 1}")

    def _shared(self, number: str) -> str:
        try:
            if self._strings is not None:
                text = self._strings[int(number)]
                self._bound(len(text))
                return text
        except (ValueError, IndexError, OverflowError):
            pass
        raise self.broken(f"a cell of row {self._line} whose text, {number[:20]!r}, is not there")


def _number(text: str) -> str:
    """A number as people write it: a cell of 0.05 is stored as 5E-02, and one of 0.3 as 0.30000000000000004."""
    if _PLAIN.fullmatch(text):
        return text
    try:
        # Excel shows fifteen digits; what comes behind them nobody has typed.
        return format(Decimal(f"{float(text):.15g}"), "f")
    except (ValueError, ArithmeticError):
        return text


@lru_cache(1_024)
def _index(letters: str) -> int:
    """The column's index: 0 for A, 26 for AA; beyond all columns for what is no name of one."""
    if not _LETTERS.fullmatch(letters):
        return MOST_COLUMNS
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _letters(index: int) -> str:
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters
