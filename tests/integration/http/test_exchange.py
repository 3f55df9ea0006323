"""With `currency=` offers are compared in that currency, by rates that the answer names, or the question is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from coprra.entrypoints.http.v1.schemas import Comparison
from coprra.testing.builders import TESTER, a_branch, a_chain, day, gtin_of

if TYPE_CHECKING:
    from tests.integration.http.conftest import Market
    from webtest import TestApp
    from webtest.response import TestResponse

    ProblemIn = Callable[[TestResponse, int, str], dict[str, Any]]

OFFERS = f"/api/v1/products/{gtin_of(1).short}/offers"
# The market's day is the 29th of December 2025, in the morning.
RATES = "Date,USD,CZK,RUB,\n2025-12-29,1.5,24.3,N/A,\n2025-12-24,1.25,25,N/A,\n"


@pytest.fixture(autouse=True)
def _rates(market: Market, tmp_path: Path) -> None:
    path = tmp_path / "eurofxref.csv"
    path.write_text(RATES, "utf-8")
    market.application.import_rates(str(path), by=TESTER)


def test_every_offer_is_ranked_in_the_currency_and_keeps_its_own_amounts(api: TestApp) -> None:
    answer = api.get(f"{OFFERS}?currency=USD").json
    assert answer["currency"] == "USD"
    paid = {one["chain"]["code"]: (one["landed_price"], one["converted_price"]["amount"]) for one in answer["offers"]}
    assert paid == {
        "albert": ({"amount": "39.90", "currency": "CZK"}, "2.00"),
        "konzum": ({"amount": "1.69", "currency": "EUR"}, "2.11"),
        "spar": ({"amount": "1.89", "currency": "EUR"}, "2.36"),
        "lidl": ({"amount": "2.10", "currency": "EUR"}, "2.62"),
        "brzo": ({"amount": "4.80", "currency": "EUR"}, "6.00"),
    }
    assert list(paid) == ["albert", "konzum", "spar", "lidl", "brzo"]
    assert answer["why"]["winner"]["converted_price"] == {"amount": "2.00", "currency": "USD"}
    assert answer["why"]["difference"] == {"amount": "0.11", "currency": "USD"}
    assert answer["why"]["summary"].endswith("Converted by the ECB's reference rates of 2025-12-24.")
    assert {one["reason"] for one in answer["set_aside"]} == {
        "no_price",
        "not_listed",
        "out_of_stock",
        "stale",
        "suspect",
    }


def test_the_answer_names_each_rate_with_its_day_and_source(api: TestApp) -> None:
    assert api.get(f"{OFFERS}?currency=USD").json["exchange"] == [
        {"from": "CZK", "to": "USD", "rate": "0.05", "date": "2025-12-24", "source": "ECB"},
        {"from": "EUR", "to": "USD", "rate": "1.25", "date": "2025-12-24", "source": "ECB"},
    ]


def test_the_rates_of_the_day_are_known_from_the_afternoon_on(api: TestApp, market: Market) -> None:
    def day_of_rates(as_of: str) -> str:
        return str(api.get(f"{OFFERS}?currency=USD&as_of={as_of}").json["exchange"][0]["date"])

    market.clock.instant = day(29)
    assert day_of_rates("2025-12-29T14:59:59Z") == "2025-12-24"
    assert day_of_rates("2025-12-29T15:00:00Z") == "2025-12-29"


def test_the_answer_has_the_shape_that_the_schema_states(api: TestApp) -> None:
    for currency in ("USD", "EUR", "CZK"):
        assert Comparison().validate(api.get(f"{OFFERS}?currency={currency}").json) == {}


def test_without_a_currency_nothing_is_converted(api: TestApp) -> None:
    answer = api.get(OFFERS).json
    assert (answer["currency"], answer["exchange"]) == ("EUR", [])
    assert {one["converted_price"] for one in [*answer["offers"], *answer["set_aside"]]} == {None}
    assert "other_currency" in {one["reason"] for one in answer["set_aside"]}


def test_what_has_no_rate_alone_stands_aside(api: TestApp, market: Market) -> None:
    rouble = a_chain("dixy", country="RU")
    market.add(day(28), a_branch("dixy", "1"), market.beans("dixy", "180.00", currency="RUB"), chain=rouble)
    answer = api.get(f"{OFFERS}?currency=USD").json
    assert len(answer["offers"]) == 5
    assert [one["chain"]["code"] for one in answer["set_aside"] if one["reason"] == "no_rate"] == ["dixy"]


def test_a_currency_without_a_rate_is_not_found_and_the_detail_says_which(problem_in: ProblemIn, api: TestApp) -> None:
    document = problem_in(api.get(f"{OFFERS}?currency=RUB", status="*"), 404, "unknown_rate")
    assert "2025-12-24 have none for RUB" in document["detail"]
    early = problem_in(api.get(f"{OFFERS}?currency=USD&as_of=2025-12-09", status="*"), 404, "unknown_rate")
    assert "import" in early["detail"]


def test_rates_that_are_too_old_are_a_conflict(problem_in: ProblemIn, api: TestApp, market: Market) -> None:
    market.clock.instant = day(40)
    market.add(day(38), a_branch(), market.beans("konzum", "1.99"))
    document = problem_in(api.get(f"{OFFERS}?currency=USD", status="*"), 409, "stale_rate")
    assert "2025-12-29" in document["detail"]
    assert "coprra fx import" in document["detail"]
