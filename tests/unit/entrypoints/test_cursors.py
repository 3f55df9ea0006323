"""A cursor says where a page ended, in one word that is safe in a URL, and no other text is one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.entrypoints.answers.cursors import InvalidCursor, opened, sealed

places = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3)


@given(places)
def test_every_place_is_read_back(place: list[str]) -> None:
    word = sealed(place)
    assert re.fullmatch("[A-Za-z0-9_-]+", word)
    assert opened(word) == place


@given(st.text())
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(InvalidCursor):
        opened(text)


@pytest.mark.parametrize("word", ["", "e30", "W10", "WzFd", "bnVsbA", "MQ", "WyJhIiwiYiJd", "!!!", "[[[[" * 2000])
def test_json_of_another_shape_is_none(word: str) -> None:
    with pytest.raises(InvalidCursor):
        opened(word)
