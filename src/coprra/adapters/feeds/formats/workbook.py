"""Workbooks: the parts of an Excel file (.xlsx), unpacked and parsed within limits."""

import io
import struct
import zipfile
import zlib
from array import array
from collections.abc import Callable, Mapping
from posixpath import dirname, join, normpath
from typing import IO, TypeVar
from xml.parsers import expat

from coprra.adapters.feeds.formats.whole_file import FREE_OF_RATIO, LARGEST, LARGEST_RATIO
from coprra.domain.kernel.errors import Unreadable

DEEPEST = 64
LONGEST_TEXT = 2**17
"""Characters of one element; Excel itself holds 32,767 in a cell."""

LONGEST_TAG = 2**20
"""Bytes of a tag with its attributes, or of a comment: the parser keeps it whole until it ends."""

MOST_NAMES = 1_000
"""Different elements of one part; a sheet has fifty."""

LARGEST_STRINGS = 96 * 2**20
"""Bytes of all shared strings, which are kept while the sheet is read. A million titles of 40 letters are 40 MB."""

LARGEST_DIRECTORY = 2**20
"""Bytes of the archive's directory, which is read at once. A workbook has a dozen parts, at 100 bytes each."""

_CHUNK = 2**16
_END = struct.Struct("<4s4H2LH")
_END_SIGN, _LOCATOR_SIGN = b"PK\x05\x06", b"PK\x06\x07"
_LOCATOR_SIZE = 20
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError, KeyError)
"""What zipfile raises for archives that lie; RuntimeError for a password, and for a compression that it lacks."""

T = TypeVar("T")


class Part:
    """One XML part, parsed a chunk at a time. What it says goes to `begin` and `end`, by names without namespaces."""

    def __init__(self, stream: IO[bytes], source: str) -> None:
        self._stream = stream
        self.source = source
        self._fed = 0
        self._depth = 0
        self._text: list[str] = []
        self._length = 0
        self._parser = expat.ParserCreate(namespace_separator="\n")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._names: dict[str, str] = {}

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins. Attributes with a prefix are named by their namespace, a line break and their name."""

    def end(self, name: str, text: str) -> None:
        """An element ends. text: what stood since the last tag."""

    def parse(self) -> bool:
        """Parse a little more; False at the end.

        Raises: Unreadable for what is no XML, holds a DOCTYPE, or has no bounds.
        """
        chunk = guarded(self.source, lambda: self._stream.read(_CHUNK))
        try:
            self._parser.Parse(chunk, not chunk)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise Unreadable(f"{self.source} is a damaged workbook ({error}). Fetch it again.") from error
        self._fed += len(chunk)
        if self._fed - max(self._parser.CurrentByteIndex, 0) > LONGEST_TAG:
            raise self.broken("a tag, attribute or comment without an end")
        return bool(chunk)

    def broken(self, what: str) -> Unreadable:
        """The refusal of a workbook that holds such a thing."""
        return Unreadable(f"{self.source} is a workbook with {what}; this is refused.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.broken(f"elements inside each other, more than {DEEPEST} deep")
        if self._text:
            self._forget()
        local = self._names.get(name)
        self.begin(self._local_name(name) if local is None else local, attributes)

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise self.broken(f"a text longer than {LONGEST_TEXT:,} characters")
        self._text.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        text = ""
        if self._text:
            text = "".join(self._text)
            self._forget()
        self.end(self._names[name], text)

    def _local_name(self, name: str) -> str:
        """Without its namespace. The parser keeps every name that it meets, so they must not be without end."""
        if len(self._names) >= MOST_NAMES:
            raise self.broken(f"more than {MOST_NAMES:,} different elements")
        local = self._names[name] = name.rpartition("\n")[2]
        return local

    def _forget(self) -> None:
        self._text.clear()
        self._length = 0

    def _doctype(self, *_: object) -> None:
        raise self.broken("a DOCTYPE, which could hide an entity bomb or reach for other files")


P = TypeVar("P", bound=Part)


class SharedStrings(Part):
    """The texts that cells refer to by number. Packed: a list of strings would take three times the memory."""

    def __init__(self, stream: IO[bytes], source: str) -> None:
        super().__init__(stream, source)
        self._packed = bytearray()
        self._ends = array("Q", [0])
        self._aside = 0

    def __getitem__(self, number: int) -> str:
        """Raises: IndexError."""
        if number < 0:
            raise IndexError(number)
        return self._packed[self._ends[number] : self._ends[number + 1]].decode()

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._aside += name == "rPh"  # how a text is pronounced stands beside it

    def end(self, name: str, text: str) -> None:
        if name == "t" and not self._aside:
            self._packed += text.encode()
        elif name == "si":
            self._ends.append(len(self._packed))
        self._aside -= name == "rPh"
        if len(self._packed) + 8 * len(self._ends) > LARGEST_STRINGS:
            raise self.broken(f"more than {LARGEST_STRINGS // 2**20} MiB of shared strings")


class _Relations(Part):
    """What one part calls others: their paths by id, and by the last word of what they are."""

    def __init__(self, stream: IO[bytes], source: str, folder: str) -> None:
        super().__init__(stream, source)
        self._folder = folder
        self.by_id: dict[str, str] = {}
        self.by_kind: dict[str, str] = {}

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            path = normpath(join("/", self._folder, attributes.get("Target", ""))).lstrip("/")
            self.by_id[attributes.get("Id", "")] = path
            self.by_kind.setdefault(attributes.get("Type", "").rpartition("/")[2], path)


class _Sheets(Part):
    """The sheets of a workbook in their order: name and relation."""

    def __init__(self, stream: IO[bytes], source: str) -> None:
        super().__init__(stream, source)
        self.names: dict[str, str] = {}

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith("\nid")), "")
            self.names.setdefault(attributes.get("name", ""), relation)


class Workbook:
    """An open .xlsx file. source: the file's name, for messages.

    Raises: Unreadable for what is no workbook, is cut, damaged, protected, or a bomb.
    """

    def __init__(self, stream: io.BufferedReader, source: str) -> None:
        self._source = source
        _refuse_endless_directory(stream, source)
        self._archive = guarded(source, lambda: zipfile.ZipFile(stream))
        roots = self._relations("")
        if "officeDocument" not in roots.by_kind:
            raise Unreadable(f"{source} is a zip archive and no Excel workbook; unpack it and import what is in it.")
        self._book = roots.by_kind["officeDocument"]
        self._parts = self._relations(self._book)

    def sheet(self, name: str) -> IO[bytes]:
        """The sheet of that name, in whatever case; the first one for "". Raises: Unreadable without one."""
        sheets = _all(_Sheets(self._open(self._book), self._source)).names
        wanted = next((one for one in sheets if not name or one.casefold() == name.casefold()), None)
        if wanted is None:
            there = ", ".join(repr(one[:40]) for one in list(sheets)[:10]) or "none"
            raise Unreadable(f"{self._source} has no sheet {name!r}; its sheets are {there}.")
        return self._open(self._parts.by_id.get(sheets[wanted], ""))

    def strings(self) -> SharedStrings | None:
        """None for a workbook whose cells hold their texts themselves."""
        path = self._parts.by_kind.get("sharedStrings")
        return _all(SharedStrings(self._open(path), self._source)) if path else None

    def _relations(self, path: str) -> _Relations:
        folder, _, name = path.rpartition("/")
        stream = self._open(join(folder, "_rels", f"{name}.rels"))
        return _all(_Relations(stream, self._source, dirname(path)))

    def _open(self, path: str) -> IO[bytes]:
        try:
            part = self._archive.getinfo(path)
        except KeyError:
            raise Unreadable(
                f"{self._source} is a zip archive and no Excel workbook: it lacks {path[:100]!r}."
            ) from None
        if part.file_size > LARGEST or part.file_size > max(FREE_OF_RATIO, part.compress_size * LARGEST_RATIO):
            raise Unreadable(f"{self._source} unpacks to {part.file_size:,} bytes: a zip bomb, not a price list.")
        if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Unreadable(f"{self._source} is packed in a way that no workbook is; save it anew.")
        return guarded(self._source, lambda: self._archive.open(part))


def guarded(source: str, do: Callable[[], T]) -> T:
    """What is done with the archive. Raises: Unreadable where the archive is broken."""
    try:
        return do()
    except _BROKEN as error:
        reason = str(error).strip("'\"")
        raise Unreadable(f"{source} is a cut, damaged or protected workbook ({reason}). Fetch it again.") from error


def _all(part: P) -> P:
    while part.parse():
        pass
    return part


def _refuse_endless_directory(stream: io.BufferedReader, source: str) -> None:
    """Python's zipfile reads the whole directory, and makes an object of each of perhaps millions of entries."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END.size - 2**16))
    tail = stream.read()
    # As zipfile looks for it: at the very end, or else before a comment.
    bare = tail[-_END.size : -_END.size + 4] == _END_SIGN and tail[-2:] == b"\0\0"
    at = len(tail) - _END.size if bare else tail.rfind(_END_SIGN)
    if at < 0 or len(tail) < at + _END.size:
        raise Unreadable(f"{source} is a cut workbook: its directory, which stands at the end, is missing.")
    length = _END.unpack_from(tail, at)[5]
    if length > LARGEST_DIRECTORY or tail[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR_SIGN):
        raise Unreadable(f"{source} is a zip archive of more parts than a workbook has; this is refused.")
