"""A comparison as linked data: a Product of schema.org with its offers, as JSON-LD.

Sources: https://schema.org/Product, /AggregateOffer, /Offer, /OfferShippingDetails, /UnitPriceSpecification. As there,
what is not known is left out; it is never null.
"""

from collections import defaultdict
from collections.abc import Sequence

from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Branch
from coprra.domain.prices.compare_offers import Comparison
from coprra.domain.prices.observation import Availability, Condition, Shipping
from coprra.domain.prices.offer import Aside, Offer
from coprra.domain.products.product import Product
from coprra.entrypoints.answers.values import Json, JsonObject, instant, instant_or_none

SCHEMA = "https://schema.org"
MEDIA_TYPE = "application/ld+json"

_TOLD = {Aside.OUT_OF_STOCK, Aside.OTHER_CURRENCY}
_AVAILABILITIES = {
    Availability.IN_STOCK: "InStock",
    Availability.OUT_OF_STOCK: "OutOfStock",
    Availability.PREORDER: "PreOrder",
    Availability.BACKORDER: "BackOrder",
    Availability.DISCONTINUED: "Discontinued",
}
_CONDITIONS = {Condition.NEW: "New", Condition.REFURBISHED: "Refurbished", Condition.USED: "Used"}
_HARMFUL = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})


def linked_data(value: Comparison) -> JsonObject:
    """A document of one product."""
    return {"@context": SCHEMA, **linked_product(value)}


def linked_product(value: Comparison) -> JsonObject:
    """The product, without the context. Only offers whose price is believed are told: what is ranked or sold out."""
    return {**_product(value.product), **_offers(value)}


def harmless(text: str) -> str:
    """The same JSON for a page's ``<script>``, which nothing in it can end. text: JSON, where these signs are text."""
    return text.translate(_HARMFUL)


def _product(value: Product) -> JsonObject:
    said: JsonObject = {"@type": "Product", "productID": value.id.value, "name": value.name}
    if value.brand:
        said["brand"] = {"@type": "Brand", "name": value.brand}
    if value.category:
        said["category"] = value.category
    gtins: dict[str, list[str]] = defaultdict(list)
    for gtin in value.gtins:
        gtins[f"gtin{len(gtin.short)}"].append(gtin.short)
    return {**said, **{key: _one_or_all(values) for key, values in sorted(gtins.items())}}


def _offers(value: Comparison) -> JsonObject:
    ranked = [(entry.best, entry.branches) for entry in value.ranking.ranked]
    others = [(one, (one.listing.branch,)) for one in value.ranking.set_aside if one.aside in _TOLD and one.asked]
    told = [_offer(one, branches) for one, branches in (*ranked, *others)]
    if not told:
        return {}
    counted = [one.asked.price for one, _ in ranked or others if one.asked]
    currency = value.ranking.currency or counted[0].currency
    prices = [price for price in counted if price.currency == currency]
    return {
        "offers": {
            "@type": "AggregateOffer",
            **_range(prices, currency),
            "offerCount": len(told),
            "offers": told,
        }
    }


def _range(prices: Sequence[Money], currency: Currency) -> JsonObject:
    return {"priceCurrency": currency.code, "lowPrice": _amount(min(prices)), "highPrice": _amount(max(prices))}


def _offer(value: Offer, branches: Sequence[Branch]) -> JsonObject:
    chain, special = value.listing.chain, value.special
    said: JsonObject = {
        "@type": "Offer",
        **_price(value.asked.price if value.asked else None),
        "priceSpecification": _struck(value),
        "priceValidUntil": instant_or_none(special.ends) if special else None,
        "availability": f"{SCHEMA}/{_AVAILABILITIES[value.availability]}",
        "itemCondition": f"{SCHEMA}/{_CONDITIONS[value.condition]}Condition" if value.condition else None,
        "sku": value.listing.sku,
        "url": value.url,
        "validFrom": instant(value.since),
        "seller": {"@type": "Organization", "name": chain.name, "identifier": chain.code},
        "availableAtOrFrom": _one_or_all([_place(branch) for branch in branches]),
        "shippingDetails": _one_or_all([_shipping(rate) for rate in value.terms.shipping]) if value.terms else None,
    }
    return {key: one for key, one in said.items() if one is not None}


def _price(price: Money | None) -> JsonObject:
    return {"price": _amount(price), "priceCurrency": price.currency.code} if price else {}


def _struck(value: Offer) -> JsonObject | None:
    """The regular price beside a special one."""
    if value.regular is None:
        return None
    return {
        "@type": "UnitPriceSpecification",
        "priceType": f"{SCHEMA}/StrikethroughPrice",
        **_price(value.regular.price),
    }


def _place(branch: Branch) -> JsonObject:
    place: JsonObject = {"@type": "Place", "branchCode": branch.id.code}
    return {**place, "address": branch.address} if branch.address else place


def _shipping(rate: Shipping) -> JsonObject:
    return {
        "@type": "OfferShippingDetails",
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": rate.country},
        "shippingRate": {"@type": "MonetaryAmount", "value": _amount(rate.price), "currency": rate.price.currency.code},
    }


def _amount(value: Money) -> str:
    return f"{value.amount:f}"


def _one_or_all(values: Sequence[Json]) -> Json:
    if not values:
        return None
    return values[0] if len(values) == 1 else list(values)
