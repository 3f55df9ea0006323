"""Landed price: what a buyer really pays for a quantity, delivered."""

from dataclasses import dataclass
from enum import StrEnum

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.money import Money
from coprra.domain.prices.chain import Channel
from coprra.domain.prices.observation import Shipping, Terms

MOST_PIECES = 10_000


class InvalidOrder(Invalid):
    """A quantity or country that nobody can order for."""

    code = "invalid_order"


class Completeness(StrEnum):
    """How much of what the buyer pays is known. Unknown shipping is never shown as zero."""

    COMPLETE = "complete"
    ESTIMATED = "estimated"
    """Something comes on top whose amount the store does not state, such as tax."""
    UNKNOWN_SHIPPING = "unknown_shipping"


@dataclass(frozen=True, slots=True)
class Order:
    """What the buyer wants. country: where it goes, ISO 3166-1 alpha-2; None: the chain's own country."""

    quantity: int = 1
    country: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= MOST_PIECES:
            raise InvalidOrder(f"The quantity is 1 to {MOST_PIECES}.")
        if self.country is not None and not (
            len(self.country) == 2 and self.country.isascii() and self.country.isalpha() and self.country.isupper()
        ):
            raise InvalidOrder("The country is an ISO 3166 code such as HR.")


@dataclass(frozen=True, slots=True)
class LandedPrice:
    """items: all pieces; shipping: None where it does not apply or is not known (see completeness).

    total: what is paid; None with unknown shipping.
    """

    items: Money
    shipping: Money | None
    fees: Money | None
    total: Money | None
    completeness: Completeness


@dataclass(frozen=True, slots=True)
class Converted:
    """A landed price in the currency that the buyer asks for; each of the two is rounded once, for itself."""

    items: Money
    total: Money | None


def landed_price(terms: Terms, price: Money, channel: Channel, order: Order, home: str) -> LandedPrice:
    """price: asked for one piece now; home: the chain's country, where an order without one goes."""
    items = price * order.quantity
    fees = terms.fees
    shipping: Money | None = None
    completeness = Completeness.COMPLETE if terms.tax_included else Completeness.ESTIMATED
    if channel is Channel.ONLINE:
        shipping = _cheapest(terms.shipping, order.country or home, items)
        if shipping is None:
            return LandedPrice(items, None, fees, None, Completeness.UNKNOWN_SHIPPING)
    total = items
    for part in (shipping, fees):
        if part is not None:
            total += part
    return LandedPrice(items, shipping, fees, total, completeness)


def _cheapest(rates: tuple[Shipping, ...], country: str, items: Money) -> Money | None:
    """What the cheapest stated way to that country costs, thresholds applied; None when no way is stated."""
    return min((rate.cost(items) for rate in rates if rate.country == country), default=None)
