"""Putting single marks into the sheet: made students, and corrections to days already exported."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

import numpy as np

from rollbook.practice.cases import WHOLE_DAY, Stroke
from rollbook.practice.habits import Flags, Habits
from rollbook.practice.sheet import NO_MARK, MarkSheet
from rollbook.register import Enrolment, Student


@dataclass(frozen=True, slots=True)
class Correction:
    """One mark of the past that the next week's exports change; ``""`` is *was there*."""

    student_id: str
    day: date
    part: str
    was: str
    now: str
    comment: str = ""


@dataclass(frozen=True)
class Marker:
    """Whoever writes into a mark sheet that is being made, by the habits of the school."""

    habits: Habits
    sheet: MarkSheet
    comments: dict[tuple[int, int, int], str]
    on_roll: Flags
    elementary: Flags

    def attend(self, student: int, days: range) -> None:
        """Let ``student`` attend every session of ``days`` while on roll."""
        for day in days:
            for part in self._parts(student, WHOLE_DAY):
                self._put(student, day, part, "")

    def put(self, student: int, stroke: Stroke) -> list[Correction]:
        """Put one stroke of a plan into the sheet, and say what it changed."""
        changes = []
        for part in self._parts(student, stroke.part):
            was = self.symbol(student, stroke.day, part)
            self._put(student, stroke.day, part, stroke.symbol)
            now = self.symbol(student, stroke.day, part)
            self._comment(student, stroke.day, part, stroke.comment)
            changes.append(
                Correction(
                    self.sheet.student_ids[student],
                    self.sheet.days[stroke.day],
                    self.sheet.parts[part],
                    was,
                    now,
                    stroke.comment,
                )
            )
        return [change for change in changes if change.was != change.now]

    def symbol(self, student: int, day: int, part: int) -> str:
        """Return the symbol in the sheet; ``""`` also where there is no mark."""
        return self.sheet.symbols[int(self.sheet.cells[student, day, part])]

    def _parts(self, student: int, part: str) -> list[int]:
        if part != WHOLE_DAY:
            return [self.sheet.parts.index(part)]
        own = self.habits.plain_parts if self.elementary[student] else self.habits.parts
        return [self.sheet.parts.index(name) for name in own]

    def _put(self, student: int, day: int, part: int, symbol: str) -> None:
        code = self.habits.code(symbol) if symbol else self._attended(part)
        self.sheet.cells[student, day, part] = code if self.on_roll[student, day] else NO_MARK

    def _attended(self, part: int) -> int:
        symbol = self.habits.present[self.sheet.parts[part]]
        return NO_MARK if symbol is None else self.habits.code(symbol)

    def _comment(self, student: int, day: int, part: int, comment: str) -> None:
        """Keep a comment with the mark; an export with a row a day has one for all its marks."""
        shared = range(len(self.sheet.parts)) if "DAY" in self.sheet.parts else (part,)
        for place in shared:
            self.comments.pop((student, day, place), None)
            if comment and self.sheet.cells[student, day, place] != NO_MARK:
                self.comments[student, day, place] = comment


_EVERYDAY: dict[str, tuple[tuple[str, str, str], ...]] = {
    "us-tx": (
        ("U", "A", "PARENT NOTE RECEIVED"),
        ("U", "M", "DOCTOR'S NOTE, CAME THE SAME DAY"),
        ("A", "", "POSTED TO THE WRONG STUDENT"),
    ),
    "us-ca": (
        ("A", "I", "Parent called"),
        ("U", "E", "Note received"),
        ("I", "", "Was in class"),
    ),
    "gb-eng": (("N", "I", ""), ("N", "M", ""), ("N", "", ""), ("N", "O", ""), ("U", "L", "")),
}
_DAYS_BACK = 6
_MOST = 12


def everyday_corrections(
    marker: Marker, jurisdiction: str, exported: int, made: Iterable[int], random: Random
) -> list[Correction]:
    """Change a dozen marks of ordinary students in the last days that were exported."""
    corrections: list[Correction] = []
    first = max(exported - _DAYS_BACK, 0)
    not_made = np.ones(len(marker.sheet.student_ids), dtype=bool)
    not_made[list(made)] = False
    for was, now, comment in _EVERYDAY[jurisdiction]:
        wanted = marker.sheet.cells[:, first:exported] == marker.habits.code(was)
        wanted &= not_made[:, None, None]
        days = np.argwhere(wanted.any(axis=2))
        for student, day in random.sample(days.tolist(), min(len(days), _MOST // 4)):
            for part in np.flatnonzero(wanted[student, day]).tolist():
                stroke = Stroke(first + day, now, marker.sheet.parts[part], comment)
                corrections += marker.put(student, stroke)
    return corrections


def on_roll_days(
    students: Sequence[Student], enrolments: Iterable[Enrolment], days: Sequence[date]
) -> Flags:
    """Say for every student and day whether the student is in membership."""
    numbers = {student.student_id: number for number, student in enumerate(students)}
    on_roll = np.zeros((len(students), len(days)), dtype=bool)
    calendar = np.array(days, dtype="datetime64[D]")
    for enrolment in enrolments:
        first = int(np.searchsorted(calendar, np.datetime64(enrolment.entry_date)))
        end = len(days)
        if enrolment.withdrawal_date is not None:
            end = int(np.searchsorted(calendar, np.datetime64(enrolment.withdrawal_date)))
        on_roll[numbers[enrolment.student_id], first:end] = True
    return on_roll
