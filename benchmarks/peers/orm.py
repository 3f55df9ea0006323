"""The question in SQLAlchemy's ORM, loaded eagerly: two queries."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ForeignKey, Select, and_, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, contains_eager, joinedload, mapped_column, relationship

from benchmarks.peers.market import AS_OF, body


class Base(DeclarativeBase):
    pass


class Chain(Base):
    __tablename__ = "chains"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    country: Mapped[str]


class Branch(Base):
    __tablename__ = "branches"
    id: Mapped[int] = mapped_column(primary_key=True)
    chain_code: Mapped[str] = mapped_column(ForeignKey("chains.code"))
    code: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str | None]
    chain: Mapped[Chain] = relationship()


class Article(Base):
    __tablename__ = "articles"
    id: Mapped[int] = mapped_column(primary_key=True)
    chain_code: Mapped[str] = mapped_column(ForeignKey("chains.code"))
    sku: Mapped[str]
    title: Mapped[str]
    pack: Mapped[str | None]


class Product(Base):
    __tablename__ = "products"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    brand: Mapped[str | None]
    category: Mapped[str | None]


class ProductKey(Base):
    __tablename__ = "product_keys"
    key: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    product: Mapped[Product] = relationship()


class ArticleKey(Base):
    __tablename__ = "article_keys"
    key: Mapped[str] = mapped_column(ForeignKey("product_keys.key"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)


class Listing(Base):
    __tablename__ = "listings"
    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    sku: Mapped[str]
    branch: Mapped[Branch] = relationship()


class Observation(Base):
    __tablename__ = "observations"
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    instant: Mapped[int] = mapped_column(primary_key=True)
    precedence: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    availability: Mapped[str]
    currency: Mapped[str | None]
    price: Mapped[int | None]
    special_price: Mapped[int | None]
    claimed_low: Mapped[int | None]
    listing: Mapped[Listing] = relationship()
    article: Mapped[Article] = relationship()


_Earlier = aliased(Observation)
_NEWEST = (
    select(func.max(_Earlier.instant))
    .where(_Earlier.listing_id == Listing.id, _Earlier.instant <= AS_OF)
    .correlate(Listing)
    .scalar_subquery()
)


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
        .join(Observation, and_(Observation.listing_id == Listing.id, Observation.instant == _NEWEST))
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
