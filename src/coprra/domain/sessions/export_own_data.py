"""Export: all that is kept about oneself."""

from collections.abc import Sequence
from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock
from coprra.domain.sessions.ports import OpenSessionsReads
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.token import Family
from coprra.domain.users.held import unknown_user
from coprra.domain.users.identity import Identity
from coprra.domain.users.role import Permission
from coprra.domain.users.user import User


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """What is kept of somebody, without hashes and secrets, which are nobody's to read."""

    user: User
    sessions: Sequence[Session]
    tokens: Sequence[Family]
    second_factor: bool
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class ExportOwnData:
    """Use case: for whoever wants to know, or to take it along before deleting the account."""

    clock: Clock
    reads: OpenSessionsReads

    def __call__(self, me: Identity) -> OwnData:
        """Raises: NotAllowed, UnknownUser, Unavailable."""
        now = self.clock.now()
        me.require(Permission.ENTER_ACCOUNT)
        with self.reads() as look:
            user = look.users.find(me.user)
            if user is None:
                raise unknown_user()
            return OwnData(
                user=user,
                sessions=look.sessions.alive(user.id, now),
                tokens=look.tokens.families(user.id, now),
                second_factor=look.devices.find(user.id) is not None,
                recovery_codes_left=len(look.recovery_codes.unused(user.id)),
            )
