"""A workbook open in Excel on this computer is brought up to date there, and saved by the clerk.

Excel is stood in for by an engine of xlwings' own interface: ``excel_here``.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from rollbook import workbooks
from rollbook.cli import app
from rollbook.ledger.letters import State
from rollbook.letters import step
from rollbook.office import Office
from rollbook.problems import WorkbookBusy
from rollbook.standing import read_standing
from rollbook.workbooks import Figures, Receipt, WorkbookMap
from rollbook.workbooks.book import Book as WorkbookCopy
from rollbook.workbooks.content import Content
from rollbook.workbooks.keeping import read_workbooks, update_workbooks, waiting_workbooks
from rollbook.workbooks.mapping import Whom
from rollbook.workbooks.people import People
from rollbook.workbooks.running import open_here, update_here
from tests.dropping import drop, marks, opened
from tests.letters.families import log
from tests.workbooks import excel_here, test_reading_back
from tests.workbooks.excel_here import App, Book, close, excel_running, open_in
from tests.workbooks.office_books import make_tracker, office_with_tracker
from tests.workbooks.test_live import SHAPES
from tests.workbooks.test_reading_back import LATER
from tests.workbooks.test_students import make as make_list
from tests.workbooks.test_students import student
from tests.workbooks.test_updating import FIGURES, LETTERS
from watcher.rounds import once

pytestmark = pytest.mark.filterwarnings("ignore:.*not supported and will be removed:UserWarning")


office_with_log = test_reading_back.office


@pytest.fixture
def excel() -> Iterator[App]:
    with excel_running() as app:
        yield app


def content(path: Path, mapping: WorkbookMap | None = None, **more: Any) -> Content:
    given = {"figures": FIGURES, "rows": LETTERS, "people": {}, "marks": {}} | more
    return Content(mapping or workbooks.adopt(path), **given)


def refreshed(path: Path, due: Content, kept: list[Receipt]) -> str:
    book = open_here(path)
    assert book is not None
    copies = path.parent / "copies"
    return update_here(book, path, due, copies, has_news=lambda _: False, keep=kept.append)


def shown(path: Path) -> dict[str, dict[str, Any]]:
    """What every cell of a file holds: values, and formulas as they are written."""
    return {
        sheet.title: {
            cell.coordinate: cell.value if cell.data_type != "f" else "a formula"
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in openpyxl.load_workbook(path).worksheets
    }


# Through Excel ------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", SHAPES, ids=lambda make: make.__name__)
def test_excel_is_handed_the_cells_the_file_would_get(
    make: Callable[[Path], Path], excel: App, tmp_path: Path
) -> None:
    path = make(tmp_path / "Tracking 2026 & up.xlsx")
    closed = tmp_path / "closed" / path.name
    closed.parent.mkdir()
    closed.write_bytes(path.read_bytes())
    due, kept = content(path), list[Receipt]()
    before = path.read_bytes()
    book = open_in(excel, path)
    said = refreshed(path, due, kept)
    assert "It is open in Excel on this computer: save it there to keep that." in said
    assert path.read_bytes() == before  # nothing is saved for the clerk
    book.save()
    by_file = workbooks.update(closed, due.mapping, FIGURES, LETTERS, tmp_path / "s")
    assert [(one.cells, one.rows_added) for one in kept] == [(by_file.cells, by_file.rows_added)]
    assert shown(path) == shown(closed)
    assert kept[0].snapshot is not None and kept[0].snapshot.read_bytes() == before


@pytest.mark.parametrize("total", [False, True], ids=["", "total"])
@pytest.mark.parametrize("kind", ["bare", "table"])
def test_new_students_get_rows_in_excel_where_the_file_would_have_them(
    excel: App, tmp_path: Path, kind: str, total: bool
) -> None:
    names = ["Ash, Al", *(f"Moss, A{number:02}" for number in range(60)), "Ng, Bo"]
    listed = [student(number, name) for number, name in enumerate(names, 100)]
    path = make_list(tmp_path / "List.xlsx", listed, kind=kind, total=total)
    closed = make_list(tmp_path / "closed.xlsx", listed, kind=kind, total=total)
    new = [student(7, "Moss, Cy"), student(8, "Moss, Di"), student(9, "Zim, Flo")]
    people: People = {one.student.student_id: one for one in [*listed, *new]}
    mapping = replace(workbooks.adopt(path), whom=Whom(add=True))
    figures: Figures = {one: {"flag": "watch"} for one in people}
    due, kept = content(path, mapping, figures=figures, rows=[], people=people), list[Receipt]()
    book = open_in(excel, path)
    refreshed(path, due, kept)
    book.save()
    workbooks.update(closed, mapping, figures, [], tmp_path / "s", people)
    sheet, by_file = (openpyxl.load_workbook(one)["List"] for one in (path, closed))
    assert (sheet["B65"].value, sheet["E65"].value) == ("Moss, Cy", "=D65*2")
    assert shown(path)["List"] == shown(closed)["List"]
    assert [one.ref for one in sheet.tables.values()] == [
        one.ref for one in by_file.tables.values()
    ]
    assert [one.student_id for one in kept[0].students_added] == ["00007", "00008", "00009"]
    assert kept[0].moved
    said = [(one.cells, one.why) for one in kept[0].left_alone if one.cells.startswith("what")]
    what = "what covers the list down to row 67"
    why = (
        "new students stand below it, down to row 68; let sums, colours and lists of choices reach "
        "down to there"
    )
    assert said == ([(what, why)] if kind == "bare" else [])


# Excel does not take it ---------------------------------------------------------------------------


def test_while_a_cell_is_typed_in_the_update_waits_and_nothing_is_kept(
    excel: App, tmp_path: Path
) -> None:
    path = make_tracker(tmp_path / "Tracker.xlsx")
    open_in(excel, path)
    excel.writes_left = 0
    kept = list[Receipt]()
    with pytest.raises(WorkbookBusy, match="takes nothing just now: a cell is being typed in"):
        refreshed(path, content(path), kept)
    assert kept == []
    assert workbooks.list_snapshots(path, tmp_path / "copies") == []


def test_when_excel_stops_in_the_middle_there_is_a_receipt_of_what_it_took(
    excel: App, tmp_path: Path
) -> None:
    path = make_tracker(tmp_path / "Tracker.xlsx")
    due, kept = content(path), list[Receipt]()
    open_in(excel, path)
    excel.writes_left = 4
    with pytest.raises(WorkbookBusy):
        refreshed(path, due, kept)
    excel.writes_left = None
    refreshed(path, due, kept)
    by_file = workbooks.update(
        make_tracker(tmp_path / "other.xlsx"), due.mapping, FIGURES, LETTERS, tmp_path / "s"
    )
    first, second = kept
    assert first.cells and second.cells
    assert {*first.cells, *second.cells} == set(by_file.cells)
    assert not set(first.cells) & set(second.cells)


def test_what_was_typed_and_not_saved_is_not_written_over(excel: App, tmp_path: Path) -> None:
    path = make_tracker(tmp_path / "Tracker.xlsx")
    due, seen = content(path), list[Any]()
    book = open_in(excel, path)
    book.sheets("Letter log").range("G4").raw_value = [["returned"]]

    def has_news(copied: WorkbookCopy) -> bool:
        cell = copied.sheet("Letter log").cell(4, 7)
        seen.append(cell and cell.content(copied.shared))
        return True

    with pytest.raises(WorkbookBusy, match="what was typed in its log is not saved yet"):
        update_here(
            open_here(path), path, due, tmp_path / "copies", has_news=has_news, keep=seen.append
        )
    assert seen == ["returned"]
    assert len(book.done) == 1


# Which workbook is meant --------------------------------------------------------------------------


def test_only_this_very_file_is_meant_and_only_where_it_can_be_saved(
    excel: App, tmp_path: Path
) -> None:
    path = make_tracker(tmp_path / "Tracker.xlsx")
    (tmp_path / "last year").mkdir()
    other = make_tracker(tmp_path / "last year" / "Tracker.xlsx")
    open_in(excel, other)
    assert open_here(path) is None  # nobody has it open
    excel_here.owner_file(path).write_bytes(b"\x03Bea" + b" " * 161)
    assert open_here(path) is None  # Bea has, on another computer
    reading = Book(excel, path, read_only=True)
    excel.opened.append(reading)
    assert open_here(path) is None
    excel.opened.remove(reading)
    link = tmp_path / "S" / path.name  # the same folder by another name, as of a mapped drive
    link.parent.symlink_to(tmp_path, target_is_directory=True)
    excel.opened.append(Book(excel, link))
    found = open_here(path)
    assert found is not None and found.fullname == str(link)


def test_an_excel_that_asks_something_hides_no_other(excel: App, tmp_path: Path) -> None:
    path = make_tracker(tmp_path / "Tracker.xlsx")
    asking = App(excel.engine)  # type: ignore[arg-type]
    asking.is_asking = True
    excel.engine.apps.running.insert(0, asking)  # type: ignore[attr-defined]
    open_in(excel, path)
    assert open_here(path) is not None


def test_xlwings_neither_asks_for_ever_nor_ends_other_excels(
    excel: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = ModuleType("xlwings._xlwindows")
    asked, ends = list[int](), list[object]()
    windows.__dict__.update(N_COM_ATTEMPTS=0, cleanup=lambda: None)
    monkeypatch.setitem(sys.modules, "xlwings._xlwindows", windows)
    monkeypatch.setattr("atexit.unregister", ends.append)
    path = make_tracker(tmp_path / "Tracker.xlsx")
    book = open_in(excel, path)
    monkeypatch.setattr(
        type(book), "fullname", property(lambda one: asked.append(attempts()) or str(one.path))
    )

    def attempts() -> int:
        found: int = windows.__dict__["N_COM_ATTEMPTS"]
        return found

    assert open_here(path) is not None
    assert asked and all(asked)  # 0 would be for ever
    assert attempts() == 0
    assert ends == [windows.__dict__["cleanup"]]


# The office's story -------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return opened(office_with_tracker(tmp_path / "an office"))


def told(office: Office) -> str:
    """What the clerk is told when the workbooks are to be updated: why one waits, or nothing."""
    try:
        update_workbooks(office, read_standing(office))
    except WorkbookBusy as busy:
        return str(busy)
    return ""


def absent(path: Path) -> Any:
    return openpyxl.load_workbook(path)["Tracker"]["C2"].value


def test_it_is_done_when_the_clerk_has_saved_it(office: Office, excel: App) -> None:
    path = office.folders.root / "Tracker.xlsx"
    book = open_in(excel, path)
    assert told(office) == (
        "“Tracker.xlsx”: changed 2 cells; everything else is as it was. It is open in Excel on "
        "this computer: save it there to keep that."
    )
    [receipt] = office.folders.receipts.iterdir()
    kept = json.loads(receipt.read_bytes())
    assert (kept["through"], len(kept["cells"])) == ("Excel", 2)
    assert Path(kept["snapshot"]).read_bytes() == path.read_bytes()
    assert told(office) == (
        "“Tracker.xlsx” is up to date in Excel, where it is open on this computer, but not saved "
        "yet. Save it there to keep that."
    )
    assert len(list(office.folders.receipts.iterdir())) == 1
    assert absent(path) == 0
    book.save()
    assert told(office) == ""  # although it is still open
    assert absent(path) == 2
    office.ledger.close()
    listing = ["workbook", "snapshots", "--json", "--office", str(office.folders.root)]
    [listed] = json.loads(CliRunner().invoke(app, listing).output)
    assert [one["then"] for one in listed["copies"]] == ["2 cells, in Excel, for you to save"]


def test_closed_without_saving_the_file_is_written(office: Office, excel: App) -> None:
    path = office.folders.root / "Tracker.xlsx"
    book = open_in(excel, path)
    assert told(office)
    close(excel, book)
    assert told(office) == ""
    assert absent(path) == 2


def test_a_round_leaves_it_owed_and_says_so(office: Office, excel: App) -> None:
    open_in(excel, office.folders.root / "Tracker.xlsx")
    drop(office.folders.root, "week 2.csv", marks(("000123", "2026-11-09", "AM", "N")))
    done = once(office)
    [why] = [one.why for one in waiting_workbooks(office)]
    assert done.followed.waiting == [why]
    assert why.endswith("It is open in Excel on this computer: save it there to keep that.")


def test_without_an_excel_here_it_says_who_has_it_open_and_since_when(office: Office) -> None:
    path = office.folders.root / "Tracker.xlsx"
    owner = excel_here.owner_file(path)
    owner.write_bytes(b"\x03Ana" + b" " * 161)
    since = f"{datetime.fromtimestamp(owner.stat().st_mtime):%H:%M}"
    assert told(office) == (
        f"“Tracker.xlsx” is open in Excel by Ana since {since}; it will be updated when it is "
        "closed."
    )


def test_what_the_clerk_types_in_the_open_log_is_read_before_it_is_written_over(
    office_with_log: Office, excel: App
) -> None:
    office = office_with_log
    path = office.folders.workbooks / "Tracking.xlsx"
    first, second = log(office)
    step(office, [first.serial], State.MAILED, LATER)
    book = open_in(excel, path)
    row = next(at[0] for at, value in book.sheets("Letters").values.items()
               if value == second.serial)  # fmt: skip
    book.sheets("Letters").range((row, 7)).raw_value = [["mailed"]]
    assert told(office) == (
        "“Tracking.xlsx” is open in Excel on this computer, and what was typed in its log is not "
        "saved yet; it will be updated when it is saved."
    )
    book.save()
    read_workbooks(office, LATER)
    assert [letter.state for letter in log(office)] == [State.MAILED] * 2
    assert "changed 1 cell; everything else" in told(office)
    book.save()
    assert told(office) == ""
