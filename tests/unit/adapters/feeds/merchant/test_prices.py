"""Prices carry their currency, or have the shop's; periods are ISO 8601."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.merchant.prices import Prices, read_instant, read_period, stated_currency
from coprra.adapters.feeds.numbers import Fault, NumberFormat
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch, BranchId

PRAGUE = Branch(BranchId("kettles", "online"), "Europe/Prague")
AUD = Prices(NumberFormat("."), Currency("AUD"))
CZK = Prices(NumberFormat(".,", " "), Currency("CZK"))


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("25.00 USD", Money.of("25", "USD")),
        ("25USD", Money.of("25", "USD")),
        ("USD 25", Money.of("25", "USD")),
        (" 25.00 usd ", Money.of("25", "USD")),
        ("30.7 AUD", Money.of("30.70", "AUD")),
        ("174.58", Money.of("174.58", "AUD")),
        ("$174.58", Money.of("174.58", "AUD")),
        ("1.250 KWD", Money.of("1.250", "KWD")),
        ("23.0 KWD", Money.of("23", "KWD")),
        ("1500 JPY", Money.of("1500", "JPY")),
        ("0 AUD", Money.of("0", "AUD")),
        ("", None),
        ("  ", None),
    ],
)
def test_a_price_is_in_the_currency_it_names_or_else_in_the_shop_s(text: str, money: Money | None) -> None:
    assert AUD(text) == money


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.2505 KWD", "inexact"),
        ("25.005 USD", "inexact"),
        ("15.5 JPY", "inexact"),
        ("25,00 USD", "unreadable"),
        ("1,299.00 USD", "unreadable"),
        ("25.00 PCS", "unreadable"),
        ("25.00 EUR 3", "unreadable"),
        ("USD 25 USD", "unreadable"),
        ("-5 USD", "negative"),
        ("free", "unreadable"),
        ("1e3 USD", "unreadable"),
    ],
)
def test_what_is_no_price_is_refused_and_never_guessed(text: str, code: str) -> None:
    fault = AUD(text)
    assert isinstance(fault, Fault)
    assert fault.code == code


def test_a_source_that_writes_points_and_commas_is_understood_where_it_can_mean_one_thing_only() -> None:
    assert CZK("5 000,50") == Money.of("5000.50", "CZK")
    assert CZK("4.90") == Money.of("4.90", "CZK")
    assert CZK("599 Kč") == Money.of("599", "CZK")
    assert isinstance(CZK("1.299"), Fault)


@given(st.text(max_size=12))
def test_any_text_is_a_price_or_a_fault(text: str) -> None:
    assert isinstance(AUD(text), Money | Fault | None)


@given(st.integers(0, 10**9), st.sampled_from(["USD", "KWD", "JPY", "AUD"]))
def test_every_amount_is_read_back(minor: int, code: str) -> None:
    money = Money(minor, Currency(code))
    assert AUD(str(money)) == money
    assert stated_currency(str(money)) == money.currency


@pytest.mark.parametrize("text", ["", "25", "$5", "PCS 5", "5 PCS", "eurozone", "5 euros"])
def test_a_text_without_a_code_states_no_currency(text: str) -> None:
    assert stated_currency(text) is None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-05T13:00-0800", datetime(2026, 1, 5, 21, tzinfo=UTC)),
        ("2026-01-05T13:00:30+01:00", datetime(2026, 1, 5, 12, 0, 30, tzinfo=UTC)),
        ("2026-01-05T13:00Z", datetime(2026, 1, 5, 13, tzinfo=UTC)),
        ("2026-01-05T13:00", datetime(2026, 1, 5, 12, tzinfo=UTC)),
        ("2026-07-05", datetime(2026, 7, 4, 22, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_the_shop_s(text: str, instant: datetime) -> None:
    assert read_instant(text, PRAGUE) == instant


@pytest.mark.parametrize("text", ["", "soon", "5.1.2026", "2026-13-01", "2026-01-05T25:00", "0001-01-01", "2026-01"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_instant(text, PRAGUE) is None


def test_a_period_goes_from_its_first_to_before_its_last_instant() -> None:
    period = read_period("2016-02-24T13:00-0800/2016-02-29T15:30-0800", PRAGUE)
    assert period == (datetime(2016, 2, 24, 21, tzinfo=UTC), datetime(2016, 2, 29, 23, 30, tzinfo=UTC))


def test_a_period_of_days_has_its_last_day_in_it() -> None:
    period = read_period("2026-01-05/2026-01-06", PRAGUE)
    assert period == (datetime(2026, 1, 4, 23, tzinfo=UTC), datetime(2026, 1, 6, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    ["2026-01-05", "2026-01-06/2026-01-05", "2026-01-05T10:00/2026-01-05T10:00", "/2026-01-05", "2026-01-05/", "a/b"],
)
def test_what_is_no_period_is_none(text: str) -> None:
    assert read_period(text, PRAGUE) is None
