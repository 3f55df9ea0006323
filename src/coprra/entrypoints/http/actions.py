"""Actions: the directive for what somebody does, or asks as who they are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import structlog
from marshmallow import Schema
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from coprra.application import Application
from coprra.domain.limits.origin import Origin
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.http.accepted_language import language_of
from coprra.entrypoints.http.bodies import Body, read_object
from coprra.entrypoints.http.callers import Caller
from coprra.entrypoints.http.endpoints import asked
from coprra.entrypoints.http.parameters import Query
from coprra.entrypoints.http.routes import add_method, full_path_of
from coprra.entrypoints.http.security import PUBLIC

CATEGORY = "coprra actions"
"""Where the introspector lists them, each as `action`."""

Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An answer of 202: understood, and something is wanted before it is done."""

    answer: JsonObject


View = Callable[[Application, Any, Caller], JsonObject | Unfinished | None]


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the API. takes: makes path and query into what the view is asked; body: what is sent, None: nothing.

    gives: the shape of the answer; None: there is none, and its status is 204. status: of the answer that there is.
    unfinished: the shape of the answer of 202, where that may be the answer.
    """

    method: str
    path: str
    view: View
    permission: str
    takes: Query
    gives: Schema | None
    body: Body | None
    status: int
    unfinished: Schema | None


def add_action(  # noqa: PLR0917 - one line per action reads as a table
    config: Configurator,
    method: str,
    path: str,
    view: Callable[[Application, Asked, Caller], JsonObject | Unfinished | None],
    permission: str,
    takes: type[Query],
    gives: type[Schema] | None = None,
    *,
    body: type[Body] | None = None,
    status: int = 200,
    unfinished: type[Schema] | None = None,
) -> None:
    """Do something at `path`, or answer what only some may know; see `add_method`. Nobody may keep the answer.

    What is sent, together with what stands in path and query, becomes what the body asks; without a body what `takes`
    does.
    """
    action = Action(
        method=method,
        path=full_path_of(config, path),
        view=view,
        permission=permission,
        takes=takes(),
        gives=gives() if gives else None,
        body=body() if body else None,
        status=status,
        unfinished=unfinished() if unfinished else None,
    )
    add_method(config, method, path, _answering(action), permission)
    introspectable = config.introspectable(CATEGORY, (method, action.path), f"{method} {action.path}", "action")
    introspectable["action"] = action
    config.action((CATEGORY, method, action.path), introspectables=(introspectable,))


def _answering(action: Action) -> Callable[[Request], Response]:
    def view(request: Request) -> Response:
        wish = asked(action.takes, request)
        if action.body is not None:
            wish = action.body.read(read_object(request, action.body.largest), **wish)
        # To endpoints for everybody it makes no difference who asks, and to look would cost a read.
        identity = None if action.permission == PUBLIC else request.identity
        caller = Caller(identity, origin_of(request), language_of(request))
        answer = action.view(request.registry.application, wish, caller)
        if isinstance(answer, Unfinished):
            return _response(202, answer.answer)
        return _response(204 if answer is None else action.status, answer)

    return view


def origin_of(request: Request) -> Origin:
    """Where a request comes from, as far as the server believes it; see `TrustedProxy`."""
    environ = request.environ
    return Origin(
        address=environ.get("REMOTE_ADDR") or "",
        user_agent=environ.get("HTTP_USER_AGENT", ""),
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )


def _response(status: int, answer: JsonObject | None) -> Response:
    headers = [("Cache-Control", "no-store"), ("Vary", "Authorization")]
    if answer is None:
        return Response(status=status, headerlist=headers)
    body = orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)
    said = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers]
    return Response(app_iter=[body], status=status, headerlist=said)


def includeme(config: Configurator) -> None:
    """Makes ``config.add_action(…)`` known."""
    config.add_directive("add_action", add_action)
