"""Retire a key that seals nothing any more."""

from dataclasses import dataclass

from coprra.domain.audit.entry import Record
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.keys.key import KeyInUse, UnknownKey
from coprra.domain.keys.ports import KeyRing, OpenKeysUnitOfWork


@dataclass(frozen=True, slots=True)
class RetireKey:
    """Use case: make sure that a key may be taken out of the ring, and write down that it is."""

    clock: Clock
    ring: KeyRing
    unit_of_work: OpenKeysUnitOfWork

    def __call__(self, name: str, *, by: Actor) -> None:
        """Raises: UnknownKey; KeyInUse for the newest, and for one that an envelope or a digest needs; Unavailable."""
        if name not in self.ring.names:
            raise UnknownKey(f"There is no key {name[:16]!r} in COPRRA_APP_KEYS; `coprra keys status` names them.")
        if name == self.ring.names[0]:
            raise KeyInUse(f"{name} is the newest key, which seals what is new; put another one before it first.")
        with self.unit_of_work() as uow:
            used = {place: sealed[name] for place, sealed in uow.vault.counts().items() if sealed.get(name)}
            if used:
                places = ", ".join(f"{number} in {place}" for place, number in used.items())
                raise KeyInUse(f"{name} is still needed ({places}); run `coprra keys rotate`, and let digests run out.")
            uow.trail.append(Record(event="key.retire", at=self.clock.now(), actor=by, target=f"key:{name}"))
            uow.commit()
