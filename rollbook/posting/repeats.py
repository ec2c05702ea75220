"""The very bytes of an earlier file once more: would they change anything now?

Marks that would change are counted by the posting itself; here is the rest of what a file can say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rollbook.ledger import Connection, care, people, staff
from rollbook.posting import contacts
from rollbook.posting.overtaken import held_marks, split_newest
from rollbook.register import Action, Enrolment, Guardian, StaffMember, Student


@dataclass(frozen=True)
class StandingNow:
    """The people and the contacts on record, and what is held and may be posted later."""

    students: Mapping[str, Student]
    guardians: Mapping[str, Sequence[Guardian]]
    enrolments: Sequence[Enrolment]
    staff: Sequence[StaffMember]
    actions: Sequence[Action]
    held: frozenset[tuple[object, ...]]


def standing_now(connection: Connection) -> StandingNow:
    """Read what a file can change besides marks."""
    newest, _ = split_newest(held_marks(connection))
    columns = ("student_id", "day", "part", "symbol", "minutes_late", "comment")
    rows = [*newest, *contacts.waiting(connection)]
    return StandingNow(
        people.students(connection),
        people.guardians(connection),
        people.enrolments(connection),
        staff.staff(connection),
        care.actions(connection),
        frozenset(tuple(row[name] for name in columns) for row in rows),
    )
