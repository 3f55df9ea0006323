"""The schema: which revision the database is at, and the way to the newest."""

from pathlib import Path

from sqlalchemy import Connection, Engine, String, column, inspect, select, table

from coprra.adapters.sql.engine import begin_writing, domain_errors, make_home
from coprra.domain.kernel.errors import Refused
from coprra.domain.kernel.ports import Schema

NEWEST = "0003"
"""The revision of the last file in migrations/versions; a test compares the two."""

_version = table("alembic_version", column("version_num", String))


class SchemaFromTheFuture(Refused):
    """A newer coprra has upgraded this database; this one does not know its tables."""

    code = "schema_from_the_future"


class ForeignDatabase(Refused):
    """The database belongs to another program."""

    code = "foreign_database"


class SqlSchema(Schema):
    """Alembic's migrations, each database upgraded in one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def current(self) -> str | None:
        """See `Schema.current`."""
        file = self._engine.url.database
        # To connect would make the file, and a question makes nothing.
        if file and file != ":memory:" and not Path(file).exists():
            return None
        with domain_errors(), self._engine.connect() as connection:
            return _revision(connection)

    def newest(self) -> str:
        """See `Schema.newest`."""
        return NEWEST

    def upgrade(self) -> None:
        """See `Schema.upgrade`."""
        # Alembic takes longer to import than most commands take to run.
        from coprra.adapters.sql.migrations.run import is_known, upgrade  # noqa: PLC0415  # see above

        make_home(self._engine)
        with domain_errors(), self._engine.connect() as connection:
            begin_writing(connection)
            current = _revision(connection)
            if current is None and inspect(connection).get_table_names():
                raise ForeignDatabase("The database holds the tables of another program; name a file of coprra's own.")
            if current is not None and not is_known(current):
                raise SchemaFromTheFuture(
                    f"The database is at revision {current}, which this version does not know; install a newer coprra."
                )
            upgrade(connection)
            connection.commit()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_version.name):
        return None
    return connection.execute(select(_version.c.version_num)).scalar()
