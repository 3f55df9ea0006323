"""Show the exchange rates that are known as of an instant."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coprra.domain.exchange.exchange import MAX_AGE
from coprra.domain.exchange.ports import OpenRateReads
from coprra.domain.exchange.rate import EURO, ExchangeRate, UnknownRate, last_day_known
from coprra.domain.kernel.money import Currency
from coprra.domain.kernel.ports import Clock


@dataclass(frozen=True, slots=True)
class ShownRates:
    """What one euro is in some currencies, by the newest rates known as of an instant, which are those of `day`.

    stale_at: from when on they are too old to convert by. Instants are aware, UTC.
    """

    day: date
    rates: tuple[ExchangeRate, ...]
    as_of: datetime
    stale_at: datetime
    revision: int

    @property
    def stale(self) -> bool:
        """Whether they are too old as of the instant."""
        return self.as_of >= self.stale_at


@dataclass(frozen=True, slots=True)
class ShowRates:
    """Use case: the rates themselves, also those that are too old to be used."""

    clock: Clock
    reads: OpenRateReads
    max_age: timedelta = MAX_AGE

    def __call__(self, *currencies: Currency, as_of: datetime | None = None) -> ShownRates:
        """currencies: in this order; none: all that have a rate, by code.

        Raises: UnknownRate, Unavailable.
        """
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            publication = snapshot.publication(last_day_known(as_of))
            revision = snapshot.revision
        if publication is None:
            raise UnknownRate(f"No exchange rate is known as of {as_of:%Y-%m-%d}; import some by `coprra fx import`.")
        wanted = currencies or publication.currencies
        rates = tuple(publication.rate(EURO, currency) for currency in wanted)
        return ShownRates(publication.day, rates, as_of, publication.published_at + self.max_age, revision)
