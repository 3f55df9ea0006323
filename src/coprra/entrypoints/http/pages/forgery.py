"""Forgery: whether a form was sent by a person on one of our pages, or by another site in their name."""

import hmac
from base64 import urlsafe_b64encode
from secrets import token_urlsafe
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.viewderivers import INGRESS

from coprra.domain.kernel.errors import Forbidden
from coprra.entrypoints.http.pages.form import read_form
from coprra.entrypoints.http.security import is_to_the_api

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForgedForm(Forbidden):
    """The form was not sent from a page of this site that this browser was shown."""

    code = "forged_form"


def form_token(request: Request, *, session: str | None = None) -> str:
    """What every form of a page carries: it follows from the session's secret, and so changes with it.

    session: the one that begins with this answer. Whoever has not signed in gets a cookie to make it from.
    """
    return _token_of(session or _session_or_guest(request) or _welcome(request))


def refuse_forgeries(view: Any, info: Any) -> Any:
    """The view deriver that looks at every request that changes something, whichever view it is for.

    The API is not concerned: it reads no cookie, so nobody can act there in somebody else's name. Nor are the views of
    errors and those that need no permission, which tell what methods an address takes and do nothing.
    """
    if info.exception_only or info.options.get("permission") == NO_PERMISSION_REQUIRED:
        return view

    def looked_at(context: object, request: Request) -> Response:
        if request.method not in _SAFE and not is_to_the_api(request):
            _check_origin(request)
            _check_token(request)
        return view(context, request)

    return looked_at


def _check_origin(request: Request) -> None:
    """By the configured address; what a request says of its own scheme and host is a proxy's or an attacker's to say.

    Pages that send no referrer have browsers call their origin null; then `Sec-Fetch-Site` must vouch for it, which no
    page can forge. Source: Fetch Standard, "append a request Origin header"; Fetch Metadata §2.4.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "null")
    from_here = origin == request.registry.base_url or (origin == "null" and fetch_site is not None)
    if not from_here or fetch_site not in {None, "same-origin"}:
        raise ForgedForm("This was not sent from a page of this site; open the page anew, and send it from there.")


def _check_token(request: Request) -> None:
    shown = request.headers.get(HEADER) or read_form(request).get(FIELD, "")
    secret = _session_or_guest(request)
    if not secret or not hmac.compare_digest(_token_of(secret).encode(), shown.encode("utf-8", "replace")):
        raise ForgedForm("The page is too old, or belongs to an earlier sign-in; open it anew, and send it from there.")


def _session_or_guest(request: Request) -> str:
    session: str | None = request.registry.session_cookie.read(request)
    guest: str = request.registry.page_cookies.guest.read(request)
    return session or guest


def _welcome(request: Request) -> str:
    """The secret of a new guest, whose cookie goes out with the answer."""
    secret = getattr(request, "new_guest", None) or token_urlsafe(32)
    request.new_guest = secret
    return secret


def _token_of(secret: str) -> str:
    digest = hmac.digest(secret.encode("utf-8", "replace"), b"coprra forms", "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def includeme(config: Configurator) -> None:
    """Before permissions are asked for: a forged form learns nothing about who is signed in."""
    config.add_view_deriver(refuse_forgeries, name="refuse_forgeries", under=INGRESS, over="secured_view")
