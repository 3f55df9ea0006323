"""What all peers of lists share: where the catalogue is, what they are asked, and the shape of their answer."""

import os
from collections.abc import Iterable
from typing import Any

import orjson

from benchmarks.peers.databases import with_driver

URL = os.environ["CATALOGUE_URL"]
"""Without a driver: sqlite:///… or mysql://…"""

AS_OF = int(os.environ["CATALOGUE_AS_OF"])
"""When everything is asked, in microseconds UTC."""

PAGE = 20


def url(sqlite: str, mysql: str) -> str:
    """With the driver for its database."""
    return with_driver(URL, sqlite, mysql)


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
