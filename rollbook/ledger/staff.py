"""The staff of the campuses, as the newest lists that stand have them."""

from collections.abc import Iterable

import sqlalchemy as sa

from rollbook.ledger import schema
from rollbook.register import StaffMember

_FIELDS = ("name", "title", "campus", "forms", "email", "phone", "hours", "signs", "answers")


def save_staff(connection: sa.Connection, posting: int, staff: Iterable[StaffMember]) -> None:
    """Enter the people of a list, in its order."""
    rows = [
        {name: getattr(one, name) for name in _FIELDS}
        | {"posting": posting, "forms": list(one.forms)}
        for one in staff
    ]
    if rows:
        connection.execute(sa.insert(schema.staff), rows)


def staff(connection: sa.Connection) -> list[StaffMember]:
    """Return the people of the newest list of each campus, and of the office as a whole.

    A list that was taken back does not count: the one before it stands again.
    """
    table = schema.staff
    gone = sa.select(schema.taken_back.c.posting)
    rows = connection.execute(
        sa.select(table).where(table.c.posting.not_in(gone)).order_by(table.c.id)
    ).all()
    newest = {row.campus: row.posting for row in sorted(rows, key=lambda row: int(row.posting))}
    return [
        StaffMember(**{name: getattr(row, name) for name in _FIELDS} | {"forms": tuple(row.forms)})
        for row in rows
        if newest[row.campus] == row.posting
    ]


def count_in(connection: sa.Connection, posting: int) -> int:
    """Return how many people a posting entered."""
    table = schema.staff
    query = sa.select(sa.func.count()).where(table.c.posting == posting)
    return int(connection.execute(query).scalar_one())
