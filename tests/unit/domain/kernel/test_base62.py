"""Base 62: every number once, in as many letters as were asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.base62 import ALPHABET, base62, drawn_text


@given(st.integers(0, 62**6 - 1))
def test_it_can_be_read_back(number: int) -> None:
    text = base62(number, 6)
    assert len(text) == 6
    assert sum(ALPHABET.index(letter) * 62**place for place, letter in enumerate(reversed(text))) == number


def test_a_number_that_has_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="more digits"):
        base62(62**6, 6)


def test_drawn_texts_have_the_length_that_was_asked_for() -> None:
    assert drawn_text(b"\xff" * 24, 22) != drawn_text(b"\xfe" * 24, 22)
    assert len(drawn_text(b"\x00" * 24, 22)) == 22
