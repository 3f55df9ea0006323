"""Import price lists from a file: stage each, judge it, publish it in one step."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import format_instant, to_micros
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import Branch, BranchId
from coprra.domain.prices.events import ListPublished
from coprra.domain.prices.list_run import (
    NOTHING_STANDING,
    Base,
    Changes,
    EmptyList,
    ListRow,
    ListRun,
    MissingBase,
    RowProblem,
    Standing,
    Tally,
    TooManyBadRows,
    guard_against_shrinking,
    merge_rows,
)
from coprra.domain.prices.observation import Moment
from coprra.domain.prices.ports import Feed, Feeds, Lists, OpenPricesUnitOfWork, PricesUnitOfWork, Watch

_BATCH = 500
"""Rows that are held at once. Of more, and longer held, the garbage collector looks through all again and again."""


class UnknownOrigin(Invalid):
    """Neither the file nor the caller says whose list it is, or of when."""

    code = "unknown_origin"


class ListInFuture(Invalid):
    """The list claims to be of a time that has not come."""

    code = "list_in_future"


class SeveralLists(Invalid):
    """One date is given for a file that holds several lists, each with its own."""

    code = "several_lists"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of the lists of one file.

    run: the latest of them; since: when the earliest was true, aware, UTC; lists: how many there are; known: how many
    of them had been imported before, so that nothing of them counts; branches: of how many branches they are.
    errors: rows whose price was not taken; warnings: odd things about rows that were; by_code: problems by their code.
    proves_absence: whether articles that the lists do not carry were marked as not listed.
    """

    run: ListRun
    since: datetime
    rows: int
    errors: int
    warnings: int
    by_code: dict[str, int]
    changes: Changes
    proves_absence: bool
    lists: int = 1
    known: int = 0
    branches: int = 1
    dry_run: bool = False

    @property
    def already(self) -> bool:
        """Whether every list had been imported before."""
        return self.known == self.lists


class Unwatched(Watch):
    """Nobody follows."""

    def progress(self, done: int, size: int, rows: int) -> None:
        """Ignored."""

    def problem(self, problem: RowProblem) -> None:
        """Ignored."""

    def taken(self) -> None:
        """Ignored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """What the caller knows better than the file, and how strictly a list is judged."""

    by: Actor
    branch: str | None
    observed_at: date | datetime | None
    force: bool
    dry_run: bool


@dataclass(slots=True)
class _FileImport:
    """One file on its way into the ledger, list by list. tally, changes: of all that were taken."""

    clock: Clock
    wishes: _Wishes
    watch: Watch
    tally: Tally = field(default_factory=Tally)
    changes: Changes = field(default_factory=Changes)
    lists: int = 0
    known: int = 0
    proves_absence: bool = True
    first: ListRun | None = None
    last: ListRun | None = None
    base: ListRun | None = None
    """The last complete list of the file."""
    branches: set[BranchId] = field(default_factory=set)

    def take(self, feed: Feed, run: ListRun, uow: PricesUnitOfWork) -> None:
        """Publish a list that is not published yet, and count it. Commits, but for a trial."""
        if uow.lists.find(run):
            self.known += 1
        else:
            run = self._publish(feed, run, uow)
        self.lists += 1
        self.proves_absence &= run.complete
        self.first = min(self.first or run, run, key=_when)
        self.last = max(self.last or run, run, key=_when)
        self.base = run if run.complete else self.base
        self.branches.add(run.branch.id)
        self.watch.taken()

    def _publish(self, feed: Feed, run: ListRun, uow: PricesUnitOfWork) -> ListRun:
        """Returns the run as it was published."""
        wishes, lists = self.wishes, uow.lists
        tally = self._stage(feed, lists)
        standing = feed.standing or NOTHING_STANDING
        if not feed.exported:
            _judge(tally, standing, force=wishes.force)
        rows = feed.exported.rows if feed.exported else lists.staged() + standing.rows
        run = replace(run, rows=rows, complete=run.complete and tally.proves_absence)
        lists.lock(run)
        if lists.find(run):
            self.known += 1
            return run
        if run.complete and not wishes.force and not feed.exported:
            guard_against_shrinking(run.rows, lists.rows_before(run))
        changes = lists.publish(run, base=self._base(feed, run))
        self.tally.include(tally)
        self.changes += changes
        if not wishes.dry_run:
            uow.record(
                ListPublished(
                    occurred_at=self.clock.now(), by=wishes.by, branch=run.branch.id, source=run.source, changes=changes
                )
            )
            uow.commit()
        return run

    def _base(self, feed: Feed, run: ListRun) -> Base | None:
        """Raises: MissingBase for a list that leaves something out where no complete list stands before it."""
        if feed.standing is None:
            return None
        if self.base is None or self.base.branch.id != run.branch.id:
            raise MissingBase.of(run)
        return Base(self.base, feed.standing)

    def _stage(self, feed: Feed, lists: Lists) -> Tally:
        tally = Tally()
        rows = self._watched(feed, tally)
        while batch := list(islice(rows, _BATCH)):
            lists.stage(row for row in batch if row.sku is not None)
            self.watch.progress(feed.position, feed.size, self.tally.rows + tally.rows)
        for repeated in lists.repeated():
            merged = merge_rows(repeated)
            lists.replace(merged)
            found = tuple(problem for problem in merged.problems if problem.code == "repeated_article")
            tally.note(found)
            for problem in found:
                self.watch.problem(problem)
        return tally

    def _watched(self, feed: Feed, tally: Tally) -> Iterator[ListRow]:
        for row in feed.rows():
            tally.add(row)
            for problem in row.problems:
                self.watch.problem(problem)
            yield row

    def report(self) -> ImportReport:
        """Raises: EmptyList."""
        if self.first is None or self.last is None:
            raise EmptyList("The file has no lists.")
        return ImportReport(
            run=self.last,
            since=self.first.observed_at,
            rows=self.tally.rows,
            errors=self.tally.bad_rows,
            warnings=self.tally.warnings,
            by_code=dict(sorted(self.tally.by_code.items())),
            changes=self.changes,
            proves_absence=self.proves_absence,
            lists=self.lists,
            known=self.known,
            branches=len(self.branches),
            dry_run=self.wishes.dry_run,
        )


@dataclass(frozen=True, slots=True)
class ImportFeed:
    """Use case: take the price lists of one file into the ledger, one after the other. Nearly every file is one list.

    Until the single commit at its end nobody sees anything of a list, and a process that dies before leaves nothing of
    it. Lists before it stay, and are recognised when the file is imported again.
    """

    clock: Clock
    feeds: Feeds
    unit_of_work: OpenPricesUnitOfWork

    def __call__(
        self,
        source: str,
        *,
        by: Actor,
        profile: str | None = None,
        branch: str | None = None,
        observed_at: date | datetime | None = None,
        force: bool = False,
        dry_run: bool = False,
        watch: Watch | None = None,
    ) -> ImportReport:
        """source: a path. branch: a code or alias; observed_at: a date or naive datetime is the branch's local time.

        Both are found from the file's name and content when not given. force: publish also when the list shrank or has
        too many bad rows. dry_run: do everything but commit.

        Raises: Unreadable, UnknownShop, UnknownOrigin, ListInFuture, SeveralLists, EmptyList, TooManyBadRows,
        ListShrank, MissingBase, Unavailable; InvalidText for a file name that no database can hold.
        """
        wishes = _Wishes(by=by, branch=branch, observed_at=observed_at, force=force, dry_run=dry_run)
        going = _FileImport(self.clock, wishes, watch or Unwatched())
        trial = self.unit_of_work() if dry_run else nullcontext()
        with self.feeds.open(source, profile=profile) as feeds, trial as shared:
            for feed in feeds:
                run = self._identify(feed, wishes)
                with nullcontext(shared) if shared else self.unit_of_work() as uow:
                    going.take(feed, run, uow)
        return going.report()

    def _identify(self, feed: Feed, wishes: _Wishes) -> ListRun:
        chain, branch = feed.chain, _branch(feed, wishes.branch)
        if wishes.observed_at is not None and not feed.alone:
            raise SeveralLists(f"{feed.source} says itself of when each of its lists is; leave --observed-at out.")
        listed_at = wishes.observed_at if wishes.observed_at is not None else feed.listed_at
        if listed_at is None:
            raise UnknownOrigin(f"{feed.source} does not say of when it is; add --observed-at, such as 2025-12-29.")
        instant = branch.instant_of(listed_at)
        now = self.clock.now()
        if instant > now:
            wrong = feed.alone and wishes.observed_at is None
            advice = " Perhaps its name has a wrong year; say the right date with --observed-at." if wrong else ""
            raise ListInFuture(
                f"{feed.source} is of {format_instant(instant)}, which has not come yet (now: {format_instant(now)})."
                f"{advice}"
            )
        if feed.exported:
            return feed.exported
        return ListRun(
            chain=chain,
            branch=branch,
            instant=to_micros(instant),
            complete=feed.complete,
            sha256=feed.sha256,
            source=feed.source,
            profile=feed.profile.name,
            rows=0,
            imported_at=now,
            imported_by=wishes.by,
        )


def _when(run: ListRun) -> Moment:
    return run.moment


def _branch(feed: Feed, code: str | None) -> Branch:
    branch = feed.branch_named(code) if code is not None else feed.branch
    if branch is None:
        raise UnknownOrigin(f"{feed.source} does not say which branch it is of; add --branch.")
    return branch


def _judge(tally: Tally, standing: Standing, *, force: bool) -> None:
    try:
        tally.judge(standing)
    except TooManyBadRows:
        if not force:
            raise
