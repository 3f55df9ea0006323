"""Show an enrolment: what an app needs to know of a device that waits for its first code."""

from dataclasses import dataclass, field

from coprra.domain.kernel.ports import Clock, Envelopes
from coprra.domain.mfa.device import SEALED_FOR, NoSecondFactor
from coprra.domain.mfa.ports import OpenMfaUnitOfWork, QrCodes, QrPicture, Totp
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity
from coprra.domain.users.role import Permission


@dataclass(frozen=True, slots=True)
class ShownDevice:
    """The secret as text, as an address, and as a picture of that. None is shown again after confirmation."""

    base32: str = field(repr=False)
    uri: str = field(repr=False)
    qr: QrPicture = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShowEnrolment:
    """Use case: as often as wanted, until the device is confirmed or ten minutes are over; in that session alone."""

    clock: Clock
    envelopes: Envelopes
    totp: Totp
    qr_codes: QrCodes
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, me: Identity) -> ShownDevice:
        """Raises: NotAllowed, NoSecondFactor when nothing was begun in this session, NotSignedIn, Unavailable."""
        now = self.clock.now()
        me.require(Permission.ENTER_ACCOUNT)
        with self.unit_of_work() as uow:
            user = held_own(uow, me, now)
            pending = uow.devices.pending(user.id)
        if pending is None or pending.session != me.session or now >= pending.expires_at:
            raise NoSecondFactor("Begin anew: the code was shown in another session, or too long ago.")
        secret = self.envelopes.open(SEALED_FOR, user.id.value, pending.sealed)
        uri = self.totp.uri(secret, user.email.text)
        return ShownDevice(self.totp.base32(secret), uri, self.qr_codes.draw(uri))
