"""Documents: feeds in RSS, Atom or a comparison site's own XML, read by namespace and streamed, without entities."""

import io
import re
from dataclasses import dataclass
from xml.parsers import expat

from coprra.adapters.feeds.formats.markup import MarkupReader
from coprra.adapters.feeds.formats.records import shown
from coprra.adapters.feeds.merchant.values import joined, with_parts
from coprra.domain.kernel.errors import Unreadable

LONGEST_ROW = 2**20
"""Bytes of one row, its tags included."""

MOST_ELEMENTS = 10_000
"""In one row, at whatever depth."""

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


class DocumentReader(MarkupReader):
    """Reads one document. A repeated element, and one with elements in it, becomes a text as `values` describes.

    masthead: what the document says of itself before its first row, by element: title, link, and when it was built.
    """

    branch = (None, None)

    def __init__(self, form: DocumentForm, stream: io.BufferedReader, source: str) -> None:
        super().__init__(stream, source, namespace_separator=_BREAK)
        self._form = form
        self._root_line = 0
        self._row_depth = 0
        self._row_line = 0
        self._row_begin = 0
        self._row_elements = 0
        self._row_space = ""
        self._names: dict[str, tuple[str, str]] = {}
        self._named: dict[str, list[str]] = {}
        self._plain: dict[str, list[str]] = {}
        self._parts: list[tuple[str, str]] = []
        self._link = ""
        self.masthead: dict[str, str] = {}
        self._parser.StartNamespaceDeclHandler = self._declare
        self._feed_first_rows()

    @property
    def columns(self) -> tuple[str, ...]:
        """Of all rows read so far: the first one may lack what others have."""
        return tuple(dict.fromkeys(name for _, row in self._rows for name in row))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        path = self._path
        space, local = self._names.get(name) or self._parted(name)
        if not path:
            self._check_root(local)
        path.append(local)
        self._check_depth(len(path))
        if not self._row_depth and len(path) > 1 and local in self._form.row:
            self._row_depth, self._row_space, self._row_elements = len(path), space, 0
            self._row_line, self._row_begin = self._parser.CurrentLineNumber, self._parser.CurrentByteIndex
            self._named, self._plain = {}, {}
        elif local == "link" and attributes.get("rel", "alternate") == "alternate":
            self._link = attributes.get("href", "")  # Atom's, which has no text
        self._row_elements += 1
        if self._row_elements > MOST_ELEMENTS and self._row_depth:
            raise self._refused(f"an item of more than {MOST_ELEMENTS:,} elements")
        self._texts.clear()

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

    def _end(self, name: str) -> None:
        within = len(self._path) - self._row_depth
        local = self._path.pop()
        if not self._row_depth:
            self._tell(local)
        elif within == 1:
            self._end_column(*self._names.get(name) or self._parted(name))
        elif within == 2:
            self._parts.append((local, "".join(self._texts)))
        elif within == 0:
            self._end_row()
        self._texts.clear()

    def _tell(self, local: str) -> None:
        """Outside of rows. An image has a title as well, and it is not the shop's."""
        if local in _MASTHEAD and (len(self._path) == 1 or self._path[-1:] == ["channel"]):
            text = self._link or "".join(self._texts)
            if text.strip():
                self.masthead.setdefault(local, text.strip())
        self._link = ""

    def _end_column(self, space: str, local: str) -> None:
        own = space == self._form.namespace
        if own or space == self._row_space:
            values = self._named if own else self._plain
            text = with_parts(self._parts) if self._parts else "".join(self._texts)
            if self._link and not text.strip():
                text = self._link
            if local in values:
                values[local].append(text)
            else:
                values[local] = [text]
        self._parts.clear()
        self._link = ""

    def _end_row(self) -> None:
        self._check_row()
        row = {name: joined(values) for name, values in self._plain.items()}
        for name, values in self._named.items():
            text = joined(values)
            if name not in row or text.strip():
                row[name] = text
        self._rows.append((self._row_line, row))
        self._row_depth = 0

    def _check_bounds(self) -> None:
        super()._check_bounds()
        self._check_row()

    def _check_row(self) -> None:
        if self._row_depth and self._parser.CurrentByteIndex - self._row_begin > LONGEST_ROW:
            raise self._refused(f"an item longer than {LONGEST_ROW:,} bytes")

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

    def _refusal(self) -> type[Unreadable]:
        return MalformedFeed if self._path else Unreadable

    def _explained(self, error: expat.ExpatError) -> Unreadable:
        if expat.ErrorString(error.code) != expat.errors.XML_ERROR_UNBOUND_PREFIX:
            return super()._explained(error)
        at = self._parser.ErrorByteIndex - self._fed
        match = _TAG.match(self._chunk, at) if at >= 0 else None
        tag = f"<{shown(match[1].decode('utf-8', 'replace'))}>" if match else "a tag"
        return MalformedFeed(
            f"{self._source}, line {error.lineno}: {tag} has a prefix before its colon, and nowhere does the feed say "
            f"what that prefix means. {self._right_beginning()}"
        )

    def _right_beginning(self) -> str:
        """What a shop's owner is to write, and where."""
        root = self._path[0] if self._path else self._form.root[0]
        right = f'xmlns:g="{self._form.namespace}"' if self._form.namespace else 'xmlns:…="…"'
        if root == "rss":
            return f'Write on line {self._root_line}: <rss version="2.0" {right}>'
        return f"Write {right} into <{shown(root)} …> on line {self._root_line}."
