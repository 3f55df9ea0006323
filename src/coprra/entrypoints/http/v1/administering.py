"""Views of what admins do to the accounts of others."""

from dataclasses import dataclass

from coprra.application import Application
from coprra.domain.users.role import Role
from coprra.domain.users.user import UserId
from coprra.entrypoints import answers
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.http.callers import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersAsked:
    """Which page of which accounts. after: the id that the page before ended with."""

    role: Role | None = None
    limit: int = 20
    after: UserId | None = None


def list_users(application: Application, asked: UsersAsked, _caller: Caller) -> JsonObject:
    """Accounts by id. Raises: Unavailable."""
    found = application.accounts.list_users(after=asked.after, limit=asked.limit, role=asked.role)
    after = found[-1].id.value if len(found) == asked.limit else None
    return {**answers.users(found), "next": after}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAsked:
    """Which account."""

    user: UserId


def show_user(application: Application, asked: UserAsked, _caller: Caller) -> JsonObject:
    """One account. Raises: UnknownUser, Unavailable."""
    return answers.user(application.accounts.show_user(asked.user.value))


def disable_user(application: Application, asked: UserAsked, caller: Caller) -> None:
    """Nobody signs in to it any more. Raises: UnknownUser, LastAdmin, Unavailable."""
    application.accounts.disable_user(asked.user, by=caller.me.actor, me=caller.me, origin=caller.origin)


def enable_user(application: Application, asked: UserAsked, caller: Caller) -> None:
    """It can be signed in to again. Raises: UnknownUser, Unavailable."""
    application.accounts.enable_user(asked.user, by=caller.me.actor, me=caller.me, origin=caller.origin)


def revoke_access(application: Application, asked: UserAsked, caller: Caller) -> None:
    """All that it is signed in with ends. Raises: UnknownUser, Unavailable."""
    application.accounts.revoke_access(asked.user, by=caller.me.actor, me=caller.me, origin=caller.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAsked:
    """Which account gets which role."""

    user: UserId
    role: Role


def change_role(application: Application, asked: RoleAsked, caller: Caller) -> JsonObject:
    """Another role. Raises: UnknownUser, LastAdmin, Unavailable."""
    changed = application.accounts.change_role(
        asked.user, asked.role, by=caller.me.actor, me=caller.me, origin=caller.origin
    )
    return answers.user(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetAsked:
    """Whose second factor is lost, and how the admin knows."""

    user: UserId
    reason: str


def request_second_factor_reset(application: Application, asked: ResetAsked, caller: Caller) -> JsonObject:
    """The owner gets a link; nothing changes until it is used. Raises: what `RequestSecondFactorReset` does."""
    request = application.accounts.request_second_factor_reset
    request(caller.me, asked.user, reason=asked.reason, origin=caller.origin)
    return {"status": "accepted"}
