"""Rates: what one unit of a currency is in another, as published on a day, and conversion by them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from coprra.domain.kernel.errors import Invalid, NotFound
from coprra.domain.kernel.money import Currency, CurrencyMismatch, Money, divide_half_even

EURO = Currency("EUR")

SOURCE = "ECB"
"""The European Central Bank, whose statistics may be reused when it is named as their source."""

MILLION = 1_000_000

# Source: ECB, "Euro foreign exchange reference rates": usually updated at around 16:00 CET on every working day.
_PLACE = ZoneInfo("Europe/Berlin")
_HOUR = time(16)

_SHOWN = Context(prec=10, rounding=ROUND_HALF_EVEN)


class InvalidRate(Invalid):
    """A text that is no rate, or not below a trillion."""

    code = "invalid_rate"


class UnknownRate(NotFound):
    """No rate of that currency was published by then, or none was imported."""

    code = "unknown_rate"


def read_per_euro(text: str) -> int:
    """How much of a currency one euro is, in millionths: 1_117_200 for "1.1172".

    Raises: InvalidRate for what is no plain number above zero with at most six decimals.
    """
    match = re.fullmatch(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?", text)
    millionths = int(match[1] + (match[2] or "").ljust(6, "0")) if match else 0
    if not millionths:
        raise InvalidRate(f"{text[:40]!r} is no rate: a number above zero with at most six decimals is expected.")
    return millionths


def local_day(instant: datetime) -> date:
    """The day that an instant belongs to where the rates are published."""
    return instant.astimezone(_PLACE).date()


def published_at(day: date) -> datetime:
    """From when on the rates of a day are known: 16:00 in Frankfurt, whatever the season. Aware, UTC."""
    return datetime.combine(day, _HOUR, _PLACE).astimezone(UTC)


def last_day_known(as_of: datetime) -> date:
    """The last day whose rates, if it has any, are known as of an instant (aware, UTC)."""
    # Both 16:00 in summer and in winter fall on the same day in UTC.
    day = as_of.date()
    return day if as_of >= published_at(day) else date.fromordinal(max(day.toordinal() - 1, 1))


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """What one unit of `source` is in `target`, by the rates of a day.

    ratio: target ÷ source in major units, exact: most rates between two currencies that cross the euro never end.
    """

    source: Currency
    target: Currency
    ratio: Fraction
    published_on: date

    @property
    def shown(self) -> Decimal:
        """With ten significant digits, for people to read; amounts are computed from `ratio`."""
        quotient = _SHOWN.divide(Decimal(self.ratio.numerator), Decimal(self.ratio.denominator))
        return Decimal(f"{quotient.normalize():f}")

    def convert(self, money: Money) -> Money:
        """Rounded once, half to even, to the target's minor units.

        Raises: CurrencyMismatch for money of another currency than `source`; InvalidMoney for more than money can hold.
        """
        if money.currency != self.source:
            raise CurrencyMismatch(f"A rate of {self.source} can't convert {money.currency}.")
        dividend = money.minor * self.ratio.numerator * 10**self.target.exponent
        divisor = self.ratio.denominator * 10**self.source.exponent
        return Money(divide_half_even(dividend, divisor), self.target)


@dataclass(frozen=True, slots=True)
class Publication:
    """The rates of one day. per_euro: what one euro is in each currency, in millionths; None where there is none.

    A currency that was suspended (RUB) or replaced by the euro (HRK) has no rate from then on, however fresh its last.
    """

    day: date
    per_euro: Mapping[Currency, int | None]

    @property
    def published_at(self) -> datetime:
        """From when on its rates are known: aware, UTC."""
        return published_at(self.day)

    @property
    def currencies(self) -> tuple[Currency, ...]:
        """Those that have a rate, by code, without the euro."""
        return tuple(sorted(currency for currency, per_euro in self.per_euro.items() if per_euro))

    def rate(self, source: Currency, target: Currency) -> ExchangeRate:
        """From one currency to another, across the euro. Raises: UnknownRate."""
        return ExchangeRate(source, target, Fraction(self._millionths(target), self._millionths(source)), self.day)

    def _millionths(self, currency: Currency) -> int:
        millionths = MILLION if currency == EURO else self.per_euro.get(currency)
        if millionths is None:
            raise UnknownRate(
                f"The {SOURCE}'s rates of {self.day} have none for {currency}: it is suspended, gone, or never "
                f"was quoted, or the imported file leaves it out. `coprra fx show` lists those that can be used."
            )
        return millionths
