"""Students, guardians and enrolments from the rows of a roster.

Rosters repeat themselves: a row a student, a row a guardian, or a row a stretch of enrolment, with
one guardian beside the student or several side by side (``Contact 1 …``, ``Contact 2 …``). All of
these are read by the same few steps: each row gives what it has, and a student's rows are joined.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from rollbook.importers.contract import Extract
from rollbook.importers.reading.dates import read_date
from rollbook.importers.reading.guardians import (
    Reading,
    contacts_told,
    guardian_columns,
    guardians_of,
    permission_notes,
    protects,
    unclear_permissions,
)
from rollbook.importers.reading.headers import (
    FORM,
    GRADE,
    NAMES,
    STUDENT_ID,
    Table,
    Words,
    key,
)
from rollbook.importers.reading.languages import read_language
from rollbook.importers.reading.marks import MOST_OF_A_KIND, clean_id, listed
from rollbook.importers.reading.roster_checks import (
    birth_date_note,
    is_footer,
    language_notes,
    refuse_shifted,
    state_id,
    two_names,
    wrong_row,
)
from rollbook.importers.upload import Row
from rollbook.problems import Problem
from rollbook.register import Enrolment, Guardian, Student

PERSON: Words = {
    **NAMES,
    "student_id": STUDENT_ID,
    "birth_date": ("Date of Birth", "DOB", "Birth Date", "Birthdate", "BD"),
    "grade": GRADE,
    "form": FORM,
    "campus": ("Campus ID", "Campus", "School Code", "School", "School ID", "Site"),
    "language": ("Home Language", "Language", "First Language", "Home Language Code",
                 "Correspondence Language", "Language Code"),
    "entry_date": ("Entry Date", "Enrollment Date", "Enrolment Date", "Admission Date",
                   "Date of Admission", "Start Date", "Date Enrolled"),
    "withdrawal_date": ("Withdrawal Date", "Withdraw Date", "Exit Date", "WD Date"),
    "last_day": ("Leaving Date", "Date of Leaving", "Leave Date", "Last Day", "Last Day on Roll"),
    "ada_code": ("ADA Code", "ADA Eligibility", "ADA Eligibility Code", "Attribution ADA"),
    "track": ("Track", "Instructional Track"),
    "looked_after": ("Looked After", "In Care", "CLA", "LAC", "Foster Care"),
    "safeguarding": ("Safeguarding", "Child Protection Plan", "CPP"),
    "medical_plan": ("Medical Plan", "Health Plan", "Medical Flag"),
    "bereavement": ("Bereavement", "Bereaved"),
    "no_letters": ("No Letters", "Suppress Letters"),
    "hours_per_week": ("Hours per Week", "Weekly Hours"),
    "expected_graduation": ("Expected Graduation", "Expected Graduation Date", "Graduation Date"),
}  # fmt: skip
_FLAGS = ("looked_after", "safeguarding", "medical_plan", "bereavement", "no_letters")

ONE_DAY = timedelta(days=1)
_Fact = TypeVar("_Fact", Guardian, Enrolment)


def read_roster(
    name: str, reading: Reading, columns: Mapping[int, Mapping[str, int]] | None = None
) -> Extract:
    """Read a whole roster: students, their guardians and their stretches of enrolment."""
    table = reading.table
    columns = guardian_columns(table) if columns is None else columns
    rows = list(table.rows())
    refuse_shifted(reading, rows)
    students: dict[str, Student] = {}
    first_row: dict[str, int] = {}
    guardians: dict[str, list[Guardian]] = {}
    enrolments: dict[str, list[Enrolment]] = {}
    problems: list[Problem] = []
    languages: dict[str, int] = {}
    unclear: dict[tuple[int, str], list[int]] = {}
    for number, row in rows:
        if is_footer(table, row):
            continue
        wrong = wrong_row(reading, number, row)
        student = _student(reading, row)
        earlier = students.get(student.student_id)
        if not wrong and earlier and earlier.name and earlier.name != student.name:
            wrong = two_names(table, number, first_row[student.student_id], student)
        if wrong:
            problems.append(wrong)
            continue
        problems += birth_date_note(reading, number, row)
        said = _language_said(table, row)
        if said and not student.language:
            languages.setdefault(said, number)
        for cell in unclear_permissions(columns, row):
            unclear.setdefault(cell, []).append(number)
        # One row of several that asks for protection is enough.
        students[student.student_id] = replace(
            earlier or student, flags=student.flags | (earlier.flags if earlier else frozenset())
        )
        first_row.setdefault(student.student_id, number)
        _add_once(guardians, student.student_id, guardians_of(reading, columns, student, row))
        _add_once(enrolments, student.student_id, enrolments_of(reading, student, row))
    held = [problem for problem in problems if problem.slug != "unreadable-birth-date"]
    notes = [problem for problem in problems if problem.slug == "unreadable-birth-date"]
    return Extract(
        name,
        students=list(students.values()),
        guardians=[one for some in guardians.values() for one in in_order(some)],
        enrolments=[one for some in enrolments.values() for one in some],
        problems=[
            *listed(held[:MOST_OF_A_KIND], len(held), "something unreadable", table.upload.name),
            *notes[:MOST_OF_A_KIND],
            *language_notes(table, languages),
            *permission_notes(table, unclear)[:MOST_OF_A_KIND],
        ],
        is_roster=True,
        tells=_told(table) | contacts_told(columns),
    )


def _told(table: Table) -> frozenset[str]:
    """Return the reasons for care that a roster has a column for."""
    return frozenset(name.replace("_", "-") for name in _FLAGS if name in table)


def joined(readings: Sequence[Extract]) -> Extract:
    """Return what several sheets of one roster say, as one.

    One sheet that asks for protection is enough, and one without a place for it takes none away.
    """
    if len(readings) == 1:
        return readings[0]
    flags: dict[str, frozenset[str]] = {}
    for student in (one for read in readings for one in read.students):
        flags[student.student_id] = flags.get(student.student_id, frozenset()) | student.flags
    return replace(
        readings[0],
        students=[
            replace(one, flags=flags[one.student_id]) for read in readings for one in read.students
        ],
        guardians=[one for read in readings for one in read.guardians],
        enrolments=[one for read in readings for one in read.enrolments],
        problems=[one for read in readings for one in read.problems],
        tells=frozenset.intersection(*(read.tells for read in readings)),
    )


def in_order(guardians: Sequence[Guardian]) -> list[Guardian]:
    """Number a student's guardians from 1, in the export's order, each adult once.

    An export may name the same adult twice, once with a court order and once without. The order
    counts for every entry of that name; a request for no letters, where all else is the same.
    """
    if len(guardians) == 1:
        return [replace(guardians[0], order=1)]
    barred = {key(guardian.name) for guardian in guardians if guardian.court_order}
    joined_up: dict[tuple[str, ...], Guardian] = {}
    for guardian in sorted(guardians, key=lambda guardian: guardian.order):
        where = (guardian.street, guardian.city, guardian.postcode, guardian.phone, guardian.email)
        who = tuple(key(word) for word in (guardian.name, *where))
        earlier = joined_up.get(who, guardian)
        joined_up[who] = replace(
            earlier,
            court_order=key(guardian.name) in barred,
            gets_letters=earlier.gets_letters and guardian.gets_letters,
        )
    return [replace(one, order=place) for place, one in enumerate(joined_up.values(), 1)]


def enrolments_of(reading: Reading, student: Student, row: Row) -> list[Enrolment]:
    """Return the stretch of enrolment a row gives, if it says when it began.

    A *last day* on roll is still a day in membership, so the withdrawal date is the day after it.
    """
    table, day_first = reading.table, reading.profile.day_first
    entry = read_date(table.cell(row, "entry_date"), day_first)
    if entry is None:
        return []
    withdrawal = read_date(table.cell(row, "withdrawal_date"), day_first)
    last_day = read_date(table.cell(row, "last_day"), day_first)
    if withdrawal is None and last_day is not None:
        withdrawal = last_day + ONE_DAY
    ada_code, track = table.cell(row, "ada_code"), table.cell(row, "track")
    return [Enrolment(student.student_id, entry, withdrawal, student.campus, ada_code, track)]


def _student(reading: Reading, row: Row) -> Student:
    table, day_first = reading.table, reading.profile.day_first

    def cell(name: str) -> str:
        return table.cell(row, name)

    family, given = cell("family_name"), cell("given_name")
    if cell("name") and not (family or given):
        family, _comma, given = (part.strip() for part in cell("name").partition(","))
    facts = {"hours_per_week": cell("hours_per_week")}
    graduation = read_date(cell("expected_graduation"), day_first)
    facts["expected_graduation"] = graduation.isoformat() if graduation else ""
    return Student(
        clean_id(cell("student_id")) or state_id(table, row),
        family_name=family,
        given_name=given,
        known_as=cell("known_as"),
        state_id=state_id(table, row),
        birth_date=read_date(cell("birth_date"), day_first),
        grade=cell("grade"),
        form=cell("form"),
        campus=cell("campus") or reading.profile.campus,
        language=read_language(_language_said(table, row), reading.languages),
        flags=frozenset(name.replace("_", "-") for name in _FLAGS if protects(cell(name))),
        facts={name: value for name, value in facts.items() if value},
    )


def _language_said(table: Table, row: Row) -> str:
    """The language of letters home or, where that is blank, the language spoken there."""
    return table.cell(row, "language") or table.cell(row, "home_language")


def _add_once(kept: dict[str, list[_Fact]], student_id: str, found: Iterable[_Fact]) -> None:
    some = kept.setdefault(student_id, [])
    some += [one for one in found if one not in some]
