"""Asked again: what was revoked while a request was under way does nothing any more."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from coprra.domain.limits.origin import ON_THE_HOST
from coprra.domain.users.identity import STEP_UP_LASTS, Identity, NotAllowed, NotSignedIn, StepUpRequired
from coprra.domain.users.language import Language
from coprra.domain.users.role import Permission, Role
from coprra.domain.users.user import UserId
from coprra.testing.accounts import ANA, HERE, PASSWORD, World
from coprra.testing.builders import TESTER

IVO = "ivo@example.com"
NEW = "eleven purple bicycles"

Act = Callable[[World, Identity], object]
End = Callable[[World, Identity], object]

OWN_ACTS: dict[str, Act] = {
    "change_name": lambda world, me: world.accounts.change_name(me, "Eve", origin=HERE),
    "change_language": lambda world, me: world.accounts.change_language(me, Language.GERMAN, origin=HERE),
    "change_password": lambda world, me: world.accounts.change_password(me, PASSWORD, NEW, origin=HERE),
    "request_email_change": lambda world, me: world.accounts.request_email_change(me, "eve@example.com", origin=HERE),
    "create_token": lambda world, me: world.accounts.create_token(me, "eve", {Permission.READ_PRICES}, origin=HERE),
    "start_enrolment": lambda world, me: world.accounts.start_enrolment(me, origin=HERE),
    "show_enrolment": lambda world, me: world.accounts.show_enrolment(me),
    "confirm_enrolment": lambda world, me: world.accounts.confirm_enrolment(me, "000000", origin=HERE),
    "renew_recovery_codes": lambda world, me: world.accounts.renew_recovery_codes(me, origin=HERE),
    "remove_device": lambda world, me: world.accounts.remove_device(me, origin=HERE),
    "revoke_other_sessions": lambda world, me: world.accounts.revoke_other_sessions(me, origin=HERE),
    "revoke_session": lambda world, me: world.accounts.revoke_session(me, own_session(world, me), origin=HERE),
    "revoke_token": lambda world, me: world.accounts.revoke_token(me, "F" * 16, origin=HERE),
    "export_own_data": lambda world, me: world.accounts.export_own_data(me),
    "step_up": lambda world, me: world.accounts.step_up(me, PASSWORD, origin=HERE),
    "delete_account": lambda world, me: world.accounts.delete_account(me, origin=HERE),
}

ENDS: dict[str, End] = {
    "sign out": lambda world, me: world.accounts.sign_out(me, origin=HERE),
    "sign out everywhere": lambda world, me: world.accounts.revoke_access(me.user, by=TESTER),
    "another role": lambda world, me: world.accounts.change_role(me.user, Role.MODERATOR, by=TESTER),
    "disabled": lambda world, me: world.accounts.disable_user(me.user, by=TESTER),
    "enabled anew": lambda world, me: disable_and_enable(world, me.user),
    "gone": lambda world, me: remove(world, me.user),
}

ADMIN_ACTS: dict[str, Callable[[World, Identity, UserId], object]] = {
    "change_role": lambda world, me, id: world.accounts.change_role(id, Role.ADMIN, by=me.actor, me=me, origin=HERE),
    "disable_user": lambda world, me, id: world.accounts.disable_user(id, by=me.actor, me=me, origin=HERE),
    "enable_user": lambda world, me, id: world.accounts.enable_user(id, by=me.actor, me=me, origin=HERE),
    "revoke_access": lambda world, me, id: world.accounts.revoke_access(id, by=me.actor, me=me, origin=HERE),
    "reset": lambda world, me, id: world.accounts.request_second_factor_reset(me, id, reason="lost", origin=HERE),
}


def own_session(world: World, me: Identity) -> str:
    """One that the owner still has."""
    return world.accounts.list_sessions(me.user)[0].id


def remove(world: World, user: UserId) -> None:
    with world.store.unit_of_work() as uow:
        uow.users.remove(user)
        uow.commit()


def disable_and_enable(world: World, user: UserId) -> None:
    world.accounts.disable_user(user, by=TESTER)
    world.accounts.enable_user(user, by=TESTER)


def an_admin(world: World) -> Identity:
    world.a_user(IVO, Role.ADMIN)
    _, _, session = world.enrol(IVO)
    return world.who(session)


@pytest.mark.parametrize("act", OWN_ACTS.values(), ids=OWN_ACTS)
def test_a_session_that_ended_under_way_changes_nothing_of_the_account(world: World, act: Act) -> None:
    world.a_user()
    thief, _ = world.stepped_up(world.session())
    owner, _ = world.stepped_up(world.session())
    fresh = replace(thief, stepped_up_at=owner.stepped_up_at)
    world.accounts.revoke_other_sessions(owner, origin=HERE)
    before = world.accounts.show_user(ANA), len(world.events), len(world.letters)
    with pytest.raises(NotSignedIn):
        act(world, fresh)
    assert (world.accounts.show_user(ANA), len(world.events), len(world.letters)) == before
    assert world.accounts.list_tokens(owner.user) == ()


def test_whoever_is_signed_out_already_signs_nobody_out_and_is_not_told_of_again(world: World) -> None:
    world.a_user()
    me, program = world.who(world.session()), world.accounts.authenticate_token(world.tokens().access.text)
    other = world.session()
    for one in (me, program, me, program):
        world.accounts.sign_out(one, origin=HERE)
    assert [one for one in world.kinds_of_events() if one in {"logout", "token.revoke"}] == ["logout", "token.revoke"]
    world.who(other)


@pytest.mark.parametrize("code", ["000000", "right"])
def test_codes_that_are_shown_in_a_session_that_ended_count_for_nothing(world: World, code: str) -> None:
    user = world.a_user()
    device, _, session = world.enrol()
    me = world.who(session)
    world.accounts.sign_out(me, origin=HERE)
    before = len(world.events)
    with pytest.raises(NotSignedIn):
        world.accounts.step_up(me, world.code(device, later=1) if code == "right" else code, origin=HERE)
    with world.store.reads() as look:
        found = look.devices.find(user.id)
    assert found is not None
    assert (found.failures, found.last_timecode) == (0, int(world.clock.now().timestamp()) // 30)
    assert len(world.events) == before


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_however_a_session_ended_no_token_is_made_in_it(world: World, end: End) -> None:
    user = world.a_user()
    me, _ = world.stepped_up(world.session())
    end(world, me)
    with pytest.raises(NotSignedIn):
        world.accounts.create_token(me, "script", {Permission.READ_PRICES}, origin=HERE)
    assert world.accounts.list_tokens(user.id) == ()


def test_another_password_leaves_nobody_else_the_time_to_take_the_mailbox_away(world: World) -> None:
    world.a_user()
    owner, _ = world.stepped_up(world.session())
    thief, _ = world.stepped_up(world.session())
    owner = replace(owner, stepped_up_at=thief.stepped_up_at)
    world.accounts.change_password(owner, PASSWORD, NEW, origin=HERE)
    with pytest.raises(NotSignedIn):
        world.accounts.request_email_change(thief, "eve@example.com", origin=HERE)


def test_a_token_that_was_revoked_under_way_changes_nothing(world: World) -> None:
    user = world.a_user()
    manage = {Permission.MANAGE_ACCOUNT}
    new = world.accounts.create_token_on_host(user.id, "script", manage, by=TESTER)
    me = world.accounts.authenticate_token(new.token.text)
    world.accounts.change_name(me, "Anna", origin=HERE)
    world.accounts.revoke_token_on_host(user.id, new.family.id, by=TESTER)
    with pytest.raises(NotSignedIn):
        world.accounts.change_name(me, "Eve", origin=HERE)
    assert world.accounts.show_user(ANA).name == "Anna"


@pytest.mark.parametrize("act", ADMIN_ACTS.values(), ids=ADMIN_ACTS)
def test_an_admin_who_was_disabled_under_way_does_nothing_to_others_nor_to_themselves(
    world: World, act: Callable[[World, Identity, UserId], object]
) -> None:
    user = world.a_user()
    world.a_user("eva@example.com", Role.ADMIN)
    me = an_admin(world)
    world.accounts.disable_user(me.user, by=TESTER)
    world.accounts.disable_user(user.id, by=TESTER)
    before = world.accounts.list_users()
    for id in (user.id, me.user)[: 1 if act is ADMIN_ACTS["reset"] else 2]:
        with pytest.raises(NotSignedIn):
            act(world, me, id)
    assert world.accounts.list_users() == before


@pytest.mark.parametrize("act", ADMIN_ACTS.values(), ids=ADMIN_ACTS)
def test_what_is_done_to_others_wants_an_admin_and_a_fresh_proof(
    world: World, act: Callable[[World, Identity, UserId], object]
) -> None:
    user, admin = world.a_user(), an_admin(world)
    anybody, _ = world.stepped_up(world.session())
    with pytest.raises(NotAllowed):
        act(world, anybody, admin.user)
    world.clock.pass_(STEP_UP_LASTS)
    with pytest.raises(StepUpRequired):
        act(world, admin, user.id)
    assert world.accounts.show_user(ANA) == user


def test_an_admin_who_is_still_signed_in_does_what_an_operator_does(world: World) -> None:
    user, me = world.a_user(), an_admin(world)
    world.accounts.disable_user(user.id, by=me.actor, me=me, origin=HERE)
    world.accounts.enable_user(user.id, by=TESTER, origin=ON_THE_HOST)
    world.accounts.change_role(user.id, Role.MODERATOR, by=me.actor, me=me, origin=HERE)
    assert world.accounts.show_user(ANA).role is Role.MODERATOR
