"""Lists in SQLAlchemy's ORM: a page of products, then the newest observations of all of them, loaded eagerly."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased, load_only

from benchmarks.peers.lists import PAGE
from benchmarks.peers.tables import (
    NEWEST,
    Article,
    ArticleKey,
    Branch,
    Listing,
    Observation,
    Product,
    ProductKey,
    SearchWord,
)

_SHOWN = load_only(Observation.currency, Observation.price, Observation.special_price)


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
        .join(Observation, and_(Observation.listing_id == Listing.id, Observation.instant == NEWEST))
        .where(ProductKey.product_id.in_([product.id for product in products]))
        .options(_SHOWN)
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
