"""The buttons of the group Tracking, pressed on real offices with a workbook open in Excel."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
import xlsxwriter
from fastapi import FastAPI

from addin.buttons import Button, Press, View, do
from addin.custom_scripts import adopt_workbook, refresh_workbook, why_flagged
from addin.desk import Desk, close_desk
from addin.jobs import Cancelled, Job, Phase
from addin.tracking_desk import offers
from rollbook.ledger import care
from rollbook.ledger import postings as posting_book
from rollbook.ledger.postings import WORKBOOKS
from rollbook.workbooks.keeping import update_workbooks, waiting_workbooks
from tests.addin.books import Rows, book_of, written
from tests.addin.calling import run_aside
from tests.addin.test_letter_buttons import open_school
from tests.offices import NOW
from tests.workbooks.open_books import addresses, as_it_stands, sent

import xlwings as xw  # isort: skip

pytestmark = pytest.mark.filterwarnings("ignore:.*not supported and will be removed:UserWarning")

BUTTONS = {
    one.id: one
    for one in (
        Button.of("Tracking", module) for module in (adopt_workbook, refresh_workbook, why_flagged)
    )
}
PUPILS = (("000123", "García, Ana"), ("000124", "Ng, Bo"), ("000125", "=cmd|' /C calc'!A0, Cy"))
YES = {"confirmed": "yes"}
SHAREPOINT = "https://district.sharepoint.com/sites/office/Tracker.xlsx"
SHEET: Rows = [
    ["Student ID", "Name", "Days absent", "Flag", "Attendance %", "Notes"],
    *[[student, name, "", "", 98.5, "mine"] for student, name in PUPILS],
]

_numbers = count(1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_school(tmp_path / "the office", clerk="Office clerk")
    desk.now = lambda: NOW
    yield desk
    close_desk()


@pytest.fixture
def tracker(desk: Desk) -> Path:
    """A tracker with formulas of the clerk's own, and a letter log on a sheet of its own."""
    path = desk.root / "workbooks" / "Tracker.xlsx"
    path.parent.mkdir(exist_ok=True)
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Tracker")
    sheet.write_row("A1", ["Student ID", "Name", "Days absent", "Flag", "Attendance %"])
    for row, (student, name) in enumerate(PUPILS, start=1):
        sheet.write_string(row, 0, student)
        sheet.write_string(row, 1, name)
        sheet.write_number(row, 4, 98.5)
    sheet.write_formula("D2", '=IF(C2>3,"look","")', None, "")
    log = book.add_worksheet("Letter log")
    log.write_row("A1", ["Date", "Student ID", "Student", "Letter", "Reference", "Status"])
    book.close()
    return path


def press(
    desk: Desk,
    button: str,
    book: xw.Book,
    answers: Mapping[str, str] | None = None,
    **view: Any,
) -> Job:
    given = {"job": f"k{next(_numbers)}", "view": view, "answers": answers or {}}
    return do(BUTTONS[button], book, desk, "Kim", given)


def press_on(desk: Desk, button: str, path: Path, answers: Mapping[str, str] | None = None) -> Job:
    """Press with a workbook that is open from this computer's disk."""
    book = xw.Book(json=sent(path))
    return press(desk, button, book, answers, path=str(path), **addresses(path))


def told(job: Job) -> str:
    assert job.told is not None
    return job.told.sentence


def adopt(desk: Desk, path: Path) -> None:
    assert press_on(desk, "adopt_workbook", path, YES).phase is Phase.DONE


def adopted(desk: Desk) -> list[dict[str, Any]]:
    settings = tomllib.loads((desk.root / "office.toml").read_text(encoding="utf-8"))
    return list(settings.get("workbook", []))


def save(path: Path, book: xw.Book) -> None:
    """Save the open workbook as Excel would, with what was written."""
    file = openpyxl.load_workbook(path)
    for sheet, cells in as_it_stands(book, sent(path)).items():
        for place, value in cells.items():
            file[sheet][place] = value
    file.save(path)


# Adopt this workbook ----------------------------------------------------------------------------


def test_it_shows_what_it_found_and_asks_before_anything_is_kept(desk: Desk, tracker: Path) -> None:
    job = press_on(desk, "adopt_workbook", tracker)
    assert job.phase is Phase.ASKING and job.told is not None
    assert "Tracker: sheet “Tracker”, headings in row 1: A “Student ID”" in told(job)
    assert "Letter log: sheet “Letter log”" in told(job)
    assert [one.kind for one in job.told.asks] == ["confirm"]
    assert adopted(desk) == []


def test_a_file_this_computer_reaches_is_adopted_as_on_the_command_line(
    desk: Desk, tracker: Path
) -> None:
    before = tracker.read_bytes()
    adopt(desk, tracker)
    [entry] = adopted(desk)
    assert entry["file"] == "workbooks/Tracker.xlsx"
    assert "live" not in entry
    assert entry["hundred"] is True
    assert tracker.read_bytes() == before


def test_a_workbook_on_sharepoint_is_adopted_by_what_excel_sends(desk: Desk) -> None:
    book = book_of({"Attendance": SHEET})
    job = press(desk, "adopt_workbook", book, path=SHAREPOINT)
    assert job.phase is Phase.ASKING
    assert "does not reach its file" in told(job)
    assert press(desk, "adopt_workbook", book, YES, path=SHAREPOINT).phase is Phase.DONE
    [entry] = adopted(desk)
    assert (entry["file"], entry["live"], entry["hundred"]) == ("Tracker.xlsx", True, True)
    assert written(book) == {}


def test_the_rounds_leave_a_workbook_alone_that_only_excel_reaches(desk: Desk) -> None:
    press(desk, "adopt_workbook", book_of({"Attendance": SHEET}), YES, path=SHAREPOINT)
    done = desk.hands.round(desk.office, lambda *_: None)
    assert list(done.problems) == []
    assert update_workbooks(desk.office, desk.standing) == []
    assert waiting_workbooks(desk.office) == []


def test_it_asks_how_percentages_are_written_where_no_number_tells(desk: Desk) -> None:
    empty = [[*row[:4], "" if number else row[4], row[5]] for number, row in enumerate(SHEET)]
    book = book_of({"Attendance": empty})
    job = press(desk, "adopt_workbook", book, YES, path=SHAREPOINT)
    assert job.phase is Phase.ASKING and job.told is not None
    assert [one.name for one in job.told.asks] == ["hundred", "confirmed"]
    assert adopted(desk) == []
    press(desk, "adopt_workbook", book, {**YES, "hundred": "no"}, path=SHAREPOINT)
    assert "hundred" not in adopted(desk)[0]


def test_it_asks_which_of_two_sheets_is_the_tracker(desk: Desk, tracker: Path) -> None:
    file = openpyxl.load_workbook(tracker)
    again = file.copy_worksheet(file["Tracker"])
    again.title = "Spring"
    file.save(tracker)
    job = press_on(desk, "adopt_workbook", tracker, YES)
    assert job.phase is Phase.ASKING and job.told is not None
    assert [one.name for one in job.told.asks] == ["sheet", "confirmed"]
    assert adopted(desk) == []
    job = press_on(desk, "adopt_workbook", tracker, {**YES, "sheet": "Spring"})
    assert job.phase is Phase.DONE
    assert adopted(desk)[0]["tracker"]["sheet"] == "Spring"


def test_a_workbook_without_students_says_what_it_needs(desk: Desk) -> None:
    job = press(desk, "adopt_workbook", book_of({"Budget": [["Item", "Cost"], ["Paper", 12]]}))
    assert job.phase is Phase.FAILED
    assert "has no column with student ids" in told(job)


# Refresh ----------------------------------------------------------------------------------------


def test_it_says_how_many_cells_and_rows_and_what_it_left_alone(desk: Desk, tracker: Path) -> None:
    adopt(desk, tracker)
    desk.hands.round(desk.office, lambda *_: None)  # prepares the letters
    save_without_rollbook(tracker)
    book = xw.Book(json=sent(tracker))
    job = press(desk, "refresh_workbook", book, path=str(tracker), **addresses(tracker))
    assert job.phase is Phase.DONE and job.told is not None
    assert told(job).startswith("Tracker.xlsx: 8 cells, ")
    assert "in the log; 1 cell with a formula left alone" in told(job)
    assert list(job.told.problems) == ["Left alone: Tracker, D2: a formula is there."]


def save_without_rollbook(path: Path) -> None:
    """Let the workbook be as it was before a round wrote into it."""
    file = openpyxl.load_workbook(path)
    tracker, log = file["Tracker"], file["Letter log"]
    for row in range(2, 5):
        tracker.cell(row, 3).value = None
        tracker.cell(row, 5).value = 98.5
        if row > 2:
            tracker.cell(row, 4).value = None
    log.delete_rows(2, 100)
    file.save(path)


def test_ids_keep_their_noughts_and_no_name_becomes_a_formula(desk: Desk, tracker: Path) -> None:
    adopt(desk, tracker)
    desk.hands.round(desk.office, lambda *_: None)
    save_without_rollbook(tracker)
    book = xw.Book(json=sent(tracker))
    press(desk, "refresh_workbook", book, path=str(tracker), **addresses(tracker))
    values = list(written(book).values())
    assert "'000125" in values
    assert "'=cmd|' /C calc'!A0, Cy" in values
    assert not any(isinstance(one, str) and one.startswith("=") for one in values)
    assert (0, "D2") not in written(book)
    assert all(not cell.startswith("B") for sheet, cell in written(book) if sheet == 0)


def test_the_receipt_is_kept_when_excel_has_written_and_says_so(desk: Desk, tracker: Path) -> None:
    adopt(desk, tracker)
    job = press_on(desk, "refresh_workbook", tracker)
    assert job.as_json()["waits_for_excel"]
    assert not list(desk.office.folders.receipts.glob("Tracker *.json"))
    job.written()
    job.written()  # said twice
    [kept] = desk.office.folders.receipts.glob("Tracker *.json")
    receipt = json.loads(kept.read_text(encoding="utf-8"))
    assert receipt["through"] == "Excel"
    assert ["Tracker", "C3", ""] in [cell[:3] for cell in receipt["cells"]]


def test_a_workbook_on_sharepoint_is_refreshed(desk: Desk) -> None:
    book = book_of({"Attendance": SHEET})
    press(desk, "adopt_workbook", book, YES, path=SHAREPOINT)
    job = press(desk, "refresh_workbook", book, path=SHAREPOINT)
    assert job.phase is Phase.DONE, told(job)
    assert isinstance(written(book)[0, "C2"], int)


def test_what_was_typed_in_the_contact_log_is_read_by_whoever_refreshes(desk: Desk) -> None:
    log = [["Date", "Student ID", "Action", "Notes"], ["2026-11-03", "000123", "call", "no answer"]]
    book = book_of({"Attendance": SHEET, "Contacts": log})
    press(desk, "adopt_workbook", book, YES, path=SHAREPOINT)
    asked_for = asked("/pane/tracked", book="Tracker.xlsx", path=SHAREPOINT).json()
    assert asked_for == {"sheets": ["Attendance", "Contacts"]}
    job = press(desk, "refresh_workbook", book, path=SHAREPOINT)
    assert told(job).endswith("“Tracker.xlsx”: read from its logs 1 contact.")
    with desk.office.ledger.read() as connection:
        [action] = care.actions(connection)
    assert (action.student_id, action.kind, action.by) == ("000123", "call", "Kim")
    assert "read from its logs" not in told(press(desk, "refresh_workbook", book, path=SHAREPOINT))


def test_nothing_to_do_is_said_and_leaves_no_receipt(desk: Desk, tracker: Path) -> None:
    adopt(desk, tracker)
    desk.hands.round(desk.office, lambda *_: None)
    update_workbooks(desk.office, desk.standing)
    receipts = sorted(desk.office.folders.receipts.iterdir())
    job = press_on(desk, "refresh_workbook", tracker)
    assert told(job).startswith("Tracker.xlsx was up to date already")
    assert sorted(desk.office.folders.receipts.iterdir()) == receipts


def test_a_workbook_nobody_adopted_is_not_touched(desk: Desk, tracker: Path) -> None:
    job = press_on(desk, "refresh_workbook", tracker)
    assert job.phase is Phase.FAILED
    assert "“Tracker.xlsx” is not adopted yet. Press “Adopt this workbook” first" in told(job)


def test_another_file_of_the_same_name_is_not_taken_for_the_adopted(
    desk: Desk, tracker: Path, tmp_path: Path
) -> None:
    adopt(desk, tracker)
    other = tmp_path / "elsewhere" / "Tracker.xlsx"
    other.parent.mkdir()
    other.write_bytes(tracker.read_bytes())
    assert "is not adopted yet" in told(press_on(desk, "refresh_workbook", other))


def test_of_two_of_one_name_it_asks_which(desk: Desk, tracker: Path) -> None:
    other = desk.root / "last year" / "Tracker.xlsx"
    other.parent.mkdir()
    other.write_bytes(tracker.read_bytes())
    adopt(desk, tracker)
    adopt(desk, other)
    book = xw.Book(json=sent(tracker))
    job = press(desk, "refresh_workbook", book, path=SHAREPOINT)
    assert job.phase is Phase.ASKING and job.told is not None
    [ask] = job.told.asks
    assert [value for value, _ in ask.choices] == [
        "workbooks/Tracker.xlsx",
        "last year/Tracker.xlsx",
    ]
    answers = {"workbook": "last year/Tracker.xlsx"}
    job = press(desk, "refresh_workbook", book, answers, path=SHAREPOINT, **addresses(tracker))
    assert job.phase is Phase.DONE


def test_stopped_it_writes_nothing(desk: Desk, tracker: Path) -> None:
    adopt(desk, tracker)
    book = xw.Book(json=sent(tracker))
    job = Job("stopped", "Refresh", "Kim")
    job.cancel()
    with pytest.raises(Cancelled):
        refresh_workbook.press(Press(book, desk, "Kim", job, View(path=str(tracker))))
    assert book.json()["actions"] == []
    assert not list(desk.office.folders.receipts.glob("*.json"))


# What the watcher could not write ---------------------------------------------------------------


def owed(desk: Desk) -> list[str]:
    with desk.office.ledger.read() as connection:
        rows = posting_book.owed(connection)
    return [row["last_reason"] for row in rows if row["work"] == WORKBOOKS]


def test_what_waited_for_an_open_workbook_is_written_through_excel_and_struck_off(
    desk: Desk, tracker: Path
) -> None:
    adopt(desk, tracker)
    lock = tracker.with_name("~$Tracker.xlsx")
    lock.write_bytes(b"\x03Kim" + b" " * 161)
    as_it_was = tracker.read_bytes()
    desk.hands.round(desk.office, lambda *_: None)
    assert tracker.read_bytes() == as_it_was
    assert owed(desk) and "“Tracker.xlsx”" in owed(desk)[-1]
    [(waiting, due)] = offers(desk)
    assert waiting.path == tracker
    assert due.startswith("8 cells and ")

    book = xw.Book(json=sent(tracker))
    job = press(desk, "refresh_workbook", book, path=str(tracker), **addresses(tracker))
    assert job.phase is Phase.DONE
    save(tracker, book)  # Excel still has it open
    saved = tracker.read_bytes()
    assert [due for _, due in offers(desk)] == ["nothing"]

    done = desk.hands.round(desk.office, lambda *_: None)
    assert list(done.problems) == []
    assert owed(desk) == []
    assert list(offers(desk)) == []
    assert tracker.read_bytes() == saved


async def ask(page_path: str, /, **query: str) -> httpx.Response:
    from addin.pages import offers as page
    from addin.sign_in import Visitor, visitor

    app = FastAPI()
    app.include_router(page.router)
    app.dependency_overrides[visitor] = lambda: Visitor("Kim")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
        return await client.get(page_path, params=query)


def asked(page_path: str, /, **query: str) -> httpx.Response:
    return run_aside(ask(page_path, **query))


def test_the_pane_offers_the_open_workbook_and_names_the_others(desk: Desk, tracker: Path) -> None:
    adopt(desk, tracker)
    assert asked("/pane/offers", book="Tracker.xlsx").text == ""
    tracker.with_name("~$Tracker.xlsx").write_bytes(b"\x03Kim" + b" " * 161)
    desk.hands.round(desk.office, lambda *_: None)
    offer = asked("/pane/offers", book="Tracker.xlsx").text
    assert offer.startswith("<p>Tracker.xlsx was open; 8 cells and ")
    assert 'class="rb-press" data-button="refresh_workbook"' in offer
    other = asked("/pane/offers", book="Something <else>.xlsx").text
    assert "Tracker.xlsx was open" in other and "<button" not in other


def test_only_the_sheets_rollbook_fills_are_asked_for(desk: Desk, tracker: Path) -> None:
    adopt(desk, tracker)
    sheets = asked("/pane/tracked", book="Tracker.xlsx", path=str(tracker)).json()
    assert sheets == {"sheets": ["Tracker", "Letter log"]}
    assert asked("/pane/tracked", book="Budget.xlsx").json() == {"sheets": []}


# Why flagged ------------------------------------------------------------------------------------


def test_why_a_student_is_flagged_is_said_with_a_link_to_the_card(desk: Desk) -> None:
    book = book_of({"Tracker": SHEET}, "A2")
    job = press(desk, "why_flagged", book, rows=["A2:C2"])
    assert job.phase is Phase.DONE and job.told is not None
    assert told(job).startswith("García, Ana: ")
    crossed = [one for one in desk.standing.explain("000123") if one.crossed]
    assert crossed and all(" ".join(one.sentence.split()) in told(job) for one in crossed)
    assert job.told.link == "pane:student/000123"


def test_why_is_asked_of_one_student_at_a_time(desk: Desk) -> None:
    job = press(desk, "why_flagged", book_of({"Tracker": SHEET}), rows=["A2:A4"])
    assert told(job) == "3 students are selected. Select the row of one, and press again."


# The ribbon -------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", BUTTONS.values(), ids=BUTTONS)
def test_a_button_can_be_put_on_the_ribbon(button: Button) -> None:
    assert 0 < len(button.label) <= 20
    assert 40 < len(button.says) <= 250
    assert button.reads in ("sheet", "tracked", "book")


def test_five_thousand_students_are_refreshed_in_a_few_ranges(desk: Desk) -> None:
    filler = [[f"9{number:05}", "", "", "", 98.5, ""] for number in range(5000)]
    book = book_of({"Attendance": [*SHEET, *filler]})
    press(desk, "adopt_workbook", book, YES, path=SHAREPOINT)
    job = press(desk, "refresh_workbook", book, path=SHAREPOINT)
    assert job.phase is Phase.DONE
    assert 0 < len(book.json()["actions"]) <= 4
    assert {cell for _, cell in written(book)} <= {f"{c}{r}" for c in "CDE" for r in (2, 3, 4)}
