"""The last admin: without whom nobody could administer the installation."""

from collections.abc import Collection

from coprra.domain.kernel.errors import Refused
from coprra.domain.users.identity import Identity
from coprra.domain.users.ports import UsersUnitOfWork
from coprra.domain.users.role import Role
from coprra.domain.users.user import User, UserId

_MOST_HELD = 1000
"""More than anybody has; of more, one who can sign in will be among them."""


class LastAdmin(Refused):
    """Without this account nobody could administer the installation."""

    code = "last_admin"


def hold_admins(uow: UsersUnitOfWork, id: UserId, me: Identity | None) -> Collection[User]:
    """All admins, as they are until the unit of work ends; before anything else is held.

    id: whose account is to be changed; me: of a person who asks. They are held, too, and all in one order: of two who
    take an admin away at the same moment the second sees what the first did, and none waits for the other for ever.
    """
    ids = {id, *(() if me is None else (me.user,))}
    ids |= {one.id for one in uow.users.page(after=None, limit=_MOST_HELD, role=Role.ADMIN)}
    held = [uow.users.hold(one) for one in sorted(ids)]
    return [one for one in held if one is not None and one.role is Role.ADMIN]


def keep_an_admin(admins: Collection[User], user: User) -> None:
    """Refuse what would leave no admin who can sign in. admins: all, held. Raises: LastAdmin."""
    if user.role is not Role.ADMIN or not user.may_enter:
        return
    if not any(one.may_enter and one.id != user.id for one in admins):
        raise LastAdmin("This is the only admin who can sign in; make somebody else one first.")
