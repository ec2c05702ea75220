"""Adopting workbooks of other programs, and registers of one day: in a header, or in a title."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.importers import extract
from rollbook.importers.reading.looking import look
from rollbook.importers.upload import Upload
from rollbook.office import open_office
from rollbook.problems import RefusedFile
from tests.dropping import office_folder

ADOPTED = Path(__file__).parent / "adopted"
ROWS = "\nKid,Pupil,AM,PM\n000123,Ng Bo,/,\\\n000124,Oneil Ana,N,\\\n"
DAY = "Register for Monday 2 November 2026\n"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return office_folder(tmp_path / "office")


def _adopt(office: Path, file: Path, *answers: str) -> str:
    words = ["import", "adopt", str(file), "--yes", "--office", str(office)]
    for answer in answers:
        words += ["--set", answer]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def _read(office: Path, file: Path) -> list[tuple[str, str, str, str]]:
    opened = open_office(office)
    try:
        marks = extract(Upload(file), opened.profile).marks
    finally:
        opened.ledger.close()
    days = marks["date"].dt.strftime("%Y-%m-%d")
    columns = (marks["student_id"], days, marks["part"], marks["symbol"])
    return list(zip(*(map(str, one) for one in columns), strict=True))


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_workbook_of_another_program_is_adopted_without_its_hidden_sheet(
    office: Path, kind: str
) -> None:
    file = ADOPTED / f"grid_with_a_hidden_sheet.{kind}"
    said = _adopt(office, file, "session=AM", "code.ill=I", "code.here=/")
    assert said.count("“Last year” is hidden in Excel and passed over") == 1
    assert _read(office, file) == [
        ("000123", "2026-11-02", "AM", "I"),
        ("000123", "2026-11-03", "AM", "/"),
        ("000124", "2026-11-02", "AM", "/"),
        ("000124", "2026-11-03", "AM", "/"),
    ]


def test_a_table_that_is_hidden_is_named_where_no_other_is_found(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("Marks").append(["Kid", "When", "What"])
    book["Marks"].sheet_state = "hidden"
    book.save(tmp_path / "hidden.xlsx")
    with pytest.raises(RefusedFile, match="no row with three headers.*passed over: “Marks”"):
        look(Upload(tmp_path / "hidden.xlsx"))


def test_a_grid_of_one_day_is_adopted(office: Path, tmp_path: Path) -> None:
    text = "Kid,Pupil,13/11/2026\n000123,Ng Bo,/\n000124,Oneil Ana,N\n"
    file = _written(tmp_path / "day.csv", text)
    _adopt(office, file, "session=AM")
    assert _read(office, file) == [
        ("000123", "2026-11-13", "AM", "/"),
        ("000124", "2026-11-13", "AM", "N"),
    ]


def test_a_day_that_stands_only_in_the_title_is_read_there_each_time(
    office: Path, tmp_path: Path
) -> None:
    file = _written(tmp_path / "daily.csv", f"Printed 4 November 2026 08:01\n{DAY}{ROWS}")
    said = _adopt(office, file)
    assert "The day stands only in the title: “Monday 2 November 2026”" in said
    next_day = DAY.replace("Monday 2", "Tuesday 3")
    after = _written(tmp_path / "after.csv", f"{next_day}{ROWS}")
    assert _read(office, after) == [
        ("000123", "2026-11-03", "AM", "/"),
        ("000123", "2026-11-03", "PM", "\\"),
        ("000124", "2026-11-03", "AM", "N"),
        ("000124", "2026-11-03", "PM", "\\"),
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Oak Hall\n",
        "Printed 4 November 2026\n",
        "Week beginning 2 November 2026\n",
        "Register 2 - 6 November 2026\n",
        "2 November 2026\n3 November 2026\n",
        "Register of Year 9 Nov 2026\n",
        "Register for Monday 3 November 2026\n",
    ],
    ids=["none", "printed", "week", "span", "two", "year group", "no such Monday"],
)
def test_a_title_that_does_not_tell_the_day_refuses_the_file(
    office: Path, tmp_path: Path, title: str
) -> None:
    _adopt(office, _written(tmp_path / "daily.csv", f"{DAY}{ROWS}"))
    with pytest.raises(RefusedFile, match="no single date above|not a date that exists"):
        _read(office, _written(tmp_path / "unsure.csv", f"{title}{ROWS}"))


def test_another_day_further_down_refuses_the_file(office: Path, tmp_path: Path) -> None:
    file = _written(tmp_path / "daily.csv", f"{DAY}{ROWS}")
    _adopt(office, file)
    two = f"{DAY}{ROWS}Register for Tuesday 3 November 2026\n000125,Ash Cy,/,\\\n"
    with pytest.raises(RefusedFile, match="another date in row 6"):
        _read(office, _written(tmp_path / "two.csv", two))
