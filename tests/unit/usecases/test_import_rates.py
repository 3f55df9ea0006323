"""Rates are imported as a whole file by somebody, and tell what they changed."""

from datetime import date, datetime
from pathlib import Path

import pytest

import coprra
from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.exchange.events import RatesImported
from coprra.domain.exchange.import_rates import MOST_REVISIONS_TOLD, ImportRates, RatesInFuture
from coprra.domain.exchange.revision import RateChanges, Revision
from coprra.domain.kernel.events import Event
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.kernel.money import Currency
from coprra.domain.kernel.text import InvalidText
from coprra.testing.builders import TESTER
from coprra.testing.rates import OneRateFile, QuotedRates, RateStore, import_rates, quoted

NOW = parse_instant("2025-12-30T16:00:00Z")


@pytest.fixture
def store() -> RateStore:
    return MemoryStore()


def test_a_report_says_what_was_in_the_file_and_what_became_of_it(store: RateStore) -> None:
    report = import_rates(store, quoted("2025-12-30", USD="1.17", RUB=None), quoted("2025-12-29", USD="1.16"), now=NOW)
    assert (report.first, report.last, report.days) == (date(2025, 12, 29), date(2025, 12, 30), 2)
    assert report.changes == RateChanges(new=2)
    assert (report.run.newest, report.run.imported_at, report.run.imported_by) == (date(2025, 12, 30), NOW, TESTER)
    assert not report.already


def test_a_report_names_the_first_rates_that_were_corrected(store: RateStore) -> None:
    days = [f"2025-{month:02}-{day:02}" for month in (10, 11) for day in range(1, 29)]
    import_rates(store, *(quoted(day, USD="1.16") for day in days))
    report = import_rates(store, quoted("2025-12-01", USD="1.16"), *(quoted(day, USD="1.15") for day in days))
    assert report.changes == RateChanges(new=1, revised=len(days))
    assert len(report.revisions) == MOST_REVISIONS_TOLD
    assert report.revisions[0] == Revision(Currency("USD"), date(2025, 10, 1), 1_160_000, 1_150_000)


@pytest.mark.parametrize(("now", "refused"), [("2025-12-29T22:59:59Z", True), ("2025-12-29T23:00:00Z", False)])
def test_rates_of_a_day_that_has_not_come_in_frankfurt_are_refused(store: RateStore, now: str, refused: bool) -> None:
    def take(instant: datetime) -> None:
        import_rates(store, quoted("2025-12-30", USD="1.17"), now=instant)

    if refused:
        with pytest.raises(RatesInFuture, match="2025-12-30, which has not come yet"):
            take(parse_instant(now))
    else:
        take(parse_instant(now))


def test_a_file_whose_name_no_database_can_hold_is_refused(store: RateStore) -> None:
    file = QuotedRates((quoted("2025-12-30", USD="1.17"),), "a\nb.csv")
    with pytest.raises(InvalidText, match="file name"):
        ImportRates(StoppedClock(NOW), OneRateFile(file), store.unit_of_work)("a", by=TESTER)


def test_the_event_is_told_once_and_not_for_a_dry_run_or_a_repeat(tmp_path: Path) -> None:
    heard: list[Event] = []
    path = tmp_path / "eurofxref.csv"
    path.write_text("Date,USD\n2025-12-30,1.17\n", "utf-8")
    application = coprra.build(clock=StoppedClock(NOW), reactions=(heard.append,))
    for dry_run in (True, False, False):
        application.import_rates(str(path), by=TESTER, dry_run=dry_run)
    assert heard == [RatesImported(occurred_at=NOW, by=TESTER, source="eurofxref.csv", changes=RateChanges(new=1))]
