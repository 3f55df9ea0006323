"""Money is exact, ordered within a currency, and never mixes two of them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.money import (
    MAX_MINOR,
    Currency,
    CurrencyMismatch,
    InvalidMoney,
    Money,
    divide_half_even,
)
from coprra.domain.prices.landed_price import MOST_PIECES

EUR = Currency("EUR")
currencies = st.sampled_from([Currency(code) for code in ("JPY", "EUR", "KWD", "CLF")])
minors = st.integers(-MAX_MINOR + 1, MAX_MINOR - 1)
euros = minors.map(lambda minor: Money(minor, EUR))


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("19.99", "EUR", 1999), ("19", "JPY", 19), ("1.999", "KWD", 1999), ("-0.01", "EUR", -1), (7, "EUR", 700)],
)
def test_an_amount_becomes_minor_units_by_the_digits_of_its_currency(
    amount: str | int, currency: str, minor: int
) -> None:
    assert Money.of(amount, currency).minor == minor


@given(minor=minors, currency=currencies)
def test_what_is_taken_in_comes_out_again(minor: int, currency: Currency) -> None:
    money = Money(minor, currency)
    assert Money.of(money.amount, currency) == money
    assert Money.of(str(money.amount), currency) == money
    assert -money.amount.as_tuple().exponent == currency.exponent  # type: ignore[operator]  # finite


@given(minor=minors, currency=currencies, zeros=st.integers(0, 60))
def test_a_digit_too_many_is_refused_wherever_it_stands_and_never_rounded(
    minor: int, currency: Currency, zeros: int
) -> None:
    amount = Money(minor, currency).amount
    point = "" if "." in str(amount) else "."
    assert Money.of(f"{amount}{point}{'0' * zeros}", currency).minor == minor
    with pytest.raises(InvalidMoney, match="more digits"):
        Money.of(f"{amount}{point}{'0' * zeros}1", currency)


@pytest.mark.parametrize("amount", ["", "x", "1,50", "1.2.3", "NaN", "sNaN", "Infinity", "-Infinity", "1e999999"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(InvalidMoney):
        Money.of(amount, "EUR")


def test_a_vanishing_amount_is_not_taken_for_nothing() -> None:
    with pytest.raises(InvalidMoney):
        Money.of("1e-99999999", "EUR")


def test_a_refusal_repeats_only_the_beginning_of_what_was_given() -> None:
    with pytest.raises(InvalidMoney) as refusal:
        Money.of("z" * 100_000, "EUR")
    assert len(refusal.value.message) < 100


@pytest.mark.parametrize("currency", ["EUR", "JPY"])
def test_an_amount_has_a_limit_that_does_not_depend_on_the_currency(currency: str) -> None:
    below = Money(MAX_MINOR - 1, Currency(currency)).amount
    assert Money.of(below, currency).minor == MAX_MINOR - 1
    for beyond in (Money(MAX_MINOR, Currency(currency)).amount, Decimal("1e20"), -Decimal("1e20")):
        with pytest.raises(InvalidMoney, match="can hold"):
            Money.of(beyond, currency)


def test_the_dearest_order_still_fits_a_signed_64_bit_column() -> None:
    dearest = Money(MAX_MINOR - 1, EUR)
    assert (dearest * MOST_PIECES + dearest + dearest).minor < 2**63


@pytest.mark.parametrize("minor", [2**63, -(2**63)])
def test_what_no_column_holds_is_refused(minor: int) -> None:
    with pytest.raises(InvalidMoney, match="too large"):
        Money(minor, EUR)


@given(one=euros, other=euros)
def test_two_amounts_of_a_currency_are_always_ordered_and_only_one_way(one: Money, other: Money) -> None:
    assert [one < other, one == other, one > other].count(True) == 1
    assert (one <= other) == (not one > other)
    assert (one >= other) == (not one < other)
    assert (one < other) == (one.amount < other.amount)


@given(amounts=st.lists(euros))
def test_amounts_sort_as_their_numbers_do(amounts: list[Money]) -> None:
    assert [money.minor for money in sorted(amounts)] == sorted(money.minor for money in amounts)


@given(one=euros, other=euros, pieces=st.integers(0, 20))
def test_sums_differences_and_multiples_are_those_of_the_minor_units(one: Money, other: Money, pieces: int) -> None:
    assert one + other == other + one == Money(one.minor + other.minor, EUR)
    assert one + other - other == one
    assert one * pieces == sum([one] * pieces, Money(0, EUR))


@given(minor=minors, other=minors)
def test_two_currencies_are_never_equal_ordered_or_added(minor: int, other: int) -> None:
    euro, yen = Money(minor, EUR), Money(other, Currency("JPY"))
    assert euro != yen
    for mixed in (
        lambda: euro < yen,
        lambda: euro <= yen,
        lambda: euro > yen,
        lambda: euro >= yen,
        lambda: euro + yen,
        lambda: euro - yen,
    ):
        with pytest.raises(CurrencyMismatch, match=r"EUR and JPY"):
            mixed()


@pytest.mark.parametrize("code", ["eur", "EU", "EURO", "€", "", "EUR\n", "ÉUR"])
def test_a_currency_is_three_capital_letters(code: str) -> None:
    with pytest.raises(InvalidMoney):
        Currency(code)


@pytest.mark.parametrize(("code", "digits"), [("JPY", 0), ("EUR", 2), ("TND", 3), ("UYW", 4), ("XYZ", 2)])
def test_a_currency_knows_its_digits(code: str, digits: int) -> None:
    assert Currency(code).exponent == digits


@pytest.mark.parametrize(
    ("minor", "code", "text"), [(0, "EUR", "0.00 EUR"), (-5, "EUR", "-0.05 EUR"), (120, "JPY", "120 JPY")]
)
def test_money_is_written_with_exactly_the_digits_of_its_currency(minor: int, code: str, text: str) -> None:
    assert str(Money(minor, Currency(code))) == text


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**15))
def test_division_rounds_half_to_even_as_fractions_do(dividend: int, divisor: int) -> None:
    assert divide_half_even(dividend, divisor) == round(Fraction(dividend, divisor))
