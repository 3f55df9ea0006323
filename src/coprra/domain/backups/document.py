"""Documents: frozen dataclasses as JSON of which there is one spelling only, and back."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import format_instant, parse_instant

Value = TypeVar("Value")
_LEAVES = frozenset({str, int, bool})
"""Nearly all that there is to read and write, and what JSON has itself."""
_MICROSECOND = timedelta(microseconds=1)


class InvalidDocument(Invalid):
    """A document that does not say what it should, or says it in another spelling."""

    code = "invalid_document"


def write_document(value: object) -> bytes:
    """ASCII on one line, keys sorted, no blanks. Instants are ISO 8601 in UTC; durations are microseconds."""
    return _spelt(_plain(value))


def read_document(content: bytes) -> dict[str, Any]:
    """As JSON has it. Raises: InvalidDocument unless `write_document` would spell it so."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidDocument("This is no document.") from error
    if not isinstance(document, dict) or _spelt(document) != content:
        raise InvalidDocument("This document is spelt in another way than it was written.")
    return document


def as_value(kind: type[Value], document: object) -> Value:
    """The value of that dataclass. Raises: InvalidDocument for a field that is missing, strange or of another type."""
    try:
        value: Value = _value(kind, document)
    except (TypeError, ValueError, KeyError, Invalid) as error:
        raise InvalidDocument(f"This document is no {kind.__name__}.") from error
    return value


def _spelt(plain: object) -> bytes:
    return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode("ascii")


def _plain(value: object) -> object:
    if type(value) in _LEAVES:
        return value
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _value(kind: Any, given: Any) -> Any:
    if kind in _LEAVES:
        return _of(kind, given)
    if isinstance(kind, UnionType):
        if given is None:
            return None
        (kind,) = (one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], one) for one in _of(list, given))
    if get_origin(kind) is Mapping:
        return {name: _value(get_args(kind)[1], one) for name, one in _of(dict, given).items()}
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        if set(_of(dict, given)) != set(hints):
            raise ValueError(given)
        return kind(**{name: _value(hint, given[name]) for name, hint in hints.items()})
    if kind is datetime:
        return parse_instant(_of(str, given))
    if kind is timedelta:
        return _of(int, given) * _MICROSECOND
    if issubclass(kind, StrEnum):
        return kind(given)
    return _of(kind, given)


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Of its fields. To work them out takes longer than all the rest of reading."""
    return get_type_hints(kind)


def _of(kind: type, given: Any) -> Any:
    # True is an int in Python, and no number here.
    if type(given) is not kind:
        raise TypeError(given)
    return given
