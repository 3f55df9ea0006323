"""Over HTTP one sees what is suspect and what persons decided, and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coprra.domain.prices.judge_price import Judgement
from coprra.domain.prices.listing import ListingId
from coprra.testing.builders import TESTER, day, gtin_of

if TYPE_CHECKING:
    from tests.integration.http.conftest import Market
    from webtest import TestApp

SUSPECTS = "/api/v1/suspects"
TOMMY = ListingId.parse("tommy/1/17")
OFFERS = f"/api/v1/products/{gtin_of(1).short}/offers"


def test_suspect_prices_are_listed_with_their_reason(api: TestApp) -> None:
    answer = api.get(SUSPECTS).json
    assert (answer["next"], answer["examined"]) == (None, 16)
    (one,) = answer["suspects"]
    (price,) = one["prices"]
    assert (one["product"]["name"], price["listing"]) == ("Beans in brine", "tommy/1/17")
    assert (price["price"]["amount"], price["suspicion"]["against"]) == ("20.00", "other_chains")
    assert api.get(f"{SUSPECTS}?branches=konzum").json["suspects"] == []
    assert api.get(f"{SUSPECTS}?as_of=2025-12-27").json["suspects"] == []


def test_a_decision_changes_what_is_listed_and_its_etag(api: TestApp, market: Market) -> None:
    before = api.get(SUSPECTS)
    market.application.judge_price(TOMMY, Judgement.REJECTED, at=day(27), by=TESTER, note="a slip")
    after = api.get(SUSPECTS, headers={"If-None-Match": before.headers["ETag"]})
    assert after.json["suspects"] == []
    aside: dict[str, Any] = {offer["chain"]["code"]: offer for offer in api.get(OFFERS).json["set_aside"]}
    assert aside["tommy"]["reason"] == "rejected"
    assert aside["tommy"]["decision"]["note"] == "a slip"
    assert aside["plodine"]["decision"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=x", "branches=%2F", "as_of=yesterday", "by=ana"])
def test_a_question_that_breaks_a_rule_is_refused(api: TestApp, query: str) -> None:
    assert api.get(f"{SUSPECTS}?{query}", status=422).content_type == "application/problem+json"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_decided_over_http(api: TestApp, method: str) -> None:
    assert api.request(SUSPECTS, method=method, status="*").status_int == 405
