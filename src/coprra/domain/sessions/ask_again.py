"""Ask again: whether what somebody came in by lets them in still."""

from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock
from coprra.domain.sessions.ports import OpenSessionsReads
from coprra.domain.users.held import let_in_still
from coprra.domain.users.identity import Identity


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Use case: for what is done elsewhere than to accounts, and had to wait for its turn. Nothing is held by it."""

    clock: Clock
    reads: OpenSessionsReads

    def __call__(self, me: Identity) -> None:
        """Raises: NotSignedIn, Unavailable."""
        now = self.clock.now()
        with self.reads() as look:
            user, sessions = look.users.find(me.user), look.sessions.alive(me.user, now)
            families = look.tokens.families(me.user, now)
        let_in_still(user, me, alive=me.holder in {one.id for one in sessions} | {one.id for one in families})
