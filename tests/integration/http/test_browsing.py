"""Products with best prices over HTTP: narrowed, by price, counted; and suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coprra.testing.builders import gtin_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from webtest import TestApp, TestResponse

    ProblemIn = Callable[[TestResponse, int, str], dict[str, Any]]


def names(api: TestApp, query: str) -> list[str]:
    return [product["name"] for product in api.get(f"/api/v1/products?{query}").json["products"]]


def test_each_product_tells_what_a_comparison_ranks_first(api: TestApp) -> None:
    page = api.get("/api/v1/products?limit=100").json
    assert page["facets"] is None
    assert page["valid_until"]
    for product in page["products"]:
        compared = api.get(f"/api/v1/products/{product['id']}/offers").json
        ranked = compared["offers"]
        first = ranked[0] if ranked else {"landed_price": None, "special": False}
        assert product["best_price"] == {
            "price": first["landed_price"],
            "special": first["special"],
            "offers": len(ranked),
            "chains": sorted({offer["chain"]["code"] for offer in ranked}),
        }
        if compared["valid_until"]:
            assert page["valid_until"] <= compared["valid_until"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=apple", ["Apple", "apple pie"]),
        ("q=pie", ["apple pie"]),
        (f"gtin={gtin_of(2).short}", ["Apple"]),
        (f"q={gtin_of(2).short}", ["Apple"]),
        (f"gtin={gtin_of(77).short}", []),
        ("max_price=0.99", ["Apple"]),
        ("min_price=1.00&max_price=1.99&currency=EUR&sort=price", ["Beans in brine", "apple pie"]),
        ("currency=USD", []),
        ("on_special=true", ["Beans in brine"]),
        ("on_special=false&q=b", ["Banane"]),
        ("chain=spar&sort=price&currency=EUR", ["Beans in brine", "Article 9"]),
        ("chain=lidl&q=beans", ["Beans in brine"]),
    ],
)
def test_products_are_narrowed_by_number_price_chain_and_special_price(
    api: TestApp, query: str, found: list[str]
) -> None:
    currency = "&currency=EUR" if "price=" in query and "currency" not in query else ""
    assert names(api, f"as_of=2025-12-28T13:00:00Z&{query}{currency}") == found


@pytest.mark.parametrize(("sort", "first"), [("price", "Apple"), ("price_desc", "Article 9")])
def test_the_cheapest_or_dearest_come_first_and_pages_follow_each_other(api: TestApp, sort: str, first: str) -> None:
    everything = names(api, f"sort={sort}&currency=EUR&limit=100")
    seen: list[str] = []
    address = start = f"/api/v1/products?sort={sort}&currency=EUR&limit=3"
    while address:
        page = api.get(address).json
        seen += [product["name"] for product in page["products"]]
        address = f"{start}&cursor={page['next']}" if page["next"] else ""
    assert seen == everything
    assert everything[0] == first


def test_what_is_found_is_counted_where_that_is_asked_for(api: TestApp) -> None:
    facets = api.get("/api/v1/products?facets=true&limit=1&q=beans").json["facets"]
    assert facets["categories"] == [{"code": "Tins", "products": 1}]
    assert facets["brands"] == [{"name": "Čvarak", "slug": "cvarak", "products": 1}]
    assert {"code": "konzum", "products": 1} in facets["chains"]
    assert (facets["counted"], facets["complete"]) == (1, True)


def test_suggestions_complete_what_is_typed(api: TestApp) -> None:
    answer = api.get("/api/v1/products/suggest?q=app").json
    assert [product["name"] for product in answer["products"]] == ["Apple", "apple pie"]
    assert answer["products"][0].keys() == {"id", "name", "brand"}
    assert len(api.get("/api/v1/products/suggest?q=app&limit=1").json["products"]) == 1
    assert api.get("/api/v1/products/suggest?q=cokol").json["products"][0]["name"] == "Čokolada"
    assert api.get("/api/v1/products/suggest").json["products"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("sort=name", "invalid_parameter"),
        ("min_price=-1", "invalid_parameter"),
        ("min_price=1,5", "invalid_parameter"),
        ("max_price=1e3", "invalid_parameter"),
        ("gtin=123", "invalid_gtin"),
        ("on_special=yes", "invalid_parameter"),
        ("currency=euro", "invalid_parameter"),
        ("chain=aldi", "unknown_branch"),
        ("chain=spar/1", "invalid_search"),
        ("sort=price", "invalid_search"),
        ("cursor=x", "invalid_cursor"),
    ],
)
def test_what_makes_no_sense_is_refused(api: TestApp, problem_in: ProblemIn, query: str, code: str) -> None:
    problem_in(api.get(f"/api/v1/products?{query}", status="*"), 422, code)


def test_a_cursor_of_pages_in_another_order_is_refused(api: TestApp, problem_in: ProblemIn) -> None:
    by_price = api.get("/api/v1/products?sort=price&currency=EUR&limit=1").json["next"]
    problem_in(api.get(f"/api/v1/products?cursor={by_price}", status="*"), 422, "invalid_search")
