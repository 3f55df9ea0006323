"""Decisions in memory."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter

from coprra.adapters.memory.lists import list_product
from coprra.adapters.memory.reads import MemoryReads
from coprra.adapters.memory.state import State
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.list_run import ListRun
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.prices.observation import Moment, Observation
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

    def article(self, chain: str, sku: str) -> Article | None:
        """See `Decisions.article`."""
        begun = [
            (moment, branch, article)
            for (branch, number), observations in self._changing().observations.items()
            if (branch.chain, number) == (chain, sku)
            for moment, article in _begun(observations)
        ]
        return max(begun, key=lambda one: one[:2])[2] if begun else None

    def taken(self, branch: BranchId, moment: Moment) -> bool:
        """See `Decisions.taken`."""
        return any(run.moment == moment for run in self._changing().runs.get(branch, ()))

    def append(self, run: ListRun, sku: str, added: Sequence[Observation]) -> None:
        """See `Decisions.append`."""
        state, branch, key = self._changing(), run.branch.id, (run.branch.id, sku)
        past = state.observations.get(key, ())
        state.observations[key] = tuple(sorted((*past, *added), key=attrgetter("moment")))
        state.runs[branch] = tuple(sorted((*state.runs[branch], run), key=attrgetter("moment")))
        for one in added:
            if one.state.article and one.moment == run.moment:
                list_product(state, run, one.state.article)


def _begun(observations: Sequence[Observation]) -> Iterator[tuple[Moment, Article]]:
    """Each article that a listing was sold as, from when on."""
    before = None
    for one in observations:
        if one.state.article and one.state.article != before:
            before = one.state.article
            yield one.moment, before
