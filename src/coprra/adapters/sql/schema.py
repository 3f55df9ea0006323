"""The schema: which revision the database is at, and the way to the newest."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, String, column, inspect, select, table

from coprra.adapters.sql.accounts import tables as account_tables  # noqa: F401  # they join the metadata
from coprra.adapters.sql.engine import dialect_of, domain_errors
from coprra.adapters.sql.tables import metadata
from coprra.domain.kernel.errors import Refused
from coprra.domain.kernel.ports import Schema

NEWEST = "0012"
"""The revision of the last file in migrations/versions; a test compares the two."""

_version = table("alembic_version", column("version_num", String))


class SchemaFromTheFuture(Refused):
    """A newer coprra has upgraded this database; this one does not know its tables."""

    code = "schema_from_the_future"


class ForeignDatabase(Refused):
    """The database belongs to another program."""

    code = "foreign_database"


class SqlSchema(Schema):
    """Alembic's migrations. SQLite is upgraded in one transaction, MariaDB, which has none for tables, in steps.

    There a migration ends with its data, which commits together with the new revision. An upgrade that was cut off is
    at the old revision, and the next one passes over what is done.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def current(self) -> str | None:
        """See `Schema.current`."""
        if not dialect_of(self._engine).exists(self._engine):
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

        dialect = dialect_of(self._engine)
        dialect.make_home(self._engine)
        with domain_errors(), self._engine.connect() as connection, dialect.upgrading(connection):
            current = _revision(connection)
            if current is None and not _is_ours(inspect(connection).get_table_names()):
                raise ForeignDatabase("The database holds the tables of another program; name one of coprra's own.")
            if current is not None and not is_known(current):
                raise SchemaFromTheFuture(
                    f"The database is at revision {current}, which this version does not know; install a newer coprra."
                )
            upgrade(connection)
            connection.commit()


def _is_ours(names: Sequence[str]) -> bool:
    """Whether a database without a revision is empty, or what an upgrade left that was cut off."""
    return not names or (_version.name in names and set(names) <= {_version.name, *metadata.tables})


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_version.name):
        return None
    return connection.execute(select(_version.c.version_num)).scalar()
