"""What each posting wrote where, in order, and which postings were taken back.

The ledger only grows, so a posting is taken back by a further posting that writes what stood there
before. What stands at a place is then the newest entry of a posting that was *not* taken back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from rollbook.ledger import marks, schema
from rollbook.ledger.marks import Integers

SOME = 500  # SQLite takes a limited number of parameters
RELEASED = "held-rows"  # the importer of postings made of rows held earlier

Detail = tuple[int, str]
"""Minutes late, and a comment."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A posting that was taken back, the posting that did it, and why."""

    posting: int
    by_posting: int
    reason: str


@dataclass(frozen=True)
class Log:
    """Entries of some students by all postings, ordered by place, then by posting."""

    place: Integers
    symbol: Integers
    posting: Integers
    details: Mapping[tuple[int, int], Detail]  # by posting and place

    def __len__(self) -> int:
        return len(self.place)

    def only(self, which: Any) -> "Log":
        """Return the log with only the entries in ``which``."""
        return Log(self.place[which], self.symbol[which], self.posting[which], self.details)

    def detail(self, entry: int) -> Detail | None:
        """Return the minutes and the comment of an entry; None when it has neither."""
        return self.details.get((int(self.posting[entry]), int(self.place[entry])))


def taken_back(connection: sa.Connection) -> dict[int, TakenBack]:
    """Return the postings that were taken back, by number."""
    rows = connection.execute(sa.select(schema.taken_back))
    return {row.posting: TakenBack(**row._mapping) for row in rows}


def save_taken_back(connection: sa.Connection, posting: int, by_posting: int, reason: str) -> None:
    """Note that ``posting`` was taken back by ``by_posting``. It can be noted once only."""
    connection.execute(
        sa.insert(schema.taken_back).values(posting=posting, by_posting=by_posting, reason=reason)
    )


def students_in(connection: sa.Connection, posting: int) -> list[int]:
    """Return the keys of the students of whom a posting said something new."""
    page = schema.page
    query = sa.select(page.c.student).where(page.c.posting == posting).order_by(page.c.student)
    return list(connection.execute(query).scalars())


def log_of(connection: sa.Connection, students: Iterable[int], upto: int | None = None) -> Log:
    """Return every entry there ever was of some students, of postings up to ``upto`` if given."""
    page, keys = schema.page, sorted(set(students))
    pages: list[Any] = []
    for start in range(0, len(keys), SOME):
        query = sa.select(page).where(page.c.student.in_(keys[start : start + SOME]))
        if upto is not None:
            query = query.where(page.c.posting <= upto)
        pages += connection.execute(query.order_by(page.c.student, page.c.posting)).all()
    place, symbol = marks.unpack(pages)
    lengths = [one.entries.count(",") + 1 for one in pages]
    numbers = np.array([one.posting for one in pages], dtype=np.int64)
    posting = np.repeat(numbers, lengths) if pages else numbers
    order = np.lexsort((posting, place))
    details = {
        (one.posting, marks.place_in(one.student, spot)): (minutes, text)
        for one in pages
        for spot, minutes, text in one.details
    }
    return Log(place[order], symbol[order], posting[order], details)


def rows_of(connection: sa.Connection, postings: Collection[int]) -> list[Mapping[str, Any]]:
    """Return all rows some postings held back, also those posted or struck off since."""
    held = schema.held
    query = sa.select(held).where(held.c.posting.in_(sorted(postings))).order_by(held.c.id)
    return [dict(row._mapping) for row in connection.execute(query)]


def rows_settled_by(connection: sa.Connection, posting: int) -> list[Mapping[str, Any]]:
    """Return the held rows that a posting posted or struck off."""
    held = schema.held
    query = sa.select(held).where(held.c.released == posting).order_by(held.c.id)
    return [dict(row._mapping) for row in connection.execute(query)]


def hold_again(connection: sa.Connection, held_ids: Sequence[int]) -> None:
    """Say that held rows wait again: the file that struck them off was taken back."""
    if held_ids:
        connection.execute(
            sa.update(schema.held)
            .where(schema.held.c.id == sa.bindparam("the_id"))
            .values(released=None),
            [{"the_id": held_id} for held_id in held_ids],
        )


def not_on_roster(connection: sa.Connection, students: Iterable[int]) -> list[str]:
    """Return the ids of those students whom no roster has named."""
    wanted = set(students)
    table = schema.student
    rows = connection.execute(
        sa.select(table.c.key, table.c.student_id)
        .where(table.c.on_roster.is_(False))
        .order_by(table.c.student_id)
    )
    return [row.student_id for row in rows if row.key in wanted]


def release_postings(connection: sa.Connection) -> set[int]:
    """Return the numbers of the postings that were made of rows held earlier."""
    table = schema.posting
    query = sa.select(table.c.id).where(table.c.importer == RELEASED)
    return set(connection.execute(query).scalars())
