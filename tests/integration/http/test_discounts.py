"""Verdicts on announced reductions over HTTP, and what is known of claims beside offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coprra.domain.kernel.money import Money
from coprra.domain.prices.observation import Claims
from coprra.testing.builders import a_branch, day, gtin_of

if TYPE_CHECKING:
    from tests.integration.http.conftest import Market
    from webtest import TestApp

BEANS = gtin_of(1)
PRODUCT = f"/api/v1/products/{BEANS.short}"
DISCOUNTS = f"{PRODUCT}/discounts"


def euro(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


@pytest.fixture
def followed(market: Market) -> None:
    """A branch that was followed for the month before: 2.20, then 2.40, and from the 27th on 1.99."""
    for number in range(-7, 27, 5):
        market.add(day(number), a_branch(code="0200"), market.beans("konzum", "2.20" if number < 10 else "2.40"))
    claims = Claims(lowest_30_days=Money.of("2.20", "EUR"))
    market.add(day(27), a_branch(code="0200"), market.beans("konzum", "2.40", special="1.99", claims=claims))


@pytest.mark.usefixtures("followed")
def test_a_verdict_says_all_that_it_rests_on(api: TestApp) -> None:
    answer = api.get(f"{DISCOUNTS}?branches=konzum/0200").json
    assert answer["product"] == api.get(PRODUCT).json
    assert answer["discounts"] == [
        {
            "chain": {"code": "konzum", "name": "Konzum", "country": "HR"},
            "branch": {"code": "0200", "address": None, "channel": "in_store"},
            "sku": "17",
            "verdict": "fail",
            "reason": "overstated",
            "special_price": euro("1.99"),
            "prior_price": euro("2.20"),
            "percent": "9.55",
            "announced": {"price": euro("2.40"), "reference": "regular_price", "percent": "17.08"},
            "began": "2025-12-28T00:00:00Z",
            "beginning_known": True,
            "window": {"from": "2025-11-28T00:00:00Z", "until": "2025-12-28T00:00:00Z"},
            "covered_days": 30.0,
            "prior_price_asked": [{"from": "2025-11-28T00:00:00Z", "until": "2025-12-14T00:00:00Z"}],
            "claimed": {"lowest_30_days": euro("2.20"), "agrees": True},
        }
    ]


def test_only_special_prices_in_force_are_judged_each_for_its_branch(api: TestApp) -> None:
    found = {
        (one["chain"]["code"], one["branch"]["code"]): (one["verdict"], one["reason"], one["covered_days"])
        for one in api.get(DISCOUNTS).json["discounts"]
    }
    assert found == {
        ("konzum", "0613"): ("insufficient_data", "unknown_beginning", 7.0),
        ("konzum", "0100"): ("insufficient_data", "unknown_beginning", 0.0),
    }


def test_without_any_special_price_there_is_nothing_to_judge(api: TestApp) -> None:
    assert api.get(f"{DISCOUNTS}?as_of=2025-12-09").json["discounts"] == []
    assert api.get(f"{DISCOUNTS}?branches=spar").json["discounts"] == []
    assert api.get(f"{DISCOUNTS}?as_of=2025-12-01", status=404).json["code"] == "unknown_product"
    assert api.get(f"{DISCOUNTS}?branches=nobody", status=422).json["code"] == "unknown_branch"


def branches(answer: Any) -> dict[str, Any]:
    return {
        f"{offer['chain']['code']}/{branch['code']}": branch["discount"]
        for offer in [*answer["offers"], *answer["set_aside"]]
        for branch in offer["branches"]
    }


@pytest.mark.usefixtures("followed")
def test_beside_an_offer_each_branch_has_its_own_short_verdict(api: TestApp) -> None:
    found = branches(api.get(f"{PRODUCT}/offers").json)
    assert found["konzum/0200"] == {"verdict": "fail", "percent": "9.55", "prior_price": euro("2.20")}
    assert found["konzum/0100"] == {"verdict": "insufficient_data", "percent": None, "prior_price": None}
    assert found["spar/1"] is None
    assert found["plodine/1"] is None


@pytest.mark.usefixtures("followed")
def test_offers_and_histories_show_what_is_known_of_claims(api: TestApp) -> None:
    checks = {
        "lowest_30_days": {"ours": euro("2.20"), "agrees": True, "covered_days": 30.0},
        "anchor": None,
        "unit_price": None,
    }
    (offer,) = api.get(f"{PRODUCT}/offers?branches=konzum/0200").json["offers"]
    assert (offer["claims"]["lowest_30_days"], offer["claims"]["checks"]) == (euro("2.20"), checks)
    (listing,) = api.get(f"{PRODUCT}/history?branches=konzum/0200").json["listings"]
    assert listing["claims"] == offer["claims"]
    (unknown,) = api.get(f"{PRODUCT}/offers?branches=konzum/0613").json["offers"]
    assert unknown["claims"]["checks"] == {
        "lowest_30_days": {"ours": None, "agrees": None, "covered_days": 7.0},
        "anchor": {"ours": None, "agrees": None},
        "unit_price": None,
    }
