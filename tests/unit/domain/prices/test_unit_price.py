"""Unit prices: exact division, and claims that differ by more than rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coprra.domain.kernel.money import Currency, CurrencyMismatch, Money
from coprra.domain.prices.measure import Measure, Unit
from coprra.domain.prices.measure_text import parse_measure
from coprra.domain.prices.unit_price import InvalidUnitPrice, UnitPrice, disagrees, unit_price

EUR = Currency("EUR")
KILOGRAM = Measure.of(1, Unit.KILOGRAM)
LITRE = Measure.of(1, Unit.LITRE)
PIECE = Measure.of(1, Unit.PIECE)

prices = st.builds(
    Money, st.integers(0, 10**9), st.sampled_from([Currency(code) for code in ("EUR", "JPY", "KWD", "CLF")])
)
measures = st.builds(Measure, st.integers(1, 10**12), st.sampled_from(Unit))


def test_a_litre_of_what_is_sold_in_cans() -> None:
    price = unit_price(Money.of("1.19", "EUR"), Measure.of(330, "ml"))
    assert price == UnitPrice(3_606_061, EUR, LITRE)
    assert price.amount == Decimal("3.606061")


def test_three_dollars_for_150_fluid_ounces_are_two_per_hundred() -> None:
    per = Measure.of(100, "fl oz")
    price = unit_price(Money.of(3, "USD"), Measure.of(150, "fl oz"), per)
    assert price == UnitPrice(2_000_000, Currency("USD"), per)


@pytest.mark.parametrize(
    ("price", "currency", "measure", "amount"),
    [
        ("0.10", "EUR", "300 ct", "0.000333"),
        ("100", "JPY", "500 g", "200.000000"),
        ("1.500", "KWD", "750 ml", "2.000000"),
        ("5.00", "USD", "10 sqft", "5.381955"),
        ("0.01", "EUR", "4000 kg", "0.000002"),
        ("0.03", "EUR", "4000 kg", "0.000008"),
        ("0.00", "EUR", "1 kg", "0.000000"),
        ("-1.00", "EUR", "500 g", "-2.000000"),
    ],
)
def test_six_decimals_are_kept_and_ties_go_to_the_even_one(
    price: str, currency: str, measure: str, amount: str
) -> None:
    assert str(unit_price(Money.of(price, currency), parse_measure(measure)).amount) == amount


@given(prices, measures, measures)
def test_unit_price_times_measure_is_the_price_again(price: Money, measure: Measure, per: Measure) -> None:
    assume(per.unit.base is measure.unit.base)
    found = unit_price(price, measure, per)
    back = Fraction(found.millionths, 10**6) * measure.quanta / per.quanta
    assert abs(back - Fraction(price.amount)) <= Fraction(measure.quanta, per.quanta) / (2 * 10**6)


@given(prices, measures)
def test_twice_as_much_for_twice_the_price_costs_the_same(price: Money, measure: Measure) -> None:
    assume(measure.millionths < 10**14)
    double = Measure(measure.millionths * 2, measure.unit)
    assert unit_price(price * 2, double) == unit_price(price, measure)


def test_kilograms_have_no_price_per_litre() -> None:
    with pytest.raises(InvalidUnitPrice, match="per 1 l"):
        unit_price(Money.of(1, "EUR"), KILOGRAM, LITRE)


@pytest.mark.parametrize("amount", ["", "x", "-0.01", "NaN", "sNaN", "Infinity", "1e12", "1e999999"])
def test_a_claim_that_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(InvalidUnitPrice) as refusal:
        UnitPrice.of(amount, EUR, KILOGRAM)
    assert refusal.value.code == "invalid_unit_price"


@given(st.decimals(0, 10**12, allow_nan=False, allow_infinity=False).filter(lambda amount: amount < 10**12))
def test_a_claim_fits_a_signed_64_bit_column(amount: Decimal) -> None:
    claim = UnitPrice.of(amount, "EUR", KILOGRAM)
    assert 0 <= claim.millionths < 2**63
    assert abs(Fraction(claim.amount) - Fraction(amount)) <= Fraction(1, 2 * 10**6)


def claim_disagrees(price: str, measure: str, claim: str) -> bool:
    paid, much = Money.of(price, "EUR"), parse_measure(measure)
    per = Measure.of(1, much.unit.base)
    return disagrees(UnitPrice.of(claim, EUR, per), paid, much)


@pytest.mark.parametrize(
    ("price", "measure", "claim"),
    [
        ("2.99", "0.3 kg", "9.97"),
        ("3.19", "0.13 kg", "24.17"),
        ("0.89", "0.01 kg", "98.89"),
        ("5.79", "0.60 kg", "9.65"),
        ("0.99", "0.30 kg", "3.3"),
        ("10.00", "0.50 kg", "20"),
        ("10.79", "50 ml", "215.8"),
        ("9.79", "79 ml", "123.9"),
        ("5.17", "208 kom", "0.025"),
        ("0.99", "20 kom", "0.05"),
        ("1.00", "3 kom", "0.33"),
        ("1.00", "3 kom", "0.34"),
        ("2.00", "3 kom", "0.66"),
        ("0.10", "300 kom", "0"),
    ],
)
def test_rounding_explains_these_claims_of_real_lists(price: str, measure: str, claim: str) -> None:
    assert not claim_disagrees(price, measure, claim)


@pytest.mark.parametrize(
    ("price", "measure", "claim"),
    [
        ("7.95", "900 ml", "0.01"),
        ("2.99", "0,225 KG", "2.99"),
        ("52.49", "1 L", "36.74"),
        ("1.99", "1 KG", "2.99"),
        ("0.63", "0.33 L", "1.606"),
        ("5.49", "0.24 l", "24.00"),
        ("1.00", "3 kom", "0.36"),
        ("5.17", "208 kom", "0.027"),
        ("215.80", "1000 g", "216.5"),
        ("1.00", "1 kg", "0.71"),
    ],
)
def test_these_claims_contradict_their_own_lists(price: str, measure: str, claim: str) -> None:
    assert claim_disagrees(price, measure, claim)


@given(
    st.integers(1, 10**6), st.integers(1, 10**7), st.integers(2, 4), st.sampled_from(["ROUND_HALF_UP", "ROUND_DOWN"])
)
def test_whoever_rounds_honestly_never_disagrees(minor: int, grams: int, places: int, rounding: str) -> None:
    price, true = Money(minor, EUR), Decimal(grams).scaleb(-3)
    written = round(true, 2)
    assume(written > 0)
    claim = (price.amount / true).quantize(Decimal(1).scaleb(-places), rounding)
    measure = Measure.of(written, "kg")
    assert not disagrees(UnitPrice.of(claim, EUR, KILOGRAM), price, measure)


def test_a_claim_per_hundred_grams_is_held_against_the_same_hundred_grams() -> None:
    price, measure = Money.of("2.50", "EUR"), Measure.of(250, "g")
    per = Measure.of(100, "g")
    assert not disagrees(UnitPrice.of("1.00", EUR, per), price, measure)
    assert disagrees(UnitPrice.of("1.10", EUR, per), price, measure)


def test_what_can_not_be_compared_does_not_disagree() -> None:
    price, measure = Money.of("2.50", "EUR"), Measure.of(250, "g")
    assert not disagrees(UnitPrice.of("99", EUR, LITRE), price, measure)
    assert not disagrees(UnitPrice.of("99", EUR, PIECE), price, measure)


def test_currencies_never_mix() -> None:
    price, measure = Money.of("2.50", "EUR"), Measure.of(250, "g")
    with pytest.raises(CurrencyMismatch):
        disagrees(UnitPrice.of("10", "USD", KILOGRAM), price, measure)
