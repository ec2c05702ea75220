"""The daily summary of one session: who could attend, who did, who is not accounted for.

Reg 10 of the School Attendance (Pupil Registration) (England) Regulations 2024 and the guidance'
classes of codes. The unit is the session; where a jurisdiction counts days (United States) the same
summary is of the day, as the pack decides it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from rollbook.attendance import Reading
from rollbook.attendance.codes import AUTHORISED, CATEGORIES, MISSING, UNAUTHORISED
from rollbook.register import PARTS, Category

WHOLE_DAY = ""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One session of a school or of a group: numbers of students.

    ``unexplained`` are absences whose reason is not yet known (code N in England); they are in
    ``absent`` too. ``not_taken`` are students on roll without a mark, in no other figure but
    ``on_roll``. ``late`` arrivals are in attended or absent, as their code counts.
    """

    on_roll: int
    possible: int
    attended: int
    absent: int
    late: int
    unexplained: int
    not_possible: int
    not_taken: int

    @property
    def rate(self) -> Fraction | None:
        """The share attended of what was possible. None when nothing was."""
        return Fraction(self.attended, self.possible) if self.possible else None


@dataclass(frozen=True, eq=False)
class OneSession:
    """What the register says of every student in one session, numbered as the reading has them."""

    member: npt.NDArray[np.bool_]
    category: npt.NDArray[np.uint8]
    late: npt.NDArray[np.bool_]
    unexplained: npt.NDArray[np.bool_]

    def summary(self, numbers: Collection[int] | None = None) -> SessionSummary:
        """Count all students, or those with these numbers."""
        chosen = slice(None) if numbers is None else np.array(sorted(numbers), dtype=np.int64)
        member = self.member[chosen]
        category = self.category[chosen][member]
        counts = np.bincount(category, minlength=len(CATEGORIES))
        by_name = dict(zip(CATEGORIES, counts.tolist(), strict=True))
        attended = by_name[Category.PRESENT] + by_name[Category.APPROVED]
        absent = by_name[Category.AUTHORISED] + by_name[Category.UNAUTHORISED]
        return SessionSummary(
            on_roll=int(member.sum()),
            possible=attended + absent,
            attended=attended,
            absent=absent,
            late=int(self.late[chosen][member].sum()),
            unexplained=int(self.unexplained[chosen][member].sum()),
            not_possible=by_name[Category.NOT_POSSIBLE],
            not_taken=by_name[Category.MISSING],
        )

    def absentees(self) -> frozenset[int]:
        """Return the numbers of the students absent, for whatever reason."""
        missed = (self.category == AUTHORISED) | (self.category == UNAUTHORISED)
        return frozenset(np.flatnonzero(self.member & missed).tolist())


def one_session(
    reading: Reading, day: date, part: str, unexplained_codes: Iterable[str] = ()
) -> OneSession:
    """Look at one session of a day, or at :data:`WHOLE_DAY` as the pack decides a day."""
    number = reading.number_of(day)
    member = reading.roll.member(reading.calendar)[:, number]
    category = np.full(len(reading.students), MISSING, dtype=np.uint8)
    late = np.zeros(len(reading.students), dtype=np.bool_)
    unexplained = np.zeros(len(reading.students), dtype=np.bool_)
    entries = np.flatnonzero(reading.day == number)
    if part == WHOLE_DAY:
        category = np.minimum(reading.day_matrix[:, number], MISSING).astype(np.uint8)
    else:
        entries = entries[reading.part[entries] == PARTS.index(part)]
        category[reading.student[entries]] = reading.category[entries]
    wanted = frozenset(unexplained_codes)
    for entry in entries.tolist():
        code = reading.code_of(entry)
        if code is None:
            continue
        late[reading.student[entry]] |= code.late
        unexplained[reading.student[entry]] |= code.symbol in wanted
    return OneSession(member, category, late, unexplained)


def parts_taken(reading: Reading, day: date) -> list[str]:
    """Return the parts of a day that have a mark, in the order of the day."""
    found = np.unique(reading.part[reading.day == reading.number_of(day)])
    return [PARTS[place] for place in found.tolist()]
