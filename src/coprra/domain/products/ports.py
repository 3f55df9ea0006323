"""What the products room needs: a snapshot of the catalogue, and the mapping of keys to products to write."""

from abc import abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coprra.domain.kernel.ports import UnitOfWork
from coprra.domain.products.brand import Brand
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.move import LoggedMove, Move, MoveId
from coprra.domain.products.product import Product, ProductId, ProductKey, sort_name
from coprra.domain.products.relevance import Relevance


@dataclass(frozen=True, slots=True)
class ProductCursor:
    """Where a page ended: how its last product was found, its name and id. Stays right while products are added."""

    sort_name: str
    id: ProductId
    relevance: Relevance = Relevance.NAME

    @classmethod
    def of(cls, product: Product, relevance: Relevance = Relevance.NAME) -> "ProductCursor":
        """The end of a page whose last product is this one."""
        return cls(sort_name(product.name), product.id, relevance)

    @property
    def place(self) -> tuple[Relevance, str, ProductId]:
        """What products are ordered by."""
        return (self.relevance, self.sort_name, self.id)


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Some products, by their cursors' `place`. next: where the following page begins after; None on the last.

    places: the cursor of each of the products.
    """

    products: tuple[Product, ...]
    next: ProductCursor | None
    places: tuple[ProductCursor, ...] = ()


@dataclass(frozen=True, slots=True)
class CountedBrand:
    """A brand under its plainest spelling (see `plainer`), and how many products have it, however it is written."""

    brand: Brand
    products: int


@dataclass(frozen=True, slots=True)
class BrandPage:
    """Some brands, by slug. next: the slug after which the following page begins; None on the last."""

    brands: tuple[CountedBrand, ...]
    next: str | None


class ProductReads(Protocol):
    """A read-only snapshot of the catalogue. It may lag behind the newest commit, and states its revision."""

    @property
    @abstractmethod
    def revision(self) -> int:
        """Counts commits; equal revisions give equal answers."""

    @abstractmethod
    def product(self, reference: ProductId | Gtin, as_of: datetime) -> Product:
        """The product. The id of one that was merged leads to where the key that bore it leads now.

        Raises: UnknownProduct, also when its first list is later than as_of.
        """

    @abstractmethod
    def keys(self, product: ProductId) -> tuple[ProductKey, ...]:
        """The keys that lead to it, sorted; empty for a product that was merged, and an unknown one."""

    @abstractmethod
    def moves(self, as_of: datetime, *, product: ProductId | None, limit: int) -> tuple[LoggedMove, ...]:
        """What persons moved up to as_of, the latest first, then by id, at most `limit`.

        product: only moves that took keys from it or to it; None: all.
        """

    @abstractmethod
    def find_products(
        self,
        words: tuple[str, ...],
        as_of: datetime,
        *,
        after: ProductCursor | None,
        limit: int,
        categories: frozenset[str] | None = None,
        brand: str | None = None,
        gtin: Gtin | None = None,
    ) -> ProductPage:
        """Products first seen at or before as_of that a search for `words` finds, after the cursor, at most `limit`.

        words: folded, literal, without blanks, in the order of the query; what they find, and in which order, is what
        `Query.relevance` says of the product's name, of the titles and brands of all articles that were ever sold as
        it, and of its GTINs. categories: codes, one of which the product must have; brand: a slug that its brand must
        have; gtin: one that must lead to it; None: whatever.
        """

    @abstractmethod
    def categories(self, as_of: datetime) -> dict[str | None, int]:
        """How many products, first seen at or before as_of, have each category's code; None: those without any."""

    @abstractmethod
    def find_brands(self, words: tuple[str, ...], as_of: datetime, *, after: str | None, limit: int) -> BrandPage:
        """Brands of products first seen at or before as_of, after that slug, at most `limit`. A name of signs is none.

        words: folded, literal; for each, a word of the folded name must begin with it. No words find every brand.
        """


class OpenProductReads(Protocol):
    """Opens snapshots: ``with reads() as snapshot``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[ProductReads]:
        """A new snapshot, released when the block ends. Raises: Unavailable."""


class Mapping(Protocol):
    """Writes which product each key leads to, within one unit of work: lock first, then look, then move."""

    @abstractmethod
    def lock(self) -> None:
        """From here to the end of the unit of work nobody else changes the store, and what is read here is the newest.

        Waits for an import that publishes now. Raises: Unavailable when that takes too long.
        """

    @abstractmethod
    def keys(self, product: ProductId) -> tuple[ProductKey, ...]:
        """See `ProductReads.keys`."""

    @abstractmethod
    def product(self, id: ProductId, as_of: datetime) -> Product:
        """See `ProductReads.product`."""

    @abstractmethod
    def find(self, id: MoveId) -> Move | None:
        """That move; None when there is none."""

    @abstractmethod
    def move(self, move: Move) -> None:
        """Lead each key from its source to its target, and log it.

        The entries of all products concerned become what they would be, had the keys always led there; one without keys
        is found no more. Imports from then on follow the keys.

        Raises: MappingChanged, with nothing moved, when a key does not lead to its source.
        """


class MappingUnitOfWork(UnitOfWork, Protocol):
    """One atomic change of the mapping."""

    @property
    @abstractmethod
    def mapping(self) -> Mapping:
        """The mapping of this unit of work."""


class OpenMappingUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[MappingUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""
