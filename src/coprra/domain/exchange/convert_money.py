"""Convert an amount of one currency into another."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.exchange.exchange import MAX_AGE, Exchange
from coprra.domain.exchange.ports import OpenRateReads
from coprra.domain.exchange.rate import ExchangeRate, last_day_known
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.kernel.ports import Clock


@dataclass(frozen=True, slots=True)
class ConvertedMoney:
    """What an amount is in another currency as of an instant (aware, UTC). rate: None where none was needed."""

    money: Money
    converted: Money
    rate: ExchangeRate | None
    as_of: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ConvertMoney:
    """Use case: one amount, converted by the rates known as of an instant."""

    clock: Clock
    reads: OpenRateReads
    max_age: timedelta = MAX_AGE

    def __call__(self, money: Money, target: Currency, *, as_of: datetime | None = None) -> ConvertedMoney:
        """Raises: UnknownRate, StaleRate, Unavailable; InvalidMoney for more than money can hold."""
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            exchange = Exchange(snapshot.publication(last_day_known(as_of)), as_of, self.max_age)
            revision = snapshot.revision
        rate = None if money.currency == target else exchange.rate(money.currency, target)
        return ConvertedMoney(money, exchange.convert(money, target), rate, as_of, revision)
