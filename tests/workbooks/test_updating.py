import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from rollbook import workbooks
from rollbook.problems import WorkbookBusy, WorkbookError
from rollbook.workbooks import Block, Column, WorkbookMap, turns
from tests.workbooks.office_books import FIRST_ROW, change_part, make_tracker

FIGURES: workbooks.Figures = {
    "000123": {
        "possible": 120,
        "attended": Fraction(223, 2),
        "absent": Fraction(17, 2),
        "unauthorised": 4,
        "rate": Fraction(111, 120),
        "flag": "act & <call>",
        "last_letter": date(2026, 11, 20),
    },
    "000124": {"possible": 120, "absent": 0, "rate": Fraction(1), "flag": "", "last_letter": None},
    "004711": {"possible": 0, "rate": None, "flag": "no data"},
    "999999": {"possible": 1},
}
LETTERS = [
    {
        "date": date(2026, 11, 20),
        "student_id": "000123",
        "student_name": "Núñez, Ana",
        "letter": "Level 2",
        "guardian": "Mr & Mrs Núñez",
        "serial": "RB-4",
        "state": "prepared",
        "by": "Rollbook",
    },
    {
        "date": date(2026, 11, 20),
        "student_id": "004711",
        "student_name": "Ng, X",
        "letter": "Level 2",
        "guardian": "Mrs Ng",
        "serial": "RB-5",
        "state": "prepared",
        "by": "Rollbook",
    },
]
OWNED = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"}
OWNED |= {"xl/workbook.xml"}


def update(path: Path, snapshots: Path, figures=FIGURES, letters=LETTERS) -> workbooks.Receipt:
    return workbooks.update(path, workbooks.adopt(path), figures, letters, snapshots)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path) -> dict[str, bytes]:
    """The bytes of each part as they lie in the file, compressed."""
    found = {}
    with zipfile.ZipFile(path) as archive, open(path, "rb") as stream:
        for info in archive.infolist():
            stream.seek(info.header_offset + 26)
            name, extra = (int.from_bytes(stream.read(2), "little") for _ in range(2))
            stream.seek(info.header_offset + 30 + name + extra)
            found[info.filename] = stream.read(info.compress_size)
    return found


def cells(xml: bytes) -> dict[str, bytes]:
    found = re.finditer(rb'<c r="([A-Z]+\d+)".*?(?:/>|</c>)', xml, re.S)
    return {each[1].decode(): each[0] for each in found}


def values(path: Path, sheet: str, area: str) -> list[list[object]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [[cell.value for cell in row] for row in book[sheet][area]]


pytestmark = pytest.mark.filterwarnings("ignore:.*not supported and will be removed:UserWarning")


def test_figures_go_to_the_student_with_the_id(tracker: Path, snapshots: Path) -> None:
    update(tracker, snapshots)
    book = openpyxl.load_workbook(tracker)["Tracker"]
    ana = [book.cell(FIRST_ROW, column).value for column in range(2, 13)]
    assert ana[:7] == ["000123", "Núñez, Ana", "7B", 120, 111.5, 8.5, 4]
    assert ana[7] == 0.925
    assert ana[8] == "=F9+G9-E9"
    assert ana[9] == "act & <call>"
    assert ana[10].date() == date(2026, 11, 20)
    assert book["L9"].number_format == "dd/mm/yyyy"
    assert book["I9"].number_format == "0.0%"


def test_no_data_is_an_empty_cell_and_a_missing_key_leaves_the_cell(
    tracker: Path, snapshots: Path
) -> None:
    update(tracker, snapshots)
    book = openpyxl.load_workbook(tracker)["Tracker"]
    assert book["I11"].value is None
    assert book["I11"].number_format == "0.0%"
    assert book["F11"].value == 90
    assert book["K11"].value == "no data"


def test_letters_are_added_below_the_last_and_the_table_grows(
    tracker: Path, snapshots: Path
) -> None:
    update(tracker, snapshots)
    log = openpyxl.load_workbook(tracker)["Letter log"]
    assert log.tables["LetterLog"].ref == "A3:J8"
    assert log.tables["LetterLog"].autoFilter.ref == "A3:J8"
    assert [cell.value for cell in log[7]][1:8] == [
        "000123",
        "Núñez, Ana",
        "Level 2",
        "Mr & Mrs Núñez",
        "RB-4",
        "prepared",
        "Rollbook",
    ]
    assert log["A8"].value.date() == date(2026, 11, 20)
    assert log["A8"].number_format == "dd/mm/yyyy"
    assert log["I8"].value == log["I6"].value
    assert str(log.data_validations.dataValidation[0].sqref) == "G4:G8"
    assert {str(each.sqref) for each in log.conditional_formatting} == {"A4:J8", "I4:I8"}
    sheet = parts(tracker)["xl/worksheets/sheet2.xml"]
    extended = re.findall(rb"<xm:sqref>(.*?)</xm:sqref>", sheet)
    assert extended == [b"I4:I8", b"J6", b"J5", b"J4"]  # a data bar, and three sparklines
    assert b'<dimension ref="A1:J8"/>' in sheet
    assert b'<ignoredError sqref="B4:B8"' in sheet


def test_all_other_parts_stay_byte_for_byte(tracker: Path, snapshots: Path) -> None:
    before, before_packed = parts(tracker), packed(tracker)
    update(tracker, snapshots)
    after, after_packed = parts(tracker), packed(tracker)
    assert list(after) == list(before)
    assert {name for name in before if before[name] != after[name]} == OWNED
    assert {name for name in before if before_packed[name] != after_packed[name]} == OWNED


def test_a_changed_sheet_differs_in_its_own_cells_only(tracker: Path, snapshots: Path) -> None:
    before = parts(tracker)["xl/worksheets/sheet1.xml"]
    receipt = update(tracker, snapshots)
    after = parts(tracker)["xl/worksheets/sheet1.xml"]
    old, new = cells(before), cells(after)
    changed = {cell for cell in old.keys() | new.keys() if old.get(cell) != new.get(cell)}
    assert changed == {each.cell for each in receipt.cells if each.sheet == "Tracker"}
    assert changed <= {f"{letter}{row}" for letter in "EFGHIKL" for row in (9, 10, 11)}

    def without_cells(xml: bytes) -> bytes:
        return re.sub(rb'<c r="[A-Z]+\d+".*?(?:/>|</c>)', b"", xml, flags=re.S)

    assert without_cells(before) == without_cells(after)


def test_formulas_elsewhere_keep_the_values_excel_had_calculated(
    tracker: Path, snapshots: Path
) -> None:
    update(tracker, snapshots)
    assert values(tracker, "Summary", "A1:A2") == [[40], [3]]
    assert values(tracker, "Tracker", "J9:J9") == [[0]]
    assert b'fullCalcOnLoad="1"' in parts(tracker)["xl/workbook.xml"]


def test_the_second_update_writes_nothing(tracker: Path, snapshots: Path) -> None:
    update(tracker, snapshots)
    content, status = tracker.read_bytes(), tracker.stat()
    again = update(tracker, snapshots)
    assert not again.is_written
    assert again.cells == again.rows_added == ()
    assert tracker.read_bytes() == content
    assert tracker.stat().st_mtime_ns == status.st_mtime_ns
    assert len(workbooks.list_snapshots(tracker, snapshots)) == 1


def test_a_state_moves_on_but_the_clerks_words_and_later_states_stay(
    tracker: Path, snapshots: Path
) -> None:
    states = {"RB-1": "returned", "RB-2": "approved", "RB-3": "mailed"}
    letters = [{"serial": serial, "state": state} for serial, state in states.items()]
    receipt = update(tracker, snapshots, {}, letters)
    assert values(tracker, "Letter log", "G4:G6") == [["returned"], ["printed"], ["rang mother"]]
    assert [each.cells for each in receipt.left_alone] == ["G5", "G6"]
    assert "rang mother" in receipt.left_alone[1].why


def test_the_same_serial_twice_in_one_update_is_one_row(tracker: Path, snapshots: Path) -> None:
    receipt = update(tracker, snapshots, {}, [LETTERS[0], LETTERS[0]])
    assert len(receipt.rows_added) == 1


def test_without_serials_date_student_and_letter_tell_letters_apart(
    tracker: Path, snapshots: Path
) -> None:
    for part in ("xl/tables/table1.xml", "xl/sharedStrings.xml"):
        change_part(tracker, part, b"Reference", b"Colour")
    both_parents = [LETTERS[0], {**LETTERS[0], "guardian": "Ms Ruiz", "serial": "RB-9"}]
    assert len(update(tracker, snapshots, {}, both_parents).rows_added) == 2
    assert not update(tracker, snapshots, {}, both_parents).is_written
    assert len(update(tracker, snapshots, {}, [*both_parents, LETTERS[1]]).rows_added) == 1


def test_rows_sorted_and_columns_moved_by_the_clerk_are_found_again(tmp_path: Path) -> None:
    path, snapshots = tmp_path / "t.xlsx", tmp_path / "s"
    _plain_book(path, ["Student ID", "Absent", "Flag"], [["7", 0, ""], ["8", 0, ""]])
    mapping = workbooks.adopt(path)
    _plain_book(path, ["Notes", "Flag", "Student ID", "Absent"], [["x", "", "8", 0]])
    workbooks.update(path, mapping, {"8": {"absent": 3, "flag": "act"}}, [], snapshots)
    assert values(path, "Sheet", "A2:D2") == [["x", "act", "8", 3]]


def test_a_renamed_heading_stops_the_update(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["Student ID", "Absent", "Flag"], [["7", 0, ""]])
    mapping = workbooks.adopt(path)
    _plain_book(path, ["Student ID", "Absent", "Traffic light"], [["7", 0, ""]])
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match="no single column headed “Flag” any more"):
        workbooks.update(path, mapping, {"7": {"absent": 3}}, [], tmp_path / "s")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("written", "students", "found"),
    [
        ("000123", ["000123", "123"], ["000123"]),
        (" 000123 ", ["000123"], ["000123"]),
        (123, ["000123"], ["000123"]),
        (123, ["000123", "0123"], []),
        (123.5, ["000123"], []),
        ("123", ["000123"], []),
    ],
)
def test_ids_are_text_and_a_number_counts_only_if_it_can_mean_one_student(
    tmp_path: Path, written: str | float, students: list[str], found: list[str]
) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["Student ID", "Absent"], [[written, 0]])
    figures = {student: {"absent": 5} for student in students}
    workbooks.update(path, workbooks.adopt(path), figures, [], tmp_path / "s")
    assert values(path, "Sheet", "B2:B2") == [[5 if found else 0]]


def test_an_id_that_stands_twice_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["Student ID", "Absent"], [["7", 0], ["8", 0], ["7", 0]])
    figures = {"7": {"absent": 5}, "8": {"absent": 5}}
    receipt = workbooks.update(path, workbooks.adopt(path), figures, [], tmp_path / "s")
    assert values(path, "Sheet", "B2:B4") == [[0], [5], [0]]
    assert receipt.left_alone[0].cells == "A2 and A4"
    assert receipt.not_found == ()


def test_students_known_by_upn_only_are_found_by_it(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["UPN", "Absent"], [["A823432112345", 0]])
    figures = {"000123": {"state_id": "A823432112345", "absent": 5}}
    workbooks.update(path, workbooks.adopt(path), figures, [], tmp_path / "s")
    assert values(path, "Sheet", "B2:B2") == [[5]]


def test_formulas_in_owned_columns_are_left_alone_and_named(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows = [[str(number), "=1+1"] for number in range(2, 9)]
    _plain_book(path, ["Student ID", "Absent"], rows)
    figures = {str(number): {"absent": 5} for number in range(2, 9)}
    receipt = workbooks.update(path, workbooks.adopt(path), figures, [], tmp_path / "s")
    assert not receipt.is_written
    assert receipt.left_alone[0].cells == "B2, B3, B4 … B8 (7 cells)"


def test_a_date_in_a_column_without_a_date_format_is_shown_as_a_date(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["Student ID", "Last letter"], [["7", None], ["8", "none"]])
    figures = {each: {"last_letter": date(2026, 11, 20)} for each in "78"}
    receipt = workbooks.update(path, workbooks.adopt(path), figures, [], tmp_path / "s")
    assert [[day.date() for day in row] for row in values(path, "Sheet", "B2:B3")] == [
        [date(2026, 11, 20)],
        [date(2026, 11, 20)],
    ]
    assert "xl/styles.xml" in receipt.parts_changed


def test_percentages_are_written_as_the_clerk_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["Student ID", "Attendance %"], [["7", 88.2], ["8", 100]])
    figures = {"7": {"rate": Fraction(223, 240)}, "8": {"rate": None}}
    workbooks.update(path, workbooks.adopt(path), figures, [], tmp_path / "s")
    assert values(path, "Sheet", "B2:B3") == [[92.9], [None]]


def test_number_formats_of_conditional_formats_are_not_taken_for_the_cells_own(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Student ID", "Attendance %"])
    sheet.write(1, 0, "7")
    sheet.write_blank(1, 1, None, book.add_format({"num_format": "0.0%"}))
    book.close()
    dxf = b'<dxf><numFmt numFmtId="164" formatCode="@"/></dxf>'
    change_part(path, "xl/styles.xml", b'<dxfs count="0"/>', b'<dxfs count="1">%s</dxfs>' % dxf)
    workbooks.update(path, workbooks.adopt(path), {"7": {"rate": Fraction(1, 2)}}, [], tmp_path)
    assert values(path, "Sheet1", "B2:B2") == [[0.5]]


def test_merged_cells_in_an_owned_column_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["Student ID", "Absent", "Notes"], [["7", 0, ""]], merge="B2:C2")
    with pytest.raises(WorkbookError, match="B2:C2 of sheet “Sheet” are merged"):
        workbooks.update(path, workbooks.adopt(path), {"7": {"absent": 1}}, [], tmp_path / "s")


def test_a_bare_log_grows_too_and_a_note_below_it_makes_room(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    headings = ["Date", "Student ID", "Letter", "Serial", "Status"]
    rows = [[date(2026, 10, 1), "7", "Level 1", "RB-1", "mailed"], [], [], ["Ask Jo about these"]]
    _plain_book(path, headings, rows, filtered="A1:E2")
    mapping = workbooks.adopt(path)
    receipt = workbooks.update(path, mapping, {}, LETTERS, tmp_path / "s")
    assert [added.row for added in receipt.rows_added] == [3, 4]
    assert values(path, "Sheet", "D2:D4") == [["RB-1"], ["RB-4"], ["RB-5"]]
    book = openpyxl.load_workbook(path)["Sheet"]
    assert book.auto_filter.ref == "A1:E4"
    assert "$A$1:$E$4" in parts(path)["xl/workbook.xml"].decode()
    third = [{**LETTERS[0], "serial": "RB-6"}]
    receipt = workbooks.update(path, mapping, {}, third, tmp_path / "s")
    assert [added.row for added in receipt.rows_added] == [5]
    assert values(path, "Sheet", "A6:A6") == [["Ask Jo about these"]]


def test_empty_rows_of_a_log_table_are_filled_before_it_grows(tmp_path: Path) -> None:
    path = make_tracker(tmp_path / "t.xlsx")
    change_part(path, "xl/tables/table1.xml", b'ref="A3:J6"', b'ref="A3:J7"')
    receipt = update(path, tmp_path / "s")
    assert [added.row for added in receipt.rows_added] == [7, 8]
    assert openpyxl.load_workbook(path)["Letter log"].tables["LetterLog"].ref == "A3:J8"


def test_letters_without_a_log_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["Student ID", "Absent"], [["7", 0]])
    receipt = workbooks.update(path, workbooks.adopt(path), {}, LETTERS, tmp_path / "s")
    assert receipt.left_alone[0].why == "this workbook has no letter log"


def test_sheets_written_without_cell_addresses_are_read_and_filled(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["Student ID", "Absent"], [["7", 0]])
    sheet = parts(path)["xl/worksheets/sheet1.xml"]
    bare = re.sub(rb' r="[A-Z]?\d+"', b"", sheet)
    change_part(path, "xl/worksheets/sheet1.xml", sheet, bare)
    workbooks.update(path, workbooks.adopt(path), {"7": {"absent": 5}}, [], tmp_path / "s")
    assert values(path, "Sheet", "A2:B2") == [["7", 5]]


def test_long_and_odd_texts_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["Student ID", "Flag"], [["7", ""]])
    flag = "a  b\n“c” & <d> ]]> _x0041_ é 学 \U0001f600 "
    workbooks.update(path, workbooks.adopt(path), {"7": {"flag": flag}}, [], tmp_path / "s")
    assert not workbooks.update(
        path, workbooks.adopt(path), {"7": {"flag": flag}}, [], tmp_path / "s"
    ).is_written
    # openpyxl shows Excel's own way of writing the characters "_x0041_"; Excel and Rollbook read it
    assert values(path, "Sheet", "B2:B2") == [[flag.replace("_x0041_", "_x005F_x0041_")]]


def test_the_receipt_is_proven_and_a_later_change_is_noticed(
    tracker: Path, snapshots: Path
) -> None:
    receipt = update(tracker, snapshots)
    assert "parts of “Tracking 2026 & up.xlsx” are byte for byte as they were" in (
        receipt.unchanged_proof()
    )
    assert receipt.not_found == ("999999",)
    plain = receipt.to_dict()
    assert set(plain["parts_changed"]) == OWNED
    assert ("Tracker", "K9", "watch", "act & <call>") in plain["cells"]
    change_part(tracker, "customXml/item1.xml", b"kept", b"lost")
    with pytest.raises(WorkbookError, match="customXml/item1.xml"):
        receipt.unchanged_proof()


def test_a_crash_before_the_rename_leaves_the_old_file_whole(
    tracker: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tracker.read_bytes()

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", power_cut)
    with pytest.raises(KeyboardInterrupt):
        update(tracker, snapshots)
    assert tracker.read_bytes() == before
    assert [each.name for each in tracker.parent.iterdir()] == [tracker.name]


def test_a_killed_update_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    original = make_tracker(tmp_path / "original.xlsx")
    finished = shutil.copy(original, tmp_path / "finished.xlsx")
    update(finished, tmp_path / "s")
    whole = {original.read_bytes(), finished.read_bytes()}
    for step in ("os.fsync", "os.chmod", "os.replace"):
        path = shutil.copy(original, tmp_path / "t.xlsx")
        subprocess.run(
            [sys.executable, "-c", _KILLED, step, str(path), str(Path(__file__).parent)],
            check=False,
        )
        assert path.read_bytes() in whole


_KILLED = """
import os, sys
step, path, here = sys.argv[1:]
sys.path.insert(0, here)
import test_updating
from pathlib import Path
def killed(*values, **named):
    os._exit(9)
setattr(os, step.removeprefix("os."), killed)
test_updating.update(Path(path), Path(path).parent / "snapshots")
"""


def test_a_workbook_changed_while_it_is_updated_is_read_again(
    tracker: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = workbooks.adopt(tracker)
    saved = []

    def clerk_saves(path: Path) -> None:
        if not saved:
            saved.append(path)
            change_part(tracker, "xl/sharedStrings.xml", b"office", b"office")
            change_part(tracker, "xl/sharedStrings.xml", b"rang mother", b"rang father")

    monkeypatch.setattr("rollbook.workbooks.turns.check_free", clerk_saves)
    workbooks.update(tracker, mapping, FIGURES, LETTERS, snapshots)
    assert b"rang father" in parts(tracker)["xl/sharedStrings.xml"]
    assert values(tracker, "Tracker", "E9:E9") == [[120]]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_sees_the_same_values(tracker: Path, snapshots: Path, tmp_path: Path) -> None:
    update(tracker, snapshots)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    to = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    subprocess.run(
        ["soffice", profile, "--headless", *to, str(tracker)], check=True, capture_output=True
    )
    theirs = tmp_path / "out" / tracker.name
    for sheet, area in (("Tracker", "B9:I12"), ("Tracker", "K9:L12"), ("Letter log", "A3:H8")):
        assert values(theirs, sheet, area) == values(tracker, sheet, area)


def _plain_book(
    path: Path, headings: list[str], rows: list[list], *, merge: str = "", filtered: str = ""
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    sheet.auto_filter.ref = filtered or None
    book.save(path)


def test_a_map_survives_being_written_down(tracker: Path) -> None:
    mapping = workbooks.adopt(tracker)
    assert WorkbookMap.from_dict(mapping.to_dict()) == mapping


def test_a_map_made_by_hand_works_like_an_adopted_one(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    _plain_book(path, ["No.", "Days off"], [["7", 0]])
    columns = {"student_id": Column("No.", "A"), "absent": Column("Days off", "B")}
    mapping = WorkbookMap("t.xlsx", Block("Sheet", 1, columns))
    workbooks.update(path, mapping, {"7": {"absent": 5}}, [], tmp_path / "s")
    assert values(path, "Sheet", "B2:B2") == [[5]]


def test_two_updates_at_once_wait_for_each_other(
    tracker: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_PATIENCE", 0)
    with turns.one_at_a_time(tracker.resolve(), snapshots):
        with pytest.raises(WorkbookBusy, match="in another window"):
            update(tracker, snapshots)
