"""Tweens: what surrounds every request: its id, its log line, its refusal when malformed, its security headers."""

import re
from collections.abc import Callable
from secrets import token_hex
from time import perf_counter

import structlog
from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import EXCVIEW

from coprra.entrypoints.http import errors

LONGEST_ADDRESS = 40_000
"""Characters of path and query; every parameter of a question at its longest takes a third of that."""

SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope "
            "magnetometer microphone midi payment picture-in-picture publickey-credentials-get screen-wake-lock usb "
            "xr-spatial-tracking"
        ).split()
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every answer, errors too; pages say themselves what browsers may load for them."""

# waitress joins two Host headers to "a, b"; a proxy or a cache may have believed either of them.
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_UNLOGGED = "/health/"

_log = structlog.stdlib.get_logger("coprra.http")

Handler = Callable[[Request], Response]


def surround(handler: Handler, _registry: Registry) -> Handler:
    """The outermost tween, so that even a request that nothing else understands gets its id, headers and log line."""

    def surrounded(request: Request) -> Response:
        started = perf_counter()
        request_id = _id_of(request)
        # Threads are reused: what the last request bound must not show up in this one's lines.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = _refusal(request) or handler(request)
        except Exception as error:  # noqa: BLE001 - the last chance to answer in our own words
            response = errors.unexpected(error, request)
        # To set them one by one, webob goes through all of them for each.
        own = {name for name, _ in response.headerlist}
        ours = [header for header in SECURITY_HEADERS.items() if header[0] not in own]
        response.headerlist = [*response.headerlist, *ours, ("X-Request-ID", request_id)]
        route = getattr(request, "matched_route", None)
        if route is None or not route.name.startswith(_UNLOGGED) or response.status_int >= 500:
            _log.info(
                "request",
                method=request.environ["REQUEST_METHOD"][:20],
                route=route.name if route else None,
                status=response.status_int,
                duration_ms=round((perf_counter() - started) * 1000, 2),
            )
        return response

    return surrounded


def _id_of(request: Request) -> str:
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    return given if _REQUEST_ID.fullmatch(given) else token_hex(16)


def _refusal(request: Request) -> Response | None:
    """The answer to a request that is malformed as a whole; None for a sound one."""
    environ = request.environ
    host = environ.get("HTTP_HOST")
    if host is None and environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        host = "-"  # HTTP/1.0 knows no Host header
    if host is None or not _HOST.fullmatch(host):
        return errors.problem(
            environ,
            400,
            code="invalid_host",
            detail="The request needs one well-formed Host header.",
        )
    if len(environ.get("PATH_INFO", "")) + len(environ.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        return errors.problem(environ, 414)
    return None


SURROUND = f"{__name__}.{surround.__name__}"
"""The name of that tween, for those that stand below it."""


def includeme(config: Configurator) -> None:
    """Above the exception views, so that their answers pass through as well."""
    config.add_tween(SURROUND, over=EXCVIEW)
