"""The share of days a class was offered (the Texas 90 percent rule)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from rollbook.attendance import Reading
from rollbook.attendance.codes import AUTHORISED, DAY_PART, NOT_POSSIBLE, UNAUTHORISED
from rollbook.policy import ClassTerms, Trigger
from rollbook.register import PARTS
from rollbook.rules.case import Bools, Case, Entries, coded, grade_number, place_of
from rollbook.rules.findings import Finding
from rollbook.rules.making import finding_of
from rollbook.rules.rates import held_since, running_sums
from rollbook.school_calendar import ONE_DAY


@dataclass(frozen=True, eq=False)
class Classes:
    """One part of the day as a class: who was offered it when, and who missed it."""

    students: Any
    offered: Bools  # a row a student of ``students``, a column a day of the reading
    absent: Bools


def class_findings(case: Case, trigger: Trigger, terms: ClassTerms) -> list[Finding]:
    """Return every class below the share that gives credit."""
    found = []
    concerned = case.concerned(terms)
    first_days, to_come = class_first_days(case, terms), days_to_come(case, terms)
    for part in range(DAY_PART, len(PARTS)):
        classes = classes_of(case, terms, part, concerned, first_days, to_come)
        if classes is None:
            continue
        total = classes.offered.sum(axis=1) + to_come[classes.students]
        absent = classes.absent.sum(axis=1)
        below = np.flatnonzero(_is_below(terms, total, absent))
        whole = terms.of == "whole period"
        offered = total[below][:, None] if whole else running_sums(classes.offered[below])
        held = _is_below(terms, offered, running_sums(classes.absent[below]))
        for place, since in zip(below.tolist(), held_since(held).tolist(), strict=True):
            student = int(classes.students[place])
            low = int(first_days[student])
            had, came = int(total[place]), int(total[place] - absent[place])
            found.append(
                finding_of(
                    case,
                    trigger,
                    terms,
                    student,
                    crossed_on=case.reading.date_of(since),
                    numerator=came,
                    denominator=had,
                    period=_class_period(case, terms, student),
                    first=case.reading.date_of(low),
                    evidence=case.marks(class_evidence(case, terms, student, part, low)),
                    counted_from=case.reading.date_of(low),
                    part=PARTS[part],
                    band="" if whole else terms.band(had, came),
                    minimum=terms.minimum_days(had),
                )
            )
    return found


def _is_below(terms: ClassTerms, offered: Any, absent: Any) -> Any:
    """Apply the test to whole arrays, on whole numbers."""
    return (offered - absent) * terms.threshold.denominator < offered * terms.threshold.numerator


def days_to_come(case: Case, terms: ClassTerms) -> npt.NDArray[np.int64]:
    """Return how many school days of the semester or year are still to come for each student.

    A rule about the days so far looks at none of them.
    """
    students = len(case.reading.students)
    if terms.of != "whole period":
        return np.zeros(students, dtype=np.int64)
    known: dict[tuple[date, str], int] = {}
    found = []
    for student in range(students):
        asked = class_last_day(case, terms, student), case.track_of(student)
        if asked not in known:
            days = case.calendar.school_days_between(case.as_of + ONE_DAY, *asked)
            known[asked] = len(days)
        found.append(known[asked])
    return np.array(found, dtype=np.int64)


def class_last_day(case: Case, terms: ClassTerms, student: int) -> date:
    """Return the last day of the semester or year over which a student's classes count."""
    term = case.span_of("term")
    return term.last if term and _by_semester(case, terms, student) else case.year.last


def _class_period(case: Case, terms: ClassTerms, student: int) -> str:
    return "semester" if _by_semester(case, terms, student) else "school year"


def _by_semester(case: Case, terms: ClassTerms, student: int) -> bool:
    known = case.students.get(case.reading.students[student])
    return (
        known is not None
        and grade_number(known.grade) in terms.semester_grades
        and case.span_of("term") is not None
    )


def class_first_days(case: Case, terms: ClassTerms) -> npt.NDArray[np.int32]:
    """Return the day number from which each student's classes are counted."""
    term = case.span_of("term")
    year = case.reading.number_of(case.year.first)
    if term is None:
        return np.full(len(case.reading.students), year, dtype=np.int32)
    semester = case.reading.number_of(term.first)
    return np.array(
        [
            semester if _by_semester(case, terms, student) else year
            for student in range(len(case.reading.students))
        ],
        dtype=np.int32,
    )


def classes_of(
    case: Case,
    terms: ClassTerms,
    part: int,
    concerned: Bools,
    first_days: Any,
    to_come: Any = None,
) -> Classes | None:
    """Return who was offered and who missed one part of the day; None when nobody did.

    With ``to_come``, the days to come of each student, only those who may be below the share.
    """
    reading = case.reading
    missed = case.absences[reading.part[case.absences] == part]
    if not len(missed):
        return None
    at = _entries_of(case, terms, part, first_days)
    missed = missed[reading.day[missed] >= first_days[reading.student[missed]]]
    students = np.unique(reading.student[missed])
    students = students[concerned[students]]
    if to_come is not None:
        marked = _days_marked(case, terms, part, at)
        students = students[_may_be_below(terms, reading, marked, missed, to_come)[students]]
    if not len(students):
        return None
    offered = reading.roll.class_matrix(case.calendar, part, students)
    absent = np.zeros_like(offered)
    place = np.full(len(reading.students), -1, dtype=np.int32)
    place[students] = np.arange(len(students))
    at = at[place[reading.student[at]] >= 0]
    # Where absences only are recorded the recording says which classes there were.
    if reading.absences_only.any():
        silent = ~reading.absences_only[reading.student[at], reading.day[at]]
        at = at[silent | offered[place[reading.student[at]], reading.day[at]]]
    row, day, category = place[reading.student[at]], reading.day[at], reading.category[at]
    offered[row, day] = category < NOT_POSSIBLE
    absent[row, day] = (category == AUTHORISED) | (category == UNAUTHORISED)
    left_out = coded(reading, at, terms.leave_out)
    absent[row[left_out], day[left_out]] = False
    if terms.leave_out_method == "excluded":
        offered[row[left_out], day[left_out]] = False
    before = np.arange(reading.days)[None, :] < first_days[students][:, None]
    offered[before] = False
    return Classes(students, offered, absent)


def _entries_of(case: Case, terms: ClassTerms, part: int, first_days: Any) -> Entries:
    """Return the marks of one part of the day from each student's first day on.

    The first days follow from the grades that count by semester, so rules that share those share
    these.
    """
    key = (part, terms.semester_grades)
    if key not in case.class_cache:
        reading = case.reading
        at = np.flatnonzero(reading.part == part)
        case.class_cache[key] = at[reading.day[at] >= first_days[reading.student[at]]]
    return case.class_cache[key]


def _days_marked(case: Case, terms: ClassTerms, part: int, at: Entries) -> Entries:
    """Return on how many days each student's marks say that the class was offered.

    Rules that count the same days and leave out the same codes share this.
    """
    left_out = terms.leave_out if terms.leave_out_method == "excluded" else ()
    key = (part, terms.semester_grades, left_out)
    if key not in case.offered_cache:
        reading = case.reading
        offered = reading.category[at] < NOT_POSSIBLE
        if left_out:
            offered &= ~coded(reading, at, left_out)
        size = len(reading.students)
        case.offered_cache[key] = np.bincount(reading.student[at[offered]], minlength=size)
    return case.offered_cache[key]


def _may_be_below(
    terms: ClassTerms, reading: Reading, marked: Entries, missed: Entries, to_come: Any
) -> Bools:
    """Say who may be below the share: most are not, and need no look at each day.

    Marks of a class are days it was offered; where absences only are recorded there were more. So
    who is not below on the marks alone, with nothing left out of the absences, is not below.
    """
    absent = np.bincount(reading.student[missed], minlength=len(reading.students))
    found: Bools = _is_below(terms, marked + to_come, absent)
    return found


def class_evidence(case: Case, terms: ClassTerms, student: int, part: int, low: int) -> Entries:
    """Return the absences of one student from one class, in order."""
    reading = case.reading
    absences, students = case.absences_without(terms.leave_out)
    found = absences[place_of(students, student)]
    kept: Entries = found[(reading.part[found] == part) & (reading.day[found] >= low)]
    return kept
