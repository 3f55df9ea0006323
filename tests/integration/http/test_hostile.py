"""Whatever bytes come, they are answered, and never with a mistake of ours."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coprra.bootstrap import build
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.testing.builders import gtin_of

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
    "/api/v1/tokens",
    "/api/v1/tokens/current",
    "/api/v1/tokens/refresh",
    "/api/v1/account",
    "/api/v1/accounts",
    "/api/v1/users",
    "/api/v1/mapping/moves",
]


LATIN = st.text(st.characters(max_codepoint=255), max_size=60)
HEADERS = [
    "HTTP_HOST",
    "HTTP_IF_NONE_MATCH",
    "HTTP_X_REQUEST_ID",
    "CONTENT_TYPE",
    "HTTP_ACCEPT",
    "HTTP_COOKIE",
    "CONTENT_LENGTH",
    "HTTP_AUTHORIZATION",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_USER_AGENT",
    "REMOTE_ADDR",
]


@pytest.fixture(scope="module")
def bare() -> Callable[[dict[str, Any]], tuple[str, bytes]]:
    wsgi_app = make_wsgi_app(build())

    def call(environ: dict[str, Any]) -> tuple[str, bytes]:
        statuses: list[str] = []
        body = wsgi_app(environ, lambda status, _headers, _info=None: statuses.append(status))
        return statuses[-1], b"".join(body)

    return call


PATHS = st.one_of(
    LATIN,
    st.builds("/api/v1/products/{}{}".format, LATIN, st.sampled_from(["", "/offers", "/history", "/discounts"])),
    st.sampled_from(ADDRESSES),
)
QUERIES = st.one_of(
    LATIN,
    st.lists(
        st.builds(
            "{}={}".format,
            st.sampled_from("q category brand limit cursor as_of branches country quantity unfold days".split()),
            st.one_of(LATIN, st.from_regex(r"[0-9T:+Z%-]{0,30}", fullmatch=True)),
        )
    ).map("&".join),
)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "\xff", ""])


@pytest.mark.usefixtures("log")
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    request=st.fixed_dictionaries({"REQUEST_METHOD": METHODS, "PATH_INFO": PATHS, "QUERY_STRING": QUERIES}),
    headers=st.dictionaries(st.sampled_from(HEADERS), LATIN),
    body=st.binary(max_size=100),
)
def test_arbitrary_bytes_are_answered_and_never_with_a_mistake_of_ours(
    bare: Callable[[dict[str, Any]], tuple[str, bytes]], request: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    environ = {
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **request,
        **headers,
    }
    status, answer = bare(environ)
    assert 200 <= int(status[:3]) < 500, (status, answer)
    if answer:
        json.loads(answer)
