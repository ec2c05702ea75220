"""Register grids as workbooks: merged dates, real dates, several sheets, legends."""

import os
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from rollbook.importers import extract, identify
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.grid_layout import column_letters
from rollbook.importers.upload import Upload
from rollbook.problems import RefusedFile

ENGLAND = Profile(day_first=True, campus="main")


def marks(extracted: Extract) -> list[tuple[str, str, str, str]]:
    frame = extracted.marks
    days = frame["date"].dt.strftime("%m-%d")
    return list(zip(frame["student_id"], days, frame["part"], frame["symbol"], strict=True))


def read(path: Path, profile: Profile = ENGLAND) -> Extract:
    upload = Upload(path)
    assert identify(upload).NAME == "register-grid"
    return extract(upload, profile)


def merged_register(sheet: Worksheet, first_day: int) -> None:
    """Title rows, dates merged over AM and PM, an empty first column, a legend underneath."""
    sheet["B1"] = "Tarnsted School: register"
    sheet["B2"] = "Printed 06/09/2026 10:33"
    sheet["B5"], sheet["C5"] = "Admission No", "Pupil Name"
    for place in range(2):
        column = 4 + 2 * place
        sheet.cell(4, column, date(2026, 9, first_day + place)).number_format = "ddd d"
        sheet.merge_cells(start_row=4, end_row=4, start_column=column, end_column=column + 1)
        sheet.cell(5, column, "AM")
        sheet.cell(5, column + 1, "PM")
    sheet["H5"] = "Total"
    sheet.append([None, "003001", "OKORO, Ada", "/", "\\", "N", None, 3])
    sheet.append([None, 3002, "NG, Q", "L", "\\", None, "#", 3])
    sheet.append([])
    sheet.append([None, "Present", None, 2, 2, 0, 0])
    sheet.append([None, "/", "Present (AM)"])


def test_merged_dates_over_am_and_pm(tmp_path: Path) -> None:
    book = Workbook()
    merged_register(book.active, 1)
    book.save(tmp_path / "register.xlsx")
    extracted = read(tmp_path / "register.xlsx")
    assert marks(extracted) == [
        ("003001", "09-01", "AM", "/"),
        ("003001", "09-01", "PM", "\\"),
        ("003001", "09-02", "AM", "N"),
        ("3002", "09-01", "AM", "L"),
        ("3002", "09-01", "PM", "\\"),
        ("3002", "09-02", "PM", "#"),
    ]
    assert [student.sort_name for student in extracted.students] == ["OKORO, Ada", "NG, Q"]
    assert list(extracted.marks["row"]) == [6, 6, 6, 7, 7, 7]
    assert extracted.problems == []


def test_every_sheet_that_holds_a_register_is_read(tmp_path: Path) -> None:
    book = Workbook()
    merged_register(book.active, 1)
    book.create_sheet("Legend").append(["/", "Present"])
    merged_register(book.create_sheet("7B"), 3)
    book.save(tmp_path / "register.xlsx")
    extracted = read(tmp_path / "register.xlsx")
    assert len(extracted.marks) == 12
    assert {(span.campus, span.first, span.last) for span in extracted.coverage} == {
        ("main", date(2026, 9, 1), date(2026, 9, 2)),
        ("main", date(2026, 9, 3), date(2026, 9, 4)),
    }


def test_a_sheet_of_a_list_is_no_grid(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["UPN", "Surname", "Forename", "Year", "DOB", "Admission Date"])
    book.active.append(["H999400115001", "Ng", "Q", 7, date(2015, 3, 1), date(2026, 9, 2)])
    book.save(tmp_path / "pupils.xlsx")
    assert identify(Upload(tmp_path / "pupils.xlsx")).NAME == "pupil-list"


def test_register_with_no_mark_filled_in_is_refused(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text("ID,Name,2026-09-01\n003001,Ng,\n", "utf-8")
    with pytest.raises(RefusedFile, match="no mark is filled in"):
        read(tmp_path / "register.csv")


def test_weekday_finds_the_year_near_the_date_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("ID,Tue 1 Sep AM,Tue 1 Sep PM\n003001,/,N\n", "utf-8")
    saved = datetime(2027, 2, 1).timestamp()
    os.utime(path, (saved, saved))
    assert read(path).coverage[0].first == date(2026, 9, 1)


def test_without_year_or_weekday_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("ID,1 Sep AM,1 Sep PM\n003001,/,N\n", "utf-8")
    with pytest.raises(RefusedFile, match="does not say of which year"):
        read(path)


def test_only_impossible_dates_are_refused(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text("ID,31/02/2026,30/02/2026\n003001,/,N\n", "utf-8")
    with pytest.raises(RefusedFile, match="headed “31/02/2026”"):
        read(tmp_path / "register.csv")


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (702, "AAA")])
def test_columns_are_named_as_in_excel(place: int, letters: str) -> None:
    assert column_letters(place) == letters
