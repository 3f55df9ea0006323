"""One's own account: password, address, deletion and what is kept about oneself."""

from datetime import timedelta

import pytest

from coprra.domain.kernel.text import InvalidText
from coprra.domain.sessions.sign_in import InvalidCredentials
from coprra.domain.sessions.token import InvalidToken
from coprra.domain.users.confirmation import WrongPassword
from coprra.domain.users.identity import NotSignedIn, StepUpRequired
from coprra.domain.users.last_admin import LastAdmin
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.link import InvalidMailLink
from coprra.domain.users.password import InvalidPassword
from coprra.domain.users.role import Role
from coprra.domain.users.user import UnknownUser
from coprra.testing.accounts import ANA, HERE, PASSWORD, World
from coprra.testing.builders import TESTER

NEW = "eleven purple bicycles"


def forget(world: World, email: str = ANA) -> str:
    world.clock.pass_(timedelta(hours=1))
    world.accounts.request_password_reset(email, origin=HERE)
    return world.secret_sent(LetterKind.RESET_PASSWORD)


def test_another_password_needs_a_fresh_proof_and_the_one_before(world: World) -> None:
    world.a_user()
    session = world.session()
    with pytest.raises(StepUpRequired):
        world.accounts.change_password(world.who(session), PASSWORD, NEW, origin=HERE)
    me, session = world.stepped_up(session)
    with pytest.raises(WrongPassword):
        world.accounts.change_password(me, "wrong", NEW, origin=HERE)
    with pytest.raises(InvalidPassword):
        world.accounts.change_password(me, PASSWORD, "short", origin=HERE)
    world.accounts.change_password(me, PASSWORD, NEW, origin=HERE)
    with pytest.raises(InvalidCredentials):
        world.sign_in()
    world.sign_in(password=NEW)


def test_another_password_ends_every_other_session_every_token_and_older_links(world: World) -> None:
    world.a_user()
    other, tokens = world.session(), world.tokens()
    reset = forget(world)
    me, own = world.stepped_up(world.session())
    world.accounts.request_email_change(me, "thief@example.com", origin=HERE)
    world.accounts.change_password(me, PASSWORD, NEW, origin=HERE)
    world.who(own)
    with pytest.raises(NotSignedIn):
        world.who(other)
    with pytest.raises(InvalidToken):
        world.accounts.authenticate_token(tokens.access.text)
    with pytest.raises(InvalidMailLink):
        world.accounts.reset_password(reset, NEW, origin=HERE)
    with pytest.raises(InvalidMailLink):
        world.accounts.confirm_email_change(world.secret_sent(LetterKind.CHANGE_EMAIL), origin=HERE)
    assert LetterKind.PASSWORD_CHANGED in world.kinds_of_letters()


def test_a_forgotten_password_is_replaced_once_and_signs_nobody_in(world: World) -> None:
    world.a_user()
    session, secret = world.session(), forget(world)
    with pytest.raises(InvalidPassword):
        world.accounts.reset_password(secret, "short", origin=HERE)
    world.accounts.reset_password(secret, NEW, origin=HERE)
    with pytest.raises(NotSignedIn):
        world.who(session)
    with pytest.raises(InvalidMailLink):
        world.accounts.reset_password(secret, "a third long password", origin=HERE)
    world.sign_in(password=NEW)


def test_a_reset_link_is_good_for_half_an_hour_and_for_nothing_else(world: World) -> None:
    world.a_user()
    secret = forget(world)
    with pytest.raises(InvalidMailLink):
        world.accounts.verify_email(secret, PASSWORD, origin=HERE)
    for use in (world.accounts.confirm_email_change, world.accounts.unlock_second_factor):
        with pytest.raises(InvalidMailLink):
            use(secret, origin=HERE)
    world.clock.pass_(timedelta(minutes=30))
    with pytest.raises(InvalidMailLink):
        world.accounts.reset_password(secret, NEW, origin=HERE)


def test_nobody_gets_mail_who_has_no_account_or_a_disabled_one(world: World) -> None:
    user = world.a_user()
    world.accounts.request_password_reset("nobody@example.com", origin=HERE)
    world.accounts.send_verification(ANA, origin=HERE)
    world.accounts.disable_user(user.id, by=TESTER)
    world.accounts.request_password_reset(ANA, origin=HERE)
    world.accounts.request_unlock(ANA, origin=HERE)
    assert world.letters == []


def test_who_resets_an_unverified_account_has_proved_its_mailbox(world: World) -> None:
    world.accounts.register_user(ANA, PASSWORD, name="Ana", origin=HERE)
    world.accounts.reset_password(forget(world), NEW, origin=HERE)
    world.sign_in(password=NEW)


def test_another_address_is_proved_first_and_the_old_one_is_told(world: World) -> None:
    world.a_user()
    old_link = forget(world)
    me, _ = world.stepped_up(world.session())
    world.accounts.request_email_change(me, "Anna@example.com", origin=HERE)
    assert world.accounts.show_user(ANA).email.text == ANA
    secret = world.secret_sent(LetterKind.CHANGE_EMAIL)
    assert world.letters[-1].to.text == "Anna@example.com"
    world.accounts.confirm_email_change(secret, origin=HERE)
    assert (world.letters[-1].kind, world.letters[-1].to.text) == (LetterKind.EMAIL_CHANGED, ANA)
    with pytest.raises(InvalidMailLink):
        world.accounts.confirm_email_change(secret, origin=HERE)
    with pytest.raises(InvalidMailLink):
        world.accounts.reset_password(old_link, NEW, origin=HERE)
    world.sign_in("anna@example.com")
    with pytest.raises(InvalidCredentials):
        world.sign_in()


def test_an_address_that_is_or_gets_taken_is_never_told_to_who_asks(world: World) -> None:
    world.a_user()
    world.a_user("ivo@example.com")
    me, _ = world.stepped_up(world.session())
    world.accounts.request_email_change(me, "ivo@example.com", origin=HERE)
    assert world.kinds_of_letters() == [LetterKind.ALREADY_REGISTERED]
    world.accounts.request_email_change(me, "new@example.com", origin=HERE)
    world.a_user("new@example.com")
    with pytest.raises(InvalidMailLink):
        world.accounts.confirm_email_change(world.secret_sent(LetterKind.CHANGE_EMAIL), origin=HERE)


def test_another_name_is_kept_and_told(world: World) -> None:
    world.a_user()
    me = world.who(world.session())
    world.accounts.change_name(me, "Ana Banana", origin=HERE)
    assert world.accounts.show_user(ANA).name == "Ana Banana"
    assert world.kinds_of_events()[-1] == "account.name"
    for name in ("", "a" * 101, "Ana\x07"):
        with pytest.raises(InvalidText):
            world.accounts.change_name(me, name, origin=HERE)
    assert world.accounts.show_user(ANA).name == "Ana Banana"


def test_a_deleted_account_is_gone_and_its_address_free(world: World) -> None:
    world.a_user()
    session = world.session()
    with pytest.raises(StepUpRequired):
        world.accounts.delete_account(world.who(session), origin=HERE)
    me, session = world.stepped_up(session)
    assert world.accounts.export_own_data(me).user.email.text == ANA
    world.accounts.delete_account(me, origin=HERE)
    with pytest.raises(NotSignedIn):
        world.who(session)
    with pytest.raises(UnknownUser):
        world.accounts.show_user(ANA)
    world.a_user()


def test_the_last_admin_stays(world: World) -> None:
    first = world.a_user(role=Role.ADMIN)
    with pytest.raises(LastAdmin):
        world.accounts.disable_user(first.id, by=TESTER)
    with pytest.raises(LastAdmin):
        world.accounts.change_role(first.id, Role.USER, by=TESTER)
    second = world.a_user("ivo@example.com", Role.ADMIN)
    world.accounts.disable_user(second.id, by=TESTER)
    with pytest.raises(LastAdmin):
        world.accounts.disable_user(first.id, by=TESTER)
    world.accounts.enable_user(second.id, by=TESTER)
    world.accounts.disable_user(first.id, by=TESTER)


def test_an_operator_gives_another_password(world: World) -> None:
    user = world.a_user()
    session = world.session()
    world.accounts.set_password(user.id, NEW, by=TESTER)
    with pytest.raises(NotSignedIn):
        world.who(session)
    world.sign_in(password=NEW)
