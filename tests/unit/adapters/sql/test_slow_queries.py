"""A statement that takes too long is told in the log, without what was asked."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from coprra.adapters.sql.slow_queries import LONGEST_TEXT, log_slow_queries


def logged(caplog: pytest.LogCaptureFixture, limit: timedelta, statement: str, **values: object) -> list[str]:
    engine = create_engine("sqlite://")
    log_slow_queries(engine, limit)
    with caplog.at_level(logging.INFO), engine.connect() as connection:
        connection.execute(text(statement), values)
    engine.dispose()
    return caplog.messages


def test_a_slow_statement_is_told_in_one_line_without_its_values(caplog: pytest.LogCaptureFixture) -> None:
    (line,) = logged(caplog, timedelta(), "SELECT :secret\n  AS said", secret="hunter2")
    assert line.startswith("slow query, ")
    assert line.endswith(" ms: SELECT ? AS said")


def test_a_statement_that_fails_after_a_long_time_is_told_as_well(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(OperationalError):
        logged(caplog, timedelta(), "SELECT :word FROM nowhere", word="hunter2")
    (line,) = caplog.messages
    assert line.endswith(" ms: SELECT ? FROM nowhere")


def test_other_statements_are_not_told(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(caplog, timedelta(hours=1), "SELECT 1") == []


def test_a_long_statement_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    (line,) = logged(caplog, timedelta(), f"SELECT '{'x' * LONGEST_TEXT}'")
    assert len(line) < LONGEST_TEXT + 40
