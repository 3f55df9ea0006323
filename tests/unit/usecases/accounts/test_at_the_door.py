"""What strangers do at the door keeps nobody out who is inside, or whose mailbox is theirs."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from coprra.domain.limits.limit import LimitExceeded
from coprra.domain.limits.origin import Origin
from coprra.domain.mfa.device import InvalidCode
from coprra.domain.sessions.entry import SecondFactorNeeded, SignedIn
from coprra.domain.sessions.sign_in import InvalidCredentials
from coprra.domain.users.confirmation import WrongPassword
from coprra.domain.users.identity import Identity
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.role import Role
from coprra.testing.accounts import ANA, HERE, PASSWORD, World

NEW = "eleven purple bicycles"
Act = Callable[[World, Identity, str], object]

WITHIN: dict[str, Act] = {
    "step_up": lambda world, me, password: world.accounts.step_up(me, password, origin=HERE),
    "change_password": lambda world, me, password: world.accounts.change_password(me, password, NEW, origin=HERE),
}


def hammer(world: World, *, times: int = 20) -> None:
    """Wrong passwords, until neither the account nor the network where its owner is may try another one."""
    for number in range(times):
        with pytest.raises((InvalidCredentials, LimitExceeded)):
            world.accounts.sign_in(ANA, "wrong", origin=HERE)
        with pytest.raises((InvalidCredentials, LimitExceeded)):
            world.accounts.sign_in(ANA, "wrong", origin=Origin(f"203.0.113.{number}"))
    with pytest.raises(LimitExceeded):
        world.accounts.sign_in(ANA, PASSWORD, origin=HERE)


@pytest.mark.parametrize("act", WITHIN.values(), ids=WITHIN)
def test_who_is_signed_in_confirms_it_whatever_is_tried_at_the_door(world: World, act: Act) -> None:
    world.a_user()
    me, _ = world.stepped_up(world.session())
    hammer(world)
    act(world, me, PASSWORD)


@pytest.mark.parametrize("act", WITHIN.values(), ids=WITHIN)
def test_a_session_guesses_five_passwords_in_a_quarter_of_an_hour_and_each_is_told_to_the_trail(
    world: World, act: Act
) -> None:
    world.a_user()
    thief, _ = world.stepped_up(world.session())
    before = len(world.events)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            act(world, thief, "wrong")
    told = world.kinds_of_events()[before:]
    assert told in (["step_up.fail"] * 5, ["password.fail"] * 5)
    with pytest.raises(LimitExceeded):
        act(world, thief, PASSWORD)
    owner, _ = world.stepped_up(world.session())
    act(world, owner, PASSWORD)


def test_what_is_guessed_in_a_session_is_counted_for_all_that_it_is_guessed_for(world: World) -> None:
    world.a_user()
    thief, _ = world.stepped_up(world.session())
    for act in (*WITHIN.values(), *WITHIN.values(), WITHIN["step_up"]):
        with pytest.raises(WrongPassword):
            act(world, thief, "wrong")
    for act in WITHIN.values():
        with pytest.raises(LimitExceeded):
            act(world, thief, PASSWORD)


def test_a_stranger_who_knows_the_password_keeps_no_owner_from_a_fresh_proof_by_code(world: World) -> None:
    world.a_user()
    device, _, session = world.enrol()
    ticket = world.ticket()
    other = world.accounts.sign_in(ANA, PASSWORD, origin=HERE)
    assert isinstance(other, SecondFactorNeeded)
    for _ in range(5):
        with pytest.raises(InvalidCode):
            world.accounts.verify_second_factor(ticket, "000000", origin=HERE)
    with pytest.raises(LimitExceeded):
        world.accounts.verify_second_factor(other.ticket.secret, world.code(device), origin=HERE)
    world.accounts.step_up(world.who(session), world.code(device), origin=HERE)


def test_whoever_has_the_link_verifies_the_address_whatever_is_tried_at_the_door(world: World) -> None:
    world.accounts.register_user(ANA, PASSWORD, name="Ana", origin=HERE)
    hammer(world)
    world.verify()
    assert world.accounts.show_user(ANA).may_enter


def test_whoever_has_the_link_lets_a_lost_factor_go_whatever_is_tried_at_the_door(world: World) -> None:
    user = world.a_user()
    world.enrol()
    world.clock.pass_(timedelta(hours=72))
    world.a_user("ivo@example.com", Role.ADMIN)
    _, _, session = world.enrol("ivo@example.com")
    world.accounts.request_second_factor_reset(world.who(session), user.id, reason="lost", origin=HERE)
    hammer(world)
    secret = world.secret_sent(LetterKind.RESET_SECOND_FACTOR)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            world.accounts.confirm_second_factor_reset(secret, "wrong", origin=HERE)
    with pytest.raises(LimitExceeded):
        world.accounts.confirm_second_factor_reset(secret, PASSWORD, origin=HERE)
    world.clock.pass_(timedelta(minutes=15))
    world.accounts.confirm_second_factor_reset(secret, PASSWORD, origin=HERE)


def test_whoever_reads_the_mailbox_signs_in_whatever_is_tried_at_the_door(world: World) -> None:
    world.a_user()
    hammer(world, times=5)
    world.accounts.request_password_reset(ANA, origin=HERE)
    device = world.accounts.reset_password(world.secret_sent(LetterKind.RESET_PASSWORD), NEW, origin=HERE)
    world.accounts.sign_in(ANA, NEW, origin=HERE, device=device)


def test_with_another_password_no_browser_is_known_but_where_it_was_given(world: World) -> None:
    world.a_user()
    elsewhere = world.sign_in()
    assert isinstance(elsewhere, SignedIn)
    me, _ = world.stepped_up(world.session())
    device = world.accounts.change_password(me, PASSWORD, NEW, origin=HERE)
    hammer(world, times=5)
    with pytest.raises(LimitExceeded):
        world.accounts.sign_in(ANA, NEW, origin=HERE, device=elsewhere.device)
    world.accounts.sign_in(ANA, NEW, origin=HERE, device=device)
