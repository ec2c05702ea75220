"""England practice exports: register grids, marks strings in a CTF, and a pupil list.

Years 7 to 9 come as a grid of the register for each half term, years 10 and 11 as marks strings,
so that both are used. A marks string has one character a session: AM, PM, every weekday, ``#`` on
a day the school was closed, a blank where the pupil was not on roll.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import numpy as np
from lxml import etree
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from rollbook.practice.files import save_workbook, write_csv
from rollbook.practice.school import MARKS_STRING_YEARS, PracticeSchool
from rollbook.practice.sheet import NO_MARK, MarkSheet
from rollbook.practice.texas import LANGUAGE_NAMES
from rollbook.register import Enrolment, Guardian, Student
from rollbook.school_calendar import ONE_DAY, Span

PUPIL_HEADERS = (
    "Admission No", "UPN", "Legal Surname", "Legal Forename", "Date of Birth", "Year Group",
    "Reg Group", "Admission Date", "Leaving Date", "First Language", "Looked After",
    "Medical Plan", "Contact Priority", "Contact Name", "Contact Relationship",
    "Contact Lives With", "Contact Parental Responsibility", "Contact Receives Letters",
    "Contact Court Order", "Contact Address Line 1", "Contact Address Line 2", "Contact Town",
    "Contact Postcode", "Contact Telephone", "Contact Email",
)  # fmt: skip
GRID_HEADERS = ("Admission No", "Name", "Reg Group")
_LEGEND = (
    r"/ \ present   L late   I illness   M medical   C leave   V visit   B elsewhere   "
    "N no reason yet   O unauthorised   U after registers closed   G holiday   # closed"
)
_HALF_TERM_BREAK = timedelta(days=7)
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_BOLD = Font(name="Calibri", bold=True)
_CENTRE = Alignment(horizontal="center")


def write_england_exports(school: PracticeSchool, folder: Path) -> list[Path]:
    """Write the pupil list, a register grid for each half term, and the marks strings."""
    files = [_write_pupils(school, folder / "1 Pupil list.csv")]
    for half_term in half_terms(school):
        path = folder / f"2 Register {half_term.name} years 7 to 9.xlsx"
        files.append(_write_grid(school, half_term, path))
    files.append(_write_marks_strings(school, folder / "3 CTF 9994001 attendance.xml"))
    return files


def write_england_corrections(later: PracticeSchool, first: date, folder: Path) -> list[Path]:
    """Write the grids again from the half term of ``first`` on, and all marks strings."""
    files = []
    for half_term in half_terms(later):
        if half_term.last >= first:
            name = f"4 Register {half_term.name} to {later.through:%d %B}.xlsx"
            files.append(_write_grid(later, half_term, folder / name))
    name = f"5 CTF 9994001 attendance to {later.through:%d %B}.xml"
    files.append(_write_marks_strings(later, folder / name))
    return files


def half_terms(school: PracticeSchool) -> list[Span]:
    """Return the half terms so far: school days not parted by a week or more."""
    spans: list[Span] = []
    days = school.sheet.days
    starts = [0]
    starts += [
        place for place in range(1, len(days)) if days[place] - days[place - 1] > _HALF_TERM_BREAK
    ]
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(days)
        term = school.calendar.term_of(days[start])
        name = term.name if term else school.year.name
        half = 1 + sum(span.name.startswith(name) for span in spans)
        spans.append(Span(f"{name} {half}", days[start], days[end - 1]))
    return spans


# --- The pupil list ------------------------------------------------------------------------------


def _write_pupils(school: PracticeSchool, path: Path) -> Path:
    guardians: dict[str, list[Guardian]] = {}
    for guardian in school.guardians:
        guardians.setdefault(guardian.student_id, []).append(guardian)
    enrolments: dict[str, list[Enrolment]] = {}
    for enrolment in school.enrolments:
        enrolments.setdefault(enrolment.student_id, []).append(enrolment)
    rows = (
        _pupil(student, enrolment, guardian)
        for student in school.students
        for enrolment in enrolments[student.student_id]
        for guardian in guardians[student.student_id]
    )
    return write_csv(path, PUPIL_HEADERS, rows, "utf-8-sig")


def _pupil(student: Student, enrolment: Enrolment, guardian: Guardian) -> Sequence[str]:
    left = enrolment.withdrawal_date
    line_1, _, line_2 = guardian.street.partition("\n")
    return (
        student.student_id,
        student.state_id,
        student.family_name,
        student.given_name,
        uk_date(student.birth_date),
        student.grade,
        student.form,
        uk_date(enrolment.entry_date),
        uk_date(left - ONE_DAY if left else None),
        LANGUAGE_NAMES[student.language],
        _flag("looked-after" in student.flags),
        _flag("medical-plan" in student.flags),
        str(guardian.order),
        guardian.name,
        guardian.relation,
        _flag(guardian.lives_with),
        "Y",
        _flag(guardian.gets_letters),
        _flag(guardian.court_order),
        line_1,
        line_2,
        guardian.city,
        guardian.postcode,
        guardian.phone,
        guardian.email,
    )


def uk_date(day: date | None) -> str:
    """Return a date as British systems print it; blank for none."""
    return day.strftime("%d/%m/%Y") if day else ""


def _flag(value: bool) -> str:
    return "Y" if value else "N"


# --- The register grid ---------------------------------------------------------------------------


def _write_grid(school: PracticeSchool, half_term: Span, path: Path) -> Path:
    """Write one sheet: titles, dates merged above AM and PM, a row a pupil, a legend below."""
    sheet = school.sheet.between(half_term.first, half_term.last)
    book = Workbook(write_only=True)
    page = cast(Worksheet, book.create_sheet("Register"))
    _lay_out(page, sheet)
    page.append([_bold(page, f"{school.name}: attendance register, {half_term.name}")])
    page.append([f"Years 7 to 9, {half_term.first:%d %B %Y} to {half_term.last:%d %B %Y}"])
    page.append([])
    for row in _header_rows(page, sheet):
        page.append(row)
    symbols = [symbol or None for symbol in sheet.symbols]
    rows = sheet.cells.reshape(len(sheet.student_ids), -1)
    for number in _register_order(school):
        student = school.students[number]
        if student.grade in MARKS_STRING_YEARS or not rows[number].any():
            continue
        name = f"{student.family_name.upper()}, {student.given_name}"
        marks = [symbols[code] for code in rows[number].tolist()]
        page.append([student.student_id, name, student.form, *marks])
    page.append([])
    page.append([_LEGEND])
    page.append([f"Printed on {school.through:%d/%m/%Y}"])
    return save_workbook(book, path)


def _register_order(school: PracticeSchool) -> list[int]:
    """Return the pupils by form and name, as a register lists them."""
    pupils = school.students
    keys = [(int(pupil.grade), pupil.form, pupil.sort_name) for pupil in pupils]
    return sorted(range(len(pupils)), key=keys.__getitem__)


def _lay_out(page: Worksheet, sheet: MarkSheet) -> None:
    page.freeze_panes = "D6"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.print_title_rows = "4:5"
    for letter, width in (("A", 15), ("B", 34), ("C", 12)):
        page.column_dimensions[letter].width = width
    for number in range(len(sheet.days) * 2):
        page.column_dimensions[get_column_letter(len(GRID_HEADERS) + 1 + number)].width = 6


def _header_rows(page: Worksheet, sheet: MarkSheet) -> Iterator[list[object]]:
    dates: list[object] = [None] * len(GRID_HEADERS)
    sessions: list[object] = [_head(page, header) for header in GRID_HEADERS]
    for place, day in enumerate(sheet.days):
        cell = _head(page, day)
        cell.number_format = "ddd dd/mm"
        dates += [cell, _head(page, None)]
        sessions += [_head(page, "AM"), _head(page, "PM")]
        first = len(GRID_HEADERS) + 1 + 2 * place
        page.merged_cells.add(f"{get_column_letter(first)}4:{get_column_letter(first + 1)}4")
    yield dates
    yield sessions


def _head(page: Worksheet, value: date | str | None) -> Cell:
    cell = _bold(page, value)
    cell.fill = _HEAD
    cell.alignment = _CENTRE
    return cell


def _bold(page: Worksheet, value: date | str | None) -> Cell:
    cell = WriteOnlyCell(page)
    cell.value = value
    cell.font = _BOLD
    return cell


# --- Marks strings -------------------------------------------------------------------------------


def _write_marks_strings(school: PracticeSchool, path: Path) -> Path:
    root = etree.Element("CTfile")
    header = etree.SubElement(root, "Header")
    _texts(header, DocumentName="Common Transfer File", CTFversion="24.0")
    _texts(header, DateTime=f"{school.through.isoformat()}T16:00:00")
    _texts(
        etree.SubElement(header, "SourceSchool"), LEA="999", Estab="4001", SchoolName=school.name
    )
    pupils = etree.SubElement(root, "CTFpupilData")
    strings = _Strings(school)
    for number, student in enumerate(school.students):
        if student.grade in MARKS_STRING_YEARS:
            _add_pupil(pupils, school, student, strings.of(number))
    content = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path


class _Strings:
    """Writes marks strings: which weekday is which school day is worked out once."""

    def __init__(self, school: PracticeSchool) -> None:
        sheet = school.sheet
        first = sheet.days[0]
        length = (sheet.days[-1] - first).days + 1
        weekdays = [first + timedelta(days=number) for number in range(length)]
        self._weekdays = [day for day in weekdays if day.weekday() < 5]
        school_days = {day: place for place, day in enumerate(sheet.days)}
        self._places = [school_days.get(day) for day in self._weekdays]
        self._symbols = [symbol or " " for symbol in sheet.symbols]
        self._cells = sheet.cells

    def of(self, student: int) -> tuple[date, str] | None:
        """Return the first day on roll and the marks from then to the last; None without any."""
        marks = self._cells[student]
        on_roll = np.flatnonzero((marks != NO_MARK).any(axis=1))
        if not len(on_roll):
            return None
        start, end = self._places.index(int(on_roll[0])), self._places.index(int(on_roll[-1]))
        days = marks.tolist()
        text = "".join(
            "##" if place is None else "".join(self._symbols[code] for code in days[place])
            for place in self._places[start : end + 1]
        )
        return self._weekdays[start], text


def _add_pupil(
    pupils: etree._Element, school: PracticeSchool, student: Student, marks: tuple[date, str] | None
) -> None:
    pupil = etree.SubElement(pupils, "Pupil")
    born = student.birth_date.isoformat() if student.birth_date else ""
    _texts(pupil, UPN=student.state_id, Surname=student.family_name, Forename=student.given_name)
    _texts(pupil, DOB=born, NCyearActual=student.grade)
    if marks is None:
        return
    start, text = marks
    year = etree.SubElement(etree.SubElement(pupil, "Attendance"), "YearData")
    _texts(year, Year=str(school.year.last.year), LEA="999", Estab="4001", SchoolName=school.name)
    sessions = etree.SubElement(year, "AttendSessions")
    _texts(sessions, AttendanceStartDate=start.isoformat(), AttendanceMarks=text)


def _texts(parent: etree._Element, **texts: str) -> None:
    for tag, text in texts.items():
        etree.SubElement(parent, tag).text = text
