"""In which language somebody is written to: their own once the mailbox is proved, until then that of who asks."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from coprra.domain.users.language import Language
from coprra.domain.users.letter import LetterKind
from coprra.testing.accounts import ANA, HERE, PASSWORD, World

ENGLISH, GERMAN = Language.ENGLISH, Language.GERMAN
Ask = Callable[[World, Language], None]

ASKS: dict[str, Ask] = {
    "reset": lambda world, said: world.accounts.request_password_reset(ANA, origin=HERE, language=said),
    "register": lambda world, said: world.accounts.register_user(ANA, PASSWORD, name="Eve", origin=HERE, language=said),
}


def languages(world: World) -> list[Language]:
    """Of all letters that were sent, in order."""
    return [one.language for one in world.letters]


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_who_has_proved_the_mailbox_is_written_to_in_their_language_whoever_asks(world: World, ask: Ask) -> None:
    world.accounts.register_user(ANA, PASSWORD, name="Ana", origin=HERE, language=GERMAN)
    world.verify()
    ask(world, ENGLISH)
    assert languages(world) == [GERMAN, GERMAN]
    assert world.accounts.show_user(ANA).language is GERMAN


def test_until_the_mailbox_is_proved_letters_are_in_the_language_of_who_asks(world: World) -> None:
    world.accounts.register_user(ANA, PASSWORD, name="Ana", origin=HERE, language=ENGLISH)
    world.accounts.send_verification(ANA, origin=HERE, language=GERMAN)
    world.accounts.request_password_reset(ANA, origin=HERE, language=GERMAN)
    assert languages(world) == [ENGLISH, GERMAN, GERMAN]
    assert world.accounts.show_user(ANA).language is ENGLISH
    world.accounts.register_user(ANA, PASSWORD, name="Ana", origin=HERE, language=GERMAN)
    assert world.accounts.show_user(ANA).language is GERMAN


def test_a_mailbox_that_nobody_has_proved_is_written_to_in_the_language_of_who_wants_it(world: World) -> None:
    world.accounts.register_user("new@example.com", PASSWORD, name="New", origin=HERE, language=ENGLISH)
    world.a_user()
    me, _ = world.stepped_up(world.session())
    world.accounts.change_language(me, GERMAN, origin=HERE)
    world.accounts.request_email_change(me, "new@example.com", origin=HERE)
    assert (world.kinds_of_letters()[-1], languages(world)[-1]) == (LetterKind.ALREADY_REGISTERED, GERMAN)


def test_another_language_is_kept_told_and_exported_and_letters_come_in_it(world: World) -> None:
    world.a_user()
    me, _ = world.stepped_up(world.session())
    world.accounts.change_language(me, GERMAN, origin=HERE)
    assert world.kinds_of_events()[-1] == "account.language"
    assert world.accounts.export_own_data(me).user.language is GERMAN
    world.accounts.request_email_change(me, "new@example.com", origin=HERE)
    world.clock.pass_(timedelta(minutes=1))
    world.accounts.confirm_email_change(world.secret_sent(LetterKind.CHANGE_EMAIL), origin=HERE)
    assert languages(world) == [GERMAN, GERMAN]
