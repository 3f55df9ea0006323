"""Roles, and what each may do: the whole authorization on one screen. What is not named is denied."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What somebody is to this installation. A guest has not signed in."""

    GUEST = "guest"
    USER = "user"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Permission(StrEnum):
    """What can be allowed; also the abilities that a token may be given."""

    READ_PRICES = "prices:read"
    ENTER_ACCOUNT = "account:enter"
    """See who one is, enrol a second factor, sign out."""
    MANAGE_ACCOUNT = "account:manage"
    JUDGE_PRICES = "prices:judge"
    MAP_PRODUCTS = "products:map"
    MANAGE_USERS = "users:manage"
    RESET_SECOND_FACTOR = "mfa:reset"
    READ_AUDIT = "audit:read"


_GUEST = frozenset({Permission.READ_PRICES})
_USER = _GUEST | {Permission.ENTER_ACCOUNT, Permission.MANAGE_ACCOUNT}
_MODERATOR = _USER | {Permission.JUDGE_PRICES, Permission.MAP_PRODUCTS}
_ADMIN = _MODERATOR | {Permission.MANAGE_USERS, Permission.RESET_SECOND_FACTOR, Permission.READ_AUDIT}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {Role.GUEST: _GUEST, Role.USER: _USER, Role.MODERATOR: _MODERATOR, Role.ADMIN: _ADMIN}
)

WITHOUT_SECOND_FACTOR = frozenset({Permission.READ_PRICES, Permission.ENTER_ACCOUNT})
"""What is left to an admin who has not shown a second factor: to enrol one."""

NEEDS_SECOND_FACTOR = frozenset({Role.ADMIN})
