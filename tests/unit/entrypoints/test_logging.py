"""One handler writes what structlog and the standard library log, without secrets."""

import io
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog

from coprra.entrypoints.logging import REDACTED, configure

SECRET = "correct horse battery staple"  # pragma: allowlist secret


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root, queue = logging.getLogger(), logging.getLogger("waitress.queue")
    handlers, level, queue_level = root.handlers[:], root.level, queue.level
    yield io.StringIO()
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)
    queue.setLevel(queue_level)


@pytest.fixture
def lines(stream: io.StringIO) -> Callable[[], list[dict[str, Any]]]:
    configure(stream, as_json=True)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_both_ways_to_log_give_the_same_line(lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.stdlib.get_logger("coprra.one").info("hello", answer=42)
    logging.getLogger("coprra.two").warning("hello %s", "again")
    one, two = lines()
    assert list(one)[:6] == list(two)[:6] == ["timestamp", "level", "logger", "event", "service", "version"]
    assert (one["level"], one["logger"], one["event"], one["service"], one["answer"]) == (
        ("info", "coprra.one", "hello", "coprra", 42)
    )
    assert (two["level"], two["logger"], two["event"]) == ("warning", "coprra.two", "hello again")
    assert datetime.fromisoformat(one["timestamp"]).utcoffset() == timedelta(0)


def test_configuring_twice_writes_each_line_once(
    lines: Callable[[], list[dict[str, Any]]], stream: io.StringIO
) -> None:
    configure(stream, as_json=True)
    structlog.stdlib.get_logger("coprra.twice").info("hello")
    assert len(lines()) == 1


def test_what_is_bound_to_the_context_stands_in_every_line(lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.contextvars.bind_contextvars(request_id="journey-1")
    structlog.stdlib.get_logger("coprra.bound").info("one")
    logging.getLogger("coprra.bound").info("two")
    assert [line["request_id"] for line in lines()] == ["journey-1", "journey-1"]


def test_another_thread_has_a_context_of_its_own(lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.contextvars.bind_contextvars(request_id="journey-1")
    thread = threading.Thread(target=lambda: logging.getLogger("coprra.thread").info("elsewhere"))
    thread.start()
    thread.join()
    assert "request_id" not in lines()[0]


@pytest.mark.parametrize(
    "key",
    ["password", "DB_PASSWORD", "client_secret", "access_token", "Authorization", "cookie", "api_key", "apikey", "otp"],
)
def test_secrets_are_known_by_their_key_however_deep_they_stand(
    lines: Callable[[], list[dict[str, Any]]], stream: io.StringIO, key: str
) -> None:
    structlog.stdlib.get_logger("coprra.secrets").info("x", **{key: SECRET}, deep=[{"a": ({key: SECRET},)}])
    logging.getLogger("coprra.secrets").info("y", extra={})
    assert SECRET not in stream.getvalue()
    assert lines()[0][key] == REDACTED
    assert lines()[0]["deep"][0]["a"][0][key] == REDACTED


@pytest.mark.parametrize("key", ["route", "hotpath", "status", "author", "passed"])
def test_what_is_no_secret_is_not_hidden(lines: Callable[[], list[dict[str, Any]]], key: str) -> None:
    structlog.stdlib.get_logger("coprra.open").info("x", **{key: "seen"})
    assert lines()[0][key] == "seen"


def test_a_structure_without_end_is_cut(lines: Callable[[], list[dict[str, Any]]]) -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    structlog.stdlib.get_logger("coprra.deep").info("x", endless=endless)
    assert REDACTED in json.dumps(lines()[0])


def test_a_log_that_nobody_reads_is_not_complained_about(capsys: pytest.CaptureFixture[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    unheard = os.fdopen(writer, "w", encoding="utf-8")
    configure(unheard)
    logging.getLogger("coprra.unheard").info("nobody")
    assert capsys.readouterr().err == ""
    with suppress(BrokenPipeError):
        unheard.close()


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_shows_no_local_variables(stream: io.StringIO, *, as_json: bool) -> None:
    configure(stream, as_json=as_json)
    local = SECRET.upper()
    try:
        int(f"{len(local)} letters")
    except ValueError:
        structlog.stdlib.get_logger(f"coprra.trace.{as_json}").exception("failed")
        logging.getLogger("coprra.trace").exception("failed too")
    assert stream.getvalue().count("ValueError: ") == 2
    assert SECRET.upper() not in stream.getvalue()


@pytest.mark.parametrize("value", ["\ud800", 2**70, {1: 2}, b"\xff", object(), {"a": {3}}])
def test_what_json_does_not_know_is_logged_all_the_same(
    lines: Callable[[], list[dict[str, Any]]], value: object
) -> None:
    structlog.stdlib.get_logger("coprra.odd").info("odd", value=value)
    assert lines()[0]["event"] == "odd"


def test_a_line_break_in_a_value_makes_no_new_line(stream: io.StringIO) -> None:
    configure(stream, as_json=True)
    structlog.stdlib.get_logger("coprra.break").info("one\n{}", value="a\nb\r\u2028")
    assert len(stream.getvalue().rstrip("\n").split("\n")) == 1


def test_a_person_at_a_terminal_reads_plain_words(stream: io.StringIO) -> None:
    stream.isatty = lambda: True  # type: ignore[method-assign]  # the only thing that tells a terminal
    configure(stream)
    structlog.stdlib.get_logger("coprra.terminal").info("hello", answer=42)
    assert "hello" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_less_than_the_level_is_not_written(stream: io.StringIO) -> None:
    configure(stream, level="WARNING")
    structlog.stdlib.get_logger("coprra.level").info("x")
    logging.getLogger("waitress.queue").warning("Task queue depth is 1")
    assert stream.getvalue() == ""
