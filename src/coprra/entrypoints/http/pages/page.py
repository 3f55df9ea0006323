"""Page: the directive that makes a path and typed functions into a page for people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError
from pyramid.request import Request
from pyramid.response import Response

from coprra.domain.kernel.errors import CoprraError, Forbidden, NotFound
from coprra.domain.users.identity import NotSignedIn
from coprra.entrypoints.http import errors
from coprra.entrypoints.http.accepted_language import language_of
from coprra.entrypoints.http.actions import origin_of
from coprra.entrypoints.http.endpoints import read_query
from coprra.entrypoints.http.pages import rendering
from coprra.entrypoints.http.pages.forgery import FIELD
from coprra.entrypoints.http.pages.form import Fault, InvalidForm, read_form
from coprra.entrypoints.http.pages.visit import Answer, File, Marks, Sent, Visit
from coprra.entrypoints.http.routes import add_method
from coprra.entrypoints.http.security import is_to_the_api

CATEGORY = "coprra pages"
"""Where the introspector lists them, each as `page`, and the registry by the names of their routes."""

START = "/"
"""Where people see the start page, and programs the index of the API."""

Show = Callable[[Visit], Answer]

_FIELDS = MappingProxyType(
    {
        "invalid_email": ("email",),
        "invalid_password": ("password",),
        "wrong_password": ("current_password", "proof", "password"),
        "invalid_code": ("code", "proof"),
        "invalid_lifetime": ("days",),
        "invalid_text": ("name", "reason"),
    }
)
"""Which field of a form an error is about, the first of them that the page has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One line of the table of pages. show: what GET answers; act: what POST does; takes: the fields of its form."""

    path: str
    permission: str
    show: Show | None
    act: Show | None
    takes: tuple[str, ...]


def add_page(
    config: Configurator,
    path: str,
    permission: str,
    *,
    show: Show | None = None,
    act: Show | None = None,
    takes: str = "",
) -> None:
    """Show a page at `path`, or do something there. takes: the names of the form's fields, parted by blanks."""
    page = Page(path=path, permission=permission, show=show, act=act, takes=tuple(takes.split()))
    if not (show or act):
        raise ConfigurationError(f"{path}: a page shows or does something.")
    if show:
        add_method(config, "GET", path, _showing(page, show), permission)
    if act:
        add_method(config, "POST", path, _acting(page, act), permission)
    config.registry.setdefault(CATEGORY, {})[path] = page
    introspectable = config.introspectable(CATEGORY, path, path, "page")
    introspectable["page"] = page
    config.action((CATEGORY, path), introspectables=(introspectable,))


def is_for_people(request: Request) -> bool:
    """Whether a person reads the answer: at a page; or with a browser at `START`, or at no address that there is."""
    route = getattr(request, "matched_route", None)
    if route is not None and route.name != START:
        return route.name in request.registry[CATEGORY]
    return not is_to_the_api(request) and "text/html" in request.environ.get("HTTP_ACCEPT", "")


class _ForPeople:
    """The predicate of views that answer people: `for_people=True`."""

    def __init__(self, wanted: bool, _info: object) -> None:
        self._wanted = wanted

    def text(self) -> str:
        """How Pyramid tells predicates apart."""
        return f"for_people = {self._wanted}"

    phash = text

    def __call__(self, _context: object, request: Request) -> bool:
        """Whether the view is for this request."""
        return is_for_people(request) is self._wanted


def visit_of(request: Request, *, form: Mapping[str, str] | None = None) -> Visit:
    """What a view is asked. Raises: InvalidForm."""
    cookies = request.registry.page_cookies
    return Visit(
        accounts=request.registry.application.accounts,
        identity=request.identity,
        origin=origin_of(request),
        language=language_of(request),
        path=request.path_info,
        place=request.matchdict or {},
        query=_query_of(request),
        form=form or {},
        ticket=cookies.ticket.read(request),
        device=cookies.device.read(request),
    )


def _query_of(request: Request) -> dict[str, str]:
    query: dict[str, str] = {}
    for name, value in read_query(request.environ.get("QUERY_STRING", "")):
        if name in query or "\0" in value:
            raise InvalidForm("The address asks for the same twice, or holds a character that no text has.")
        query[name] = value
    return query


def _showing(page: Page, show: Show) -> Callable[[Request], Response]:
    def view(request: Request) -> Response:
        visit = visit_of(request, form=dict.fromkeys(page.takes, ""))
        return _response(request, visit, show(visit))

    return view


def _acting(page: Page, act: Show) -> Callable[[Request], Response]:
    def view(request: Request) -> Response:
        form = {name: value for name, value in read_form(request).items() if name != FIELD}
        if form.keys() - set(page.takes):
            raise InvalidForm("The form holds a field that the page does not have.")
        visit = visit_of(request, form={name: form.get(name, "") for name in page.takes})
        try:
            answer = act(visit)
        except (NotSignedIn, NotFound, Forbidden):
            raise
        except CoprraError as error:
            if page.show is None:
                raise
            return _again(request, page, page.show, visit, error)
        return _response(request, visit, answer)

    return view


def _again(request: Request, page: Page, show: Show, visit: Visit, error: CoprraError) -> Response:
    """The page with what was wrong, and with the status and headers that the API would give."""
    problem = errors.coprra_error(error, request)
    about = next((name for name in _FIELDS.get(error.code, ()) if name in page.takes), "")
    seen = visit.with_fault(Fault(error.message, about))
    response = _response(request, seen, show(seen))
    return rendering.as_problem(response, problem)


def _response(request: Request, visit: Visit, answer: Answer) -> Response:
    if isinstance(answer, File):
        response = Response(answer.content, content_type=answer.media_type, charset="UTF-8")
        response.content_disposition = f'attachment; filename="{answer.name}"'
        return rendering.unkept(response)
    if isinstance(answer, Sent):
        query = urlencode({name: said for name, said in (("done", answer.done), ("to", answer.to)) if said})
        where = request.registry.base_url + answer.path
        response = Response(status=303, headerlist=[("Location", f"{where}?{query}" if query else where)])
        rendering.unkept(response)
    else:
        response = rendering.page(request, visit, answer)
    _set_cookies(request, response, answer.marks)
    return response


def _set_cookies(request: Request, response: Response, marks: Marks) -> None:
    cookies, session = request.registry.page_cookies, request.registry.session_cookie
    for cookie, value in ((session, marks.session), (cookies.ticket, marks.ticket), (cookies.device, marks.device)):
        if value:
            cookie.set(response, value)
        elif value is not None:
            cookie.clear(response)
    if marks.session:
        cookies.guest.clear(response)


def includeme(config: Configurator) -> None:
    """Makes ``config.add_page(…)`` known, and the predicate ``for_people``."""
    config.add_directive("add_page", add_page)
    config.add_view_predicate("for_people", _ForPeople)
