"""Markup: what the readers of XML share. It is read in chunks, never with entities, and within bounds."""

import io
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import repeat
from xml.parsers import expat

from coprra.adapters.feeds.formats.records import Reader, Record
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.list_run import RowProblem

DEEPEST = 32
LONGEST_TEXT = 2**17
"""Characters of one element."""

LONGEST_TAG = 2**20
"""Bytes of a tag with its attributes, or of a comment: the parser keeps it whole until it ends."""

_CHUNK = 2**16


class MarkupReader(Reader):
    """Reads one document. Whoever reads on from here says what the elements mean: `_start`, `_end`, and `_rows`."""

    unended = False  # a document that is cut is no document

    def __init__(self, stream: io.BufferedReader, source: str, namespace_separator: str | None = None) -> None:
        self._stream = stream
        self._source = source
        self._fed = 0
        self._chunk = b""
        self._ended = False
        self._path: list[str] = []
        self._texts: list[str] = []
        self._rows: list[tuple[int, dict[str, str]]] = []
        self._parser = self._make_parser(namespace_separator)

    def records(self, columns: Sequence[str]) -> Iterator[Record | RowProblem]:
        rows, absent = self._rows, repeat("")
        while rows or not self._ended:
            for line, row in rows:
                yield line, tuple(map(row.get, columns, absent))
            rows.clear()
            self._feed()

    @abstractmethod
    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    @abstractmethod
    def _end(self, name: str) -> None:
        """It ends. `_texts` are the pieces of text since the last tag, if every tag empties them."""

    def _make_parser(self, namespace_separator: str | None) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=namespace_separator)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._texts.append
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _feed_first_rows(self) -> None:
        while not self._rows and not self._ended:
            self._feed()

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
        self._check_bounds()
        self._ended = not chunk

    def _check_bounds(self) -> None:
        """After each chunk, so that nothing that goes on without an end fills the memory."""
        if self._fed - max(self._parser.CurrentByteIndex, 0) > LONGEST_TAG:
            raise self._refused("a tag, attribute or comment without an end")
        length = self._check_text()
        # Only a text that could pass the bound before the next chunk ends has its pieces counted one by one.
        near = length > LONGEST_TEXT - _CHUNK
        self._parser.CharacterDataHandler = self._add_counted if near else self._texts.append

    def _add_counted(self, text: str) -> None:
        self._texts.append(text)
        self._check_text()

    def _check_text(self) -> int:
        length = sum(map(len, self._texts))
        if length > LONGEST_TEXT:
            raise self._refused(f"a text longer than {LONGEST_TEXT:,} characters")
        return length

    def _check_depth(self, depth: int) -> None:
        if depth > DEEPEST:
            raise self._refused(f"elements inside each other, more than {DEEPEST} deep")

    def _doctype(self, *_: object) -> None:
        raise self._refused("a DOCTYPE, which could hide an entity bomb or reach for other files")

    def _refusal(self) -> type[Unreadable]:
        """How it is refused from here on."""
        return Unreadable

    def _explained(self, error: expat.ExpatError) -> Unreadable:
        what = expat.ErrorString(error.code)
        advice = "The file is cut, damaged, or no XML." if self._chunk else "The file is cut. Fetch it again."
        return self._refusal()(f"{self._source}, line {error.lineno}: {what}. {advice}")

    def _refused(self, what: str) -> Unreadable:
        line = self._parser.CurrentLineNumber
        return self._refusal()(f"{self._source}, line {line}: {what}; this is refused.")
