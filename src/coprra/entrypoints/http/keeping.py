"""Keeping: answers are given again from where they are kept, before anything else is done, as long as they stand."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import EXCVIEW

from coprra.domain.kernel.instants import format_instant, parse_instant
from coprra.domain.prices.edition import Edition
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.http.kept_answers import KeptAnswer, KeptAnswers, Key, stated
from coprra.entrypoints.http.security import REFUSAL

LONGEST_KEY = 4_096
"""Characters. Nobody asks the same question twice that is longer."""

_METHODS = frozenset({"GET", "HEAD"})
_OPAQUE = re.compile(r'(?:W/)?"([!#-~\x80-\xff]*)"')
_SENT_WITH_304 = frozenset({"Cache-Control", "ETag", "Vary"})

Handler = Callable[[Request], Response]


class Lasting(Enum):
    """For how long the answer to a question that names no instant stays the same while nothing is imported."""

    INSTANT = auto()
    """It does not: a history weighs its last price up to the very instant. Kept for questions that name theirs."""
    UNTIL_STATED = auto()
    """Until its own `valid_until`."""
    ALWAYS = auto()
    """It depends on nothing but what is known by then."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a view is asked. edition: of which its answer is made; None for one that is not to be kept.

    dated: it names its instant itself, so that its answer does not depend on when it is asked.
    """

    asked: Any
    edition: Edition | None = None
    dated: bool = False


def begin(request: Request, lasting: Lasting | None, asked: Any) -> Question:
    """The question, of the edition that its answer may be kept for.

    The edition is read before the answer is made, which may be of a newer one then and never of an older one; and a
    question that names no instant is one of the edition's. Raises: Unavailable.
    """
    if lasting is None or request.registry.kept_answers is None:
        return Question(asked)
    dated = asked.as_of is not None
    if not dated and lasting is Lasting.INSTANT:
        return Question(asked)
    edition = getattr(request, "edition", None) or request.registry.application.read_edition()
    return Question(asked if dated else replace(asked, as_of=edition.as_of), edition, dated)


def keep(request: Request, lasting: Lasting | None, question: Question, answer: JsonObject, response: Response) -> None:
    """Keep what was rendered of an answer, if it is to be kept."""
    key = key_of(request.environ)
    if question.edition is None or key is None:
        return
    body, edition = response.body, question.edition
    kept = KeptAnswer(
        edition=edition,
        dated=question.dated,
        until=_until(lasting, edition, answer),
        body=(body,) if question.dated else tuple(body.split(stated(format_instant(edition.as_of)))),
        headers=tuple((name, value) for name, value in response.headerlist if name != "Content-Length"),
        route=request.matched_route,
    )
    request.registry.kept_answers.put(key, kept)


def _until(lasting: Lasting | None, edition: Edition, answer: JsonObject) -> datetime | None:
    turns = [edition.changes_at]
    if lasting is Lasting.UNTIL_STATED:
        stated = answer["valid_until"]
        turns.append(parse_instant(str(stated)) if stated else None)
    return min((turn for turn in turns if turn), default=None)


def key_of(environ: dict[str, Any]) -> Key | None:
    """What an answer depends on besides the store and the time; None for a request that is not looked up.

    In whatever order its parameters come, it is the same question: nothing may be given twice.
    """
    if environ["REQUEST_METHOD"] not in _METHODS:
        return None
    query = environ.get("QUERY_STRING", "")
    if "&" in query:
        query = "&".join(sorted(query.split("&")))
    key = (environ.get("PATH_INFO", ""), query, environ.get("HTTP_ACCEPT", ""))
    return key if sum(map(len, key)) <= LONGEST_KEY else None


def conditional(request: Request, response: Response) -> Response:
    """The response, or 304 without a body where the request says that its answer is known."""
    known = request.environ.get("HTTP_IF_NONE_MATCH")
    if known is None or not _is_known(response.headers["ETag"], known):
        return response
    return _not_modified(response.headerlist)


def _not_modified(headers: Iterable[tuple[str, str]]) -> Response:
    return Response(status=304, headerlist=[header for header in headers if header[0] in _SENT_WITH_304])


def _is_known(entity_tag: str, if_none_match: str) -> bool:
    """Source: RFC 9110 §13.1.2: a list of tags, compared weakly, or ``*``."""
    if if_none_match == entity_tag:
        return True
    return if_none_match.strip() == "*" or _OPAQUE.findall(entity_tag)[0] in _OPAQUE.findall(if_none_match)


def give_again(handler: Handler, registry: Registry) -> Handler:
    """The tween that answers out of what is kept, before a route is looked for."""
    answers: KeptAnswers = registry.kept_answers
    read_edition = registry.application.read_edition

    def given(request: Request) -> Response:
        key = key_of(request.environ)
        answer = answers.get(key) if key else None
        if answer is None:
            return handler(request)
        edition = read_edition()
        if not answer.stands(edition):
            request.edition = edition
            return handler(request)
        request.matched_route = answer.route
        return _rendered(request, answer, edition.as_of)

    return given


def _rendered(request: Request, answer: KeptAnswer, as_of: datetime) -> Response:
    known = request.environ.get("HTTP_IF_NONE_MATCH")
    if known is not None and _is_known(answer.entity_tag, known):
        return _not_modified(answer.headers)
    body = answer.body_as_of(as_of)
    return Response(app_iter=[body], headerlist=[*answer.headers, ("Content-Length", str(len(body)))])


def includeme(config: Configurator) -> None:
    """Below the exception views, so that a store that can't be read is told as everywhere; and after bad tokens."""
    if config.registry.kept_answers is not None:
        config.add_tween(f"{__name__}.{give_again.__name__}", under=(EXCVIEW, REFUSAL))
