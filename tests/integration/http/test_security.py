"""Who may do what: a list of what is public, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import webtest
from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from coprra.entrypoints.http.endpoints import CATEGORY
from coprra.entrypoints.http.security import PUBLIC, UNNAMED
from coprra.testing.builders import gtin_of

if TYPE_CHECKING:
    from webtest import TestApp

PUBLIC_ENDPOINTS = {
    "GET /",
    "GET /health/live",
    "GET /api/v1/products",
    "GET /api/v1/products/suggest",
    "GET /api/v1/products/{reference}",
    "GET /api/v1/products/{reference}/offers",
    "GET /api/v1/products/{reference}/history",
    "GET /api/v1/products/{reference}/discounts",
    "GET /api/v1/categories",
    "GET /api/v1/brands",
    "GET /api/v1/chains",
    "GET /api/v1/suspects",
}


def introspected(api: TestApp, category: str) -> list[Any]:
    router: Any = api.app
    return [one["introspectable"] for one in router.registry.introspector.get_category(category)]


def test_these_endpoints_and_no_others_are_public(api: TestApp) -> None:
    listed = [one["endpoint"] for one in introspected(api, CATEGORY)]
    assert {f"{each.method} {each.path}" for each in listed if each.permission == PUBLIC} == PUBLIC_ENDPOINTS


def test_no_view_was_added_beside_the_endpoints(api: TestApp) -> None:
    views = introspected(api, "views")
    methods = {f"{view['request_methods']} {view['route_name']}" for view in views if view["request_methods"]}
    assert methods == PUBLIC_ENDPOINTS
    # Without a method: the 405 of each path, and the views of errors.
    assert {view["route_name"] for view in views if not view["request_methods"]} - {None} == {
        endpoint.partition(" ")[2] for endpoint in PUBLIC_ENDPOINTS
    }


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
