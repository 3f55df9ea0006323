"""Welcome: the start page, at the address where programs find the index of the API."""

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from coprra.entrypoints.http.pages import rendering
from coprra.entrypoints.http.pages.page import prefers_pages, visit_of
from coprra.entrypoints.http.pages.visit import Shown
from coprra.entrypoints.http.security import PUBLIC


class _PrefersPages:
    """The predicate of views for browsers: `prefers_pages=True`."""

    def __init__(self, wanted: bool, _info: object) -> None:
        self._wanted = wanted

    def text(self) -> str:
        """How Pyramid tells predicates apart."""
        return f"prefers_pages = {self._wanted}"

    phash = text

    def __call__(self, _context: object, request: Request) -> bool:
        """Whether the view is for this request."""
        return prefers_pages(request) is self._wanted


def welcome(request: Request) -> Response:
    """For people who have just come in."""
    response = rendering.page(request, visit_of(request), Shown("welcome"))
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return response


def includeme(config: Configurator) -> None:
    """Beside the index, which anybody gets who does not ask for HTML."""
    config.add_view_predicate("prefers_pages", _PrefersPages)
    config.add_view(welcome, route_name="/", request_method="GET", prefers_pages=True, permission=PUBLIC)
