"""The whole tree of categories is listed, each with what it and everything below it holds."""

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.products.category import CATEGORIES
from coprra.domain.products.list_categories import CountedCategories, ListCategories
from coprra.testing.builders import Store, day
from coprra.testing.contracts.catalogue import sell


def listed(store: Store, at: float = 9, **question: object) -> CountedCategories:
    return ListCategories(StoppedClock(day(at)), store.reads)(**question)  # type: ignore[arg-type]  # fields by name


def counts(found: CountedCategories) -> dict[str, int]:
    return {one.category.code: one.products for one in found.categories if one.products}


def test_the_whole_tree_is_there_in_its_order_even_where_it_is_empty(store: Store) -> None:
    found = listed(store)
    assert [one.category for one in found.categories] == list(CATEGORIES.values())
    assert (counts(found), found.unsorted, found.as_of, found.revision) == ({}, 0, day(9), 0)


def test_a_parent_counts_what_its_children_hold(store: Store) -> None:
    sell(store, ("Apple", None, "fresh_food"), ("Ice", None, "frozen_food"), ("Soup", None, "food"))
    assert counts(listed(store)) == {"food": 3, "fresh_food": 1, "frozen_food": 1}


def test_products_without_a_category_or_with_an_unknown_one_are_counted_apart(store: Store) -> None:
    sell(store, ("Nail", None, None), ("Star", None, "astronomy"), ("Cola", None, "soft_drinks"))
    found = listed(store)
    assert (counts(found), found.unsorted) == ({"drinks": 1, "soft_drinks": 1}, 2)


def test_as_of_an_instant_later_products_do_not_count(store: Store) -> None:
    sell(store, ("Apple", None, "food"), at=3)
    assert counts(listed(store, as_of=day(2))) == {}
    assert counts(listed(store, at=2, as_of=day(3))) == {"food": 1}
