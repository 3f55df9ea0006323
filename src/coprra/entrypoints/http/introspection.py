"""Introspection: which endpoints the site has, out of what Pyramid knows of its views."""

from collections.abc import Iterator, Sequence
from typing import Any

from pyramid.config.views import isexception

from coprra.bootstrap import build
from coprra.domain.security.endpoint import Endpoint
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.routes import OtherMethods
from coprra.entrypoints.http.security import NEEDS, PUBLIC
from coprra.settings import Settings

_SOME_SITE = Settings(public_base_url="https://prices.example")
"""With pages: whatever an installation could serve."""


def site_endpoints() -> tuple[Endpoint, ...]:
    """By route and method; of a site in memory, which nobody is served by."""
    return endpoints_of(make_wsgi_app(build(), settings=_SOME_SITE).registry)


def endpoints_of(registry: Any) -> tuple[Endpoint, ...]:
    """Of a Pyramid registry. Those that can only refuse are none: error pages, and the answers to other methods."""
    views = registry.introspector.get_category("views")
    found = [endpoint for view in views if not _refuses(view["introspectable"]) for endpoint in _endpoints(view)]
    # A page and an endpoint of the API may share a path.
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.route, one.method)))


def _refuses(view: Any) -> bool:
    return isexception(view["context"]) or isinstance(view["callable"], OtherMethods)


def _endpoints(view: dict[str, Any]) -> Iterator[Endpoint]:
    related: Sequence[Any] = view["related"]
    # A default permission is none that somebody has decided on, and Pyramid does not name it here.
    named = next((str(one["value"]) for one in related if one.category_name == "permissions"), "")
    pattern = next((one["pattern"] for one in related if one.category_name == "routes"), view["introspectable"]["name"])
    permission, after_step_up = NEEDS.get(named, (None, False))
    methods = view["introspectable"]["request_methods"] or "*"
    for method in (methods,) if isinstance(methods, str) else methods:
        route = f"/{pattern.lstrip('/')}"
        yield Endpoint(method, route, permission, public=named == PUBLIC, after_step_up=after_step_up)
