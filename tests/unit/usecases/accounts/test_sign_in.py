"""Signing in by password: what is wrong is not told, and guessing is bounded."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coprra.domain.kernel.errors import CoprraError
from coprra.domain.limits.limit import LimitExceeded
from coprra.domain.limits.origin import Origin
from coprra.domain.sessions.entry import NewTokens, SignedIn
from coprra.domain.sessions.events import SignedInAfterFailures, SignInLocked
from coprra.domain.sessions.sign_in import InvalidCredentials
from coprra.domain.sessions.ticket import Channel, Wish
from coprra.domain.users.identity import NotAllowed, NotSignedIn
from coprra.domain.users.password import InvalidPassword
from coprra.domain.users.ports import Hasher
from coprra.domain.users.role import Permission, Role
from coprra.testing.accounts import ANA, HERE, PASSWORD, World
from coprra.testing.builders import TESTER

ELSEWHERE = Origin("198.51.100.7")


class Compared(Hasher):
    """Counts how often a password is compared, whoever's it is."""

    def __init__(self, hasher: Hasher) -> None:
        self._hasher = hasher
        self.compared = 0

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        self.compared += 1
        return self._hasher.verify(stored, password)

    def is_outdated(self, stored: str) -> bool:
        return self._hasher.is_outdated(stored)


def attempt(world: World, email: str = ANA, *, origin: Origin = HERE, device: str = "") -> None:
    with pytest.raises(InvalidCredentials):
        world.accounts.sign_in(email, "wrong", origin=origin, device=device)


def test_every_failure_says_the_same_after_the_same_work(world: World) -> None:
    world.a_user()
    disabled, unverified = world.a_user("disabled@example.com"), "unverified@example.com"
    world.accounts.disable_user(disabled.id, by=TESTER)
    world.accounts.register_user(unverified, PASSWORD, name="U", origin=ELSEWHERE)
    hasher = Compared(world.accounts.sign_in.hasher)
    sign_in = replace(world.accounts.sign_in, hasher=hasher)
    said = set()
    cases = [
        (ANA, "wrong password"),
        (ANA, ""),
        (ANA, "x" * 129),
        (ANA, PASSWORD + " "),
        ("nobody@example.com", PASSWORD),
        ("no address", PASSWORD),
        ("\ud800@example.com", PASSWORD),
        ("disabled@example.com", PASSWORD),
        (unverified, PASSWORD),
    ]
    for number, (email, password) in enumerate(cases, 1):
        with pytest.raises(InvalidCredentials) as refusal:
            sign_in(email, password, origin=HERE)
        said.add((refusal.value.code, refusal.value.message))
        assert hasher.compared == number
    assert len(said) == 1


def test_half_a_character_is_refused_before_anything_is_looked_up(world: World) -> None:
    with pytest.raises(InvalidPassword):
        world.accounts.sign_in(ANA, "\ud800", origin=HERE)


@pytest.mark.parametrize("email", [ANA, "nobody@example.com", "no address"])
def test_a_name_is_tried_five_times_in_a_quarter_of_an_hour_known_or_not(world: World, email: str) -> None:
    world.a_user()
    for number in range(5):
        attempt(world, email, origin=Origin(f"192.0.2.{number}"))
    with pytest.raises(LimitExceeded) as refusal:
        world.accounts.sign_in(email, PASSWORD, origin=ELSEWHERE)
    assert refusal.value.retry_after == 900
    world.clock.pass_(timedelta(minutes=15))
    attempt(world, email)


def test_a_place_tries_twenty_times_in_five_minutes_whatever_the_names(world: World) -> None:
    for number in range(20):
        attempt(world, f"a{number}@example.com")
    with pytest.raises(LimitExceeded):
        world.accounts.sign_in("new@example.com", "wrong", origin=HERE)
    attempt(world, "new@example.com", origin=ELSEWHERE)


def test_who_signs_in_rightly_is_never_locked_out_by_it(world: World) -> None:
    world.a_user()
    for _ in range(7):
        world.accounts.sign_in(ANA, PASSWORD, origin=HERE)


def test_who_signs_in_after_failures_that_still_count_is_told(world: World) -> None:
    world.a_user()
    for origin in (HERE, ELSEWHERE):
        attempt(world, origin=origin)
    entered = world.accounts.sign_in(ANA, PASSWORD, origin=HERE)
    assert isinstance(entered, SignedIn)
    world.clock.pass_(timedelta(minutes=15))
    attempt(world, device=entered.device)
    for _ in range(2):
        world.accounts.sign_in(ANA, PASSWORD, origin=HERE, device=entered.device)
    world.session()
    told = [one.failures for one in world.events if isinstance(one, SignedInAfterFailures)]
    assert told == [2, 1, 1]
    assert world.kinds_of_events()[-2:] == ["login.after_fail", "login.ok"]


@pytest.mark.parametrize("email", [ANA, "nobody@example.com"])
def test_that_a_name_is_locked_is_told_once_until_it_may_be_tried_again(world: World, email: str) -> None:
    user = world.a_user()
    for _ in range(2):
        for number in range(8):
            with pytest.raises(CoprraError):
                world.accounts.sign_in(email, "wrong", origin=Origin(f"192.0.2.{number}"))
        world.clock.pass_(timedelta(minutes=15))
    told = [(one.user, one.origin.address) for one in world.events if isinstance(one, SignInLocked)]
    assert told == [(user.id if email == ANA else None, "192.0.2.5")] * 2


def test_that_a_network_is_full_is_not_told_of_a_name(world: World) -> None:
    for number in range(22):
        with pytest.raises(CoprraError):
            world.accounts.sign_in(f"a{number}@example.com", "wrong", origin=HERE)
    assert set(world.kinds_of_events()) == {"login.fail"}


def test_a_stranger_can_not_lock_out_a_known_device(world: World) -> None:
    world.a_user()
    entered = world.accounts.sign_in(ANA, PASSWORD, origin=HERE)
    assert isinstance(entered, SignedIn)
    for number in range(5):
        attempt(world, origin=Origin(f"203.0.113.{number}"))
    for forged in ("", "x", "\u017e.k1.\u017e", "\ud800", entered.device[:-1] + "z"):
        with pytest.raises(LimitExceeded):
            world.accounts.sign_in(ANA, PASSWORD, origin=HERE, device=forged)
    world.accounts.sign_in(ANA, PASSWORD, origin=HERE, device=entered.device)
    for _ in range(5):
        attempt(world, device=entered.device)
    with pytest.raises(LimitExceeded):
        world.accounts.sign_in(ANA, PASSWORD, origin=HERE, device=entered.device)


def test_a_device_that_is_known_to_one_account_is_unknown_to_another(world: World) -> None:
    world.a_user()
    world.a_user("ivo@example.com")
    entered = world.accounts.sign_in("ivo@example.com", PASSWORD, origin=HERE)
    assert isinstance(entered, SignedIn)
    for _ in range(5):
        attempt(world, device=entered.device)
    with pytest.raises(LimitExceeded):
        world.accounts.sign_in(ANA, PASSWORD, origin=HERE, device=entered.device)


def test_an_outdated_hash_is_made_anew_by_the_right_password_alone(world: World) -> None:
    user = world.a_user()
    outdated = Compared(world.accounts.sign_in.hasher)
    outdated.is_outdated = lambda stored: stored == user.password_hash  # type: ignore[method-assign]  # the test's own
    sign_in = replace(world.accounts.sign_in, hasher=outdated)
    sign_in(ANA, PASSWORD, origin=HERE)
    rehashed = world.accounts.show_user(ANA)
    assert rehashed.password_hash != user.password_hash
    assert rehashed.password_version == user.password_version
    world.sign_in()


def test_an_admin_without_a_second_factor_may_only_set_one_up(world: World) -> None:
    world.a_user(role=Role.ADMIN)
    me = world.who(world.session())
    assert me.permissions == {Permission.READ_PRICES, Permission.ENTER_ACCOUNT}


def test_tokens_of_a_sign_in_may_no_more_than_was_wished_for(world: World) -> None:
    world.a_user()
    tokens = world.tokens(abilities=frozenset({Permission.READ_PRICES}))
    me = world.accounts.authenticate_token(tokens.access.text)
    assert me.permissions == {Permission.READ_PRICES}
    with pytest.raises(NotAllowed):
        world.tokens(abilities=frozenset({Permission.MANAGE_USERS}))


def test_nothing_shows_a_secret_in_its_repr(world: World) -> None:
    world.a_user()
    entered = world.sign_in(wish=Wish(channel=Channel.API))
    assert isinstance(entered, SignedIn)
    assert isinstance(entered.entry, NewTokens)
    shown = repr((entered, world.events, world.letters))
    for secret in (entered.entry.access.text, entered.entry.refresh.text, entered.user.password_hash, entered.device):
        assert secret not in shown


def test_who_is_disabled_or_has_another_role_is_out_at_once(world: World) -> None:
    user = world.a_user()
    session, tokens = world.session(), world.tokens()
    world.accounts.change_role(user.id, Role.MODERATOR, by=TESTER)
    with pytest.raises(NotSignedIn):
        world.who(session)
    session = world.session()
    world.accounts.disable_user(user.id, by=TESTER)
    with pytest.raises(NotSignedIn):
        world.who(session)
    assert world.accounts.list_tokens(user.id) == ()
    world.accounts.enable_user(user.id, by=TESTER)
    with pytest.raises(NotSignedIn):
        world.who(session)
    world.session()
    assert tokens.access.text not in repr(world.events)
