"""Runs migrations on the connection, and in the transaction, that `SqlSchema.upgrade` holds."""

from typing import Any

from alembic import context
from sqlalchemy.exc import DBAPIError

from coprra.adapters.sql.engine import dialect_of
from coprra.adapters.sql.tables import metadata

_connection = context.config.attributes["connection"]
context.configure(connection=_connection, target_metadata=metadata, transactional_ddl=False)
_impl = context.get_context().impl
_once = _impl._exec


def _exec(*arguments: Any, **options: Any) -> Any:
    try:
        return _once(*arguments, **options)
    except DBAPIError as error:
        if not dialect_of(_connection.engine).is_repetition(error):
            raise
        return None


_impl._exec = _exec  # type: ignore[method-assign]  # what every operation goes through
context.run_migrations()
