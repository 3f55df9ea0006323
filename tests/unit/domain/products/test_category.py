"""Categories: one tree, reached by stable codes."""

import re

import pytest

from coprra.domain.products.category import CATEGORIES, UnknownCategory, category


def test_the_six_kinds_of_the_croatian_lists_have_a_place() -> None:
    codes = ("food", "drinks", "cosmetics", "cleaning", "toiletries", "household")
    assert [category(code).code for code in codes] == list(codes)


@pytest.mark.parametrize("code", ["", "Food", "hrana", "food ", "x" * 5_000])
def test_an_unknown_code_is_refused_and_the_known_ones_are_named(code: str) -> None:
    with pytest.raises(UnknownCategory, match=r"food, .*drinks") as refusal:
        category(code)
    assert len(refusal.value.message) < 1_000


def test_parents_exist_and_stand_before_their_children() -> None:
    codes = list(CATEGORIES)
    for code, kind in CATEGORIES.items():
        assert kind.code == code
        assert kind.parent is None or codes.index(kind.parent) < codes.index(code)


def test_codes_and_names_are_fit_for_an_interface() -> None:
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) and len(code) <= 64 for code in CATEGORIES)
    assert len({kind.name for kind in CATEGORIES.values()}) == len(CATEGORIES)


def test_a_category_lies_within_itself_and_all_above_it() -> None:
    cleaning, household, food = category("cleaning"), category("household"), category("food")
    assert cleaning.within(cleaning)
    assert cleaning.within(household)
    assert not household.within(cleaning)
    assert not cleaning.within(food)


def test_the_path_leads_from_the_root() -> None:
    assert [str(kind) for kind in category("cleaning").path] == ["household", "cleaning"]
    assert [str(kind) for kind in category("food").path] == ["food"]


def test_the_codes_of_a_category_are_those_of_everything_within_it() -> None:
    assert category("household").codes == {"household", "cleaning", "pets", "home"}
    for kind in CATEGORIES.values():
        assert kind.codes == {other.code for other in CATEGORIES.values() if other.within(kind)}
