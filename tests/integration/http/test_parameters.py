"""Parameters are strict: what is not understood is refused by its name, and never repeated."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from coprra.entrypoints.answers import cursor
from coprra.testing.builders import gtin_of

if TYPE_CHECKING:
    from tests.integration.http.conftest import Market
    from webtest import TestApp
    from webtest.response import TestResponse

    ProblemIn = Callable[[TestResponse, int, str], dict[str, Any]]

BEANS = gtin_of(1).short
PRODUCT = f"/api/v1/products/{BEANS}"
ADDRESSES = [
    "/",
    "/health/live",
    "/api/v1/products",
    PRODUCT,
    f"{PRODUCT}/offers",
    f"{PRODUCT}/history",
    f"{PRODUCT}/discounts",
    "/api/v1/categories",
    "/api/v1/brands",
    "/api/v1/chains",
]


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        (f"/api/v1/products?{query}", query.partition("=")[0])
        for query in [
            "limit=0",
            "limit=101",
            "limit=",
            "limit=-1",
            "limit=1.0",
            "limit=+1",
            "limit=1_0",
            "limit=%C2%B2",
            "limit=%D9%A1",
            "limit=" + "9" * 5000,
            "q=" + "a" * 201,
            "q=a%00b",
            "q=%0A",
            "q=%C2%85",
            "as_of=yesterday",
            "as_of=2025-12-29T13:00:00",
            "as_of=2025-12-30T12:00:00+01:00",
            "as_of=1969-12-31",
            "as_of=2201-01-01",
            "as_of=9999-12-31T23:59:59Z",
            "as_of=0001-01-01",
            "as_of=",
            "as_of=2025-13-01",
            "as_of=" + "2" * 100,
        ]
    ]
    + [
        (f"{PRODUCT}/offers?{query}", query.partition("=")[0])
        for query in [
            "condition=mint",
            "condition=new;used",
            "quantity=0",
            "quantity=10001",
            "quantity=many",
            "quantity=99999999999999999999",
            "country=hr",
            "country=HRV",
            "country=%C4%8C%C4%8C",
            "country=",
            "currency=usd",
            "currency=DOLLAR",
            "currency=%E2%82%AC",
            "currency=",
            "unfold=yes",
            "unfold=",
            "unfold=True",
            "branches=k%C3%B6nzum",
            "branches=konzum/",
            "branches=konzum/a/b",
            "branches=konzum/0613;drop",
            "branches=" + "a," * 2000,
        ]
    ]
    + [(f"{PRODUCT}/history?{query}", "days") for query in ["days=0", "days=3661", "days=1e3", "days=%2B5"]],
)
def test_a_malformed_value_is_refused_by_the_name_of_its_parameter_and_never_repeated(
    problem_in: ProblemIn, api: TestApp, address: str, parameter: str
) -> None:
    document = problem_in(api.get(address, status="*"), 422, "invalid_parameter")
    assert [error["parameter"] for error in document["errors"]] == [parameter]
    value = address.partition("=")[2]
    if len(value) > 8:
        assert value not in json.dumps(document)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unknown_parameter_is_named(problem_in: ProblemIn, api: TestApp, address: str) -> None:
    document = problem_in(api.get(f"{address}?colour=red", status="*"), 422, "unknown_parameter")
    assert document["errors"][0]["parameter"] == "colour"


@pytest.mark.parametrize("name", ["reference", "", "%00", "%C4%8D", "a" * 5000, "__class__", "self"])
def test_a_parameter_is_not_known_by_what_the_program_calls_things(
    problem_in: ProblemIn, api: TestApp, name: str
) -> None:
    problem_in(api.get(f"{PRODUCT}?{name}=1", status="*"), 422, "unknown_parameter")


def test_a_parameter_given_twice_is_refused_even_with_the_same_value(problem_in: ProblemIn, api: TestApp) -> None:
    document = problem_in(api.get("/api/v1/products?limit=5&limit=5", status="*"), 422, "repeated_parameter")
    assert document["errors"][0]["parameter"] == "limit"


def test_all_flaws_are_told_at_once(problem_in: ProblemIn, api: TestApp) -> None:
    address = f"{PRODUCT}/offers?quantity=0&country=x&unfold=x&colour=red"
    document = problem_in(api.get(address, status="*"), 422, "invalid_parameter")
    assert {error["parameter"] for error in document["errors"]} == {"quantity", "country", "unfold", "colour"}


def test_too_many_parameters_are_refused_before_they_are_looked_at(problem_in: ProblemIn, api: TestApp) -> None:
    query = "&".join(f"p{number}=1" for number in range(60))
    problem_in(api.get(f"/api/v1/products?{query}", status="*"), 422, "too_many_parameters")


def test_more_words_than_a_search_takes_are_refused_by_the_domain(problem_in: ProblemIn, api: TestApp) -> None:
    problem_in(api.get("/api/v1/products?q=" + "+".join("abcdefghijklm"), status="*"), 422, "invalid_search")


@pytest.mark.parametrize(
    "reference", ["1", "3850000000016", "0" * 13, "p_short", "p_" + "A" * 20, "x", "%20", "p_", "a" * 64]
)
def test_a_malformed_reference_is_told_from_an_unknown_one(problem_in: ProblemIn, api: TestApp, reference: str) -> None:
    answer = api.get(f"/api/v1/products/{reference}", status="*")
    code = "invalid_product_id" if reference.startswith("p_") else "invalid_gtin"
    assert problem_in(answer, 422, code)["errors"][0]["parameter"] == "reference"


def test_a_wrong_check_digit_is_explained(problem_in: ProblemIn, api: TestApp) -> None:
    wrong = f"{BEANS[:-1]}{(int(BEANS[-1]) + 1) % 10}"
    assert (
        "check digit"
        in problem_in(api.get(f"/api/v1/products/{wrong}/offers", status="*"), 422, "invalid_gtin")["detail"]
    )


@pytest.mark.parametrize("reference", [gtin_of(77).short, "p_" + "a" * 20])
@pytest.mark.parametrize("rest", ["", "/offers", "/history"])
def test_a_product_that_no_list_carries_is_not_found(
    problem_in: ProblemIn, api: TestApp, reference: str, rest: str
) -> None:
    problem_in(api.get(f"/api/v1/products/{reference}{rest}", status="*"), 404, "unknown_product")


def tampered(whole: str) -> Iterator[str]:
    yield from ("", "x", "=", whole + "=", whole + "A", whole[:-1], whole[:-2], whole[1:], "é", "..", whole.swapcase())
    for place in range(len(whole)):
        yield whole[:place] + ("A" if whole[place] != "A" else "B") + whole[place + 1 :]
    forgeries: list[Any] = [
        [],
        {},
        1,
        ["a"],
        ["a", "b", "c", "d"],
        ["a", "p_" + "a" * 20, ""],
        [["a"], 1, None],
        [None] * 3,
    ]
    for forged in forgeries:
        yield base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    yield base64.urlsafe_b64encode(b"[" * 5000).decode()
    yield "A" * 40_000


def test_a_cursor_that_was_tampered_with_or_lost_a_letter_is_refused(api: TestApp, market: Market) -> None:
    place = market.application.find_products(limit=1).page.next
    assert place
    whole = cursor(place)
    api.get(f"/api/v1/products?cursor={whole}", status=200)
    for text in tampered(whole):
        answer = api.get("/api/v1/products", {"cursor": text}, status="*")
        assert answer.status_int in {414, 422}, text
        assert answer.json["code"] in {"invalid_cursor", "invalid_parameter", "uri_too_long"}, text
