"""Unit prices: what a kilogram, a litre or a piece costs, and whether a list says the same."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.money import Currency, CurrencyMismatch, Money, divide_half_even
from coprra.domain.prices.measure import Measure

MAX_CLAIM = 10**18
"""Claims stay below this many millionths: it fits a signed 64-bit column."""

_COARSEST = 5 * 10**16
"""0.005 of a base unit in `Measure.quanta`: half of the last of two decimals, the coarsest that lists print."""


class InvalidUnitPrice(Invalid):
    """An amount that is no unit price, or measures that can't be divided, such as kilograms by litres."""

    code = "invalid_unit_price"


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What a fixed measure costs. millionths: of the currency's major unit, 4_830_000 is 4.83 EUR; per: of how much.

    Six decimals, because a sheet of paper costs less than a cent. Source: Directive 98/6/EC Art. 2(b).
    """

    millionths: int
    currency: Currency
    per: Measure

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: Currency | str, per: Measure) -> "UnitPrice":
        """What somebody claims, in major units, rounded half even at six decimals.

        Raises: InvalidUnitPrice for what is no number, is negative, or is a trillion and more; InvalidMoney.
        """
        if isinstance(currency, str):
            currency = Currency(currency)
        try:
            value = Decimal(amount)
            if value.is_finite() and not value.is_signed() and value.adjusted() < 12:
                return cls(int(value.scaleb(6).to_integral_value(ROUND_HALF_EVEN)), currency, per)
        except InvalidOperation:
            pass
        raise InvalidUnitPrice(f"{str(amount)[:40]!r} is not a unit price that coprra can hold.")

    @property
    def amount(self) -> Decimal:
        """In major units, always with six decimals: ``Decimal("4.830000")``."""
        return Decimal(self.millionths).scaleb(-6)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} per {self.per}"


def unit_price(price: Money, measure: Measure, per: Measure | None = None) -> UnitPrice:
    """What `per` costs where `measure` costs `price`: price ÷ measure × per, exact, rounded once, half even.

    per: one base unit (kg, l, m, m2, m3 or piece) by default. 3 USD for 150 fl oz are 2 USD per 100 fl oz.

    Raises: InvalidUnitPrice when the two measures have different base units.
    Source: Directive 98/6/EC Art. 2(b); Google Merchant Center, unit_pricing_base_measure.
    """
    per = per or Measure(1_000_000, measure.unit.base)
    if per.unit.base is not measure.unit.base:
        raise InvalidUnitPrice(f"{measure} has no price per {per}.")
    millionths = price.minor * _millionths_per_minor(price.currency)
    return UnitPrice(divide_half_even(millionths * per.quanta, measure.quanta), price.currency, per)


def disagrees(claimed: UnitPrice, price: Money, measure: Measure) -> bool:
    """Whether a list's unit price contradicts its own price and measure by more than rounding explains.

    A claim agrees when there is a measure that prints as this one and gives a unit price that prints as the claim:

    - The measure may be off by half of the last decimal it shows (0.125 kg prints as 0.13), but by 0.005 of a base unit
      at most, because nobody rounds 1.4 kg to "1 kg".
    - The claim may be off by one of the last decimal it shows, not half of one, because some lists cut off instead of
      rounding. At least the currency's digits count (2.4 is 2.40); where it shows fewer, so do four digits (215.8).

    Measures that can't be compared do not disagree.

    Raises: CurrencyMismatch.
    """
    if claimed.currency != price.currency:
        raise CurrencyMismatch(f"A claim in {claimed.currency} can't be held against a price in {price.currency}.")
    if claimed.per.unit.base is not measure.unit.base:
        return False
    cent = _millionths_per_minor(price.currency)
    cost = price.minor * cent * claimed.per.quanta
    quanta = measure.quanta
    off = min(_last_digit(measure.millionths) * measure.unit.quanta // 2, _COARSEST, quanta - 1)
    step = _last_digit(claimed.millionths)
    if step > cent:
        step = max(cent, min(step, 10 ** (len(str(claimed.millionths)) - 4)))
    # Multiplied out, so that it stays exact: low <= cost / (measure ± off) <= high.
    lowest, highest = claimed.millionths - step, claimed.millionths + step
    return not (lowest * (quanta - off) <= cost <= highest * (quanta + off))


def _last_digit(millionths: int) -> int:
    """The value of the last decimal that is not zero: 10_000 for 0.13; a million for whole numbers."""
    step = 1
    while step < 1_000_000 and millionths % (step * 10) == 0:
        step *= 10
    return step


def _millionths_per_minor(currency: Currency) -> int:
    return int(10 ** (6 - currency.exponent))
