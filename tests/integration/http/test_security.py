"""What holds for every view: nobody has what is not named, and every answer is headed as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import webtest
from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from coprra.entrypoints.http.security import UNNAMED
from coprra.testing.builders import gtin_of

if TYPE_CHECKING:
    from webtest import TestApp


@pytest.mark.parametrize("permission", [{}, {"permission": UNNAMED}, {"permission": "admin"}])
def test_a_view_without_a_permission_or_with_an_unknown_one_is_denied_to_all(permission: dict[str, Any]) -> None:
    config = Configurator()
    for part in ("security", "errors", "tweens"):
        config.include(f"coprra.entrypoints.http.{part}")
    config.add_route("forgotten", "/forgotten")
    config.add_view(lambda _request: Response("secret"), route_name="forgotten", **permission)
    answer = webtest.TestApp(config.make_wsgi_app()).get("/forgotten", status=403)
    assert answer.json["code"] == "forbidden"
    assert "secret" not in answer.text


def test_a_view_that_asks_for_no_permission_must_say_so() -> None:
    config = Configurator()
    config.include("coprra.entrypoints.http.security")
    config.add_route("open", "/open")
    config.add_view(lambda _request: Response("hello"), route_name="open", permission=NO_PERMISSION_REQUIRED)
    assert webtest.TestApp(config.make_wsgi_app()).get("/open").text == "hello"


@pytest.mark.parametrize(
    "address", ["/", "/health/live", f"/api/v1/products/{gtin_of(1).short}/offers", "/nowhere", "/%ff"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_security_headers_stand_on_every_answer(api: TestApp, address: str, method: str) -> None:
    headers = api.request(address, method=method, status="*").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Server" not in headers
    assert not any(name.startswith("Access-Control") for name in headers)
