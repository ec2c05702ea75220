import zipfile
from pathlib import Path

import openpyxl
import pytest

from rollbook.problems import WorkbookError
from rollbook.register import Student
from rollbook.workbooks import adopt
from rollbook.workbooks.adopting import look
from rollbook.workbooks.book import Book
from rollbook.workbooks.mapping import Block, Whom
from rollbook.workbooks.places import locate
from rollbook.workbooks.questions import Found, Question, Roster
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


# ---- layouts as clerks keep them -------------------------------------------------------------

Grid = dict[str, object]
"""What stands in a sheet: address → content."""


def sheets(path: Path, merged: tuple[str, ...] = (), **grids: Grid) -> Path:
    """Write cells into sheets, and merge areas in the first."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, grid in grids.items():
        sheet = made.create_sheet(name)
        for address, content in grid.items():
            sheet[address] = content
    for area in merged:
        made.worksheets[0].merge_cells(area)
    made.save(path)
    return path


def letters(block: Block | None) -> dict[str, str]:
    assert block is not None
    return {key: column.letter for key, column in block.columns.items()}


def test_headings_in_two_rows_are_read_together(tmp_path: Path) -> None:
    grid: Grid = {"B3": "ID", "C3": "Name", "D3": "Absences", "F3": "Late"}
    grid |= {"D4": "Excused", "E4": "Unexcused", "B5": "000123", "C5": "Ng, X", "D5": 1, "E5": 2}
    path = sheets(tmp_path / "t.xlsx", ("D3:E3",), Tracker=grid)
    found = adopt(path).tracker
    assert letters(found) == {
        "student_id": "B", "student_name": "C", "authorised": "D", "unauthorised": "E", "late": "F",
    }  # fmt: skip
    assert found and (found.header_row, found.heading_rows) == (4, 2)
    assert found.columns["authorised"].heading == "Absences Excused"


def test_headings_merged_downwards_count_for_all_their_rows(tmp_path: Path) -> None:
    grid: Grid = {"A2": "Perm ID", "B2": "Student", "C2": "Totals", "C3": "P", "D3": "A", "E3": "T"}
    grid |= {"A4": "000123", "B4": "Ng, X", "C4": 9, "D4": 1, "E4": 0}
    path = sheets(tmp_path / "t.xlsx", ("A2:A3", "B2:B3", "C2:E2"), Tracker=grid)
    found = adopt(path).tracker
    assert letters(found) == {
        "student_id": "A", "student_name": "B", "attended": "C", "absent": "D", "late": "E",
    }  # fmt: skip
    assert found and (found.header_row, found.heading_rows) == (3, 2)


def test_headings_in_three_rows_are_read_together(tmp_path: Path) -> None:
    grid: Grid = {"A1": "Attendance 2026-27", "A2": "Student ID", "B2": "Attendance", "D2": "Name"}
    grid |= {"B3": "Absences", "B4": "Auth", "C4": "Unauth", "A5": "000123", "B5": 1, "C5": 2}
    merged = ("A1:D1", "B2:C2", "B3:C3", "A2:A4", "D2:D4")
    found = adopt(sheets(tmp_path / "t.xlsx", merged, Tracker=grid)).tracker
    assert letters(found) == {
        "student_id": "A", "student_name": "D", "authorised": "B", "unauthorised": "C",
    }  # fmt: skip


@pytest.mark.parametrize("period", ["Autumn", "Last year", "2025-26", "Week 3", "Target"])
@pytest.mark.parametrize("merged", [("C1:D1",), ()], ids=["merged", "not merged"])
def test_figures_of_a_part_of_the_year_are_left_alone(
    tmp_path: Path, period: str, merged: tuple[str, ...]
) -> None:
    grid: Grid = {"C1": period, "E1": "Year to date"}
    grid |= dict(
        zip("A2 B2 C2 D2 E2".split(), ["ID", "Name", "Absent", "Late", "Flag"], strict=True)
    )
    grid |= {"A3": "000123"}
    found = look(sheets(tmp_path / "t.xlsx", merged, Tracker=grid))
    assert letters(found.mapping.tracker) == {
        "student_id": "A", "student_name": "B", "flag": "E",
    }  # fmt: skip


def test_a_title_above_the_list_is_no_part_of_its_headings(tmp_path: Path) -> None:
    grid: Grid = {"A1": "Absences, autumn term and spring term"}
    grid |= dict(
        zip("A2 B2 C2 D2".split(), ["ID", "Name", "Days absent", "Days late"], strict=True)
    )
    path = sheets(tmp_path / "t.xlsx", ("A1:D1",), Tracker=grid | {"A3": "000123"})
    assert letters(adopt(path).tracker) == {
        "student_id": "A", "student_name": "B", "absent": "C", "late": "D",
    }  # fmt: skip


def test_a_heading_over_two_columns_of_its_own_is_neither(tmp_path: Path) -> None:
    grid: Grid = dict(zip("A1 B1 D1 F1".split(), ["ID", "Name", "Absent", "Flag"], strict=True))
    grid |= dict(zip("A2 B2 C2 D2 E2 F2".split(), ["000123", "Ng", "X", 3, 4, "red"], strict=True))
    path = sheets(tmp_path / "t.xlsx", ("B1:C1", "D1:E1"), Tracker=grid)
    assert letters(adopt(path).tracker) == {"student_id": "A", "flag": "F"}


def test_who_a_row_is_about_is_found(tmp_path: Path) -> None:
    headings = ("School", "Year", "Form", "Surname", "Forename", "Adm No.", "UPN", "Leaving date")
    path = book(tmp_path / "t.xlsx", Tracker=(1, 1, (*headings, "% Att", "Letter 1")))
    assert letters(adopt(path).tracker) == {
        "student_id": "F", "state_id": "G", "last_name": "D", "first_name": "E", "group": "C",
        "campus": "A", "left": "H", "rate": "I",
    }  # fmt: skip


def test_hidden_sheets_are_left(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", Old=(1, 1, TRACKER), New=(1, 1, TRACKER))
    made = openpyxl.load_workbook(path)
    made["Old"].sheet_state = "hidden"
    made.save(path)
    found = adopt(path).tracker
    assert found and found.sheet == "New"


def test_headings_repeated_for_printing_are_one_list(tmp_path: Path) -> None:
    grid: Grid = {}
    for row in (1, 30):
        grid |= {f"{letter}{row}": word for letter, word in zip("ABCD", TRACKER, strict=True)}
        grid |= {f"A{row + 1}": f"0001{row}"}
    found = adopt(sheets(tmp_path / "t.xlsx", Tracker=grid)).tracker
    assert found and found.header_row == 1


CONTACTS = ("Date", "Student ID", "Student", "Action taken", "Spoke to", "Notes", "By", "Follow up")


def test_the_contact_log_is_told_from_the_letter_log(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", T=(1, 1, TRACKER), L=(2, 1, LOG), C=(3, 2, CONTACTS))
    mapping = adopt(path)
    assert mapping.log and mapping.log.sheet == "L"
    assert letters(mapping.contacts) == {
        "date": "B", "student_id": "C", "student_name": "D", "action": "E", "guardian": "F",
        "note": "G", "by": "H", "until": "I",
    }  # fmt: skip


def test_a_log_has_level_method_and_notes(tmp_path: Path) -> None:
    headings = ("Date sent", "Adm no", "Letter", "Level", "How sent", "Comments")
    path = book(tmp_path / "t.xlsx", T=(1, 1, TRACKER), L=(1, 1, headings))
    assert letters(adopt(path).log) == {
        "date": "A", "student_id": "B", "letter": "C", "level": "D", "method": "E", "note": "F",
    }  # fmt: skip


# ---- the roster ------------------------------------------------------------------------------


def roster(*, campus: str = "Elm", form: str = "7B", ids: range = range(101, 111)) -> Roster:
    students = {
        f"000{number}": Student(f"000{number}", "Ng", "X", form=form, campus=campus, grade="7",
                                state_id=f"A9990000{number}")
        for number in ids
    }  # fmt: skip
    return Roster(students, frozenset(students))


def with_ids(path: Path, heading: str | None, ids: list[object], *others: list[object]) -> Path:
    """A tracker: the ids in A, “Absent” in B, further columns that begin with their heading."""
    grid: Grid = {"A1": heading, "B1": "Absent"} if heading else {"B1": "Absent", "C1": "Flag"}
    grid |= {f"A{row}": content for row, content in enumerate(ids, start=2)}
    for letter, column in zip("DEF", others, strict=False):
        grid |= {f"{letter}{row}": content for row, content in enumerate(column, start=1)}
    return sheets(path, Tracker=grid)


IDS: list[object] = [f"000{number}" for number in range(101, 111)]


@pytest.mark.parametrize("heading", ["No.", "Ref", None, "Mary's list"])
def test_a_column_whose_cells_are_ids_is_the_id_column(tmp_path: Path, heading: str | None) -> None:
    path = with_ids(tmp_path / "t.xlsx", heading, IDS)
    found = look(path, roster=roster())
    assert letters(found.mapping.tracker)["student_id"] == "A"
    assert locate(Book(path, path.read_bytes()), found.mapping.tracker).columns["student_id"] == 1


def test_ids_without_a_heading_are_found_again_when_columns_moved(tmp_path: Path) -> None:
    path = with_ids(tmp_path / "t.xlsx", None, IDS)
    block = look(path, roster=roster()).mapping.tracker
    made = openpyxl.load_workbook(path)
    made["Tracker"].insert_cols(1, 2)
    made.save(path)
    assert block
    assert locate(Book(path, path.read_bytes()), block).columns["student_id"] == 3


def test_running_numbers_headed_id_are_not_the_ids(tmp_path: Path) -> None:
    running: list[object] = list(range(1, 11))
    path = with_ids(tmp_path / "t.xlsx", "ID", running, ["Student", *IDS])
    found = look(path, roster=roster())
    assert letters(found.mapping.tracker)["student_id"] == "D"
    alone = look(with_ids(tmp_path / "u.xlsx", "ID", running), roster=roster())
    assert alone.mapping.tracker is None and "no column with student ids" in alone.refusal


def test_ids_that_excel_made_numbers_of_are_ids(tmp_path: Path) -> None:
    path = with_ids(tmp_path / "t.xlsx", "Number", [*range(101, 111)])
    assert letters(look(path, roster=roster()).mapping.tracker)["student_id"] == "A"


def test_the_column_of_state_ids_is_used_when_the_offices_own_are_others(tmp_path: Path) -> None:
    upns: list[object] = ["UPN", *(f"A9990000{number}" for number in range(101, 111))]
    path = with_ids(tmp_path / "t.xlsx", "ID", [f"x{number}" for number in range(10)], upns)
    assert letters(look(path, roster=roster()).mapping.tracker)["student_id"] == "D"


def test_strangers_are_noted(tmp_path: Path) -> None:
    path = with_ids(tmp_path / "t.xlsx", "ID", [f"x{number}" for number in range(10)])
    assert "Only 0 of the first 10 ids" in look(path, roster=roster()).notes[0]


def question(found: Found, key: str) -> Question:
    return next(each for each in found.questions if each.key == key)


def test_a_list_of_all_students_is_asked_whether_new_ones_are_added(tmp_path: Path) -> None:
    path = with_ids(tmp_path / "t.xlsx", "ID", IDS[:9])
    found = look(path, roster=roster())
    assert found.mapping.whom == Whom(True) and question(found, "add").default == "yes"
    assert look(path, {"add": "no"}, roster()).mapping.whom == Whom()


def test_a_list_of_one_campus_gets_new_students_of_that_campus(tmp_path: Path) -> None:
    here, there = roster(), roster(campus="Oak", ids=range(201, 230))
    both = Roster({**here.students, **there.students}, here.on_roll | there.on_roll)
    path = with_ids(tmp_path / "t.xlsx", "ID", IDS)
    assert look(path, roster=both).mapping.whom == Whom(True, ("Elm",))
    answers = {"add": "yes", "campuses": "Elm; Oak", "groups": "7"}
    assert look(path, answers, both).mapping.whom == Whom(True, ("Elm", "Oak"), ("7",))


def test_a_list_of_one_form_gets_new_students_of_that_form(tmp_path: Path) -> None:
    here, there = roster(), roster(form="7C", ids=range(201, 230))
    both = Roster({**here.students, **there.students}, here.on_roll | there.on_roll)
    path = with_ids(tmp_path / "t.xlsx", "ID", IDS)
    assert look(path, roster=both).mapping.whom == Whom(True, (), ("7B",))


def test_a_list_of_chosen_students_gets_nobody(tmp_path: Path) -> None:
    path = with_ids(tmp_path / "t.xlsx", "ID", IDS[:4])
    found = look(path, roster=roster())
    assert found.mapping.whom == Whom() and question(found, "add").default == "no"


# ---- questions and answers -------------------------------------------------------------------


def test_columns_are_chosen_by_answers(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", T=(1, 1, ("ID", "Absent", "Days absent", "Rate so far")))
    found = look(path)
    assert question(found, "absent").choices == ("B", "C", "none")
    assert "absent" not in letters_or_none(found)
    answered = look(path, {"absent": "C", "rate": "d", "hundred": "no"})
    assert letters(answered.mapping.tracker) == {"student_id": "A", "absent": "C", "rate": "D"}
    assert not answered.questions
    assert look(path).unanswered
    assert letters(look(path, {"absent": "none", "rate": "D"}).mapping.tracker) == {
        "student_id": "A", "rate": "D",
    }  # fmt: skip


def letters_or_none(found: Found) -> dict[str, str]:
    return letters(found.mapping.tracker) if found.mapping.tracker else {}


def test_sheet_and_rows_are_chosen_by_answers(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", Autumn=(1, 1, TRACKER), Spring=(5, 1, TRACKER))
    found = look(path)
    assert found.mapping.tracker is None and not found.refusal
    assert found.unanswered[0].choices == ("Autumn", "Spring")
    chosen = look(path, {"sheet": "Spring", "header_row": "5"}).mapping.tracker
    assert chosen and (chosen.sheet, chosen.header_row) == ("Spring", 5)


def test_two_letter_logs_are_asked_about(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", T=(1, 1, TRACKER), L1=(1, 1, LOG), L2=(1, 1, LOG))
    with pytest.raises(WorkbookError, match="look like the letter log.*Which sheet"):
        adopt(path)
    assert (log := look(path, {"log.sheet": "L2"}).mapping.log) and log.sheet == "L2"
    assert look(path, {"log.sheet": "none"}).mapping.log is None
    named = look(path, {"log.sheet": "L1", "log.serial": "none", "log.by": "D"}).mapping.log
    assert letters(named) == {"date": "A", "student_id": "B", "letter": "C", "by": "D"}


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"colour": "red"}, "“colour” cannot be set"),
        ({"days": "maybe", "sheet": "T"}, "“maybe” is no answer"),
        ({"header_row": "eight"}, "is no number of a row"),
        ({"rate": "12"}, "“12” is no column"),
        ({"sheet": "Gone"}, "has no sheet “Gone”"),
    ],
)
def test_answers_that_fit_nothing_are_refused_in_words(
    tmp_path: Path, answers: dict[str, str], sentence: str
) -> None:
    days = tuple(f"{day} Sep" for day in range(7, 12))
    path = book(tmp_path / "t.xlsx", T=(1, 1, (*TRACKER, *days)))
    with pytest.raises(WorkbookError, match=sentence):
        look(path, answers)


def test_sums_below_the_students_are_no_formulas_of_theirs(tmp_path: Path) -> None:
    path = tmp_path / "sums.xlsx"
    book = openpyxl.Workbook()
    assert book.active
    for row in (("Student ID", "Absent"), ("000123", 3), ("Total", "=SUM(B2:B2)"), (None, "=B3")):
        book.active.append(row)
    book.save(path)
    assert not [one for one in look(path).questions if one.key == "formulas"]


def test_formulas_are_kept_unless_the_clerk_says_so(tmp_path: Path) -> None:
    grid: Grid = dict(zip("A1 B1 C1".split(), ["ID", "Absent", "Attendance %"], strict=True))
    grid |= {"A2": "000123", "B2": "=1+1", "C2": "=1-B2/10"}
    path = sheets(tmp_path / "t.xlsx", Tracker=grid)
    found = look(path)
    assert question(found, "formulas").default == "keep" and found.mapping.replaces == ()
    assert look(path, {"formulas": "replace"}).mapping.replaces == ("absent", "rate")
    assert look(path, {"formulas.rate": "replace"}).mapping.replaces == ("rate",)


@pytest.mark.parametrize(
    ("content", "form", "hundred", "is_asked"),
    [(92.3, "0.0", True, False), (0.923, "General", False, False), (None, "0%", False, False),
     (None, "General", True, True)],
)  # fmt: skip
def test_how_percentages_are_written_is_told_by_cells_or_asked(
    tmp_path: Path, content: float | None, form: str, hundred: bool, is_asked: bool
) -> None:
    path = book(tmp_path / "t.xlsx", T=(1, 1, ("ID", "Attendance %")))
    made = openpyxl.load_workbook(path)
    made["T"]["B2"] = content
    made["T"]["B2"].number_format = form
    made.save(path)
    found = look(path)
    assert found.mapping.hundred is hundred
    assert ("hundred" in [each.key for each in found.questions]) is is_asked


def test_a_list_that_lacks_ids_is_named(tmp_path: Path) -> None:
    found = look(book(tmp_path / "t.xlsx", Sheet1=(4, 2, ("Name", "Absent"))))
    assert found.refusal and letters(found.lacking) == {"student_name": "B", "absent": "C"}


def test_a_template_is_adopted_with_a_word_about_templates(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xltx", T=(1, 1, TRACKER))
    mapping = adopt(path)
    assert mapping.tracker and "is a template" in mapping.notes[0]
