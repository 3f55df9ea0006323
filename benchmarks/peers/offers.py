"""The shape in which all peers answer who offers a product."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from benchmarks.peers.databases import AS_OF


def body(product: dict[str, Any], offers: Sequence[dict[str, Any]]) -> bytes:
    """The answer: the product and its offers, cheapest first."""
    ranked = sorted(offers, key=lambda offer: offer["asked"])
    return orjson.dumps(
        {
            "product": product,
            "as_of": instant(AS_OF),
            "offers": [{"rank": rank, **shown(offer)} for rank, offer in enumerate(ranked, 1)],
        }
    )


def of_object(observation: Any) -> dict[str, Any]:
    """What either ORM's objects say of an offer, for `body`."""
    branch, article = observation.listing.branch, observation.article
    special = observation.special_price is not None
    return {
        "chain_code": branch.chain.code,
        "chain_name": branch.chain.name,
        "country": branch.chain.country,
        "branch_code": branch.code,
        "address": branch.address,
        "channel": branch.channel,
        "sku": observation.listing.sku,
        "title": article.title,
        "pack": article.pack,
        "currency": observation.currency,
        "asked": observation.special_price if special else observation.price,
        "special": special,
        "price": observation.price,
        "claimed_low": observation.claimed_low,
        "availability": observation.availability,
        "instant": observation.instant,
    }


def shown(offer: dict[str, Any]) -> dict[str, Any]:
    """An offer in the answer's shape."""
    currency = offer["currency"]
    return {
        "chain": {"code": offer["chain_code"], "name": offer["chain_name"], "country": offer["country"]},
        "branch": {"code": offer["branch_code"], "address": offer["address"], "channel": offer["channel"]},
        "sku": offer["sku"],
        "title": offer["title"],
        "pack": offer["pack"],
        "item_price": money(offer["asked"], currency),
        "special": offer["special"],
        "regular_price": money(offer["price"], currency),
        "claimed_low": money(offer["claimed_low"], currency),
        "availability": offer["availability"],
        "observed_at": instant(offer["instant"]),
    }


def money(minor: int | None, currency: str) -> dict[str, str] | None:
    """An amount in major units."""
    return None if minor is None else {"amount": f"{minor // 100}.{minor % 100:02}", "currency": currency}


def instant(micros: int) -> str:
    """ISO 8601 in UTC."""
    return datetime.fromtimestamp(micros / 1_000_000, UTC).isoformat().replace("+00:00", "Z")
