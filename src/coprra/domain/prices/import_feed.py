"""Import a price list: stage it, judge it, publish it in one step."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import format_instant, to_micros
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.chain import Branch
from coprra.domain.prices.events import ListPublished
from coprra.domain.prices.list_run import (
    Changes,
    ListRow,
    ListRun,
    RowProblem,
    Tally,
    TooManyBadRows,
    guard_against_shrinking,
    merge_rows,
)
from coprra.domain.prices.ports import Feed, Feeds, Lists, OpenPricesUnitOfWork, Watch

_BATCH = 2_000


class UnknownOrigin(Invalid):
    """Neither the file nor the caller says whose list it is, or of when."""

    code = "unknown_origin"


class ListInFuture(Invalid):
    """The list claims to be of a time that has not come."""

    code = "list_in_future"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of one list. run: None of its rows count when `already` says that it had been imported before.

    errors: rows whose price was not taken; warnings: odd things about rows that were; by_code: problems by their code.
    proves_absence: whether articles that the list does not carry were marked as not listed.
    """

    run: ListRun
    rows: int
    errors: int
    warnings: int
    by_code: dict[str, int]
    changes: Changes
    proves_absence: bool
    already: bool = False
    dry_run: bool = False


class Unwatched(Watch):
    """Nobody follows."""

    def progress(self, done: int, size: int, rows: int) -> None:
        """Ignored."""

    def problem(self, problem: RowProblem) -> None:
        """Ignored."""


@dataclass(frozen=True, slots=True)
class ImportFeed:
    """Use case: take one price list of one branch into the ledger.

    Until the single commit at its end nobody sees anything of the list, and a process that dies before leaves nothing.
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

        Raises: Unreadable, UnknownShop, UnknownOrigin, ListInFuture, EmptyList, TooManyBadRows, ListShrank;
        Unavailable; InvalidText for a file name that no database can hold.
        """
        watch = watch or Unwatched()
        with self.feeds.open(source, profile=profile) as feed:
            run = self._identify(feed, branch, observed_at, by)
            with self.unit_of_work() as uow:
                if uow.lists.find(run):
                    return _report(run, Tally(), Changes(), already=True, dry_run=dry_run)
                tally = _stage(feed, uow.lists, watch)
                _judge(tally, force=force)
                run = replace(run, rows=uow.lists.staged(), complete=run.complete and tally.proves_absence)
                uow.lists.lock(run)
                if uow.lists.find(run):
                    return _report(run, Tally(), Changes(), already=True, dry_run=dry_run)
                if run.complete and not force:
                    guard_against_shrinking(run.rows, uow.lists.rows_before(run))
                changes = uow.lists.publish(run)
                if not dry_run:
                    uow.record(
                        ListPublished(
                            occurred_at=run.imported_at, by=by, branch=run.branch.id, source=run.source, changes=changes
                        )
                    )
                    uow.commit()
        return _report(run, tally, changes, dry_run=dry_run)

    def _identify(self, feed: Feed, code: str | None, observed_at: date | datetime | None, by: Actor) -> ListRun:
        chain, branch = feed.chain, _branch(feed, code)
        listed_at = observed_at if observed_at is not None else feed.listed_at
        if listed_at is None:
            raise UnknownOrigin(f"{feed.source} does not say of when it is; add --observed-at, such as 2025-12-29.")
        instant = branch.instant_of(listed_at)
        now = self.clock.now()
        if instant > now:
            advice = " Perhaps its name has a wrong year; say the right date with --observed-at."
            raise ListInFuture(
                f"{feed.source} is of {format_instant(instant)}, which has not come yet (now: {format_instant(now)})."
                f"{advice if observed_at is None else ''}"
            )
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
            imported_by=by,
        )


def _branch(feed: Feed, code: str | None) -> Branch:
    branch = feed.branch_named(code) if code is not None else feed.branch
    if branch is None:
        raise UnknownOrigin(f"{feed.source} does not say which branch it is of; add --branch.")
    return branch


def _stage(feed: Feed, lists: Lists, watch: Watch) -> Tally:
    tally = Tally()
    rows = _watched(feed, tally, watch)
    while batch := list(islice(rows, _BATCH)):
        lists.stage(row for row in batch if row.sku is not None)
        watch.progress(feed.position, feed.size, tally.rows)
    for repeated in lists.repeated():
        merged = merge_rows(repeated)
        lists.replace(merged)
        found = tuple(problem for problem in merged.problems if problem.code == "repeated_article")
        tally.note(found)
        for problem in found:
            watch.problem(problem)
    return tally


def _watched(feed: Feed, tally: Tally, watch: Watch) -> Iterator[ListRow]:
    for row in feed.rows():
        tally.add(row)
        for problem in row.problems:
            watch.problem(problem)
        yield row


def _judge(tally: Tally, *, force: bool) -> None:
    try:
        tally.judge()
    except TooManyBadRows:
        if not force:
            raise


def _report(run: ListRun, tally: Tally, changes: Changes, *, already: bool = False, dry_run: bool) -> ImportReport:
    return ImportReport(
        run=run,
        rows=tally.rows,
        errors=tally.bad_rows,
        warnings=tally.warnings,
        by_code=dict(sorted(tally.by_code.items())),
        changes=changes,
        proves_absence=run.complete,
        already=already,
        dry_run=dry_run,
    )
