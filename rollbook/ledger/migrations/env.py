"""How Alembic runs our migrations: on the connection that `Ledger.open` hands over."""

from alembic import context

from rollbook.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
