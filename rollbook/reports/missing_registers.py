"""Registers not taken: forms without marks in a session for which other forms have them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from rollbook.attendance import Reading
from rollbook.attendance.codes import DAY_PART, MISSING
from rollbook.register import PARTS
from rollbook.reports.asked import Asked, no_school, reading_of
from rollbook.reports.submissions import MISSING as MISSING_REGISTER
from rollbook.reports.submissions import Submission, read_submissions, to_chase
from rollbook.reports.table import Column, Table
from rollbook.standing import Standing

NAME = "missing-registers"
SAYS = "forms without marks where others have them; with --against FILE, registers sent in late"

COLUMNS = (
    Column("Day", number_format="yyyy-mm-dd"),
    Column("Part"),
    Column("Campus"),
    Column("Form"),
    Column("On roll", is_number=True),
    Column("Marked", is_number=True),
    Column("State"),
)

TUTOR_COLUMNS = (Column("Tutor"), Column("E-mail"))

SUBMISSION_COLUMNS = (
    Column("Register"),
    Column("Teacher"),
    Column("Due"),
    Column("Minutes after", is_number=True),
    Column("State"),
)


@dataclass(frozen=True, slots=True)
class Register:
    """One form's register of one session: how many are on roll, and how many have a mark."""

    day: date
    part: str
    campus: str
    form: str
    on_roll: int
    marked: int

    @property
    def state(self) -> str:
        """Say what is wanting."""
        return "not taken" if not self.marked else f"{self.on_roll - self.marked} without a mark"


def build(asked: Asked) -> Table:
    """Return the report as it is asked for: the last day recorded, or all days from --from on.

    With a list of registers (class, teacher, due, submitted), it is about that list.
    """
    standing = asked.standing
    first = asked.first or standing.as_of
    closed = no_school(standing, standing.as_of)
    if closed and (asked.against or first == standing.as_of):
        columns = SUBMISSION_COLUMNS if asked.against else COLUMNS
        title = f"Registers on {standing.as_of:%d %b %Y}: {closed}, none to be taken"
        return Table("Missing registers", title, columns, [])
    if asked.against:
        now = datetime.now()
        over = standing.as_of < now.date()
        return submissions_table(
            standing, read_submissions(asked.against), time.max if over else now.time()
        )
    found = [*missing_registers(standing, reading_of(standing, first))]
    rows = [
        (one.day, one.part, one.campus, one.form, one.on_roll, one.marked, one.state)
        + _whom_to_ask(standing, one)
        for one in found
    ]
    days = f"on {first:%d %b %Y}"
    if first != standing.as_of:
        days = f"from {first:%d %b %Y} to {standing.as_of:%d %b %Y}"
    taken = sum(one.marked == 0 for one in found)
    title = f"Registers {days}: {taken} not taken, {len(found) - taken} not complete"
    tutors = TUTOR_COLUMNS if standing.staff.people else ()
    return Table("Missing registers", title, (*COLUMNS, *tutors), rows)


def _whom_to_ask(standing: Standing, register: Register) -> tuple[str, ...]:
    """Return the form's tutor and e-mail, where there is a list of staff."""
    if not standing.staff.people:
        return ()
    tutor = standing.staff.tutor(register.campus, register.form)
    return (tutor.name, tutor.email) if tutor else ("", "")


def submissions_table(standing: Standing, submissions: Sequence[Submission], as_of: time) -> Table:
    """Return the registers of a list that are missing or late, as of a time of day."""
    grace = standing.pack.value("registers.grace-minutes", standing.as_of).number
    found = to_chase(submissions, as_of, grace)
    rows = [
        (one.register, one.teacher, f"{one.due:%H:%M}", one.minutes_after, state)
        for one, state in found
    ]
    missing = sum(state == MISSING_REGISTER for _, state in found)
    title = (
        f"Registers on {standing.as_of:%d %b %Y} by {as_of:%H:%M}: {missing} missing, "
        f"{len(found) - missing} late by more than {grace} minutes"
    )
    return Table("Missing registers", title, SUBMISSION_COLUMNS, rows)


def missing_registers(standing: Standing, reading: Reading) -> Iterator[Register]:
    """Return the registers that are missing or not complete, in the order of days.

    A session is looked at where somebody of the campus has a mark in it. Days of which only
    absences are recorded say nothing of registers, and are left out.
    """
    member = reading.roll.member(standing.calendar) & ~reading.absences_only
    places = [_place(standing, student_id) for student_id in reading.students]
    marked: Counter[tuple[int, int, tuple[str, str]]] = Counter()
    sessions: dict[tuple[int, int, str], None] = {}
    real = (reading.category != MISSING) & (reading.part != DAY_PART)
    real &= member[reading.student, reading.day] & reading.school_day[reading.day]
    columns = (reading.day[real].tolist(), reading.part[real].tolist(), reading.student[real])
    for day, part, student in zip(*columns, strict=True):
        marked[day, part, places[student]] += 1
        sessions[day, part, places[student][0]] = None
    for day, part, campus in sorted(sessions):
        on_roll = Counter(
            place
            for student, place in enumerate(places)
            if place[0] == campus and member[student, day]
        )
        for place, number in sorted(on_roll.items()):
            have = marked[day, part, place]
            if have < number and place[1]:
                yield Register(reading.date_of(day), PARTS[part], *place, number, have)


def _place(standing: Standing, student_id: str) -> tuple[str, str]:
    """Return the campus and form of a student."""
    student = standing.students.get(student_id)
    return (student.campus, student.form) if student else ("", "")
