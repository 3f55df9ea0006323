"""Remove one's own second factor."""

from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.device import LastFactor, NoSecondFactor
from coprra.domain.mfa.end_reset import end_reset
from coprra.domain.mfa.events import SecondFactorRemoved
from coprra.domain.mfa.ports import MfaUnitOfWork, OpenMfaUnitOfWork
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.notices import tell
from coprra.domain.users.role import NEEDS_SECOND_FACTOR, Permission
from coprra.domain.users.user import UserId


@dataclass(frozen=True, slots=True)
class RemoveDevice:
    """Use case: the password alone signs in from here on; everybody else who is signed in is signed out."""

    clock: Clock
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, me: Identity, *, origin: Origin) -> None:
        """Raises: NotAllowed, StepUpRequired, NotSignedIn, LastFactor for an admin, NoSecondFactor, Unavailable."""
        now = self.clock.now()
        me.require(Permission.MANAGE_ACCOUNT)
        me.require_step_up(now)
        with self.unit_of_work() as uow:
            user = held_own(uow, me, now)
            if user.role in NEEDS_SECOND_FACTOR:
                raise LastFactor("An admin needs a second factor; set up another device, which replaces this one.")
            if uow.devices.find(user.id) is None:
                raise NoSecondFactor("The account has no second factor.")
            end_reset(uow, user.id, now, by=me.actor, origin=origin)
            forget_factor(uow, user.id)
            uow.grants.revoke_all(user.id, now, keep=me.session)
            tell(uow.outbox, Letter.to_user(LetterKind.SECOND_FACTOR_CHANGED, user))
            uow.record(SecondFactorRemoved(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()


def forget_factor(uow: MfaUnitOfWork, user: UserId) -> None:
    """The device, one that waits, the recovery codes, and a request to reset them."""
    uow.devices.remove(user)
    uow.recovery_codes.replace(user, ())
    uow.resets.remove(user)
