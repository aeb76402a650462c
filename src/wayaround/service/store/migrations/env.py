"""Runs the migrations on the connection that `open_store` has begun a transaction on."""

from alembic import context

from wayaround.service.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
