"""Welcome: the start page, at the address where programs find the index of the API."""

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from coprra.entrypoints.http.pages import rendering
from coprra.entrypoints.http.pages.page import START, visit_of
from coprra.entrypoints.http.pages.visit import Shown
from coprra.entrypoints.http.security import PUBLIC


def welcome(request: Request) -> Response:
    """For people who have just come in."""
    response = rendering.page(request, visit_of(request), Shown("welcome"))
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return response


def includeme(config: Configurator) -> None:
    """Beside the index, which anybody gets who does not ask for HTML."""
    config.add_view(welcome, route_name=START, request_method="GET", for_people=True, permission=PUBLIC)
