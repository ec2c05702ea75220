"""Columns Rollbook adds at the right edge of a clerk's list, and ids told by name."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from rollbook.problems import WorkbookBusy, WorkbookError
from rollbook.register import Student
from rollbook.workbooks import Block, Column, Figures, Receipt, Whom, update
from rollbook.workbooks.adopting import look
from rollbook.workbooks.book import Book
from rollbook.workbooks.columns_added import HEADINGS as CAN_BE_ADDED
from rollbook.workbooks.columns_added import ColumnsPlan, add_columns, plan_columns, with_columns
from rollbook.workbooks.headings import tracker_word
from rollbook.workbooks.names_matched import match_names, named_rows
from rollbook.workbooks.people import Listed
from rollbook.workbooks.places import locate
from rollbook.workbooks.questions import Roster
from tests.workbooks.calculated import recalculated
from tests.workbooks.features import make_rich
from tests.workbooks.sound import check_sound

KEYS = ("student_id", "rate", "flag", "last_letter")
NEW = ("Student ID", "Attendance %", "Flag", "Last letter")
STUDENTS = {
    one.student_id: one
    for one in (
        Student("004711", "Núñez", "Ana", form="7B", grade="07"),
        Student("000090", "O’Neil", "Thomas", "Tom", form="7B", grade="07"),
        Student("300007", "D’Arcy-Łęcka", "Zoë", form="8A", grade="08"),
        Student("123456", "Smith", "Jo", form="7B", grade="07"),
        Student("123457", "Smith", "Jo", form="8A", grade="08"),
        Student("555555", "Ng", "X", form="8A", grade="08"),
    )
}
ROSTER = Roster(STUDENTS, frozenset(STUDENTS))
NAMES = ("NUNEZ, Ana", "Tom O'Neil", "d'arcy lecka,  zoe", "Smith, Jo", "Ng, X", "Bell, Ann")
FORMS = ("7B", "7B", "8A", "8A", "8A", "7B")
IDS = {"NUNEZ, Ana": "004711", "Tom O'Neil": "000090", "d'arcy lecka,  zoe": "300007",
       "Smith, Jo": "123457", "Ng, X": "555555", "Bell, Ann": None}  # fmt: skip
HEADINGS = ("Name", "Form", "Marks", "Absent", "Remarks")
TOP, FIRST, LAST = 4, 5, 10
KINDS = ("bare", "table", "totals")


def make(path: Path, kind: str, names: Sequence[str] = NAMES) -> Path:
    """A list without ids: a title over it, stripes, borders, formats, names, a print area."""
    book = xlsxwriter.Workbook(path)
    sheet, sums = book.add_worksheet("My list"), book.add_worksheet("Sums")
    title = book.add_format({"bold": True, "align": "center", "bg_color": "#1f5fa8"})
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True})
    looks = [book.add_format({"border": 1, "bg_color": each}) for each in ("#ffffff", "#eef4fb")]
    alarm = book.add_format({"border": 1, "bg_color": "#ff0000"})
    sheet.merge_range("A1:E2", "Register of 7 & 8", title)
    last = TOP + len(names)
    if kind == "bare":
        sheet.write_row(TOP - 1, 0, HEADINGS, head)
        sheet.autofilter(TOP - 1, 0, last - 1, 4)
    else:
        columns: list[dict[str, Any]] = [{"header": one, "header_format": head} for one in HEADINGS]
        if kind == "totals":
            columns[0]["total_string"] = "Total"
            columns[3]["total_function"] = "sum"
        about = {"name": "Marks", "columns": columns, "total_row": kind == "totals"}
        sheet.add_table(TOP - 1, 0, last - 1 + (kind == "totals"), 4, about)
    for row, name in enumerate(names, TOP + 1):
        look_of_row = looks[row % 2]
        sheet.write_row(row - 1, 0, (name, (FORMS * 3)[row - TOP - 1]), look_of_row)
        sheet.write(row - 1, 2, "PPAL"[row % 4], look_of_row)
        sheet.write_formula(row - 1, 3, f'=IF(C{row}="A",1,0)', look_of_row, int(row % 4 == 2))
        sheet.write(row - 1, 4, "rings" if row == 7 else "", alarm if row == 7 else look_of_row)
    if kind == "bare":
        sheet.write(last, 0, "Total")
        sheet.write_formula(last, 3, f"=SUM(D{FIRST}:D{last})", None, 1)
    sheet.set_column("A:A", 22)
    sheet.set_column("E:XFD", 9)
    sheet.set_column("H:H", 9, None, {"hidden": True})
    for area in (f"A{FIRST}:E{last}", f"C{FIRST}:E{last}"):
        rule = {"type": "formula", "criteria": f'=$C{FIRST}="A"', "format": alarm}
        sheet.conditional_format(area, rule)
    sheet.print_area(f"A1:E{last}")
    sheet.freeze_panes(TOP, 1)
    sheet.write_comment("A6", "Speaks Spanish at home")
    book.define_name("Whole_list", f"='My list'!$A${TOP}:$E${last}")
    book.define_name("Two_columns", f"='My list'!$A${TOP}:$B${last}")
    book.define_name("Counted", f"=COUNTA('My list'!$A${TOP}:$E${last})")
    sums.write_formula("A1", f"=SUM('My list'!D{FIRST}:E{last})", None, 1)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='My list'!$D${FIRST}:$D${last}"})
    sums.insert_chart("C3", chart)
    book.close()
    return path


def lacking(path: Path) -> Block:
    block = look(path).lacking
    assert block is not None
    return block


def planned(path: Path, roster: Roster | None = ROSTER, keys: Sequence[str] = KEYS) -> ColumnsPlan:
    return plan_columns(Book(path, path.read_bytes()), lacking(path), keys, roster)


def add(path: Path, roster: Roster | None = ROSTER, keys: Sequence[str] = KEYS) -> Receipt:
    plan = planned(path, roster, keys)
    return add_columns(path, lacking(path), plan, path.parent / "copies")


def shown(path: Path) -> dict[str, Any]:
    """Every value of every sheet, formulas as they are."""
    book = openpyxl.load_workbook(path)
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A list of each kind with columns added; with the receipts, and what LibreOffice sees."""
    folder = tmp_path_factory.mktemp("Columns added")
    paths = {kind: make(folder / f"{kind}.xlsx", kind) for kind in KINDS}
    return {kind: path for kind, path in paths.items() if add(path).is_written}


@pytest.fixture(scope="module")
def opened(made: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    to = tmp_path_factory.mktemp("opened")
    return {path.stem: path for path in recalculated(list(made.values()), to)}


@pytest.mark.parametrize("kind", KINDS)
def test_columns_stand_at_the_right_edge_and_hold_the_ids_of_sure_names(
    kind: str, tmp_path: Path
) -> None:
    path = make(tmp_path / "list.xlsx", kind)
    before = shown(path)
    receipt = add(path)
    after = shown(path)
    assert {place: after[place] for place in before} == before
    new = {place.partition("!")[2]: value for place, value in after.items() if place not in before}
    assert [new.pop(f"{letter}{TOP}") for letter in "FGHI"] == list(NEW)
    assert new == {
        f"F{row}": IDS[name] for row, name in enumerate(NAMES, FIRST) if IDS[name] is not None
    }
    check_sound(path)
    assert "byte for byte" in receipt.unchanged_proof()
    changed = {name.rpartition("/")[2] for name in receipt.parts_changed}
    tables = set() if kind == "bare" else {"table1.xml"}
    assert changed == {"sheet1.xml", "workbook.xml", "styles.xml"} | tables
    assert "added 4 columns (F to I)" in receipt.line()
    assert receipt.to_dict()["columns_added"][0] == ["My list", "F", "Student ID"]


@pytest.mark.parametrize("kind", KINDS)
def test_they_look_like_the_column_to_their_left_in_formats_that_fit(
    kind: str, made: Mapping[str, Path]
) -> None:
    sheet = openpyxl.load_workbook(made[kind])["My list"]
    for letter, shown_as in zip("FGHI", ("@", "0.0%", "General", "mm-dd-yy"), strict=True):
        assert sheet[f"{letter}{TOP}"].font.bold
        assert sheet[f"{letter}{TOP}"].border.bottom.style == "medium"
        for row in range(FIRST, LAST + 1):
            cell, left = sheet[f"{letter}{row}"], sheet[f"E{row}"]
            assert cell.number_format == shown_as
            assert cell.border.left.style == "thin"
            if row != 7:
                assert cell.fill.fgColor.rgb == left.fill.fgColor.rgb
        assert sheet[f"{letter}7"].fill.fgColor.rgb != "FFFF0000"  # one student's, for a reason
        assert sheet.column_dimensions[letter].width > 10
        assert not sheet.column_dimensions[letter].hidden
    assert sheet["F5"].data_type == "s"
    assert sheet["E1"].value is None and "A1:E2" in sheet.merged_cells


@pytest.mark.parametrize("kind", KINDS)
def test_what_covered_the_list_over_its_full_width_still_does(
    kind: str, made: Mapping[str, Path]
) -> None:
    book = openpyxl.load_workbook(made[kind])
    sheet = book["My list"]
    areas = sorted(str(each.sqref) for each in sheet.conditional_formatting)
    assert areas == [f"A{FIRST}:I{LAST}", f"C{FIRST}:E{LAST}"]
    assert sheet.print_area == f"'My list'!$A$1:$I${LAST}"
    named = {name: each.value for name, each in book.defined_names.items()}
    assert named["Whole_list"] == f"'My list'!$A${TOP}:$I${LAST}"
    assert named["Two_columns"] == f"'My list'!$A${TOP}:$B${LAST}"
    assert named["Counted"] == f"COUNTA('My list'!$A${TOP}:$E${LAST})"
    if kind == "bare":
        assert sheet.auto_filter.ref == f"A{TOP}:I{LAST}"
        return
    table = sheet.tables["Marks"]
    assert [column.name for column in table.tableColumns] == [*HEADINGS, *NEW]
    assert len({column.id for column in table.tableColumns}) == 9
    assert table.ref == f"A{TOP}:I{LAST + (kind == 'totals')}"
    assert table.autoFilter.ref == f"A{TOP}:I{LAST}"


@pytest.mark.parametrize("kind", KINDS)
def test_libreoffice_opens_it_and_sees_the_same(
    kind: str, made: Mapping[str, Path], opened: Mapping[str, Path]
) -> None:
    ours = openpyxl.load_workbook(made[kind], data_only=True)
    theirs = openpyxl.load_workbook(opened[kind], data_only=True)
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and not str(cell.value).startswith("="):
                    there = theirs[sheet.title][cell.coordinate].value
                    assert there == cell.value, cell.coordinate
    if kind != "bare":
        assert theirs["My list"].tables["Marks"].ref.startswith(f"A{TOP}:I")


@pytest.mark.parametrize("kind", KINDS)
def test_then_it_can_be_adopted_and_kept_up_to_date(kind: str, tmp_path: Path) -> None:
    path = make(tmp_path / "list.xlsx", kind)
    assert look(path, roster=ROSTER).mapping.tracker is None
    add(path)
    found = look(path, roster=ROSTER)
    assert found.mapping.tracker is not None
    columns = found.mapping.tracker.columns
    assert [columns[key].letter for key in KEYS] == ["F", "G", "H", "I"]
    mapping = replace(found.mapping, whom=Whom(add=True))
    assert not mapping.hundred
    people = {each.student_id: Listed(each) for each in STUDENTS.values()}
    people["777777"] = Listed(Student("777777", "Moss", "Kit", form="7B"))
    figures: Figures = {
        student: {"rate": Fraction(9, 10), "flag": "watch", "last_letter": date(2026, 10, 2)}
        for student in people
    }
    for written in (True, False):
        receipt = update(path, mapping, figures, [], tmp_path / "copies", people)
        assert receipt.is_written is written
        receipt.unchanged_proof()
    check_sound(path)
    assert {one.student_id for one in receipt.students_added} == set()
    sheet = openpyxl.load_workbook(path)["My list"]
    of = {sheet[f"F{row}"].value: row for row in range(FIRST, LAST + 3)}
    for student in ("004711", "777777", "123456"):
        row = of[student]
        assert sheet[f"G{row}"].value == 0.9 and sheet[f"G{row}"].number_format == "0.0%"
        assert sheet[f"I{row}"].value.date() == date(2026, 10, 2)
    assert (
        sheet[f"G{[sheet[f'A{row}'].value for row in range(1, 15)].index('Bell, Ann') + 1}"].value
        is None
    )


def test_it_is_shown_in_memory_before_anything_is_written(tmp_path: Path) -> None:
    path = make(tmp_path / "list.xlsx", "table")
    content, block = path.read_bytes(), lacking(path)
    book = Book(path, content)
    plan = plan_columns(book, block, KEYS, ROSTER)
    wider = with_columns(book, block, plan)
    assert wider.tables[0].columns[-4:] == NEW
    assert path.read_bytes() == content
    lines = plan.lines()
    assert lines[0] == (
        "Rollbook adds 4 columns: F “Student ID”, G “Attendance %”, H “Flag”, I “Last letter”."
    )
    assert "5 of 6 students get their id by name:" in lines
    assert "  Row 5 “NUNEZ, Ana”: 004711 (Núñez, Ana)" in lines
    assert lines[-1] == "  Row 10 “Bell, Ann”: Rollbook knows no student of this name."


def test_a_tracker_with_every_feature_loses_none(tmp_path: Path) -> None:
    for as_table in (False, True):
        path = make_rich(tmp_path / f"rich {as_table}.xlsm", as_table=as_table)
        block = look(path, {"sheet": "Tracker"}).mapping.tracker
        assert block is not None
        plan = plan_columns(Book(path, path.read_bytes()), block, ("late", "authorised"), ROSTER)
        assert [each.letter for each in plan.columns.values()] == ["AB", "AC"]
        receipt = add_columns(path, block, plan, tmp_path / "copies")
        check_sound(path)
        receipt.unchanged_proof()
        mapping = look(path, {"sheet": "Tracker"}).mapping
        assert mapping.log is not None and mapping.tracker is not None
        assert mapping.tracker.columns["late"].letter == "AB"
        people = {one: Listed(STUDENTS[one], on_roll=True) for one in STUDENTS}
        figures: Figures = {one: {"late": 3, "authorised": 1} for one in people}
        letter = {
            "date": date(2026, 11, 2),
            "student_id": "004711",
            "letter": "A",
            "serial": "RB-9",
        }
        mapping = replace(mapping, whom=Whom(add=True))
        updated = update(path, mapping, figures, [letter], tmp_path / "copies", people)
        assert len(updated.rows_added) == 1 and len(updated.students_added) == 3
        check_sound(path)
        updated.unchanged_proof()


def test_the_proof_finds_what_else_was_changed(tmp_path: Path) -> None:
    path = make(tmp_path / "list.xlsx", "bare")
    receipt = add(path)
    book = Book(path, path.read_bytes())
    part = book.tab("My list").part
    for old, new in ((b'r="C5"', b'r="C5" s="1"'), (b"A5:I10", b"A5:I9")):
        package = Book(path, path.read_bytes()).package.copy()
        assert old in package[part]
        package.put(part, package[part].replace(old, new, 1))
        kept = path.read_bytes()
        path.write_bytes(package.to_bytes())
        with pytest.raises(WorkbookError, match="not as the receipt says"):
            receipt.unchanged_proof()
        path.write_bytes(kept)


def test_formats_of_newer_excel_and_editable_ranges_reach_over_the_new_columns(
    tmp_path: Path,
) -> None:
    path = make(tmp_path / "list.xlsx", "bare")
    book, block = Book(path, path.read_bytes()), lacking(path)
    part = book.tab("My list").part
    newer = (
        b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        b"<x14:conditionalFormattings><x14:conditionalFormatting "
        b'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        b"<xm:sqref>A5:E10 C5:E10</xm:sqref></x14:conditionalFormatting>"
        b"</x14:conditionalFormattings></ext></extLst></worksheet>"
    )
    ranges = b'<protectedRanges><protectedRange sqref="A5:E10" name="Ours"/></protectedRanges>'
    xml = book.read(part).replace(b"</worksheet>", newer)
    xml = xml.replace(b"</sheetData>", b"</sheetData>" + ranges, 1)
    book = book.with_parts({part: xml})
    after = with_columns(book, block, plan_columns(book, block, KEYS, ROSTER)).read(part)
    assert b"<xm:sqref>A5:I10 C5:E10</xm:sqref>" in after
    assert b'<protectedRange sqref="A5:I10" name="Ours"/>' in after
    assert b'<ignoredError sqref="F5:F10" numberStoredAsText="1"/>' in after


def test_bars_in_cells_that_have_parts_of_their_own_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("My list")
    sheet.write_row("A1", ("Name", "Marks"))
    for row, name in enumerate(NAMES, 1):
        sheet.write_row(row, 0, (name, row))
    sheet.conditional_format("B2:B7", {"type": "data_bar", "data_bar_2010": True})
    book.close()
    before = Book(path, path.read_bytes())
    add(path)
    check_sound(path)
    after = Book(path, path.read_bytes())
    part = before.tab("My list").part
    was, now = (each.read(part).partition(b"</sheetData>")[2] for each in (before, after))
    ignored = b'<ignoredErrors><ignoredError sqref="C2:C7" numberStoredAsText="1"/></ignoredErrors>'
    assert now.replace(ignored, b"") == was
    assert b"</conditionalFormatting>" in now.partition(ignored)[0]  # not within one


# ---- never over anything ---------------------------------------------------------------------


def standing(what: str, path: Path) -> Path:
    """A list with something in the way of its columns."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("My list")
    sheet.write_row("A1", ("Name", "Form"))
    for row, name in enumerate(NAMES, 1):
        sheet.write_row(row, 0, (name, "7B"))
    if what == "text":
        sheet.write("D4", "ask first")
    elif what == "formula":
        sheet.write_formula("C7", '=IF(A7="","x","")', None, "")
    elif what == "merged":
        sheet.merge_range("D3:E4", "")
    elif what == "Table":
        sheet.add_table("E1:F3", {"columns": [{"header": "Key"}, {"header": "Value"}]})
    elif what == "chart":
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "='My list'!$B$2:$B$3"})
        sheet.insert_chart("D3", chart)
    elif what == "note":
        sheet.write_comment("E2", "Ask Jo")
    elif what == "sparkline":
        sheet.add_sparkline("F4", {"range": "'My list'!A4:B4"})
    elif what == "link":
        sheet.write_url("D2:D3", "https://school.example/", string="")
    elif what == "button":
        sheet.insert_button("D2", {"caption": "Sort"})
    book.close()
    return path


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("text", "cell D4 (“ask first”)"),
        ("formula", "C7"),
        ("merged", "the merged cells D3:E4"),
        ("Table", "the Table “Table1”"),
        ("chart", "a chart, picture or shape at D3:"),
        ("note", "a note at E2"),
        ("sparkline", "a sparkline at F4"),
        ("link", "a link at D2"),
        ("button", "a button or box at D2"),
    ],
)
def test_never_over_anything_that_stands_there(what: str, said: str, tmp_path: Path) -> None:
    path = standing(what, tmp_path / "list.xlsx")
    content = path.read_bytes()
    with pytest.raises(WorkbookError) as refused:
        planned(path)
    assert said in str(refused.value) and "C to F must be empty" in str(refused.value)
    assert path.read_bytes() == content


def test_a_panel_further_right_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("My list")
    sheet.write_row("A1", ("Name", "Form"))
    sheet.write_row("H1", ("Name", "Form", "Student ID"))  # another list beside it
    for row, name in enumerate(NAMES, 1):
        sheet.write_row(row, 0, (name, "7B"))
    sheet.write("C20", "below the list")
    book.close()
    block = Block("My list", 1, {"student_name": Column("Name", "A")})
    plan = plan_columns(Book(path, path.read_bytes()), block, KEYS, ROSTER)
    assert [each.letter for each in plan.columns.values()] == ["C", "D", "E", "F"]
    with pytest.raises(WorkbookError, match="“Name” right beside them, in H1"):
        plan_columns(Book(path, path.read_bytes()), block, [*KEYS, "late"], ROSTER)


@pytest.mark.parametrize("formats", ["none", "empty", "one"])
def test_percentages_are_shown_as_such_whatever_formats_there_were(
    formats: str, tmp_path: Path
) -> None:
    path = make(tmp_path / "list.xlsx", "bare")
    one = b'<numFmts count="1"><numFmt numFmtId="170" formatCode="0.0000"/></numFmts>'
    there = {"none": b"", "empty": b'<numFmts count="0"/>', "one": one}[formats]
    book = Book(path, path.read_bytes())
    package, part = book.package.copy(), book.parts_of_kind("/styles")[0]
    assert b"<numFmts" not in package[part]
    package.put(part, package[part].replace(b"<fonts", there + b"<fonts", 1))
    path.write_bytes(package.to_bytes())
    receipt = add(path)
    check_sound(path)
    receipt.unchanged_proof()
    sheet = openpyxl.load_workbook(path)["My list"]
    assert [sheet[f"G{row}"].number_format for row in range(FIRST, LAST)] == ["0.0%"] * 5


def test_a_list_of_ids_without_names_gets_columns_to_be_filled(tmp_path: Path) -> None:
    rows = [("Student ID", "Shoes"), ("004711", 38), (90, 37), (), (300007, 40), ("Total", 3)]
    path = simple(tmp_path / "list.xlsx", rows)
    plan = planned(path, keys=["rate", "student_id"])
    assert plan.names == {2: "004711", 3: "90", 5: "300007"} and plan.ids == {}
    add(path, keys=["rate"])
    tracker = look(path, roster=ROSTER).mapping.tracker
    assert tracker is not None and tracker.columns["rate"] == Column("Attendance %", "C")


# ---- refused, with the reason ----------------------------------------------------------------


def simple(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """A bare list, its rows as given."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("My list")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def test_a_list_without_students_is_refused(tmp_path: Path) -> None:
    path = simple(tmp_path / "list.xlsx", [("Name", "Form"), (None, "7B"), ("Total", 2)])
    with pytest.raises(WorkbookError, match="names no students"):
        planned(path)


def test_a_table_that_a_query_fills_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "list.xlsx", "table")
    book, block = Book(path, path.read_bytes()), lacking(path)
    xml = book.read(book.tables[0].part).replace(b"<table ", b'<table tableType="queryTable" ', 1)
    with pytest.raises(WorkbookError, match="filled by a query"):
        plan_columns(book.with_parts({book.tables[0].part: xml}), block, KEYS, ROSTER)


def test_what_cannot_be_added_and_what_is_there_is_said(tmp_path: Path) -> None:
    path = simple(tmp_path / "list.xlsx", [("Name", "Absent", "Flag"), ("Ng, X", 1, "")])
    with pytest.raises(WorkbookError, match="“shoe_size” cannot be added. What can: student_id"):
        planned(path, keys=["shoe_size"])
    with pytest.raises(WorkbookError, match="Nothing to add: the list has B “Absent”"):
        planned(path, keys=["absent"])
    plan = planned(path, keys=["flag", "student_id"])
    assert list(plan.columns) == ["student_id"]
    assert "There is a column for flag already: C “Flag”." in plan.lines()


def test_a_heading_that_is_taken_is_not_used_again(tmp_path: Path) -> None:
    path = simple(tmp_path / "list.xlsx", [("Name", "Flag"), ("Ng, X", "red")])
    block = Block("My list", 1, {"student_name": Column("Name", "A")})
    book = Book(path, path.read_bytes())
    assert plan_columns(book, block, ["flag"], None).columns["flag"].heading == "Attendance flag"
    words = {"authorised": "Excused", "late": "Shoes"}
    plan = plan_columns(book, block, ["authorised", "late"], None, words)
    assert [each.heading for each in plan.columns.values()] == ["Excused", "Late"]


def test_every_heading_is_read_as_what_it_stands_for() -> None:
    for key, headings in CAN_BE_ADDED.items():
        assert {tracker_word(heading) for heading in headings} == {key}


def test_a_text_above_that_would_change_their_sense_is_a_reason_not_to(tmp_path: Path) -> None:
    rows = [("", "Autumn", "Spring"), ("Name", "Shoes", "Books"), ("Ng, X", 1, 2)]
    path = simple(tmp_path / "list.xlsx", rows)
    block = Block("My list", 2, {"student_name": Column("Name", "A")})
    book = Book(path, path.read_bytes())
    with pytest.raises(WorkbookError, match="would not be understood as rate"):
        plan_columns(book, block, KEYS, ROSTER)


def test_a_list_that_was_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    path = make(tmp_path / "list.xlsx", "table")
    block, plan = lacking(path), planned(path)
    for rows in (("Ng, X", "NUNEZ, Ana"), NAMES[:3]):
        make(path, "table", rows)
        content = path.read_bytes()
        with pytest.raises(WorkbookError, match="was changed meanwhile"):
            add_columns(path, block, plan, tmp_path / "copies")
        assert path.read_bytes() == content
    assert list((tmp_path / "copies").rglob("*.xlsx")) == []


def test_without_a_known_student_the_column_of_ids_is_added_empty_and_that_is_said(
    tmp_path: Path,
) -> None:
    stranger = Student("1", "Stranger", "A")
    for number, roster in enumerate((None, Roster({"1": stranger}, frozenset({"1"})))):
        path = make(tmp_path / f"{number}.xlsx", "bare")
        plan = planned(path, roster)
        assert plan.ids == {}
        assert any("Column F stays empty: no name" in line for line in plan.lines())
        add(path, roster)
        sheet = openpyxl.load_workbook(path)["My list"]
        assert sheet["F4"].value == "Student ID"
        assert [sheet[f"F{row}"].value for row in range(FIRST, LAST + 2)] == [None] * 7
        assert sheet["F5"].number_format == "@"


def test_a_list_that_is_open_in_excel_is_left_as_it_is(tmp_path: Path) -> None:
    path = make(tmp_path / "list.xlsx", "bare")
    block, plan, content = lacking(path), planned(path), path.read_bytes()
    (tmp_path / "~$list.xlsx").write_bytes(b"\x02Jo" + bytes(162))
    with pytest.raises(WorkbookBusy, match="open"):
        add_columns(path, block, plan, tmp_path / "copies")
    assert path.read_bytes() == content


# ---- shapes of lists -------------------------------------------------------------------------


def test_headings_merged_downwards_are_continued_so(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("My list")
    head = book.add_format({"bold": True, "border": 1})
    sheet.merge_range("A3:A4", "Name", head)
    sheet.merge_range("B3:C3", "Marks", head)
    sheet.write_row("B4", ("Mon", "Tue"), head)
    sheet.merge_range("D3:D4", "Absent", head)
    for row, name in enumerate(NAMES, 4):
        sheet.write_row(row, 0, (name, "P", "P", 0))
    book.close()
    add(path)
    sheet = openpyxl.load_workbook(path)["My list"]
    assert [sheet[f"{letter}3"].value for letter in "EFGH"] == list(NEW)
    assert {f"{letter}3:{letter}4" for letter in "EFGH"} < set(map(str, sheet.merged_cells.ranges))
    check_sound(path)
    tracker = look(path, roster=ROSTER).mapping.tracker
    assert tracker is not None and tracker.columns["student_id"] == Column("Student ID", "E")


def test_an_empty_column_within_a_list_is_not_its_end(tmp_path: Path) -> None:
    rows = [("Name", None, 1, 2, None, "P", "A"), ("Ng, X", None, "P", "P", None, 2, 0)]
    path = simple(tmp_path / "list.xlsx", rows)
    assert [each.letter for each in planned(path).columns.values()] == ["H", "I", "J", "K"]


def test_prepared_rows_below_the_last_student_are_continued(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, boxed = book.add_worksheet("My list"), book.add_format({"border": 1})
    sheet.write_row("A1", ("Name", "Twice"))
    for row in range(1, 9):
        sheet.write(row, 0, "Ng, X" if row == 1 else None, boxed)
        sheet.write_formula(row, 1, f"=LEN(A{row + 1})*2", boxed, 0)
    sheet.write_row("A10", ("Total", 12), boxed)
    book.close()
    add(path)
    sheet = openpyxl.load_workbook(path)["My list"]
    assert [sheet[f"C{row}"].border.left.style for row in range(2, 10)] == ["thin"] * 8
    assert sheet["C9"].number_format == "@" and sheet["C10"].border.left.style is None


stretches = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=5)


@settings(max_examples=40, deadline=None)
@given(stretches)
def test_columns_beside_them_stay_as_wide_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, some: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "wide.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, first = book.add_worksheet("My list"), 0
    sheet.write_row("A1", ("Name", "Form"))
    sheet.write_row("A2", ("Ng, X", "8A"))
    for number, (empty, wide) in enumerate(some):
        first += empty
        sheet.set_column(first, first + wide - 1, 5 + number, None, {"hidden": number == 2})
        first += wide
    book.close()
    content = path.read_bytes()
    before, block = Book(path, content), Block("My list", 1, {"student_name": Column("Name", "A")})
    after = with_columns(before, block, plan_columns(before, block, KEYS, ROSTER))
    was, now = widths(before), widths(after)
    assert {column: now.get(column) for column in was if column not in range(3, 7)} == {
        column: about for column, about in was.items() if column not in range(3, 7)
    }
    assert now.keys() == was.keys() | set(range(3, 7))
    assert all("hidden" not in now[column] for column in range(3, 7))


def widths(book: Book) -> dict[int, dict[str, str]]:
    """What a sheet says of each of its columns; that none is named twice."""
    xml = book.read(book.tab("My list").part)
    found: dict[int, dict[str, str]] = {}
    for tag in etree.fromstring(xml).iter("{*}col"):
        about = {key: value for key, value in tag.items() if key not in ("min", "max")}
        for column in range(int(tag.get("min")), int(tag.get("max")) + 1):
            assert column not in found and column >= max(found, default=0)
            found[column] = about
    return found


# ---- names -----------------------------------------------------------------------------------


def matched(tmp_path: Path, rows: Sequence[Sequence[Any]], roster: Roster = ROSTER) -> Any:
    path = simple(tmp_path / "names.xlsx", rows)
    return planned(path, roster, ["student_id"])


def test_two_of_one_name_are_told_apart_by_their_group_or_left_without_an_id(
    tmp_path: Path,
) -> None:
    plan = matched(tmp_path, [("Name", "Class"), ("Jo Smith", "7B"), ("Ng, X", "8A")])
    assert plan.ids == {2: "123456", 3: "555555"}
    plan = matched(tmp_path, [("Name", "Class"), ("Smith Jo", "9C"), ("Jo Smith", None)])
    assert plan.ids == {}
    assert plan.unmatched == (
        "Row 2 “Smith Jo”: 2 students have this name (123456 and 123457).",
        "Row 3 “Jo Smith”: 2 students have this name (123456 and 123457).",
    )


def test_one_student_in_two_rows_gets_an_id_in_neither(tmp_path: Path) -> None:
    plan = matched(tmp_path, [("Name", "Mon"), ("Ng, X",), ("Núñez, Ana",), ("X Ng",)])
    assert plan.ids == {3: "004711"}
    assert plan.unmatched == (
        "Row 2 “Ng, X”: the same student as in row 4.",
        "Row 4 “X Ng”: the same student as in row 2.",
    )


def test_names_in_two_columns(tmp_path: Path) -> None:
    rows = [("First name", "Surname"), ("ANA", "Nunez"), ("Tom", "O NEIL"), ("Neil", "Tom O")]
    plan = matched(tmp_path, rows)
    assert plan.ids == {2: "004711", 3: "000090"}
    assert plan.unmatched == ("Row 4 “Tom O, Neil”: Rollbook knows no student of this name.",)


def test_a_name_that_is_only_alike_is_nobodys(tmp_path: Path) -> None:
    names = (
        "Nunes, Ana",
        "Núñez, Anna",
        "Núñez",
        "Ana",
        "Ana M Núñez",
        "Nú ñez, Ana",
        "Ana, Núñez",
    )
    plan = matched(tmp_path, [("Name", "Mon"), *((name, "P") for name in names)])
    assert plan.ids == {} and len(plan.unmatched) == len(names)


def test_titles_totals_and_notes_are_no_students(tmp_path: Path) -> None:
    rows = [
        ("Name", "Mon", "Tue", "Wed"),
        ("Year 7",),
        ("Núñez, Ana", "P", "P", "P"),
        ("Bell, Ann", "P", "P", "P"),
        ("Total present", 2, 2, 2),
        ("Year 8",),
        ("Ng, X",),
        (),
        ("Zeta, Q", "P", "P", "P"),
        (),
        ("D’Arcy-Łęcka, Zoë", "P", "P", "P"),
        ("Number of pupils", 4, 4, 4),
        ("Count, Amy", "P", "P", "P"),
    ]
    plan = matched(tmp_path, rows)
    assert plan.ids == {3: "004711", 7: "555555", 11: "300007"}
    assert plan.unmatched == ("Row 4 “Bell, Ann”: Rollbook knows no student of this name.",)
    assert matched(tmp_path, rows, Roster({}, frozenset())).names == {
        3: "Núñez, Ana",
        4: "Bell, Ann",
    }


def test_headings_that_come_again_are_passed_over_and_another_list_below_is_not_this_one(
    tmp_path: Path,
) -> None:
    rows = [
        ("Name", "Form", "Mon"),
        ("Núñez, Ana", "7B", "P"),
        ("Name", "Form", "Mon"),
        ("Child, Lee", "8A", "P"),
        ("Ng, X", "8A", "P"),
        (),
        ("Name", "Rang on"),
        ("Núñez, Ana", "2 October"),
    ]
    plan = matched(tmp_path, rows)
    assert plan.ids == {2: "004711", 5: "555555"}
    assert plan.names == {2: "Núñez, Ana", 4: "Child, Lee", 5: "Ng, X"}


PARTS = ("Ana", "Núñez", "O’Neil", "Smith-Okafor", "de la Cruz", "Łęcka", "Zoë", "X", "Jo", "Ng")


def written(student: Student, way: int, noise: int) -> str:
    """A name as somebody may write it."""
    family, given_name = student.family_name, student.given_name
    text = (f"{family}, {given_name}", f"{given_name} {family}", f"{family} {given_name}")[way]
    if noise & 1:
        text = text.upper() if noise & 2 else text.lower()
    if noise & 4:
        text = unicodedata.normalize("NFD", text)
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    if noise & 8:
        text = f"  {text.replace(' ', '   ')} "
    return text.replace("’", "'").replace("-", " ") if noise & 16 else text


people = st.lists(
    st.tuples(st.sampled_from(PARTS), st.sampled_from(PARTS)), min_size=1, max_size=12
)
ways = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 31)), min_size=12, max_size=12)


@settings(max_examples=60, deadline=None)
@given(people, st.sets(st.integers(0, 11)), ways)
def test_whoever_gets_an_id_it_is_their_own(
    tmp_path_factory: pytest.TempPathFactory,
    who: list[tuple[str, str]],
    unknown: set[int],
    how: list[tuple[int, int]],
) -> None:
    """However the names are written; and who has a name of their own does get one."""
    everybody = [Student(f"{7 * n + 100:05d}", *parts) for n, parts in enumerate(who)]
    known = {one.student_id: one for n, one in enumerate(everybody) if n not in unknown}
    path = tmp_path_factory.getbasetemp() / "names.xlsx"
    simple(path, [("Name",), *((written(one, *how[n]),) for n, one in enumerate(everybody))])
    book = Book(path, path.read_bytes())
    place = locate(book, Block("My list", 1, {"student_name": Column("Name", "A")}))
    roster = Roster(known, frozenset(known))
    rows = named_rows(book, place, roster)
    result = match_names(rows, roster)
    assert set(result.ids) | set(result.unmatched) == {row.row for row in rows}
    of_one_name = [frozenset(parts) for parts in who]
    for row, one in enumerate(everybody, 2):
        if of_one_name.count(frozenset((one.family_name, one.given_name))) == 1:
            is_known = one.student_id in known
            assert result.ids.get(row) == (one.student_id if is_known else None)
        elif row in result.ids:
            # Somebody else of the same two names is unknown, or written the other way round.
            found = known[result.ids[row]]
            assert {found.family_name, found.given_name} == {one.family_name, one.given_name}
