"""The pen: who changes the store holds it alone, to the end of the unit of work."""

from sqlalchemy import Connection

from coprra.adapters.sql.engine import begin_writing, domain_errors
from coprra.adapters.sql.tables import store


def take_pen(connection: Connection) -> None:
    """Begin a transaction that nobody else writes beside, and count its commit. Raises: Unavailable."""
    with domain_errors():
        begin_writing(connection)
        connection.execute(store.update().values(revision=store.c.revision + 1))
