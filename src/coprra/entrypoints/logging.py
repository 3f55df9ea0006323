"""Logging: structlog, configured once; JSON lines for machines, colours for a person at a terminal."""

import json
import logging
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from coprra.__about__ import __version__

SERVICE = "coprra"
REDACTED = "[redacted]"

_SECRET = re.compile(
    r"pass(word|wd|phrase)|secret|token|authorization|cookie|credential|api_?key|private_?key|(^|_)t?otp($|_)|recovery_?code",
    re.IGNORECASE,
)
_DEEPEST = 8


def configure(stream: TextIO | None = None, *, level: str = "INFO", as_json: bool | None = None) -> None:
    """Send what structlog and the standard library log to one handler, and take every other from the root logger.

    stream: standard output when not given, which is where a service logs; a command whose output is read by others
    takes standard error. as_json: when not given, whether the stream is no terminal.
    """
    stream = sys.stdout if stream is None else stream
    if as_json is None:
        as_json = not stream.isatty()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _redact,
    ]
    last: list[Processor] = (
        [
            _name_service,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ]
        if as_json
        # Plain tracebacks: the pretty ones print local variables, and a secret may be one.
        else [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *([*last, _rendered] if as_json else [structlog.stdlib.ProcessorFormatter.wrap_for_formatter]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _Handler(stream)
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # waitress writes a warning for each request that has to wait for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - of the standard library
        """A log that nobody reads any more is no reason to print a traceback for each of its lines."""
        if not isinstance(sys.exc_info()[1], BrokenPipeError):
            super().handleError(record)


class _Rendered(str):
    """A line that is done."""

    __slots__ = ()


def _rendered(_logger: WrappedLogger, _method: str, line: Any) -> Any:
    # The standard library's formatter would take a copy of the record for each line, and go through it again.
    return _Rendered(line)


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        """The line; of the standard library's own records, what all processors make of them."""
        return record.msg if isinstance(record.msg, _Rendered) else super().format(record)


def _name_service(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {
        "timestamp": event.pop("timestamp", None),
        "level": event.pop("level", None),
        "logger": event.pop("logger", None),
        "event": event.pop("event", None),
        "service": SERVICE,
        "version": __version__,
        **event,
    }


def _redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Nobody means to log a secret, so what looks like one by its key is not logged, however deep it stands."""
    return {key: _without_secrets(key, value, _DEEPEST) for key, value in event.items()}


@lru_cache(1_024)
def _names_a_secret(key: str) -> bool:
    return _SECRET.search(key) is not None


def _without_secrets(key: object, value: Any, depth: int) -> Any:
    if isinstance(key, str) and _names_a_secret(key):
        return REDACTED
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        if not depth:
            return REDACTED
        return {inner: _without_secrets(inner, held, depth - 1) for inner, held in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        if not depth:
            return REDACTED
        return [_without_secrets(None, held, depth - 1) for held in value]
    return value


def _dumps(event: EventDict, **_: object) -> str:
    try:
        return orjson.dumps(event, default=repr).decode()
    except TypeError:
        # orjson refuses lone surrogates, very large integers and odd keys; a log line is written all the same.
        return json.dumps(event, default=repr, skipkeys=True)
