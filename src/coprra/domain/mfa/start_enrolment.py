"""Start an enrolment: show the secret of a new device."""

from dataclasses import dataclass, field

from coprra.domain.kernel.ports import Clock, Envelopes, Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.device import PENDING_LASTS, SEALED_FOR, SECRET_BYTES, PendingDevice
from coprra.domain.mfa.events import EnrolmentStarted
from coprra.domain.mfa.ports import OpenMfaUnitOfWork, Totp
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity, StepUpRequired
from coprra.domain.users.role import Permission


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What an app needs to know, as text and as an address for a picture. Neither is shown again after confirmation."""

    base32: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StartEnrolment:
    """Use case: a new secret for ten minutes. A device that counts goes on counting until the new one is confirmed."""

    clock: Clock
    randomness: Randomness
    envelopes: Envelopes
    totp: Totp
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, me: Identity, *, origin: Origin) -> NewDevice:
        """Raises: NotAllowed, StepUpRequired, NotSignedIn, Unavailable."""
        now = self.clock.now()
        me.require(Permission.ENTER_ACCOUNT)
        me.require_step_up(now)
        if me.session is None:
            raise StepUpRequired("A device is set up in a session.")
        secret = self.randomness.draw(SECRET_BYTES)
        sealed = self.envelopes.seal(SEALED_FOR, me.user.value, secret)
        with self.unit_of_work() as uow:
            user = held_own(uow, me, now)
            uow.devices.begin(
                PendingDevice(user=user.id, sealed=sealed, session=me.session, expires_at=now + PENDING_LASTS)
            )
            uow.record(EnrolmentStarted(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()
        return NewDevice(self.totp.base32(secret), self.totp.uri(secret, user.email.text))
