"""Slow queries: a line in the log for each statement that takes longer than it should."""

import logging
from datetime import timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, event

LONGEST_TEXT = 1000

_BEGUN = "coprra_statements_begun"

_log = logging.getLogger(__name__)


def log_slow_queries(engine: Engine, limit: timedelta) -> None:
    """Log each statement of the engine that takes so long; its text, never its values.

    At level INFO: a service shows it, and a command, whose statements may take long, keeps silent.
    """
    most = limit.total_seconds()

    @event.listens_for(engine, "before_cursor_execute")
    def _begin(connection: Connection, *_: Any) -> None:
        connection.info[_BEGUN] = perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def _end(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        took = perf_counter() - connection.info[_BEGUN]
        if took >= most:
            text = " ".join(statement.split())[:LONGEST_TEXT]
            _log.info("slow query, %d ms: %s", took * 1000, text)
