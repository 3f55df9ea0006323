"""A product is found by its id or GTIN, and is the same whatever order its lists came in."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.products.gtin import Gtin, InvalidGtin, read_gtin
from coprra.domain.products.product import (
    InvalidProductId,
    ProductId,
    ProductKey,
    UnknownProduct,
    fuller,
    plainer,
    read_product_key,
    read_product_reference,
)

MILK = Gtin("03850104047367")
texts = st.none() | st.text(max_size=6)


def test_a_gtin_leads_every_store_to_one_product() -> None:
    key = ProductKey.of_gtin(MILK)
    assert key.is_gtin
    assert key.value == "03850104047367"


def test_an_article_number_leads_nobody_outside_its_chain() -> None:
    konzum, spar = ProductKey.of_article("konzum", "17"), ProductKey.of_article("spar", "17")
    assert not konzum.is_gtin
    assert konzum != spar
    assert ProductId.born_of(konzum) != ProductId.born_of(spar)


def test_an_article_number_that_looks_like_a_gtin_is_none() -> None:
    assert ProductKey.of_article("konzum", MILK.value) != ProductKey.of_gtin(MILK)


@given(sku=st.text(st.characters(codec="utf-8"), max_size=64))
def test_whatever_the_article_number_the_id_is_well_formed_and_never_a_gtin(sku: str) -> None:
    key = ProductKey.of_article("konzum", sku)
    id = ProductId.born_of(key)
    assert ProductId(str(id)) == id == ProductId.born_of(key)
    assert read_product_reference(str(id)) == id
    with pytest.raises(InvalidGtin):
        Gtin(str(id))


def test_an_id_is_derived_and_not_counted_so_it_is_the_same_on_every_machine() -> None:
    assert str(ProductId.born_of(ProductKey.of_gtin(MILK))) == "p_9bdb84ac1dd67e580e61"


@pytest.mark.parametrize("text", ["p_", "p_" + "A" * 20, "p_" + "a" * 19, "p_" + "a" * 21, "p_" + "a" * 19 + "g"])
def test_what_begins_as_an_id_and_is_none_is_refused_as_one(text: str) -> None:
    with pytest.raises(InvalidProductId):
        read_product_reference(text)


def test_anything_else_is_read_as_a_gtin() -> None:
    assert read_product_reference("3850104047367") == MILK
    with pytest.raises(InvalidGtin):
        read_product_reference("milk")


def test_an_unknown_product_is_named_together_with_the_instant() -> None:
    error = UnknownProduct.of(MILK, datetime(2025, 12, 1, tzinfo=UTC))
    assert error.message == "No list up to 2025-12-01 00:00 UTC carries 3850104047367."


def test_an_unknown_number_of_one_chain_alone_says_why_it_leads_nowhere() -> None:
    error = UnknownProduct.of(Gtin("02000000000008"), datetime(2025, 12, 1, tzinfo=UTC))
    assert "means something within one chain only" in error.message


def test_the_longer_text_is_fuller_and_any_text_is_fuller_than_none() -> None:
    assert fuller("Milk", "Fresh milk") == "Fresh milk"
    assert fuller("milk", "Milk") == "milk"
    assert fuller(None, "") == ""
    assert fuller(None, None) is None


def test_the_shorter_text_is_plainer_and_any_text_is_plainer_than_none() -> None:
    assert plainer("ORBICO-RED BULL", "Red Bull") == "Red Bull"
    assert plainer("RED BULL", "Red Bull") == "Red Bull"
    assert plainer("Red Bull", None) == plainer(None, "Red Bull") == "Red Bull"
    assert plainer(None, None) is None


@pytest.mark.parametrize("choose", [fuller, plainer])
@given(names=st.lists(texts, min_size=1, max_size=4))
def test_the_chosen_of_all_texts_depends_neither_on_their_order_nor_on_repeats(
    choose: Callable[[str | None, str | None], str | None], names: list[str | None]
) -> None:
    chosen = {reduce(choose, order) for order in permutations(names + names[:1])}
    assert chosen == {reduce(choose, names)}
    assert chosen <= set(names)


def test_a_key_comes_back_from_what_people_write() -> None:
    for key, text in (
        (ProductKey.of_gtin(read_gtin("9002490100070").gtin), "9002490100070"),
        (ProductKey.of_article("konzum", "17:A"), "konzum:17:A"),
    ):
        assert (str(key), read_product_key(text)) == (text, key)
    assert read_product_key("KONZUM:a") == ProductKey.of_article("konzum", "a")
    with pytest.raises(InvalidGtin):
        read_product_key("17")
