"""Delete one's own account, and all that belongs to it."""

from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import Origin
from coprra.domain.users.events import UserDeleted
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity
from coprra.domain.users.last_admin import hold_admins, keep_an_admin
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.notices import tell
from coprra.domain.users.ports import OpenUsersUnitOfWork
from coprra.domain.users.role import Permission, Role


@dataclass(frozen=True, slots=True)
class DeleteAccount:
    """Use case: the account is gone, and its address is free. What was recorded of it names its id alone."""

    clock: Clock
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, me: Identity, *, origin: Origin) -> None:
        """Raises: NotAllowed, StepUpRequired, NotSignedIn, LastAdmin, Unavailable."""
        now = self.clock.now()
        me.require(Permission.MANAGE_ACCOUNT)
        me.require_step_up(now)
        with self.unit_of_work() as uow:
            admins = hold_admins(uow, me.user, me) if me.role is Role.ADMIN else ()
            user = held_own(uow, me, now)
            keep_an_admin(admins, user)
            uow.users.remove(user.id)
            tell(uow.outbox, Letter.to_user(LetterKind.ACCOUNT_DELETED, user))
            uow.record(UserDeleted(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()
