"""The shape in which all peers answer with a page of products."""

from collections.abc import Iterable
from typing import Any

import orjson

PAGE = 20


def body(products: Iterable[Any]) -> bytes:
    """A page: of each product its entry, what it costs least, and how many offers it has."""
    return orjson.dumps({"products": [_shown(one) for one in products]})


def _shown(one: Any) -> dict[str, Any]:
    amount = f"{one.best // 100}.{one.best % 100:02}"
    return {
        "id": one.id,
        "name": one.name,
        "brand": one.brand,
        "category": one.category,
        "best_price": {"price": {"amount": amount, "currency": one.currency}, "offers": one.offers},
    }
