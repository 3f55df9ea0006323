"""The endpoints answer what the use cases say, in the shapes that their schemas state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import webtest
from webtest.app import TestRequest

from coprra.domain.products.product import ProductId, ProductKey
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.endpoints import CATEGORY, Endpoint
from coprra.testing.builders import a_branch, a_row, day, gtin_of

if TYPE_CHECKING:
    from tests.integration.http.conftest import Market
    from webtest import TestApp

BEANS = gtin_of(1)
OFFERS = f"/api/v1/products/{BEANS.short}/offers"
HISTORY = f"/api/v1/products/{BEANS.short}/history"


def endpoints(api: TestApp) -> list[Endpoint]:
    router: Any = api.app
    return [one["introspectable"]["endpoint"] for one in router.registry.introspector.get_category(CATEGORY)]


def in_order(document: Any) -> Any:
    """With its objects as lists of pairs, so that two documents compare with the order of their keys."""
    if isinstance(document, dict):
        return [(key, in_order(value)) for key, value in document.items()]
    return [in_order(each) for each in document] if isinstance(document, list) else document


def chains_of(offers: list[dict[str, Any]]) -> list[str]:
    return [offer["chain"]["code"] for offer in offers]


@pytest.mark.parametrize(
    "query",
    ["", "as_of=2025-12-10", "as_of=2025-12-20T10:00:00%2B01:00", "as_of=2040-01-01", "as_of=2025-12-28"],
)
def test_every_answer_has_the_shape_that_its_schema_states(api: TestApp, query: str) -> None:
    for endpoint in endpoints(api):
        path = endpoint.path.replace("{reference}", BEANS.short)
        answer = api.get(f"{path}?{query if 'as_of' in endpoint.takes.fields else ''}")
        assert answer.content_type == "application/json"
        assert endpoint.gives.validate(answer.json) == {}, path


def test_a_shape_with_another_field_or_a_number_for_an_amount_would_be_noticed(api: TestApp) -> None:
    gives = next(endpoint.gives for endpoint in endpoints(api) if endpoint.path.endswith("/offers"))
    answer = api.get(OFFERS).json
    answer["surprise"] = None
    answer["offers"][0]["item_price"]["amount"] = 1.69
    answer["offers"][0]["special"] = 1
    del answer["why"]["summary"]
    assert set(gives.validate(answer)) == {"surprise", "offers", "why"}


def test_keys_keep_their_order_whatever_the_answer(api: TestApp) -> None:
    keys = [list(offer) for offer in api.get(OFFERS).json["offers"]]
    assert keys[0][:4] == ["rank", "tied", "chain", "branches"]
    assert all(each == keys[0] for each in keys)


def test_the_cheapest_offer_delivered_comes_first_with_its_reason(api: TestApp) -> None:
    answer = api.get(OFFERS).json
    assert chains_of(answer["offers"]) == ["konzum", "spar", "lidl", "brzo"]
    assert [branch["code"] for branch in answer["offers"][0]["branches"]] == ["0100", "0613"]
    assert answer["offers"][3]["item_price"] == {"amount": "1.50", "currency": "EUR"}
    assert answer["offers"][3]["landed_price"] == {"amount": "4.80", "currency": "EUR"}
    assert answer["why"]["winner"]["chain"]["name"] == "Konzum"
    assert answer["why"]["difference"] == {"amount": "0.20", "currency": "EUR"}


def test_what_is_not_ranked_is_listed_with_the_reason(api: TestApp) -> None:
    aside = {offer["chain"]["code"]: offer["reason"] for offer in api.get(OFFERS).json["set_aside"]}
    assert aside == {
        "albert": "other_currency",
        "dm": "no_price",
        "ntl": "out_of_stock",
        "plodine": "stale",
        "spar": "not_listed",
        "tommy": "suspect",
    }


def test_a_failed_check_is_told_and_does_not_remove_the_offer(api: TestApp) -> None:
    failed = {offer["chain"]["code"]: offer["check_failed"] for offer in api.get(OFFERS).json["offers"]}
    assert failed == {"konzum": False, "spar": False, "lidl": True, "brzo": False}


def test_a_quantity_over_the_threshold_ships_free(api: TestApp) -> None:
    online = api.get(f"{OFFERS}?quantity=10&branches=brzo").json["offers"][0]
    assert online["shipping"]["amount"] == "0.00"
    assert online["landed_price"]["amount"] == "15.30"


def test_shipping_to_a_country_that_is_not_stated_is_unknown_and_never_zero(api: TestApp) -> None:
    online = api.get(f"{OFFERS}?country=SI").json["offers"][-1]
    assert (online["completeness"], online["shipping"], online["landed_price"]) == ("unknown_shipping", None, None)


def test_unfolding_gives_an_entry_for_each_branch(api: TestApp) -> None:
    assert chains_of(api.get(f"{OFFERS}?unfold=true").json["offers"])[:3] == ["konzum", "konzum", "spar"]


def test_branches_narrow_what_is_shown(api: TestApp) -> None:
    answer = api.get(f"{OFFERS}?branches=konzum/0613,spar").json
    assert chains_of(answer["offers"]) == ["konzum", "spar"]
    assert [branch["code"] for branch in answer["offers"][0]["branches"]] == ["0613"]


def test_what_was_observed_later_does_not_exist_for_an_earlier_instant(api: TestApp) -> None:
    answer = api.get(f"{OFFERS}?as_of=2025-12-09").json
    assert answer["as_of"] == "2025-12-09T23:59:59.999999Z"
    assert [offer["item_price"]["amount"] for offer in answer["offers"]] == ["2.20"]
    api.get(f"{OFFERS}?as_of=2025-12-01", status=404)


def test_an_id_and_every_form_of_a_gtin_lead_to_the_same_product(api: TestApp) -> None:
    product = api.get(f"/api/v1/products/{BEANS.short}").json
    assert ProductId(product["id"]) == ProductId.born_of(ProductKey.of_gtin(BEANS))
    assert api.get(f"/api/v1/products/{product['id']}").json == product
    assert api.get(f"/api/v1/products/{BEANS.value}").json == product


def test_a_history_has_steps_and_time_weighted_statistics(api: TestApp) -> None:
    listings = api.get(f"{HISTORY}?branches=konzum/0613").json["listings"]
    assert [[step["price"]["amount"], step["special"]] for step in listings[0]["steps"]] == [
        ["2.20", False],
        ["1.69", True],
    ]
    assert listings[0]["statistics"]["high"]["amount"] == "2.20"
    assert listings[0]["statistics"]["covered_days"] == 8.25


def test_days_open_a_window_on_the_history(api: TestApp) -> None:
    answer = api.get(f"{HISTORY}?branches=konzum/0613&days=2").json
    assert answer["since"] == "2025-12-27T06:00:00Z"
    assert len(answer["listings"][0]["steps"]) == 1


def test_pages_follow_each_other_without_gap_or_repetition_while_products_are_added(
    api: TestApp, market: Market
) -> None:
    everything = [product["name"] for product in api.get("/api/v1/products?limit=100").json["products"]]
    names: list[str] = []
    address = "/api/v1/products?limit=2"
    while address:
        page = api.get(address).json
        names += [product["name"] for product in page["products"]]
        address = f"/api/v1/products?limit=2&cursor={page['next']}" if page["next"] else ""
        market.add(day(28.1), a_branch("aaa", str(len(names))), a_row("1", title=f"Aardvark {len(names)}", chain="aaa"))
    assert names == everything
    assert len(everything) > 6


@pytest.mark.parametrize("query", ["q=cokol", "q=%C4%8DOKO", "q=%c4%8coko&limit=1", "q=cokolada+"])
def test_search_minds_neither_case_nor_accents(api: TestApp, query: str) -> None:
    assert {product["name"] for product in api.get(f"/api/v1/products?{query}").json["products"]} == {"Čokolada"}


def test_letters_that_a_terminal_sends_as_they_are_are_understood(api: TestApp) -> None:
    raw = "q=čokolada".encode().decode("latin-1")
    request = TestRequest.blank("/api/v1/products")
    request.environ["QUERY_STRING"] = raw
    assert {product["name"] for product in api.do_request(request).json["products"]} == {"Čokolada"}


def test_chains_tell_how_fresh_each_branch_is(api: TestApp) -> None:
    chains = {chain["code"]: chain for chain in api.get("/api/v1/chains").json["chains"]}
    assert chains["konzum"]["branches"][0]["last_list_at"] == "2025-12-28T12:00:00Z"
    assert chains["plodine"]["stale_after_days"] == 7


def test_the_index_names_every_endpoint(api: TestApp) -> None:
    index = api.get("/")
    addresses = {address.partition("?")[0].replace("{id or GTIN}", "{reference}") for address in index.json.values()}
    assert {endpoint.path for endpoint in endpoints(api)} - {"/"} <= addresses
    assert len(index.text.splitlines()) > 5


def test_an_empty_store_answers_with_empty_lists(empty_market: Market) -> None:
    api = webtest.TestApp(make_wsgi_app(empty_market.application))
    assert api.get("/api/v1/products").json["products"] == []
    assert api.get("/api/v1/chains").json["chains"] == []
    assert api.get(OFFERS, status=404).json["code"] == "unknown_product"


def test_answers_are_utf_8_with_the_letters_as_they_are(api: TestApp) -> None:
    answer = api.get(f"/api/v1/products/{BEANS.short}")
    assert "Čvarak".encode() in answer.body
    assert in_order(json.loads(answer.body)) == in_order(answer.json)


def test_a_head_request_tells_what_a_get_would_send(api: TestApp) -> None:
    for path in ["/", OFFERS, "/health/live"]:
        get, head = api.get(path), api.head(path)
        assert head.body == b""
        assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_a_body_on_a_get_changes_nothing(api: TestApp) -> None:
    assert api.request(OFFERS, method="GET", body=b'{"quantity": 3}').json == api.get(OFFERS).json
