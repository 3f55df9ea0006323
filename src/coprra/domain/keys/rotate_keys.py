"""Rotate keys: seal anew what another key than the newest has sealed."""

from dataclasses import dataclass

from coprra.domain.audit.entry import Outcome, Record
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid, Unavailable
from coprra.domain.kernel.ports import Clock
from coprra.domain.keys.key import UnknownKey
from coprra.domain.keys.ports import KeyRing, OpenKeysUnitOfWork, Sealed

DEFAULT_BATCH = 500
MOST_IN_A_BATCH = 10_000
_MOST_FAILURES_TOLD = 20


class InvalidBatch(Invalid):
    """No row at a time, or more than a transaction should hold."""

    code = "invalid_batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class RotatedKeys:
    """What became of it. key: the newest; resealed: how many were sealed anew, or would be.

    unopened: how many can't be opened, and stay as they are; failures: where the first of them stand.
    """

    key: str
    resealed: int
    unopened: int
    failures: tuple[str, ...]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class RotateKeys:
    """Use case: seal everything with the newest key.

    A unit of work for each batch: whoever dies in between leaves every envelope whole, under the one key or the other,
    and the next go does the rest. What others change meanwhile stays as they leave it.
    """

    clock: Clock
    ring: KeyRing
    unit_of_work: OpenKeysUnitOfWork

    def __call__(self, *, by: Actor, batch: int = DEFAULT_BATCH, dry_run: bool = False) -> RotatedKeys:
        """batch: rows of a unit of work, 1 to 10000. Raises: InvalidBatch, UnknownKey without any key, Unavailable."""
        if not 1 <= batch <= MOST_IN_A_BATCH:
            raise InvalidBatch(f"A batch has 1 to {MOST_IN_A_BATCH} rows.")
        if not self.ring.names:
            raise UnknownKey("There is no key; set COPRRA_APP_KEYS.")
        newest = self.ring.names[0]
        resealed, failures = 0, list[Sealed]()
        with self.unit_of_work() as uow:
            places = uow.vault.places
        for place in places:
            last: int | None = None
            while True:
                with self.unit_of_work() as uow:
                    found = uow.vault.others(place, newest, after=last, limit=batch)
                    for one in found:
                        new = self._resealed(one)
                        if new is None:
                            failures.append(one)
                        else:
                            resealed += dry_run or uow.vault.replace(one, new)
                    if not dry_run:
                        uow.commit()
                if len(found) < batch:
                    break
                last = found[-1].row
        told = tuple(f"{one.place} {one.row}" for one in failures[:_MOST_FAILURES_TOLD])
        rotated = RotatedKeys(key=newest, resealed=resealed, unopened=len(failures), failures=told, dry_run=dry_run)
        if not dry_run:
            self._write_down(rotated, by)
        return rotated

    def _resealed(self, one: Sealed) -> str | None:
        try:
            return self.ring.reseal(one.purpose, one.owner, one.sealed)
        except Unavailable:
            return None

    def _write_down(self, rotated: RotatedKeys, by: Actor) -> None:
        details = {"resealed": str(rotated.resealed), "unopened": str(rotated.unopened)}
        target = f"key:{rotated.key}"
        with self.unit_of_work() as uow:
            for place in rotated.failures:
                uow.trail.append(
                    Record(event="decrypt.fail", at=self.clock.now(), actor=by, target=place, outcome=Outcome.FAIL)
                )
            uow.trail.append(Record(event="key.rotate", at=self.clock.now(), actor=by, target=target, details=details))
            uow.commit()
