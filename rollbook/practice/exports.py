"""The practice exports: what would be dropped by the student information system, and a week on."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from rollbook.practice.california import write_california_corrections, write_california_exports
from rollbook.practice.england import write_england_corrections, write_england_exports
from rollbook.practice.files import write_lines
from rollbook.practice.school import PracticeSchool
from rollbook.practice.sheet import NO_MARK
from rollbook.practice.texas import write_texas_corrections, write_texas_exports

_EXPORTS: Mapping[str, Callable[[PracticeSchool, Path], list[Path]]] = {
    "us-tx": write_texas_exports,
    "us-ca": write_california_exports,
    "gb-eng": write_england_exports,
}
_CORRECTIONS: Mapping[str, Callable[[PracticeSchool, date, Path], list[Path]]] = {
    "us-tx": write_texas_corrections,
    "us-ca": write_california_corrections,
    "gb-eng": write_england_corrections,
}


def write_exports(school: PracticeSchool, folder: Path) -> list[Path]:
    """Write the school's exports into ``folder``; the people come first, then the marks."""
    return _EXPORTS[school.jurisdiction](school, folder)


def write_corrections(school: PracticeSchool, folder: Path) -> list[Path]:
    """Write next week's exports: its new days, and corrections to days exported before."""
    later = school.a_week_later()
    days = [change.day for change in later.corrections]
    return _CORRECTIONS[school.jurisdiction](later, min(days, default=school.through), folder)


def write_mark_list(school: PracticeSchool, path: Path) -> Path:
    """Write all marks as one list, ``student_id,date,session,code``, a row a mark."""
    return write_lines(path, _mark_list(school))


def _mark_list(school: PracticeSchool) -> Iterator[str]:
    sheet = school.sheet
    sessions = [f"{day.isoformat()},{part}," for day in sheet.days for part in sheet.parts]
    yield "student_id,date,session,code"
    for number, student_id in enumerate(sheet.student_ids):
        marks = sheet.cells[number].ravel().tolist()
        for session, code in zip(sessions, marks, strict=True):
            if code != NO_MARK:
                yield f"{student_id},{session}{sheet.symbols[code]}"
