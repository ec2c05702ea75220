"""The report a clerk reads: words, siblings by name, only students on roll."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl

from rollbook.office import Office
from rollbook.register import Enrolment, Guardian, Student
from rollbook.reports import Asked, Table, report_named
from rollbook.school_calendar import SchoolCalendar
from rollbook.standing import Standing, read_standing
from tests.offices import Row, marks, post_extract, roster, small_office

TUESDAYS = ["2026-09-08", "2026-09-22", "2026-10-06", "2026-11-03", "2026-11-10"]
THURSDAYS = ["2026-09-17", "2026-10-15"]


def asked(root: Path, *, left: bool = False) -> tuple[Office, Standing]:
    """Two sisters away on the same days, the one perhaps a leaver."""
    office = small_office(root)
    until = date(2026, 11, 12) if left else None
    people = [Student("01", "Ash", "Ada", form="7A"), Student("02", "Ash", "Bea", form="9B")]
    home = [Guardian(one.student_id, "Una Ash", street="1 Mill Lane") for one in people]
    stays = [Enrolment("01", date(2026, 9, 1)), Enrolment("02", date(2026, 9, 1), until)]
    post_extract(office, roster(people, home, stays), "roster")
    rows: list[Row] = []
    for day in office.calendar.school_days_between(date(2026, 9, 1), date(2026, 11, 20)):
        away = str(day) in TUESDAYS + THURSDAYS
        for student in ("01", "02") if not until or day < until else ("01",):
            rows += [(student, str(day), part, "I" if away else "/") for part in ("AM", "PM")]
    post_extract(office, marks(rows), "autumn")
    return office, read_standing(office)


def build(office: Office, standing: Standing, first: date | None = None) -> Table:
    table: Table = report_named("patterns").build(Asked(office, standing, first))
    return table


def test_sisters_are_named_and_days_are_listed(tmp_path: Path) -> None:
    table = build(*asked(tmp_path / "office"))
    named = {row[0]: row for row in table.rows if row[-3]}
    assert named["01"][-3] == "Ash, Bea"
    assert named["02"][-3] == "Ash, Ada"
    assert named["01"][4] == (
        "7 of 7 absences shared a day with an absence of a brother or sister "
        "(chance would give 0 or 1)"
    )
    assert named["01"][-1] == "… Tue 22 Sep, Tue 06 Oct, Thu 15 Oct, Tue 03 Nov, Tue 10 Nov"
    assert named["01"][-2] == date(2026, 11, 10)
    assert named["01"][-4] == "I 14"
    assert table.title.endswith("a reason to ask, not a proof.")


def test_a_leaver_is_left_out_and_from_a_later_day_there_is_no_pattern(tmp_path: Path) -> None:
    office, standing = asked(tmp_path / "office", left=True)
    assert {row[0] for row in build(office, standing).rows} == {"01"}
    assert build(office, standing, date(2026, 10, 12)).rows == []


def test_a_guessed_calendar_is_said(tmp_path: Path) -> None:
    office, standing = asked(tmp_path / "office")
    guessed = SchoolCalendar(standing.calendar.years, guessed=True)
    assert "not checked yet" in build(office, replace(standing, calendar=guessed)).title


def test_shares_are_numbers_in_excel(tmp_path: Path) -> None:
    build(*asked(tmp_path / "office")).write(tmp_path / "patterns.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "patterns.xlsx").active
    assert sheet is not None
    heads = [cell.value for cell in sheet[3]]
    share = sheet.cell(4, heads.index("Share %") + 1)
    assert (share.value, share.number_format) == (100, "0.0")
