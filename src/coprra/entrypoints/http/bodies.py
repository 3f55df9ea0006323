"""Bodies: what may be sent as JSON, and how it is refused without being repeated."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, NoReturn

from marshmallow import Schema, ValidationError, fields
from pyramid.request import Request

from coprra.domain.kernel.text import InvalidText, plain_text
from coprra.entrypoints.http.errors import NAMEABLE, Flaw, InvalidBody, Malformed, flaws_of
from coprra.entrypoints.http.parameters import FIRST_YEAR, LAST_YEAR, Parameter, refuse

LARGEST_BODY = 2**20
"""Bytes; the server takes no more either."""
SMALL_BODY = 8 * 1024
"""Bytes, of what strangers send to be known."""
DEEPEST = 20
"""Objects and lists within each other."""
LARGEST_NUMBER = 2**53
"""Beyond it, readers of JSON disagree on what a number is. Source: RFC 8259 §6."""

_JSON = re.compile(r'application/json(?:\s*;\s*charset="?utf-8"?)?\s*', re.IGNORECASE)
_LENGTH = re.compile(r"[0-9]{1,18}")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def read_object(request: Request, largest: int = LARGEST_BODY) -> dict[str, Any]:
    """The JSON object that the request sends, read strictly. largest: how many bytes it may have.

    Raises: Malformed for what is no JSON in UTF-8, or too large; InvalidBody for JSON that readers take differently, or
    that would hurt further on.
    """
    environ = request.environ
    if not _JSON.fullmatch(environ.get("CONTENT_TYPE", "")) or environ.get("HTTP_CONTENT_ENCODING"):
        raise Malformed(415, "unsupported_media_type", "Send application/json in UTF-8, and not compressed.")
    document = _parsed(_read(environ, largest))
    if not isinstance(document, dict):
        _refuse("A JSON object is expected.")
    _look_through(document)
    return document


def _read(environ: Mapping[str, Any], largest: int) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not _LENGTH.fullmatch(length):
        raise Malformed(400, "bad_request", "The length of the body is no number.")
    if int(length) > largest:
        raise Malformed(413, "content_too_large", f"More than {largest} bytes; nobody needs so many here.")
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=lambda _: _refuse("NaN and Infinity are no JSON."),
        )
    except RecursionError as error:
        raise InvalidBody([Flaw("", f"Deeper than {DEEPEST} levels.", "invalid_body")]) from error
    except ValueError as error:
        raise Malformed(400, "invalid_json", "The body is no JSON in UTF-8.") from error


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        _refuse("A name stands twice in an object.")
    return found


def _whole(text: str) -> int:
    # Not int() first: of thousands of digits it takes its time, or refuses in its own words.
    if len(text) > 17 or abs(int(text)) > LARGEST_NUMBER:
        _refuse("A number is too large to be exact.")
    return int(text)


def _fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse("A number is too large to be exact.")
    return number


def _look_through(document: Mapping[str, Any]) -> None:
    """Raises: InvalidBody for what is too deep, and for texts that are none."""
    waiting: list[tuple[Any, str, int]] = [(document, "", 1)]
    while waiting:
        value, pointer, depth = waiting.pop()
        if depth > DEEPEST:
            _refuse(f"Deeper than {DEEPEST} levels.")
        if isinstance(value, str) and _NO_TEXT.search(value):
            _refuse("Holds a NUL, or half a character.", pointer)
        if isinstance(value, dict):
            for name in value:
                if _NO_TEXT.search(name):
                    _refuse("A name holds a NUL, or half a character.", pointer)
            waiting += [(each, f"{pointer}/{_shown(name)}", depth + 1) for name, each in value.items()]
        if isinstance(value, list):
            waiting += [(each, f"{pointer}/{place}", depth + 1) for place, each in enumerate(value)]


def _shown(name: str) -> str:
    return name if NAMEABLE.fullmatch(name) else "?"


def _refuse(detail: str, pointer: str = "") -> NoReturn:
    raise InvalidBody([Flaw(pointer, detail, "invalid_body")])


class Text(Parameter):
    """A text of at most so many characters, on one line."""

    def __init__(self, longest: int, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.most = longest

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        try:
            return plain_text("It", value, self.most)
        except InvalidText:
            refuse(f"1 to {self.most} characters are expected, and no control character.")


class Secret(fields.Field[Any]):
    """A password, a code, a token, or what a link ends with: whatever was typed, to be compared and never read."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            refuse("A text is expected.")
        return value


class Truth(fields.Field[Any]):
    """true or false."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            refuse("true or false is expected.")
        return value


class Word(Parameter):
    """One of a few words."""

    def __init__(self, words: type[StrEnum], *, required: bool = False) -> None:
        super().__init__(required=required)
        self.words = words

    def read(self, text: str) -> StrEnum:
        """The word."""
        try:
            return self.words(text)
        except ValueError:
            refuse(f"One of {', '.join(self.words)} is expected.")


class Several(fields.Field[Any]):
    """A list of texts, each of which means something; at least one, and at most so many."""

    def __init__(self, each: Parameter, most: int, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.each, self.most = each, most

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            refuse("A list of texts is expected.")
        if not 1 <= len(value) <= self.most:
            refuse(f"From 1 to {self.most} are expected.")
        return tuple(self.each.deserialize(one) for one in value)


class LocalTime(Parameter):
    """When a list was true."""

    def read(self, text: str) -> date | datetime:
        """A date or a naive time of the branch, or an instant with a zone."""
        try:
            read = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError:
            refuse("A date (2025-12-29), local time (2025-12-29T06:30) or instant (2025-12-29T05:30:00Z) is expected.")
        if not FIRST_YEAR <= read.year <= LAST_YEAR:
            refuse(f"A year from {FIRST_YEAR} to {LAST_YEAR} is expected.")
        return read


class Body(Schema):
    """Base of what is sent: what is not known is refused, and null is as good as not sent.

    asks: what becomes of it; largest: how many bytes it may have.
    """

    asks: ClassVar[type] = dict
    largest: ClassVar[int] = LARGEST_BODY

    def read(self, given: Mapping[str, Any], **known: Any) -> Any:
        """What the view is asked. known: what is known besides. Raises: InvalidBody with every flaw there is."""
        by_key = {field.data_key or name: (name, field) for name, field in self.fields.items()}
        said = {key: value for key, value in given.items() if value is not None or key not in by_key}
        flaws = [
            Flaw(f"/{key}", "Expected, and not there.", "missing_member")
            for key, (_, field) in by_key.items()
            if field.required and key not in said
        ]
        for key, value in said.items():
            if key not in by_key:
                names = ", ".join(by_key)
                flaws.append(Flaw(f"/{_shown(key)}", f"Unknown here. Known: {names}.", "unknown_member"))
                continue
            name, field = by_key[key]
            try:
                if isinstance(field, Parameter) and not isinstance(value, str):
                    refuse("A text is expected.")
                known[name] = field.deserialize(value)
            except ValidationError as error:
                flaws += [
                    replace(flaw, code="invalid_member" if flaw.code == "invalid_parameter" else flaw.code)
                    for flaw in flaws_of(ValidationError({key: error.messages}), "/")
                ]
        if flaws:
            raise InvalidBody(flaws)
        return self.asks(**known)
