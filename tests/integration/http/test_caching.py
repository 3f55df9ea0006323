"""A cache that asks with an ETag hears "the same" only when nothing but the instant it asked for is different."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from coprra.entrypoints.http.app import make_wsgi_app
from coprra.testing.builders import a_branch, day, gtin_of

if TYPE_CHECKING:
    from tests.integration.http.conftest import Market
    from webtest import TestApp

BEANS = gtin_of(1)
OFFERS = f"/api/v1/products/{BEANS.short}/offers"
ADDRESSES = [
    "/",
    "/api/v1/products",
    f"/api/v1/products/{BEANS.short}",
    OFFERS,
    f"/api/v1/products/{BEANS.short}/discounts",
    "/api/v1/categories",
    "/api/v1/brands",
    "/api/v1/chains",
]


@pytest.mark.parametrize("address", [*ADDRESSES, f"/api/v1/products/{BEANS.short}/history"])
def test_an_answer_that_is_known_is_not_sent_again(api: TestApp, address: str) -> None:
    first = api.get(address)
    assert first.headers["ETag"].startswith('W/"')
    again = api.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_int, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Type" not in again.headers
    assert "Content-Length" not in again.headers


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_mere_passing_of_time_leaves_the_tag_until_the_answer_changes(
    api: TestApp, market: Market, address: str
) -> None:
    first = api.get(address)
    market.clock.instant += timedelta(hours=3)
    again = api.get(address)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert {**again.json, "as_of": None} == {**first.json, "as_of": None}


def test_the_tag_changes_at_valid_until_without_a_new_list(api: TestApp, market: Market) -> None:
    first = api.get(OFFERS)
    market.clock.instant = day(33)  # lidl's price was last seen a week ago
    assert first.json["valid_until"] == "2026-01-03T00:00:00Z"
    again = api.get(OFFERS, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_int == 200
    assert again.headers["ETag"] != first.headers["ETag"]


def test_a_history_that_grows_by_the_day_has_another_tag(api: TestApp, market: Market) -> None:
    address = f"/api/v1/products/{BEANS.short}/history"
    first = api.get(address)
    market.clock.instant += timedelta(days=1)
    again = api.get(address)
    assert again.json["listings"] != first.json["listings"]
    assert again.headers["ETag"] != first.headers["ETag"]


def test_the_tag_changes_with_a_new_price(api: TestApp, market: Market) -> None:
    first = api.get(OFFERS).headers["ETag"]
    market.add(day(28.1), a_branch("spar", "1"), market.beans("spar", "1.88"))
    assert api.get(OFFERS, headers={"If-None-Match": first}).status_int == 200


def test_another_store_at_the_same_revision_has_other_tags(market: Market, empty_market: Market) -> None:
    # After a restart with another database, or in memory, the count of commits may be what it was.
    import webtest

    from coprra.bootstrap import build

    one, other = (build(clock=market.clock, feeds=market.shelf) for _ in range(2))
    assert empty_market is market
    first_list, second_list = list(market.shelf.lists)[:2]
    from coprra.testing.builders import TESTER

    one.import_feed(first_list, by=TESTER)
    other.import_feed(second_list, by=TESTER)
    assert one.find_products().revision == other.find_products().revision
    tags = [webtest.TestApp(make_wsgi_app(each)).get("/api/v1/chains").headers["ETag"] for each in (one, other)]
    assert tags[0] != tags[1]


@pytest.mark.parametrize("form", ["{}", '"other", {}', '"other",{}', "W/{}", " {} ", "*"])
def test_every_form_of_if_none_match_is_understood(api: TestApp, form: str) -> None:
    strong = api.get(OFFERS).headers["ETag"].removeprefix("W/")
    api.get(OFFERS, headers={"If-None-Match": form.format(strong)}, status=304)


@pytest.mark.parametrize("header", ['"other"', "", "nonsense", '"', 'W/"', ",,,", '"a" "b', '""', '"unended'])
def test_a_tag_that_is_not_known_gets_the_answer(api: TestApp, header: str) -> None:
    api.get(OFFERS, headers={"If-None-Match": header}, status=200)


def test_different_questions_have_different_tags(api: TestApp) -> None:
    tags = {api.get(f"{OFFERS}?{query}").headers["ETag"] for query in ["", "quantity=2", "unfold=1", "branches=spar"]}
    assert len(tags) == 4


def test_caches_always_ask_and_never_keep_problems_or_signs_of_life(api: TestApp) -> None:
    assert api.get(OFFERS).headers["Cache-Control"] == "no-cache"
    for address in ["/health/live", "/nowhere", "/api/v1/products/1", "/api/v1/chains?x=1"]:
        answer = api.get(address, status="*")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


def test_only_what_comes_in_two_forms_varies(api: TestApp) -> None:
    varying = [address for address in ADDRESSES if "Vary" in api.get(address).headers]
    assert varying == [OFFERS]
    assert api.get(OFFERS).headers["Vary"] == "Accept"
