"""The reader of archives: every list of the file as a feed."""

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from coprra.adapters.feeds.archive.lines import OTHERWISE, SHOWN, Lines, refuse_cut
from coprra.adapters.feeds.archive.rows import KEYS, read_row, text_of, written_as
from coprra.adapters.feeds.archive.writer import FORM, VERSION, branch_line, list_line
from coprra.adapters.feeds.formats.whole_file import WholeFile
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import parse_instant, to_micros
from coprra.domain.kernel.money import Currency
from coprra.domain.kernel.text import plain_text
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel, InvalidChain
from coprra.domain.prices.list_run import PERSONS, ListRow, ListRun, Standing
from coprra.domain.prices.ports import Feed, Profile
from coprra.domain.prices.reading import FeedColumn, Known, Reading

_LONGEST_HEAD = 2**10
_WIDEST = 2**63
_LONGEST_PROFILE = 100


def is_archive(file: WholeFile) -> bool:
    """Whether it begins as archives do."""
    head = file.stream().read(_LONGEST_HEAD).partition(b"\n")[0]
    return head.startswith(b"{") and f'"{FORM}"'.encode() in head


def archived_lists(file: WholeFile) -> Generator[Feed, None, None]:
    """Every list of the archive. Raises: Unreadable for one that is cut, damaged, or written by a newer coprra."""
    refuse_cut(file)
    lines = Lines(file)
    lines.take_head(FORM, VERSION)
    place: _Place | None = None
    count = rows = 0
    while (said := lines.take())["type"] != "end":
        if said["type"] == "branch":
            place = lines.understand(_read_place, said, place)
        elif said["type"] == "list" and place is not None:
            one = ArchivedList(file, lines, place, lines.understand(place.read_run, said), based=said["based"] is True)
            yield one
            one.finish()
            count += 1
            rows += one.count
        else:
            lines.refuse_type(said)
    lines.finish(said, {"type": "end", "lists": count, "rows": rows})
    file.assert_unchanged()


class _Place:
    """A branch of the file, and how far its lists have come."""

    def __init__(self, chain: Chain, branch: Branch) -> None:
        self.chain = chain
        self.branch = branch
        self.last: ListRun | None = None
        self.based = False
        """Whether a complete list stands before the next one."""
        self.unreadable: set[str] = set()
        """The articles that the list before could not tell."""

    def read_run(self, said: dict[str, Any]) -> ListRun:
        """The run that a list's line tells of; it must come after the one before."""
        run = _read_run(said, self.chain, self.branch)
        if self.last is not None and run.moment <= self.last.moment:
            raise ValueError("The lists of a branch stand in the order of time.")
        if said["based"] is not (run.complete and self.based):
            raise ValueError("A list says what is different from the complete one before it.")
        if said != list_line(run, based=said["based"]):
            raise ValueError(OTHERWISE)
        self.last = run
        self.based |= run.complete
        return run


def _read_place(said: dict[str, Any], before: _Place | None) -> _Place:
    of = said["chain"]
    chain = Chain(
        of["code"],
        of["name"],
        of["country"],
        Currency(of["currency"]),
        timedelta(seconds=of["stale_after_seconds"]),
    )
    id = BranchId(chain.code, said["code"])
    if before is not None and id <= before.branch.id:
        raise ValueError("Branches stand in the order of their names.")
    branch = Branch(id, said["timezone"], Channel(said["channel"]), said.get("address"))
    if said != branch_line(chain, branch):
        raise ValueError(OTHERWISE)
    return _Place(chain, branch)


def _read_run(said: dict[str, Any], chain: Chain, branch: Branch) -> ListRun:
    sha256, precedence = said["sha256"], said.get("precedence")
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ValueError("A digest has 64 digits.")
    if not 0 <= said["articles"] < _WIDEST:
        raise ValueError("That many articles are in no list.")
    if precedence is not None and not (PERSONS <= precedence < _WIDEST and said["complete"] is False):
        raise ValueError("Only what a person said has a precedence of its own.")
    plain_text("profile", said["profile"], _LONGEST_PROFILE)
    return ListRun(
        chain=chain,
        branch=branch,
        instant=to_micros(parse_instant(said["observed_at"])),
        complete=said["complete"] is True,
        sha256=sha256,
        source=said["source"],
        profile=said["profile"],
        rows=said["articles"],
        imported_at=parse_instant(said["imported_at"]),
        imported_by=Actor.parse(said["imported_by"]),
        precedence=precedence,
    )


class ArchivedList(Feed):
    """One list of an archive. Its rows can be read once. count: how many were read so far."""

    def __init__(self, file: WholeFile, lines: Lines, place: _Place, run: ListRun, *, based: bool) -> None:
        self._file = file
        self._lines = lines
        self._place = place
        self._run = run
        self._based = based
        self._left = self._read()
        self._standing: Standing | None = None
        self.count = 0

    @property
    def source(self) -> str:
        return self._run.source

    @property
    def profile(self) -> Profile:
        return Profile(self._run.profile, "a list that coprra exported", self._run.chain, FORM, "exported")

    @property
    def chain(self) -> Chain:
        return self._run.chain

    @property
    def reading(self) -> Reading:
        columns = tuple(FeedColumn(key, term) for key, term in KEYS.items())
        return Reading(Known.CONTENT, Known.CONTENT, Known.CONTENT, columns, ())

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
        return (row for _, row in self._left)

    def raw_rows(self) -> Iterator[tuple[tuple[str, ...], ListRow]]:
        return ((tuple(text_of(said, key) for key in KEYS), replace(row, line=-row.line)) for said, row in self._left)

    @property
    def standing(self) -> Standing | None:
        return self._standing

    def finish(self) -> None:
        """Read the rows that nobody has asked for."""
        for _ in self._left:
            pass

    def _read(self) -> Iterator[tuple[dict[str, Any], ListRow]]:
        run, lines, unreadable = self._run, self._lines, self._place.unreadable
        if run.complete and not self._based:
            unreadable.clear()
        standing_bad = set(unreadable)
        named, last = 0, ""
        while lines.look()["type"] == "row":
            said = lines.take()
            # Below zero: where the list itself said it is not known any more.
            row = lines.understand(read_row, said, -lines.number, run.chain.code, run.chain.currency)
            if said != written_as(row, run.chain.currency):
                lines.refuse(OTHERWISE)
            sku = str(row.sku)
            if sku <= last:
                lines.refuse("the rows of a list stand in the order of their article numbers, each once")
            last = sku
            self.count += 1
            named += not row.absence
            standing_bad.discard(sku)
            unreadable.discard(sku)
            if row.terms is None and not row.absence:
                unreadable.add(sku)
            yield said, row
        if self._based:
            self._standing = Standing(max(run.rows - named, 0), len(standing_bad))
        elif run.rows != named and run.precedence is None:
            lines.refuse(f"the list of {run.source[:SHOWN]} before it has {named} articles and not {run.rows}")
