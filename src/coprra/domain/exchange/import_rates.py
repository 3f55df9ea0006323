"""Import exchange rates: a whole file or nothing."""

from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from coprra.domain.exchange.events import RatesImported
from coprra.domain.exchange.ports import OpenRatesUnitOfWork, RateBook, RateFile, RateFiles, RateImport
from coprra.domain.exchange.rate import local_day
from coprra.domain.exchange.revision import RateChanges, Revision, judge
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.ports import Clock

MOST_REVISIONS_TOLD = 20

_BATCH = 250


class RatesInFuture(Invalid):
    """The file claims to know the rates of a day that has not come."""

    code = "rates_in_future"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesReport:
    """What became of one file. first, last, days: of the days it holds.

    revisions: the first of its rates that changed what was believed. None of it counts when `already` says that it had
    been imported before.
    """

    run: RateImport
    first: date | None
    last: date | None
    days: int
    changes: RateChanges
    revisions: tuple[Revision, ...]
    already: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ImportRates:
    """Use case: take a file of exchange rates. A file that was taken before, or says nothing new, changes no answer."""

    clock: Clock
    files: RateFiles
    unit_of_work: OpenRatesUnitOfWork

    def __call__(self, source: str, *, by: Actor, dry_run: bool = False) -> RatesReport:
        """source: a path. dry_run: do everything but commit.

        Raises: Unreadable, RatesInFuture, Unavailable; InvalidText for a file name that no database can hold.
        """
        with self.files.open(source) as file:
            run = self._identify(file, by)
            with self.unit_of_work() as uow:
                book = uow.rate_book
                book.lock()
                if book.find(run.sha256):
                    return _Tally().report(run, already=True, dry_run=dry_run)
                book.begin(run)
                tally = _take(file, book, run.newest)
                if not dry_run:
                    uow.record(
                        RatesImported(occurred_at=run.imported_at, by=by, source=run.source, changes=tally.changes)
                    )
                    uow.commit()
        return tally.report(run, dry_run=dry_run)

    def _identify(self, file: RateFile, by: Actor) -> RateImport:
        now = self.clock.now()
        if file.newest > local_day(now):
            raise RatesInFuture(
                f"{file.source} holds rates of {file.newest}, which has not come yet; get the file anew from the ECB."
            )
        return RateImport(sha256=file.sha256, source=file.source, newest=file.newest, imported_at=now, imported_by=by)


@dataclass(slots=True)
class _Tally:
    """Counts of a file while it is taken."""

    first: date | None = None
    last: date | None = None
    days: int = 0
    changes: RateChanges = field(default_factory=RateChanges)
    revisions: tuple[Revision, ...] = ()

    def report(self, run: RateImport, *, already: bool = False, dry_run: bool) -> RatesReport:
        return RatesReport(
            run=run,
            first=self.first,
            last=self.last,
            days=self.days,
            changes=self.changes,
            revisions=self.revisions,
            already=already,
            dry_run=dry_run,
        )


def _take(file: RateFile, book: RateBook, newest: date) -> _Tally:
    tally = _Tally()
    publications = file.publications()
    while batch := list(islice(publications, _BATCH)):
        first, last = min(said.day for said in batch), max(said.day for said in batch)
        believed = book.believed(first, last)
        verdicts = [judge(said, believed.get(said.day, {}), newest) for said in batch]
        book.add(verdict.additions for verdict in verdicts if verdict.additions)
        tally.days += len(batch)
        tally.first = min(first, tally.first or first)
        tally.last = max(last, tally.last or last)
        tally.changes = sum((verdict.changes for verdict in verdicts), tally.changes)
        told = (*tally.revisions, *(revision for verdict in verdicts for revision in verdict.revisions))
        tally.revisions = told[:MOST_REVISIONS_TOLD]
    return tally
