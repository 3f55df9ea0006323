"""Split keys off a product that is several."""

from collections.abc import Sequence
from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.ports import Clock
from coprra.domain.products.events import KeysMoved
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.merge_products import MovedKeys, left_by
from coprra.domain.products.move import KeyMove, MappingChanged, Move, MoveKind
from coprra.domain.products.ports import OpenMappingUnitOfWork, OpenProductReads, ProductReads
from coprra.domain.products.product import ProductId, ProductKey


class KeyElsewhere(Invalid):
    """The key does not lead to that product."""

    code = "key_elsewhere"


class OwnKey(Invalid):
    """The product was born of that key, which has no other product to go back to."""

    code = "own_key"


@dataclass(frozen=True, slots=True)
class SplitProduct:
    """Use case: lead some keys of a product back to the products they were born as, or to another one.

    It holds for every instant, also of the past, as a merge does.
    """

    clock: Clock
    reads: OpenProductReads
    unit_of_work: OpenMappingUnitOfWork

    def __call__(
        self,
        product: ProductId | Gtin,
        keys: Sequence[ProductKey],
        *,
        by: Actor,
        into: ProductId | Gtin | None = None,
        note: str | None = None,
        dry_run: bool = False,
    ) -> MovedKeys:
        """keys: at least one. into: where they go; None: each to the product it was born as.

        Raises: UnknownProduct; KeyElsewhere; OwnKey; MappingChanged when somebody else moved keys meanwhile;
        InvalidText, Unavailable.
        """
        now = self.clock.now()
        with self.reads() as snapshot:
            source = snapshot.product(product, now)
            known = snapshot.keys(source.id)
            target = snapshot.product(into, now).id if into is not None else None
            wanted = [KeyMove(key, source.id, target or ProductId.born_of(key)) for key in sorted(set(keys))]
            moves = tuple(one for one in wanted if not _is_there(one, snapshot))
        for one in moves:
            if one.key not in known:
                led = ", ".join(str(key) for key in known[:20])
                raise KeyElsewhere(f"{one.key} does not lead to {source.id}; these keys do: {led}.")
            if one.source == one.target:
                raise OwnKey(
                    f"{one.key} would stay at {source.id}; say into which other product, or split off the others."
                )
        if not moves:
            return MovedKeys(move=None, products=(source,), dry_run=dry_run)
        move = Move(MoveKind.SPLIT, moves, now, by, note)
        with self.unit_of_work() as uow:
            uow.mapping.lock()
            if uow.mapping.keys(source.id) != known:
                raise MappingChanged("Somebody else merged or split it meanwhile; look again.")
            uow.mapping.move(move)
            products = left_by(move, uow.mapping, now)
            if not dry_run:
                uow.record(KeysMoved(occurred_at=now, by=by, move=move))
                uow.commit()
        return MovedKeys(move=move, products=products, dry_run=dry_run)


def _is_there(one: KeyMove, snapshot: ProductReads) -> bool:
    """Whether the key leads to its target already, because this very split was made before."""
    return one.source != one.target and one.key in snapshot.keys(one.target)
