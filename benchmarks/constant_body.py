"""The least that any answer of coprra costs: a constant body, behind everything that surrounds a request."""

import sys

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from coprra.entrypoints.http.server import serve
from coprra.entrypoints.logging import configure


def main(port: int, length: int) -> None:
    body = b'{"padding":"' + b"x" * (length - 14) + b'"}'

    def answer(_request: Request) -> Response:
        return Response(body, content_type="application/json", cache_control="no-cache")

    configure()
    config = Configurator()
    for part in ("security", "errors", "tweens"):
        config.include(f"coprra.entrypoints.http.{part}")
    config.add_route("body", "/body")
    config.add_view(answer, route_name="body", permission=NO_PERMISSION_REQUIRED)
    serve(config.make_wsgi_app(), port=port)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
