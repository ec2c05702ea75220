"""Registers due and submitted in the course of a day: missing, late, or not yet due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from rollbook.importers.reading.headers import Table, Words, find_tables
from rollbook.importers.upload import Row, Upload
from rollbook.problems import NotAllowed

WORDS: Words = {
    "register": ("class", "register", "form", "group", "lesson"),
    "teacher": ("teacher", "tutor", "staff"),
    "due": ("due", "start", "starts"),
    "submitted": ("submitted", "taken", "completed", "saved"),
}
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p")

MISSING, LATE, IN_TIME, NOT_YET = "missing", "late", "in time", "not yet due"


@dataclass(frozen=True, slots=True)
class Submission:
    """One register: whose it is, when it was due, and when it came (None while it has not)."""

    register: str
    teacher: str
    due: time
    submitted: time | None

    def state(self, as_of: time, grace: int) -> str:
        """Say how it stands; ``grace`` minutes after it was due are still in time."""
        if self.submitted and self.submitted <= as_of:
            return LATE if _minutes(self.submitted) > _minutes(self.due) + grace else IN_TIME
        return MISSING if _minutes(as_of) > _minutes(self.due) + grace else NOT_YET

    @property
    def minutes_after(self) -> int | None:
        """How many minutes after it was due it came; None while it has not."""
        return _minutes(self.submitted) - _minutes(self.due) if self.submitted else None


def to_chase(
    submissions: Iterable[Submission], as_of: time, grace: int
) -> list[tuple[Submission, str]]:
    """Return the registers that are missing or came late, missing ones first, with their state."""
    found = [(one, one.state(as_of, grace)) for one in submissions]
    wanted = [one for one in found if one[1] in (MISSING, LATE)]
    return sorted(wanted, key=lambda one: (one[1] != MISSING, one[0].due, one[0].register))


def read_submissions(file: Path) -> list[Submission]:
    """Read a list with a class, a teacher, a time due and a time submitted a row.

    Raises ``NotAllowed`` when a column is missing or a time cannot be read, naming the row.
    """
    if not file.is_file():
        raise NotAllowed(f"There is no file “{file}”.")
    tables = find_tables(Upload(file), WORDS, tuple(WORDS))
    if not tables:
        raise NotAllowed(
            f"“{file.name}” is no list of registers: it needs the columns class, teacher, due and "
            "submitted, and times such as 08:45."
        )
    return [_submission(table, row, number) for table in tables for number, row in table.rows()]


def _submission(table: Table, row: Row, number: int) -> Submission:
    where = f"“{table.upload.name}”, row {number}"
    due = _time(table.cell(row, "due"), where)
    if due is None:
        raise NotAllowed(f"{where}: enter the time the register was due.")
    submitted = _time(table.cell(row, "submitted"), where)
    return Submission(table.cell(row, "register"), table.cell(row, "teacher"), due, submitted)


def _time(text: str, where: str) -> time | None:
    if not text:
        return None
    for form in TIMES:
        try:
            return datetime.strptime(text, form).time()
        except ValueError:
            continue
    raise NotAllowed(f"{where}: “{text}” is not a time. Write it as 08:45.")


def _minutes(when: time) -> int:
    return when.hour * 60 + when.minute
