"""Offers in SQLAlchemy Core: one statement, built once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from benchmarks.peers.databases import AS_OF
from benchmarks.peers.offers import body

OFFERS = text(
    """
    SELECT p.id, p.name, p.brand, p.category,
           c.code AS chain_code, c.name AS chain_name, c.country,
           b.code AS branch_code, b.address, b.channel,
           l.sku, a.title, a.pack,
           o.instant, o.availability, o.currency, o.price, o.special_price, o.claimed_low
    FROM product_keys k
    JOIN products p ON p.id = k.product_id
    JOIN article_keys ak ON ak.key = k.key
    JOIN articles a ON a.id = ak.article_id
    JOIN chains c ON c.code = a.chain_code
    JOIN branches b ON b.chain_code = c.code
    JOIN listings l ON l.branch_id = b.id AND l.sku = a.sku
    JOIN observations o ON o.listing_id = l.id AND o.instant = (
        SELECT max(instant) FROM observations WHERE listing_id = l.id AND instant <= :as_of
    )
    WHERE k.key = :key
    """
)


def parameters(gtin: str) -> dict[str, Any]:
    """What the statement is asked."""
    return {"key": gtin, "as_of": AS_OF}


def answer(gtin: str, rows: Sequence[Row[Any]]) -> bytes:
    """The answer that the rows make."""
    first = rows[0]
    product = {
        "id": first.id,
        "name": first.name,
        "brand": first.brand,
        "category": first.category,
        "gtins": [gtin],
    }
    return body(product, [_offer(row) for row in rows])


def _offer(row: Row[Any]) -> dict[str, Any]:
    special = row.special_price is not None
    return {**row._mapping, "asked": row.special_price if special else row.price, "special": special}
