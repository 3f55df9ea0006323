"""Day lists: what a file that tells of many days says of each of them, as lists of their own."""

import hashlib
import marshal
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import NamedTuple, Self

from coprra.adapters.feeds.declarations.history import HistoryForm
from coprra.adapters.feeds.declarations.profile import TERMS, FeedProfile
from coprra.adapters.feeds.formats.records import Record, shown
from coprra.adapters.feeds.rows import RowMaker
from coprra.domain.kernel.errors import Unavailable, Unreadable
from coprra.domain.prices.chain import Branch, Chain
from coprra.domain.prices.list_run import ListRow, ListRun, RowProblem, Severity, Standing, merge_rows
from coprra.domain.prices.observation import Availability
from coprra.domain.prices.ports import Feed, Profile
from coprra.domain.prices.reading import Reading

_SKU = TERMS.index("sku")
_MOST_LOST = 10_000


@dataclass(frozen=True, slots=True)
class DatedRecords:
    """What a file tells. columns: those of `profile.TERMS`, then those of the form.

    read: all records of the file with the texts of some columns, from its beginning; those that were asked for before
    are of no use any more.
    """

    form: HistoryForm
    columns: tuple[str, ...]
    read: Callable[[Sequence[str]], Iterator[Record | RowProblem]]


def day_lists(file: Feed, profile: FeedProfile, told: DatedRecords) -> Generator[Feed, None, None]:
    """One list for each day that the file names, in the order of time.

    Each carries what was told of its day, and of every article that was told of earlier and is not told of that day.
    """
    with Shelf() as shelf:
        history = _History(file, RowMaker(profile), shelf, told)
        history.collect()
        if history.lost and not shelf.days:
            (problem,) = history.lost[0].problems
            raise Unreadable(f"{file.source}, line {problem.line}: {problem.reason} There is no other row.")
        digest = b""
        for number, day in enumerate(shelf.days, start=1):
            one = DayList(history, day, digest, last=number == len(shelf.days))
            yield one
            one.finish()
            digest = one.digest
            history.done = number / len(shelf.days)


class Shelf:
    """Records on disk, by day: memory grows by a few bytes for each. A context manager; at its end they are gone."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed by `__exit__`
        self._size = 0
        self._places: dict[date, array[int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def days(self) -> list[date]:
        """Sorted."""
        return sorted(self._places)

    def add(self, day: date, record: Record) -> None:
        """Raises: Unavailable when the disk is full."""
        content = marshal.dumps(record)
        try:
            self._file.write(content)
        except OSError as error:
            raise Unavailable("There is no room for a copy of the file in the folder for temporary files.") from error
        self._places.setdefault(day, array("Q")).append(self._size)
        self._size += len(content)

    def places(self, day: date) -> "array[int]":
        """Where the records of that day stand, in the order in which they were added."""
        return self._places[day]

    def read(self, place: int) -> Record:
        """The record that stands there."""
        self._file.seek(place)
        record: Record = marshal.load(self._file)  # noqa: S302 - written by `add`, and nobody else can reach it
        return record


class _Carried(NamedTuple):
    """What an article's last row leaves behind. said: codes and values of its warnings, which are told once."""

    place: int
    bad: bool
    said: tuple[tuple[str, str], ...]


class _History:
    """What the lists of one file share. carried: by article number, what stands after the list that was read last."""

    def __init__(self, file: Feed, row_of: RowMaker, shelf: Shelf, told: DatedRecords) -> None:
        self.file = file
        self.row_of = row_of
        self.shelf = shelf
        self._told = told
        self.carried: dict[str, _Carried] = {}
        self.unavailable: set[str] = set()
        self.lost: list[ListRow] = []
        """Rows of which nobody knows which article or day they are about."""
        self.bad = 0
        """How many of the carried ones could not be read."""
        self.done = 0.0

    def collect(self) -> None:
        """Read the file to its end. Raises: Unreadable, Unavailable."""
        told = self._told
        read = told.form.reader()
        for record in told.read(told.columns):
            if isinstance(record, RowProblem):
                self._lose(record)
                continue
            line, texts = record
            dated = read(texts[len(TERMS) :])
            if dated is None:
                continue
            if dated.day is None:
                day = texts[len(TERMS)]
                self._lose(
                    RowProblem(line, "day", shown(day), "unreadable_day", "It names no day, as the profile reads them.")
                )
                continue
            self.shelf.add(dated.day, (line, texts[: len(TERMS)]))
            if dated.unavailable:
                self.unavailable.add(texts[_SKU].strip())

    def texts(self, day: date) -> dict[int, tuple[str, ...]]:
        """By line what all columns of the file say of that day, once more read from the file. Raises: Unreadable."""
        names = [column.name for column in self.file.reading.columns]
        read = self._told.form.reader()
        found: dict[int, tuple[str, ...]] = {}
        for record in self._told.read((*names, *self._told.columns[len(TERMS) :])):
            if not isinstance(record, RowProblem):
                line, texts = record
                dated = read(texts[len(names) :])
                if dated and dated.day == day:
                    found.setdefault(line, texts[: len(names)])
        return found

    def _lose(self, problem: RowProblem) -> None:
        if len(self.lost) == _MOST_LOST:
            raise Unreadable(
                f"{self.file.source} has more than {_MOST_LOST:,} rows that can't be taken apart, or name no day."
            )
        self.lost.append(ListRow(problem.line, None, problems=(problem,)))

    def carry(self, named: dict[str, _Carried]) -> None:
        """After a list: what it says of these articles stands from now on."""
        self.bad += sum(one.bad for one in named.values())
        self.bad -= sum(self.carried[sku].bad for sku in named if sku in self.carried)
        self.carried.update(named)

    def row(self, place: int) -> ListRow:
        """The row that stands there."""
        return self.row_of(self.shelf.read(place))


class DayList(Feed):
    """What the file says of one day. Its rows can be read once.

    digest: of what it says of that day and of all days before, so that a later copy of the file, which has more days,
    has the same lists for these. A file says only of its last day what is not to be had.
    """

    def __init__(self, history: _History, day: date, before: bytes, *, last: bool) -> None:
        self._history = history
        self._day = day
        self._last = last
        self._first = not before
        self._complete = history.file.complete and (self._first or not history.lost)
        self._standing: Standing | None = None
        self._finished = False
        self._places, self.digest = self._look_through(before)

    def _look_through(self, before: bytes) -> tuple[dict[str, list[int]], bytes]:
        """Where the rows of each article stand, and the digest."""
        places: dict[str, list[int]] = {}
        content = []
        for place in self._history.shelf.places(self._day):
            _, texts = self._history.shelf.read(place)
            places.setdefault(texts[_SKU].strip(), []).append(place)
            content.append(repr([pair for pair in zip(TERMS, texts, strict=True) if pair[1]]))
        if self._last:
            content += map(repr, self._history.unavailable)
        digest = hashlib.sha256(before + self._day.isoformat().encode())
        for line in sorted(content):
            digest.update(line.encode("utf-8", "surrogatepass"))
        return places, digest.digest()

    @property
    def source(self) -> str:
        return self._history.file.source

    @property
    def profile(self) -> Profile:
        return self._history.file.profile

    @property
    def reading(self) -> Reading:
        return self._history.file.reading

    @property
    def chain(self) -> Chain:
        return self._history.file.chain

    @property
    def branch(self) -> Branch | None:
        return self._history.file.branch

    def branch_named(self, code: str) -> Branch:
        return self._history.file.branch_named(code)

    @property
    def listed_at(self) -> date | datetime | None:
        return self._day

    @property
    def complete(self) -> bool:
        return self._complete

    @property
    def alone(self) -> bool:
        return False

    @property
    def exported(self) -> ListRun | None:
        return None

    @property
    def sha256(self) -> str:
        return self.digest.hex()

    @property
    def size(self) -> int:
        return self._history.file.size

    @property
    def position(self) -> int:
        return int(self.size * self._history.done)

    @property
    def standing(self) -> Standing | None:
        return self._standing

    def rows(self) -> Iterator[ListRow]:
        history, carried = self._history, self._history.carried
        if self._first:
            yield from history.lost
        named: dict[str, _Carried] = {}
        for sku, places in self._places.items():
            row, chosen = self._merged(places)
            if row.sku is None:
                history.lost.append(ListRow(row.line, None))
                yield row
                continue
            said = tuple((one.code, one.value) for one in row.problems if one.severity is Severity.WARNING)
            known = carried[sku].said if sku in carried else ()
            news = tuple(one for one in row.problems if (one.code, one.value) not in known)
            named[sku] = _Carried(chosen, row.terms is None, said)
            yield self._offered(replace(row, problems=news))
        for sku in self._named_besides():
            if sku not in named:
                named[sku] = carried[sku]
                yield self._offered(replace(history.row(carried[sku].place), problems=()))
        if self._complete and not self._first and not history.lost:
            told = [carried[sku] for sku in named if sku in carried]
            self._standing = Standing(len(carried) - len(told), history.bad - sum(one.bad for one in told))
        history.carry(named)
        self._finished = True

    def raw_rows(self) -> Iterator[tuple[tuple[str, ...], ListRow]]:
        texts = self._history.texts(self._day)
        for row in self.rows():
            yield texts.get(row.line, ()), row

    def _named_besides(self) -> Iterable[str]:
        """What the list names although the file says nothing of it on that day."""
        history = self._history
        if history.lost and history.file.complete:
            # What is partial is believed of what it names alone.
            return list(history.carried)
        if not self._last:
            return ()
        carried = history.carried
        return [sku for sku in sorted(history.unavailable) if sku in carried and not carried[sku].bad]

    def _merged(self, places: list[int]) -> tuple[ListRow, int]:
        """One row out of all that the file has of an article on that day, and where it stands."""
        rows = tuple(self._history.row(place) for place in places)
        if len(rows) == 1:
            return rows[0], places[0]
        chosen = next((index for index, row in enumerate(rows) if row.terms), 0)
        merged = merge_rows(rows)
        repeated = tuple(one for one in merged.problems if one.code == "repeated_article")
        problems = tuple(one for row in rows for one in row.problems)
        return replace(merged, problems=(*problems, *repeated)), places[chosen]

    def _offered(self, row: ListRow) -> ListRow:
        if self._last and row.terms and row.sku in self._history.unavailable:
            return replace(row, availability=Availability.OUT_OF_STOCK)
        return row

    def finish(self) -> None:
        """Read the rows, if nobody has: the lists after this one need to know."""
        if not self._finished:
            for _ in self.rows():
                pass
