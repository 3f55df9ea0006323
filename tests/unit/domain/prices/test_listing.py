"""A listing is named by its branch and the chain's own article number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.errors import Invalid
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.series import Listing
from coprra.testing.builders import a_branch, a_chain


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=64))
def test_a_listing_comes_back_from_its_text_whatever_its_number(sku: str) -> None:
    listing = ListingId(BranchId("konzum", "0613"), sku)
    assert ListingId.parse(str(listing)) == listing


def test_the_case_of_the_chain_does_not_matter_and_that_of_the_rest_does() -> None:
    assert ListingId.parse("KONZUM/a/X") == ListingId(BranchId("konzum", "a"), "X") != ListingId.parse("konzum/a/x")


def test_a_listing_knows_its_own_name() -> None:
    assert str(Listing(a_chain(), a_branch(), "17/2").id) == "konzum/0613/17/2"


@pytest.mark.parametrize("text", ["", "konzum", "konzum/0613", "konzum/0613/", "konzum//17", "//", "a/b/\n"])
def test_a_text_that_names_no_listing_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        ListingId.parse(text)
