"""Sessions of one's own, and of others: sign out, list, revoke."""

from collections.abc import Sequence
from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import ON_THE_HOST, Origin
from coprra.domain.sessions.events import SessionRevoked, SignedOut, TokenRevoked
from coprra.domain.sessions.ports import OpenSessionsReads, OpenSessionsUnitOfWork
from coprra.domain.sessions.session import Session, UnknownSession
from coprra.domain.users.held import held_for, held_own
from coprra.domain.users.identity import Identity, require_admin
from coprra.domain.users.role import Permission
from coprra.domain.users.user import UserId


@dataclass(frozen=True, slots=True)
class SignOut:
    """Use case: the session or sign-in is good for nothing, whoever has a copy of its cookie or token.

    Nobody is asked again: it ends nothing but what it was begun with, and what has ended stays as it is, untold.
    """

    clock: Clock
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self, me: Identity, *, origin: Origin) -> None:
        """Raises: Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            if me.session is not None and uow.sessions.revoke(me.session, now):
                uow.record(SignedOut(occurred_at=now, by=me.actor, user=me.user, origin=origin))
            if me.family is not None and uow.tokens.revoke(me.family, now):
                told = TokenRevoked(occurred_at=now, by=me.actor, user=me.user, origin=origin, family=me.family)
                uow.record(told)
            uow.commit()


@dataclass(frozen=True, slots=True)
class ListSessions:
    """Use case: those of one user that are alive, the one that was seen last first."""

    clock: Clock
    reads: OpenSessionsReads

    def __call__(self, user: UserId) -> Sequence[Session]:
        """Raises: Unavailable."""
        with self.reads() as look:
            return look.sessions.alive(user, self.clock.now())


@dataclass(frozen=True, slots=True)
class RevokeSession:
    """Use case: end one of one's own sessions from another."""

    clock: Clock
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self, me: Identity, id: str, *, origin: Origin) -> None:
        """Raises: NotAllowed, NotSignedIn, UnknownSession also for somebody else's, Unavailable."""
        now = self.clock.now()
        me.require(Permission.MANAGE_ACCOUNT)
        with self.unit_of_work() as uow:
            held_own(uow, me, now)
            if id not in {one.id for one in uow.sessions.alive(me.user, now)} or not uow.sessions.revoke(id, now):
                raise UnknownSession("You have no such session.")
            uow.record(SessionRevoked(occurred_at=now, by=me.actor, user=me.user, origin=origin, session=id))
            uow.commit()


@dataclass(frozen=True, slots=True)
class RevokeSessionOnHost:
    """Use case: an operator ends one session of somebody."""

    clock: Clock
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self, user: UserId, id: str, *, by: Actor) -> None:
        """Raises: UnknownSession, Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            if id not in {one.id for one in uow.sessions.alive(user, now)} or not uow.sessions.revoke(id, now):
                raise UnknownSession("There is no such session, or it has ended; `coprra sessions list` names them.")
            uow.record(SessionRevoked(occurred_at=now, by=by, user=user, origin=ON_THE_HOST, session=id))
            uow.commit()


@dataclass(frozen=True, slots=True)
class RevokeOtherSessions:
    """Use case: be signed in here and nowhere else; tokens, too, are good for nothing."""

    clock: Clock
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self, me: Identity, *, origin: Origin) -> None:
        """Raises: NotAllowed, StepUpRequired, NotSignedIn, Unavailable."""
        now = self.clock.now()
        me.require(Permission.MANAGE_ACCOUNT)
        me.require_step_up(now)
        with self.unit_of_work() as uow:
            held_own(uow, me, now)
            uow.grants.revoke_all(me.user, now, keep=me.session)
            uow.record(SessionRevoked(occurred_at=now, by=me.actor, user=me.user, origin=origin, session=None))
            uow.commit()


@dataclass(frozen=True, slots=True)
class RevokeAccess:
    """Use case: an admin or operator ends all that somebody is signed in with."""

    clock: Clock
    unit_of_work: OpenSessionsUnitOfWork

    def __call__(self, user: UserId, *, by: Actor, me: Identity | None = None, origin: Origin = ON_THE_HOST) -> None:
        """me: of a person who asks. Raises: what `require_admin` does, NotSignedIn, UnknownUser, Unavailable."""
        now = self.clock.now()
        require_admin(me, now)
        with self.unit_of_work() as uow:
            held_for(uow, user, me, now)
            uow.grants.revoke_all(user, now)
            uow.record(SessionRevoked(occurred_at=now, by=by, user=user, origin=origin, session=None))
            uow.commit()
