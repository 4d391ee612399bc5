"""Configures Alembic; the connection comes from `engine.storage.database.migration`."""

from alembic import context

from engine.storage.database.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
