"""Take over what persons decided in another store."""

from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import LATEST
from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.events import PriceDecided
from coprra.domain.prices.ports import DecidedPrice, DecisionArchive, KnowledgeUnitOfWork, OpenKnowledgeUnitOfWork
from coprra.domain.products.events import KeysMoved
from coprra.domain.products.move import MappingChanged, Move


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedDecisions:
    """What became of a file. decisions, moves: how many were new; known: how many of either stood here before."""

    decisions: int
    moves: int
    known: int
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ImportDecisions:
    """Use case: take over decisions and moves, all of a file or none; each still says who made it, and when.

    The lists that they are about must be here before. What stands here already is passed over.
    """

    clock: Clock
    archive: DecisionArchive
    unit_of_work: OpenKnowledgeUnitOfWork

    def __call__(self, source: str, *, by: Actor, dry_run: bool = False) -> ImportedDecisions:
        """source: a path. by: who takes them over.

        Raises: Unreadable; UnknownBranch and UnknownListing for a price of which no list is here; MappingChanged for
        keys that lead elsewhere here; Unavailable.
        """
        decisions = moves = known = 0
        with self.archive.open(source) as told, self.unit_of_work() as uow:
            uow.decisions.lock()
            for one in told:
                if isinstance(one, Move):
                    new = self._move(uow, one, by)
                    moves += new
                else:
                    new = self._decide(uow, one, by)
                    decisions += new
                known += not new
            if not dry_run and (decisions or moves):
                uow.commit()
        return ImportedDecisions(decisions=decisions, moves=moves, known=known, dry_run=dry_run)

    def _decide(self, uow: KnowledgeUnitOfWork, one: DecidedPrice, by: Actor) -> bool:
        if one.decision in uow.decisions.series(one.listing, LATEST).decisions:
            return False
        uow.decisions.decide(one.listing, one.decision)
        now = self.clock.now()
        uow.record(PriceDecided(occurred_at=now, by=by, listing=one.listing, decisions=(one.decision,)))
        return True

    def _move(self, uow: KnowledgeUnitOfWork, move: Move, by: Actor) -> bool:
        if uow.mapping.find(move.id):
            return False
        try:
            uow.mapping.move(move)
        except MappingChanged as error:
            raise MappingChanged(
                f"The move {move.id} can't be repeated here: its keys lead elsewhere, or nowhere. Import the lists "
                "first, into a store in which nobody has merged or split these products."
            ) from error
        uow.record(KeysMoved(occurred_at=self.clock.now(), by=by, move=move))
        return True
