"""Editions of a memory store."""

from collections.abc import Callable, Iterator
from datetime import datetime

from coprra.adapters.memory.state import State
from coprra.domain.exchange.rate import last_day_known, published_at
from coprra.domain.kernel.instants import from_micros
from coprra.domain.prices.edition import Edition
from coprra.domain.prices.ports import Editions


class MemoryEditions(Editions):
    """A state is a revision; what is stored for later is looked up once for each, or until it becomes known."""

    def __init__(self, state: Callable[[], State]) -> None:
        self._state = state
        self._last: Edition | None = None

    def newest(self, as_of: datetime) -> Edition:
        """See `Editions.newest`."""
        state, last = self._state(), self._last
        if last and last.state == state.revision and last.holds_at(as_of):
            return Edition(state.revision, as_of, last.changes_at)
        self._last = Edition(state.revision, as_of, min(_later(state, as_of), default=None))
        return self._last


def _later(state: State, as_of: datetime) -> Iterator[datetime]:
    """The instants after as_of at which something that is stored becomes known."""
    for runs in state.runs.values():
        yield from (instant for run in runs if (instant := from_micros(run.instant)) > as_of)
    for decisions in state.decisions.values():
        yield from (decision.at for decision in decisions if decision.at > as_of)
    yield from (published_at(day) for day in state.rates if day > last_day_known(as_of))
