"""Show which keys there are, and what they seal."""

from collections.abc import Mapping
from dataclasses import dataclass

from coprra.domain.keys.ports import KeyRing, OpenKeysUnitOfWork


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key. newest: it seals what is new; known: it is in the ring.

    needed_by: how many envelopes and keyed digests there are of it, by place.
    """

    name: str
    newest: bool
    known: bool
    needed_by: Mapping[str, int]

    @property
    def total(self) -> int:
        """How much needs it in all."""
        return sum(self.needed_by.values())


@dataclass(frozen=True, slots=True)
class ShowKeys:
    """Use case: every key of the ring, the newest first, then those that are missing from it and still needed."""

    ring: KeyRing
    unit_of_work: OpenKeysUnitOfWork

    def __call__(self) -> tuple[KeyState, ...]:
        """Raises: Unavailable."""
        with self.unit_of_work() as uow:
            counts = uow.vault.counts()
        ring = self.ring.names
        needed = sorted({name for sealed in counts.values() for name in sealed} - set(ring))
        return tuple(
            KeyState(name, name == next(iter(ring), None), name in ring, {at: counts[at].get(name, 0) for at in counts})
            for name in (*ring, *needed)
        )
