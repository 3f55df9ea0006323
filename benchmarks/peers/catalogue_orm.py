"""Lists in SQLAlchemy's ORM: a page of products, then the newest observations of all of them, loaded eagerly."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column

from benchmarks.peers.catalogue import AS_OF, PAGE


class Base(DeclarativeBase):
    pass


class Branch(Base):
    __tablename__ = "branches"
    id: Mapped[int] = mapped_column(primary_key=True)
    chain_code: Mapped[str]


class Article(Base):
    __tablename__ = "articles"
    id: Mapped[int] = mapped_column(primary_key=True)
    chain_code: Mapped[str]
    sku: Mapped[str]


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
    product_id: Mapped[str]


class ArticleKey(Base):
    __tablename__ = "article_keys"
    key: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(primary_key=True)


class Listing(Base):
    __tablename__ = "listings"
    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int]
    sku: Mapped[str]


class Observation(Base):
    __tablename__ = "observations"
    listing_id: Mapped[int] = mapped_column(primary_key=True)
    instant: Mapped[int] = mapped_column(primary_key=True)
    precedence: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str | None]
    price: Mapped[int | None]
    special_price: Mapped[int | None]


class SearchWord(Base):
    __tablename__ = "search_words"
    word: Mapped[str] = mapped_column(primary_key=True)
    sort_name: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(primary_key=True)


_Earlier = aliased(Observation)
_NEWEST = (
    select(func.max(_Earlier.instant))
    .where(_Earlier.listing_id == Listing.id, _Earlier.instant <= AS_OF)
    .correlate(Listing)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Priced:
    """A product, what it costs least, and how many offers it has."""

    id: str
    name: str
    brand: str | None
    category: str | None
    currency: str
    best: int
    offers: int


def listed(name: str, id: str) -> Select[tuple[Product]]:
    """The page that follows a product."""
    beyond = and_(Product.sort_name >= name, or_(Product.sort_name > name, Product.id > id))
    return select(Product).where(beyond).order_by(Product.sort_name, Product.id).limit(PAGE)


def searched(query: str) -> Select[tuple[Product]]:
    """The first page of one or two words."""
    first, *others = query.split()
    page = select(Product).join(SearchWord, SearchWord.product_id == Product.id).where(SearchWord.word == first)
    for word in others:
        other = aliased(SearchWord)
        same = and_(other.sort_name == SearchWord.sort_name, other.product_id == SearchWord.product_id)
        page = page.join(other, and_(other.word == word, same))
    return page.order_by(SearchWord.sort_name, SearchWord.product_id).limit(PAGE)


def offers(products: Sequence[Product]) -> Select[tuple[str, Observation]]:
    """The newest observation of every listing that sells one of them."""
    return (
        select(ProductKey.product_id, Observation)
        .join(ArticleKey, ArticleKey.key == ProductKey.key)
        .join(Article, Article.id == ArticleKey.article_id)
        .join(Branch, Branch.chain_code == Article.chain_code)
        .join(Listing, and_(Listing.branch_id == Branch.id, Listing.sku == Article.sku))
        .join(Observation, and_(Observation.listing_id == Listing.id, Observation.instant == _NEWEST))
        .where(ProductKey.product_id.in_([product.id for product in products]))
    )


def priced(products: Sequence[Product], offers: Iterable[Any]) -> list[Priced]:
    """Both together."""
    found: dict[str, list[Observation]] = defaultdict(list)
    for product_id, observation in offers:
        found[product_id].append(observation)
    return [_priced(product, found[product.id]) for product in products]


def _priced(product: Product, observed: Sequence[Observation]) -> Priced:
    asked = [one.price if one.special_price is None else one.special_price for one in observed]
    best = min(price for price in asked if price is not None)
    currency = observed[0].currency or ""
    return Priced(product.id, product.name, product.brand, product.category, currency, best, len(asked))
