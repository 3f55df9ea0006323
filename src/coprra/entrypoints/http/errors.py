"""Errors: one table from the error bases to statuses, and one shape for whatever goes wrong. Source: RFC 9457."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import orjson
import structlog
from marshmallow import ValidationError
from pyramid.config import Configurator
from pyramid.exceptions import URLDecodeError
from pyramid.httpexceptions import HTTPException, HTTPForbidden
from pyramid.request import Request
from pyramid.response import Response

from coprra.domain.kernel.errors import (
    Conflict,
    CoprraError,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from coprra.domain.limits.limit import Limit, LimitExceeded
from coprra.domain.sessions.report_refusals import Refusal, RefusalKind
from coprra.domain.users.ports import Overloaded
from coprra.entrypoints.http.security import known_identity

STATUSES: tuple[tuple[type[CoprraError], int], ...] = (
    (Invalid, 422),
    (NotFound, 404),
    (Conflict, 409),
    (Refused, 409),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (TooMany, 429),
    (Unavailable, 503),
)
"""Every error that coprra raises on purpose descends from one of these."""

RETRY_AFTER_SECONDS = 5
_LONGEST_INSTANCE = 200

NAMEABLE = re.compile(r"[A-Za-z0-9._-]{1,40}")
"""What of a stranger's names may be repeated."""


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    code: str
    detail: str


# Not from http.HTTPStatus, whose names and phrases differ between Python 3.11 and 3.13, and a code is never reworded.
# Source of the titles: RFC 9110 §15 and RFC 6585.
_WORDS = {
    400: _Words("Bad Request", "bad_request", "The request can't be understood."),
    401: _Words("Unauthorized", "unauthenticated", "Nobody is known by what was shown."),
    403: _Words("Forbidden", "forbidden", "Nobody may do this."),
    404: _Words("Not Found", "not_found", "There is nothing at this address; / lists what there is."),
    405: _Words(
        "Method Not Allowed", "method_not_allowed", "This address does not take that method; Allow lists those."
    ),
    409: _Words("Conflict", "conflict", "This contradicts what stands already."),
    413: _Words("Content Too Large", "content_too_large", "The body is too large."),
    414: _Words("URI Too Long", "uri_too_long", "The address is too long."),
    415: _Words("Unsupported Media Type", "unsupported_media_type", "Send application/json in UTF-8."),
    422: _Words("Unprocessable Content", "invalid", "The request breaks a rule."),
    429: _Words("Too Many Requests", "too_many", "That was asked too often; try again later."),
    431: _Words("Request Header Fields Too Large", "header_too_large", "The head of the request is too large."),
    500: _Words("Internal Server Error", "internal_error", "A mistake of ours. The request id finds it in the log."),
    501: _Words("Not Implemented", "not_implemented", "The request asks for a way of transfer that is not known here."),
    503: _Words("Service Unavailable", "unavailable", "Not now; the same request may work later."),
}

_log = structlog.stdlib.get_logger("coprra.http")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one part of a request. detail: a sentence that never repeats the value."""

    place: str
    detail: str
    code: str = "invalid_parameter"


class Flawed(Invalid):
    """Parts of a request break a rule. flaws: all of them."""

    place: ClassVar[str]
    """What says in the answer where a flaw is."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__(" ".join(f"{flaw.place}: {flaw.detail}" if flaw.place else flaw.detail for flaw in flaws))
        self.flaws = tuple(flaws)


class InvalidParameters(Flawed):
    """One or more parameters of a path or query break a rule."""

    code = "invalid_parameter"
    place = "parameter"


class InvalidBody(Flawed):
    """One or more members of a JSON body break a rule. Each is named by a pointer. Source: RFC 6901."""

    code = "invalid_body"
    place = "pointer"


def flaws_of(error: ValidationError, prefix: str = "") -> list[Flaw]:
    """What marshmallow has found, if `refuse` said it. prefix: what stands before each name."""
    return [
        Flaw(f"{prefix}{name}", detail, code)
        for name, found in error.messages_dict.items()
        for code, detail in found.items()
    ]


class Malformed(Exception):
    """A request that can't be understood at all. detail: a sentence that repeats nothing of it."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class Undecodable(Exception):
    """Bytes in the address that are no UTF-8."""


def problem(
    environ: dict[str, Any],
    status: int,
    *,
    code: str | None = None,
    detail: str | None = None,
    flaws: Sequence[Flaw] = (),
    place: str = "",
) -> Response:
    """An ``application/problem+json`` answer. code, detail: the status' own when not given. place: see `Flawed`."""
    words = _WORDS.get(status) or _Words("Error", f"http_{status}", "The request was refused.")
    document: dict[str, object] = {
        # By RFC 9457 §4.2.1 the title says no more than the status; what tells problems apart is the code.
        "type": "about:blank",
        "title": words.title,
        "status": status,
        "detail": detail or words.detail,
        "instance": _instance(environ) or "/",
        "code": code or words.code,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
    }
    if flaws:
        document["errors"] = [{place: flaw.place, "code": flaw.code, "detail": flaw.detail} for flaw in flaws]
    return Response(
        orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE),
        status=f"{status} {words.title}",
        content_type="application/problem+json",
        cache_control="no-store",
    )


def _instance(environ: dict[str, Any]) -> str:
    """The path that was asked for, in ASCII, whatever bytes it was made of."""
    path = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
    return quote(path.encode("latin-1", "replace"), safe="/:@!$&'()*+,;=~")[:_LONGEST_INSTANCE]


def coprra_error(error: CoprraError, request: Request) -> Response:
    """The view of every error raised on purpose. Their messages are safe to show to anyone."""
    status = next((status for base, status in STATUSES if isinstance(error, base)), 500)
    if isinstance(error, Flawed):
        codes = {flaw.code for flaw in error.flaws}
        code = codes.pop() if len(codes) == 1 else error.code
        return problem(request.environ, status, code=code, detail=error.message, flaws=error.flaws, place=error.place)
    response = problem(request.environ, status, code=error.code, detail=error.message)
    if isinstance(error, Unauthenticated):
        # Source: RFC 6750 §3. Which part of it was wrong is nobody's business.
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if isinstance(error, TooMany):
        response.retry_after = error.retry_after
    if isinstance(error, LimitExceeded):
        response.headerlist.extend(rate_limit_headers(error.limit, 0, error.retry_after))
        _note(request, RefusalKind.TOO_OFTEN, error.limit.name)
    if isinstance(error, Forbidden):
        _note(request, RefusalKind.NOT_ALLOWED, error.code)
    if status == 503:
        # In a crowd the traceback would cost more than what is refused, and tell nothing.
        _log.warning("unavailable", code=error.code, exc_info=None if isinstance(error, Overloaded) else error)
        response.retry_after = RETRY_AFTER_SECONDS
    return response


def rate_limit_headers(limit: Limit, left: int, resets_in: int) -> list[tuple[str, str]]:
    """How it stands with a limit. resets_in: seconds. Source: draft-ietf-httpapi-ratelimit-headers-10 §3 and §4."""
    seconds = limit.window // timedelta(seconds=1)
    return [
        ("RateLimit-Policy", f'"{limit.name}";q={limit.most};w={seconds}'),
        ("RateLimit", f'"{limit.name}";r={left};t={resets_in}'),
    ]


def _note(request: Request, kind: RefusalKind, reason: str) -> None:
    identity = known_identity(request)
    address = request.environ.get("REMOTE_ADDR") or ""
    user = identity.user if identity else None
    request.registry.refusals.add(Refusal(kind=kind, reason=reason, user=user, address=address))


def undecodable(_error: Exception, request: Request) -> Response:
    """The view of an address whose bytes are no UTF-8."""
    return problem(request.environ, 400, code="undecodable", detail="The address holds bytes that are no UTF-8.")


def malformed(error: Malformed, request: Request) -> Response:
    """The view of a request that can't be understood."""
    return problem(request.environ, error.status, code=error.code, detail=error.detail)


def http_exception(error: HTTPException, request: Request) -> Response:
    """The view of what the framework refuses: its status and its headers, in our words."""
    response = problem(request.environ, error.status_int)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def forbidden(error: HTTPForbidden, request: Request) -> Response:
    """The view of what the security policy refuses: why, where it says so."""
    reason = getattr(error.result, "error", None)
    return coprra_error(reason, request) if reason else http_exception(error, request)


def unexpected(error: Exception, request: Request) -> Response:
    """The view of a mistake of ours: all of it in the log, nothing of it in the answer."""
    _log.error("unexpected_exception", exc_info=error)
    return problem(request.environ, 500)


def includeme(config: Configurator) -> None:
    """The most specific view wins, so the order here does not matter."""
    config.add_exception_view(coprra_error, context=CoprraError)
    config.add_exception_view(undecodable, context=URLDecodeError)
    config.add_exception_view(undecodable, context=Undecodable)
    config.add_exception_view(malformed, context=Malformed)
    config.add_exception_view(http_exception, context=HTTPException)
    config.add_exception_view(forbidden, context=HTTPForbidden)
    config.add_exception_view(unexpected, context=Exception)
