"""Routes: one for each path, whatever the methods that it takes."""

from collections.abc import Callable, Sequence

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPMethodNotAllowed
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

_METHODS = "coprra methods"
"""Where the registry keeps which methods each path takes."""


def full_path_of(config: Configurator, path: str) -> str:
    """With the prefix of the part of the API that is being configured."""
    return f"/{config.route_prefix}{path}" if config.route_prefix else path


def add_method(
    config: Configurator, method: str, path: str, view: Callable[[Request], Response], permission: str, **options: bool
) -> None:
    """Answer `method` (GET means HEAD as well) at `path`; OPTIONS gives Allow, and any other method 405 with Allow.

    options: what view derivers are told of the view.
    """
    full_path = full_path_of(config, path)
    methods_by_path: dict[str, list[str]] = config.registry.setdefault(_METHODS, {})
    if full_path not in methods_by_path:
        # The route knows no method: one that did would answer 404 where only the method is wrong.
        config.add_route(full_path, path)
        methods_by_path[full_path] = ["OPTIONS"]
        config.add_view(
            OtherMethods(methods_by_path[full_path]), route_name=full_path, permission=NO_PERMISSION_REQUIRED
        )
    methods_by_path[full_path] += ["GET", "HEAD"] if method == "GET" else [method]
    config.add_view(view, route_name=full_path, request_method=method, permission=permission, **options)


class OtherMethods:
    """The view that answers OPTIONS, and refuses whatever else the path does not take. methods: those that it does."""

    def __init__(self, methods: Sequence[str]) -> None:
        self._methods = methods

    def __call__(self, request: Request) -> Response:
        """Raises: HTTPMethodNotAllowed."""
        allow = ", ".join(sorted(self._methods))
        if request.method == "OPTIONS":
            return Response(status=204, headerlist=[("Allow", allow)])
        raise HTTPMethodNotAllowed(headers=[("Allow", allow)])
