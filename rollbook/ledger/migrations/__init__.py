"""The steps by which a ledger came to its present form, oldest first (Alembic)."""
