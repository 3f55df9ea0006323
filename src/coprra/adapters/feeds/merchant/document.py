"""Documents: feeds in RSS, Atom or a comparison site's own XML, read by namespace and streamed, without entities."""

import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from coprra.adapters.feeds.merchant.values import joined, with_parts
from coprra.adapters.feeds.records import Reader, Record, shown
from coprra.adapters.feeds.xml_reader import DEEPEST, LONGEST_TAG, LONGEST_TEXT
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

LONGEST_ROW = 2**20
"""Characters of all that one row says."""

MOST_ELEMENTS = 10_000
"""In one row, at whatever depth."""

_CHUNK = 2**16
# No address can hold a line break, so it parts the namespace from the name.
_BREAK = "\n"
_MASTHEAD = {"title", "link", "lastBuildDate", "pubDate", "updated"}
_TAG = re.compile(rb"</?([^\s/>]{1,80})")


class MalformedFeed(Unreadable):
    """A document that is of the form that its profile reads, and broken."""


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """Which documents are meant. root, row: the names that these elements may have, in whatever namespace.

    namespace: of the columns; empty where they are in the same as their row. An element of the row's own namespace is a
    column as well, and counts where the other says nothing: ``<title>`` beside ``<g:title>``.
    """

    root: tuple[str, ...]
    row: tuple[str, ...]
    namespace: str


class DocumentReader(Reader):
    """Reads one document. A repeated element, and one with elements in it, becomes a text as `values` describes.

    masthead: what the document says of itself before its first row, by element: title, link, and when it was built.
    """

    unended = False  # a document that is cut is no document
    branch = (None, None)

    def __init__(self, form: DocumentForm, stream: io.BufferedReader, source: str) -> None:
        self._form = form
        self._stream = stream
        self._source = source
        self._fed = 0
        self._chunk = b""
        self._path: list[str] = []
        self._root_line = 0
        self._row_depth = 0
        self._row_line = 0
        self._row_length = 0
        self._row_elements = 0
        self._row_space = ""
        self._names: dict[str, tuple[str, str]] = {}
        self._named: dict[str, list[str]] = {}
        self._plain: dict[str, list[str]] = {}
        self._parts: list[tuple[str, str]] = []
        self._link = ""
        self._text: list[str] = []
        self._length = 0
        self._rows: deque[tuple[int, dict[str, str]]] = deque()
        self.masthead: dict[str, str] = {}
        self._parser = self._make_parser()
        self._ended = False
        while not self._rows and not self._ended:
            self._feed()

    @property
    def columns(self) -> tuple[str, ...]:
        """Of all rows read so far: the first one may lack what others have."""
        return tuple(dict.fromkeys(name for _, row in self._rows for name in row))

    def records(self, columns: Sequence[str]) -> Iterator[Record | RowProblem]:
        rows = self._rows
        while rows or not self._ended:
            while rows:
                line, row = rows.popleft()
                yield line, tuple([row.get(name, "") for name in columns])
            self._feed()

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=_BREAK)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._declare
        return parser

    def _feed(self) -> None:
        """Parse a little more; nothing after the end of the document."""
        if self._ended:
            return
        chunk = self._chunk = self._stream.read(_CHUNK)
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise self._explained(error) from error
        except (LookupError, ValueError) as error:
            # An encoding that the document names, and Python does not know or does not take for text.
            raise Unreadable(f"{self._source}: its encoding can't be read: {error}.") from error
        self._fed += len(chunk)
        if self._fed - max(self._parser.CurrentByteIndex, 0) > LONGEST_TAG:
            raise self._refused("a tag, attribute or comment without an end")
        self._ended = not chunk

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        path = self._path
        space, local = self._names.get(name) or self._parted(name)
        if not path:
            self._check_root(local)
        if len(path) >= DEEPEST:
            raise self._refused(f"elements inside each other, more than {DEEPEST} deep")
        path.append(local)
        if not self._row_depth and len(path) > 1 and local in self._form.row:
            self._row_depth, self._row_line = len(path), self._parser.CurrentLineNumber
            self._row_length, self._row_elements, self._row_space = 0, 0, space
            self._named, self._plain = {}, {}
        elif local == "link" and attributes.get("rel", "alternate") == "alternate":
            self._link = attributes.get("href", "")  # Atom's, which has no text
        self._row_elements += 1
        if self._row_elements > MOST_ELEMENTS and self._row_depth:
            raise self._refused(f"an item of more than {MOST_ELEMENTS:,} elements")
        self._text.clear()
        self._length = 0

    def _parted(self, name: str) -> tuple[str, str]:
        """A name's namespace and the rest; the few names that a document has are worked out once."""
        space, _, local = name.rpartition(_BREAK)
        if len(self._names) < MOST_ELEMENTS:
            self._names[name] = space, local
        return space, local

    def _check_root(self, local: str) -> None:
        self._root_line = self._parser.CurrentLineNumber
        if local not in self._form.root:
            wanted = " or ".join(f"<{root}>" for root in self._form.root)
            raise Unreadable(f"{self._source} is a document of <{shown(local)}>, its profile is for {wanted}.")

    def _characters(self, text: str) -> None:
        self._length += len(text)
        self._row_length += len(text)
        if self._length > LONGEST_TEXT:
            raise self._refused(f"a text longer than {LONGEST_TEXT:,} characters")
        if self._row_depth and self._row_length > LONGEST_ROW:
            raise self._refused(f"an item longer than {LONGEST_ROW:,} characters")
        self._text.append(text)

    def _end(self, name: str) -> None:
        within = len(self._path) - self._row_depth
        local = self._path.pop()
        if not self._row_depth:
            self._tell(local)
        elif within == 1:
            self._end_column(*self._names.get(name) or self._parted(name))
        elif within == 2:
            self._parts.append((local, "".join(self._text)))
        elif within == 0:
            self._end_row()
        self._text.clear()
        self._length = 0

    def _tell(self, local: str) -> None:
        """Outside of rows. An image has a title as well, and it is not the shop's."""
        if local in _MASTHEAD and (len(self._path) == 1 or self._path[-1:] == ["channel"]):
            text = self._link or "".join(self._text)
            if text.strip():
                self.masthead.setdefault(local, text.strip())
        self._link = ""

    def _end_column(self, space: str, local: str) -> None:
        own = space == self._form.namespace
        if own or space == self._row_space:
            values = self._named if own else self._plain
            text = with_parts(self._parts) if self._parts else "".join(self._text)
            if self._link and not text.strip():
                text = self._link
            if local in values:
                values[local].append(text)
            else:
                values[local] = [text]
        self._parts.clear()
        self._link = ""

    def _end_row(self) -> None:
        row = {name: joined(values) for name, values in self._plain.items()}
        for name, values in self._named.items():
            text = joined(values)
            if name not in row or text.strip():
                row[name] = text
        self._rows.append((self._row_line, row))
        self._row_depth = 0

    def _doctype(self, *_: object) -> None:
        raise self._refused("a DOCTYPE, which could hide an entity bomb or reach for other files")

    def _declare(self, prefix: str | None, address: str | None) -> None:
        """A namespace that is nearly the right one is a mistake: its columns would be none, without a word."""
        right = self._form.namespace
        self._root_line = self._root_line or self._parser.CurrentLineNumber
        if address and address != right and right and right.partition("://")[2] in address:
            written = f'xmlns{f":{prefix}" if prefix else ""}="{address}"'
            raise MalformedFeed(
                f"{self._source}, line {self._parser.CurrentLineNumber}: {shown(written)} is not the address that "
                f"shopping feeds are known by. {self._right_beginning()}"
            )

    def _explained(self, error: expat.ExpatError) -> Unreadable:
        what = expat.ErrorString(error.code)
        line = error.lineno
        if what == expat.errors.XML_ERROR_UNBOUND_PREFIX:
            at = self._parser.ErrorByteIndex - self._fed
            match = _TAG.match(self._chunk, at) if at >= 0 else None
            tag = f"<{shown(match[1].decode('utf-8', 'replace'))}>" if match else "a tag"
            return MalformedFeed(
                f"{self._source}, line {line}: {tag} has a prefix before its colon, and nowhere does the feed say what "
                f"that prefix means. {self._right_beginning()}"
            )
        advice = "The file is cut, damaged, or no XML." if self._chunk else "The file is cut. Fetch it again."
        kind = MalformedFeed if self._path else Unreadable
        return kind(f"{self._source}, line {line}: {what}. {advice}")

    def _right_beginning(self) -> str:
        """What a shop's owner is to write, and where."""
        root = self._path[0] if self._path else self._form.root[0]
        right = f'xmlns:g="{self._form.namespace}"' if self._form.namespace else 'xmlns:…="…"'
        if root == "rss":
            return f'Write on line {self._root_line}: <rss version="2.0" {right}>'
        return f"Write {right} into <{shown(root)} …> on line {self._root_line}."

    def _refused(self, what: str) -> Unreadable:
        kind = MalformedFeed if self._path else Unreadable
        return kind(f"{self._source}, line {self._parser.CurrentLineNumber}: {what}; this is refused.")
