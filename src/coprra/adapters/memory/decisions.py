"""Decisions in memory."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

from coprra.adapters.memory.reads import MemoryReads
from coprra.adapters.memory.state import State
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.prices.ports import Decisions
from coprra.domain.prices.series import Series


class MemoryDecisions(Decisions):
    """Works on the copy that its unit of work will commit."""

    def __init__(self, changing: Callable[[], State]) -> None:
        self._changing = changing

    def lock(self) -> None:
        """See `Decisions.lock`."""
        self._changing()

    def series(self, listing: ListingId, as_of: datetime) -> Series:
        """See `Decisions.series`."""
        return MemoryReads(self._changing()).listing(listing, as_of)

    def decide(self, listing: ListingId, decision: Decision) -> None:
        """See `Decisions.decide`."""
        state, key = self._changing(), (listing.branch, listing.sku)
        if key not in state.observations:
            raise UnknownListing.of(listing)
        decisions = state.decisions
        decisions[key] = tuple(sorted((*decisions.get(key, ()), decision), key=attrgetter("order")))
