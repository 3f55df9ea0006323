"""Roles: what each may do, and what an admin may without a second factor."""

from itertools import pairwise

import pytest

from coprra.domain.users.identity import Identity, Method, MfaEnrollmentRequired, NotAllowed, allowed_abilities
from coprra.domain.users.role import PERMISSIONS, WITHOUT_SECOND_FACTOR, Permission, Role
from coprra.testing.users import user_id

BOTH = frozenset({Method.PASSWORD, Method.TOTP})


def an_identity(role: Role, methods: frozenset[Method] = BOTH, **changes: object) -> Identity:
    said = {"second_factor": True, **changes}
    return Identity(user=user_id(1), role=role, methods=methods, **said)  # type: ignore[arg-type]  # by name


def test_every_role_may_more_than_the_one_below() -> None:
    ladder = [PERMISSIONS[role] for role in (Role.GUEST, Role.USER, Role.MODERATOR, Role.ADMIN)]
    assert all(lower < higher for lower, higher in pairwise(ladder))
    assert set(PERMISSIONS) == set(Role)
    assert PERMISSIONS[Role.ADMIN] == set(Permission)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_what_is_not_named_is_denied(role: Role, permission: Permission) -> None:
    identity = an_identity(role)
    if permission in PERMISSIONS[role]:
        identity.require(permission)
    else:
        with pytest.raises(NotAllowed):
            identity.require(permission)


@pytest.mark.parametrize(
    ("methods", "second_factor"),
    [(frozenset({Method.PASSWORD}), False), (frozenset({Method.PASSWORD}), True), (BOTH, False)],
)
def test_an_admin_who_has_not_shown_a_factor_that_is_still_there_may_only_enrol_one(
    methods: frozenset[Method], second_factor: bool
) -> None:
    admin = an_identity(Role.ADMIN, methods, second_factor=second_factor)
    assert admin.permissions == WITHOUT_SECOND_FACTOR
    with pytest.raises(MfaEnrollmentRequired):
        admin.require(Permission.MANAGE_USERS)


def test_a_token_may_no_more_than_its_abilities_and_its_owners_role_now() -> None:
    token = an_identity(Role.USER, abilities=frozenset({Permission.READ_PRICES, Permission.MANAGE_USERS}))
    assert token.permissions == {Permission.READ_PRICES}
    with pytest.raises(NotAllowed):
        allowed_abilities(Role.USER, [Permission.MANAGE_USERS])
