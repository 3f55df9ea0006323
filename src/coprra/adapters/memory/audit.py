"""The audit trail in memory."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from coprra.adapters.memory.state import State
from coprra.domain.audit.entry import NO_ENTRIES, Entry, Head, Record
from coprra.domain.audit.ports import Anchors, AuditReads, Trail


class MemoryTrail(Trail):
    """Works on the copy that its unit of work will commit."""

    def __init__(self, changing: Callable[[], State]) -> None:
        self._changing = changing

    def append(self, record: Record) -> Entry:
        """See `Trail.append`."""
        state = self._changing()
        entry = _head(state.audit).followed_by(record)
        state.audit = (*state.audit, entry)
        return entry


class MemoryAuditReads(AuditReads):
    """A state never changes once it is shared."""

    def __init__(self, state: State) -> None:
        self._entries = state.audit

    def head(self) -> Head:
        """See `AuditReads.head`."""
        return _head(self._entries)

    def entries(self) -> Iterator[Entry]:
        """See `AuditReads.entries`."""
        return iter(self._entries)

    def latest(self, *, events: Collection[str], actor: str | None, limit: int) -> tuple[Entry, ...]:
        """See `AuditReads.latest`."""
        found = (
            entry
            for entry in reversed(self._entries)
            if (not events or entry.event in events) and actor in {None, entry.actor}
        )
        return tuple(found)[:limit]


class MemoryAnchors(Anchors):
    """As outside of the store as memory can be."""

    def __init__(self) -> None:
        self._hashes: dict[int, str] = {}

    def add(self, head: Head, at: datetime) -> None:
        """See `Anchors.add`; nobody asks when it was."""
        del at
        self._hashes[head.number] = head.hash

    def latest(self) -> Head | None:
        """See `Anchors.latest`."""
        return Head(*list(self._hashes.items())[-1]) if self._hashes else None

    def all(self) -> Mapping[int, str]:
        """See `Anchors.all`."""
        return dict(self._hashes)


def _head(entries: tuple[Entry, ...]) -> Head:
    return Head(entries[-1].number, entries[-1].hash) if entries else NO_ENTRIES
