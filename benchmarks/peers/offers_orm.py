"""Offers in SQLAlchemy's ORM, loaded eagerly: two queries."""

from collections.abc import Iterable

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import contains_eager, joinedload

from benchmarks.peers.offers import body, of_object
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
    return body({**shown, "gtins": [key.key]}, [of_object(each) for each in found])
