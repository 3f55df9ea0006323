"""Categories and brands over HTTP, and searches that are narrowed by them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from coprra.domain.products.category import CATEGORIES
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import ProductId, ProductKey
from coprra.entrypoints import answers
from coprra.testing.builders import a_branch, a_row, day, gtin_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.http.conftest import Market
    from webtest import TestApp, TestResponse

    ProblemIn = Callable[[TestResponse, int, str], dict[str, Any]]

SOLD = (
    ("Energy drink", "RED BULL", "soft_drinks"),
    ("Energy drink sugar free", "Red Bull", "drinks"),
    ("Cola", "Coca Cola", "soft_drinks"),
    ("Apples", None, "fresh_food"),
)


@pytest.fixture(autouse=True)
def _shop(market: Market) -> None:
    rows = []
    for number, (title, brand, category) in enumerate(SOLD):
        row = a_row(f"c{number}", title=title, chain="kaufland")
        assert row.article
        rows.append(replace(row, article=replace(row.article, brand=brand, category=category)))
    market.add(day(20), a_branch("kaufland", "1"), *rows)


def names(api: TestApp, query: str) -> list[str]:
    return [product["name"] for product in api.get(f"/api/v1/products?{query}").json["products"]]


def test_the_tree_of_categories_tells_how_many_products_each_of_them_holds(api: TestApp) -> None:
    answer = api.get("/api/v1/categories").json
    assert [category["code"] for category in answer["categories"]] == list(CATEGORIES)
    counts = {category["code"]: category["products"] for category in answer["categories"]}
    assert {code: number for code, number in counts.items() if number} == {
        "food": 1,
        "fresh_food": 1,
        "drinks": 3,
        "soft_drinks": 2,
    }
    assert answer["categories"][1] == {
        "code": "fresh_food",
        "name": "Fruit, vegetables, meat, fish, dairy and bread",
        "parent": "food",
        "products": 1,
    }
    everything = len(api.get("/api/v1/products?limit=100").json["products"])
    assert counts["food"] + counts["drinks"] + answer["unsorted"] == everything
    before = api.get("/api/v1/categories?as_of=2025-12-09").json
    assert not any(category["products"] for category in before["categories"])


def test_brands_are_listed_once_however_they_are_written(api: TestApp) -> None:
    assert api.get("/api/v1/brands").json["brands"] == [
        {"name": "Coca Cola", "slug": "coca-cola", "products": 1},
        {"name": "Čvarak", "slug": "cvarak", "products": 1},
        {"name": "Red Bull", "slug": "red-bull", "products": 2},
    ]
    assert [brand["slug"] for brand in api.get("/api/v1/brands?q=c").json["brands"]] == ["coca-cola", "cvarak"]
    assert [brand["slug"] for brand in api.get("/api/v1/brands?q=CO").json["brands"]] == ["coca-cola"]
    assert api.get("/api/v1/brands?q=***").json["brands"] == []


def test_pages_of_brands_follow_each_other(api: TestApp) -> None:
    found, address = [], "/api/v1/brands?limit=1"
    while address:
        page = api.get(address).json
        found += [brand["slug"] for brand in page["brands"]]
        address = f"/api/v1/brands?limit=1&cursor={page['next']}" if page["next"] else ""
    assert found == ["coca-cola", "cvarak", "red-bull"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=drinks", ["Cola", "Energy drink", "Energy drink sugar free"]),
        ("category=soft_drinks", ["Cola", "Energy drink"]),
        ("category=drinks&brand=red%20bull", ["Energy drink", "Energy drink sugar free"]),
        ("brand=R%C3%89D-BULL&q=sugar", ["Energy drink sugar free"]),
        ("brand=cvarak", ["Beans in brine"]),
        ("category=pets", []),
        ("brand=***", []),
    ],
)
def test_a_search_is_narrowed_to_a_category_with_all_below_it_and_to_a_brand(
    api: TestApp, query: str, found: list[str]
) -> None:
    assert names(api, query) == found


def test_pages_of_a_narrowed_search_follow_each_other(api: TestApp) -> None:
    page = api.get("/api/v1/products?category=drinks&limit=2").json
    assert names(api, f"category=drinks&limit=2&cursor={page['next']}") == ["Energy drink sugar free"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("category=Food", "unknown_category"),
        ("category=", "unknown_category"),
        ("category=food,drinks", "unknown_category"),
        ("brand=", "invalid_parameter"),
        ("brand=" + "x" * 201, "invalid_parameter"),
        ("brand=a%00b", "invalid_parameter"),
    ],
)
def test_a_category_or_brand_that_none_can_be_is_refused(
    api: TestApp, problem_in: ProblemIn, query: str, code: str
) -> None:
    problem = problem_in(api.get(f"/api/v1/products?{query}", status="*"), 422, code)
    assert "Food" not in problem["detail"]


def test_the_cursor_of_one_sort_of_page_is_none_of_the_other(api: TestApp, problem_in: ProblemIn) -> None:
    products = answers.cursor(ProductCursor("cola", ProductId.born_of(ProductKey.of_gtin(gtin_of(1)))))
    problem_in(api.get(f"/api/v1/brands?cursor={products}", status="*"), 422, "invalid_cursor")
    problem_in(api.get(f"/api/v1/products?cursor={answers.brand_cursor('cola')}", status="*"), 422, "invalid_cursor")
    problem_in(api.get("/api/v1/brands?cursor=x", status="*"), 422, "invalid_cursor")
