"""Endpoints: the directive that makes a path and a typed function into the answer to a question about prices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

import orjson
from marshmallow import Schema, ValidationError
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationError
from pyramid.request import Request
from pyramid.response import Response

from coprra.application import Application
from coprra.entrypoints import answers
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.http.errors import NAMEABLE, Flaw, InvalidParameters, Undecodable, flaws_of
from coprra.entrypoints.http.keeping import Lasting, begin, conditional, keep
from coprra.entrypoints.http.kept_answers import stated
from coprra.entrypoints.http.parameters import Query
from coprra.entrypoints.http.routes import add_method, full_path_of
from coprra.entrypoints.http.security import PUBLIC

MOST_PARAMETERS = 50
CATEGORY = "coprra endpoints"
"""Where the introspector lists them, each as `endpoint`."""

_JSON = "application/json"
_ANYTHING = "*/*"

Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of the API. takes: makes path and query into what the view is asked; gives: the shape of the answer.

    lasting: for how long the answer may be given again without being made anew; None: not at all. revalidated: caches
    may keep it and ask with its ETag each time; otherwise nobody keeps it. indented: for people first. linked_data: the
    view for those who rather want JSON-LD, which is always made anew; None where there is none.
    """

    method: str
    path: str
    view: Callable[[Application, Any], JsonObject]
    permission: str
    takes: Query
    gives: Schema
    lasting: Lasting | None
    revalidated: bool
    indented: bool
    linked_data: Callable[[Application, Any], JsonObject] | None

    def __post_init__(self) -> None:
        if self.lasting and not (self.revalidated and self.permission == PUBLIC and "as_of" in self.takes.fields):
            raise ConfigurationError(f"{self.path}: what is kept is for everybody, revalidated and as of an instant.")


def add_endpoint(  # noqa: PLR0917 - one line per endpoint reads as a table
    config: Configurator,
    method: str,
    path: str,
    view: Callable[[Application, Asked], JsonObject],
    permission: str,
    takes: type[Query],
    gives: type[Schema],
    lasting: Lasting | None = None,
    *,
    revalidated: bool = True,
    indented: bool = False,
    linked_data: Callable[[Application, Asked], JsonObject] | None = None,
) -> None:
    """Answer a question at `path`; see `add_method`."""
    full_path = full_path_of(config, path)
    endpoint = Endpoint(
        method, full_path, view, permission, takes(), gives(), lasting, revalidated, indented, linked_data
    )
    add_method(config, method, path, _answering(endpoint), permission)
    introspectable = config.introspectable(CATEGORY, (method, full_path), f"{method} {full_path}", "endpoint")
    introspectable["endpoint"] = endpoint
    config.action((CATEGORY, method, full_path), introspectables=(introspectable,))


def _answering(endpoint: Endpoint) -> Callable[[Request], Response]:
    options = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if endpoint.indented else 0)

    def view(request: Request) -> Response:
        linked = endpoint.linked_data if _wants_linked_data(endpoint, request) else None
        lasting = None if linked else endpoint.lasting
        question = begin(request, lasting, asked(endpoint.takes, request))
        answer = (linked or endpoint.view)(request.registry.application, question.asked)
        body = orjson.dumps(answer, option=options)
        if not endpoint.revalidated:
            return _response(body, _JSON, ("Cache-Control", "no-store"))
        headers = [("Cache-Control", "no-cache"), ("ETag", f'W/"{_entity_tag_of(answer, body)}"')]
        if endpoint.linked_data:
            headers.append(("Vary", "Accept"))
        response = _response(_harmless(body) if linked else body, answers.MEDIA_TYPE if linked else _JSON, *headers)
        keep(request, lasting, question, answer, response)
        return conditional(request, response)

    return view


def _wants_linked_data(endpoint: Endpoint, request: Request) -> bool:
    """Whether JSON-LD is there and rather wanted than JSON. Source: RFC 9110 §12.5.1."""
    # To weigh what a header says costs as much as to rank the offers, and hardly anybody says anything else.
    if endpoint.linked_data is None or request.environ.get("HTTP_ACCEPT", _ANYTHING) in {_ANYTHING, _JSON}:
        return False
    wanted = request.accept.acceptable_offers([_JSON, answers.MEDIA_TYPE])
    return bool(wanted) and wanted[0][0] == answers.MEDIA_TYPE


def _harmless(document: bytes) -> bytes:
    return answers.harmless(document.decode()).encode()


def _response(body: bytes, content_type: str, *headers: tuple[str, str]) -> Response:
    # To set them one by one, webob goes through all of them for each.
    said = [("Content-Type", content_type), ("Content-Length", str(len(body))), *headers]
    return Response(app_iter=[body], headerlist=said)


def asked(takes: Query, request: Request) -> Any:
    """What path and query ask. Raises: InvalidParameters with every flaw there is; Undecodable."""
    in_path: dict[str, str] = request.matchdict
    given: dict[str, str] = {}
    flaws: list[Flaw] = []
    for name, value in read_query(request.environ.get("QUERY_STRING", "")):
        if name not in takes.fields or name in in_path:
            shown = name if NAMEABLE.fullmatch(name) else "?"
            known = ", ".join(field for field in takes.fields if field not in in_path) or "none"
            flaws.append(Flaw(shown, f"Unknown here. Known: {known}.", "unknown_parameter"))
        elif name in given:
            flaws.append(Flaw(name, "Given more than once.", "repeated_parameter"))
        else:
            given[name] = value
    read = None
    try:
        read = takes.read({**given, **in_path})
    except ValidationError as error:
        flaws += flaws_of(error)
    if flaws:
        raise InvalidParameters(flaws)
    return read


def read_query(text: str) -> Iterator[tuple[str, str]]:
    """Names and values of a query string as WSGI gives it: bytes disguised as latin-1.

    UTF-8 may stand in it percent-encoded or, as terminals send it, raw. Raises: Undecodable, InvalidParameters.
    """
    pieces = [piece for piece in text.encode("latin-1").split(b"&") if piece]
    if len(pieces) > MOST_PARAMETERS:
        raise InvalidParameters([Flaw("?", f"More than {MOST_PARAMETERS} parameters.", "too_many_parameters")])
    for piece in pieces:
        name, _, value = piece.replace(b"+", b" ").partition(b"=")
        try:
            yield unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()
        except UnicodeDecodeError as error:
            raise Undecodable from error


def _entity_tag_of(answer: JsonObject, body: bytes) -> str:
    """Of all that the answer says but the instant it was asked for. body: how it is written.

    A tag made of the store's revision would say "the same" where another store, or another version of coprra, is at
    that revision too.
    """
    as_of = answer.get("as_of")
    said = body.replace(stated(str(as_of)), b"") if as_of else body
    return blake2b(said, digest_size=16).hexdigest()


def includeme(config: Configurator) -> None:
    """Makes ``config.add_endpoint(…)`` known."""
    config.add_directive("add_endpoint", add_endpoint)
