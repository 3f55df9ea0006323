"""Registering: the answer says nothing about who has an account, the mailbox does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coprra.adapters.argon2.hasher import Argon2Hasher
from coprra.adapters.zxcvbn.common_passwords import ZxcvbnCommonPasswords
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.limits.limit import LimitExceeded
from coprra.domain.limits.origin import Origin
from coprra.domain.sessions.entry import SignedIn
from coprra.domain.sessions.sign_in import InvalidCredentials
from coprra.domain.users.confirmation import WrongPassword
from coprra.domain.users.email import EmailAddress, InvalidEmail
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.link import InvalidMailLink
from coprra.domain.users.new_password import NewPasswords
from coprra.domain.users.password import InvalidPassword
from coprra.domain.users.ports import BreachedPasswords
from coprra.domain.users.role import Role
from coprra.testing.accounts import ANA, HERE, PASSWORD, World, cheap_hasher

STRANGERS = "a stranger's password"  # pragma: allowlist secret


def register(world: World, email: str = ANA, password: str = PASSWORD, origin: Origin = HERE) -> None:
    world.accounts.register_user(email, password, name="Ana", origin=origin)


def test_a_new_account_is_entered_after_its_mailbox_was_proved(world: World) -> None:
    register(world)
    with pytest.raises(InvalidCredentials):
        world.sign_in()
    world.verify()
    assert isinstance(world.sign_in(), SignedIn)
    assert world.accounts.show_user(ANA).role is Role.USER
    assert world.kinds_of_events() == ["account.register", "login.fail", "account.verify", "login.ok"]


def test_a_link_verifies_once_and_only_until_it_is_a_day_old(world: World) -> None:
    register(world)
    secret = world.secret_sent(LetterKind.VERIFY_EMAIL)
    world.clock.pass_(timedelta(hours=24))
    with pytest.raises(InvalidMailLink):
        world.accounts.verify_email(secret, PASSWORD, origin=HERE)
    world.clock.pass_(-timedelta(microseconds=1))
    world.accounts.verify_email(secret, PASSWORD, origin=HERE)
    for spelling in (secret, secret + "=", secret[:-1] + chr(ord(secret[-1]) + 1)):
        with pytest.raises(InvalidMailLink):
            world.accounts.verify_email(spelling, PASSWORD, origin=HERE)


def test_a_taken_address_gets_a_letter_and_nothing_else_happens(world: World) -> None:
    user = world.a_user()
    register(world, "ANA@example.com", "another long password")
    assert world.kinds_of_letters() == [LetterKind.ALREADY_REGISTERED]
    assert world.accounts.show_user(ANA) == user


def test_until_the_mailbox_is_proved_the_newest_registration_counts(world: World) -> None:
    world.accounts.register_user(ANA, STRANGERS, name="Eve", origin=HERE)
    first = world.secret_sent(LetterKind.VERIFY_EMAIL)
    register(world)
    with pytest.raises(InvalidMailLink):
        world.accounts.verify_email(first, STRANGERS, origin=HERE)
    world.accounts.send_verification(ANA, origin=HERE)
    world.verify()
    assert world.accounts.show_user(ANA).name == "Ana"
    with pytest.raises(InvalidCredentials):
        world.sign_in(password=STRANGERS)
    assert isinstance(world.sign_in(), SignedIn)


def test_a_link_verifies_nothing_without_the_password_and_is_good_for_another_try(world: World) -> None:
    register(world)
    for wrong in (STRANGERS, "", "x" * 1000):
        with pytest.raises(WrongPassword):
            world.verify(wrong)
    with pytest.raises(InvalidCredentials):
        world.sign_in()
    world.verify()
    assert isinstance(world.sign_in(), SignedIn)


def test_passwords_are_guessed_at_a_link_five_times_in_a_quarter_of_an_hour(world: World) -> None:
    register(world)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            world.verify(STRANGERS)
    with pytest.raises(LimitExceeded):
        world.verify()
    world.clock.pass_(timedelta(minutes=15))
    world.verify()


def test_who_finds_a_stranger_at_their_address_takes_it_back_by_a_reset(world: World) -> None:
    register(world)
    register(world, password=STRANGERS)
    with pytest.raises(WrongPassword):
        world.verify()
    world.accounts.request_password_reset(ANA, origin=HERE)
    world.accounts.reset_password(world.secret_sent(LetterKind.RESET_PASSWORD), PASSWORD, origin=HERE)
    with pytest.raises(InvalidCredentials):
        world.sign_in(password=STRANGERS)
    assert isinstance(world.sign_in(), SignedIn)


def test_a_registration_while_a_password_is_compared_voids_the_link(world: World) -> None:
    register(world, password=STRANGERS)
    secret = world.secret_sent(LetterKind.VERIFY_EMAIL)

    class RegisteredMeanwhile(Argon2Hasher):
        def verify(self, stored: str | None, password: str) -> bool:
            register(world)
            return super().verify(stored, password)

    hasher = RegisteredMeanwhile(memory_kib=8)
    confirmation = replace(world.accounts.verify_email.confirmation, hasher=hasher)
    with pytest.raises(InvalidMailLink):
        replace(world.accounts.verify_email, confirmation=confirmation)(secret, STRANGERS, origin=HERE)
    world.verify()
    assert isinstance(world.sign_in(), SignedIn)


def test_mail_is_asked_for_three_times_an_hour_for_one_address_known_or_not(world: World) -> None:
    world.a_user()
    for email in (ANA, "nobody@example.com"):
        for _ in range(3):
            world.accounts.request_password_reset(email, origin=Origin("203.0.113.9"))
        with pytest.raises(LimitExceeded):
            world.accounts.request_password_reset(email, origin=HERE)


def test_whoever_asks_for_useless_letters_keeps_nobody_from_a_reset(world: World) -> None:
    world.a_user()
    for _ in range(3):
        world.accounts.send_verification(ANA, origin=Origin("203.0.113.9"))
    world.accounts.request_password_reset(ANA, origin=HERE)
    assert [one.kind for one in world.letters] == [LetterKind.RESET_PASSWORD]


def test_nobody_speaks_through_a_name_to_a_mailbox_that_was_not_proved(world: World) -> None:
    world.accounts.register_user(ANA, PASSWORD, name="You were robbed", origin=HERE)
    world.accounts.request_password_reset(ANA, origin=HERE)
    assert {one.name for one in world.letters} == {""}


def test_mail_is_asked_for_ten_times_an_hour_from_one_place(world: World) -> None:
    for number in range(10):
        world.accounts.request_password_reset(f"a{number}@example.com", origin=Origin("2001:db8::1"))
    with pytest.raises(LimitExceeded):
        register(world, "new@example.com", origin=Origin("2001:db8::2"))
    register(world, "new@example.com", origin=Origin("2001:db8:0:1::2"))


@pytest.mark.parametrize(
    ("email", "password", "error"),
    [
        ("ana", PASSWORD, InvalidEmail),
        (ANA, "too short", InvalidPassword),
        (ANA, "ana@example.com", InvalidPassword),
        (ANA, "qwerty123456", InvalidPassword),
        (ANA, "long enough \ud800", InvalidPassword),
    ],
)
def test_what_breaks_a_rule_is_refused(world: World, email: str, password: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        register(world, email, password)
    assert world.accounts.list_users() == ()


class Breaches(BreachedPasswords):
    def __init__(self, *answers: bool | Unavailable) -> None:
        self._answers = list(answers)

    def hold(self, password: str) -> bool:  # noqa: ARG002  # it knows the answers
        answer = self._answers.pop(0)
        if isinstance(answer, Unavailable):
            raise answer
        return answer


def test_a_password_from_a_breach_is_refused_and_an_unasked_one_is_taken() -> None:
    breaches = Breaches(True, False, Unavailable("Not now."))
    passwords = NewPasswords(cheap_hasher(), ZxcvbnCommonPasswords(), breaches)

    ana = EmailAddress.read(ANA)
    with pytest.raises(InvalidPassword, match="breach"):
        passwords.take(PASSWORD, ana, "Ana")
    assert [passwords.take(PASSWORD, ana, "Ana").unasked for _ in range(2)] == [False, True]
