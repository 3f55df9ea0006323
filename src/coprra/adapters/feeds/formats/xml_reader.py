"""XML: records from elements, streamed, without entities."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from coprra.adapters.feeds.declarations.declaration import Table
from coprra.adapters.feeds.formats.markup import MarkupReader
from coprra.adapters.feeds.formats.records import Format, Reader
from coprra.domain.kernel.errors import Unreadable

MOST_COLUMNS = 1_000

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


class XmlReader(MarkupReader):
    """Reads one document. A row's repeated element counts once, the first time."""

    def __init__(self, form: XmlFormat, stream: io.BufferedReader, source: str) -> None:
        super().__init__(stream, source)
        self._form = form
        self._row: dict[str, str] = {}
        self._row_line = 0
        self._outside: dict[str, str] = {}
        self._start_inside, self._end_inside = self._row_handlers()
        self._feed_first_rows()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._rows[0][1]) if self._rows else ()

    @property
    def branch(self) -> tuple[str | None, str | None]:
        form = self._form
        return self._outside.get(form.branch_code), self._outside.get(form.branch_address)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if not self._path and name != self._form.root:
            raise Unreadable(f"{self._source} is a document of <{name[:40]}>, its profile is for <{self._form.root}>.")
        if name == self._form.row:
            parser = self._parser
            self._row_line = parser.CurrentLineNumber
            parser.StartElementHandler, parser.EndElementHandler = self._start_inside, self._end_inside
            return
        self._path.append(name)
        self._check_depth(len(self._path))
        self._texts.clear()

    def _end(self, name: str) -> None:
        self._path.pop()
        if name in {self._form.branch_code, self._form.branch_address}:
            self._outside.setdefault(name, "".join(self._texts).strip())
        self._texts.clear()

    def _row_handlers(self) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
        """What begins and ends inside of a row. They run for every element: closures, which cost less than methods."""
        parser, path, rows, texts = self._parser, self._path, self._rows, self._texts
        row, clear, join = self._row, texts.clear, "".join
        outside = self._start, self._end
        depth = 0

        def start(_name: str, _attributes: dict[str, str]) -> None:
            nonlocal depth
            clear()
            depth += 1
            if depth > 1:
                self._check_depth(len(path) + 1 + depth)

        def end(name: str) -> None:
            nonlocal depth, row
            if depth == 1:
                depth = 0
                if name not in row:
                    row[name] = join(texts)
            elif depth:
                depth -= 1
                clear()
            else:
                clear()
                self._check_columns()
                rows.append((self._row_line, row))
                self._row = row = {}
                parser.StartElementHandler, parser.EndElementHandler = outside

        return start, end

    def _check_bounds(self) -> None:
        super()._check_bounds()
        self._check_columns()

    def _check_columns(self) -> None:
        if len(self._row) > MOST_COLUMNS:
            raise self._refused(f"a row of more than {MOST_COLUMNS:,} different elements")
