"""Attendance figures, in whole sessions or days, exact.

:func:`read_register` reads a register frame with the codes of a rule pack; :func:`tally` counts.
How a day is decided is the pack's ``method``:

``sessions``         every session counts by its own code (England)
``official-period``  the mark at the official period decides the day; a ``DAY`` mark does where a
                     school posts by day (Texas)
``whole-day``        present all day unless absent for the entire schoolday: by a ``DAY`` mark, or
                     by an absence in every period there is (California)

Only days inside a student's enrolments count; a student without any enrolment counts throughout.
Where a campus records absences only, every recorded day without an absence was attended.
Half-day students count whole days here: halves belong to funding (ADA), not to attendance.
"""

from rollbook.attendance.figures import (
    COLUMNS,
    NO_DATA,
    Attendance,
    attendance_of,
    pooled,
)
from rollbook.attendance.official import SECOND_PERIOD, OfficialPeriods
from rollbook.attendance.reading import Reading, periods_named, read_register, tally
from rollbook.attendance.roll import Recorded
from rollbook.attendance.rounding import percent, to_places

__all__ = [
    "COLUMNS",
    "NO_DATA",
    "SECOND_PERIOD",
    "Attendance",
    "OfficialPeriods",
    "Reading",
    "Recorded",
    "attendance_of",
    "percent",
    "periods_named",
    "pooled",
    "read_register",
    "tally",
    "to_places",
]
