"""Renew one's own recovery codes."""

from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.kernel.ports import Clock, Macs, Randomness
from coprra.domain.limits.limit import Bucket, Limit
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.mfa.confirm_enrolment import hash_codes
from coprra.domain.mfa.device import NoSecondFactor
from coprra.domain.mfa.events import RecoveryCodesMade
from coprra.domain.mfa.ports import OpenMfaUnitOfWork
from coprra.domain.mfa.recovery_code import draw_codes
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.notices import tell
from coprra.domain.users.ports import Hasher
from coprra.domain.users.role import Permission

RENEWALS = Limit("recovery-codes", 3, timedelta(hours=1))
"""Each makes ten hashes, for which people who sign in wait."""


@dataclass(frozen=True, slots=True)
class RenewRecoveryCodes:
    """Use case: ten new ones, shown once; all older ones are void."""

    clock: Clock
    randomness: Randomness
    macs: Macs
    limiter: Limiter
    hasher: Hasher
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, me: Identity, *, origin: Origin) -> tuple[str, ...]:
        """Raises: NotAllowed, StepUpRequired, LimitExceeded, NotSignedIn, NoSecondFactor, Overloaded, Unavailable."""
        now = self.clock.now()
        me.require(Permission.ENTER_ACCOUNT)
        me.require_step_up(now)
        self.limiter.consume(Bucket.of(self.macs, RENEWALS, me.user.value), at=now)
        shown = draw_codes(self.randomness)
        stored = hash_codes(self.hasher, me.user, shown)
        with self.unit_of_work() as uow:
            user = held_own(uow, me, now)
            if uow.devices.find(user.id) is None:
                raise NoSecondFactor("Recovery codes stand in for a device; set one up first.")
            uow.recovery_codes.replace(user.id, stored)
            tell(uow.outbox, Letter.to_user(LetterKind.SECOND_FACTOR_CHANGED, user))
            uow.record(RecoveryCodesMade(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()
        return shown
