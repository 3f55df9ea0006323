"""Brands are listed by name, each once however it is written, page by page."""

import pytest

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.products.find_products import LARGEST_PAGE, InvalidSearch
from coprra.domain.products.list_brands import ListBrands, ListedBrands
from coprra.testing.builders import Store, day
from coprra.testing.contracts.catalogue import sell


@pytest.fixture
def shop(store: Store) -> Store:
    brands = ("Dukat", "DUKAT", "Čokolino", "Coca Cola", "Red Bull")
    sell(store, *((f"Item {number}", brand, None) for number, brand in enumerate(brands)))
    return store


def listed(shop: Store, query: str = "", at: float = 9, **question: object) -> ListedBrands:
    return ListBrands(StoppedClock(day(at)), shop.reads)(query, **question)  # type: ignore[arg-type]  # fields by name


def names(found: ListedBrands) -> list[str]:
    return [one.brand.name for one in found.page.brands]


def test_an_empty_question_lists_every_brand_by_name(shop: Store) -> None:
    found = listed(shop)
    assert names(found) == ["Coca Cola", "Čokolino", "Dukat", "Red Bull"]
    assert [one.products for one in found.page.brands] == [1, 1, 2, 1]
    assert (found.as_of, found.revision) == (day(9), 1)


@pytest.mark.parametrize(("query", "expected"), [("co", ["Coca Cola", "Čokolino"]), ("ĆÓL", ["Coca Cola"]), ("x", [])])
def test_words_match_from_their_beginning_whatever_case_and_accents(
    shop: Store, query: str, expected: list[str]
) -> None:
    assert names(listed(shop, query)) == expected


@pytest.mark.parametrize("query", ["***", "%", "_", "-"])
def test_a_question_of_signs_only_finds_nothing(shop: Store, query: str) -> None:
    assert (names(listed(shop, query)), listed(shop, query).page.next) == ([], None)


def test_a_page_ends_with_the_slug_that_the_next_begins_after(shop: Store) -> None:
    first = listed(shop, limit=2)
    assert (names(first), first.page.next) == (["Coca Cola", "Čokolino"], "cokolino")
    rest = listed(shop, limit=2, after=first.page.next)
    assert (names(rest), rest.page.next) == (["Dukat", "Red Bull"], None)


@pytest.mark.parametrize(
    "question",
    [{"limit": 0}, {"limit": LARGEST_PAGE + 1}, {"query": "x" * 201}, {"query": "a b c d e f g h i j k l m"}],
)
def test_questions_are_bounded(shop: Store, question: dict[str, object]) -> None:
    with pytest.raises(InvalidSearch):
        listed(shop, **question)  # type: ignore[arg-type]  # fields by name
