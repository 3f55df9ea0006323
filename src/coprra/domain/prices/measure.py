"""Measures: how much of it there is, exactly."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property

from coprra.domain.kernel.errors import Invalid

MAX_MILLIONTHS = 10**15
"""Amounts stay below this: it fits a signed 64-bit column."""


class InvalidMeasure(Invalid):
    """An amount or unit that is no measure."""

    code = "invalid_measure"


class Unit(StrEnum):
    """A unit of measure; its value is the code that is stored and shown."""

    KILOGRAM = "kg"
    GRAM = "g"
    MILLIGRAM = "mg"
    POUND = "lb"
    OUNCE = "oz"
    LITRE = "l"
    DECILITRE = "dl"
    CENTILITRE = "cl"
    MILLILITRE = "ml"
    US_GALLON = "gal"
    US_QUART = "qt"
    US_PINT = "pt"
    US_FLUID_OUNCE = "floz"
    METRE = "m"
    CENTIMETRE = "cm"
    MILLIMETRE = "mm"
    INCH = "in"
    FOOT = "ft"
    YARD = "yd"
    SQUARE_METRE = "m2"
    SQUARE_FOOT = "sqft"
    CUBIC_METRE = "m3"
    PIECE = "piece"

    @cached_property
    def base(self) -> "Unit":
        """The unit that prices are compared in: kg, l, m, m2, m3 or piece. Source: Directive 98/6/EC Art. 2(b)."""
        return _IN_BASE[self][0]

    @cached_property
    def quanta(self) -> int:
        """How many 10⁻¹³ of its base unit it is: exact for every unit, the fluid ounce included."""
        return _IN_BASE[self][1]


def _in_base(base: Unit, sizes: dict[Unit, str]) -> dict[Unit, tuple[Unit, int]]:
    return {unit: (base, int(Decimal(size).scaleb(13))) for unit, size in sizes.items()}


# Source: NIST Handbook 44, Appendix C: the US units are these metric amounts by definition, not rounded.
_IN_BASE = (
    _in_base(
        Unit.KILOGRAM,
        {
            Unit.KILOGRAM: "1",
            Unit.GRAM: "0.001",
            Unit.MILLIGRAM: "0.000001",
            Unit.POUND: "0.45359237",
            Unit.OUNCE: "0.028349523125",
        },
    )
    | _in_base(
        Unit.LITRE,
        {
            Unit.LITRE: "1",
            Unit.DECILITRE: "0.1",
            Unit.CENTILITRE: "0.01",
            Unit.MILLILITRE: "0.001",
            Unit.US_GALLON: "3.785411784",
            Unit.US_QUART: "0.946352946",
            Unit.US_PINT: "0.473176473",
            Unit.US_FLUID_OUNCE: "0.0295735295625",
        },
    )
    | _in_base(
        Unit.METRE,
        {
            Unit.METRE: "1",
            Unit.CENTIMETRE: "0.01",
            Unit.MILLIMETRE: "0.001",
            Unit.INCH: "0.0254",
            Unit.FOOT: "0.3048",
            Unit.YARD: "0.9144",
        },
    )
    | _in_base(Unit.SQUARE_METRE, {Unit.SQUARE_METRE: "1", Unit.SQUARE_FOOT: "0.09290304"})
    | _in_base(Unit.CUBIC_METRE, {Unit.CUBIC_METRE: "1"})
    | _in_base(Unit.PIECE, {Unit.PIECE: "1"})
)


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """An exact, positive amount. millionths: of its unit, so 330 ml is 330_000_000 and ml.

    The unit stays as written, because a US shop compares fluid ounces. Equal is what is equally much: 1 kg and 1000 g.

    Raises: InvalidMeasure for nothing, less than nothing, and 10⁹ units or more.
    """

    millionths: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 < self.millionths < MAX_MILLIONTHS:
            raise InvalidMeasure("A measure is more than nothing and less than a billion of its unit.")

    @classmethod
    def of(cls, amount: Decimal | str | int, unit: Unit | str) -> "Measure":
        """From a decimal amount and a unit as lists write it: ``Measure.of("0.25", "KG")``.

        Raises: InvalidMeasure for what is no number, has more than six decimals, or an unknown unit.
        """
        known = unit if isinstance(unit, Unit) else read_unit(unit)
        if known is None:
            raise InvalidMeasure(f"{unit[:40]!r} is not a unit that coprra knows.")
        try:
            value = Decimal(amount)
            if value.is_finite() and -7 < value.adjusted() < 9 and value == round(value, 6):
                return cls(int(value.scaleb(6)), known)
        except InvalidOperation:
            pass
        raise InvalidMeasure(f"{str(amount)[:40]!r} is not an amount that coprra can hold.")

    @property
    def amount(self) -> Decimal:
        """In its own unit, without trailing zeros: ``Decimal("0.33")``."""
        whole, rest = divmod(self.millionths, 1_000_000)
        return Decimal(f"{whole}.{rest:06}".rstrip("0").rstrip("."))

    @property
    def quanta(self) -> int:
        """In 10⁻¹⁹ of the base unit; comparable within one base unit, and exact."""
        return self.millionths * self.unit.quanta

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Measure):
            return NotImplemented
        return self.unit.base is other.unit.base and self.quanta == other.quanta

    def __hash__(self) -> int:
        return hash((self.unit.base, self.quanta))

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


def read_unit(text: str) -> Unit | None:
    """The unit that a list, a feed or a person calls so (``KOM``, ``LT``, ``fl. oz``, ``sqm``); None when unknown."""
    return _UNITS.get("".join(text[:20].casefold().replace(".", "").split()))


UNIT_WORDS = {
    Unit.KILOGRAM: "kg kgs kilo kilogram kilograms kilogramm",
    Unit.GRAM: "g gr grs gram grams grama gramm",
    Unit.MILLIGRAM: "mg",
    Unit.POUND: "lb lbs pound pounds",
    Unit.OUNCE: "oz ounce ounces",
    Unit.LITRE: "l lt ltr liter litre liters litres litra litara",
    Unit.DECILITRE: "dl dcl",
    Unit.CENTILITRE: "cl",
    Unit.MILLILITRE: "ml",
    Unit.US_GALLON: "gal gallon gallons",
    Unit.US_QUART: "qt quart quarts",
    Unit.US_PINT: "pt pint pints",
    Unit.US_FLUID_OUNCE: "floz flounce flounces fluidounce fluidounces",
    Unit.METRE: "m meter metre meters metres metar metara",
    Unit.CENTIMETRE: "cm",
    Unit.MILLIMETRE: "mm",
    Unit.INCH: "in inch inches",
    Unit.FOOT: "ft foot feet",
    Unit.YARD: "yd yard yards",
    Unit.SQUARE_METRE: "m2 m² qm sqm",
    Unit.SQUARE_FOOT: "sqft sqfeet squarefeet ft2 ft²",
    Unit.CUBIC_METRE: "m3 m³ cbm",
    Unit.PIECE: "piece pieces pc pcs ct count item items roll rolls tab tabs tablet tablets capsule capsules caps pods "
    "ko kom komad komada komadi kos kosov pz rola role rolna rolne tabl tableta tablete kaps kapsula kapsule "
    "st stk stck stuck stueck stück stücke rolle rollen tablette tabletten kapsel kapseln teebeutel beutel",
}
"""What lists, feeds and people call the units, in small letters: Croatian, German, English."""

_UNITS = {word: unit for unit, words in UNIT_WORDS.items() for word in words.split()}
