"""One student's or one group's attendance as exact whole numbers."""

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

COLUMNS = ("possible", "present", "approved", "authorised", "unauthorised", "late", "missing")


@dataclass(frozen=True, slots=True)
class Attendance:
    """One student's or one group's attendance, in sessions (England) or days (US).

    ``late`` counts late arrivals whether or not they count as absence; ``missing`` counts what
    should have been marked and was not, which is in no other figure.
    """

    possible: int
    present: int
    approved: int
    authorised: int
    unauthorised: int
    late: int = 0
    missing: int = 0

    @property
    def absent(self) -> int:
        """Absences, authorised or not."""
        return self.authorised + self.unauthorised

    @property
    def attended(self) -> int:
        """Present, or at an approved activity elsewhere."""
        return self.present + self.approved

    @property
    def rate(self) -> Fraction | None:
        """The exact share attended; None, not 0 or 1, when nothing was possible."""
        return Fraction(self.attended, self.possible) if self.possible else None

    @property
    def absence_rate(self) -> Fraction | None:
        """The exact share missed; None when nothing was possible."""
        return Fraction(self.absent, self.possible) if self.possible else None

    def __add__(self, other: "Attendance") -> "Attendance":
        return Attendance(*(getattr(self, name) + getattr(other, name) for name in COLUMNS))


NO_DATA = Attendance(0, 0, 0, 0, 0)


def attendance_of(table: pd.DataFrame, student_id: str) -> Attendance:
    """Return one student's row of a tally; no data when the student is not in it."""
    if student_id not in table.index:
        return NO_DATA
    row = table.index.get_loc(student_id)
    return Attendance(*(int(table[name].to_numpy()[row]) for name in COLUMNS))


def pooled(table: pd.DataFrame) -> Attendance:
    """Return a group's attendance: sums of all rows, never a mean of percentages."""
    return Attendance(*(int(table[name].sum()) for name in COLUMNS))
