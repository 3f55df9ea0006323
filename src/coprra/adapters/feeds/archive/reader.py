"""The reader of archives: every list of the file as a feed."""

import io
import json
from collections.abc import Generator, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from coprra.adapters.feeds.archive.rows import read_row
from coprra.adapters.feeds.archive.writer import FORM, VERSION
from coprra.adapters.feeds.whole_file import WholeFile
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid, Unreadable
from coprra.domain.kernel.instants import parse_instant, to_micros
from coprra.domain.kernel.money import Currency
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel, InvalidChain
from coprra.domain.prices.list_run import ListRow, ListRun, Standing
from coprra.domain.prices.ports import Feed, Profile

LONGEST_LINE = 2**18
_WIDEST = 2**63
_HEAD = f'{{"type":"{FORM}"'.encode()


def is_archive(file: WholeFile) -> bool:
    """Whether it begins as archives do."""
    return file.stream().read(len(_HEAD)) == _HEAD


def archived_lists(file: WholeFile) -> Generator[Feed, None, None]:
    """Every list of the archive. Raises: Unreadable for one that is cut, damaged, or written by a newer coprra."""
    lines = _Lines(file)
    head = lines.take()
    if head.get("version") != VERSION:
        raise lines.broken(f"it is of version {head.get('version')}, which this coprra does not read; use a newer one")
    place: tuple[Chain, Branch] | None = None
    unreadable: set[str] = set()
    count = 0
    while (said := lines.take())["type"] != "end":
        if said["type"] == "branch":
            place = lines.understand(_read_place, said)
            unreadable.clear()
        elif said["type"] == "list" and place is not None:
            one = ArchivedList(file, lines, lines.understand(_read_run, said, *place), bool(said["based"]), unreadable)
            yield one
            one.finish()
            count += 1
        else:
            raise lines.broken(f"a line of the type {said['type']!r} does not belong here")
    if said.get("lists") != count or lines.more():
        raise lines.broken("its end does not fit what stands before it")
    file.assert_unchanged()


class _Lines:
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

    def more(self) -> bool:
        """Whether anything follows."""
        return bool(self._text.read(1))

    def _read(self) -> dict[str, Any]:
        self.number += 1
        try:
            line = self._text.readline(LONGEST_LINE)
            said = json.loads(line) if line.endswith("\n") else None
        except (ValueError, RecursionError) as error:
            raise self.broken("it is no JSON") from error
        if not isinstance(said, dict) or not isinstance(said.get("type"), str):
            cut = len(line) < LONGEST_LINE and not line.endswith("\n")
            raise self.broken("the file ends too early; it is cut" if cut else "it is no line of an archive")
        return said

    def understand(self, read: Any, *said: Any) -> Any:
        """What the function makes of it. Raises: Unreadable where it can't."""
        try:
            return read(*said)
        except Invalid as error:
            raise self.broken(error.message.removesuffix(".")) from error
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise self.broken(f"it says something that archives never say ({type(error).__name__}: {error})") from error

    def broken(self, what: str) -> Unreadable:
        return Unreadable(f"{self._file.name}, line {self.number}: {what}.")


class ArchivedList(Feed):
    """One list of an archive. Its rows can be read once."""

    def __init__(self, file: WholeFile, lines: _Lines, run: ListRun, based: bool, unreadable: set[str]) -> None:
        self._file = file
        self._lines = lines
        self._run = run
        self._based = based
        self._unreadable = unreadable
        self._standing: Standing | None = None

    @property
    def source(self) -> str:
        return self._run.source

    @property
    def profile(self) -> Profile:
        return Profile(self._run.profile, "A list that coprra exported", self._run.chain, FORM, "exported")

    @property
    def chain(self) -> Chain:
        return self._run.chain

    @property
    def branch(self) -> Branch | None:
        return self._run.branch

    def branch_named(self, code: str) -> Branch:
        raise InvalidChain(f"{self._file.name} says itself whose lists it holds; leave --branch {code[:40]} out.")

    @property
    def listed_at(self) -> date | datetime | None:
        return self._run.observed_at

    @property
    def complete(self) -> bool:
        return self._run.complete

    @property
    def alone(self) -> bool:
        return False

    @property
    def exported(self) -> ListRun | None:
        return self._run

    @property
    def sha256(self) -> str:
        return self._run.sha256

    @property
    def size(self) -> int:
        return self._file.size

    @property
    def position(self) -> int:
        return self._file.position

    def rows(self) -> Iterator[ListRow]:
        run, lines = self._run, self._lines
        named = bad = 0
        if run.complete and not self._based:
            self._unreadable.clear()
        told = set(self._unreadable)
        while lines.look()["type"] == "row":
            said = lines.take()
            # Below zero: the line of the list itself is not known any more.
            row: ListRow = lines.understand(read_row, said, -lines.number, run.chain.code, run.chain.currency)
            yield row
            sku = str(row.sku)
            named += not row.absence
            told.discard(sku)
            if row.terms is None and not row.absence:
                self._unreadable.add(sku)
            else:
                self._unreadable.discard(sku)
        bad = len(told)
        if self._based:
            self._standing = Standing(max(run.rows - named, 0), bad)

    @property
    def standing(self) -> Standing | None:
        return self._standing

    def finish(self) -> None:
        """Pass over the rows that nobody has read."""
        while self._lines.look()["type"] == "row":
            self._lines.take()


def _read_place(said: dict[str, Any]) -> tuple[Chain, Branch]:
    of = said["chain"]
    chain = Chain(
        of["code"],
        of["name"],
        of["country"],
        Currency(of["currency"]),
        timedelta(seconds=of["stale_after_seconds"]),
    )
    id = BranchId(chain.code, said["code"])
    return chain, Branch(id, said["timezone"], Channel(said["channel"]), said.get("address"))


def _read_run(said: dict[str, Any], chain: Chain, branch: Branch) -> ListRun:
    sha256, precedence = said["sha256"], said.get("precedence")
    if len(sha256) != 64 or not 0 <= said["articles"] < _WIDEST or not 0 <= (precedence or 0) < _WIDEST:
        raise ValueError("no digest, count or precedence")
    return ListRun(
        chain=chain,
        branch=branch,
        instant=to_micros(parse_instant(said["observed_at"])),
        complete=bool(said["complete"]),
        sha256=sha256,
        source=said["source"],
        profile=said["profile"],
        rows=said["articles"],
        imported_at=parse_instant(said["imported_at"]),
        imported_by=Actor.parse(said["imported_by"]),
        precedence=precedence,
    )
