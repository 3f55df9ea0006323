"""Sessions: when they end, and by whom."""

from datetime import timedelta

import pytest

from coprra.domain.sessions.session import MOST_SESSIONS, UnknownSession
from coprra.domain.users.confirmation import WrongPassword
from coprra.domain.users.identity import NotSignedIn, StepUpRequired
from coprra.domain.users.role import Role
from coprra.testing.accounts import HERE, PASSWORD, World
from coprra.testing.builders import TESTER

A_MOMENT = timedelta(microseconds=1)


def test_an_idle_session_lives_for_an_hour_and_is_dead_at_it(world: World) -> None:
    world.a_user()
    session = world.session()
    world.clock.pass_(timedelta(minutes=60) - A_MOMENT)
    world.who(session)
    world.clock.pass_(timedelta(minutes=60))
    with pytest.raises(NotSignedIn):
        world.who(session)


@pytest.mark.parametrize(("role", "hours"), [(Role.USER, 12), (Role.MODERATOR, 12), (Role.ADMIN, 8)])
def test_a_session_in_use_ends_all_the_same(world: World, role: Role, hours: int) -> None:
    world.a_user(role=role)
    session = world.session()
    for _ in range(2 * hours - 1):
        world.clock.pass_(timedelta(minutes=30))
        world.who(session)
    world.clock.pass_(timedelta(minutes=30) - A_MOMENT)
    world.who(session)
    world.clock.pass_(A_MOMENT)
    with pytest.raises(NotSignedIn):
        world.who(session)


def test_being_seen_is_written_once_a_minute(world: World) -> None:
    user = world.a_user()
    session = world.session()
    world.clock.pass_(timedelta(seconds=59))
    world.who(session)
    assert world.accounts.list_sessions(user.id)[0].seen_at == world.clock.now() - timedelta(seconds=59)
    world.clock.pass_(timedelta(seconds=1))
    world.who(session)
    assert world.accounts.list_sessions(user.id)[0].seen_at == world.clock.now()


def test_who_signs_out_is_out_with_every_copy_of_the_cookie(world: World) -> None:
    world.a_user()
    session = world.session()
    world.accounts.sign_out(world.who(session), origin=HERE)
    with pytest.raises(NotSignedIn):
        world.who(session)


def test_the_oldest_session_makes_room_for_an_eleventh(world: World) -> None:
    user = world.a_user()
    sessions = []
    for _ in range(MOST_SESSIONS + 1):
        entered = world.accounts.sign_in(user.email.text, PASSWORD, origin=HERE)
        sessions.append(entered.entry.secret)  # type: ignore[union-attr]  # no second factor, and pages
        world.clock.pass_(timedelta(minutes=1))
    with pytest.raises(NotSignedIn):
        world.who(sessions[0])
    assert len(world.accounts.list_sessions(user.id)) == MOST_SESSIONS
    world.who(sessions[1])
    assert "session.evict" in world.kinds_of_events()


def test_one_ends_another_session_of_ones_own_and_nobody_elses(world: World) -> None:
    user = world.a_user()
    other, own = world.session(), world.session()
    (_, id) = [one.id for one in world.accounts.list_sessions(user.id)]
    world.a_user("ivo@example.com")
    stranger = world.who(world.session("ivo@example.com"))
    with pytest.raises(UnknownSession):
        world.accounts.revoke_session(stranger, id, origin=HERE)
    world.accounts.revoke_session(world.who(own), id, origin=HERE)
    with pytest.raises(NotSignedIn):
        world.who(other)
    with pytest.raises(UnknownSession):
        world.accounts.revoke_session(world.who(own), id, origin=HERE)


def test_after_a_fresh_proof_one_is_signed_in_nowhere_else(world: World) -> None:
    world.a_user()
    other, own = world.session(), world.session()
    with pytest.raises(StepUpRequired):
        world.accounts.revoke_other_sessions(world.who(own), origin=HERE)
    me, own = world.stepped_up(own)
    world.accounts.revoke_other_sessions(me, origin=HERE)
    world.who(own)
    with pytest.raises(NotSignedIn):
        world.who(other)


def test_a_fresh_proof_lasts_five_minutes_and_gives_the_session_another_secret(world: World) -> None:
    world.a_user()
    session = world.session()
    with pytest.raises(WrongPassword):
        world.accounts.step_up(world.who(session), "wrong", origin=HERE)
    me, new = world.stepped_up(session)
    with pytest.raises(NotSignedIn):
        world.who(session)
    assert world.who(new).session == me.session
    world.clock.pass_(timedelta(minutes=5) - A_MOMENT)
    world.who(new).require_step_up(world.clock.now())
    world.clock.pass_(A_MOMENT)
    with pytest.raises(StepUpRequired):
        world.who(new).require_step_up(world.clock.now())


def test_an_operator_ends_all_that_somebody_is_signed_in_with(world: World) -> None:
    user = world.a_user()
    session = world.session()
    world.accounts.revoke_access(user.id, by=TESTER)
    with pytest.raises(NotSignedIn):
        world.who(session)


@pytest.mark.parametrize("secret", ["", "x", "\ud800", "s" * 43, "\x00"])
def test_whatever_is_shown_is_no_session(world: World, secret: str) -> None:
    with pytest.raises(NotSignedIn):
        world.who(secret)
