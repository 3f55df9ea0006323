"""Show one product by its id or GTIN."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.ports import OpenProductReads
from coprra.domain.products.product import Product, ProductId


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """A product, from the snapshot of that revision."""

    product: Product
    as_of: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ShowProduct:
    """Use case: one product's directory entry."""

    clock: Clock
    reads: OpenProductReads

    def __call__(self, reference: ProductId | Gtin, *, as_of: datetime | None = None) -> ShownProduct:
        """Raises: UnknownProduct, Unavailable."""
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            return ShownProduct(snapshot.product(reference, as_of), as_of, snapshot.revision)
