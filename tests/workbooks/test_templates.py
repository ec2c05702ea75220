import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from rollbook import workbooks
from rollbook.workbooks.book import Book
from rollbook.workbooks.starting import STEMS, template_of
from rollbook.workbooks.starting_tables import without_results
from tests.workbooks.calculated import recalculated
from tests.workbooks.sound import check_sound
from tools import make_workbook_templates

FOLDER = Path(__file__).parents[2] / "workbook_templates"
STATES = ("us-tx", "us-ca", "gb-eng")
FILES = sorted(FOLDER.glob("*.xlsx"))
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
FIGURES = {
    "possible", "attended", "absent", "authorised", "unauthorised", "late", "rate", "flag",
    "last_letter", "next_letter",
}  # fmt: skip
WHO = {"student_id", "student_name", "group", "campus", "left"}


@pytest.fixture(params=STATES)
def started(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(template_of("tracker", request.param), tmp_path))


def test_the_script_makes_the_files_that_are_there() -> None:
    made = make_workbook_templates.templates()
    assert sorted(made) == [path.name for path in FILES]
    for path in FILES:
        assert made[path.name][1] == path.read_bytes(), path.name
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert make_workbook_templates.readme() == readme


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_excel_has_nothing_to_repair(path: Path) -> None:
    check_sound(path)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", STEMS)
def test_every_kind_has_a_template_in_every_state(kind: str, state: str) -> None:
    assert template_of(kind, state).is_file()


def test_rollbook_adopts_its_own_tracker_completely(started: Path) -> None:
    mapping = workbooks.adopt(started)
    assert mapping.tracker and mapping.log and mapping.contacts
    assert set(mapping.tracker.columns) == FIGURES | WHO
    assert set(mapping.log.columns) == {*LETTER, "note"}
    assert set(mapping.contacts.columns) == {
        "date", "student_id", "student_name", "action", "guardian", "note", "until", "by",
    }  # fmt: skip
    assert not mapping.hundred and not mapping.days


def test_the_first_letter_goes_into_the_first_row_and_the_second_below(
    started: Path, tmp_path: Path
) -> None:
    letters = [LETTER, {**LETTER, "serial": "RB-2"}]
    workbooks.update(started, workbooks.adopt(started), {}, letters, tmp_path / "snapshots")
    log = openpyxl.load_workbook(started)["Letter log"]
    assert [log["F5"].value, log["F6"].value] == ["RB-1", "RB-2"]
    assert log.tables["LetterLog"].ref == "A4:I6"
    assert log["A6"].number_format == log["A5"].number_format != "General"
    assert log["B6"].number_format == "@"
    ranges = " ".join(str(each.sqref) for each in log.conditional_formatting)
    assert "G5:G6" in ranges and "A5:I6" in ranges


def lists(path: Path) -> Iterator[tuple[str, object]]:
    """Yield the sheets that are one list each."""
    for sheet in openpyxl.load_workbook(path):
        if sheet.freeze_panes and sheet.freeze_panes.endswith("5"):
            yield sheet.title, sheet


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_sheets_are_ready_for_the_screen_and_the_printer(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-1] == "Help"
    for sheet in book:
        paper = {"us": "1", "gb": "9"}.get(path.name.split(".")[1][:2])
        assert paper is None or str(sheet.page_setup.paperSize) == paper
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "Page &P of &N" in str(sheet.oddFooter.right.text)
    assert all(sheet.print_title_rows == "$4:$4" for _, sheet in lists(path))
    if not path.name.startswith("attendance-change-form"):
        assert dict(lists(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_name_stands_for_cells_that_are_there(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    tables = {table.name: table for sheet in book for table in sheet.tables.values()}
    for name in book.defined_names.values():
        listed = re.fullmatch(r"(\w+)\[([^\]]+)\]", name.attr_text)
        if listed:
            assert listed[2] in tables[listed[1]].column_names
        else:
            [(sheet, cell)] = name.destinations
            assert book[sheet][cell.replace("$", "")] is not None


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_what_formulas_show_before_anything_is_calculated_is_true(tmp_path: Path) -> None:
    bare = []
    for path in FILES:
        book = without_results(Book(path, path.read_bytes()))
        (tmp_path / path.name).write_bytes(book.changed()[0].to_bytes())
        bare.append(tmp_path / path.name)
    for path, calculated in zip(FILES, recalculated(bare, tmp_path / "out"), strict=True):
        shipped, theirs = (
            openpyxl.load_workbook(each, data_only=True) for each in (path, calculated)
        )
        for sheet in openpyxl.load_workbook(path):
            for row in sheet:
                for cell in row:
                    if cell.data_type == "f":
                        ours, found = (
                            "" if each is None else each
                            for each in (
                                book[sheet.title][cell.coordinate].value
                                for book in (shipped, theirs)
                            )
                        )
                        assert ours == found, f"{path.name} {sheet.title} {cell.coordinate}"
