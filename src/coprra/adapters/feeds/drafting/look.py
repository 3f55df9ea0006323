"""Look: what a file seems to be, where no profile says it. Guesses, to be shown to people and never acted upon."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from xml.parsers import expat

from coprra.adapters.feeds.formats.csv_reader import CsvFormat
from coprra.adapters.feeds.formats.records import OPENING_JSON, Format, Reader, first_sign, is_markup
from coprra.adapters.feeds.formats.whole_file import WholeFile
from coprra.adapters.feeds.formats.xlsx_reader import XlsxFormat, rows_of_sheet
from coprra.adapters.feeds.formats.xml_reader import XmlFormat
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

_HEAD = 2**18
_MOST_ROWS = 200
_DELIMITERS = ";\t,|"
# What tells cp1250 from cp1252 in the languages of our lists: č, ć, đ and the like stand where these are.
_CENTRAL_EUROPEAN = frozenset(b"\xc6\xc8\xd0\xe6\xe8\xf0")
_HEADER_ROWS = 20
_LONGEST_NAMES = 300
_NEARLY = 0.8
_LEAST_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Look:
    """What a file seems to be. form: how it can be read; seen: the same as a sentence's end, for people.

    columns: their names; rows: the texts of some of its first rows, in that order.
    """

    form: Format
    seen: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def look_at(file: WholeFile) -> Look | None:
    """None for a file that looks like no list at all."""
    for form, seen in _forms(file):
        try:
            reader = form.open(file.stream(), file.name)
            columns = reader.columns
            rows = tuple(_rows(reader, columns))
        except Unreadable:
            continue
        if len(columns) >= _LEAST_COLUMNS:
            return Look(form, seen, columns, rows)
    return None


def described(look: Look) -> str:
    """The same in words: ``text in utf-8, its columns parted by ";"``, and what they are called."""
    names = ", ".join(look.columns)
    return f"{look.seen}: {names[:_LONGEST_NAMES]}{'…' * (len(names) > _LONGEST_NAMES)}"


def _rows(reader: Reader, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for record in islice(reader.records(columns), _MOST_ROWS):
        if not isinstance(record, RowProblem):
            yield record[1]


def _forms(file: WholeFile) -> Iterator[tuple[Format, str]]:
    head = file.stream().read(_HEAD)
    if file.archive:
        yield from _workbooks(file)
    elif is_markup(head):
        yield from _documents(head)
    elif first_sign(head) not in OPENING_JSON:
        yield from _texts(head)


def _texts(head: bytes) -> Iterator[tuple[Format, str]]:
    encoding = _encoding(head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    lines = text.splitlines(keepends=True)[:50]
    delimiter = max(_DELIMITERS, key=lambda sign: _regularity(lines, sign))
    name = {"\t": "tabs", " ": "blanks"}.get(delimiter, f'"{delimiter}"')
    yield CsvFormat(encoding, delimiter, '"'), f"text in {encoding}, its columns parted by {name}"


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1250" if _CENTRAL_EUROPEAN & set(head) else "cp1252"
    return "utf-8"


def _regularity(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """How many lines have as many columns as the first, if that has several; then how many columns."""
    try:
        widths = [len(fields) for fields in csv.reader(io.StringIO("".join(lines)), delimiter=delimiter) if fields]
    except csv.Error:
        return 0, 0
    first = widths[0] if widths else 1
    return (widths.count(first), first) if first >= _LEAST_COLUMNS else (0, 0)


def _documents(head: bytes) -> Iterator[tuple[Format, str]]:
    """Its commonest element that has children is the row."""
    outline = _Outline()
    parser = expat.ParserCreate()
    parser.StartElementHandler = outline.start
    parser.EndElementHandler = outline.end
    parser.StartDoctypeDeclHandler = outline.refuse
    # Wherever it breaks, what was seen before is enough.
    with suppress(expat.ExpatError, ValueError, LookupError):
        parser.Parse(head, False)
    if outline.root:
        for row, _ in outline.parents.most_common(3):
            yield XmlFormat(outline.root, row, "", ""), f"XML with a row in each <{row}>"


class _Outline:
    """Which elements have children, and how often."""

    def __init__(self) -> None:
        self.root = ""
        self.parents: Counter[str] = Counter()
        self._path: list[tuple[str, list[str]]] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.root = self.root or name
        if self._path:
            self._path[-1][1].append(name)
        self._path.append((name, []))

    def end(self, name: str) -> None:
        children = self._path.pop()[1]
        # A list of rows has one kind of child, a row has several.
        if self._path and len(set(children)) >= _LEAST_COLUMNS:
            self.parents[name] += 1

    def refuse(self, *_: object) -> None:
        raise ValueError


def _workbooks(file: WholeFile) -> Iterator[tuple[Format, str]]:
    """Its header is the first row that is nearly as full as the fullest of the first ones."""
    try:
        full = {line: len(cells) for line, cells in islice(rows_of_sheet(file.stream(), file.name), _HEADER_ROWS)}
    except Unreadable:
        return
    header = next((line for line, cells in full.items() if cells >= max(full.values()) * _NEARLY), None)
    if header is not None:
        yield XlsxFormat(header_row=header), f"an Excel workbook with the names of its columns in row {header}"
