"""List runs: which rows are believed, when a list is held back, and where it stands in the ledger."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import to_micros
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import Branch, BranchId, Chain
from coprra.domain.prices.list_run import (
    EmptyList,
    ListRow,
    ListRun,
    ListShrank,
    RowProblem,
    Severity,
    Tally,
    TooManyBadRows,
    guard_against_shrinking,
    merge_rows,
    precedence_of,
)
from coprra.domain.prices.observation import UNREADABLE, Availability, Moment, State, Terms
from coprra.domain.products.gtin import Gtin

GTINS = tuple(Gtin(value) for value in ("03850000000015", "03850000000022", "03850000000039"))
ERROR = RowProblem(2, "price", "x", "invalid_price", "The price is no number.")
WARNING = RowProblem(2, "gtin", "1", "invalid_gtin", "No GTIN.", Severity.WARNING)


def row(line: int, price: str | None = "2.00", *gtins: Gtin, title: str = "Milk", sku: str | None = "1") -> ListRow:
    if price is None or sku is None:
        return ListRow(line, sku, problems=(ERROR,))
    return ListRow(line, sku, Article("konzum", sku, title, gtins=gtins), Terms(Money.of(price, "EUR")))


def test_a_row_says_what_is_seen_of_its_listing() -> None:
    sold = row(2)
    assert sold.state == State(Availability.IN_STOCK, sold.article, sold.terms)


def test_a_row_whose_price_could_not_be_read_says_that_the_look_failed() -> None:
    assert row(2, None).state == UNREADABLE


# Rows of one article


def test_rows_that_differ_in_their_gtins_only_are_one_article_with_all_of_them() -> None:
    merged = merge_rows((row(2, "2.00", GTINS[2]), row(3, "2.00", GTINS[0]), row(4, "2.00", GTINS[2])))
    assert merged.article is not None
    assert merged.article.gtins == (GTINS[0], GTINS[2])
    assert merged.problems == ()
    assert merged.line == 2


def test_a_row_at_another_price_is_reported_and_neither_it_nor_its_gtin_is_taken() -> None:
    merged = merge_rows((row(2, "2.00", GTINS[0]), row(3, "3.00", GTINS[1]), row(4, "2.00", GTINS[2])))
    assert merged.terms == Terms(Money.of("2.00", "EUR"))
    assert merged.article is not None
    assert merged.article.gtins == (GTINS[0], GTINS[2])
    (problem,) = merged.problems
    assert (problem.line, problem.code, problem.severity) == (3, "repeated_article", Severity.WARNING)
    assert "line 2" in problem.reason


def test_the_first_row_that_can_be_read_stands() -> None:
    merged = merge_rows((row(2, None), row(3, "3.00"), row(4, "2.00"), row(5, None)))
    assert merged.terms == Terms(Money.of("3.00", "EUR"))
    assert [problem.line for problem in merged.problems] == [4]
    assert "line 3" in merged.problems[0].reason


def test_where_no_row_can_be_read_the_look_failed() -> None:
    assert merge_rows((row(2, None), row(3, None))).state == UNREADABLE


@st.composite
def repeated_rows(draw: st.DrawFn) -> tuple[ListRow, ...]:
    prices = draw(st.lists(st.sampled_from((None, "1.00", "2.00")), min_size=1, max_size=5))
    sets = st.sets(st.sampled_from(GTINS), max_size=2)
    return tuple(row(line, price, *sorted(draw(sets))) for line, price in enumerate(prices, 2))


@given(rows=repeated_rows())
def test_merging_loses_no_gtin_of_the_price_that_stands_and_reports_every_other_price(
    rows: tuple[ListRow, ...],
) -> None:
    merged = merge_rows(rows)
    same = [one for one in rows if one.terms and one.terms == merged.terms]
    gtins = {gtin for one in same if one.article for gtin in one.article.gtins}
    assert (merged.terms is None) == all(one.terms is None for one in rows)
    if merged.article:
        assert merged.article.gtins == tuple(sorted(gtins))
        others = [one.line for one in rows if one.terms and one.terms != merged.terms]
        assert [problem.line for problem in merged.problems] == others
        assert merge_rows((merged,)).state == merged.state


# Judging a list


def tally_of(*rows: ListRow) -> Tally:
    tally = Tally()
    for one in rows:
        tally.add(one)
    return tally


def test_a_tally_counts_rows_bad_rows_warnings_and_codes() -> None:
    odd = ListRow(3, "2", row(3).article, row(3).terms, problems=(WARNING, WARNING))
    tally = tally_of(row(2), odd, row(4, None), row(5, sku=None))
    assert (tally.rows, tally.bad_rows, tally.warnings, tally.anonymous_rows) == (4, 2, 2, 1)
    assert tally.by_code == {"invalid_gtin": 2, "invalid_price": 2}


def test_problems_can_be_noted_without_a_row() -> None:
    tally = tally_of(row(2))
    tally.note((WARNING,))
    assert (tally.rows, tally.warnings, tally.by_code) == (1, 1, {"invalid_gtin": 1})


def test_a_list_without_rows_is_refused() -> None:
    with pytest.raises(EmptyList):
        Tally().judge()


@pytest.mark.parametrize(("good", "bad"), [(1, 0), (4, 1), (8, 2), (80, 20)])
def test_up_to_a_fifth_of_bad_rows_is_a_healthy_list(good: int, bad: int) -> None:
    Tally(rows=good + bad, bad_rows=bad).judge()


@pytest.mark.parametrize(("good", "bad"), [(0, 1), (3, 1), (79, 21), (799_999, 200_001)])
def test_more_than_a_fifth_of_bad_rows_is_refused_with_what_to_do(good: int, bad: int) -> None:
    with pytest.raises(TooManyBadRows, match=f"{bad} of {good + bad} rows.*20%.*--force"):
        Tally(rows=good + bad, bad_rows=bad).judge()


def test_a_list_proves_absence_unless_a_row_does_not_say_which_article_it_is() -> None:
    assert tally_of(row(2), row(3, None)).proves_absence
    assert not tally_of(row(2), row(3, sku=None)).proves_absence


@pytest.mark.parametrize(("rows", "previous"), [(0, None), (80, 100), (8, 10), (4, 5), (200, 100), (0, 0)])
def test_a_list_may_lose_a_fifth_of_its_articles(rows: int, previous: int | None) -> None:
    guard_against_shrinking(rows, previous)


@pytest.mark.parametrize(("rows", "previous"), [(79, 100), (3, 4), (0, 1), (79_999, 100_000)])
def test_a_list_that_lost_more_is_held_back_with_what_to_do(rows: int, previous: int) -> None:
    with pytest.raises(ListShrank, match=rf"carries {rows} articles.* {previous}.*--force"):
        guard_against_shrinking(rows, previous)


# Its place in the ledger


@given(sha256=st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_lists_precedence_leaves_the_bits_above_to_persons(sha256: str) -> None:
    assert 0 <= precedence_of(sha256) < 2**56
    assert precedence_of(sha256) == precedence_of(sha256)


def test_lists_of_one_instant_are_ordered_by_their_content() -> None:
    assert precedence_of("a" * 64) != precedence_of("b" * 64)
    assert precedence_of("a" * 64) == 0xFFE054FE7AE0CB


def test_a_run_stands_in_the_ledger_at_its_instant() -> None:
    at = datetime(2025, 12, 29, 7, tzinfo=UTC)
    run = ListRun(
        chain=Chain("konzum", "Konzum", "HR", Currency("EUR")),
        branch=Branch(BranchId("konzum", "0613"), "Europe/Zagreb"),
        instant=to_micros(at),
        complete=True,
        sha256="a" * 64,
        source="list.csv",
        profile="konzum",
        rows=1,
        imported_at=at,
        imported_by=Actor.operator("ana"),
    )
    assert run.observed_at == at
    assert run.moment == Moment(to_micros(at), precedence_of("a" * 64))
