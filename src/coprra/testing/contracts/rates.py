"""The contract of a store of exchange rates: what `RateReads` and `RatesUnitOfWork` promise together.

An adapter takes the exam with::

    class TestMyRates(RatesContract):
        def make_store(self):
            return MyStore(...)  # empty, and no other test's
"""

from abc import abstractmethod
from datetime import date, timedelta
from threading import Thread

import pytest
from hypothesis import strategies as st

from coprra.adapters.memory.store import MemoryStore
from coprra.domain.exchange.import_rates import RatesReport
from coprra.domain.exchange.rate import Publication
from coprra.domain.exchange.revision import RateChanges
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.money import Currency
from coprra.testing.contracts.law import Contract, law
from coprra.testing.rates import RateStore, a_rate_import, import_rates, quoted

USD, RUB = Currency("USD"), Currency("RUB")


@st.composite
def _files(draw: st.DrawFn, newest: int) -> list[Publication]:
    """What a file says of some days up to the newest."""
    days = sorted(draw(st.sets(st.integers(1, newest))) | {newest}, reverse=True)
    rates = st.sampled_from(("1", "1.1", "1.12"))
    return [quoted(f"2025-12-{day:02}", USD=draw(rates), JPY=draw(rates), RUB=None) for day in days]


class RatesContract(Contract):
    """Subclass it, say how a store is made, and inherit every promise."""

    @abstractmethod
    def make_store(self) -> RateStore:
        """An empty store that nobody else uses."""

    @pytest.fixture
    def store(self) -> RateStore:
        """An empty store."""
        return self.make_store()

    def test_an_empty_store_knows_no_rate(self, store: RateStore) -> None:
        assert _publication(store, "2025-12-31") is None

    def test_a_day_has_its_own_rates_or_those_of_the_last_day_before(self, store: RateStore) -> None:
        friday, monday = quoted("2025-12-05", USD="1.16"), quoted("2025-12-08", USD="1.17")
        import_rates(store, monday, friday)
        assert _publication(store, "2025-12-04") is None
        assert [_publication(store, f"2025-12-{day:02}") for day in (5, 6, 7, 8, 9)] == [friday] * 3 + [monday] * 2

    def test_every_rate_comes_back_exactly_as_it_was_given(self, store: RateStore) -> None:
        said = quoted("2004-12-31", TRL="1836200", LVL="0.6979", KRW="1410.05", IDR="0.000001", JPY="999999999999")
        import_rates(store, said)
        assert _publication(store, "2004-12-31") == said

    def test_a_rate_belongs_to_its_day_alone_however_fresh_the_one_before_is(self, store: RateStore) -> None:
        import_rates(store, quoted("2022-03-01", RUB="117.201", USD="1.1162"), quoted("2022-03-02", USD="1.1106"))
        suspended = _publication(store, "2022-03-02")
        assert suspended is not None
        assert suspended.currencies == (USD,)

    def test_what_never_had_a_rate_is_not_kept(self, store: RateStore) -> None:
        report = import_rates(store, quoted("2025-12-01", USD="1.16", RUB=None))
        assert report.changes == RateChanges(new=1)
        assert _publication(store, "2025-12-01") == quoted("2025-12-01", USD="1.16")

    def test_a_later_file_adds_its_days_and_changes_no_other(self, store: RateStore) -> None:
        first, second = quoted("2025-12-01", USD="1.16"), quoted("2025-12-02", USD="1.17")
        import_rates(store, first)
        assert import_rates(store, second, first).changes == RateChanges(new=1, unchanged=1)
        assert [_publication(store, day) for day in ("2025-12-01", "2025-12-02")] == [first, second]

    def test_the_same_file_again_changes_nothing_and_says_so(self, store: RateStore) -> None:
        said = quoted("2025-12-01", USD="1.16")
        assert not import_rates(store, said).already
        before = _revision(store)
        assert import_rates(store, said).already
        assert _revision(store) == before

    def test_each_commit_raises_the_revision(self, store: RateStore) -> None:
        before = _revision(store)
        import_rates(store, quoted("2025-12-01", USD="1.16"))
        import_rates(store, quoted("2025-12-02", USD="1.16"))
        assert _revision(store) == before + 2

    def test_a_dry_run_leaves_nothing(self, store: RateStore) -> None:
        before = _revision(store)
        said = quoted("2025-12-01", USD="1.16")
        assert import_rates(store, said, dry_run=True).changes == RateChanges(new=1)
        assert (_revision(store), _publication(store, "2025-12-01")) == (before, None)
        assert not import_rates(store, said).already

    def test_what_fails_half_way_leaves_nothing(self, store: RateStore) -> None:
        with pytest.raises(RuntimeError, match="the reader died"):
            _die_half_way(store)
        assert _publication(store, "2025-12-31") is None
        assert import_rates(store, quoted("2025-12-01", USD="1.16")).changes == RateChanges(new=1)

    def test_a_snapshot_does_not_see_what_is_imported_while_it_is_open(self, store: RateStore) -> None:
        import_rates(store, quoted("2025-12-01", USD="1.16"))
        with store.reads() as snapshot:
            before = snapshot.revision
            import_rates(store, quoted("2025-12-02", USD="1.17"))
            assert snapshot.publication(date(2025, 12, 2)) == quoted("2025-12-01", USD="1.16")
            assert snapshot.revision == before

    def test_a_newer_file_corrects_a_rate_and_an_older_one_does_not(self, store: RateStore) -> None:
        import_rates(store, quoted("2025-12-01", USD="1.16"))
        corrected = import_rates(store, quoted("2025-12-03", USD="1.18"), quoted("2025-12-01", USD="1.15"))
        assert corrected.changes == RateChanges(new=1, revised=1)
        older = import_rates(store, quoted("2025-12-02", USD="1.17"), quoted("2025-12-01", USD="1.14"))
        assert older.changes == RateChanges(new=1, overtaken=1)
        assert _publication(store, "2025-12-01") == quoted("2025-12-01", USD="1.15")

    def test_a_correction_within_the_day_is_believed(self, store: RateStore) -> None:
        import_rates(store, quoted("2025-12-01", USD="11.6"))
        assert import_rates(store, quoted("2025-12-01", USD="1.16")).changes == RateChanges(revised=1)
        assert import_rates(store, quoted("2025-12-01", USD="11.6")).already
        assert _publication(store, "2025-12-01") == quoted("2025-12-01", USD="1.16")

    def test_a_rate_can_be_taken_back_and_given_again(self, store: RateStore) -> None:
        import_rates(store, quoted("2025-12-01", USD="1.16", RUB="90"))
        import_rates(store, quoted("2025-12-02", USD="1.17"), quoted("2025-12-01", RUB=None))
        taken_back = _publication(store, "2025-12-01")
        assert taken_back is not None
        assert taken_back.currencies == (USD,)
        import_rates(store, quoted("2025-12-03", USD="1.17"), quoted("2025-12-01", RUB="91"))
        given_again = _publication(store, "2025-12-01")
        assert given_again is not None
        assert given_again.currencies == (RUB, USD)

    @law(data=st.data())
    def test_two_files_in_either_order_give_the_same_rates(self, data: st.DataObject) -> None:
        older, newer = data.draw(_files(newest=4)), data.draw(_files(newest=7))
        order = data.draw(st.sampled_from(((older, newer), (newer, older), (newer, older, newer))))
        reference, store = MemoryStore(), self.make_store()
        for said in (older, newer):
            import_rates(reference, *said)
        for said in order:
            import_rates(store, *said)
        for day in range(1, 9):
            assert _rates(store, day) == _rates(reference, day)

    def test_a_thousand_and_one_days_come_back(self, store: RateStore) -> None:
        days = [date(2023, 1, 1) + timedelta(days=number) for number in range(1001)]
        report = import_rates(store, *(quoted(day.isoformat(), USD=f"1.{day.toordinal()}") for day in days))
        assert (report.days, report.first, report.last) == (1001, days[0], days[-1])
        assert report.changes == RateChanges(new=1001)
        assert [_rates(store, day) for day in days] == [{USD: 1_000_000 + day.toordinal()} for day in days]

    def test_two_imports_of_one_file_at_once_both_end_well(self, store: RateStore) -> None:
        outcomes: list[RatesReport | CoprraError] = []

        def work() -> None:
            try:
                outcomes.append(import_rates(store, quoted("2025-12-01", USD="1.16")))
            except CoprraError as error:
                outcomes.append(error)

        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        reports = [outcome for outcome in outcomes if isinstance(outcome, RatesReport)]
        assert sorted(report.already for report in reports) == [False, True, True, True]


def _die_half_way(store: RateStore) -> None:
    with store.unit_of_work() as uow:
        uow.rate_book.lock()
        uow.rate_book.begin(a_rate_import())
        uow.rate_book.add([quoted("2025-12-02", USD="1.17"), quoted("2025-12-01", USD="1.16")])
        raise RuntimeError("the reader died")


def _publication(store: RateStore, day: str) -> Publication | None:
    with store.reads() as snapshot:
        return snapshot.publication(date.fromisoformat(day))


def _rates(store: RateStore, day: int | date) -> dict[Currency, int] | None:
    """Those that there are, on that day of December."""
    known = _publication(store, (date(2025, 12, day) if isinstance(day, int) else day).isoformat())
    return None if known is None else {currency: per_euro for currency, per_euro in known.per_euro.items() if per_euro}


def _revision(store: RateStore) -> int:
    with store.reads() as snapshot:
        return snapshot.revision
