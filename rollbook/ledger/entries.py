"""The ledger's entries read one by one, as a person would: for counting a second time.

Nothing here shares code with the quick way (``marks.py``): it reads the view made for people, and
lets the newest entry of each session win. What both ways agree on is hardly wrong.
"""

from datetime import date

import sqlalchemy as sa

_ENTRIES = sa.text(
    "SELECT date, part, symbol FROM register_entries WHERE student_id = :student ORDER BY posting"
)


def marks_of(connection: sa.Connection, student_id: str) -> dict[tuple[date, str], str]:
    """Return a student's marks as they stand: the symbol of each day and part."""
    found: dict[tuple[date, str], str] = {}
    for day, part, symbol in connection.execute(_ENTRIES, {"student": student_id}):
        session = (date.fromisoformat(day), part)
        if symbol is None:  # the mark was taken away
            found.pop(session, None)
        else:
            found[session] = symbol
    return found
