"""A price list is staged, judged and published in one step, or leaves nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.events import Event
from coprra.domain.kernel.text import InvalidText
from coprra.domain.prices.chain import InvalidChain
from coprra.domain.prices.events import ListPublished
from coprra.domain.prices.import_feed import ImportFeed, ImportReport, ListInFuture, SeveralLists, UnknownOrigin
from coprra.domain.prices.list_run import Changes, EmptyList, ListRow, ListShrank, RowProblem, Severity, TooManyBadRows
from coprra.domain.prices.ports import Watch
from coprra.testing.builders import (
    TESTER,
    OneFile,
    PriceList,
    Store,
    a_branch,
    a_history,
    a_row,
    day,
    gtin_of,
    importer,
)

NOW = day(30)


def rows(*skus: str, price: str | None = "2.00") -> tuple[ListRow, ...]:
    return tuple(a_row(sku, price, line=line) for line, sku in enumerate(skus, 2))


def take(store: Store, prices: PriceList, **options: object) -> ImportReport:
    return importer(store, prices, NOW)(prices.source, by=TESTER, **options)  # type: ignore[arg-type]  # options by name


def revision(store: Store) -> int:
    with store.reads() as snapshot:
        return snapshot.revision


# Whose list it is, and of when


def test_a_list_is_of_the_branch_and_day_that_the_file_says(store: Store) -> None:
    report = take(store, PriceList(rows("1"), at=day(3)))
    assert str(report.run.branch.id) == "konzum/0613"
    assert report.run.observed_at == day(3)
    assert (report.run.imported_at, report.run.imported_by) == (NOW, TESTER)


def test_the_caller_knows_better_than_the_file(store: Store) -> None:
    report = take(store, PriceList(rows("1"), at=day(3)), branch="0204", observed_at=day(4))
    assert str(report.run.branch.id) == "konzum/0204"
    assert report.run.observed_at == day(4)


def test_a_list_whose_branch_nobody_knows_is_refused_with_what_to_add(store: Store) -> None:
    with pytest.raises(UnknownOrigin, match=r"list\.csv does not say which branch.*--branch"):
        take(store, PriceList(rows("1"), branch=None))
    assert take(store, PriceList(rows("1"), branch=None), branch="0613").changes == Changes(new=1)


def test_a_list_whose_date_nobody_knows_is_refused_with_what_to_add(store: Store) -> None:
    with pytest.raises(UnknownOrigin, match=r"list\.csv does not say of when it is.*--observed-at"):
        take(store, PriceList(rows("1"), at=None))
    assert take(store, PriceList(rows("1"), at=None), observed_at=day(1)).run.observed_at == day(1)


def test_a_branch_code_that_can_be_none_is_refused(store: Store) -> None:
    with pytest.raises(InvalidChain):
        take(store, PriceList(rows("1")), branch="../../etc")


@pytest.mark.parametrize("given_by", ["file", "caller"])
@pytest.mark.parametrize(
    ("on", "instant"),
    [
        (date(2025, 12, 29), datetime(2025, 12, 28, 23, tzinfo=UTC)),
        (datetime(2025, 12, 29, 7, 30), datetime(2025, 12, 29, 6, 30, tzinfo=UTC)),  # noqa: DTZ001  # local time is the point
        (datetime(2025, 12, 29, 7, 30, tzinfo=UTC), datetime(2025, 12, 29, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_date_is_the_beginning_of_the_branchs_local_day_and_a_time_is_local(
    store: Store, given_by: str, on: date | datetime, instant: datetime
) -> None:
    zagreb = a_branch(timezone="Europe/Zagreb")
    if given_by == "file":
        report = take(store, PriceList(rows("1"), at=on, branch=zagreb))
    else:
        report = take(store, PriceList(rows("1"), at=None, branch=zagreb), observed_at=on)
    assert report.run.observed_at == instant


def test_a_list_of_a_day_that_has_not_come_is_refused_with_what_to_say(store: Store) -> None:
    with pytest.raises(ListInFuture, match=r"2026-12-29T00:00:00Z.*2025-12-31T00:00:00Z.*--observed-at"):
        take(store, PriceList(rows("1"), at=date(2026, 12, 29)))
    assert revision(store) == 0


def test_a_list_of_now_is_not_of_the_future(store: Store) -> None:
    assert take(store, PriceList(rows("1"), at=NOW)).changes == Changes(new=1)


def test_a_wrong_year_in_the_name_is_mended_by_the_caller_who_can_be_wrong_as_well(store: Store) -> None:
    typo = PriceList(rows("1"), at=date(2052, 12, 29))
    assert take(store, typo, observed_at=date(2025, 12, 29)).run.observed_at == day(28)
    with pytest.raises(ListInFuture):
        take(store, typo, observed_at=date(2026, 1, 1))


def test_today_has_begun_wherever_the_branch_is(store: Store) -> None:
    """29 December in Zagreb begins on the evening of the 28th in UTC."""
    prices = PriceList(rows("1"), at=date(2025, 12, 29), branch=a_branch(timezone="Europe/Zagreb"))
    evening = datetime(2025, 12, 28, 23, tzinfo=UTC)
    assert importer(store, prices, evening)("list.csv", by=TESTER).run.observed_at == evening


@pytest.mark.parametrize("name", ["undecodable\udcff.csv", "two\nlines.csv", "x" * 256])
def test_a_file_name_that_no_database_can_hold_is_refused_before_anything_is_read(store: Store, name: str) -> None:
    with pytest.raises(InvalidText, match="file name"):
        take(store, PriceList(rows("1"), source=name))
    assert revision(store) == 0


# What is judged


def test_a_list_without_rows_is_refused_even_when_forced(store: Store) -> None:
    for force in (False, True):
        with pytest.raises(EmptyList):
            take(store, PriceList(()), force=force)
    assert revision(store) == 0


def test_a_list_with_too_many_bad_rows_is_refused_unless_forced(store: Store) -> None:
    prices = PriceList((*rows("1", "2", "3"), a_row("4", None, line=5)))
    with pytest.raises(TooManyBadRows):
        take(store, prices)
    assert revision(store) == 0
    report = take(store, prices, force=True)
    assert (report.rows, report.errors, report.by_code) == (4, 1, {"invalid_price": 1})
    assert report.changes == Changes(new=3)


def test_a_fifth_of_bad_rows_stops_nothing(store: Store) -> None:
    report = take(store, PriceList((*rows("1", "2", "3", "4"), a_row("5", None, line=6))))
    assert (report.errors, report.changes) == (1, Changes(new=4))


def test_a_complete_list_that_shrank_is_held_back_unless_forced(store: Store) -> None:
    take(store, PriceList(rows(*"abcdefghij")))
    smaller = PriceList(rows(*"abcdefg"), at=day(1))
    with pytest.raises(ListShrank, match="carries 7 articles and the one before it 10"):
        take(store, smaller)
    assert revision(store) == 1
    assert take(store, PriceList(rows(*"abcdefgh"), at=day(2))).changes == Changes(unchanged=8, unlisted=2)
    assert take(store, smaller, force=True).changes == Changes(unchanged=7, unlisted=3, overtaken=10)


def test_the_shrink_guard_looks_at_the_branch_of_the_list_and_the_time_before_it(store: Store) -> None:
    take(store, PriceList(rows(*"abcdefghij"), at=day(5)))
    assert take(store, PriceList(rows("a"), at=day(1))).changes == Changes(new=1, overtaken=1)
    assert take(store, PriceList(rows("a"), branch=a_branch(code="0204"), at=day(9))).changes == Changes(new=1)


def test_a_partial_list_can_not_shrink(store: Store) -> None:
    take(store, PriceList(rows(*"abcdefghij")))
    report = take(store, PriceList(rows("a"), at=day(1), complete=False))
    assert report.changes == Changes(unchanged=1)
    assert not report.proves_absence


def test_several_rows_of_an_article_count_as_one_for_the_shrink_guard(store: Store) -> None:
    doubled = tuple(replace(row, line=row.line + 20) for row in rows(*"abcdefghij"))
    take(store, PriceList(rows(*"abcdefghij") + doubled))
    assert take(store, PriceList(rows(*"abcdefgh"), at=day(1))).changes == Changes(unchanged=8, unlisted=2)


def test_a_list_with_a_row_of_no_known_article_is_taken_as_partial_and_says_so(store: Store) -> None:
    take(store, PriceList(rows(*"abcdefghij")))
    nameless = replace(a_row("x", None, line=99), sku=None)
    report = take(store, PriceList((*rows(*"abcd"), nameless), at=day(1)))
    assert not report.proves_absence
    assert report.changes == Changes(unchanged=4)
    assert not report.run.complete


# What is said


def test_a_report_counts_rows_errors_and_warnings(store: Store) -> None:
    odd = RowProblem(3, "gtin", "1", "invalid_gtin", "No GTIN.", Severity.WARNING)
    taken = (a_row("g", None, line=2), replace(a_row("f", line=3), problems=(odd, odd)), *rows(*"abcde"))
    report = take(store, PriceList(taken))
    assert (report.rows, report.errors, report.warnings) == (7, 1, 2)
    assert list(report.by_code.items()) == [("invalid_gtin", 2), ("invalid_price", 1)]
    assert report.run.rows == 7
    assert report.proves_absence


def test_the_same_list_again_changes_nothing_and_says_so(store: Store) -> None:
    prices = PriceList(rows("1"))
    assert not take(store, prices).already
    again = take(store, prices)
    assert again.already
    assert (again.rows, again.changes, revision(store)) == (0, Changes(), 1)
    assert take(store, replace(prices, source="renamed.csv")).already


def test_a_list_that_was_imported_is_not_read_again(store: Store) -> None:
    class Unreadable(PriceList):
        def rows(self) -> Iterator[ListRow]:
            raise AssertionError("somebody read it")

    taken = PriceList(rows("1"))
    take(store, taken)
    assert take(store, Unreadable(taken.rows_)).already


def test_a_list_that_somebody_else_published_while_it_was_read_is_not_published_twice(store: Store) -> None:
    taken = PriceList(rows("1"))

    class Overtaken(PriceList):
        def rows(self) -> Iterator[ListRow]:
            yield from self.rows_
            take(store, taken)

    report = take(store, Overtaken(taken.rows_))
    assert (report.already, report.changes, revision(store)) == (True, Changes(), 1)


def test_the_same_content_of_another_day_or_branch_is_another_list(store: Store) -> None:
    prices = PriceList(rows("1"))
    take(store, prices)
    assert not take(store, replace(prices, at=day(1))).already
    assert not take(store, replace(prices, branch=a_branch(code="0204"))).already


def test_a_dry_run_reports_everything_and_does_nothing(store: Store) -> None:
    prices = PriceList(rows("1", "2"))
    dry = take(store, prices, dry_run=True)
    assert dry.dry_run
    assert dry.changes == Changes(new=2)
    assert revision(store) == 0
    wet = take(store, prices)
    assert replace(wet, dry_run=True) == dry
    assert take(store, prices, dry_run=True).already


def test_a_dry_run_is_judged_as_well(store: Store) -> None:
    with pytest.raises(TooManyBadRows):
        take(store, PriceList(rows("1", price=None)), dry_run=True)


@dataclass
class Diary(Watch):
    """Writes down what it is told."""

    progressed: list[tuple[int, int, int]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    lists: int = 0

    def progress(self, done: int, size: int, rows: int) -> None:
        self.progressed.append((done, size, rows))

    def problem(self, problem: RowProblem) -> None:
        self.problems.append((problem.line, problem.code))

    def taken(self) -> None:
        self.lists += 1


def test_who_watches_hears_of_every_problem_and_of_the_end(store: Store) -> None:
    diary = Diary()
    prices = PriceList(
        (*rows(*"abcdefgh"), a_row("i", None, line=10), a_row("a", "3.00", line=11), a_row("b", "3.00", line=12))
    )
    report = take(store, prices, watch=diary)
    assert diary.problems == [(10, "invalid_price"), (11, "repeated_article"), (12, "repeated_article")]
    assert report.by_code == {"invalid_price": 1, "repeated_article": 2}
    assert diary.progressed[-1] == (11, 11, 11)


# Files of several lists


def history() -> tuple[PriceList, ...]:
    return a_history(
        PriceList(rows("1", "2", "3")), PriceList(rows("1", "2"), at=day(1)), PriceList(rows("1", "2", "4"), at=day(2))
    )


def take_file(store: Store, lists: tuple[PriceList, ...], **options: object) -> ImportReport:
    importing = ImportFeed(StoppedClock(NOW), OneFile(*lists), store.unit_of_work)
    return importing("history.json", by=TESTER, **options)  # type: ignore[arg-type]  # options by name


def test_each_list_of_a_file_is_imported_by_itself_and_the_report_sums_them_up(store: Store) -> None:
    diary = Diary()
    report = take_file(store, history(), force=True, watch=diary)
    assert (report.lists, report.known, report.branches, report.already) == (3, 0, 1, False)
    assert (report.since, report.run.observed_at, report.run.rows) == (day(0), day(2), 3)
    assert report.changes == Changes(new=4, unchanged=4, unlisted=1)
    assert report.rows == 5
    assert (revision(store), diary.lists) == (3, 3)
    assert [told for _, _, told in diary.progressed] == [3, 4, 5]


def test_lists_that_are_known_are_recognised_and_the_others_taken(store: Store) -> None:
    take_file(store, history()[:2], force=True)
    report = take_file(store, history(), force=True)
    assert (report.lists, report.known, report.already) == (3, 2, False)
    assert report.changes == Changes(new=1, unchanged=2)
    assert take_file(store, history()).already


def test_the_lists_before_one_that_is_refused_stay(store: Store) -> None:
    with pytest.raises(ListShrank, match="carries 2 articles and the one before it 3"):
        take_file(store, history())
    assert revision(store) == 1
    assert take_file(store, history(), force=True).known == 1


def test_a_list_is_judged_by_all_that_it_carries(store: Store) -> None:
    """A day on which the only new price can't be read is no bad list of one row."""
    good = rows(*"123456789")
    lists = a_history(
        PriceList(good), PriceList((*good[:8], a_row("9", None, line=10)), at=day(1)), PriceList(good[:1], at=day(2))
    )
    assert take_file(store, lists[:2]).errors == 1
    with pytest.raises(ListShrank, match="carries 1 articles and the one before it 9"):
        take_file(store, lists)


def test_a_date_for_several_lists_is_refused_before_anything_is_taken(store: Store) -> None:
    with pytest.raises(SeveralLists, match="--observed-at"):
        take_file(store, history(), observed_at=day(1))
    assert revision(store) == 0


def test_a_file_without_lists_is_refused(store: Store) -> None:
    with pytest.raises(EmptyList, match="no lists"):
        take_file(store, ())


def test_a_list_longer_than_a_batch_is_taken_whole(store: Store) -> None:
    diary = Diary()
    prices = PriceList(rows(*(str(number) for number in range(1_001))))
    assert take(store, prices, watch=diary).changes == Changes(new=1_001)
    assert [told for _, _, told in diary.progressed] == [500, 1_000, 1_001]


def test_after_the_commit_and_only_then_it_is_told_who_published_what() -> None:
    told: list[Event] = []
    store = MemoryStore(told.append)
    prices = PriceList(rows("1"), source="0613.csv")
    ana = Actor.operator("ana")
    importing = ImportFeed(StoppedClock(NOW), OneFile(prices), store.unit_of_work)
    importing("0613.csv", by=ana, dry_run=True)
    assert told == []
    importing("0613.csv", by=ana)
    assert told == [
        ListPublished(occurred_at=NOW, by=ana, branch=a_branch().id, source="0613.csv", changes=Changes(new=1))
    ]
    importing("0613.csv", by=ana)
    assert len(told) == 1


def test_a_refused_list_is_told_to_nobody() -> None:
    told: list[Event] = []
    with pytest.raises(TooManyBadRows):
        take(MemoryStore(told.append), PriceList(rows("1", price=None)))
    assert told == []


def test_gtins_of_several_rows_are_one_listing(store: Store) -> None:
    twice = (a_row(gtins=[gtin_of(1)]), a_row(gtins=[gtin_of(2)], line=3))
    report = take(store, PriceList(twice))
    assert (report.rows, report.run.rows, report.changes, report.by_code) == (2, 1, Changes(new=1), {})
    with store.reads() as snapshot:
        assert snapshot.product(gtin_of(1), NOW).id != snapshot.product(gtin_of(2), NOW).id
