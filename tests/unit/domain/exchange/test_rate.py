"""Rates convert exactly, round once, and belong to the day that they were published on."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coprra.domain.exchange.rate import (
    EURO,
    ExchangeRate,
    InvalidRate,
    Publication,
    UnknownRate,
    last_day_known,
    published_at,
    read_per_euro,
)
from coprra.domain.kernel.instants import from_micros, parse_instant, to_micros
from coprra.domain.kernel.money import Currency, CurrencyMismatch, InvalidMoney, Money
from coprra.testing.rates import quoted

TUESDAY = date(2025, 12, 30)
CODES = ("EUR", "USD", "JPY", "KWD", "IDR", "TRL", "CLF")
currencies = st.sampled_from([Currency(code) for code in CODES])
minors = st.integers(-(10**9), 10**9)


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    """Any rates from a thousandth to two million for one euro."""
    rates = st.integers(1_000, 2_000_000_000_000)
    return Publication(TUESDAY, {Currency(code): draw(rates) for code in CODES if code != "EUR"})


def nearest(exact: Fraction) -> int:
    """Half to even, as Python's own rounding does."""
    return round(exact)


# Reading


@pytest.mark.parametrize(
    ("text", "millionths"),
    [("1.1172", 1_117_200), ("365", 365_000_000), ("0.000001", 1), ("372274", 372_274_000_000), ("13.10", 13_100_000)],
)
def test_a_rate_is_read_to_its_last_digit(text: str, millionths: int) -> None:
    assert read_per_euro(text) == millionths


@pytest.mark.parametrize(
    "text",
    ["", "0", "0.000000", "-1", "+1", "1,1172", "1e3", "1.0000001", "NaN", "N/A", " 1", "1.", ".5", "9" * 13, "\u0661"],
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(InvalidRate):
        read_per_euro(text)


# Converting


@pytest.mark.parametrize(
    ("amount", "target", "converted"),
    [
        (Money.of("10.00", "EUR"), "USD", "11.76 USD"),
        (Money.of("11.76", "USD"), "EUR", "10.00 EUR"),
        (Money.of("10.00", "USD"), "JPY", "1565 JPY"),
        (Money.of("100", "JPY"), "KWD", "0.197 KWD"),
        (Money.of("-10.00", "EUR"), "USD", "-11.76 USD"),
    ],
)
def test_amounts_cross_the_euro_and_are_rounded_to_the_digits_of_the_currency(
    amount: Money, target: str, converted: str
) -> None:
    tuesday = quoted("2025-12-30", USD="1.1757", JPY="184.03", KWD="0.36192")
    assert str(tuesday.rate(amount.currency, Currency(target)).convert(amount)) == converted


@pytest.mark.parametrize(("minor", "rounded"), [(50, 0), (150, 2), (250, 2), (350, 4), (-50, 0), (-150, -2)])
def test_a_half_is_rounded_to_even(minor: int, rounded: int) -> None:
    yen_of_a_euro = ExchangeRate(EURO, Currency("JPY"), Fraction(1), TUESDAY)
    assert yen_of_a_euro.convert(Money(minor, EURO)).minor == rounded


@given(publication=publications(), minor=minors, currency=currencies)
def test_a_currency_is_itself(publication: Publication, minor: int, currency: Currency) -> None:
    money = Money(minor, currency)
    assert publication.rate(currency, currency).convert(money) == money


@given(publication=publications(), minor=minors, source=currencies, target=currencies)
def test_a_conversion_is_the_exact_quotient_rounded_once(
    publication: Publication, minor: int, source: Currency, target: Currency
) -> None:
    def of_a_euro(currency: Currency) -> Fraction:
        return Fraction(publication.per_euro.get(currency) or 1_000_000, 1_000_000)

    exact = Fraction(minor, 10**source.exponent) / of_a_euro(source) * of_a_euro(target)
    converted = publication.rate(source, target).convert(Money(minor, source))
    assert converted == Money(nearest(exact * 10**target.exponent), target)


@given(publication=publications(), minor=minors, source=currencies, target=currencies)
def test_there_and_back_differs_by_what_the_coarser_of_the_two_can_not_say(
    publication: Publication, minor: int, source: Currency, target: Currency
) -> None:
    """Within one minor unit where the other's is not worth more; else by half of that one, and half of its own."""
    rate = publication.rate(source, target)
    money = Money(minor, source)
    back = publication.rate(target, source).convert(rate.convert(money))
    worth = Fraction(10**source.exponent, 10**target.exponent) / rate.ratio
    assert abs(back.minor - minor) <= (worth + 1) / 2
    if worth <= 1:
        assert abs(back.minor - minor) <= 1


@given(publication=publications(), one=minors, other=minors, source=currencies, target=currencies)
def test_who_asks_more_asks_no_less_in_another_currency(
    publication: Publication, one: int, other: int, source: Currency, target: Currency
) -> None:
    rate = publication.rate(source, target)
    low, high = sorted((one, other))
    assert rate.convert(Money(low, source)) <= rate.convert(Money(high, source))


@given(publication=publications(), first=currencies, second=currencies, third=currencies)
def test_rates_that_cross_agree_with_each_other(
    publication: Publication, first: Currency, second: Currency, third: Currency
) -> None:
    def ratio(source: Currency, target: Currency) -> Fraction:
        return publication.rate(source, target).ratio

    assert ratio(first, second) * ratio(second, third) == ratio(first, third)
    assert ratio(first, second) * ratio(second, first) == 1


def test_a_rate_converts_its_own_currency_only() -> None:
    with pytest.raises(CurrencyMismatch, match=r"EUR.*USD"):
        quoted("2025-12-30", USD="1.1757").rate(EURO, Currency("USD")).convert(Money.of("1", "USD"))


def test_what_money_can_not_hold_is_refused() -> None:
    with pytest.raises(InvalidMoney, match="too large"):
        quoted("2004-12-31", TRL="1836200").rate(EURO, Currency("TRL")).convert(Money(10**15, EURO))


def test_a_currency_without_a_rate_is_refused_with_the_day_and_what_to_do() -> None:
    said = quoted("2022-03-02", USD="1.1106", RUB=None)
    for currency in ("RUB", "JPY"):
        with pytest.raises(UnknownRate, match=rf"2022-03-02 have none for {currency}.*coprra fx show"):
            said.rate(Currency(currency), Currency("USD"))
    assert said.currencies == (Currency("USD"),)


@pytest.mark.parametrize(
    ("source", "target", "shown"),
    [
        ("EUR", "USD", "1.1757"),
        ("USD", "EUR", "0.8505571149"),
        ("USD", "JPY", "156.5280259"),
        ("JPY", "KWD", "0.001966635875"),
        ("EUR", "IDR", "20000"),
        ("EUR", "EUR", "1"),
    ],
)
def test_a_rate_is_shown_with_ten_digits_and_no_power_of_ten(source: str, target: str, shown: str) -> None:
    tuesday = quoted("2025-12-30", USD="1.1757", JPY="184.03", KWD="0.36192", IDR="20000")
    assert str(tuesday.rate(Currency(source), Currency(target)).shown) == shown


# Days


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        ("2025-12-30", "2025-12-30T15:00:00Z"),
        ("2025-07-01", "2025-07-01T14:00:00Z"),
        ("1999-01-04", "1999-01-04T15:00:00Z"),
    ],
)
def test_rates_are_known_from_four_in_the_afternoon_in_frankfurt(day: str, instant: str) -> None:
    assert published_at(date.fromisoformat(day)) == parse_instant(instant)


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        ("2025-12-30T14:59:59.999999Z", "2025-12-29"),
        ("2025-12-30T15:00:00Z", "2025-12-30"),
        ("2025-07-01T13:59:59Z", "2025-06-30"),
        ("2025-07-01T14:00:00Z", "2025-07-01"),
        ("2025-12-30", "2025-12-30"),
        ("0001-01-01T00:00:00Z", "0001-01-01"),
        ("9999-12-31T23:59:59Z", "9999-12-31"),
    ],
)
def test_in_the_morning_nobody_knows_the_rates_of_the_day(as_of: str, day: str) -> None:
    assert last_day_known(parse_instant(as_of)) == date.fromisoformat(day)


@given(st.integers(0, to_micros(datetime(2200, 1, 1, tzinfo=UTC))).map(from_micros))
@example(datetime(2025, 3, 30, 15, tzinfo=UTC))
@example(datetime(2025, 10, 26, 14, 30, tzinfo=UTC))
def test_the_last_day_known_is_published_and_the_next_is_not(as_of: datetime) -> None:
    day = last_day_known(as_of)
    assert published_at(day) <= as_of < published_at(day + timedelta(days=1))


def test_shown_rates_are_decimals() -> None:
    assert quoted("2025-12-30", USD="1.1757").rate(EURO, Currency("USD")).shown == Decimal("1.1757")
