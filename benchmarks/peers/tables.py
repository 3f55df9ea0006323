"""The tables, as SQLAlchemy's ORM sees them."""

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column, relationship

from benchmarks.peers.databases import AS_OF


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
    sort_name: Mapped[str]
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


class SearchWord(Base):
    __tablename__ = "search_words"
    word: Mapped[str] = mapped_column(primary_key=True)
    sort_name: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(primary_key=True)


_Earlier = aliased(Observation)
NEWEST = (
    select(func.max(_Earlier.instant))
    .where(_Earlier.listing_id == Listing.id, _Earlier.instant <= AS_OF)
    .correlate(Listing)
    .scalar_subquery()
)
"""When a listing's newest observation was made."""
