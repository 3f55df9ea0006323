"""Proof: a code that was recognized, and is still to be used up."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Envelopes
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.device import (
    MOST_FAILURES,
    SEALED_FOR,
    Device,
    SecondFactorLocked,
    read_code,
)
from coprra.domain.mfa.events import (
    CodeReplayed,
    RecoveryCodeUsed,
    SecondFactorFailed,
    SecondFactorWasLocked,
)
from coprra.domain.mfa.ports import MfaReads, MfaUnitOfWork, Totp
from coprra.domain.mfa.recovery_code import RecoveryCode, read_recovery_code
from coprra.domain.users.identity import Method
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.link import NewLink
from coprra.domain.users.notices import tell
from coprra.domain.users.ports import Hasher
from coprra.domain.users.user import User, UserId


@dataclass(frozen=True, slots=True)
class CodeProof:
    """A device showed the code of that step."""

    device: Device
    timecode: int
    method: Method = Method.TOTP


@dataclass(frozen=True, slots=True)
class RecoveryProof:
    """That recovery code was written."""

    code: RecoveryCode
    method: Method = Method.RECOVERY_CODE


Proof = CodeProof | RecoveryProof


@dataclass(frozen=True, slots=True)
class Recognition:
    """Recognizes codes. To recognize one takes time and changes nothing; to use it up is one quick statement."""

    totp: Totp
    envelopes: Envelopes
    hasher: Hasher

    def code(self, look: MfaReads, user: UserId, text: str, now: datetime) -> CodeProof | None:
        """Of the user's device; None: it is none. Raises: SecondFactorLocked, Unavailable."""
        device, code = look.devices.find(user), read_code(text)
        if device is not None and device.locked_at is not None:
            raise SecondFactorLocked(
                "Too many codes were wrong; open the link that was sent to your mailbox, or ask an admin."
            )
        if device is None or code is None:
            return None
        timecode = self.totp.timecode(self.envelopes.open(SEALED_FOR, user.value, device.sealed), code, now)
        return None if timecode is None else CodeProof(device, timecode)

    def recovery(self, look: MfaReads, user: UserId, text: str) -> RecoveryProof | None:
        """One of the user's recovery codes that were not used; None: it is none. Raises: Overloaded."""
        written = read_recovery_code(text)
        if written is None:
            return None
        right = (one for one in look.recovery_codes.unused(user) if self.hasher.verify(one.hash, written))
        found = next(right, None)
        return None if found is None else RecoveryProof(found)


def use_up(uow: MfaUnitOfWork, proof: Proof, user: User, now: datetime, origin: Origin) -> bool:
    """Whether it had not been used, and is now. A recovery code is told to its owner."""
    if isinstance(proof, CodeProof):
        return uow.devices.burn(proof.device, proof.timecode, now)
    if not uow.recovery_codes.use(proof.code, now):
        return False
    remaining = len(uow.recovery_codes.unused(user.id))
    tell(uow.outbox, Letter.to_user(LetterKind.RECOVERY_CODE_USED, user, note=str(remaining)))
    by = Actor.user(user.id.value)
    uow.record(RecoveryCodeUsed(occurred_at=now, by=by, user=user.id, origin=origin, remaining=remaining))
    return True


def remember_failure(
    uow: MfaUnitOfWork, user: User, now: datetime, origin: Origin, *, unlock: NewLink, replayed: bool
) -> None:
    """Count a wrong code, and lock the factor after so many; the caller commits before it refuses.

    user: held. unlock: the link that is sent if this locks it.
    """
    event = CodeReplayed if replayed else SecondFactorFailed
    uow.record(event(occurred_at=now, by=Actor.guest(), user=user.id, origin=origin))
    if uow.devices.fail(user.id, now, most=MOST_FAILURES):
        uow.links.issue(unlock.link)
        tell(uow.outbox, Letter.to_user(LetterKind.SECOND_FACTOR_LOCKED, user, secret=unlock.secret))
        uow.record(SecondFactorWasLocked(occurred_at=now, by=Actor.guest(), user=user.id, origin=origin))
