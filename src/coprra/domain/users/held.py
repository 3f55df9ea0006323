"""Held accounts: whose account is changed, and who asks for it, as they are while nobody else changes them."""

from datetime import datetime

from coprra.domain.users.identity import Identity, NotSignedIn
from coprra.domain.users.ports import UsersUnitOfWork
from coprra.domain.users.user import UnknownUser, User, UserId


def held(uow: UsersUnitOfWork, id: UserId) -> User:
    """The account, until the unit of work ends. Raises: UnknownUser."""
    return _known(uow.users.hold(id))


def held_own(uow: UsersUnitOfWork, me: Identity, now: datetime) -> User:
    """The account of who asks, who is asked again: what let them in may have ended since. Raises: NotSignedIn."""
    return _asked_again(uow, me, uow.users.hold(me.user), now)


def held_for(uow: UsersUnitOfWork, id: UserId, me: Identity | None, now: datetime) -> User:
    """Anybody's account, for an admin, who is asked again, or an operator, who is no identity.

    Raises: NotSignedIn, UnknownUser.
    """
    if me is None:
        return held(uow, id)
    # In one order, or two admins who change each other would wait for each other.
    both = {one: uow.users.hold(one) for one in sorted({id, me.user})}
    _asked_again(uow, me, both[me.user], now)
    return _known(both[id])


def unknown_user() -> UnknownUser:
    """The one refusal."""
    return UnknownUser("There is no such account; `coprra users list` names those that there are.")


def let_in_still(user: User | None, me: Identity, *, alive: bool) -> User:
    """The account of who was let in once. alive: whether what they came in by is. Raises: NotSignedIn."""
    if user is None or not user.may_enter or user.role is not me.role or not alive:
        raise NotSignedIn("What you were signed in with has ended; sign in anew.")
    return user


def _asked_again(uow: UsersUnitOfWork, me: Identity, user: User | None, now: datetime) -> User:
    return let_in_still(user, me, alive=uow.grants.lives(me.session, me.family, now))


def _known(user: User | None) -> User:
    if user is None:
        raise unknown_user()
    return user
