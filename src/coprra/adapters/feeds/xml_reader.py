"""XML: records from elements, streamed, without entities."""

import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar
from xml.parsers import expat

from coprra.adapters.feeds.declaration import Table
from coprra.adapters.feeds.records import Format, Reader, Record
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

DEEPEST = 32
MOST_COLUMNS = 1_000
LONGEST_TEXT = 2**17
"""Characters of one element."""

LONGEST_TAG = 2**20
"""Bytes of a tag with its attributes, or of a comment: the parser keeps it whole until it ends."""

_CHUNK = 2**16
_NAME = r"[^\s<>&/\"']+"


@dataclass(frozen=True, slots=True)
class XmlFormat(Format):
    """A document whose `row` elements are the rows, and their children the columns.

    root: its outermost element. branch_code, branch_address: elements outside of rows that tell them; empty: none.
    """

    kind: ClassVar[str] = "xml"

    root: str
    row: str
    branch_code: str
    branch_address: str

    @classmethod
    def declared(cls, table: Table) -> "XmlFormat":
        """From a profile's [format]."""

        def element(key: str, default: str | None) -> str:
            return table.text(key, default, like=_NAME, hint="an element's name")

        return cls(
            element("root", None), element("row", None), element("branch_code", ""), element("branch_address", "")
        )

    def open(self, stream: io.BufferedReader, source: str) -> Reader:
        return XmlReader(self, stream, source)


class XmlReader(Reader):
    """Reads one document. A row's repeated element counts once, the first time."""

    unended = False  # a document that is cut is no document

    def __init__(self, form: XmlFormat, stream: io.BufferedReader, source: str) -> None:
        self._form = form
        self._stream = stream
        self._source = source
        self._fed = 0
        self._path: list[str] = []
        self._row_depth = 0
        self._row_line = 0
        self._row: dict[str, str] = {}
        self._outside: dict[str, str] = {}
        self._text: list[str] = []
        self._length = 0
        self._rows: deque[tuple[int, dict[str, str]]] = deque()
        self._parser = self._make_parser()
        self._ended = False
        while not self._rows and not self._ended:
            self._feed()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._rows[0][1]) if self._rows else ()

    @property
    def branch(self) -> tuple[str | None, str | None]:
        form = self._form
        return self._outside.get(form.branch_code), self._outside.get(form.branch_address)

    def records(self, columns: Sequence[str]) -> Iterator[Record | RowProblem]:
        rows = self._rows
        while rows or not self._ended:
            while rows:
                line, row = rows.popleft()
                yield line, tuple([row.get(name, "") for name in columns])
            self._feed()

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _feed(self) -> None:
        """Parse a little more; nothing after the end of the document."""
        if self._ended:
            return
        chunk = self._stream.read(_CHUNK)
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            advice = "The file is cut, damaged, or no XML." if chunk else "The file is cut. Fetch it again."
            raise Unreadable(f"{self._source}, line {error.lineno}: {what}. {advice}") from error
        except (LookupError, ValueError) as error:
            # An encoding that the document names, and Python does not know or does not take for text.
            raise Unreadable(f"{self._source}: its encoding can't be read: {error}.") from error
        self._fed += len(chunk)
        if self._fed - max(self._parser.CurrentByteIndex, 0) > LONGEST_TAG:
            raise self._broken("a tag, attribute or comment without an end")
        self._ended = not chunk

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        path = self._path
        if not path and name != self._form.root:
            raise Unreadable(f"{self._source} is a document of <{name[:40]}>, its profile is for <{self._form.root}>.")
        if len(path) >= DEEPEST:
            raise self._broken(f"elements inside each other, more than {DEEPEST} deep")
        path.append(name)
        if not self._row_depth and name == self._form.row:
            self._row_depth = len(path)
            self._row_line = self._parser.CurrentLineNumber
            self._row = {}
        self._text.clear()
        self._length = 0

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise self._broken(f"a text longer than {LONGEST_TEXT:,} characters")
        self._text.append(text)

    def _end(self, name: str) -> None:
        depth = len(self._path)
        self._path.pop()
        if depth == self._row_depth:
            self._rows.append((self._row_line, self._row))
            self._row_depth = 0
        elif depth == self._row_depth + 1 and self._row_depth:
            self._row.setdefault(name, "".join(self._text))
            if len(self._row) > MOST_COLUMNS:
                raise self._broken(f"a row of more than {MOST_COLUMNS:,} different elements")
        elif not self._row_depth and name in {self._form.branch_code, self._form.branch_address}:
            self._outside.setdefault(name, "".join(self._text).strip())
        self._text.clear()
        self._length = 0

    def _doctype(self, *_: object) -> None:
        raise self._broken("a DOCTYPE, which could hide an entity bomb or reach for other files")

    def _broken(self, what: str) -> Unreadable:
        return Unreadable(f"{self._source}, line {self._parser.CurrentLineNumber}: {what}; this is refused.")
