"""Users: what an admin sees of accounts, and does to them."""

from collections.abc import Callable

from coprra.domain.kernel.errors import NotFound
from coprra.domain.users.email import InvalidEmail
from coprra.domain.users.role import Role
from coprra.domain.users.user import InvalidUserId, UnknownUser, User, UserId
from coprra.entrypoints.http.pages.form import Fault, InvalidForm
from coprra.entrypoints.http.pages.visit import Answer, Sent, Shown, Visit

USERS = "/admin/users"
ROLES = (Role.USER, Role.MODERATOR, Role.ADMIN)

_ON_A_PAGE = 25


def show_users(visit: Visit) -> Answer:
    """A page of them, by id, or the one whose address was asked for."""
    query = visit.query
    if who := query.get("who", "").strip():
        try:
            return Sent(_address(visit.accounts.show_user(who)))
        except (InvalidEmail, InvalidUserId, UnknownUser):
            visit = visit.with_fault(Fault("There is no account of that address or id.", "who"))
    role = _role(query["role"]) if query.get("role") else None
    after = UserId(query["after"]) if query.get("after") else None
    found = visit.accounts.list_users(after=after, limit=_ON_A_PAGE + 1, role=role)
    shown = found[:_ON_A_PAGE]
    values = {
        "users": shown,
        "role": role,
        "roles": ROLES,
        "who": who,
        "next": shown[-1].id if len(found) > len(shown) else None,
        "faults": visit.faults,
    }
    return Shown("users", values)


def show_user(visit: Visit) -> Answer:
    """One account, and what can be done to it."""
    user = _user(visit)
    values = {
        "user": user,
        "sessions": len(visit.accounts.list_sessions(user.id)),
        "tokens": len(visit.accounts.list_tokens(user.id)),
    }
    return Shown("user", values)


def before(template: str) -> Callable[[Visit], Answer]:
    """The view of a page that says what it means to do something to an account, and asks whether to."""

    def show(visit: Visit) -> Answer:
        return Shown(template, {"user": _user(visit), "roles": ROLES})

    return show


def change_role(visit: Visit) -> Answer:
    """What the account was signed in with ends."""
    user, me = _user(visit), visit.me
    visit.accounts.change_role(user.id, _role(visit.form["role"]), by=me.actor, me=me, origin=visit.origin)
    return Sent(_address(user), done="role_changed")


def disable(visit: Visit) -> Answer:
    """Nobody signs in to it any more."""
    user = _user(visit)
    visit.accounts.disable_user(user.id, by=visit.me.actor, me=visit.me, origin=visit.origin)
    return Sent(_address(user), done="disabled")


def enable(visit: Visit) -> Answer:
    """It can be signed in to again."""
    user = _user(visit)
    visit.accounts.enable_user(user.id, by=visit.me.actor, me=visit.me, origin=visit.origin)
    return Sent(_address(user), done="enabled")


def revoke(visit: Visit) -> Answer:
    """Sessions and tokens are good for nothing."""
    user = _user(visit)
    visit.accounts.revoke_access(user.id, by=visit.me.actor, me=visit.me, origin=visit.origin)
    return Sent(_address(user), done="access_revoked")


def request_reset(visit: Visit) -> Answer:
    """The owner gets a link; until it is confirmed nothing changes."""
    user = _user(visit)
    visit.accounts.request_second_factor_reset(
        visit.me, user.id, reason=visit.form["reason"].strip(), origin=visit.origin
    )
    return Sent(_address(user), done="reset_asked")


def _user(visit: Visit) -> User:
    """Whom the path names. Raises: NotFound, UnknownUser."""
    try:
        return visit.accounts.show_user(UserId(visit.chosen("id")).value)
    except InvalidUserId as error:
        raise NotFound("There is no such account.") from error


def _role(name: str) -> Role:
    if name not in ROLES:
        raise InvalidForm("There is no such role.")
    return Role(name)


def _address(user: User) -> str:
    return f"{USERS}/{user.id}"
