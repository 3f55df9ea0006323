"""Folding: every way to write a name is found by every other."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coprra.domain.products.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("SREDSTVA ZA ČIŠĆENJE", "sredstva za ciscenje"),
        ("Đurđica", "durdica"),
        ("ŁÓDŹ", "lodz"),
        ("Straße STRASSE STRAẞE", "strasse strasse strasse"),
        ("Smørrebrød, æble & Œuf", "smorrebrod aeble oeuf"),
        ("Þór Ðog ħ ŋ ŧ", "thor dog h n t"),
        ("L'Oréal Paris", "l oreal paris"),
        ("İstanbul ısı", "istanbul isi"),
        ("ČAJ K PLUS MENTA 20X1.5g", "caj k plus menta 20x1 5g"),
        ("  a\t\n--__b  ", "a b"),
        ("½ l", "1 2 l"),
        ("ﬁn №5 ℡", "fin no5 tel"),
        ("Scho\u00adko\u200blade", "schokolade"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Кефир ЙОГУРТ", "кефир иогурт"),
        ("日本酒", "日本酒"),
        ("", ""),
        ("!?", ""),
    ],
)
def test_case_accents_and_signs_do_not_matter(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
@example("ͅΑ")
@example("ﬃ℡K")
@example("ŉİ")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_spellings_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)


@given(st.text(st.characters(max_codepoint=0x17F)))
def test_latin_text_folds_alike_in_both_cases(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())


@given(st.text())
def test_words_are_letters_and_digits_one_blank_apart(text: str) -> None:
    words = fold(text).split(" ")
    assert words == [""] or all(word.isalnum() for word in words)


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_the_short_way_for_ascii_gives_what_the_long_way_gives(text: str) -> None:
    assert fold(f"{text} č") == f"{fold(text)} c".strip()


def test_a_long_hostile_text_is_folded_in_one_pass() -> None:
    assert fold("a\u0301" * 100_000) == "a" * 100_000
