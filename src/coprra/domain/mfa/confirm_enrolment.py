"""Confirm an enrolment: the new device shows its first code."""

from dataclasses import dataclass, field

from coprra.domain.kernel.ports import Clock, Envelopes, Macs, Randomness
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.mfa.device import SEALED_FOR, Device, NoSecondFactor, invalid_code, read_code
from coprra.domain.mfa.events import DeviceEnrolled, RecoveryCodesMade, SecondFactorFailed
from coprra.domain.mfa.lockout import session_code_buckets
from coprra.domain.mfa.ports import OpenMfaUnitOfWork, Totp
from coprra.domain.mfa.recovery_code import RecoveryCode, draw_codes, read_recovery_code
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity, Method
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.notices import tell
from coprra.domain.users.ports import Hasher
from coprra.domain.users.role import Permission
from coprra.domain.users.secret import digest_of, draw_secret
from coprra.domain.users.user import UserId


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Ten recovery codes, shown once, and the session's new secret: the old one is good for nothing."""

    recovery_codes: tuple[str, ...] = field(repr=False)
    session_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConfirmEnrolment:
    """Use case: from here on the device counts; everybody else who is signed in to the account is signed out.

    The code that confirms it is used up: it signs nobody in.
    """

    clock: Clock
    randomness: Randomness
    macs: Macs
    limiter: Limiter
    envelopes: Envelopes
    totp: Totp
    hasher: Hasher
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, me: Identity, code: str, *, origin: Origin) -> Enrolled:
        """A wrong code is remembered although it raises.

        Raises: NotAllowed, NotSignedIn, NoSecondFactor when nothing was begun in this session, InvalidCode,
        LimitExceeded, Overloaded, Unavailable.
        """
        now = self.clock.now()
        me.require(Permission.ENTER_ACCOUNT)
        buckets = session_code_buckets(self.macs, me.user, me.holder)
        self.limiter.consume(*buckets, at=now)
        shown = draw_codes(self.randomness)
        stored = hash_codes(self.hasher, me.user, shown)
        secret = draw_secret(self.randomness)
        with self.unit_of_work() as uow:
            user = held_own(uow, me, now)
            pending = uow.devices.pending(user.id)
            if pending is None or pending.session != me.session or now >= pending.expires_at:
                raise NoSecondFactor("Begin anew: the code was shown in another session, or too long ago.")
            read = read_code(code)
            opened = self.envelopes.open(SEALED_FOR, user.id.value, pending.sealed)
            timecode = None if read is None else self.totp.timecode(opened, read, now)
            if timecode is None:
                uow.record(SecondFactorFailed(occurred_at=now, by=me.actor, user=user.id, origin=origin))
                uow.commit()
                raise invalid_code()
            if not uow.grants.strengthen(pending.session, digest_of(secret), Method.TOTP, now):
                raise NoSecondFactor("Sign in anew: this session has ended.")
            uow.devices.confirm(Device(user=user.id, sealed=pending.sealed, confirmed_at=now, last_timecode=timecode))
            uow.recovery_codes.replace(user.id, stored)
            uow.grants.revoke_all(user.id, now, keep=pending.session)
            tell(uow.outbox, Letter.to_user(LetterKind.SECOND_FACTOR_CHANGED, user))
            for event in (DeviceEnrolled, RecoveryCodesMade):
                uow.record(event(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()
        self.limiter.refund(*buckets)
        return Enrolled(shown, secret)


def hash_codes(hasher: Hasher, user: UserId, shown: tuple[str, ...]) -> list[RecoveryCode]:
    """What is kept of codes, each hashed as it will be read."""
    read = [read_recovery_code(code) or "" for code in shown]
    return [RecoveryCode(user, number, hasher.hash(code)) for number, code in enumerate(read, 1)]
