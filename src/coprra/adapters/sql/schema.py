"""The schema: which revision the database is at, and the way to the newest."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from coprra.adapters.sql.engine import begin_writing, domain_errors, make_home
from coprra.domain.kernel.errors import Refused
from coprra.domain.kernel.ports import Schema


class SchemaFromTheFuture(Refused):
    """A newer coprra has upgraded this database; this one does not know its tables."""

    code = "schema_from_the_future"


class SqlSchema(Schema):
    """Alembic's migrations, each database upgraded in one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._config = Config()
        self._config.set_main_option("script_location", str(files("coprra.adapters.sql") / "migrations"))
        self._scripts = ScriptDirectory.from_config(self._config)

    def current(self) -> str | None:
        """See `Schema.current`."""
        with domain_errors():
            make_home(self._engine)
            with self._engine.connect() as connection:
                return MigrationContext.configure(connection).get_current_revision()

    def newest(self) -> str:
        """See `Schema.newest`."""
        return str(self._scripts.get_current_head())

    def upgrade(self) -> None:
        """See `Schema.upgrade`."""
        make_home(self._engine)
        with domain_errors(), self._engine.connect() as connection:
            begin_writing(connection)
            current = MigrationContext.configure(connection).get_current_revision()
            known = {script.revision for script in self._scripts.walk_revisions()}
            if current is not None and current not in known:
                raise SchemaFromTheFuture(
                    f"The database is at revision {current}, which this version does not know; install a newer coprra."
                )
            self._config.attributes["connection"] = connection
            command.upgrade(self._config, "head")
            connection.commit()
