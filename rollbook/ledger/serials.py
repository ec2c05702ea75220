"""Serials of letters and documents: a letter, the year, and a number without gaps."""

import sqlalchemy as sa


def new_serial(connection: sa.Connection, table: sa.Table, prefix: str, year: int) -> str:
    """Return the next serial of a table, such as ``L-2026-00017``. Call inside a write."""
    start = f"{prefix}-{year}-"
    number = sa.cast(sa.func.substr(table.c.serial, len(start) + 1), sa.Integer)
    newest = connection.execute(
        sa.select(sa.func.max(number)).where(table.c.serial.like(f"{start}%"))
    ).scalar()
    return f"{start}{(newest or 0) + 1:05d}"
