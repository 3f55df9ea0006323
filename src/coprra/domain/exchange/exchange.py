"""Exchange: conversion as of an instant, by rates that are known by then and not too old."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coprra.domain.exchange.rate import SOURCE, ExchangeRate, Publication, UnknownRate
from coprra.domain.kernel.errors import Refused
from coprra.domain.kernel.money import Currency, Money

MAX_AGE = timedelta(days=7)
"""How long rates are used where nobody says otherwise. The longest pause, at Easter and Christmas, is five days."""


class StaleRate(Refused):
    """The newest rates that are known are too old to convert by."""

    code = "stale_rate"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What money is worth as of an instant (aware, UTC).

    publication: the latest whose rates are known by then; None where none is. max_age: how long after their
    publication they are used.
    """

    publication: Publication | None
    as_of: datetime
    max_age: timedelta = MAX_AGE

    @property
    def stale_at(self) -> datetime | None:
        """From when on its rates are too old; None where there are none."""
        return self.publication.published_at + self.max_age if self.publication else None

    @property
    def stale(self) -> bool:
        """Whether its rates are too old, as of `as_of`."""
        return self.stale_at is not None and self.as_of >= self.stale_at

    def rate(self, source: Currency, target: Currency) -> ExchangeRate:
        """From one currency to another. Raises: UnknownRate, StaleRate."""
        if self.publication is None:
            raise UnknownRate(
                f"No rate from {source} to {target} is known as of {self.as_of:%Y-%m-%d}; import the {SOURCE}'s file "
                f"by `coprra fx import`."
            )
        if self.stale:
            raise StaleRate(
                f"The newest rates known as of {self.as_of:%Y-%m-%d} are of {self.publication.day}: too old to convert "
                f"{source} to {target} (limit in days: {self.max_age.days}). Import newer ones by `coprra fx import`, "
                f"or ask as of an earlier day."
            )
        return self.publication.rate(source, target)

    def convert(self, money: Money, target: Currency) -> Money:
        """Rounded once, half to even; what is in that currency already is itself, and needs no rate.

        Raises: UnknownRate, StaleRate; InvalidMoney for more than money can hold.
        """
        return money if money.currency == target else self.rate(money.currency, target).convert(money)
