"""What a column says several times, or in parts, is one text, and is read back."""

from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.feeds.merchant.values import every, first, for_people, joined, parts_of, with_parts

# What a document can hold: no control characters.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
SAID = TEXTS.filter(lambda text: bool(text.strip()))


@given(st.lists(SAID, max_size=4))
def test_several_values_are_read_back(values: list[str]) -> None:
    assert every(joined(values)) == values
    assert first(joined(values)) == (values[0] if values else "")


def test_blank_values_are_none() -> None:
    assert every(joined(["", "a", " "])) == ["a"]
    assert every("") == []


@given(st.dictionaries(TEXTS, TEXTS.map(str.strip), min_size=1, max_size=4))
def test_parts_are_read_back(parts: dict[str, str]) -> None:
    assert parts_of(with_parts(parts.items())) == parts


def test_of_a_repeated_part_the_first_counts() -> None:
    assert parts_of(with_parts([("price", " 1 "), ("price", "2")])) == {"price": "1"}


@given(TEXTS)
def test_a_plain_text_is_shown_as_it_is(text: str) -> None:
    assert for_people(text) == (text if text.strip() else "")


@given(TEXTS)
def test_plain_text_has_no_parts(text: str) -> None:
    assert parts_of(text) is None
