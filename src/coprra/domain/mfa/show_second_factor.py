"""Show whether an account has a second factor, and what is left of it."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.mfa.ports import OpenMfaReads
from coprra.domain.users.held import unknown_user
from coprra.domain.users.user import User, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorState:
    """What may be told of it. confirmed_at: None: there is none; locked_at: None while codes are looked at.

    recovery_codes: how many are unused. Instants are aware, UTC.
    """

    user: User
    confirmed_at: datetime | None
    locked_at: datetime | None
    recovery_codes: int


@dataclass(frozen=True, slots=True)
class ShowSecondFactor:
    """Use case: the state of one account's second factor; nothing of its secrets."""

    reads: OpenMfaReads

    def __call__(self, id: UserId) -> SecondFactorState:
        """Raises: UnknownUser, Unavailable."""
        with self.reads() as look:
            user, device = look.users.find(id), look.devices.find(id)
            codes = len(look.recovery_codes.unused(id))
        if user is None:
            raise unknown_user()
        return SecondFactorState(
            user=user,
            confirmed_at=device.confirmed_at if device else None,
            locked_at=device.locked_at if device else None,
            recovery_codes=codes,
        )
