"""Suggest products while somebody types."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.products.find_products import InvalidSearch, search_for
from coprra.domain.products.ports import OpenProductReads
from coprra.domain.products.product import Product, sort_name

MOST_SUGGESTED = 20
_LOOKED_THROUGH = 3


@dataclass(frozen=True, slots=True)
class SuggestedProducts:
    """The products that fit best, each name once. as_of, revision: see `FoundProducts`."""

    products: tuple[Product, ...]
    as_of: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class SuggestProducts:
    """Use case: complete what is typed. The same search as `FindProducts`, without pages and without repeated names."""

    clock: Clock
    reads: OpenProductReads

    def __call__(self, query: str, *, limit: int = 8, as_of: datetime | None = None) -> SuggestedProducts:
        """limit: 1 to 20. Nothing is suggested for an empty query. Raises: InvalidSearch, Unavailable."""
        if not 1 <= limit <= MOST_SUGGESTED:
            raise InvalidSearch(f"At least 1 and at most {MOST_SUGGESTED} products are suggested.")
        search = search_for(query, limit=limit, category=None, brand=None, gtin=None)
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            if not search.words:
                return SuggestedProducts((), as_of, snapshot.revision)
            page = search.page(snapshot, as_of, after=None, limit=limit * _LOOKED_THROUGH)
            named: dict[str, Product] = {}
            for product in page.products:
                named.setdefault(sort_name(product.name), product)
            return SuggestedProducts(tuple(named.values())[:limit], as_of, snapshot.revision)
