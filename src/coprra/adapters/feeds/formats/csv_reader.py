"""CSV: records from delimited text, a bad line at a time."""

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import ClassVar

from coprra.adapters.feeds.declarations.declaration import Table
from coprra.adapters.feeds.formats.records import Format, Reader, Record, same_column, shown
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

LONGEST_LINE = 2**18
"""Characters. Real rows have some hundred; what is a thousand times longer is not a list, and would cost the memory."""

_MOST_LINES = 100
"""How many lines one row may take, by line breaks between quotes, before its quote counts as forgotten."""

_LINE_BREAKS = ("\n", "\r")


@dataclass(frozen=True, slots=True)
class CsvFormat(Format):
    """Delimited text with a header. quote: empty when quotes are letters like others.

    escape: the sign after which a quote, or the sign itself, is a letter; empty for none.
    final_newline: the lists' last lines end with a line break, so one without is cut, though all its columns are there.
    """

    kind: ClassVar[str] = "csv"

    encoding: str
    delimiter: str
    quote: str
    final_newline: bool = False
    escape: str = ""

    @classmethod
    def declared(cls, table: Table) -> "CsvFormat":
        """From a profile's [format]."""
        encoding = table.text("encoding", "utf-8", hint="an encoding such as utf-8 or cp1250")
        try:
            "".encode(encoding)
        except LookupError:
            table.note("encoding", f"{encoding!r} is not an encoding such as utf-8 or cp1250")
        delimiter = table.text("delimiter", like=r'[^"\r\n\0]', hint='one character such as "," or ";"')
        quote = table.text("quote", '"', like=r"[^\r\n\0]?", hint="one character, or none")
        if quote == delimiter:
            table.note("quote", f"{quote!r} is the delimiter already")
        escape = table.text("escape", "", like=r"[^\w\s\0]?", hint="one sign, or none")
        if escape and escape in {quote, delimiter}:
            table.note("escape", f"{escape!r} is the quote or delimiter already")
        return cls(encoding, delimiter, quote, table.flag("final_newline", default=False), escape)

    def open(self, stream: io.BufferedReader, source: str) -> Reader:
        return CsvReader(self, stream, source)


class _TooManyLines(Exception):
    """A quote was not closed for so long that it never will be."""


class _Lines:
    """The lines of a text, counted and bounded; lines that were taken can be put back."""

    def __init__(self, stream: io.BufferedReader, encoding: str, source: str) -> None:
        # The signature at the beginning of UTF-8 files is not a part of their first column's name.
        encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
        self._text = io.TextIOWrapper(stream, encoding, newline="")
        self._encoding = encoding
        self._source = source
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        """The lines of the row that is being read."""
        self.number = 0
        """How many lines were taken in all."""

    def __iter__(self) -> Iterator[str]:
        readline, again = self._text.readline, self._again
        while True:
            try:
                line = again.popleft() if again else readline(LONGEST_LINE)
            except UnicodeDecodeError as error:
                raise self._wrong_encoding(error) from error
            if not line:
                return
            self.number += 1
            self.taken.append(line)
            if len(line) >= LONGEST_LINE:
                raise Unreadable(
                    f"{self._source}, line {self.number}: the line is longer than {LONGEST_LINE:,} characters; "
                    "this is no price list, or its lines are not parted."
                )
            if len(self.taken) > _MOST_LINES:
                raise _TooManyLines
            yield line

    def untake(self) -> str:
        """The first line of the row; the others are put back, to be read again as rows of their own."""
        first, *others = self.taken
        self.taken = [first]
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        return first

    def _wrong_encoding(self, error: UnicodeDecodeError) -> Unreadable:
        before = error.object[: error.start].decode(self._encoding, "replace").replace("\r\n", "\n")
        line = self.number + 1 + before.count("\n") + before.count("\r")
        found = error.object[error.start : error.start + 1].hex()
        return Unreadable(
            f"{self._source}, line {line}: the byte 0x{found} is not {self._encoding.removesuffix('-sig')}; "
            "the file has another encoding than its profile says, or is damaged."
        )


class CsvReader(Reader):
    """Reads one delimited text.

    A row whose quote is never closed costs that line alone: the lines that the quote would swallow are read again.
    """

    branch = (None, None)

    def __init__(self, form: CsvFormat, stream: io.BufferedReader, source: str) -> None:
        self._form = form
        self._source = source
        self._lines = _Lines(stream, form.encoding, source)
        self._columns: list[str] = []
        self._unended = False
        self._columns = self._header()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self._columns)

    @property
    def unended(self) -> bool:
        return self._unended

    def records(self, columns: Sequence[str]) -> Iterator[Record | RowProblem]:
        where = {same_column(name): index for index, name in reversed(list(enumerate(self._columns)))}
        width = len(self._columns)
        # Absent columns are read from an empty text behind the row's end.
        pick = itemgetter(*(where.get(same_column(name), width) for name in columns))
        for line, fields in self._rows():
            if isinstance(fields, RowProblem):
                yield fields
                continue
            # Of all lines only the very last can do so.
            if not self._lines.taken[-1].endswith(_LINE_BREAKS):
                if self._form.final_newline:
                    raise self._cut(line)
                self._unended = True
            if len(fields) != width and (problem := self._fit(line, fields, width)):
                yield problem
                continue
            fields.append("")
            yield line, pick(fields)

    def _header(self) -> list[str]:
        for line, fields in self._rows():
            if isinstance(fields, RowProblem):
                raise Unreadable(f"{self._source}, line {line}: {fields.reason}")
            return fields
        raise Unreadable(f"{self._source} has no lines.")

    def _rows(self) -> Iterator[tuple[int, list[str] | RowProblem]]:
        """The line and fields of each row that is not blank, or why there are none."""
        lines = self._lines
        while True:
            line = lines.number + 1
            try:
                lines.taken.clear()
                for fields in self._parser(lines):
                    if len(lines.taken) > 1 and len(fields) != len(self._columns or fields):
                        break
                    if any(fields) and (len(fields) > 1 or not fields[0].isspace()):
                        yield line, fields
                    line = lines.number + 1
                    lines.taken.clear()
                else:
                    return
            except (csv.Error, _TooManyLines):
                pass
            yield line, self._alone(line)

    def _parser(self, lines: "_Lines | list[str]", *, strict: bool = True) -> Iterator[list[str]]:
        form = self._form
        if not form.quote:
            return csv.reader(lines, delimiter=form.delimiter, quoting=csv.QUOTE_NONE, strict=strict)
        return csv.reader(
            lines, delimiter=form.delimiter, quotechar=form.quote, escapechar=form.escape or None, strict=strict
        )

    def _alone(self, line: int) -> list[str] | RowProblem:
        """The first of the lines that were taken, read without the others; they are put back."""
        first = self._lines.untake()
        try:
            # An open quote goes on into the second, empty line, and makes one row of both.
            rows = list(self._parser([first, ""], strict=False))
        except csv.Error:
            return _problem(line, first, "broken_line", "The line can't be taken apart: a field is far too long.")
        if len(rows) > 1:
            return rows[0]
        if not first.endswith(_LINE_BREAKS):
            raise self._cut(line)
        return _problem(line, first, "open_quote", "A quote is opened and never closed.")

    def _fit(self, line: int, fields: list[str], width: int) -> RowProblem | None:
        """Bring fields to the header's number, where only empty ones are missing or too many; else what is wrong."""
        count = len(fields)
        if count < width and not any(name.strip() for name in self._columns[count:]):
            fields.extend([""] * (width - count))
            return None
        if count > width and not any(field.strip() for field in fields[width:]):
            del fields[width:]
            return None
        if count < width and not self._lines.taken[-1].endswith(_LINE_BREAKS):
            raise self._cut(line)
        return _problem(
            line,
            self._form.delimiter.join(fields[:50]),
            "wrong_columns",
            f"The row has {count} columns, the header {width}.",
        )

    def _cut(self, line: int) -> Unreadable:
        return Unreadable(
            f"{self._source}, line {line}: the file ends in the middle of a row; it is cut. Fetch it again."
        )


def _problem(line: int, text: str, code: str, reason: str) -> RowProblem:
    return RowProblem(line, "line", shown(text.strip("\r\n")), code, reason)
