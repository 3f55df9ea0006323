"""Builders of exchange rates: days, files and imports in one line, for tests."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.exchange.import_rates import ImportRates, RatesReport
from coprra.domain.exchange.ports import RateFile, RateFiles, RateImport, RateReads, RatesUnitOfWork
from coprra.domain.exchange.rate import Publication, read_per_euro
from coprra.domain.kernel.money import Currency
from coprra.testing.builders import LONG_AFTER, TESTER


class RateStore(Protocol):
    """What the contract of rates examines: a store that opens snapshots and units of work."""

    def reads(self) -> AbstractContextManager[RateReads]:
        """A snapshot."""

    def unit_of_work(self) -> AbstractContextManager[RatesUnitOfWork]:
        """A unit of work."""


def quoted(day: str, **per_euro: str | None) -> Publication:
    """What the ECB says on that day: ``quoted("2025-12-01", USD="1.16", RUB=None)``."""
    said = {Currency(code): None if rate is None else read_per_euro(rate) for code, rate in per_euro.items()}
    return Publication(date.fromisoformat(day), said)


@dataclass(frozen=True)
class QuotedRates(RateFile):
    """A file of rates out of thin air."""

    said: tuple[Publication, ...] = ()
    source: str = "eurofxref.csv"

    @property
    def sha256(self) -> str:
        """See `RateFile.sha256`."""
        return hashlib.sha256(repr(self.said).encode()).hexdigest()

    @property
    def newest(self) -> date:
        """See `RateFile.newest`."""
        return max(one.day for one in self.said)

    def publications(self) -> Iterator[Publication]:
        """See `RateFile.publications`."""
        return iter(self.said)


@dataclass(frozen=True)
class OneRateFile(RateFiles):
    """Files that know a single one."""

    file: RateFile

    @contextmanager
    def open(self, source: str) -> Iterator[RateFile]:
        """See `RateFiles.open`."""
        yield self.file


def a_rate_import() -> RateImport:
    """An import of a file of 2025-12-02."""
    return RateImport(
        sha256="0" * 64, source="eurofxref.csv", newest=date(2025, 12, 2), imported_at=LONG_AFTER, imported_by=TESTER
    )


def import_rates(
    store: RateStore, *said: Publication, now: datetime = LONG_AFTER, dry_run: bool = False
) -> RatesReport:
    """Import a file that says that."""
    file = QuotedRates(said)
    return ImportRates(StoppedClock(now), OneRateFile(file), store.unit_of_work)(
        file.source, by=TESTER, dry_run=dry_run
    )
