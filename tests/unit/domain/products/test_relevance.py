"""Relevance orders what a query finds, from the very number to beginnings of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.products.folding import fold
from coprra.domain.products.relevance import LONGEST_WORD, MOST_WORDS_SAID, Query, Relevance, said_words
from coprra.testing.builders import gtin_of

MILK = gtin_of(1)


def relevance(query: str, name: str = "Fresh milk", brand: str = "Dukat") -> Relevance | None:
    return Query(tuple(fold(query).split())).relevance(fold(name), said_words([fold(f"{name} {brand}")]), (MILK,))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (MILK.value, Relevance.GTIN),
        (MILK.short, Relevance.GTIN),
        ("", Relevance.NAME),
        ("f", Relevance.NAME),
        ("fresh mi", Relevance.NAME),
        ("milk", Relevance.WORDS),
        ("dukat fresh", Relevance.WORDS),
        ("milk duk", Relevance.TYPING),
        ("mil", Relevance.TYPING),
        ("mil dukat", Relevance.BEGINNINGS),
        ("mil duk", Relevance.BEGINNINGS),
        ("mi", None),
        ("milk du", None),
        ("ilk", None),
        ("milk soap", None),
        (gtin_of(2).value, None),
    ],
)
def test_the_best_that_fits_is_what_counts(query: str, expected: Relevance | None) -> None:
    assert relevance(query) is expected


def test_a_query_repeats_words_only_where_a_name_does() -> None:
    assert relevance("bora bora", "Bora Bora 1 l") is Relevance.NAME
    assert relevance("milk milk") is Relevance.WORDS


def test_what_is_said_of_a_product_is_bounded() -> None:
    assert said_words(["a" * 100, "b a"]) == ("a", "a" * LONGEST_WORD, "b")
    assert len(said_words(str(number) for number in range(10_000))) == MOST_WORDS_SAID
    assert said_words(reversed([str(number) for number in range(10_000)])) == said_words(map(str, range(10_000)))


@given(st.lists(st.text(), min_size=1), st.data())
def test_every_beginning_of_a_name_and_every_word_that_is_said_finds_the_product(
    names: list[str], data: st.DataObject
) -> None:
    texts = [fold(name) for name in names]
    said, name = said_words(texts), data.draw(st.sampled_from(texts))
    begun = name[: data.draw(st.integers(0, len(name)))]
    assert Query(tuple(begun.split())).relevance(name, said, ()) is Relevance.NAME
    for word in said:
        assert Query((word,)).relevance("", said, ()) is Relevance.WORDS
        assert Query((word[:3],)).relevance("", said, ()) is not None or len(word) < 3
