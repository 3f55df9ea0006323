"""Browsing tells what products cost, narrows them by it, and counts what there is."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices import browse_products
from coprra.domain.prices.browse_products import BrowsedProducts, BrowseProducts, Cursor, Sorting, Wanted
from coprra.domain.prices.chain import BranchFilter, Chain, UnknownBranch
from coprra.domain.prices.refresh_best_prices import RefreshBestPrices
from coprra.domain.products.find_products import InvalidSearch
from coprra.testing.builders import PriceList, Store, a_branch, a_chain, a_row, day, gtin_of, import_list

Browse = Callable[..., BrowsedProducts]


@pytest.fixture
def shop(store: Store) -> Store:
    lists: dict[str, dict[str, tuple[str, str | None]]] = {
        "konzum": {
            "Milk": ("2.00", None),
            "Milka": ("1.00", "0.90"),
            "Fresh milk": ("3.00", None),
            "Soap": ("5.00", None),
        },
        "spar": {"Milk": ("1.80", None), "Milka": ("1.10", None)},
    }
    for chain, prices in lists.items():
        rows = []
        for line, (title, (price, special)) in enumerate(prices.items(), 2):
            row = a_row(
                title,
                price,
                special=special,
                gtins=[gtin_of(ord(title[-1]) + len(title))],
                title=title,
                chain=chain,
                line=line,
            )
            assert row.article
            kind = "cleaning" if title == "Soap" else "food"
            rows.append(replace(row, article=replace(row.article, category=kind, brand=title.upper())))
        import_list(store, PriceList(tuple(rows), branch=a_branch(chain), chain=a_chain(chain)))
    return store


@pytest.fixture
def browse(shop: Store) -> Browse:
    return BrowseProducts(StoppedClock(day(1)), shop.reads)


def names(found: BrowsedProducts) -> list[str]:
    return [one.product.name for one in found.products]


def test_each_product_is_shown_with_its_best_price(browse: Browse) -> None:
    found = browse("milk")
    assert [(one.product.name, str(one.best.price), one.best.offers) for one in found.products] == [
        ("Milk", "1.80 EUR", 2),
        ("Milka", "0.90 EUR", 2),
        ("Fresh milk", "3.00 EUR", 1),
    ]
    assert (found.valid_until, found.as_of, found.revision, found.facets) == (day(7), day(1), 2, None)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), ["Fresh milk", "Milk", "Milka", "Soap"]),
        (Wanted(least=Decimal("1.80")), ["Fresh milk", "Milk", "Soap"]),
        (Wanted(most=Decimal("1.80")), ["Milk", "Milka"]),
        (Wanted(least=Decimal(1), most=Decimal(2)), ["Milk"]),
        (Wanted(special=True), ["Milka"]),
        (Wanted(special=False), ["Fresh milk", "Milk", "Soap"]),
        (Wanted(chains=BranchFilter.parse("spar")), ["Milk", "Milka"]),
        (Wanted(chains=BranchFilter.parse("spar"), special=True), ["Milka"]),
        (Wanted(currency=Currency("EUR")), ["Fresh milk", "Milk", "Milka", "Soap"]),
        (Wanted(currency=Currency("USD")), []),
    ],
)
def test_what_is_found_can_be_narrowed_by_what_it_costs_and_where(
    browse: Browse, wanted: Wanted, expected: list[str]
) -> None:
    assert names(browse(wanted=wanted)) == expected
    assert names(browse(wanted=wanted, sort=Sorting.PRICE)) == sorted(
        expected, key=["Milka", "Milk", "Fresh milk", "Soap"].index
    )
    assert names(browse(wanted=wanted, sort=Sorting.PRICE_DESCENDING)) == sorted(
        expected, key=["Soap", "Fresh milk", "Milk", "Milka"].index
    )


@pytest.mark.parametrize("sort", Sorting)
@pytest.mark.parametrize("wanted", [Wanted(), Wanted(most=Decimal(4))])
def test_pages_follow_each_other(browse: Browse, sort: Sorting, wanted: Wanted) -> None:
    seen: list[str] = []
    after: Cursor | None = None
    while not seen or after:
        page = browse(sort=sort, wanted=wanted, limit=1, after=after)
        seen += names(page)
        after = page.next
    assert seen == names(browse(sort=sort, wanted=wanted))


def test_a_page_looks_through_so_many_products_and_then_says_where_to_go_on(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse_products, "MOST_EXAMINED", 3)
    first = browse(wanted=Wanted(least=Decimal(5)))
    assert (names(first), first.next is not None) == ([], True)
    second = browse(wanted=Wanted(least=Decimal(5)), after=first.next)
    assert (names(second), second.next) == (["Soap"], None)
    by_price = browse(sort=Sorting.PRICE)
    assert (names(by_price), by_price.complete) == (["Milka", "Milk", "Fresh milk"], False)
    assert browse("milk", sort=Sorting.PRICE).complete
    facets = browse(facets=True).facets
    assert facets
    assert (facets.counted, facets.complete) == (3, False)


def test_facets_count_what_was_found(browse: Browse) -> None:
    facets = browse("", facets=True, limit=1).facets
    assert facets is not None
    assert facets.categories == (("food", 3), ("cleaning", 1))
    assert facets.chains == (("konzum", 4), ("spar", 2))
    assert {(brand.name, number) for brand, number in facets.brands} == {
        ("MILK", 1),
        ("MILKA", 1),
        ("FRESH MILK", 1),
        ("SOAP", 1),
    }
    assert (facets.counted, facets.complete) == (4, True)
    narrowed = browse("milk", facets=True, wanted=Wanted(special=True)).facets
    assert narrowed is not None
    assert (narrowed.chains, narrowed.counted) == ((("konzum", 1), ("spar", 1)), 1)


def test_what_can_not_be_had_has_no_price_and_comes_last_by_price(shop: Store, browse: Browse) -> None:
    lidl = PriceList(
        (a_row("9", title="Gone milk", chain="lidl"),), day(-20), branch=a_branch("lidl"), chain=a_chain("lidl")
    )
    import_list(shop, lidl)
    assert names(browse("milk", sort=Sorting.PRICE)) == ["Milka", "Milk", "Fresh milk", "Gone milk"]
    assert names(browse("milk", sort=Sorting.PRICE_DESCENDING)) == ["Fresh milk", "Milk", "Milka", "Gone milk"]
    (gone,) = browse("gone").products
    assert (gone.best.price, gone.best.offers, gone.best.chains) == (None, 0, ())


def test_prices_in_several_currencies_are_never_held_against_each_other(shop: Store, browse: Browse) -> None:
    albert = Chain("albert", "Albert", "CZ", Currency("CZK"))
    row = a_row("9", "30.00", title="Milk of Prague", chain="albert", currency="CZK")
    import_list(shop, PriceList((row,), branch=a_branch("albert"), chain=albert))
    for question in ({"sort": Sorting.PRICE}, {"wanted": Wanted(most=Decimal(2))}):
        with pytest.raises(InvalidSearch, match="CZK, EUR"):
            browse("milk", **question)
    assert names(browse("milk", wanted=Wanted(currency=Currency("CZK")), sort=Sorting.PRICE)) == ["Milk of Prague"]
    most = Wanted(most=Decimal(40), currency=Currency("EUR"))
    assert names(browse("milk", wanted=most)) == ["Milk", "Milka", "Fresh milk"]
    (czech,) = browse("prague").products
    assert czech.best.price == Money.of("30.00", "CZK")


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({"wanted": Wanted(chains=BranchFilter.parse("aldi"))}, UnknownBranch),
        ({"wanted": Wanted(chains=BranchFilter.parse("spar/0613"))}, InvalidSearch),
        ({"limit": 0}, InvalidSearch),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    browse: Browse, question: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        browse(**question)


def test_a_cursor_belongs_to_its_order(browse: Browse) -> None:
    by_name, by_price = browse(limit=1).next, browse(limit=1, sort=Sorting.PRICE).next
    for sort, cursor in (
        (Sorting.PRICE, by_name),
        (Sorting.RELEVANCE, by_price),
        (Sorting.PRICE_DESCENDING, by_price),
    ):
        with pytest.raises(InvalidSearch, match="another order"):
            browse(sort=sort, after=cursor)


def test_a_question_of_signs_finds_nothing(browse: Browse) -> None:
    found = browse("***", facets=True)
    assert (names(found), found.next, found.valid_until) == ([], None, None)
    assert found.facets is not None
    assert (found.facets.counted, found.facets.complete) == (0, True)


def test_a_refresh_tells_as_of_when_it_was_and_changes_no_answer(shop: Store, browse: Browse) -> None:
    before = browse("")
    assert RefreshBestPrices(StoppedClock(day(1)), shop.unit_of_work)() == day(1)
    assert browse("") == before
