"""Find products by words of their title or brand, page by page."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.ports import Clock
from coprra.domain.products.brand import Brand
from coprra.domain.products.category import category as category_of
from coprra.domain.products.folding import fold
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.ports import OpenProductReads, ProductCursor, ProductPage, ProductReads

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
    """Use case: search the catalogue. Case and accents do not matter; words are taken literally, see `Relevance`."""

    clock: Clock
    reads: OpenProductReads

    def __call__(
        self,
        query: str = "",
        *,
        limit: int = 20,
        after: ProductCursor | None = None,
        as_of: datetime | None = None,
        category: str | None = None,
        brand: str | None = None,
        gtin: Gtin | None = None,
    ) -> FoundProducts:
        """An empty query gives every product; one of signs only gives none.

        category: a code; products of everything below it are found, too. brand: a name, however it is written. gtin: a
        number of the product.

        Raises: InvalidSearch, UnknownCategory, InvalidText for a brand that none can have, Unavailable.
        """
        search = search_for(query, limit=limit, category=category, brand=brand, gtin=gtin)
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            return FoundProducts(search.page(snapshot, as_of, after=after, limit=limit), as_of, snapshot.revision)


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for. words: folded; None: nothing can be found. categories, brand, gtin: see `ProductReads`."""

    words: tuple[str, ...] | None
    categories: frozenset[str] | None
    brand: str | None
    gtin: Gtin | None

    def page(self, snapshot: ProductReads, as_of: datetime, *, after: ProductCursor | None, limit: int) -> ProductPage:
        """What it finds in that snapshot."""
        if self.words is None or self.brand == "":
            return ProductPage((), None)
        return snapshot.find_products(
            self.words, as_of, after=after, limit=limit, categories=self.categories, brand=self.brand, gtin=self.gtin
        )


def search_for(query: str, *, limit: int, category: str | None, brand: str | None, gtin: Gtin | None) -> Search:
    """See `FindProducts`. Raises: InvalidSearch, UnknownCategory, InvalidText."""
    words = read_words(query, limit)
    codes = category_of(category).codes if category is not None else None
    return Search(words, codes, Brand(brand).slug if brand is not None else None, gtin)


def read_words(query: str, limit: int) -> tuple[str, ...] | None:
    """The folded words of a query for a page of so many; None for one of signs only, which finds nothing.

    Raises: InvalidSearch.
    """
    if not 1 <= limit <= LARGEST_PAGE:
        raise InvalidSearch(f"A page has 1 to {LARGEST_PAGE} entries.")
    if len(query) > LONGEST_QUERY:
        raise InvalidSearch(f"A query has at most {LONGEST_QUERY} characters.")
    words = tuple(fold(query).split())
    if len(set(words)) > MOST_WORDS:
        raise InvalidSearch(f"A query has at most {MOST_WORDS} words.")
    return None if query.strip() and not words else words
