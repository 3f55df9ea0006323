"""Lines of what coprra exports: JSON Lines, written in one way, and read one after the other."""

import io
import json
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from coprra.adapters.feeds.formats.whole_file import WholeFile
from coprra.domain.kernel.errors import Invalid, Unreadable

LONGEST_LINE = 2**18
"""Characters. The longest row that a list can say is about a tenth of it."""

SHOWN = 80
OTHERWISE = "it says something in another way than archives do, or something that this coprra does not know"

_LONGEST_END = 2**10
_BLOCK = 2**20
_END = b'{"type":"end",'

T = TypeVar("T")


def line_of(said: dict[str, Any]) -> str:
    """A line with its end."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def refuse_cut(file: WholeFile) -> None:
    """Before anything is taken. Raises: Unreadable."""
    tail = b""
    stream = file.stream()
    while block := stream.read(_BLOCK):
        tail = (tail + block)[-_LONGEST_END:]
    if not tail.endswith(b"\n") or not tail.splitlines()[-1].startswith(_END):
        raise Unreadable(
            f"{file.name} ends too early, so it is cut; nothing of it was taken. Export or fetch it again."
        )


class Lines:
    """The lines of the file, one after the other; each can be looked at before it is taken."""

    def __init__(self, file: WholeFile) -> None:
        self._file = file
        self._text = io.TextIOWrapper(file.stream(), "utf-8", newline="\n")
        self._next: dict[str, Any] | None = None
        self.number = 0
        """Of the line that was read last, from 1."""

    def look(self) -> dict[str, Any]:
        """The next line. Raises: Unreadable, also when there is none: an archive says where it ends."""
        if self._next is None:
            self._next = self._read()
        return self._next

    def take(self) -> dict[str, Any]:
        """The next line, which is over then."""
        said = self.look()
        self._next = None
        return said

    def take_head(self, form: str, version: int) -> None:
        """The first line. Raises: Unreadable for another form or version."""
        head = self.take()
        if head["type"] != form or head.get("version") != version:
            found = str(head.get("version"))[:SHOWN]
            self.refuse(f"this coprra reads version {version}, and the file is of version {found}; use a newer coprra")

    def finish(self, said: dict[str, Any], counted: dict[str, Any]) -> None:
        """The last line. Raises: Unreadable where it says something else, or anything follows."""
        if said != counted or self._text.read(1):
            self.refuse("the file's end does not fit what stands before it; something is missing or was added")

    def _read(self) -> dict[str, Any]:
        self.number += 1
        try:
            line = self._text.readline(LONGEST_LINE)
            if len(line) < LONGEST_LINE and not line.endswith("\n"):
                self.refuse("the file ends too early, so it is cut; export or fetch it again")
            said = _decode(line)
        except (ValueError, RecursionError) as error:
            raise self._refusal("it is no JSON in UTF-8 as archives have it") from error
        if not isinstance(said, dict) or not isinstance(said.get("type"), str):
            self.refuse("it is no line of an archive")
        return said

    def understand(self, read: Callable[..., T], *said: Any) -> T:
        """What the function makes of it. Raises: Unreadable where it can't."""
        try:
            return read(*said)
        except Invalid as error:
            raise self._refusal(error.message.removesuffix(".")) from error
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            what = f"{type(error).__name__}: {str(error)[:SHOWN]}"
            raise self._refusal(f"it says something that archives never say ({what})") from error

    def refuse_type(self, said: dict[str, Any]) -> NoReturn:
        """Raises: Unreadable for a line that no such line may follow."""
        self.refuse(f"a line of the type {said['type'][:SHOWN]!r} does not belong here")

    def refuse(self, what: str) -> NoReturn:
        """Raises: Unreadable."""
        raise self._refusal(what)

    def _refusal(self, what: str) -> Unreadable:
        return Unreadable(f"{self._file.name}, line {self.number}: {what}.")


def _decode(line: str) -> Any:
    """Raises: ValueError for what no export holds: numbers with a fraction, a key twice."""
    return json.loads(line, object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError("A key stands there twice.")
    return said


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"{text[:SHOWN]} is no whole number.")
