"""Offers in SQLAlchemy's ORM, loaded eagerly: two queries."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import contains_eager, joinedload

from benchmarks.peers.offers import body
from benchmarks.peers.tables import NEWEST, Article, ArticleKey, Branch, Listing, Observation, ProductKey


def product_key(gtin: str) -> Select[tuple[ProductKey]]:
    """The key, with its product."""
    return select(ProductKey).where(ProductKey.key == gtin).options(joinedload(ProductKey.product))


def observations(gtin: str) -> Select[tuple[Observation]]:
    """The newest of each listing, with all that is shown of it."""
    return (
        select(Observation)
        .select_from(ArticleKey)
        .join(Article, Article.id == ArticleKey.article_id)
        .join(Branch, Branch.chain_code == Article.chain_code)
        .join(Branch.chain)
        .join(Listing, and_(Listing.branch_id == Branch.id, Listing.sku == Article.sku))
        .join(Observation, and_(Observation.listing_id == Listing.id, Observation.instant == NEWEST))
        .where(ArticleKey.key == gtin)
        .options(
            contains_eager(Observation.listing).contains_eager(Listing.branch).contains_eager(Branch.chain),
            contains_eager(Observation.article),
        )
    )


def answer(key: ProductKey, found: Iterable[Observation]) -> bytes:
    """The answer that the objects make."""
    product = key.product
    shown = {"id": product.id, "name": product.name, "brand": product.brand, "category": product.category}
    return body({**shown, "gtins": [key.key]}, [_offer(each) for each in found])


def _offer(observation: Observation) -> dict[str, Any]:
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
