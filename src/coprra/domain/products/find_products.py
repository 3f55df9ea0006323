"""Find products by words of their title or brand, page by page."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.ports import Clock
from coprra.domain.products.folding import fold
from coprra.domain.products.ports import OpenProductReads, ProductCursor, ProductPage

LARGEST_PAGE = 100
MOST_WORDS = 12
LONGEST_QUERY = 200


class InvalidSearch(Invalid):
    """A query or page size beyond what a search takes."""

    code = "invalid_search"


@dataclass(frozen=True, slots=True)
class FoundProducts:
    """A page of products, as of an instant, from the snapshot of that revision."""

    page: ProductPage
    as_of: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class FindProducts:
    """Use case: search the catalogue. Case and accents do not matter; words match from their beginning, literally."""

    clock: Clock
    reads: OpenProductReads

    def __call__(
        self,
        query: str = "",
        *,
        limit: int = 20,
        after: ProductCursor | None = None,
        as_of: datetime | None = None,
    ) -> FoundProducts:
        """An empty query gives every product; one of signs only gives none. Raises: InvalidSearch, Unavailable."""
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidSearch(f"A page has 1 to {LARGEST_PAGE} products.")
        if len(query) > LONGEST_QUERY:
            raise InvalidSearch(f"A query has at most {LONGEST_QUERY} characters.")
        words = tuple(dict.fromkeys(fold(query).split()))
        if len(words) > MOST_WORDS:
            raise InvalidSearch(f"A query has at most {MOST_WORDS} words.")
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            if query.strip() and not words:
                return FoundProducts(ProductPage((), None), as_of, snapshot.revision)
            page = snapshot.find_products(words, as_of, after=after, limit=limit)
            return FoundProducts(page, as_of, snapshot.revision)
