"""Suggestions complete what is typed."""

import pytest

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.products.find_products import InvalidSearch
from coprra.domain.products.suggest_products import MOST_SUGGESTED, SuggestProducts
from coprra.testing.builders import Store, day
from coprra.testing.contracts.catalogue import sell


@pytest.fixture
def suggest(store: Store) -> SuggestProducts:
    titles = ("Čokolada", "ČOKOLADA", "Čokolada Dorina", "Bijela čokolada", "Mlijeko")
    sell(store, *((title, None, None) for title in titles))
    return SuggestProducts(StoppedClock(day(1)), store.reads)


def names(suggest: SuggestProducts, query: str, limit: int = 8) -> list[str]:
    return [product.name for product in suggest(query, limit=limit).products]


def test_the_best_fits_come_first_and_each_name_once(suggest: SuggestProducts) -> None:
    for typed in ("cok", "čoko", "COKOLADA"):
        first, *others = names(suggest, typed)
        assert first.casefold() == "čokolada"
        assert others == ["Čokolada Dorina", "Bijela čokolada"]
    assert names(suggest, "cokolada d") == ["Čokolada Dorina"]
    assert len(names(suggest, "cok", limit=2)) == 2


def test_a_name_that_many_sell_does_not_hide_the_others(store: Store) -> None:
    sell(store, *(("Banana", None, None) for _ in range(30)), ("Banana chips", None, None))
    assert names(SuggestProducts(StoppedClock(day(1)), store.reads), "banan", limit=2) == ["Banana", "Banana chips"]


def test_nothing_is_suggested_for_nothing(suggest: SuggestProducts) -> None:
    for typed in ("", "  ", "**", "zzz"):
        assert names(suggest, typed) == []
    assert suggest("").revision == 1
    assert suggest("cok", as_of=day(-1)).products == ()


def test_so_many_are_suggested_at_most(suggest: SuggestProducts) -> None:
    for limit in (0, MOST_SUGGESTED + 1):
        with pytest.raises(InvalidSearch, match="20"):
            suggest("cok", limit=limit)
