"""Check how a profile reads a price list, without importing it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from coprra.domain.prices.chain import Branch, UnknownShop
from coprra.domain.prices.list_run import MOST_BAD_ROWS, EmptyList, ListRow, RowProblem
from coprra.domain.prices.ports import Feed, Feeds, Profile
from coprra.domain.prices.reading import FeedColumn, Reading

MOST_ROWS = 1_000
MOST_COUNTED = 100_000
"""Rows: enough for any branch. Of a longer list the others are left to the import."""

_MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class RepeatedProblem:
    """What is wrong with many rows. rows: how many; example: the first; values: the commonest texts, and how many."""

    example: RowProblem
    rows: int
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFeed:
    """What the file is taken for, and how its rows are understood; branch and listed_at: None: must be given.

    rows: the first ones; texts: for each of them those of all columns, as they are written; none for a line that can't
    be taken apart. counted: how many rows were read in all; more: whether there are others. bad: those without a price
    that could be taken; filled: for each column how many rows have a text in it; problems: by code. alone: whether the
    file is one list; else all this is of the first list in it. unknown_shop: what to do before it can be imported,
    where the profile does not say whose it is.
    """

    source: str
    profile: Profile
    branch: Branch | None
    listed_at: date | datetime | None
    complete: bool
    reading: Reading
    rows: tuple[ListRow, ...]
    texts: tuple[tuple[str, ...], ...]
    counted: int
    more: bool
    bad: int
    filled: tuple[int, ...]
    problems: tuple[RepeatedProblem, ...]
    alone: bool = True
    unknown_shop: str | None = None

    @property
    def refused(self) -> bool:
        """Whether the import would refuse it for its bad rows."""
        return not self.counted or self.bad > self.counted * MOST_BAD_ROWS

    @property
    def empty(self) -> tuple[FeedColumn, ...]:
        """The columns that the profile uses and that hold nothing, or are not there."""
        columns = zip(self.reading.columns, self.filled, strict=True)
        return tuple(column for column, filled in columns if column.term and not filled)


@dataclass(slots=True)
class _Count:
    """Counts of a list while it is read."""

    filled: list[int]
    rows: int = 0
    bad: int = 0
    examples: dict[str, RowProblem] = field(default_factory=dict)
    by_code: Counter[str] = field(default_factory=Counter)
    values: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, texts: tuple[str, ...], row: ListRow) -> None:
        self.rows += 1
        self.bad += row.terms is None
        for index, text in enumerate(texts):
            if text and not text.isspace():
                self.filled[index] += 1
        for problem in row.problems:
            self.examples.setdefault(problem.code, problem)
            self.by_code[problem.code] += 1
            self.values[problem.code, problem.value] += 1

    @property
    def problems(self) -> tuple[RepeatedProblem, ...]:
        """The commonest first; ties by code."""
        by_code = sorted(self.by_code.items(), key=lambda one: (-one[1], one[0]))
        return tuple(RepeatedProblem(self.examples[code], rows, self._commonest(code)) for code, rows in by_code)

    def _commonest(self, code: str) -> tuple[tuple[str, int], ...]:
        values = [(value, rows) for (of, value), rows in self.values.items() if of == code]
        return tuple(sorted(values, key=lambda one: (-one[1], one[0]))[:_MOST_VALUES])


@dataclass(frozen=True, slots=True)
class CheckFeed:
    """Use case: show a shop's owner how coprra reads a file."""

    feeds: Feeds

    def __call__(self, source: str, *, profile: str | None = None, rows: int = 10) -> CheckedFeed:
        """rows: how many to show, at most 1,000; all are counted, up to 100,000.

        Raises: Unreadable, Invalid, EmptyList.
        """
        shown: list[tuple[tuple[str, ...], ListRow]] = []
        with self.feeds.open(source, profile=profile) as feeds:
            feed = next(feeds, None)
            if feed is None:
                raise EmptyList("The file has no lists.")
            reading = feed.reading
            count = _Count([0] * len(reading.columns))
            read = feed.raw_rows()
            for texts, row in islice(read, MOST_COUNTED):
                count.add(texts, row)
                if len(shown) < min(rows, MOST_ROWS):
                    shown.append((texts, row))
            return CheckedFeed(
                source=feed.source,
                profile=feed.profile,
                branch=feed.branch,
                listed_at=feed.listed_at,
                complete=feed.complete,
                reading=reading,
                rows=tuple(row for _, row in shown),
                texts=tuple(texts for texts, _ in shown),
                counted=count.rows,
                more=next(read, None) is not None,
                bad=count.bad,
                filled=tuple(count.filled),
                problems=count.problems,
                alone=feed.alone,
                unknown_shop=_unknown_shop(feed),
            )


def _unknown_shop(feed: Feed) -> str | None:
    try:
        feed.chain  # noqa: B018  # whether it can be told is what is asked
    except UnknownShop as unknown:
        return unknown.message
    return None
