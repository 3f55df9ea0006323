"""What the products room needs: a snapshot of the catalogue."""

from abc import abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import Product, ProductId


@dataclass(frozen=True, slots=True, order=True)
class ProductCursor:
    """Where a page ended: the sort name and the id of its last product. Stays right while products are added."""

    sort_name: str
    id: ProductId


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Some products, by `sort_name`, then id. next: where the following page begins after; None on the last."""

    products: tuple[Product, ...]
    next: ProductCursor | None


class ProductReads(Protocol):
    """A read-only snapshot of the catalogue. It may lag behind the newest commit, and states its revision."""

    @property
    @abstractmethod
    def revision(self) -> int:
        """Counts commits; equal revisions give equal answers."""

    @abstractmethod
    def product(self, reference: ProductId | Gtin, as_of: datetime) -> Product:
        """The product. Raises: UnknownProduct, also when its first list is later than as_of."""

    @abstractmethod
    def find_products(
        self, words: tuple[str, ...], as_of: datetime, *, after: ProductCursor | None, limit: int
    ) -> ProductPage:
        """Products first seen at or before as_of that a search for `words` finds, after the cursor, at most `limit`.

        words: folded, literal, without blanks; an article of the product must have, for each, a word in its folded
        title or brand that begins with it. No words find every product.
        """


class OpenProductReads(Protocol):
    """Opens snapshots: ``with reads() as snapshot``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[ProductReads]:
        """A new snapshot, released when the block ends. Raises: Unavailable."""
