"""Rendering: how an answer becomes HTML, and what every page tells browsers about itself."""

from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
from pyramid.config import Configurator
from pyramid.renderers import render
from pyramid.request import Request
from pyramid.response import Response

from coprra.domain.mfa.recovery_code import FEW
from coprra.domain.users.role import Permission
from coprra.entrypoints.http.pages.forgery import FIELD, form_token
from coprra.entrypoints.http.pages.languages import said
from coprra.entrypoints.http.pages.visit import Shown, Visit
from coprra.entrypoints.http.security import known_identity

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)

_FOLDER = "coprra.entrypoints.http.pages:templates"
_TELLING = ("Allow", "Retry-After", "WWW-Authenticate", "RateLimit", "RateLimit-Policy")
"""Headers of a problem that say more than its words."""


def page(request: Request, visit: Visit, shown: Shown) -> Response:
    """A page as whoever visits sees it."""
    own, identity = visit.own, visit.identity
    if shown.marks.session:
        # Who has just shown a second factor may do more than when this began.
        identity = visit.accounts.authenticate_session(shown.marks.session)
    values = {
        "own": own,
        "me": identity,
        "may": identity.permissions if identity else frozenset(),
        "Permission": Permission,
        "few_codes_left": bool(own and own.second_factor and own.recovery_codes_left <= FEW),
        "path": visit.path,
        "form": visit.form,
        "faults": visit.faults,
        "done": visit.query.get("done", ""),
        "csrf_field": FIELD,
        "csrf_token": form_token(request, session=shown.marks.session),
        **shown.values,
    }
    response = _html(request, shown.template, values)
    if not shown.referring:
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def problem_page(request: Request, problem: Response) -> Response:
    """What a problem of the API says, for people: the same words and the same status."""
    document = orjson.loads(problem.body)
    me = known_identity(request)
    values = {"problem": document, "own": None, "me": me, "faults": (), "few_codes_left": False, "done": ""}
    return as_problem(_html(request, "problem", values), problem)


def as_problem(response: Response, problem: Response) -> Response:
    """The response with the status of a problem, and what its headers tell."""
    response.status = problem.status
    response.headers.update({name: problem.headers[name] for name in _TELLING if name in problem.headers})
    return response


def unkept(response: Response) -> Response:
    """Kept by nobody, and another one for everybody."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def _html(request: Request, template: str, values: Mapping[str, object]) -> Response:
    static = request.registry.page_files
    everywhere = {"lang": request.locale_name, "stylesheet": static["coprra.css"], "icon": static["icon.svg"]}
    body = render(f"{_FOLDER}/{template}.html.jinja2", {**everywhere, "files": static, **values}, request=request)
    response = Response(body, content_type="text/html", charset="UTF-8")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    if new_guest := getattr(request, "new_guest", None):
        request.registry.page_cookies.guest.set(response, new_guest)
    return unkept(response)


def instant(moment: datetime) -> str:
    """As people read it: to the minute, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def includeme(config: Configurator) -> None:
    """Jinja2, which escapes whatever a template does not say is HTML, and refuses names that nobody gave."""
    config.add_settings(
        {
            "jinja2.undefined": "strict",
            "jinja2.trim_blocks": "true",
            "jinja2.lstrip_blocks": "true",
            "jinja2.i18n.domain": "coprra",
            "jinja2.filters": {"instant": instant, "said": said},
        }
    )
    config.include("pyramid_jinja2")
