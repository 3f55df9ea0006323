"""Undo a merge or a split."""

from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.products.events import KeysMoved
from coprra.domain.products.merge_products import MovedKeys, left_by
from coprra.domain.products.move import MappingChanged, MoveId, UnknownMove
from coprra.domain.products.ports import OpenMappingUnitOfWork


@dataclass(frozen=True, slots=True)
class UndoMove:
    """Use case: lead the keys of a move back to where it took them from; every answer is as if it had not been.

    An undoing is a move, too, and can be undone.
    """

    clock: Clock
    unit_of_work: OpenMappingUnitOfWork

    def __call__(self, id: MoveId, *, by: Actor, note: str | None = None, dry_run: bool = False) -> MovedKeys:
        """Raises: UnknownMove; MappingChanged when a later move took one of the keys on; InvalidText, Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            uow.mapping.lock()
            move = uow.mapping.find(id)
            if move is None:
                raise UnknownMove(f"There is no move {id}; `coprra products log` names them.")
            back = move.back(now, by, note)
            if all(one.key in uow.mapping.keys(one.target) for one in back.keys):
                return MovedKeys(move=None, products=left_by(back, uow.mapping, now), dry_run=dry_run)
            if any(one.key not in uow.mapping.keys(one.source) for one in back.keys):
                raise MappingChanged(
                    f"A later move took keys of {id} elsewhere; `coprra products log` names it: undo it first."
                )
            uow.mapping.move(back)
            products = left_by(back, uow.mapping, now)
            if not dry_run:
                uow.record(KeysMoved(occurred_at=now, by=by, move=back))
                uow.commit()
        return MovedKeys(move=back, products=products, dry_run=dry_run)
