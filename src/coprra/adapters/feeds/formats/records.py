"""Records: what every format gives, the texts of one row by column, whatever the file looks like."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from io import BufferedReader
from typing import ClassVar, Protocol, TypeAlias

from coprra.domain.prices.list_run import RowProblem

Record: TypeAlias = tuple[int, tuple[str, ...]]
"""A line (as an editor counts, from 1; where the row begins) and the texts of the wanted columns, "" where absent."""

OPENING_JSON = frozenset({b"[", b"{"})
"""The first signs of a JSON document that holds anything."""

_LONGEST_VALUE = 80


class Reader(Protocol):
    """One pass over a file in some format. Opening it has read as far as its columns."""

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The columns there are, as they are written: of the header, or of the first row where there is none."""

    @property
    @abstractmethod
    def branch(self) -> tuple[str | None, str | None]:
        """The code and address of the branch, where the content says it outside of rows."""

    @property
    @abstractmethod
    def unended(self) -> bool:
        """Whether the record that was given last is the file's last, and could have been cut without breaking it."""

    @abstractmethod
    def records(self, columns: Sequence[str]) -> Iterator[Record | RowProblem]:
        """The rows, with the texts of those columns in that order, streamed. A problem stands for a row without texts.

        Raises: Unreadable when the file as a whole breaks its format.
        """


class Format(Protocol):
    """How the bytes of a file become records. kind: as profiles name it."""

    kind: ClassVar[str]

    @abstractmethod
    def open(self, stream: BufferedReader, source: str) -> Reader:
        """source: the file's name, for messages. Raises: Unreadable when the file is not of this format."""


def same_column(name: str) -> str:
    """A column's name as it is compared. Case and blanks do not matter; accents do: a wrong encoding shows in them."""
    return " ".join(name.split()).casefold()


def first_sign(head: bytes) -> bytes:
    """The first sign of a file that begins so, in any encoding, after byte order marks and blanks; empty: none."""
    return head[:64].translate(None, b"\0\xef\xbb\xbf\xff\xfe \t\r\n")[:1]


def is_markup(head: bytes) -> bool:
    """Whether its `first_sign` is "<"."""
    return first_sign(head) == b"<"


def shown(value: str) -> str:
    """A value as a problem shows it: at most 80 characters, none of which could move a terminal's cursor."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in value[:_LONGEST_VALUE])
