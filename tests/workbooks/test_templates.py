import re
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from rollbook import workbooks

FOLDER = Path(__file__).parents[2] / "workbook_templates"
LETTER = {
    "date": date(2026, 11, 20),
    "student_id": "000123",
    "student_name": "Núñez, Ana",
    "letter": "eng-l1",
    "guardian": "Mr Núñez",
    "serial": "RB-1",
    "state": "prepared",
    "by": "Rollbook",
}


@pytest.fixture
def started(tmp_path: Path) -> Path:
    return Path(shutil.copy(FOLDER / "attendance-tracker.xlsx", tmp_path))


def test_rollbook_adopts_its_own_tracker_completely(started: Path) -> None:
    mapping = workbooks.adopt(started)
    assert mapping.tracker and mapping.log
    assert set(mapping.log.columns) == set(LETTER)
    assert set(mapping.tracker.columns) == {
        "student_id",
        "possible",
        "attended",
        "absent",
        "authorised",
        "unauthorised",
        "late",
        "rate",
        "flag",
        "last_letter",
    }
    assert not mapping.hundred


def test_the_first_letter_goes_into_the_first_row_and_the_second_below(
    started: Path, tmp_path: Path
) -> None:
    letters = [LETTER, {**LETTER, "serial": "RB-2"}]
    workbooks.update(started, workbooks.adopt(started), {}, letters, tmp_path / "snapshots")
    log = openpyxl.load_workbook(started)["Letter log"]
    assert [log["F5"].value, log["F6"].value] == ["RB-1", "RB-2"]
    assert log.tables["LetterLog"].ref == "A4:I6"
    assert log["A6"].number_format == log["A5"].number_format == "d mmm yyyy"
    assert log["B6"].number_format == "@"
    assert all("G5:G6" in str(each.sqref) for each in log.conditional_formatting)


def test_the_readme_lists_the_tables_and_columns_that_are_there(started: Path) -> None:
    book = openpyxl.load_workbook(started)
    tables = {table.name: table for sheet in book for table in sheet.tables.values()}
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"### [^\n]*Table `(\w+)`\n(.*?)(?=\n###|\nSheet|\Z)", readme, re.S)
    assert {name: re.findall(r"^\| ([^|]+?) \|", lines, re.M)[1:] for name, lines in listed} == {
        name: table.column_names for name, table in tables.items()
    }


def test_sheets_are_ready_for_the_screen_and_the_printer(started: Path) -> None:
    book = openpyxl.load_workbook(started)
    assert book.sheetnames == ["Tracker", "Letter log", "Help"]
    for sheet in (book["Tracker"], book["Letter log"]):
        assert sheet.freeze_panes.endswith("5")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.page_setup.fitToHeight == 0
