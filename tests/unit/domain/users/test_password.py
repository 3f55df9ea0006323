"""Passwords: any characters, long enough, and no names that strangers know."""

import pytest

from coprra.domain.users.password import InvalidPassword, check_length, check_own_words


@pytest.mark.parametrize("password", ["a" * 12, "🦊" * 12, " " * 12, "пароль из слов", "a" * 128, "e\u0301" * 6])
def test_any_characters_do(password: str) -> None:
    check_length(password)


@pytest.mark.parametrize("password", ["", "a" * 11, "a" * 129, "e\u0301" * 5, "long enough \ud800"])
def test_too_short_too_long_and_half_characters_are_refused_without_repeating_them(password: str) -> None:
    with pytest.raises(InvalidPassword) as refusal:
        check_length(password)
    assert not password or password not in refusal.value.message


@pytest.mark.parametrize(
    "password",
    ["coprracoprra", "Coprra-2026!", "ana.anic@example.com", "ANICanicANIC", "example example 12", "coprra coprra ana"],
)
def test_names_that_strangers_know_are_refused_by_themselves(password: str) -> None:
    with pytest.raises(InvalidPassword):
        check_own_words(password, ["ana", "anic", "example", "com"])


@pytest.mark.parametrize("password", ["coprra horse battery", "ana ate nine apples", "!?!?!?!?!?!?", "mama_company"])
def test_names_beside_enough_else_are_fine(password: str) -> None:
    check_own_words(password, ["ana", "anic"])
