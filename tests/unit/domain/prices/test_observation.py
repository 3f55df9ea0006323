"""Terms say what is asked, when, and never contradict themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.money import MAX_MINOR, Currency, Money
from coprra.domain.prices.observation import (
    ANY_CONDITION,
    Asked,
    Availability,
    Condition,
    InvalidCondition,
    InvalidTerms,
    Moment,
    Shipping,
    Special,
    Terms,
    read_conditions,
)

INSTANT = timedelta(microseconds=1)


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def day(number: int) -> datetime:
    return datetime(2025, 12, 1, tzinfo=UTC) + timedelta(days=number)


def test_the_regular_price_is_asked_where_nothing_is_special() -> None:
    assert Terms(euro("2")).asked(day(0)) == Asked(euro("2"), special=False)


def test_a_special_price_is_asked_from_its_first_instant_to_before_its_last() -> None:
    terms = Terms(euro("2"), Special(euro("1"), day(3), day(5)))
    special, regular = Asked(euro("1"), special=True), Asked(euro("2"), special=False)
    assert terms.asked(day(3) - INSTANT) == regular
    assert terms.asked(day(3)) == special
    assert terms.asked(day(5) - INSTANT) == special
    assert terms.asked(day(5)) == regular


@pytest.mark.parametrize(
    ("starts", "ends", "in_force"),
    [(None, None, [1, 3, 5]), (day(3), None, [3, 5]), (None, day(3), [1]), (day(2), day(4), [3])],
)
def test_a_period_that_is_not_stated_has_no_end(
    starts: datetime | None, ends: datetime | None, in_force: list[int]
) -> None:
    special = Special(euro("1"), starts, ends)
    assert [number for number in (1, 3, 5) if special.in_force(day(number))] == in_force


def test_where_only_a_special_price_is_stated_nothing_is_asked_outside_its_period() -> None:
    terms = Terms(None, Special(euro("1"), day(3), day(5)))
    assert terms.asked(day(2)) is None
    assert terms.asked(day(4)) == Asked(euro("1"), special=True)
    assert terms.asked(day(5)) is None
    assert terms.currency == Currency("EUR")


@pytest.mark.parametrize("ends", [day(3), day(2)])
def test_a_special_price_that_ends_before_it_begins_is_refused(ends: datetime) -> None:
    with pytest.raises(InvalidTerms, match="before it begins"):
        Special(euro("1"), day(3), ends)


def test_the_smallest_price_is_one_minor_unit() -> None:
    assert Terms(euro("0.01"), Special(euro("0.01"))).price == euro("0.01")


def test_tax_is_included_unless_the_list_says_otherwise() -> None:
    assert Terms(euro("1")).tax_included


def test_terms_without_any_price_are_refused() -> None:
    with pytest.raises(InvalidTerms, match="no price"):
        Terms(None)


@pytest.mark.parametrize("amount", ["0", "-0.01"])
def test_a_price_is_above_zero(amount: str) -> None:
    with pytest.raises(InvalidTerms, match="above zero"):
        Terms(euro(amount))
    with pytest.raises(InvalidTerms, match="above zero"):
        Terms(euro("2"), Special(euro(amount)))


def test_shipping_and_fees_may_cost_nothing_and_never_less() -> None:
    free = Terms(euro("2"), fees=euro("0"), shipping=(Shipping("HR", euro("0"), euro("0")),))
    for below_zero in (
        {"fees": euro("-0.01")},
        {"shipping": (Shipping("HR", euro("-1")),)},
        {"shipping": (Shipping("HR", euro("1"), euro("-1")),)},
    ):
        with pytest.raises(InvalidTerms, match="below zero"):
            replace(free, **below_zero)


def test_currencies_never_mix_within_terms() -> None:
    dollar = Money.of("1", "USD")
    for other in (
        {"special": Special(dollar)},
        {"fees": dollar},
        {"shipping": (Shipping("HR", dollar),)},
        {"shipping": (Shipping("HR", euro("1"), dollar),)},
    ):
        with pytest.raises(InvalidTerms, match="mix currencies"):
            replace(Terms(euro("2")), **other)


def test_an_amount_that_no_order_could_multiply_is_refused() -> None:
    dearest = Terms(Money(MAX_MINOR - 1, Currency("EUR")))
    huge = Money(MAX_MINOR, Currency("EUR"))
    for too_large in (
        {"price": huge},
        {"special": Special(huge)},
        {"fees": huge},
        {"shipping": (Shipping("HR", huge),)},
    ):
        with pytest.raises(InvalidTerms, match="too large"):
            replace(dearest, **too_large)


@given(items=st.integers(1, 10_000), threshold=st.none() | st.integers(1, 10_000), rate=st.integers(0, 10_000))
def test_shipping_is_free_from_its_threshold_on(items: int, threshold: int | None, rate: int) -> None:
    currency = Currency("EUR")
    way = Shipping("HR", Money(rate, currency), None if threshold is None else Money(threshold, currency))
    expected = 0 if threshold is not None and items >= threshold else rate
    assert way.cost(Money(items, currency)) == Money(expected, currency)


def test_only_what_is_in_stock_can_be_had_now() -> None:
    assert [one for one in Availability if one.buyable] == [Availability.IN_STOCK]


def test_moments_are_ordered_by_instant_and_then_by_content() -> None:
    moments = [Moment(2, 1), Moment(1, 9), Moment(1, 2)]
    assert sorted(moments) == [Moment(1, 2), Moment(1, 9), Moment(2, 1)]


@pytest.mark.parametrize("country", ["hr", "HRV", "", "H", "Č1", "H ", "HR\n"])
def test_shipping_goes_to_an_iso_country(country: str) -> None:
    assert Shipping("HR", euro("1")).country == "HR"
    with pytest.raises(InvalidTerms, match="such as HR"):
        Shipping(country, euro("1"))


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("new", {Condition.NEW}),
        (" New, used ,new", {Condition.NEW, Condition.USED}),
        ("", ANY_CONDITION),
        (",", ANY_CONDITION),
    ],
)
def test_conditions_are_named_one_by_one(text: str, conditions: set[Condition]) -> None:
    assert read_conditions(text) == conditions


@pytest.mark.parametrize("text", ["mint", "new,mint", "new used"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(InvalidCondition, match="new, refurbished, used"):
        read_conditions(text)


def test_the_regular_price_is_there_whatever_the_special_one_is_and_only_if_it_is_stated() -> None:
    assert Terms(euro("2"), Special(euro("1"))).regular == Asked(euro("2"), special=False)
    assert Terms(None, Special(euro("1"))).regular is None


def test_prices_are_comparable_in_one_currency_and_with_or_without_tax_alike() -> None:
    asked = Asked(euro("2"), special=False)
    assert asked.comparable(Asked(euro("1"), special=True))
    assert not asked.comparable(Asked(Money.of("2", "USD"), special=False))
    before_tax = Terms(euro("2"), Special(euro("1")), tax_included=False)
    assert before_tax.regular is not None
    assert not asked.comparable(before_tax.regular)
    assert before_tax.regular.comparable(Asked(euro("1"), special=True, tax_included=False))
