"""Money: exact amounts in the minor units of one currency."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from coprra.domain.kernel.errors import Invalid

MAX_MINOR = 10**14
"""What is asked stays below this: multiplied by any quantity coprra accepts, it still fits a signed 64-bit column."""

_WIDEST = 2**63

# Source: ISO 4217 list one, published 2026-01-01: the currencies whose minor unit is not two digits.
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


class InvalidMoney(Invalid):
    """An amount or currency that can't be taken exactly."""

    code = "invalid_money"


class CurrencyMismatch(Invalid):
    """Two currencies met where only one makes sense; convert first, with a dated rate."""

    code = "currency_mismatch"


@dataclass(frozen=True, slots=True, order=True)
class Currency:
    """An ISO 4217 currency code, three capital letters."""

    code: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z]{3}", self.code):
            raise InvalidMoney(f"{self.code!r} is not an ISO 4217 currency code such as EUR.")

    @property
    def exponent(self) -> int:
        """Digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD. Source: ISO 4217."""
        return _EXPONENTS.get(self.code, 2)

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount. minor: in minor units, 1999 is 19.99 EUR; may be negative (a difference).

    Totally ordered within a currency.

    Raises: CurrencyMismatch when two currencies are added, subtracted or compared.
    """

    minor: int
    currency: Currency

    def __post_init__(self) -> None:
        if not -_WIDEST < self.minor < _WIDEST:
            raise InvalidMoney("The amount is too large.")

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: Currency | str) -> "Money":
        """From a decimal amount in major units: ``Money.of("1.69", "EUR")``.

        Raises: InvalidMoney for what is no number, has more digits than the currency, or is not below MAX_MINOR.
        """
        if isinstance(currency, str):
            currency = Currency(currency)
        shown = str(amount)[:40]
        try:
            value = Decimal(amount)
        except InvalidOperation as error:
            raise InvalidMoney(f"{shown!r} is not an amount.") from error
        if not value.is_finite() or abs(value) >= Decimal(MAX_MINOR).scaleb(-currency.exponent):
            raise InvalidMoney(f"{shown!r} is not an amount that coprra can hold.")
        money = cls(int(value.scaleb(currency.exponent)), currency)
        # Not asked of the scaled value: decimal rounds that to 28 digits, and 1.00…01 to 1 without a word.
        if money.amount != value:
            raise InvalidMoney(f"{shown} has more digits than {currency} knows ({currency.exponent}).")
        return money

    @property
    def amount(self) -> Decimal:
        """In major units, with exactly the currency's digits: ``Decimal("1.69")``."""
        return Decimal(self.minor).scaleb(-self.currency.exponent)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} can't be compared without a rate.")
        return other.minor

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def divide_half_even(dividend: int, divisor: int) -> int:
    """Dividend ÷ divisor (above zero), rounded half to even: exact, whatever the size."""
    quotient, remainder = divmod(dividend, divisor)
    return quotient + (2 * remainder > divisor or (2 * remainder == divisor and quotient % 2 == 1))
