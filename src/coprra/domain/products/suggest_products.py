"""Suggest products while somebody types."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.products.find_products import InvalidSearch, Search, search_for
from coprra.domain.products.ports import OpenProductReads, ProductCursor, ProductReads
from coprra.domain.products.product import Product, sort_name

MOST_SUGGESTED = 20
_AT_ONCE = 3
"""Products that are looked at for each that is suggested; others may have the same name."""

_MOST_PAGES = 10
"""Of so many; what a hundred shops sell under one name does not hide what else there is."""


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
            return SuggestedProducts(_named(search, snapshot, as_of, limit), as_of, snapshot.revision)


def _named(search: Search, snapshot: ProductReads, as_of: datetime, limit: int) -> tuple[Product, ...]:
    named: dict[str, Product] = {}
    after: ProductCursor | None = None
    for _ in range(_MOST_PAGES):
        page = search.page(snapshot, as_of, after=after, limit=limit * _AT_ONCE)
        for product in page.products:
            named.setdefault(sort_name(product.name), product)
        after = page.next
        if after is None or len(named) >= limit:
            break
    return tuple(named.values())[:limit]
