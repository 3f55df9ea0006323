"""A brand is the same however its case and accents are written."""

import pytest

from coprra.domain.kernel.text import InvalidText
from coprra.domain.products.brand import Brand


def test_a_brand_keeps_the_name_that_the_list_wrote() -> None:
    assert str(Brand("Červená Řeka")) == "Červená Řeka"


@pytest.mark.parametrize("name", ["Červená Řeka", "CERVENA REKA", "cervena-reka", " Cervena  Reka! "])
def test_spellings_of_one_brand_share_its_slug(name: str) -> None:
    assert Brand(name).slug == "cervena-reka"


def test_different_brands_have_different_slugs() -> None:
    assert Brand("Coca Cola").slug != Brand("Cocacola").slug


def test_a_name_of_signs_only_has_no_slug() -> None:
    assert Brand("***").slug == ""


@pytest.mark.parametrize("name", ["", "x" * 201, "a\nb"])
def test_a_name_that_no_database_should_hold_is_refused(name: str) -> None:
    assert Brand("x" * 200).name
    with pytest.raises(InvalidText, match="brand"):
        Brand(name)
