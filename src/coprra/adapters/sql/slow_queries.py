"""Slow queries: a line in the log for each statement that takes longer than it should."""

import logging
from datetime import timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.engine.interfaces import ExecutionContext

LONGEST_TEXT = 1000

_BEGUN = "coprra_begun"

_log = logging.getLogger(__name__)


def log_slow_queries(engine: Engine, limit: timedelta) -> None:
    """Log each statement of the engine that takes so long, also in vain; its text, never its values.

    At level INFO: a service shows it, and a command, whose statements may take long, keeps silent.
    """
    most = limit.total_seconds()

    def tell(context: ExecutionContext | None, statement: str) -> None:
        begun = vars(context).pop(_BEGUN, None) if context else None
        if begun is not None and (took := perf_counter() - begun) >= most:
            text = " ".join(statement.split())[:LONGEST_TEXT]
            _log.info("slow query, %d ms: %s", took * 1000, text)

    @event.listens_for(engine, "before_cursor_execute")
    def _begin(
        _c: Connection, _cursor: Any, _statement: str, _values: Any, context: ExecutionContext, _many: Any
    ) -> None:
        vars(context)[_BEGUN] = perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def _end(_c: Connection, _cursor: Any, statement: str, _values: Any, context: ExecutionContext, _many: Any) -> None:
        tell(context, statement)

    @event.listens_for(engine, "handle_error")
    def _fail(error: ExceptionContext) -> None:
        # One that waits for a lock until it gives up is the slowest of all.
        tell(error.execution_context, error.statement or "")
