"""List run: one import of one price list, and the rules by which a list is believed."""

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid, Refused
from coprra.domain.kernel.instants import format_instant, from_micros
from coprra.domain.kernel.text import plain_text
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, Chain
from coprra.domain.prices.observation import ABSENT, NO_CLAIMS, UNREADABLE, Availability, Claims, Moment, State, Terms

SOURCE_LENGTH = 255
MOST_BAD_ROWS = Decimal("0.20")
MOST_SHRINKAGE = Decimal("0.20")
PERSONS = 2**56
"""Precedences from here on belong to what persons say, which outranks every list of the same instant."""


class TooManyBadRows(Refused):
    """More rows are wrong than a healthy list has: most likely the wrong profile or encoding."""

    code = "too_many_bad_rows"


class ListShrank(Refused):
    """A complete list lost more rows than a branch loses overnight."""

    code = "list_shrank"


class EmptyList(Invalid):
    """A list without a single row."""

    code = "empty_list"


class MissingBase(Refused):
    """A list says only what is different from another one, and that one is not published as a complete list."""

    code = "missing_base"

    @classmethod
    def of(cls, run: "ListRun") -> "MissingBase":
        """For people."""
        return cls(
            f"{run.source} says of {format_instant(run.observed_at)} only what is different from the list before it, "
            "and that one is not here, or not as a complete list. Import the file into an empty store."
        )


class Severity(StrEnum):
    """error: the row's price was not taken; warning: it was, and something about it is odd."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row. line: as an editor counts, from 1; value: at most 80 characters of what stands there.

    code: stable, for machines; reason: a sentence for the shop's owner.
    """

    line: int
    field: str
    value: str
    code: str
    reason: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list, understood as far as possible. line: as in `RowProblem`; below 1 where nobody knows it.

    line: where it begins, as an editor counts, from 1; where several begin on one line each counts one further, so that
    no two rows of a list share one. sku is None where not even the article number could be read. article and terms are
    both there, or both absent (the row has an error, or is an `absence`). problems: everything that is odd about it.
    """

    line: int
    sku: str | None
    article: Article | None = None
    terms: Terms | None = None
    availability: Availability = Availability.IN_STOCK
    claims: Claims = NO_CLAIMS
    problems: tuple[RowProblem, ...] = ()

    @property
    def absence(self) -> bool:
        """Whether the list says with this row that it does not carry the article any more."""
        return self.terms is None and self.availability is Availability.NOT_LISTED

    @property
    def state(self) -> State:
        """What the row says of its listing."""
        if self.terms is None:
            return ABSENT if self.absence else UNREADABLE
        return State(self.availability, self.article, self.terms, self.claims)


def precedence_of(sha256: str) -> int:
    """A list's rank among others of the same branch and instant: from its content, so it never depends on arrival.

    56 bits of the digest; the seven bits above are zero for lists and belong to a person's corrections.
    """
    return int(hashlib.sha256(sha256.encode()).hexdigest()[:14], 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRun:
    """One list of one branch. instant: when the list was true, in microseconds UTC.

    complete: it carries everything the branch sells, so that what is absent is not listed any more.
    sha256: of the uncompressed content, hex; source: the file's name; rows: articles it carries. precedence: of what a
    person says; None for a list, whose content gives it.

    Raises: InvalidText for a file name that no database can hold.
    """

    chain: Chain
    branch: Branch
    instant: int
    complete: bool
    sha256: str
    source: str
    profile: str
    rows: int
    imported_at: datetime
    imported_by: Actor
    precedence: int | None = None

    def __post_init__(self) -> None:
        plain_text("file name", self.source, SOURCE_LENGTH)

    @property
    def moment(self) -> Moment:
        """Its place in the ledger."""
        return Moment(self.instant, precedence_of(self.sha256) if self.precedence is None else self.precedence)

    @property
    def observed_at(self) -> datetime:
        """When the list was true: aware, UTC."""
        return from_micros(self.instant)


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A published list, or a person's word, as it is written down elsewhere. rows: article numbers and what it says.

    based: the rows are only what it says otherwise than the branch's complete list before it, absences among them.
    """

    run: ListRun
    based: bool
    rows: Iterator[tuple[str, State]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a list carries without saying so, because the list before it in its file says the same.

    rows: how many articles; bad_rows: how many of them could not be read.
    """

    rows: int
    bad_rows: int = 0


NOTHING_STANDING = Standing(0)


@dataclass(frozen=True, slots=True)
class Base:
    """The complete list that another of its branch stands on: what that one leaves out, it says too."""

    run: ListRun
    standing: Standing


@dataclass(slots=True)
class Tally:
    """Counts of a list while it is read, and whether it can be believed."""

    rows: int = 0
    bad_rows: int = 0
    warnings: int = 0
    anonymous_rows: int = 0
    """Rows that could not be read far enough to know which article they are about."""
    by_code: dict[str, int] = field(default_factory=dict)

    def add(self, row: ListRow) -> None:
        """Count a row and its problems."""
        self.rows += 1
        if row.terms is None and not row.absence:
            self.bad_rows += 1
            self.anonymous_rows += row.sku is None
        self.note(row.problems)

    def note(self, problems: tuple[RowProblem, ...]) -> None:
        """Count problems only."""
        for problem in problems:
            self.warnings += problem.severity is Severity.WARNING
            self.by_code[problem.code] = self.by_code.get(problem.code, 0) + 1

    def include(self, other: "Tally") -> None:
        """Add the counts of another list."""
        self.rows += other.rows
        self.bad_rows += other.bad_rows
        self.warnings += other.warnings
        self.anonymous_rows += other.anonymous_rows
        for code, count in other.by_code.items():
            self.by_code[code] = self.by_code.get(code, 0) + count

    @property
    def proves_absence(self) -> bool:
        """Whether an article that is not in the list is really gone: not when a row's article could not be told."""
        return self.anonymous_rows == 0

    def judge(self, standing: Standing = NOTHING_STANDING) -> None:
        """standing: what the list carries besides the rows that were counted. Raises: EmptyList, TooManyBadRows."""
        rows, bad_rows = self.rows + standing.rows, self.bad_rows + standing.bad_rows
        if not rows:
            raise EmptyList("The list has no rows.")
        if bad_rows > rows * MOST_BAD_ROWS:
            raise TooManyBadRows(
                f"{bad_rows} of {rows} rows can't be read; more than {MOST_BAD_ROWS:.0%} means the wrong "
                "profile or encoding. Look with `coprra feeds check`; --force imports the readable rows all the same."
            )


def guard_against_shrinking(rows: int, previous: int | None) -> None:
    """A complete list may lose a fifth of the articles of the complete list before it, not more.

    Raises: ListShrank.
    """
    if previous is not None and rows < previous * (1 - MOST_SHRINKAGE):
        raise ListShrank(
            f"The list carries {rows} articles and the one before it {previous}: more than {MOST_SHRINKAGE:.0%} are "
            "gone. If the branch really sells that little now, import it with --force."
        )


def merge_rows(rows: tuple[ListRow, ...]) -> ListRow:
    """One row out of all rows of a list that carry the same article number. rows: by line.

    Rows that differ in their GTINs only are one article with several (real lists print one row for each). The first
    readable row stands; one with other terms is reported and not taken.
    """
    readable = [(row, row.article) for row in rows if row.terms and row.article]
    if not readable:
        return rows[0]
    first, article = readable[0]
    gtins = {gtin for row, other in readable if row.terms == first.terms for gtin in other.gtins}
    problems = tuple(
        RowProblem(
            row.line,
            "sku",
            str(row.sku),
            "repeated_article",
            f"The article stands on line {first.line} already, at another price or terms; that line is taken.",
            Severity.WARNING,
        )
        for row, _ in readable[1:]
        if row.terms != first.terms
    )
    return replace(first, article=replace(article, gtins=tuple(sorted(gtins))), problems=problems)


@dataclass(frozen=True, slots=True)
class Changes:
    """What publishing a list did, in listings of its branch.

    new: never seen before; changed: other terms or words; back: listed again; unlisted: not carried any more.
    overtaken: how many of them a later list had spoken of before this one arrived: they count for the history, without
    effect on today's offer.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    back: int = 0
    unlisted: int = 0
    overtaken: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))
