"""The traps that exports set, one by one: what a file holds is posted as it is, or held by its row.

What holds for every list in every way of writing it stands in ``test_round_trips.py``.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from rollbook.importers import extract
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.upload import Upload
from rollbook.ledger import postings as book
from rollbook.problems import RefusedFile, Severity
from tests.dropping import office_folder, opened, register
from watcher.intake import Result, take_in

HEADERS = ("Student ID", "Date", "Code")
MONDAY = date(2026, 11, 2)
ORDINARY = (("0013", MONDAY, "U"), ("0014", MONDAY, "U"))


def read_text(folder: Path, text: str | bytes, name: str = "a list.csv") -> Extract:
    content = text.encode("utf-8") if isinstance(text, str) else text
    (folder / name).write_bytes(content)
    return extract(Upload(folder / name), Profile())


def workbook(*rows: Sequence[object]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    return book


def read_book(folder: Path, book: Workbook, name: str = "a list.xlsx") -> Extract:
    book.save(folder / name)
    return extract(Upload(folder / name), Profile())


def marks(found: Extract) -> list[tuple[str, str, str]]:
    days = found.marks["date"].dt.strftime("%m-%d")
    return list(zip(found.marks["student_id"], days, found.marks["symbol"], strict=True))


def held(found: Extract) -> list[tuple[int, str]]:
    problems = [one for one in found.problems if one.severity is Severity.HOLD]
    return [(one.place.row, one.slug) for one in problems]


# What stands in a cell ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["/", "\\", "#", "-", "N", "N/A", "NA", "NaN", "null", "None", "T", "true", "E", "1"]
)  # fmt: skip
@pytest.mark.parametrize("ending", [".csv", ".txt", ".xlsx"])
def test_a_code_is_the_text_it_is(tmp_path: Path, code: str, ending: str) -> None:
    if ending == ".xlsx":
        found = read_book(tmp_path, workbook(HEADERS, ("0013", MONDAY, code)))
    else:
        divider = "," if ending == ".csv" else "\t"
        lines = [HEADERS, ("0013", "2026-11-02", code)]
        found = read_text(tmp_path, "\n".join(map(divider.join, lines)), f"a list{ending}")
    assert marks(found) == [("0013", "11-02", code)]


def test_a_backslash_before_a_divider_escapes_nothing(tmp_path: Path) -> None:
    found = read_text(tmp_path, 'Student ID,Code,Date\n0013,\\,2026-11-02\n14,"\\",2026-11-02\n')
    assert marks(found) == [("0013", "11-02", "\\"), ("14", "11-02", "\\")]


def test_a_line_that_begins_with_a_number_sign_is_no_comment(tmp_path: Path) -> None:
    found = read_text(tmp_path, "Code,Student ID,Date\n#,0013,2026-11-02\n/,14,2026-11-02\n")
    assert marks(found) == [("0013", "11-02", "#"), ("14", "11-02", "/")]


def test_codes_as_headers_are_columns_of_a_summary(tmp_path: Path) -> None:
    text = "Admission No,Surname,Forename,Possible,/,\\,#,-,N\n007,Ng,Q,20,9,8,1,0,2\n"
    (figures,) = read_text(tmp_path, text).figures
    assert figures.student_id == "007"
    assert {name: int(count) for name, count in figures.counts.items()} == {
        "possible": 20, "code /": 9, "code \\": 8, "code #": 1, "code -": 0, "code N": 2,
    }  # fmt: skip


@pytest.mark.parametrize("student_id", ["1.23E+12", "1,23E+12", "9.29E+07", "1E5"])
def test_an_id_that_excel_shortened_is_held_and_never_guessed(
    tmp_path: Path, student_id: str
) -> None:
    text = f'{",".join(HEADERS)}\n"{student_id}",2026-11-02,N\n0013,2026-11-02,U\n14,2026-11-02,U\n'
    found = read_text(tmp_path, text)
    assert [row[0] for row in marks(found)] == ["0013", "14"]
    assert held(found) == [(2, "no-student-id")]
    assert "its last digits are lost" in found.problems[0].message


def test_a_number_too_long_for_excel_is_held(tmp_path: Path) -> None:
    found = read_book(tmp_path, workbook(HEADERS, (1.23456789012345e15, MONDAY, "N"), *ORDINARY))
    assert [row[0] for row in marks(found)] == ["0013", "0014"]
    assert held(found) == [(2, "no-student-id")]


@pytest.mark.parametrize("percent", ["95,5", "95,5 %", "95.5", "95.5%", "95,50"])
def test_a_percentage_has_its_comma_or_its_point(tmp_path: Path, percent: str) -> None:
    headers = "Admission No;Surname;Forename;Possible;Attended;% Attendance"
    (figures,) = read_text(tmp_path, f"{headers}\n007;Ng;Q;200;191;{percent}\n").figures
    assert figures.counts["percent attended"] * 2 == 191


# How lines and rows are written ------------------------------------------------------------------


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_within_quotation_marks_end_no_row(tmp_path: Path, line_end: str) -> None:
    lines = ["Student ID,Date,Code,Comment", '0013,2026-11-02,N,"said he,', 'was ""ill"""', ""]
    found = read_text(tmp_path, line_end.join([*lines[:-1], "14,2026-11-02,U,", ""]))
    assert [row[0] for row in marks(found)] == ["0013", "14"]
    assert "".join(found.marks["comment"][0].split()) == 'saidhe,was"ill"'


@pytest.mark.parametrize(
    "text",
    [
        "Student ID,Date,Code,\n0013,2026-11-02,N,\n14,2026-11-02,U,,,\n",
        "Student ID,Date,Code\n0013,2026-11-02,N,,\n14,2026-11-02,U,\n",
        "\n,,\nStudent ID,Date,Code\n\n0013,2026-11-02,N\n  , ,\n14,2026-11-02,U\n,,\n\n\n",
        "Oak School\nPrinted 3/11/2026\nStudent ID,Date,Code\n0013,2026-11-02,N\n14,2026-11-02,U",
    ],
    ids=["header too", "rows only", "empty rows", "below a title, no last line end"],
)
def test_dividers_and_rows_without_anything_say_nothing(tmp_path: Path, text: str) -> None:
    found = read_text(tmp_path, text)
    assert marks(found) == [("0013", "11-02", "N"), ("14", "11-02", "U")]
    assert not held(found)


def test_a_footer_is_left_out_and_told(tmp_path: Path) -> None:
    rows = "Student ID,Date,Code\n0013,2026-11-02,N\nTotal,1,\nPrinted on 3/11/2026\n"
    found = read_text(tmp_path, rows)
    assert marks(found) == [("0013", "11-02", "N")]
    assert found.problems[0].message.startswith("2 rows (the first is row 3)")


@pytest.mark.parametrize("where", ["after a line", "at the end", "far down"])
def test_nul_bytes_are_refused_and_not_skipped(tmp_path: Path, where: str) -> None:
    lines = b"Student ID,Date,Code\n" + b"0013,2026-11-02,N\n" * (900 if where == "far down" else 1)
    content = lines + b"\x00" * 600 + (b"" if where == "at the end" else b"14,2026-11-02,U\n")
    with pytest.raises(RefusedFile, match="“a list.csv” is neither a workbook nor readable text"):
        read_text(tmp_path, content)


@pytest.mark.parametrize("name", ["x (3).csv", "Copy of x.csv", "x.CSV", "x", "O'Neil & co.csv"])
def test_the_name_of_the_file_changes_nothing(tmp_path: Path, name: str) -> None:
    found = read_text(tmp_path, "Student ID,Date,Code\n0013,2026-11-02,N\n", name)
    assert marks(found) == [("0013", "11-02", "N")]


# Dates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["2026-11-02", "20261102", "11/02/2026", "11-02-26", "2-Nov-26", "Mon 2 Nov 2026",
     "46328", 46328, date(2026, 11, 2), datetime(2026, 11, 2, 8, 40)],
)  # fmt: skip
def test_a_day_is_the_same_however_its_cell_is_written(
    tmp_path: Path, written: str | int | date
) -> None:
    found = read_book(tmp_path, workbook(HEADERS, ("0013", written, "N")))
    assert marks(found) == [("0013", "11-02", "N")]
    assert found.marks["date"].dt.year[0] == 2026


@pytest.mark.parametrize("written", [date(2026, 11, 2), 44866, "44866"])
def test_a_workbook_that_counts_from_1904_has_the_days_it_shows(
    tmp_path: Path, written: str | int | date
) -> None:
    book = workbook(HEADERS)
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["0013", written, "N"])
    found = read_book(tmp_path, book)
    assert list(found.marks["date"].dt.date) == [MONDAY]


def test_a_grid_that_counts_from_1904_has_the_days_it_shows(tmp_path: Path) -> None:
    book = workbook(("Student ID", *range(44866, 44871)), ("0013", "/", "/", "/", "/", "N"))
    book.epoch = CALENDAR_MAC_1904
    found = read_book(tmp_path, book)
    assert marks(found)[-1] == ("0013", "11-06", "N")
    assert set(found.marks["date"].dt.year) == {2026}


# Workbooks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [("=A9", MONDAY, "N"), ("0012", "=B9", "N")])
def test_a_formula_whose_result_was_never_saved_holds_its_row(
    tmp_path: Path, row: Sequence[object]
) -> None:
    found = read_book(tmp_path, workbook(HEADERS, row, *ORDINARY))
    assert [one[0] for one in marks(found)] == ["0013", "0014"]
    assert [one[0] for one in held(found)] == [2]


@pytest.mark.parametrize("code", ['=IF(A2<>"","N","")', "#N/A", "#REF!", "#NAME?", "#VALUE!"])
def test_a_code_that_excel_could_not_tell_is_an_unknown_code_and_no_blank(
    tmp_path: Path, code: str
) -> None:
    found = read_book(tmp_path, workbook(HEADERS, ("0012", MONDAY, code), *ORDINARY))
    assert marks(found)[0] == ("0012", "11-02", code)
    grid = workbook(("ID", "2026-11-02", "2026-11-03"), ("0012", "/", code))
    assert marks(read_book(tmp_path, grid))[1] == ("0012", "11-03", code)


def test_a_sum_that_excel_could_not_work_out_holds_nothing(tmp_path: Path) -> None:
    headers = ("Admission No", "Surname", "Forename", "Possible", "Attended", "% Attendance")
    found = read_book(tmp_path, workbook(headers, ("007", "Ng", "Q", 0, 0, "#DIV/0!")))
    assert [one.student_id for one in found.figures] == ["007"]
    assert not held(found)


def test_rows_and_columns_that_are_hidden_are_read(tmp_path: Path) -> None:
    book = workbook(HEADERS, *ORDINARY)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    assert [row[0] for row in marks(read_book(tmp_path, book))] == ["0013", "0014"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_sheets_that_are_hidden_are_not_read(tmp_path: Path, state: str) -> None:
    book = workbook(HEADERS, *ORDINARY)
    other = book.create_sheet("last year")
    other.sheet_state = state
    other.append(list(HEADERS))
    other.append(["0099", MONDAY, "N"])
    found = read_book(tmp_path, book)
    assert [row[0] for row in marks(found)] == ["0013", "0014"]
    [said] = [one.message for one in found.problems if one.slug == "hidden-sheets"]
    assert "Hidden in Excel and not read: “last year”" in said


def test_every_sheet_of_a_list_is_read_and_sheets_of_words_are_not(tmp_path: Path) -> None:
    book = workbook(HEADERS, ORDINARY[0])
    book.create_sheet("Notes").append(["Ask Ana & Bo about this"])
    more = book.create_sheet("7B")
    more.append(list(HEADERS))
    more.append(list(ORDINARY[1]))
    assert [row[0] for row in marks(read_book(tmp_path, book))] == ["0013", "0014"]


# In an office ------------------------------------------------------------------------------------


def test_a_code_that_excel_could_not_tell_is_held_with_what_to_do_in_excel(tmp_path: Path) -> None:
    office = opened(office_folder(tmp_path / "an office"))
    rows = (("0012", MONDAY, '=IF(A2<>"","N","")'), ("0013", MONDAY, "#N/A"), ("0014", MONDAY, "N"))
    workbook(HEADERS, *rows).save(office.folders.drop / "a list.xlsx")
    outcome = take_in(office, office.folders.drop / "a list.xlsx")
    assert outcome is not None and outcome.posting is not None
    assert (outcome.posting.new, outcome.posting.held) == (1, 2)
    with office.ledger.read() as connection:
        held = [(row["slug"], row["message"]) for row in book.held_rows(connection)]
    assert [slug for slug, _message in held] == ["unsaid-code", "unsaid-code"]
    assert all("Open the file in Excel" in message for _slug, message in held)


def test_the_same_file_under_another_name_is_posted_once(tmp_path: Path) -> None:
    office = opened(office_folder(tmp_path / "an office"))
    results = []
    for name in ("x.csv", "x (3).csv", "X.CSV"):
        path = office.folders.drop / name
        path.write_text("Student ID,Date,Code\n0013,2026-11-02,N\n", "utf-8")
        outcome = take_in(office, path)
        assert outcome is not None and not path.exists()
        results.append(outcome.result)
    assert results == [Result.POSTED, Result.DUPLICATE, Result.DUPLICATE]
    assert len(register(office)) == 1
