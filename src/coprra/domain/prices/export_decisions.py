"""Export everything that persons decided, so that another store can take it over."""

from collections.abc import Iterator
from dataclasses import dataclass

from coprra.domain.kernel.instants import LATEST
from coprra.domain.prices.ports import DecisionArchive, OpenPriceReads
from coprra.domain.products.move import Move

_ALL = 2**31


@dataclass(frozen=True, slots=True)
class ExportDecisions:
    """Use case: every decision about a price, and every move of product keys, as text that `ImportDecisions` reads."""

    reads: OpenPriceReads
    archive: DecisionArchive

    def __call__(self) -> Iterator[str]:
        """The lines, with their ends, of one snapshot. Raises: Unavailable."""
        with self.reads() as snapshot:
            logged = snapshot.moves(LATEST, product=None, limit=_ALL)
            moves: Iterator[Move] = (one.move for one in reversed(logged))
            yield from self.archive.lines(snapshot.decisions(), moves)
