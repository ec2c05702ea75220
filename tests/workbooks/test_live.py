"""A workbook open in Excel gets the cells its file would get, and refuses in the same words."""

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollbook import workbooks
from rollbook.problems import WorkbookError
from rollbook.workbooks import Figures, LogRow, Receipt, WorkbookMap
from rollbook.workbooks.adopting import adopt_book
from rollbook.workbooks.cells import Area
from rollbook.workbooks.live import changes_in, write_changes
from rollbook.workbooks.opened import Marked, start_of
from tests.addin.books import book_of
from tests.workbooks.office_books import make_tracker
from tests.workbooks.open_books import addresses, as_it_stands, opened, sent
from tests.workbooks.test_updating import FIGURES, LETTERS

import xlwings as xw  # isort: skip

pytestmark = pytest.mark.filterwarnings("ignore:.*not supported and will be removed:UserWarning")

STUDENTS = ("000123", "000124", "004711", "123456")
HEADINGS = ("Student ID", "Name", "Possible", "Attended", "Absent", "Att %", "Flag", "Last letter")
LOG = ("Date", "Student ID", "Letter", "Ref", "Status")


def through_excel(
    path: Path,
    mapping: WorkbookMap | None = None,
    figures: Figures = FIGURES,
    letters: list[LogRow] | None = None,
) -> tuple[Receipt, dict[str, dict[str, Any]], xw.Book]:
    """Refresh the workbook as it is open; return the receipt, and what it shows then."""
    mapping = mapping or workbooks.adopt(path)
    book, marked = opened(path)
    rows = LETTERS if letters is None else letters
    receipt = write_changes(book, changes_in(book, mapping, figures, rows, marked), path)
    shows = shown(path)
    for sheet, cells in as_it_stands(book, sent(path)).items():
        shows[sheet] |= cells
    return receipt, _filled(shows), book


def through_the_file(
    path: Path,
    mapping: WorkbookMap | None = None,
    figures: Figures = FIGURES,
    letters: list[LogRow] | None = None,
) -> tuple[Receipt, dict[str, dict[str, Any]]]:
    mapping = mapping or workbooks.adopt(path)
    rows = LETTERS if letters is None else letters
    receipt = workbooks.update(path, mapping, figures, rows, path.parent / "snapshots")
    return receipt, _filled(shown(path))


def shown(path: Path) -> dict[str, dict[str, Any]]:
    """Return what every cell of a file shows; what a formula shows is Excel's to work out."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type != "f"
        }
        for sheet in book.worksheets
    }


def _filled(shows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        sheet: {place: value for place, value in cells.items() if value is not None}
        for sheet, cells in shows.items()
    }


# Workbooks as clerks keep them ------------------------------------------------------------------


def rich(path: Path) -> Path:
    return make_tracker(path)


def plain_lists(path: Path) -> Path:
    """Both lists on one sheet, no Tables; percentages as 92.3; ids as numbers here and there."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Ana's & all")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row("A1", HEADINGS)
    for row, student in enumerate(STUDENTS, start=1):
        sheet.write(row, 0, int(student) if row % 2 else student)
        sheet.write_row(row, 1, ["A pupil", 100, 90, 10, 91.2])
    sheet.write_row("K1", LOG)
    sheet.write_datetime("K2", datetime(2026, 10, 2), day)
    sheet.write_row("L2", ["000123", "Level 1", "RB-1", "prepared"])
    book.close()
    return path


def formulas(path: Path) -> Path:
    """The clerk works some owned columns out herself; one is spilled from a single cell."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Tracker")
    sheet.write_row("A3", HEADINGS)
    for row, student in enumerate(STUDENTS, start=3):
        sheet.write_string(row, 0, student)
        sheet.write_row(row, 1, ["A pupil", 100, 90])
        if row % 2:
            sheet.write_formula(row, 4, f"=C{row + 1}-D{row + 1}", None, 10)
    sheet.write_dynamic_array_formula("F4:F7", "=D4:D7/C4:C7", None, 0.9)
    book.close()
    return path


def table(path: Path) -> Path:
    """The tracker is a Table with a total row; the log a Table that is still empty."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Data")
    columns = [{"header": heading} for heading in HEADINGS]
    sheet.add_table(1, 1, 6, 8, {"name": "Pupils", "columns": columns, "total_row": True})
    for row, student in enumerate(STUDENTS, start=2):
        sheet.write_string(row, 1, student)
        sheet.write_number(row, 6, 0.5)
    log = book.add_worksheet("Letters")
    log.add_table(0, 0, 1, 4, {"name": "Log", "columns": [{"header": each} for each in LOG]})
    book.close()
    return path


def log_only(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    log = book.add_worksheet("Letters")
    log.write("A1", "Letters that went out")
    log.write_row("B3", LOG)
    log.write_row("B4", ["2026-11-20", "000123", "Level 2", "RB-4", ""])
    log.write("H9", "a note beside the list")
    book.close()
    return path


SHAPES = (rich, plain_lists, formulas, table, log_only)


@pytest.fixture(params=SHAPES, ids=lambda make: make.__name__)
def workbook(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made: Path = request.param(tmp_path / "Tracking 2026 & up.xlsx")
    return made


# The same as in the file ------------------------------------------------------------------------


def test_an_open_workbook_gets_the_cells_its_file_would(workbook: Path) -> None:
    live, shows, _ = through_excel(workbook)
    file, kept = through_the_file(workbook)
    assert shows == kept
    assert live.cells == file.cells
    assert live.rows_added == file.rows_added
    assert live.not_found == file.not_found
    assert live.cells or live.rows_added


def test_what_is_where_is_found_alike(workbook: Path) -> None:
    book, marked = opened(workbook)
    found = adopt_book(start_of(book, marked))
    assert (found.tracker, found.log) == (
        workbooks.adopt(workbook).tracker,
        workbooks.adopt(workbook).log,
    )


def test_once_written_through_excel_and_saved_the_file_needs_nothing(workbook: Path) -> None:
    mapping = workbooks.adopt(workbook)
    _, _, book = through_excel(workbook, mapping)
    save(workbook, book)
    if mapping.log and mapping.log.table:
        return  # the stand-in for Excel does not resize a file's Tables; the cells are compared
    after, _ = through_the_file(workbook, mapping)
    assert (after.cells, after.rows_added) == ((), ())


def save(path: Path, book: xw.Book) -> None:
    """Save what was written as Excel would."""
    file = openpyxl.load_workbook(path)
    for sheet, cells in as_it_stands(book, sent(path)).items():
        for place, value in cells.items():
            file[sheet][place] = value
    file.save(path)


VALUES = st.one_of(
    st.none(),
    st.integers(-3, 400),
    st.fractions(0, 1, max_denominator=400),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["", "act", "=cmd|' /C calc'!A0", "0012", "1/2", "+44", " x", "TRUE", "'so"]),
)
NUMBERS = st.one_of(st.none(), st.integers(0, 400), st.fractions(0, 400, max_denominator=2))
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "possible": NUMBERS,
        "attended": NUMBERS,
        "absent": NUMBERS,
        "rate": st.one_of(st.none(), st.fractions(0, 1, max_denominator=400)),
        "flag": VALUES,
        "last_letter": st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1))),
    },
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    figures=st.dictionaries(st.sampled_from([*STUDENTS, "999999"]), ROWS),
    make=st.sampled_from(SHAPES),
)
def test_whatever_the_figures_both_ways_give_the_same(
    figures: Figures, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = make(tmp_path / "Tracker.xlsx")
    live, shows, _ = through_excel(path, figures=figures)
    file, kept = through_the_file(path, figures=figures)
    shutil.rmtree(path.parent / "snapshots")
    assert as_days(shows) == as_days(kept)
    assert (live.cells, live.rows_added) == (file.cells, file.rows_added)


def as_days(shows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        sheet: {
            place: value.date() if isinstance(value, datetime) else value
            for place, value in cells.items()
        }
        for sheet, cells in shows.items()
    }


# Left alone, refused ----------------------------------------------------------------------------


def test_formulas_and_what_they_fill_are_left_alone_and_told(tmp_path: Path) -> None:
    path = formulas(tmp_path / "Tracker.xlsx")
    receipt, _, book = through_excel(path)
    rows = {cell.cell for cell in receipt.cells}
    assert rows.isdisjoint({"E4", "E6", "F4", "F5", "F6", "F7"})
    assert "E5" in rows
    told = receipt.left_alone[0]
    assert (told.cells, told.why) == ("E4, F4, F5, F6", "a formula is there")
    assert set(as_it_stands(book, sent(path))["Tracker"]).isdisjoint({"E4", "F4", "F5", "F6"})


class DesktopSheet:
    """A sheet as xlwings shows one of Excel on this computer, which knows its formulas."""

    name, visible, tables = "Tracker", True, ()

    def __init__(self, rows: list[list[Any]]) -> None:
        self.rows = rows
        self.written: dict[tuple[int, int], Any] = {}
        engine = SimpleNamespace(name="excel")
        app = SimpleNamespace(engine=engine)
        self.book = SimpleNamespace(app=app)
        last = SimpleNamespace(row=len(rows), column=len(rows[0]))
        self.used_range = SimpleNamespace(last_cell=last)

    def range(self, first: tuple[int, int], last: tuple[int, int]) -> Any:
        return DesktopCells(self, first, last)


class DesktopCells:
    def __init__(self, sheet: DesktopSheet, first: tuple[int, int], last: tuple[int, int]) -> None:
        self.sheet, self.first, self.last = sheet, first, last

    def options(self, **_given: object) -> "DesktopCells":
        return self

    @property
    def formula(self) -> Any:
        rows = self.sheet.rows[self.first[0] - 1 : self.last[0]]
        cells = tuple(tuple(row[self.first[1] - 1 : self.last[1]]) for row in rows)
        return cells[0][0] if len(cells) == 1 and len(cells[0]) == 1 else cells

    @property
    def value(self) -> Any:
        rows = self.sheet.rows[self.first[0] - 1 : self.last[0]]
        columns = slice(self.first[1] - 1, self.last[1])
        return [[7.0 if str(one).startswith("=") else one for one in row[columns]] for row in rows]

    @value.setter
    def value(self, rows: list[list[Any]]) -> None:
        for row, cells in enumerate(rows, self.first[0]):
            for column, one in enumerate(cells, self.first[1]):
                self.sheet.written[row, column] = one


class DesktopBook:
    name = "Tracker.xlsx"

    def __init__(self, sheet: DesktopSheet) -> None:
        self.app = sheet.book.app
        self.sheets = DesktopSheets([sheet])


class DesktopSheets(list[DesktopSheet]):
    def __getitem__(self, name: Any) -> Any:
        return next(sheet for sheet in self if sheet.name == name)


def test_excel_on_this_computer_is_asked_for_its_formulas_itself() -> None:
    rows: list[list[Any]] = [["Student ID", "Absent", "Flag"]]
    rows += [[student, "=SUM(X1:X9)" if student == "000124" else 1.0, None] for student in STUDENTS]
    sheet = DesktopSheet(rows)
    book = DesktopBook(sheet)
    mapping = adopt_book(start_of(book, Marked()))
    figures: Figures = {student: {"absent": 4, "flag": "=act"} for student in STUDENTS}
    receipt = write_changes(book, changes_in(book, mapping, figures, [], Marked()), Path("T.xlsx"))
    assert (3, 2) not in sheet.written
    assert (sheet.written[2, 2], sheet.written[2, 3]) == (4, "'=act")
    assert [left.cells for left in receipt.left_alone] == ["B3"]


def refused(path: Path, spoil: Callable[[Any], None]) -> tuple[str, str]:
    """Change the workbook after it was adopted; return both refusals."""
    mapping = workbooks.adopt(path)
    file = openpyxl.load_workbook(path)
    spoil(file)
    file.save(path)
    with pytest.raises(WorkbookError) as live:
        through_excel(path, mapping)
    with pytest.raises(WorkbookError) as closed:
        through_the_file(path, mapping)
    return str(live.value), str(closed.value)


SPOILED: dict[str, tuple[Callable[[Path], Path], Callable[[Any], None]]] = {
    "a heading is gone": (formulas, lambda file: file["Tracker"].__setitem__("C3", "Sessions!")),
    "a heading is doubled": (
        plain_lists,
        lambda file: [
            file.worksheets[0].__setitem__("H1", "Possible"),
            file.worksheets[0].__setitem__("C1", "Mine"),
            file.worksheets[0].__setitem__("I1", "Possible"),
        ],
    ),
    "the sheet is gone": (formulas, lambda file: setattr(file["Tracker"], "title", "Old")),
    "cells are merged": (formulas, lambda file: file["Tracker"].merge_cells("C5:C6")),
}


@pytest.mark.parametrize(("make", "spoil"), SPOILED.values(), ids=SPOILED)
def test_what_an_update_refuses_is_refused_in_the_same_words(
    make: Callable[[Path], Path], spoil: Callable[[Any], None], tmp_path: Path
) -> None:
    live, closed = refused(make(tmp_path / "Tracker.xlsx"), spoil)
    assert live == closed


def test_a_sheet_with_nothing_rollbook_knows_says_so(tmp_path: Path) -> None:
    path = tmp_path / "Budget.xlsx"
    file = openpyxl.Workbook()
    file.active.append(["Item", "Cost"])
    file.save(path)
    book, marked = opened(path)
    with pytest.raises(WorkbookError, match="no column with student ids"):
        adopt_book(start_of(book, marked))


# How it is written ------------------------------------------------------------------------------


def test_texts_stay_texts_and_percentages_numbers(tmp_path: Path) -> None:
    path = plain_lists(tmp_path / "Tracker.xlsx")
    figures: Figures = {"000123": {"flag": "=cmd|' /C calc'!A0", "rate": Fraction(923, 1000)}}
    letters: list[LogRow] = [
        {"date": date(2026, 11, 20), "student_id": "000124", "letter": "1", "serial": "0042"}
    ]
    _, shows, book = through_excel(path, figures=figures, letters=letters)
    sheet = shows["Ana's & all"]
    assert (sheet["G2"], sheet["F2"]) == ("=cmd|' /C calc'!A0", 92.3)
    assert (sheet["L3"], sheet["M3"], sheet["N3"]) == ("000124", "1", "0042")
    values = [action["values"] for action in book.json()["actions"]]
    assert [[92.3, "'=cmd|' /C calc'!A0"]] in values


def test_a_table_is_made_longer_before_its_rows_are_written(tmp_path: Path) -> None:
    path = rich(tmp_path / "Tracker.xlsx")
    _, _, book = through_excel(path)
    functions = [(one["func"], one["sheet_position"]) for one in book.json()["actions"]]
    assert functions[0] == ("resizeTable", 1)
    assert book.json()["actions"][0]["args"] == [0, "$A$3:$J$8"]
    assert all(function == "setValues" for function, _ in functions[1:])


def test_no_two_ranges_written_meet_and_formulas_are_in_none(workbook: Path) -> None:
    _, _, book = through_excel(workbook)
    areas = [
        (one["sheet_position"], Area(one["start_column"] + 1, one["start_row"] + 1,
         one["start_column"] + one["column_count"], one["start_row"] + one["row_count"]))
        for one in book.json()["actions"] if one["func"] == "setValues"
    ]  # fmt: skip
    for (sheet, area), (other_sheet, other) in pairwise(sorted(areas, key=str)):
        assert sheet != other_sheet or not area.meets(other)
    marked = Marked.of(**addresses(workbook), active="")
    names = [sheet["name"] for sheet in sent(workbook)["sheets"]]
    for sheet, area in areas:
        assert not any(area.meets(one) for one in marked.formulas.get(names[sheet], ()))


def test_a_gap_of_cells_that_are_right_already_is_written_over_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "Tracker.xlsx"
    file = openpyxl.Workbook()
    file.active.append(["Student ID", "Absent"])
    for number in range(100, 140):
        file.active.append([str(number), 4])
    file.save(path)
    figures: Figures = {
        str(number): {"absent": 4 + (number in (101, 120, 139))} for number in range(100, 140)
    }
    receipt, shows, book = through_excel(path, figures=figures, letters=[])
    assert len(receipt.cells) == 3
    assert len(book.json()["actions"]) == 1
    assert (shows["Sheet"]["B3"], shows["Sheet"]["B4"]) == (5, 4)


def test_five_thousand_students_are_a_few_ranges_and_the_marks_are_not_read(tmp_path: Path) -> None:
    marks = [f"m{number}" for number in range(380)]
    rows: list[list[Any]] = [["Student ID", *marks, "Possible", "Attended", "Absent", "Flag"]]
    rows += [[f"{number:06}", *["/"] * 380, 1, 1, 0, ""] for number in range(5000)]
    book = book_of({"Tracker": rows})
    mapping = adopt_book(start_of(book, Marked()))
    figures: Figures = {
        f"{number:06}": {"possible": 380, "attended": 380 - number % 7, "absent": number % 7,
                         "flag": "act" if number % 11 == 0 else ""}
        for number in range(5000)
    }  # fmt: skip
    changes = changes_in(book, mapping, figures, [], Marked())
    # of the marks, only the rows that may hold headings are in what was read
    assert len(changes.book.sheet("Tracker").xml) < 3_000_000
    receipt = write_changes(book, changes, Path("Tracker.xlsx"))
    assert len(receipt.cells) > 9_000
    assert len(book.json()["actions"]) <= 6


def test_the_receipt_says_it_went_through_excel(tmp_path: Path) -> None:
    path = plain_lists(tmp_path / "Tracker.xlsx")
    receipt, _, _ = through_excel(path)
    kept = json.loads(json.dumps(receipt.to_dict()))
    assert (kept["through"], kept["written"], kept["snapshot"]) == ("Excel", True, "")
    assert kept["cells"][0] == ["Ana's & all", "C2", "100", "120"]
    assert "Excel" in receipt.unchanged_proof()
