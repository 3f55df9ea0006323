"""Numbers: amounts as people of some country write them, exactly, or the reason why a text is none."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from coprra.domain.kernel.money import MAX_MINOR, Currency, Money

_LONGEST = 40
"""Characters. Nobody's price is longer; and reading a million digits takes minutes."""

# "$" and "kr" stand for several: here they mean the currency that the profile states, and no other.
_SIGNS = {
    "AUD": "$",
    "BGN": "лв лв.",
    "CAD": "$",
    "CHF": "Fr. SFr.",
    "CZK": "Kč",
    "DKK": "kr kr.",
    "EUR": "€",
    "GBP": "£",
    "HUF": "Ft",
    "INR": "₹",
    "JPY": "¥",
    "MXN": "$",
    "NOK": "kr kr.",
    "NZD": "$",
    "PLN": "zł",
    "RSD": "din din.",
    "SEK": "kr kr.",
    "TRY": "₺",
    "UAH": "₴",
    "USD": "$",
}
# No-break and narrow blanks, and the typographic apostrophe, mean what the plain ones mean.
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"})


class Fault(NamedTuple):
    """Why a text is no amount. code: stable; reason: a sentence that goes on after the text itself."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a source writes numbers.

    decimal: "," or ".", or ".," for a source that writes both and parts no thousands; grouping: every sign that may
    part thousands, none for none.
    """

    decimal: str
    grouping: str = ""

    def __post_init__(self) -> None:
        if self.decimal not in {",", ".", ".,"} or not set(self.grouping) <= set(" .,'") - set(self.decimal):
            raise ValueError("No such way to write numbers.")


class Amounts:
    """Reads amounts of one currency from text that is written in one way.

    Taken: digits 0 to 9, thousands parted in threes and by one sign throughout, one decimal sign, blanks around, and
    the currency's own sign or code before or after: ``1.234,50`` ``,69`` ``7,99€`` ``EUR 5``. Refused, never guessed:
    another currency, exponents, signs, anything else.
    """

    def __init__(self, form: NumberFormat, currency: Currency) -> None:
        self._currency = currency
        self._example = f"1{form.decimal[0]}{'9' * currency.exponent}" if currency.exponent else "199"
        decimal, grouping = re.escape(form.decimal), re.escape(form.grouping)
        parted = rf"[0-9]{{1,3}}(?P<by>[{grouping}])[0-9]{{3}}(?:(?P=by)[0-9]{{3}})*|" if grouping else ""
        signs = "|".join(map(re.escape, (*_SIGNS.get(currency.code, "").split(), currency.code)))
        self._number = re.compile(
            rf"(?:(?P<before>{signs})\ ?)?(?P<minus>[-\u2212]\ ?)?"
            rf"(?P<whole>{parted}[0-9]*)(?:[{decimal}](?P<rest>[0-9]+))?"
            rf"(?(before)|(?:\ ?(?:{signs}))?)",
            re.IGNORECASE,
        )

    def decimal(self, text: str) -> Decimal | Fault | None:
        """The amount, not negative; None for nothing but blanks."""
        text = text.translate(_PLAIN).strip()
        if not text:
            return None
        match = self._number.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None or not (match["whole"] or match["rest"]):
            return Fault("unreadable", f"is not a number as this profile writes them, such as {self._example}")
        if match["minus"]:
            return Fault("negative", "is less than nothing")
        whole = "".join(sign for sign in match["whole"] if sign.isdigit())
        return Decimal(f"{whole or 0}.{match['rest'] or 0}")

    def money(self, text: str) -> Money | Fault | None:
        """The amount as money, zero included; None for nothing but blanks."""
        amount = self.decimal(text)
        if amount is None or isinstance(amount, Fault):
            return amount
        minor = amount.scaleb(self._currency.exponent)
        if minor != int(minor):
            return Fault("inexact", f"has more than the {self._currency.exponent} decimals of {self._currency}")
        if minor >= MAX_MINOR:
            return Fault("too_large", "is more than any price")
        return Money(int(minor), self._currency)
