"""Plain text: lengths are a rule of the domain, and control characters are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.text import InvalidText, plain_text

printable = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn")), min_size=1, max_size=20)
forbidden = st.characters(categories=("Cc", "Cs", "Co", "Cn"))


@given(text=printable)
def test_text_comes_back_as_it_was_given(text: str) -> None:
    assert plain_text("title", text, 20) == text


@given(before=printable, letter=forbidden, after=printable)
def test_one_control_character_spoils_a_text(before: str, letter: str, after: str) -> None:
    with pytest.raises(InvalidText, match="title holds a control character"):
        plain_text("title", f"{before}{letter}{after}", 100)


@pytest.mark.parametrize("text", ["\n", "a\0b", "a\tb", "\ud800", "\x1b[31m", "\x7f", "\x85"])
def test_what_strangers_smuggle_into_names_is_refused(text: str) -> None:
    with pytest.raises(InvalidText):
        plain_text("title", text, 100)


@pytest.mark.parametrize("text", ["Čokolada", "soft\u00adhyphen", "no\u00a0break", "👩\u200d🍳", "ש\u05c1"])
def test_letters_marks_and_invisible_joiners_of_any_script_are_plain(text: str) -> None:
    assert plain_text("title", text, 100) == text


def test_a_length_is_counted_in_characters_from_one_to_the_longest() -> None:
    assert plain_text("title", "Ž" * 5, 5) == "ŽŽŽŽŽ"
    with pytest.raises(InvalidText, match="title needs 1 to 5 characters, not 6"):
        plain_text("title", "Ž" * 6, 5)
    with pytest.raises(InvalidText, match="title needs 1 to 5 characters, not 0"):
        plain_text("title", "", 5)


def test_a_refusal_never_repeats_the_text() -> None:
    with pytest.raises(InvalidText) as refusal:
        plain_text("title", "secret\0", 100)
    assert "secret" not in refusal.value.message
