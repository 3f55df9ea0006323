"""Merge two products that are one."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.products.events import KeysMoved
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.move import KeyMove, MappingChanged, Move, MoveKind
from coprra.domain.products.ports import Mapping, OpenMappingUnitOfWork, OpenProductReads
from coprra.domain.products.product import Product, ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedKeys:
    """What became of it. move: None when everything was so already. products: those that have keys now, by id."""

    move: Move | None
    products: tuple[Product, ...]
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class MergeProducts:
    """Use case: lead all keys of one product to another.

    It holds for every instant, also of the past: it is knowledge about what is the same, and no observation. The id of
    the product that was merged answers as the other one from then on, and searches find one product.
    """

    clock: Clock
    reads: OpenProductReads
    unit_of_work: OpenMappingUnitOfWork

    def __call__(
        self,
        into: ProductId | Gtin,
        source: ProductId | Gtin,
        *,
        by: Actor,
        note: str | None = None,
        dry_run: bool = False,
    ) -> MovedKeys:
        """into: the product that stays; source: the one whose keys it gets.

        Raises: UnknownProduct; MappingChanged when somebody else moved keys of either meanwhile; InvalidText,
        Unavailable.
        """
        now = self.clock.now()
        with self.reads() as snapshot:
            stays, goes = snapshot.product(into, now), snapshot.product(source, now)
            kept, moved = snapshot.keys(stays.id), snapshot.keys(goes.id)
        if stays.id == goes.id:
            return MovedKeys(move=None, products=(stays,), dry_run=dry_run)
        move = Move(MoveKind.MERGED, tuple(KeyMove(key, goes.id, stays.id) for key in moved), now, by, note)
        with self.unit_of_work() as uow:
            uow.mapping.lock()
            if (uow.mapping.keys(stays.id), uow.mapping.keys(goes.id)) != (kept, moved):
                raise MappingChanged("Somebody else merged or split one of them meanwhile; look again.")
            uow.mapping.move(move)
            products = left_by(move, uow.mapping, now)
            if not dry_run:
                uow.record(KeysMoved(occurred_at=now, by=by, move=move))
                uow.commit()
        return MovedKeys(move=move, products=products, dry_run=dry_run)


def left_by(move: Move, mapping: Mapping, now: datetime) -> tuple[Product, ...]:
    """The products that the move touched and that have keys after it, by id."""
    return tuple(mapping.product(id, now) for id in sorted(move.products) if mapping.keys(id))
