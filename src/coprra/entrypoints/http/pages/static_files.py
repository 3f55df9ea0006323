"""Static files: the stylesheet, a script that nobody needs, and the icon."""

from hashlib import blake2b
from importlib.resources import files

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response

from coprra.entrypoints.http.security import PUBLIC

ROUTE = "static"

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def includeme(config: Configurator) -> None:
    """Each at an address that changes with its content, so that browsers need not ask for it again."""
    folder = files("coprra.entrypoints.http.pages") / "static"
    served: dict[tuple[str, str], tuple[str, bytes]] = {}
    addresses: dict[str, str] = {}
    for file in folder.iterdir():
        content = file.read_bytes()
        digest = blake2b(content, digest_size=8).hexdigest()
        served[digest, file.name] = (_TYPES[file.name[file.name.rindex(".") :]], content)
        addresses[file.name] = f"/static/{digest}/{file.name}"
    config.registry.page_files = addresses

    def static_file(request: Request) -> Response:
        found = served.get((request.matchdict["digest"], request.matchdict["name"]))
        if found is None:
            raise HTTPNotFound
        media_type, content = found
        response = Response(content, content_type=media_type, charset="UTF-8")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    config.add_route(ROUTE, "/static/{digest}/{name}")
    config.add_view(static_file, route_name=ROUTE, request_method="GET", permission=PUBLIC)
