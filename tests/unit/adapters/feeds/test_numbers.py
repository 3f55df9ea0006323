"""Numbers are read in the way their source writes them, exactly, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.numbers import Amounts, Fault, NumberFormat
from coprra.domain.kernel.money import MAX_MINOR, Currency, Money

EUR = Currency("EUR")
WAYS = [(decimal, grouping) for decimal in ",." for grouping in ("", " ", "'", ".", ",") if decimal != grouping]
CONTINENTAL = Amounts(NumberFormat(",", ". '"), EUR)
EITHER = Amounts(NumberFormat(".,"), EUR)
BRITISH = Amounts(NumberFormat(".", ","), EUR)


def written(minor: int, digits: int, decimal: str, grouping: str) -> str:
    whole, rest = divmod(minor, 10**digits)
    return f"{whole:,}".replace(",", grouping) + (f"{decimal}{rest:0{digits}}" if digits else "")


@given(
    minor=st.integers(0, MAX_MINOR - 1),
    way=st.sampled_from(WAYS),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    around=st.sampled_from(["{}", " {} ", "{}\u00a0", "{} {c}", "{}{c}", "{c} {}", "{c}{}"]),
)
def test_an_amount_reads_as_what_was_written_in_every_way_to_write(
    minor: int, way: tuple[str, str], currency: str, around: str
) -> None:
    money = Currency(currency)
    text = around.format(written(minor, money.exponent, *way), c=currency)
    assert Amounts(NumberFormat(*way), money).money(text) == Money(minor, money)


@given(st.text())
def test_any_text_is_money_not_below_zero_or_a_reason_or_nothing(text: str) -> None:
    for amounts in (CONTINENTAL, BRITISH):
        money = amounts.money(text)
        assert money is None or isinstance(money, Fault) or money.minor >= 0


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1.234,50", 123450),
        ("1 234,50", 123450),
        ("1'234,50", 123450),
        ("1’234,50", 123450),
        ("1\u00a0234,50", 123450),
        ("1\u202f234\u202f567,8", 123456780),
        (",69", 69),
        ("0,69", 69),
        ("5,2", 520),
        ("10", 1000),
        ("1,990", 199),
        ("7,99€", 799),
        ("7,99 €", 799),
        ("€ 7,99", 799),
        ("7,99 EUR", 799),
        ("eur 7,99", 799),
        ("0", 0),
    ],
)
def test_real_ways_to_write_a_price(text: str, minor: int) -> None:
    assert CONTINENTAL.money(text) == Money(minor, EUR)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1e400", "unreadable"),
        ("NaN", "unreadable"),
        ("inf", "unreadable"),
        ("0x10", "unreadable"),
        ("1_000", "unreadable"),
        ("١٢", "unreadable"),
        ("½", "unreadable"),
        ("1.23", "unreadable"),
        ("1.2345,00", "unreadable"),
        ("1.234 567,00", "unreadable"),
        ("1,234.50", "unreadable"),
        ("1,2,3", "unreadable"),
        (",", "unreadable"),
        ("5,", "unreadable"),
        ("5,-", "unreadable"),
        ("+5", "unreadable"),
        ("€", "unreadable"),
        ("€5€", "unreadable"),
        ("7,99 $", "unreadable"),
        ("7,99 USD", "unreadable"),
        ("7,99 kn", "unreadable"),
        ("1\x00", "unreadable"),
        ("9" * 100_000, "unreadable"),
        ("-1,99", "negative"),
        ("\u22121,99", "negative"),
        ("€ -1,99", "negative"),
        ("1,999", "inexact"),
        ("9" * 14, "too_large"),
    ],
)
def test_what_is_no_price_is_refused_with_its_reason(text: str, code: str) -> None:
    money = CONTINENTAL.money(text)
    assert isinstance(money, Fault)
    assert money.code == code


@pytest.mark.parametrize(
    ("text", "minor"), [("1.98", 198), ("1,98", 198), (".69", 69), ("14,9", 1490), ("1,990", 199), ("3", 300)]
)
def test_a_source_that_writes_both_signs_parts_no_thousands(text: str, minor: int) -> None:
    assert EITHER.money(text) == Money(minor, EUR)
    for parted in ("1.234,50", "1,234.50", "1,234,567"):
        assert isinstance(EITHER.money(parted), Fault)


@pytest.mark.parametrize("text", ["", " ", "\t", "\u00a0"])
def test_blanks_are_no_amount_and_no_fault(text: str) -> None:
    assert CONTINENTAL.money(text) is None


def test_a_dollar_is_the_currency_that_the_profile_says() -> None:
    assert Amounts(NumberFormat("."), Currency("CAD")).money("$5.00") == Money(500, Currency("CAD"))


def test_a_unit_price_may_have_more_decimals_than_its_currency() -> None:
    assert BRITISH.decimal("1,234.123456") == Decimal("1234.123456")


@pytest.mark.parametrize("way", [("", ""), (";", ""), (",", ","), (".", "_"), (".,", "."), (",.", "")])
def test_a_number_format_is_unambiguous(way: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="No such way"):
        NumberFormat(*way)
