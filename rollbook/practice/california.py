"""California practice exports: the Aeries tables STU, CON and ATT as queried to CSV."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from rollbook.practice.files import csv_line, write_csv, write_lines
from rollbook.practice.school import PracticeSchool
from rollbook.practice.sheet import NO_MARK, MarkSheet
from rollbook.practice.texas import LANGUAGE_NAMES, expected_graduation, us_date
from rollbook.school_calendar import ONE_DAY

WITH_BOM = "utf-8-sig"

STU_HEADERS = (
    "STU.ID", "STU.SC", "STU.SN", "STU.CID", "STU.LN", "STU.FN", "STU.BD", "STU.GR",
    "Homeroom", "STU.HL", "STU.CL", "STU.ED", "STU.LD", "Medical Plan", "Foster Care",
    "Hours per Week", "Expected Graduation",
)  # fmt: skip
CON_HEADERS = (
    "STU.ID", "CON.OR", "CON.FN", "CON.LN", "CON.NM", "CON.RL", "CON.AD", "CON.CY", "CON.ST",
    "CON.ZC", "CON.TL", "CON.EM", "CON.CD", "CON.LW", "CON.ERH", "CON.AN", "CON.CL",
)  # fmt: skip
_PERIODS = tuple(f"ATT.A{number}" for number in range(1, 8))
ATT_HEADERS = (
    "STU.ID", "STU.GR", "STU.SC", "STU.SN", "ATT.DY", "ATT.DT", "ATT.AL", *_PERIODS, "ATT.ACO",
)  # fmt: skip

LANGUAGE_CODES = {
    "en": "00",
    "es": "01",
    "vi": "02",
    "ko": "04",
    "zh": "07",
    "ja": "08",
    "ar": "11",
}
"""California's codes of primary languages as far as they are used here; others by name."""


def write_california_exports(school: PracticeSchool, folder: Path) -> list[Path]:
    """Write students, contacts and a row a student and day."""
    until = school.through.isoformat()
    return [
        write_csv(
            folder / f"1 Students (STU) {until}.csv", STU_HEADERS, _students(school), WITH_BOM
        ),
        write_csv(
            folder / f"2 Contacts (CON) {until}.csv", CON_HEADERS, _contacts(school), WITH_BOM
        ),
        _write_attendance(school, school.year.first, folder / f"3 Attendance (ATT) {until}.csv"),
    ]


def write_california_corrections(later: PracticeSchool, first: date, folder: Path) -> list[Path]:
    """Write the attendance again from ``first`` on."""
    path = folder / f"4 Attendance (ATT) {later.through.isoformat()}.csv"
    return [_write_attendance(later, first, path)]


def _students(school: PracticeSchool) -> Iterator[Sequence[str]]:
    enrolments: dict[str, list[tuple[str, str]]] = {}
    for enrolment in school.enrolments:
        left = enrolment.withdrawal_date
        last_day = left - ONE_DAY if left else None
        span = us_date(enrolment.entry_date), us_date(last_day)
        enrolments.setdefault(enrolment.student_id, []).append(span)
    for number, student in enumerate(school.students):
        for entry, leave in enrolments[student.student_id]:
            yield (
                student.student_id,
                student.campus,
                str(number + 1),
                student.state_id,
                student.family_name,
                student.given_name,
                us_date(student.birth_date),
                student.grade,
                student.form,
                _language(student.language),
                _language(student.language),
                entry,
                leave,
                "Y" if "medical-plan" in student.flags else "",
                "Y" if "looked-after" in student.flags else "",
                student.facts.get("hours_per_week", ""),
                us_date(expected_graduation(student)),
            )


def _contacts(school: PracticeSchool) -> Iterator[Sequence[str]]:
    for guardian in school.guardians:
        given, _, family = guardian.name.partition(" ")
        yield (
            guardian.student_id,
            str(guardian.order),
            given,
            family,
            guardian.name,
            guardian.relation,
            guardian.street,
            guardian.city,
            guardian.region,
            guardian.postcode,
            guardian.phone,
            guardian.email,
            "R" if guardian.court_order else "",
            "Y" if guardian.lives_with else "N",
            "Y" if guardian.gets_letters else "",
            "" if guardian.gets_letters else "N",
            _language(guardian.language),
        )


def _language(language: str) -> str:
    return LANGUAGE_CODES.get(language) or LANGUAGE_NAMES[language]


def _write_attendance(school: PracticeSchool, first: date, path: Path) -> Path:
    sheet = school.sheet.between(first, school.through)
    number = school.sheet.days.index(sheet.days[0]) + 1
    lines = chain([csv_line(ATT_HEADERS)], _days(school, sheet, number))
    return write_lines(path, lines, WITH_BOM)


def _days(school: PracticeSchool, sheet: MarkSheet, first_number: int) -> Iterator[str]:
    """Write a row for every day a student was on roll; a present day has no code at all."""
    days = [f"{number},{us_date(day)}" for number, day in enumerate(sheet.days, first_number)]
    attended = sheet.symbols.index("", 1)
    blank = "," * (len(sheet.parts) + 1)
    comments: dict[tuple[int, int], str] = {
        (student, day): text for (student, day, _), text in sheet.comments.items()
    }
    ordinary = (sheet.cells[:, :, 0] == attended) & (sheet.cells[:, :, 1:] == NO_MARK).all(axis=2)
    for number, student in enumerate(school.students):
        who = f"{student.student_id},{student.grade},{student.campus},{number + 1},"
        for day, text in enumerate(days):
            if ordinary[number, day] and (number, day) not in comments:
                yield f"{who}{text}{blank}"
            elif sheet.cells[number, day, 0] != NO_MARK:
                codes = ",".join(sheet.symbols[code] for code in sheet.cells[number, day])
                yield f"{who}{text},{codes},{csv_line([comments.get((number, day), '')])}"
