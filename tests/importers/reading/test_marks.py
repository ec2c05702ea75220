"""Bulk reading is fast and says the same as reading row by row; cells stay the text they are."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from rollbook.importers import extract, identify
from rollbook.importers.contract import Profile
from rollbook.importers.reading.columns import Sheet, _read_rows, _read_text
from rollbook.importers.reading.headers import Table, find_tables
from rollbook.importers.reading.marks import clean_id, is_id
from rollbook.importers.upload import Upload

HEADERS = ("Student ID", "Date", "Session", "Code", "Comment")
TRAPS = ["N", "NA", "N/A", "NaN", "null", "None", "T", "F", "true", "FALSE", "/", "\\", "\\N", "#"]
TRAPS += ["-", "1", "1.0", "007", "1E5", "inf", "''", '"', ",", ";", "|", "é", "ABC "]

cells = st.sampled_from(TRAPS) | st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=6
)
ids = st.from_regex(r"\A[A-Z]?[0-9]{1,12}\Z")
rows = st.lists(st.tuples(ids, st.dates(), cells, cells), min_size=1, max_size=8)


def _written(rows: list[tuple[str, ...]], delimiter: str, line_end: str) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=line_end).writerows([HEADERS, *rows])
    return stream.getvalue()


def _table(upload: Upload) -> Table:
    words = {header: (header,) for header in HEADERS}
    return find_tables(upload, words, HEADERS)[0]


def _cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [tuple(column.at(row) for column in sheet.columns) for row in range(len(sheet))]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=rows,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
)
def test_cells_come_back_as_the_text_they_are(
    tmp_path: Path, rows: list[tuple[str, ...]], delimiter: str, line_end: str, encoding: str
) -> None:
    table = [(one[0], str(one[1]), "AM", one[2], one[3]) for one in rows]
    table.append(("1", "2026-09-01", "AM", "/", "Zoë Ó Dálaigh"))  # cannot be mistaken for UTF-8
    path = tmp_path / "marks.csv"
    path.write_bytes(_written(table, delimiter, line_end).encode(encoding))
    upload = Upload(path)
    bulk, one_by_one = _read_text(_table(upload)), _read_rows(_table(upload))
    assert (bulk is None) == (line_end == "\r")
    bulk = bulk or one_by_one
    assert _cells(bulk) == _cells(one_by_one)
    assert _cells(bulk) == [tuple(cell.strip() for cell in row) for row in table]
    assert list(bulk.row) == list(range(2, 2 + len(table)))


@pytest.mark.parametrize("ids", [["007", "0123"], ["1", "2"], ["1E5", "2E6"], ["0001.0", "2.50"]])
def test_ids_of_digits_keep_their_zeros(tmp_path: Path, ids: list[str]) -> None:
    path = tmp_path / "marks.csv"
    lines = [f"{student_id},20260901,1,0" for student_id in ids]
    path.write_text("\n".join(["student_id,date,period,code", *lines]), "utf-8")
    sheet = _read_text(
        find_tables(Upload(path), {"student_id": ("Student ID",)}, ["student_id"])[0]
    )
    assert sheet is not None
    assert [row[0] for row in _cells(sheet)] == ids
    assert {row[1:] for row in _cells(sheet)} == {("20260901", "1", "0")}


def test_rows_are_numbered_as_in_the_file_over_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text("Printed\n\nID,Date,Code\n\n1,2026-09-01,/\n,,\n2,2026-09-01,N\n", "utf-8")
    extracted = extract(Upload(path), Profile())
    assert list(extracted.marks["row"]) == [5, 7]


def test_held_rows_beyond_a_thousand_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    good, bad = "1,2026-09-01,/\n", "1,2026-02-31,/\n"
    path.write_text("ID,Date,Code\n" + good * 1300 + bad * 1200, "utf-8")
    problems = extract(Upload(path), Profile()).problems
    assert len(problems) == 1001
    assert "200 more rows were not posted" in problems[-1].message


def test_list_in_a_workbook_is_read_like_text(tmp_path: Path) -> None:

    book = Workbook()
    book.active.append(["Attendance", None, None])
    book.active.append(["Student ID", "Date", "Code"])
    book.active.append(["004233", date(2026, 9, 1), "N"])
    book.active.append(["004234", "09/02/2026", "T"])
    book.save(tmp_path / "marks.xlsx")
    upload = Upload(tmp_path / "marks.xlsx")
    assert identify(upload).NAME == "mark-list"
    marks = extract(upload, Profile()).marks
    assert list(marks["student_id"]) == ["004233", "004234"]
    assert list(marks["date"].dt.day) == [1, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("004233", True),
        ("A123456789012", True),
        ("S-0042", True),
        ("20260901", True),  # an id of eight digits may look like a date
        ("2026-09-01", False),
        ("01/09/2026", False),
        ("1.23E+12", False),
        ("Ana Vázquez", False),
        ("AM", False),
        ("/", False),
        ("", False),
    ],
)
def test_what_can_be_a_student_id(text: str, expected: bool) -> None:
    assert is_id(text) is expected


@pytest.mark.parametrize(("text", "cleaned"), [('="00123"', "00123"), ("'00123", "00123")])
def test_ids_lose_what_excel_tricks_put_around_them(text: str, cleaned: str) -> None:
    assert clean_id(text) == cleaned
