"""Change how one wants to be called."""

from dataclasses import dataclass, replace

from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import Origin
from coprra.domain.users.events import NameChanged
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity
from coprra.domain.users.ports import OpenUsersUnitOfWork
from coprra.domain.users.role import Permission


@dataclass(frozen=True, slots=True)
class ChangeName:
    """Use case: letters and pages greet by another name; nothing else depends on it."""

    clock: Clock
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, me: Identity, name: str, *, origin: Origin) -> None:
        """Raises: NotAllowed, InvalidText, NotSignedIn, Unavailable."""
        now = self.clock.now()
        me.require(Permission.MANAGE_ACCOUNT)
        with self.unit_of_work() as uow:
            user = held_own(uow, me, now)
            uow.users.save(replace(user, name=name))
            uow.record(NameChanged(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()
