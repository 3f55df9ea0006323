"""Compaction in memory."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from coprra.adapters.memory.state import ListingKey, State
from coprra.domain.kernel.instants import to_micros
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.ledger import repeats
from coprra.domain.prices.ports import Compaction, Repeat


class MemoryCompaction(Compaction):
    """Looks at what is shown, and works on the copy that its unit of work will commit."""

    def __init__(self, changing: Callable[[], State], shown: Callable[[], State]) -> None:
        self._changing = changing
        self._shown = shown

    def repeats(self, branch: BranchId, before: datetime) -> Iterator[Repeat]:
        """See `Compaction.repeats`."""
        state, horizon = self._shown(), to_micros(before)
        for key in sorted(state.observations):
            if key[0] == branch:
                yield from (one for one in _repeats(state, key) if one.moment.instant < horizon)

    def let_go(self, branch: BranchId, repeats: Sequence[Repeat]) -> tuple[Repeat, ...]:
        """See `Compaction.let_go`."""
        state, wanted = self._changing(), set(repeats)
        gone: list[Repeat] = []
        for key in sorted({(branch, repeat.sku) for repeat in repeats}):
            those = [one for one in _repeats(state, key) if one in wanted]
            moments = {one.moment for one in those}
            state.observations[key] = tuple(one for one in state.observations[key] if one.moment not in moments)
            gone += those
        return tuple(gone)


def _repeats(state: State, key: ListingKey) -> list[Repeat]:
    complete = {run.moment for run in state.runs.get(key[0], ()) if run.complete}
    found = repeats(state.observations.get(key, ()), complete)
    return [Repeat(key[1], one.moment, len(repr(one))) for one in found]
