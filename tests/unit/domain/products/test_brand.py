"""A brand is the same however its case and accents are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.text import InvalidText
from coprra.domain.products.brand import BRAND_LENGTH, Brand


def test_a_brand_keeps_the_name_that_the_list_wrote() -> None:
    assert str(Brand("Červená Řeka")) == "Červená Řeka"


@pytest.mark.parametrize("name", ["Červená Řeka", "CERVENA REKA", "cervena-reka", " Cervena  Reka! "])
def test_spellings_of_one_brand_share_its_slug(name: str) -> None:
    assert Brand(name).slug == "cervena-reka"


def test_different_brands_have_different_slugs() -> None:
    assert Brand("Coca Cola").slug != Brand("Cocacola").slug


def test_a_name_of_signs_only_has_no_slug() -> None:
    assert Brand("***").slug == ""


@given(st.text(min_size=1, max_size=BRAND_LENGTH))
def test_a_slug_is_a_brand_s_name_with_that_slug_and_no_longer_than_a_name(name: str) -> None:
    try:
        slug = Brand(name).slug
    except InvalidText:
        return
    assert len(slug) <= BRAND_LENGTH
    assert not slug or Brand(slug).slug == slug


@pytest.mark.parametrize("name", ["", "x" * 201, "a\nb"])
def test_a_name_that_no_database_should_hold_is_refused(name: str) -> None:
    assert Brand("x" * 200).name
    with pytest.raises(InvalidText, match="brand"):
        Brand(name)
