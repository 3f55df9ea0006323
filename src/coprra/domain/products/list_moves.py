"""List who merged and split which products."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.ports import Clock
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.move import LoggedMove
from coprra.domain.products.ports import OpenProductReads
from coprra.domain.products.product import ProductId

MOST_MOVES = 1_000


class InvalidLog(Invalid):
    """A log of a length that nobody gets."""

    code = "invalid_log"


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves made up to as_of, the latest first."""

    moves: tuple[LoggedMove, ...]
    as_of: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ListMoves:
    """Use case: the log of merges and splits."""

    clock: Clock
    reads: OpenProductReads

    def __call__(
        self, reference: ProductId | Gtin | None = None, *, as_of: datetime | None = None, limit: int = 20
    ) -> Moves:
        """reference: only moves that touched this product; None: all. limit: 1 to 1000; as_of goes on where one ended.

        Raises: UnknownProduct, InvalidLog, Unavailable.
        """
        if not 1 <= limit <= MOST_MOVES:
            raise InvalidLog(f"A log has 1 to {MOST_MOVES} moves.")
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            product = None
            if reference is not None:
                product = reference if isinstance(reference, ProductId) else snapshot.product(reference, as_of).id
            return Moves(snapshot.moves(as_of, product=product, limit=limit), as_of, snapshot.revision)
