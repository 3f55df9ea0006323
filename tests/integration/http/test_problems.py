"""Whatever goes wrong is a problem document that helps the caller and tells nothing about the inside."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
import structlog
import webtest
from pyramid.httpexceptions import HTTPGone, HTTPPaymentRequired

from coprra.domain.kernel.errors import (
    Conflict,
    CoprraError,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from coprra.domain.prices.list_chains import ListChains
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.errors import STATUSES
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
SECRET = "correct horse battery staple"  # pragma: allowlist secret


def failing_api(market: Market, error: Exception) -> TestApp:
    """The API over an application whose chains can't be listed."""

    def fail(**_: object) -> None:
        raise error

    broken = replace(market.application, list_chains=cast("ListChains", fail))
    return webtest.TestApp(make_wsgi_app(broken))


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "FOO", "get"])
def test_a_wrong_method_is_told_which_ones_are_right(
    problem_in: ProblemIn, api: TestApp, address: str, method: str
) -> None:
    answer = api.request(address, method=method, status="*")
    problem_in(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("address", ADDRESSES)
def test_options_tells_the_methods(api: TestApp, address: str) -> None:
    answer = api.options(address)
    assert (answer.status_int, answer.headers["Allow"], answer.body) == (204, "GET, HEAD, OPTIONS", b"")


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        "/api",
        "/api/v1",
        "/api/v2/products",
        "/api/v1/products/",
        "/api/v1/products/1%2F2",
        "/health",
        "/.env",
    ],
)
def test_what_is_not_there_is_not_found(problem_in: ProblemIn, api: TestApp, address: str) -> None:
    assert problem_in(api.get(address, status="*"), 404, "not_found")["instance"].startswith("/")


@pytest.mark.parametrize(
    "address",
    [
        "/%ff",
        f"{PRODUCT[:-13]}%ff",
        f"{PRODUCT}/%c3%28",
        "/api/v1/products?q=%ff",
        "/?%ff",
        "/health/live?%ed%a0%80=1",
        "/%c0%af",
    ],
)
def test_bytes_that_are_no_utf_8_are_the_callers_mistake(problem_in: ProblemIn, api: TestApp, address: str) -> None:
    problem_in(api.get(address, status="*"), 400, "undecodable")


def test_an_address_beyond_all_bounds_is_refused(problem_in: ProblemIn, api: TestApp) -> None:
    for address in ["/" + "a" * 50_000, "/api/v1/products?q=" + "a" * 50_000]:
        document = problem_in(api.get(address, status="*"), 414, "uri_too_long")
        assert len(document["instance"]) <= 200


@pytest.mark.parametrize("host", ["a, b", "a b", "", "a:b", "a@b", "a/b", "é", "[::1", "a" * 300, "a:123456"])
def test_a_host_that_is_none_or_two_is_refused(problem_in: ProblemIn, api: TestApp, host: str) -> None:
    problem_in(api.get("/health/live", extra_environ={"HTTP_HOST": host}, status="*"), 400, "invalid_host")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8080", "prices.example.org", "127.0.0.1:1", "[::1]:8080", "my_host"]
)
def test_a_host_with_or_without_a_port_is_fine(api: TestApp, host: str) -> None:
    api.get("/health/live", extra_environ={"HTTP_HOST": host})


class Unfiled(CoprraError):
    """Descends from none of the bases."""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid, 422),
        (NotFound, 404),
        (Conflict, 409),
        (Refused, 409),
        (Unauthenticated, 401),
        (Forbidden, 403),
        (Unavailable, 503),
        (Unfiled, 500),
    ],
)
def test_every_error_base_has_its_status(
    problem_in: ProblemIn, market: Market, error: type[CoprraError], status: int
) -> None:
    answer = failing_api(market, error("Say this.")).get("/api/v1/chains", status="*")
    assert problem_in(answer, status, error.code)["detail"] == "Say this."


def test_the_table_of_statuses_knows_every_base() -> None:
    assert {base for base, _ in STATUSES} == set(CoprraError.__subclasses__()) - {Unfiled}


def test_who_asks_too_often_is_told_when_to_come_back(problem_in: ProblemIn, market: Market) -> None:
    answer = failing_api(market, TooMany("Too often.", 812)).get("/api/v1/chains", status=429)
    problem_in(answer, 429, "too_many")
    assert answer.headers["Retry-After"] == "812"


def test_who_is_not_known_is_told_how_to_be(market: Market) -> None:
    answer = failing_api(market, Unauthenticated("Nobody.")).get("/api/v1/chains", status=401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_what_may_work_later_says_when_to_try(market: Market) -> None:
    answer = failing_api(market, Unavailable("The disk is full.")).get("/api/v1/chains", status=503)
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(SECRET),
        KeyError(SECRET),
        RecursionError(SECRET),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, SECRET),
        MemoryError(),
    ],
)
def test_an_unexpected_exception_is_logged_whole_and_answered_with_nothing_but_its_request_id(
    problem_in: ProblemIn, market: Market, log: io.StringIO, error: Exception
) -> None:
    answer = failing_api(market, error).get("/api/v1/chains?as_of=2025-12-29", status="*")
    document = problem_in(answer, 500, "internal_error")
    for inside in [SECRET, "Traceback", "coprra.", "pyramid", ".py", type(error).__name__]:
        assert inside not in answer.text
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    logged = next(line for line in lines if line["event"] == "unexpected_exception")
    assert type(error).__name__ in logged["exception"]
    assert logged["request_id"] == document["request_id"]


def test_an_answer_that_can_not_be_written_is_an_unexpected_exception_too(
    problem_in: ProblemIn, market: Market
) -> None:
    broken = replace(market.application, list_chains=cast("ListChains", lambda **_: object()))
    problem_in(webtest.TestApp(make_wsgi_app(broken)).get("/api/v1/chains", status="*"), 500, "internal_error")


@pytest.mark.parametrize(("error", "status"), [(HTTPGone(SECRET), 410), (HTTPPaymentRequired(), 402)])
def test_what_pyramid_raises_is_a_problem_in_our_words(
    problem_in: ProblemIn, market: Market, error: Exception, status: int
) -> None:
    problem_in(failing_api(market, error).get("/api/v1/chains", status="*"), status, f"http_{status}")


def test_a_failing_exception_view_is_the_last_thing_that_can_go_wrong(problem_in: ProblemIn, market: Market) -> None:
    class Worse(Invalid):
        @property
        def message(self) -> str:
            raise RuntimeError(SECRET)

        @message.setter
        def message(self, value: str) -> None:
            pass

    answer = failing_api(market, Worse("x")).get("/api/v1/chains", status="*")
    problem_in(answer, 500, "internal_error")
    assert SECRET not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("request_id", ["12345678", "a.b_c-D.9", "x" * 64])
def test_a_request_id_that_is_well_formed_is_kept(api: TestApp, request_id: str) -> None:
    for address in ["/", "/nowhere"]:
        answer = api.get(address, headers={"X-Request-ID": request_id}, status="*")
        assert answer.headers["X-Request-ID"] == request_id


@pytest.mark.parametrize(
    "request_id", ["short", "x" * 65, "1234567 ", "12345678<", "1234567é", "", "12345678, 12345678"]
)
def test_a_request_id_that_is_not_is_made_anew(api: TestApp, request_id: str) -> None:
    made = {api.get("/", extra_environ={"HTTP_X_REQUEST_ID": request_id}).headers["X-Request-ID"] for _ in range(2)}
    assert len(made) == 2
    assert request_id not in made


def test_every_request_leaves_one_line_in_the_log_by_its_route(api: TestApp, log: io.StringIO) -> None:
    api.get(f"{PRODUCT}/offers?quantity=3", headers={"X-Request-ID": "journey-1"})
    api.get("/nowhere", status=404)
    api.get("/health/live")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["route"] for line in lines] == ["/api/v1/products/{reference}/offers", None]
    assert (
        lines[0].items()
        >= {
            "event": "request",
            "level": "info",
            "logger": "coprra.http",
            "method": "GET",
            "status": 200,
            "request_id": "journey-1",
            "service": "coprra",
        }.items()
    )
    assert lines[0]["duration_ms"] > 0
    assert lines[1]["request_id"] != "journey-1"
    assert BEANS not in log.getvalue()


def test_what_one_request_bound_does_not_show_up_in_the_lines_of_the_next(market: Market, log: io.StringIO) -> None:
    def bind(**_: object) -> None:
        structlog.contextvars.bind_contextvars(user="Ana")
        raise Refused("Not today.")

    api = webtest.TestApp(make_wsgi_app(replace(market.application, list_chains=cast("ListChains", bind))))
    api.get("/api/v1/chains", status=409)
    api.get("/")
    assert [json.loads(line).get("user") for line in log.getvalue().splitlines()] == ["Ana", None]
