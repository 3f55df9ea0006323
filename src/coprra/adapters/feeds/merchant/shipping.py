"""Shipping in merchant feeds: what delivery to a country costs, and from which sum on it is free."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coprra.adapters.feeds.merchant.format import listed
from coprra.adapters.feeds.merchant.prices import Prices
from coprra.adapters.feeds.merchant.values import every, parts_of
from coprra.adapters.feeds.numbers import Fault
from coprra.domain.kernel.money import Money
from coprra.domain.prices.observation import InvalidTerms, Shipping

_RATE = ("country", "region", "service", "price")
_MOST_RATE_PARTS = 8
"""Four times may follow a rate in text: handling and transit, each from and to."""

_THRESHOLD = ("country", "price_threshold")

PARTS: Mapping[str, tuple[str, ...]] = {
    "country": ("country",),
    "area": ("region", "postal_code", "location_id", "location_group_name"),
    "price": ("price",),
    "free_over": ("price_threshold",),
}
"""How Google calls the parts of a rate. area: of those that say that it is for a part of a country only."""


class Unusable(NamedTuple):
    """A rate or threshold that is left out. value: its text."""

    value: str
    reason: str


class ShippingReader:
    """Reads the rates of one shop. names: how it calls their parts, by the keys of `PARTS`; home: its country.

    A rate for a part of a country is none for the country: who asks does not say in which part he lives. Of several
    rates to a country all are kept, and the cheapest counts once it is known for what sum.
    """

    def __init__(self, names: Mapping[str, tuple[str, ...]], home: str, prices: Prices) -> None:
        self._names = names
        self._home = home
        self._prices = prices

    def __call__(self, texts: tuple[str, str]) -> tuple[tuple[Shipping, ...], tuple[Unusable, ...]]:
        """Of rates and thresholds: the rates, sorted, each once, with its country's threshold; and what is left out."""
        rates, thresholds = texts
        unusable: list[Unusable] = []
        free_over = dict(self._read(thresholds, "free_over", _THRESHOLD, len(_THRESHOLD), unusable))
        found = set()
        for country, price in self._read(rates, "price", _RATE, _MOST_RATE_PARTS, unusable):
            limit = free_over.get(country)
            if limit is not None and limit.currency != price.currency:
                unusable.append(Unusable(str(limit), "The threshold is in another currency than the rate."))
                limit = None
            try:
                found.add(Shipping(country, price, limit))
            except InvalidTerms as error:
                unusable.append(Unusable(country, error.message))
        told = {rate.country for rate in found}
        unusable += [
            Unusable(f"{country}: {limit}", "Below the threshold nobody says what shipping costs.")
            for country, limit in free_over.items()
            if country not in told
        ]
        return tuple(sorted(found, key=_in_order)), tuple(unusable)

    def _read(
        self, text: str, amount: str, order: Sequence[str], most: int, unusable: list[Unusable]
    ) -> list[tuple[str, Money]]:
        """Country and amount of each value that can be taken."""
        found = []
        for value in every(text):
            for parts in _parts(value, order, most):
                if parts is None:
                    what = ":".join(order)
                    unusable.append(Unusable(value, f"It is not written as {what}, with every colon."))
                    continue
                shown = ":".join(parts.values())
                if any(parts.get(name) for name in self._names["area"]):
                    unusable.append(Unusable(shown, "It is for a part of a country only, and nobody asks for parts."))
                    continue
                price = self._prices(self._part(parts, amount))
                if price is None:
                    unusable.append(Unusable(shown, "It has no price."))
                elif isinstance(price, Fault):
                    unusable.append(Unusable(shown, f"Its price {price.reason}."))
                else:
                    found.append((self._part(parts, "country").upper() or self._home, price))
        return found

    def _part(self, parts: Mapping[str, str], key: str) -> str:
        return next((parts[name] for name in self._names[key] if parts.get(name)), "")


def _parts(value: str, order: Sequence[str], most: int) -> list[dict[str, str] | None]:
    """Of a value with named parts: those. Of a text: each of its values, None where one has too few or too many."""
    named = parts_of(value)
    if named is not None:
        return [named]
    values = listed(value)
    # "US:::6,49 USD" is no rate of 6: one comma too many, and nothing of the text can be trusted.
    if any(not len(order) <= len(parts) <= most for parts in values):
        return [None]
    return [dict(zip(order, parts, strict=False)) for parts in values]


def _in_order(rate: Shipping) -> tuple[str, int, str, int]:
    return rate.country, rate.price.minor, rate.price.currency.code, rate.free_over.minor if rate.free_over else -1
