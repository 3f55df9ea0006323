"""A search takes a bounded question and gives a page of products."""

import pytest

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.text import InvalidText
from coprra.domain.products.category import UnknownCategory
from coprra.domain.products.find_products import (
    LARGEST_PAGE,
    LONGEST_QUERY,
    MOST_WORDS,
    FindProducts,
    FoundProducts,
    InvalidSearch,
)
from coprra.domain.products.show_product import ShowProduct
from coprra.testing.builders import PriceList, Store, a_row, day, gtin_of, import_list
from coprra.testing.contracts.catalogue import sell


@pytest.fixture
def shop(store: Store) -> Store:
    titles = ("Čokolada za kuhanje", "Čokoladno mlijeko", "Svježe mlijeko 1 l", "7 Days")
    import_list(
        store, PriceList(tuple(a_row(str(line), title=title, line=line) for line, title in enumerate(titles, 2)))
    )
    return store


def find(shop: Store, query: str = "", at: float = 1, **question: object) -> FoundProducts:
    return FindProducts(StoppedClock(day(at)), shop.reads)(query, **question)  # type: ignore[arg-type]  # fields by name


def names(found: FoundProducts) -> list[str]:
    return [product.name for product in found.page.products]


def test_an_empty_question_finds_everything_by_name(shop: Store) -> None:
    everything = ["7 Days", "Čokolada za kuhanje", "Čokoladno mlijeko", "Svježe mlijeko 1 l"]
    assert names(find(shop)) == names(find(shop, "  ")) == everything


@pytest.mark.parametrize("query", ["mlijeko cok", "MLIJ ČOKOLADNO", "čokoladno-mlijeko", "mlijeko mlijeko cok"])
def test_every_word_must_begin_a_word_whatever_its_case_accents_and_order(shop: Store, query: str) -> None:
    assert names(find(shop, query)) == ["Čokoladno mlijeko"]


@pytest.mark.parametrize("query", ["***", "%", "-", "…"])
def test_a_question_of_signs_only_finds_nothing(shop: Store, query: str) -> None:
    found = find(shop, query)
    assert (names(found), found.page.next, found.revision, found.as_of) == ([], None, 1, day(1))


def test_a_page_has_1_to_100_products(shop: Store) -> None:
    assert len(names(find(shop, limit=1))) == 1
    assert len(names(find(shop, limit=LARGEST_PAGE))) == 4
    for limit in (0, -1, LARGEST_PAGE + 1):
        with pytest.raises(InvalidSearch, match="1 to 100"):
            find(shop, limit=limit)


def test_a_page_has_20_products_unless_another_size_is_asked_for(store: Store) -> None:
    import_list(store, PriceList(tuple(a_row(str(line), line=line) for line in range(2, 23))))
    found = find(store)
    assert len(names(found)) == 20
    assert found.page.next is not None


def test_a_question_has_a_longest_length(shop: Store) -> None:
    assert names(find(shop, "x" * LONGEST_QUERY)) == []
    with pytest.raises(InvalidSearch, match="at most 200 characters"):
        find(shop, "x" * (LONGEST_QUERY + 1))


def test_a_question_has_at_most_12_different_words(shop: Store) -> None:
    letters = "abcdefghijklm"
    assert names(find(shop, " ".join(letters[:MOST_WORDS]))) == []
    assert names(find(shop, "mlijeko " * 20))
    with pytest.raises(InvalidSearch, match="at most 12 words"):
        find(shop, " ".join(letters))


def test_pages_follow_each_other_to_the_end(shop: Store) -> None:
    first = find(shop, limit=3)
    assert first.page.next is not None
    second = find(shop, limit=3, after=first.page.next)
    assert second.page.next is None
    assert names(first) + names(second) == names(find(shop))


def test_a_product_does_not_exist_before_its_first_list(shop: Store) -> None:
    assert names(find(shop, at=-1)) == []
    assert names(find(shop, at=9, as_of=day(-1))) == []


def test_one_product_is_shown_as_of_the_clocks_now_or_another_instant(store: Store) -> None:
    import_list(store, PriceList((a_row(title="Milk", gtins=[gtin_of(1)]),), at=day(2)))
    show = ShowProduct(StoppedClock(day(3)), store.reads)
    shown = show(gtin_of(1))
    assert (shown.product.name, shown.as_of, shown.revision) == ("Milk", day(3), 1)
    assert show(shown.product.id, as_of=day(2)).product == shown.product


def test_a_category_means_everything_below_it(store: Store) -> None:
    sell(store, ("Apple", None, "fresh_food"), ("Soup", None, "food"), ("Soap", None, "cleaning"), ("Nail", None, None))
    assert names(find(store, category="food")) == ["Apple", "Soup"]
    assert names(find(store, category="fresh_food")) == ["Apple"]
    assert names(find(store, "so", category="household")) == ["Soap"]
    with pytest.raises(UnknownCategory):
        find(store, category="Food")


@pytest.mark.parametrize("brand", ["Red Bull", "RED BULL", "red-bull", " réd  bull® "])
def test_a_brand_is_found_however_it_is_written(store: Store, brand: str) -> None:
    sell(store, ("Energy", "RED BULL", "drinks"), ("Sugarfree", "Red Bull", "drinks"), ("Cola", "Coca Cola", "drinks"))
    assert names(find(store, brand=brand)) == ["Energy", "Sugarfree"]
    assert names(find(store, "sugar", brand=brand, category="drinks")) == ["Sugarfree"]


def test_a_brand_of_signs_only_finds_nothing_and_one_that_none_can_have_is_refused(store: Store) -> None:
    sell(store, ("Energy", None, None), ("Star", "***", None))
    assert names(find(store, brand="***")) == []
    for brand in ("", "x" * 201):
        with pytest.raises(InvalidText, match="brand"):
            find(store, brand=brand)
