"""Single values, as people read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.measure import Measure
from coprra.domain.prices.unit_price import unit_price as unit_price_of
from coprra.entrypoints.cli.wording import branches, count, day, days, minute, minute_utc, money, narrowed, unit_price
from coprra.testing.builders import a_branch


def test_an_instant_is_told_in_utc_to_the_minute() -> None:
    late = datetime(2025, 12, 30, 0, 30, 59, 999999, tzinfo=timezone(timedelta(hours=1)))
    assert (minute(late), minute_utc(late), day(late)) == ("2025-12-29 23:30", "2025-12-29 23:30 UTC", "2025-12-29")


def test_an_amount_never_stands_without_its_currency() -> None:
    assert money(Money.of("1.5", "EUR")) == "1.50 EUR"
    assert money(Money.of("100", "JPY")) == "100 JPY"
    assert money(None) == ""


@pytest.mark.parametrize(
    ("price", "measure", "shown"),
    [
        ("1.19", "0.25 l", "4.76 EUR/l"),
        ("1.69", "0.35 l", "4.83 EUR/l"),
        ("0.01", "1 piece", "0.01 EUR/piece"),
        ("0.10", "300 piece", "0.000333 EUR/piece"),
        ("99.00", "1 g", "99000.00 EUR/kg"),
    ],
)
def test_a_unit_price_is_rounded_but_keeps_what_counts(price: str, measure: str, shown: str) -> None:
    amount, unit = measure.split()
    assert unit_price(unit_price_of(Money.of(price, "EUR"), Measure.of(amount, unit))) == shown


def test_without_a_measure_there_is_no_unit_price() -> None:
    assert unit_price(None) == ""


def test_few_branches_are_named_and_many_are_counted() -> None:
    here, there, elsewhere = a_branch(code="0613"), a_branch(code="0204"), a_branch(code="0530")
    assert branches([here]) == "0613"
    assert branches([there, here, here]) == "0204, 0613"
    assert branches([there, here, elsewhere]) == "3 branches"


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (timedelta(days=1), "1 day"),
        (timedelta(days=7), "7 days"),
        (timedelta(days=7, hours=12), "7.5 days"),
        (timedelta(days=9, hours=23, minutes=59), "9.9 days"),
        (timedelta(days=180, hours=23), "180 days"),
        (timedelta(microseconds=1), "0 days"),
    ],
)
def test_days_are_never_rounded_up(span: timedelta, shown: str) -> None:
    assert days(span) == shown


def test_counting_minds_the_plural() -> None:
    assert [count(1, "row"), count(0, "row"), count(12345, "row")] == ["1 row", "0 rows", "12,345 rows"]
    assert count(2, "branch", "branches") == "2 branches"


def test_a_narrowed_question_says_so() -> None:
    assert narrowed(BranchFilter.parse("spar,konzum/0613")) == ", at konzum/0613, spar only"
    assert narrowed(BranchFilter()) == ""


def test_instants_of_other_zones_are_shown_on_the_utc_day() -> None:
    assert day(datetime(2025, 1, 1, tzinfo=UTC)) == "2025-01-01"
