"""Measures: exact amounts in the units that lists use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.prices.measure import MAX_MILLIONTHS, InvalidMeasure, Measure, Unit, read_unit
from coprra.domain.prices.measure_text import parse_measure

measures = st.builds(Measure, st.integers(1, MAX_MILLIONTHS - 1), st.sampled_from(Unit))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, "kg"), (1000, "g")),
        (("0.75", "l"), (75, "cl")),
        ((1, "lb"), (16, "oz")),
        ((1, "gal"), (4, "qt")),
        ((1, "qt"), (2, "pt")),
        ((1, "pt"), (16, "floz")),
        ((1, "yd"), (3, "ft")),
        ((1, "ft"), (12, "in")),
        ((1, "in"), ("2.54", "cm")),
        ((100, "sqft"), ("9.290304", "m2")),
        ((1, "ct"), (1, "piece")),
    ],
)
def test_equal_is_what_is_equally_much(one: tuple[str | int, str], other: tuple[str | int, str]) -> None:
    assert Measure.of(*one) == Measure.of(*other)
    assert hash(Measure.of(*one)) == hash(Measure.of(*other))


def test_a_litre_is_no_kilogram() -> None:
    assert Measure.of(1, Unit.LITRE) != Measure.of(1, Unit.KILOGRAM)
    assert Measure.of(1, Unit.LITRE) != 1


@given(measures)
def test_a_measure_reads_back_from_what_it_shows(measure: Measure) -> None:
    again = Measure.of(measure.amount, measure.unit)
    assert (again.millionths, again.unit) == (measure.millionths, measure.unit)
    assert parse_measure(f"{measure.amount:f} {measure.unit}", ".") == measure


@pytest.mark.parametrize("unit", list(Unit))
def test_every_unit_is_an_exact_part_of_a_base_unit(unit: Unit) -> None:
    assert unit.base.base is unit.base
    assert Measure.of(1, unit).quanta == 1_000_000 * unit.quanta > 0
    assert read_unit(unit.value) is unit


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        *((amount, "kg") for amount in ("0", "-1", "0.0000001", "", "x", "NaN", "sNaN", "Infinity")),
        *((amount, "kg") for amount in ("1e9", "1e-999999", "1e999999")),
        *(("1", unit) for unit in ("", "parsec", "k" * 9_999)),
    ],
)
def test_what_is_no_measure_is_refused_with_a_reason(amount: str, unit: str) -> None:
    with pytest.raises(InvalidMeasure) as refusal:
        Measure.of(amount, unit)
    assert len(refusal.value.message) < 200
    assert refusal.value.code == "invalid_measure"


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        *((word, Unit.PIECE) for word in ("KOM", "ko", "PZ", "Stück", "Stk.", "ct")),
        *((word, Unit.LITRE) for word in ("LT", " L ", "litre")),
        *((word, Unit.US_FLUID_OUNCE) for word in ("fl oz", "fl. oz.", "FLOZ")),
        *((word, Unit.SQUARE_METRE) for word in ("sqm", "m²", "m2")),
        ("sq. ft.", Unit.SQUARE_FOOT),
        ("cbm", Unit.CUBIC_METRE),
        ("\u212ag", Unit.KILOGRAM),
    ],
)
def test_lists_and_feeds_may_use_their_own_words(word: str, unit: Unit) -> None:
    assert read_unit(word) is unit
    assert read_unit(f"{word}?") is None
