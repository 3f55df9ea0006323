"""Conversion: what offers cost in the currency that a buyer asks for, by rates of a stated day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from coprra.domain.exchange.exchange import Exchange, StaleRate
from coprra.domain.exchange.rate import ExchangeRate, UnknownRate
from coprra.domain.kernel.money import Currency, InvalidMoney
from coprra.domain.prices.landed_price import Converted, LandedPrice
from coprra.domain.prices.offer import Aside, Offer


@dataclass(frozen=True, slots=True)
class Conversion:
    """How offers were converted. currency: the one asked for; rates: those that were needed, by source, all of one day.

    stale_at: from when on they are too old; None where none was needed.
    """

    currency: Currency
    rates: tuple[ExchangeRate, ...]
    stale_at: datetime | None


def in_currency(offers: Sequence[Offer], currency: Currency, exchange: Exchange) -> tuple[list[Offer], Conversion]:
    """The offers, each with its landed price in that currency; what can't be converted is set aside.

    Raises: UnknownRate, StaleRate, InvalidMoney when that leaves none of those that could have been ranked.
    """
    said: list[Offer] = []
    failures: list[UnknownRate | StaleRate | InvalidMoney] = []
    for offer in offers:
        try:
            converted = _converted(offer.landed, currency, exchange) if offer.landed else None
        except (UnknownRate, StaleRate, InvalidMoney) as error:
            said.append(replace(offer, aside=offer.aside or Aside.NO_RATE))
            if offer.aside is None:
                failures.append(error)
        else:
            said.append(replace(offer, converted=converted))
    if failures and all(offer.aside for offer in said):
        raise failures[0]
    asked_in = {offer.landed.items.currency for offer in said if offer.landed and offer.converted}
    rates = tuple(exchange.rate(source, currency) for source in sorted(asked_in - {currency}))
    return said, Conversion(currency, rates, exchange.stale_at if rates else None)


def _converted(landed: LandedPrice, currency: Currency, exchange: Exchange) -> Converted:
    total = None if landed.total is None else exchange.convert(landed.total, currency)
    return Converted(exchange.convert(landed.items, currency), total)
