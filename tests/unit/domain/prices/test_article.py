"""An article is how a list describes what it sells; other words are another article."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.text import InvalidText
from coprra.domain.prices.article import Article
from coprra.domain.prices.measure import Measure
from coprra.domain.products.folding import fold
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.product import ProductKey

GTINS = (Gtin("03850000000015"), Gtin("03850000000022"))
COLA = Article("konzum", "17", "Čola 0,5 l", "Ćola", "drinks", "0,5 L", Measure.of("0.5", "l"), GTINS)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), min_size=1, max_size=30)


def test_an_article_with_several_gtins_is_several_products() -> None:
    assert COLA.keys == (ProductKey.of_gtin(GTINS[0]), ProductKey.of_gtin(GTINS[1]))


def test_an_article_without_a_gtin_is_a_product_of_its_chain_alone() -> None:
    assert replace(COLA, gtins=()).keys == (ProductKey.of_article("konzum", "17"),)


def test_articles_are_equal_when_every_word_is() -> None:
    twin = replace(COLA)
    assert twin == COLA
    assert hash(twin) == hash(COLA)
    assert COLA != "konzum"
    assert len(COLA.digest) == 16


@pytest.mark.parametrize(
    "other",
    [
        {"chain": "spar"},
        {"sku": "18"},
        {"title": "Cola"},
        {"brand": None},
        {"category": None},
        {"pack": "0.5 L"},
        {"measure": None},
        {"measure": Measure.of("0.6", "l")},
        {"gtins": GTINS[:1]},
        {"brand": "drinks", "category": "Ćola"},
    ],
)
def test_other_words_are_another_article(other: dict[str, object]) -> None:
    assert replace(COLA, **other) != COLA  # type: ignore[arg-type]  # fields by name
    assert replace(COLA, **other).digest != COLA.digest  # type: ignore[arg-type]  # fields by name


def test_a_digest_is_the_same_on_every_machine() -> None:
    assert COLA.digest.hex() == "2cf94c613cbae6695870d561f8ccd211"  # pragma: allowlist secret


def test_title_and_brand_are_what_a_search_compares() -> None:
    assert COLA.search_text == "cola 0 5 l cola"
    assert replace(COLA, brand=None).search_text == "cola 0 5 l"


@pytest.mark.parametrize(
    ("field", "longest"), [("sku", 64), ("title", 500), ("brand", 200), ("category", 64), ("pack", 100)]
)
def test_each_text_is_plain_and_has_a_longest_length(field: str, longest: int) -> None:
    assert getattr(replace(COLA, **{field: "x" * longest}), field) == "x" * longest  # type: ignore[arg-type]  # fields by name
    for text in ("", "x" * (longest + 1), "a\0b"):
        with pytest.raises(InvalidText, match=field):
            replace(COLA, **{field: text})  # type: ignore[arg-type]  # fields by name


@given(title=_TEXTS, brand=_TEXTS)
def test_title_and_brand_are_folded_apart_as_they_would_be_together(title: str, brand: str) -> None:
    article = Article("konzum", "1", title, brand)
    assert article.search_text == fold(f"{title} {brand}")
