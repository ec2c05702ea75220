"""A practice list of documents asked for: some that can be given, and some that cannot yet."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from rollbook.practice.files import write_csv
from rollbook.practice.people import Oddity
from rollbook.practice.school import PracticeSchool
from rollbook.register import Student

REQUEST_HEADERS = (
    "Student ID", "Student", "Document", "Purpose", "Requested by", "Consent", "Diploma",
    "Credit in all", "Committee approved", "Hours per week", "Course weeks", "Correspondence",
    "Operating basis", "Expected graduation", "Days offered", "Days attended",
)  # fmt: skip

_NO_DETAILS = ("",) * 10


def write_requests(school: PracticeSchool, folder: Path) -> Path:
    """Write the list of documents asked for this week."""
    rows = {"gb-eng": _england, "us-ca": _united_states, "us-tx": _texas}[school.jurisdiction]
    path = folder / "Document requests.csv"
    return write_csv(path, REQUEST_HEADERS, rows(school), "utf-8-sig")


def _england(school: PracticeSchool) -> Iterator[Sequence[str]]:
    first, second = _some(school, lambda student: student.grade == "9", 2)
    yield _row(first, "enrolment", "Child Benefit", "Parent", "signed by parent 2026-11-09")
    yield _row(
        second, "enrolment", "Council housing", "Marlbeck Council", "signed by parent 2026-11-10"
    )
    left = _first_with(school, Oddity.LEAVER)
    yield _row(left, "enrolment", "Passport application", "Parent", "signed by parent 2026-11-09")


def _united_states(school: PracticeSchool) -> Iterator[Sequence[str]]:
    """Enrolment letters with and without consent and for a leaver, and one for Social Security."""
    first, second = _some(school, lambda student: student.grade.lstrip("0") == "7", 2)
    yield _row(first, "enrolment", "Lease application", "Landlord", "signed by parent 2026-11-10")
    yield _row(second, "enrolment", "Sports club", "Sports club", "")
    left = _first_with(school, Oddity.LEAVER)
    yield _row(
        left, "enrolment", "Records of a new school", "Parent", "signed by parent 2026-11-09"
    )
    [senior] = _some(school, lambda student: student.grade == "12", 1)
    graduation = senior.facts["expected_graduation"]
    details = ("", "", "", "35", "36", "no", "yearly", graduation, "", "")
    yield _row(
        senior,
        "social-security",
        "Student benefits",
        "Parent",
        "signed by parent 2026-11-10",
        details,
    )


def _texas(school: PracticeSchool) -> Iterator[Sequence[str]]:
    """The same, and two VOEs for the driver licence: one that can be issued and one that cannot."""
    yield from _united_states(school)
    [eligible] = _some(school, lambda student: _may_drive(student, school.through), 1)
    yield _row(
        eligible, "voe", "Learner license", "Student", "signed by parent 2026-11-10",
        ("no", "yes", "no", "", "", "", "", "", "", ""),
    )  # fmt: skip
    missed = {case.student_id for case in school.cases if case.trigger == "tx-90" and case.fires}
    not_eligible = next(student for student in school.students if student.student_id in missed)
    yield _row(
        not_eligible, "voe", "Learner license", "Student", "signed by parent 2026-11-10",
        ("no", "no", "no", "", "", "", "", "", "85", "74"),
    )  # fmt: skip


def _may_drive(student: Student, day: date) -> bool:
    born = student.birth_date
    return student.grade in ("10", "11") and born is not None and day.year - born.year in (16, 17)


def _row(
    student: Student,
    document: str,
    purpose: str,
    requested_by: str,
    consent: str,
    details: Sequence[str] = _NO_DETAILS,
) -> Sequence[str]:
    return student.student_id, student.name, document, purpose, requested_by, consent, *details


def _some(school: PracticeSchool, suits: Callable[[Student], bool], count: int) -> list[Student]:
    """Return the first students that suit; in a small school made ones if there are no others."""
    special = {case.student_id for case in school.cases} | set(school.oddities)
    found = [student for student in school.students if suits(student)]
    return sorted(found, key=lambda student: student.student_id in special)[:count]


def _first_with(school: PracticeSchool, oddity: Oddity) -> Student:
    return next(
        student for student in school.students if school.oddities.get(student.student_id) is oddity
    )
