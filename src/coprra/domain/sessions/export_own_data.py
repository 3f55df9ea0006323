"""Export: all that is kept about oneself."""

from collections.abc import Sequence
from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock
from coprra.domain.sessions.ports import OpenSessionsReads
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.token import Family
from coprra.domain.users.held import let_in_still
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
        """Raises: NotAllowed, NotSignedIn, Unavailable."""
        now = self.clock.now()
        me.require(Permission.ENTER_ACCOUNT)
        with self.reads() as look:
            device, codes = look.devices.find(me.user), look.recovery_codes.unused(me.user)
            # Last, so that whoever is asked here was still let in when the rest was read.
            user, sessions = look.users.find(me.user), look.sessions.alive(me.user, now)
            tokens = look.tokens.families(me.user, now)
        alive = {one.id for one in sessions} | {one.id for one in tokens}
        return OwnData(
            user=let_in_still(user, me, alive=me.holder in alive),
            sessions=sessions,
            tokens=tokens,
            second_factor=device is not None,
            recovery_codes_left=len(codes),
        )
