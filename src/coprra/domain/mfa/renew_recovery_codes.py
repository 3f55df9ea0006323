"""Renew one's own recovery codes."""

from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock, Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.confirm_enrolment import hash_codes
from coprra.domain.mfa.device import NoSecondFactor
from coprra.domain.mfa.events import RecoveryCodesMade
from coprra.domain.mfa.ports import OpenMfaUnitOfWork
from coprra.domain.mfa.recovery_code import draw_codes
from coprra.domain.users.administer import held
from coprra.domain.users.identity import Identity
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.notices import tell
from coprra.domain.users.ports import Hasher
from coprra.domain.users.role import Permission


@dataclass(frozen=True, slots=True)
class RenewRecoveryCodes:
    """Use case: ten new ones, shown once; all older ones are void."""

    clock: Clock
    randomness: Randomness
    hasher: Hasher
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, me: Identity, *, origin: Origin) -> tuple[str, ...]:
        """Raises: NotAllowed, StepUpRequired, NoSecondFactor, Overloaded, Unavailable."""
        now = self.clock.now()
        me.require(Permission.ENTER_ACCOUNT)
        me.require_step_up(now)
        shown = draw_codes(self.randomness)
        stored = hash_codes(self.hasher, me.user, shown)
        with self.unit_of_work() as uow:
            user = held(uow, me.user)
            if uow.devices.find(user.id) is None:
                raise NoSecondFactor("Recovery codes stand in for a device; set one up first.")
            uow.recovery_codes.replace(user.id, stored)
            tell(uow.outbox, Letter.to_user(LetterKind.SECOND_FACTOR_CHANGED, user))
            uow.record(RecoveryCodesMade(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()
        return shown
