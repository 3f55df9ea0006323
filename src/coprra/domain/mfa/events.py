"""What the room tells after a commit. No event ever holds a secret."""

from dataclasses import dataclass

from coprra.domain.users.events import AccountEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentStarted(AccountEvent):
    """Somebody was shown the secret of a new device."""

    kind = "mfa.enroll.start"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEnrolled(AccountEvent):
    """A device has proved that it shows codes; it counts from here on."""

    kind = "mfa.enroll"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorFailed(AccountEvent):
    """A code was wrong, and had not the form of a recovery code where one would do."""

    kind = "mfa.fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReplayed(AccountEvent):
    """A code was right, and had been used."""

    kind = "mfa.replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRemoved(AccountEvent):
    """The account has no second factor any more."""

    kind = "mfa.disable"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorWasLocked(AccountEvent):
    """So many codes were wrong in a row that none is looked at."""

    kind = "mfa.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorUnlocked(AccountEvent):
    """The mailbox was proved; codes are looked at again."""

    kind = "mfa.unlock"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodesMade(AccountEvent):
    """There are ten new recovery codes, and the old ones are void."""

    kind = "recovery.generate"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeUsed(AccountEvent):
    """Somebody signed in by a recovery code. remaining: how many are left."""

    kind = "recovery.use"
    remaining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeFailed(AccountEvent):
    """What was written has the form of a recovery code, and is none of those that are left."""

    kind = "recovery.fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodesExhausted(AccountEvent):
    """The last recovery code was used; who loses the device now needs an admin."""

    kind = "recovery.exhausted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRequested(AccountEvent):
    """An admin asked to take the second factor off an account."""

    kind = "mfa_reset.request"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetConfirmed(AccountEvent):
    """The second factor was taken off the account."""

    kind = "mfa_reset.confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetCancelled(AccountEvent):
    """A request to reset waited, and does no more: a newer one, or the factor is gone without it."""

    kind = "mfa_reset.cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetExpired(AccountEvent):
    """Nobody has confirmed a request to reset in time."""

    kind = "mfa_reset.expire"
