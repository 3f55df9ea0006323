"""Runs migrations on the connection, and in the transaction, that `SqlSchema.upgrade` holds."""

from alembic import context

from coprra.adapters.sql.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
