"""List brands by name, page by page, and how many products each of them has."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.products.find_products import read_words
from coprra.domain.products.ports import BrandPage, OpenProductReads


@dataclass(frozen=True, slots=True)
class ListedBrands:
    """A page of brands, as of an instant, from the snapshot of that revision."""

    page: BrandPage
    as_of: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ListBrands:
    """Use case: who makes what is sold. A brand is one however its case and accents are written."""

    clock: Clock
    reads: OpenProductReads

    def __call__(
        self, query: str = "", *, limit: int = 20, after: str | None = None, as_of: datetime | None = None
    ) -> ListedBrands:
        """Words match from their beginning, as for products. after: the slug that an earlier page ended with.

        Raises: InvalidSearch, Unavailable.
        """
        words = read_words(query, limit)
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            if words is None:
                return ListedBrands(BrandPage((), None), as_of, snapshot.revision)
            page = snapshot.find_brands(words, as_of, after=after, limit=limit)
            return ListedBrands(page, as_of, snapshot.revision)
