"""Prices in merchant feeds: amounts that carry their currency, and the periods of special ones."""

import re
from datetime import date, datetime, timedelta

from coprra.adapters.feeds.numbers import Amounts, Fault, NumberFormat
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch

# Source: ISO 4217 list one; the last five were withdrawn not long ago, and old feeds have them.
_CODES = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY "
    "COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU "
    "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ANG BGN CUC HRK SLL".split()
)
_CODE = re.compile(r"(?P<before>[A-Za-z]{3})(?=[\s\d.,])|(?<=[\s\d.,])(?P<after>[A-Za-z]{3})")


def stated_currency(text: str) -> Currency | None:
    """The currency whose code stands before or after an amount; None without one."""
    text = text.strip()
    for match in (_CODE.match(text), _CODE.match(text, max(len(text) - 3, 0))):
        code = (match["before"] or match["after"]).upper() if match else ""
        if code in _CODES:
            return Currency(code)
    return None


class Prices:
    """Reads prices of one shop: in the currency that they name by its code, else in the shop's own."""

    def __init__(self, form: NumberFormat, own: Currency) -> None:
        self._form = form
        self._own = own
        self._amounts = {own: Amounts(form, own)}

    def __call__(self, text: str) -> Money | Fault | None:
        """Zero included; None for nothing but blanks. What carries no currency, or one of no code, is the shop's."""
        currency = stated_currency(text) or self._own
        if currency not in self._amounts:
            self._amounts[currency] = Amounts(self._form, currency)
        return self._amounts[currency].money(text)


def read_instant(text: str, branch: Branch, *, end: bool = False) -> datetime | None:
    """An ISO 8601 date or time as aware UTC; None where it is neither.

    Without a zone it is the branch's local time. end: a date alone is the end of that day, not its beginning.
    """
    text = text.strip()
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return branch.instant_of(date.fromisoformat(text) + timedelta(days=end))
        return branch.instant_of(datetime.fromisoformat(text))
    except (ValueError, OverflowError, Invalid):
        return None


def read_period(text: str, branch: Branch) -> tuple[datetime, datetime] | None:
    """``2026-01-01T13:00-0800/2026-01-31T15:30-0800``: from, and to before; None where it is no such period.

    Source: Google Merchant Center, sale_price_effective_date; ISO 8601-1 §5.5.
    """
    starts, slash, ends = text.partition("/")
    begin, end = read_instant(starts, branch), read_instant(ends, branch, end=True)
    return (begin, end) if slash and begin and end and begin < end else None
