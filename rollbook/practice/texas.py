"""Texas practice exports: ASCENDER absences in fixed columns, and a roster a row a guardian."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from rollbook.practice.files import write_csv, write_lines
from rollbook.practice.marking import Correction
from rollbook.practice.school import PracticeSchool
from rollbook.practice.sheet import MarkSheet
from rollbook.register import Enrolment, Guardian, Student

HOME_LANGUAGES = {"en": "98", "es": "01", "vi": "02", "ko": "06", "ja": "07"}
"""PEIMS table C092 as far as it is known for sure; other languages are written by name."""

LANGUAGE_NAMES = {
    "en": "English", "ar": "Arabic", "es": "Spanish", "he": "Hebrew", "ja": "Japanese",
    "ko": "Korean", "pl": "Polish", "uk": "Ukrainian", "ur": "Urdu", "zh": "Chinese",
}  # fmt: skip

ROSTER_HEADERS = (
    "Campus ID",
    "Student ID",
    "TSDS Unique ID",
    "Last Name",
    "First Name",
    "Date of Birth",
    "Grade Level",
    "Track",
    "ADA Code",
    "Entry Date",
    "Withdrawal Date",
    "Home Language",
    "Medical Plan",
    "Foster Care",
    "Hours per Week",
    "Expected Graduation",
    "Guardian Priority",
    "Guardian Name",
    "Guardian Relationship",
    "Lives With",
    "Guardian Street",
    "Guardian Apt",
    "Guardian City",
    "Guardian State",
    "Guardian Zip",
    "Guardian Phone",
    "Guardian Email",
    "Guardian Language",
    "No Mail",
    "Court Order",
)


def write_texas_exports(school: PracticeSchool, folder: Path) -> list[Path]:
    """Write the roster and one file of absences for all campuses."""
    until = school.through.isoformat()
    return [
        _write_roster(school, folder / f"1 Campus roster {until}.csv"),
        _write_absences(school, school.year.first, folder / f"2 Gradebook absences {until}.txt"),
    ]


def write_texas_corrections(later: PracticeSchool, first: date, folder: Path) -> list[Path]:
    """Write the absences again from ``first`` on; what was cleared is taken back by code P."""
    path = folder / f"3 Gradebook absences {later.through.isoformat()}.txt"
    return [_write_absences(later, first, path)]


def us_date(day: date | None) -> str:
    """Return a date as American systems print it; blank for none."""
    return day.strftime("%m/%d/%Y") if day else ""


def expected_graduation(student: Student) -> date | None:
    """Return the day a student is expected to graduate, where the school has one on file."""
    day = student.facts.get("expected_graduation")
    return date.fromisoformat(day) if day else None


def _write_absences(school: PracticeSchool, first: date, path: Path) -> Path:
    sheet = school.sheet.between(first, school.through)
    lines = [*_absences(school, sheet), *_taken_back(school)]
    return write_lines(path, sorted(lines))


def _absences(school: PracticeSchool, sheet: MarkSheet) -> Iterator[str]:
    days = [f"{day:%Y%m%d}" for day in sheet.days]
    periods = [part.removeprefix("P") for part in sheet.parts]
    for student, day, part in np.argwhere(sheet.cells).tolist():
        symbol = sheet.symbols[sheet.cells[student, day, part]]
        campus = school.students[student].campus
        comment = sheet.comments.get((student, day, part), "")
        yield absence_line(
            campus, days[day], sheet.student_ids[student], periods[part], symbol, comment
        )


def _taken_back(school: PracticeSchool) -> Iterator[str]:
    campuses = {student.student_id: student.campus for student in school.students}
    for change in school.corrections:
        if change.now == "":
            yield _taken_back_line(campuses[change.student_id], change)


def _taken_back_line(campus: str, change: Correction) -> str:
    day, period = f"{change.day:%Y%m%d}", change.part.removeprefix("P")
    return absence_line(campus, day, change.student_id, period, "P", change.comment)


def absence_line(
    campus: str, day: str, student_id: str, period: str, code: str, comment: str = ""
) -> str:
    """Return one line of the External Gradebook Absences layout: 82 characters, the last a T."""
    course, teacher = f"{400 + int(period):04d}", f"{110 + int(period):03d}"
    track, section = "01", "02"
    return (
        f"D{campus:>3}{day}{track}{course}{section}{student_id:>6}{period:>02}{code}{teacher}"
        f"{comment:<49.49}T"
    )


def _write_roster(school: PracticeSchool, path: Path) -> Path:
    guardians: dict[str, list[Guardian]] = {}
    for guardian in school.guardians:
        guardians.setdefault(guardian.student_id, []).append(guardian)
    enrolments: dict[str, list[Enrolment]] = {}
    for enrolment in school.enrolments:
        enrolments.setdefault(enrolment.student_id, []).append(enrolment)
    return write_csv(path, ROSTER_HEADERS, _roster(school, guardians, enrolments))


def _roster(
    school: PracticeSchool,
    guardians: dict[str, list[Guardian]],
    enrolments: dict[str, list[Enrolment]],
) -> Iterator[Sequence[str]]:
    for student in school.students:
        for enrolment in enrolments[student.student_id]:
            for guardian in guardians[student.student_id]:
                street, _, apartment = guardian.street.partition("\n")
                yield (
                    enrolment.campus,
                    student.student_id,
                    student.state_id,
                    student.family_name,
                    student.given_name,
                    us_date(student.birth_date),
                    student.grade,
                    enrolment.track,
                    enrolment.ada_code,
                    us_date(enrolment.entry_date),
                    us_date(enrolment.withdrawal_date),
                    _language(student.language),
                    _flag("medical-plan" in student.flags),
                    _flag("looked-after" in student.flags),
                    student.facts.get("hours_per_week", ""),
                    us_date(expected_graduation(student)),
                    str(guardian.order),
                    guardian.name,
                    guardian.relation,
                    _flag(guardian.lives_with),
                    street,
                    apartment,
                    guardian.city,
                    guardian.region,
                    guardian.postcode,
                    guardian.phone,
                    guardian.email,
                    _language(guardian.language),
                    _flag(not guardian.gets_letters),
                    _flag(guardian.court_order),
                )


def _language(language: str) -> str:
    return HOME_LANGUAGES.get(language) or LANGUAGE_NAMES[language]


def _flag(value: bool) -> str:
    return "1" if value else "0"
