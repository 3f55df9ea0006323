"""Problems: what goes wrong at a page, told to people in the words that programs get."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from pyramid.config import Configurator
from pyramid.exceptions import URLDecodeError
from pyramid.httpexceptions import HTTPException, HTTPForbidden
from pyramid.request import Request
from pyramid.response import Response

from coprra.domain.kernel.errors import CoprraError
from coprra.domain.users.identity import NotSignedIn, StepUpRequired
from coprra.entrypoints.http import errors
from coprra.entrypoints.http.pages import rendering
from coprra.entrypoints.http.pages.page import CATEGORY, Page

SIGN_IN, CONFIRM = "/sign-in", "/confirm"

ExceptionView = Callable[[Any, Request], Response]


def _for_people(view: ExceptionView) -> ExceptionView:
    """What the view says, as a page; or on to where it can be put right."""

    def shown(error: Exception, request: Request) -> Response:
        reason = getattr(getattr(error, "result", None), "error", error)
        if isinstance(reason, NotSignedIn | StepUpRequired):
            return _onwards(request, SIGN_IN if isinstance(reason, NotSignedIn) else CONFIRM)
        return rendering.problem_page(request, view(error, request))

    return shown


def _onwards(request: Request, where: str) -> Response:
    """By way of `where` and back: to the page itself, if there is one to see, never to what a form would have done."""
    page: Page = request.registry[CATEGORY][request.matched_route.name]
    back = f"?{urlencode({'to': request.path_info})}" if page.show else ""
    response = Response(status=303, headerlist=[("Location", f"{request.registry.base_url}{where}{back}")])
    return rendering.unkept(response)


def includeme(config: Configurator) -> None:
    """Beside the views of errors for programs; the predicate has these preferred."""
    for view, context in (
        (errors.coprra_error, CoprraError),
        (errors.undecodable, URLDecodeError),
        (errors.undecodable, errors.Undecodable),
        (errors.http_exception, HTTPException),
        (errors.forbidden, HTTPForbidden),
        (errors.unexpected, Exception),
    ):
        config.add_exception_view(_for_people(view), context=context, for_people=True)
