import zipfile
from pathlib import Path

import openpyxl
import pytest

from rollbook.problems import WorkbookError
from rollbook.workbooks import adopt
from tests.workbooks.office_books import change_part, make_tracker

TRACKER = ("Student ID", "Name", "Absent", "Attendance %")
LOG = ("Date", "Student ID", "Letter", "Reference")


def book(path: Path, **sheets: tuple[int, int, tuple[str, ...]]) -> Path:
    """Write headings into sheets: row, column, headings; one line of data below."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, (row, column, headings) in sheets.items():
        sheet = made.create_sheet(name)
        for number, heading in enumerate(headings, start=column):
            sheet.cell(row, number, heading)
            sheet.cell(row + 1, number, "1")
    made.save(path)
    return path


def test_finds_headings_in_row_8_from_column_b_and_the_log_table(tracker: Path) -> None:
    mapping = adopt(tracker)
    assert mapping.tracker and mapping.log
    assert (mapping.tracker.sheet, mapping.tracker.header_row) == ("Tracker", 8)
    assert {key: column.letter for key, column in mapping.tracker.columns.items()} == {
        "student_id": "B",
        "student_name": "C",
        "group": "D",
        "possible": "E",
        "attended": "F",
        "absent": "G",
        "unauthorised": "H",
        "rate": "I",
        "flag": "K",
        "last_letter": "L",
    }
    assert (mapping.log.table, mapping.log.header_row) == ("LetterLog", 3)
    assert list(mapping.log.columns) == [
        "date",
        "student_id",
        "student_name",
        "letter",
        "guardian",
        "serial",
        "state",
        "by",
    ]
    assert not mapping.hundred


@pytest.mark.parametrize(
    ("heading", "word"),
    [
        ("Days absent", "absent"),
        ("ABSENCES:", "absent"),
        ("No. of absences", "absent"),
        ("Unauthorized\nabsences", "unauthorised"),
        ("Unexcused", "unauthorised"),
        ("% Attendance", "rate"),
        ("Att. %", "rate"),
        ("Days in membership", "possible"),
        ("# Tardies", ""),
        ("Tardies", "late"),
        ("Next step", "next_letter"),
        ("Absence %", ""),
        ("Absence reason", ""),
    ],
)
def test_headings_are_known_by_many_words(tmp_path: Path, heading: str, word: str) -> None:
    path = book(tmp_path / "t.xlsx", Tracker=(1, 1, ("UPN", "Flag", heading)))
    mapping = adopt(path)
    assert mapping.tracker
    assert set(mapping.tracker.columns) == {"student_id", "flag", *filter(None, [word])}


def test_the_offices_own_id_is_preferred_to_the_states(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", Tracker=(1, 1, ("UPN", "Admission No", "Flag")))
    mapping = adopt(path)
    assert mapping.tracker and mapping.tracker.columns["student_id"].letter == "B"


def test_two_columns_of_one_meaning_are_not_filled(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", Tracker=(1, 1, ("ID", "Absent", "Days absent", "Flag")))
    mapping = adopt(path)
    assert mapping.tracker and set(mapping.tracker.columns) == {"student_id", "flag"}


def test_tracker_and_log_side_by_side_are_told_apart(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", All=(3, 2, (*TRACKER, "", *LOG)))
    mapping = adopt(path)
    assert mapping.tracker and mapping.log
    assert mapping.tracker.columns["student_id"].letter == "B"
    assert mapping.log.columns["student_id"].letter == "H"


def test_two_sheets_that_could_be_the_tracker_are_asked_about(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", Autumn=(1, 1, TRACKER), Spring=(1, 1, TRACKER))
    with pytest.raises(WorkbookError, match="“Autumn” row 1 and sheet “Spring” row 1"):
        adopt(path)
    chosen = adopt(path, sheet="Spring").tracker
    assert chosen and chosen.sheet == "Spring"


def test_ids_without_a_column_to_fill_are_refused_with_advice(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", Sheet1=(8, 2, ("ID", "Name", "1", "2")))
    with pytest.raises(WorkbookError, match="B8 of sheet “Sheet1”.*Add a column headed"):
        adopt(path)


def test_a_workbook_without_ids_is_refused_with_advice(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", Sheet1=(1, 1, ("Name", "Absent")))
    with pytest.raises(WorkbookError, match="add a column headed “Student ID”"):
        adopt(path)


def test_a_log_with_a_total_row_is_used(tmp_path: Path) -> None:
    path = make_tracker(tmp_path / "t.xlsx")
    change_part(path, "xl/tables/table1.xml", b'totalsRowShown="0"', b'totalsRowCount="1"')
    mapping = adopt(path)
    assert mapping.log and mapping.log.table == "LetterLog"


def test_a_log_filled_by_a_query_is_not_used_and_the_clerk_is_told(tmp_path: Path) -> None:
    path = make_tracker(tmp_path / "t.xlsx")
    old = b'totalsRowShown="0"'
    change_part(path, "xl/tables/table1.xml", old, b'tableType="queryTable" ' + old)
    mapping = adopt(path)
    assert mapping.log is None
    assert "is filled by a query" in mapping.notes[0]
    assert mapping.notes[0] in mapping.describe()


REFUSED = {
    "signed": ("_xmlsignatures/sig1.xml", b"<Signature/>", "is signed"),
    "shared": ("xl/revisions/revisionHeaders.xml", b"<headers/>", "shared workbook of the old"),
}


@pytest.mark.parametrize(("part", "content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_a_change_would_break_is_refused(
    tmp_path: Path, part: str, content: bytes, sentence: str
) -> None:
    path = make_tracker(tmp_path / "t.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, content)
    with pytest.raises(WorkbookError, match=sentence):
        adopt(path)


def test_strict_open_xml_is_refused(tmp_path: Path) -> None:
    path = make_tracker(tmp_path / "t.xlsx")
    transitional = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    change_part(path, "xl/workbook.xml", transitional, strict)
    with pytest.raises(WorkbookError, match="Strict Open XML"):
        adopt(path)


def test_a_prefixed_sheet_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = make_tracker(tmp_path / "t.xlsx")
    change_part(path, "xl/worksheets/sheet1.xml", b"<worksheet xmlns=", b"<x:worksheet xmlns:x=")
    with pytest.raises(WorkbookError, match="save it once, and try again"):
        adopt(path)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("t.xls", b"", "in a format Rollbook does not change"),
        ("t.csv", b"a,b", "is not an Excel workbook"),
        ("t.xlsx", b"", "damaged or was not copied completely"),
        ("t.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("t.xlsx", OLE, "old format of Excel"),
    ],
)
def test_files_that_are_no_workbook_are_refused_in_words(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WorkbookError, match=sentence):
        adopt(tmp_path / name)


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    path = make_tracker(tmp_path / "t.xlsx")
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(WorkbookError, match="damaged or was not copied completely"):
        adopt(path)


def test_a_workbook_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="There is no workbook “gone.xlsx”"):
        adopt(tmp_path / "gone.xlsx")
