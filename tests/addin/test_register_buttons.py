"""The buttons of Register and Reports, pressed on real offices with the payloads of the add-in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from addin.buttons import Button, do
from addin.custom_scripts import (
    daily_summary,
    import_now,
    lates,
    missing_registers,
    open_pane,
    post_sheet,
    show_help,
    undo_posting,
    what_changed,
)
from addin.desk import Desk, Done, Tell, close_desk, open_desk
from addin.jobs import Job, Phase, job_of
from rollbook.cli.serve import OfficeHands
from rollbook.ledger import letters as letter_book
from rollbook.ledger import postings as book
from rollbook.ledger import taking_back
from rollbook.ledger.letters import State
from rollbook.ledger.postings import Posting
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import Student
from rollbook.reports import Asked, Table, daily
from rollbook.reports import lates as lates_report
from rollbook.reports import missing_registers as missing_report
from tests.addin.books import Rows, book_of, written
from tests.dropping import MONDAY, PUPILS, TUESDAY, drop, everything, marks, office_folder, register
from tests.offices import post_extract, roster

BUTTONS = {
    module.__name__.rpartition(".")[2]: Button.of("Register", module)
    for module in (
        post_sheet,
        import_now,
        what_changed,
        undo_posting,
        daily_summary,
        missing_registers,
        lates,
        open_pane,
        show_help,
    )
}
NOW = datetime(2026, 11, 20, 14, 5, 33, tzinfo=UTC)
YES = {"confirmed": "yes"}

MON, TUE = "2026-11-02T00:00:00.000Z", "2026-11-03T00:00:00.000Z"  # as xlwings' client sends dates
MORNING = "2026-11-02 AM"
OCTOBER: Rows = [
    ["Register of 9B", "", "", "", "", ""],
    ["Student ID", "Name", MON, MON, TUE, TUE],
    ["", "", "AM", "PM", "AM", "PM"],
    ["000123", "O'Neil, Ana", "/", "\\", "N", "N"],
    ["000124", "=cmd|' /C calc'!A0", "/", "\\", "/", "L"],
]

_presses = count(1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    root = office_folder(tmp_path / "the office")
    drop(root, "pupils.csv", PUPILS)
    desk = open_desk(root, OfficeHands())
    desk.now = lambda: NOW
    desk.hands.round(desk.office, lambda *_: None)
    yield desk
    close_desk()


def press(
    desk: Desk,
    button: str,
    answers: Mapping[str, str] | None = None,
    *,
    sheet: Rows = OCTOBER,
    name: str = "October",
    by: str = "Kim",
    book: Any = None,
) -> Job:
    book = book or book_of({name: sheet}, name="9B Tracker.xlsx")
    sent = {"job": f"press-{next(_presses)}", "view": {}, "answers": answers or {}}
    return do(BUTTONS[button], book, desk, by, sent)


def postings(desk: Desk) -> list[Posting]:
    with desk.office.ledger.read() as connection:
        return book.postings(connection)


def told(job: Job) -> str:
    assert job.told is not None
    return job.told.sentence


# Post this sheet -------------------------------------------------------------------------------


def test_it_asks_first_and_does_nothing_until_told(desk: Desk) -> None:
    before = everything(desk.root)
    job = press(desk, "post_sheet")
    assert job.phase is Phase.ASKING and job.told is not None
    [question] = job.told.asks
    assert (question.name, question.kind) == ("confirmed", "confirm")
    assert question.label == "Post 2 students × 4 sessions"
    assert question.says == (
        "Post 2 students × 4 sessions from “October” (02 Nov 2026 to 03 Nov 2026)?"
    )
    assert everything(desk.root) == before
    assert len(postings(desk)) == 1


def test_the_sheet_is_posted_like_a_dropped_file(desk: Desk) -> None:
    job = press(desk, "post_sheet", YES)
    assert job.phase is Phase.DONE
    assert told(job).startswith("“October”: Posted: 8 new marks, 0 amended.")
    assert register(desk.office) == [
        ("000123", MONDAY, "AM", "/"), ("000123", MONDAY, "PM", "\\"),
        ("000123", TUESDAY, "AM", "N"), ("000123", TUESDAY, "PM", "N"),
        ("000124", MONDAY, "AM", "/"), ("000124", MONDAY, "PM", "\\"),
        ("000124", TUESDAY, "AM", "/"), ("000124", TUESDAY, "PM", "L"),
    ]  # fmt: skip
    posted = postings(desk)[-1]
    assert (posted.importer, posted.by) == ("register-grid", "Kim")
    assert posted.file == "9B Tracker – October 20 Nov 14.05.33.xlsx"


def test_the_file_that_is_kept_has_ids_as_text_dates_as_dates_and_no_formula(desk: Desk) -> None:
    press(desk, "post_sheet", YES)
    [kept] = [one for one in (desk.root / "posted").rglob("9B*.xlsx")]
    sheet = load_workbook(kept)["October"]
    assert [sheet["A4"].value, sheet["A4"].data_type] == ["000123", "s"]
    assert sheet["C2"].is_date and sheet["C2"].value == datetime(2026, 11, 2)
    assert [sheet["B5"].value, sheet["B5"].data_type] == ["=cmd|' /C calc'!A0", "s"]
    assert sheet["A1"].value == "Register of 9B"


def test_an_id_that_excel_made_a_number_of_is_the_student_with_noughts_in_front(
    desk: Desk,
) -> None:
    sheet: Rows = [["Student ID", MORNING], [123.0, "/"], [124, "N"]]
    press(desk, "post_sheet", YES, sheet=sheet)
    assert [row[::3] for row in register(desk.office)] == [("000123", "/"), ("000124", "N")]


def test_an_id_that_may_be_of_two_students_is_asked_about_and_nothing_is_posted(
    desk: Desk,
) -> None:
    office = desk.office
    post_extract(office, roster([Student("00123", "Other", "Al")]), "newcomers.csv")
    before = everything(desk.root)
    sheet: Rows = [["Student ID", MON], ["000124", "N"], [123, "N"]]
    job = press(desk, "post_sheet", YES, sheet=sheet)
    assert job.phase is Phase.FAILED
    assert "Row 3: 123 may be any of 000123, 00123; write the id as text" in told(job)
    assert register(office) == [] and everything(desk.root) == before


def test_a_list_with_a_row_a_mark_is_posted_too(desk: Desk) -> None:
    sheet = [["Student ID", "Date", "Session", "Code"], ["000123", MON, "AM", "N"]]
    asked = press(desk, "post_sheet", sheet=sheet)
    assert asked.told and asked.told.asks[0].label == "Post 1 student × 1 session"
    press(desk, "post_sheet", YES, sheet=sheet)
    assert register(desk.office) == [("000123", MONDAY, "AM", "N")]


def test_a_sheet_no_importer_can_read_is_told_at_once_and_nothing_is_dropped(desk: Desk) -> None:
    before = everything(desk.root)
    job = press(desk, "post_sheet", YES, sheet=[["Shopping", "Price"], ["Chalk", 3]])
    assert job.phase is Phase.FAILED
    assert "Nothing was posted: “9B Tracker – October.xlsx” is not an export" in told(job)
    assert everything(desk.root) == before


def test_dates_without_a_year_are_not_given_this_one(desk: Desk) -> None:
    sheet = [["Student ID", "5 January", "6 January"], ["000123", "/", "N"]]
    job = press(desk, "post_sheet", YES, sheet=sheet)
    assert job.phase is Phase.FAILED and "does not say of which year" in told(job)
    assert register(desk.office) == []


def test_a_register_of_strangers_is_refused_with_its_reason_and_lies_in_refused(
    desk: Desk,
) -> None:
    job = press(desk, "post_sheet", YES, sheet=[["Student ID", MORNING], ["990001", "/"]])
    assert "nobody in this file is on the roster" in told(job)
    name = "9B Tracker – October 20 Nov 14.05.33.xlsx"
    assert f"refused/{name}" in everything(desk.root)
    assert f"refused/{name}.why.txt" in everything(desk.root)
    assert job.told and job.told.link == "/problems"
    assert register(desk.office) == []


def test_rows_held_back_are_named(desk: Desk) -> None:
    sheet = [["Student ID", MORNING], ["000123", "/"], ["990001", "N"]]
    job = press(desk, "post_sheet", YES, sheet=sheet)
    assert "1 new mark, 0 amended, 1 held" in told(job)
    assert job.told and job.told.link == "/problems"
    [line] = job.told.problems
    assert line.startswith("Row 3: ") and "990001" in line


def test_a_sheet_that_would_change_much_is_posted_only_when_the_clerk_says_so(
    desk: Desk,
) -> None:
    days = [f"2026-11-{day:02} AM" for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13)]

    def sheet(symbol: str) -> Rows:
        return [["Student ID", *days], *([one, *[symbol] * 10] for one in ("000123", "000124"))]

    press(desk, "post_sheet", YES, sheet=sheet("/"))
    job = press(desk, "post_sheet", YES, sheet=sheet("N"))
    assert job.phase is Phase.ASKING and job.told is not None
    assert "would change or remove 20 of the 20 marks" in told(job)
    [question] = job.told.asks
    assert {symbol for *_, symbol in register(desk.office)} == {"/"}
    [leave, name] = [value for value, _ in question.choices]
    left = press(desk, "post_sheet", {question.name: leave}, sheet=sheet("N"))
    assert left.phase is Phase.DONE and "Nothing was posted." in told(left)
    assert {symbol for *_, symbol in register(desk.office)} == {"/"}
    done = press(desk, "post_sheet", {question.name: name}, sheet=sheet("N"))
    assert done.phase is Phase.DONE and "20 amended" in told(done)
    assert {symbol for *_, symbol in register(desk.office)} == {"N"}


def test_a_sheet_unlike_the_last_one_is_posted_only_when_the_clerk_says_so(desk: Desk) -> None:
    def sheet(first: int, *more: str) -> Rows:
        days = [f"2026-11-{day:02} AM" for day in range(first, first + 10)]
        rows = ([one, "Ng", *more, *["/"] * 10] for one in ("000123", "000124"))
        return [["Student ID", "Name", *more, *days], *rows]

    press(desk, "post_sheet", YES, sheet=sheet(2))
    before = register(desk.office)
    job = press(desk, "post_sheet", YES, sheet=sheet(12, "Tutor"))
    assert job.phase is Phase.ASKING and job.told is not None
    [question] = job.told.asks
    assert "New column: “Tutor”." in question.says
    [_, name] = [value for value, _ in question.choices]
    assert register(desk.office) == before
    done = press(desk, "post_sheet", {question.name: name}, sheet=sheet(12, "Tutor"))
    assert done.phase is Phase.DONE and len(register(desk.office)) > len(before)


def test_a_name_that_leads_out_of_the_folder_posts_nothing(desk: Desk) -> None:
    job = press(desk, "post_sheet", {"accept": "../office.toml"})
    assert job.phase is Phase.FAILED
    assert (desk.root / "office.toml").is_file()


@pytest.mark.parametrize("name", ["A/B: 9?.xlsx", "~$lock.xlsx", ".hidden", "x" * 200, "  "])
def test_whatever_the_book_is_called_the_file_can_be_written_and_is_taken(
    desk: Desk, name: str
) -> None:
    book = book_of({"Q1": OCTOBER}, name=name)
    assert press(desk, "post_sheet", YES, book=book).phase is Phase.DONE
    assert len(register(desk.office)) == 8


class Busy(OfficeHands):
    """Somebody else does a round just now."""

    def round(self, office: Office, tell: Tell, accept: Sequence[str] = ()) -> Done:
        raise NotAllowed("Another Rollbook is at work in this office just now.")


def test_while_another_round_runs_the_sheet_waits_in_the_drop_folder(desk: Desk) -> None:
    desk.hands = Busy()
    job = press(desk, "post_sheet", YES)
    assert "lies in the drop folder and is posted by itself soon" in told(job)
    assert "drop/9B Tracker – October 20 Nov 14.05.33.xlsx" in everything(desk.root)


class Overtaken(OfficeHands):
    """The watched folder takes the file before this round does."""

    def round(self, office: Office, tell: Tell, accept: Sequence[str] = ()) -> Done:
        super().round(office, tell, accept)
        return Done()


def test_a_sheet_that_the_watched_folder_took_first_is_told_as_posted(desk: Desk) -> None:
    desk.hands = Overtaken()
    assert "“October”: Posted: 8 new marks" in told(press(desk, "post_sheet", YES))


# Import now ------------------------------------------------------------------------------------


def test_importing_says_what_came_in(desk: Desk) -> None:
    drop(desk.root, "Monday.csv", marks(("000123", MONDAY, "AM", "N")))
    job = press(desk, "import_now")
    assert told(job).startswith("1 file posted: Monday.csv.")
    assert job.told and job.told.link == "/today"
    assert len(register(desk.office)) == 1
    assert job.of and job.done  # progress was told


def test_importing_says_what_was_refused_and_why(desk: Desk) -> None:
    drop(desk.root, "Monday.csv", marks(("000123", MONDAY, "AM", "N")))
    drop(desk.root, "picture.png", b"\x89PNG...")
    job = press(desk, "import_now")
    assert told(job).startswith("1 file posted, 1 refused")
    assert job.told and any("a picture" in line for line in job.told.problems)
    assert job.told.link == "/problems"


def test_importing_with_nothing_dropped_says_so(desk: Desk) -> None:
    assert told(press(desk, "import_now")).startswith("Nothing new lay in the drop folder.")


def test_what_waits_is_named(desk: Desk) -> None:
    drop(desk.root, "Monday.xlsx", b"")
    drop(desk.root, "~$Monday.xlsx", b"")
    job = press(desk, "import_now")
    assert told(job).startswith("No file was posted; see below.")
    assert job.told and "Monday.xlsx is open in Excel" in job.told.problems[0]


# What changed ----------------------------------------------------------------------------------


def test_what_changed_is_written_mark_by_mark(desk: Desk) -> None:
    drop(desk.root, "one.csv", marks(("000123", MONDAY, "AM", "/"), ("000124", MONDAY, "AM", "N")))
    press(desk, "import_now")
    drop(desk.root, "two.csv", marks(("000124", MONDAY, "AM", "I"), ("000124", TUESDAY, "AM", "/")))
    press(desk, "import_now")
    sheets = book_of({"October": OCTOBER})
    job = press(desk, "what_changed", book=sheets)
    cells = written(sheets)
    head = [cells[1, f"{letter}3"] for letter in "ABCDEFG"]
    assert head == ["Student ID", "Student", "Form", "Date", "Part", "Was", "Is"]
    first = [cells[1, f"{letter}4"] for letter in "ABCDEFG"]
    assert first == ["'000124", "Ng, Bo", "", MONDAY, "AM", "N", "I"]
    second = [cells[1, f"{letter}5"] for letter in "ABCDEFG"]
    assert second == ["'000124", "Ng, Bo", "", TUESDAY, "AM", "", "/"]
    assert (cells[1, "H4"], cells[1, "J4"]) == ("two.csv", "Kim")
    assert (1, "A6") not in cells
    assert "2 marks of 1 student (1 new, 1 changed, 0 taken away)" in told(job)
    assert "See the sheet “Changes”." in told(job)


def test_the_newest_posting_without_changes_is_passed_over(desk: Desk) -> None:
    drop(desk.root, "one.csv", marks(("000123", MONDAY, "AM", "/")))
    press(desk, "import_now")
    drop(desk.root, "the same.csv", marks(("000123", MONDAY, "AM", "/")) + "\n")
    press(desk, "import_now")
    assert "“one.csv”" in told(press(desk, "what_changed"))


def test_before_any_mark_there_is_nothing_to_show(desk: Desk) -> None:
    job = press(desk, "what_changed")
    assert job.phase is Phase.FAILED and "No posting has changed a mark yet." in told(job)


# Undo ------------------------------------------------------------------------------------------

ABSENT = [
    ("000123", f"2026-11-{day:02}", part, "O") for day in range(9, 14) for part in ("AM", "PM")
]


@pytest.fixture
def wronged(desk: Desk) -> Desk:
    """A file of ten unauthorised absences was posted, and a letter prepared for it."""
    drop(desk.root, "one.csv", marks(("000123", MONDAY, "AM", "/"), ("000124", MONDAY, "AM", "/")))
    press(desk, "import_now")
    drop(desk.root, "wrong.csv", marks(*ABSENT))
    press(desk, "import_now")
    return desk


def test_it_asks_which_and_why_then_whether(wronged: Desk) -> None:
    first = press(wronged, "undo_posting")
    assert first.phase is Phase.ASKING and first.told is not None
    which, why = first.told.asks
    assert [value for value, _ in which.choices] == ["3", "2"]
    assert which.choices[0][1].startswith("3: “wrong.csv”, ")
    assert which.choices[0][1].endswith(", 10 new marks")
    answers = {which.name: "3", why.name: "last year's file"}
    second = press(wronged, "undo_posting", answers)
    assert second.told is not None and second.told.asks[0].label == "Take posting 3 back"
    assert len(register(wronged.office)) == 12


def test_undo_puts_back_and_says_what_became_of_flags_and_letters(wronged: Desk) -> None:
    standing = [one.trigger for one in wronged.standing.findings()]
    with wronged.office.ledger.read() as connection:
        letters = letter_book.letters(connection)
    assert standing
    job = press(wronged, "undo_posting", {"posting": "3", "reason": "wrong", **YES})
    assert job.phase is Phase.DONE
    assert told(job).startswith(
        "Posting 3 (“wrong.csv”) is taken back: 10 marks put back (10 were not there before)."
    )
    assert f"{len(standing)} flag" in told(job) and "cleared" in told(job)
    assert [row[1:] for row in register(wronged.office)] == [(MONDAY, "AM", "/")] * 2
    assert wronged.standing.findings() == []
    with wronged.office.ledger.read() as connection:
        after = letter_book.letters(connection, states=[State.VOID])
        gone = taking_back.taken_back(connection)
    assert len(after) == len(letters)
    assert (gone[3].reason, postings(wronged)[-1].by) == ("wrong", "Kim")


def test_one_taken_back_is_offered_no_more_and_its_bytes_may_be_dropped_again(
    wronged: Desk,
) -> None:
    press(wronged, "undo_posting", {"posting": "3", "reason": "wrong", **YES})
    again = press(wronged, "undo_posting", {"posting": "3", "reason": "wrong", **YES})
    assert again.phase is Phase.ASKING and again.told is not None
    assert [value for value, _ in again.told.asks[0].choices] == ["2"]
    drop(wronged.root, "wrong.csv", marks(*ABSENT))
    assert told(press(wronged, "import_now")).startswith("1 file posted: wrong.csv.")
    assert len(register(wronged.office)) == 12


def test_without_a_posting_of_marks_there_is_nothing_to_take_back(desk: Desk) -> None:
    job = press(desk, "undo_posting")
    assert job.phase is Phase.FAILED and "no posting of marks" in told(job)


def test_marks_changed_since_are_named_in_the_pane(wronged: Desk) -> None:
    drop(wronged.root, "later.csv", marks(("000123", "2026-11-09", "AM", "I")))
    press(wronged, "import_now")
    job = press(wronged, "undo_posting", {"posting": "3", "reason": "wrong", **YES})
    assert "1 mark changed since by a later file stays as it is." in told(job)
    assert job.told and job.told.problems[0] == (
        "000123, 09 Nov 2026 AM: stays I, posting 4 changed it."
    )


class Stopped(OfficeHands):
    """The clerk stops the work while the round goes on."""

    def round(self, office: Office, tell: Tell, accept: Sequence[str] = ()) -> Done:
        for job in (job_of(f"press-{number}", "Kim") for number in range(1, 10_000)):
            if job is not None and job.phase is Phase.RUNNING:
                job.cancel()
        return super().round(office, tell, accept)


def test_stopped_after_the_undo_it_says_that_the_posting_is_taken_back(wronged: Desk) -> None:
    wronged.hands = Stopped()
    job = press(wronged, "undo_posting", {"posting": "3", "reason": "wrong", **YES})
    assert job.phase is Phase.DONE
    assert "10 marks put back" in told(job) and "You stopped there." in told(job)
    assert len(register(wronged.office)) == 2
    wronged.hands = OfficeHands()
    press(wronged, "import_now")  # what was owed is done now
    with wronged.office.ledger.read() as connection:
        assert book.owed(connection) == []


# Reports ---------------------------------------------------------------------------------------


def sheet_of(table: Table) -> list[list[Any]]:
    """A table as it must stand in the cells."""

    def cell(value: Any) -> Any:
        return "" if value is None else value.isoformat() if isinstance(value, date) else value

    return [[cell(value) for value in row] for row in table.rows]


def plain(cells: Mapping[tuple[int, str], Any], table: Table) -> list[list[Any]]:
    """What was written below the headings, without the mark that keeps a text a text."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [
        [
            value[1:] if isinstance(value, str) and value.startswith("'") else value
            for value in (cells[1, f"{letters[place]}{row}"] for place in range(len(table.columns)))
        ]
        for row in range(4, 4 + len(table.rows))
    ]


@pytest.mark.parametrize(
    ("button", "report", "name"),
    [
        ("daily_summary", daily, "Daily summary"),
        ("missing_registers", missing_report, "Missing registers"),
        ("lates", lates_report, "Lates"),
    ],
)
def test_a_report_stands_on_a_new_sheet_value_by_value(
    desk: Desk, button: str, report: Any, name: str
) -> None:
    drop(desk.root, "pupils again.csv", PUPILS.replace("Year Group", "Year Group,Reg Group")
         .replace(",9\n", ",9,9B\n"))  # fmt: skip
    rows = [("000123", MONDAY, "AM", "L"), ("000123", MONDAY, "PM", "N")]
    drop(desk.root, "Monday.csv", marks(*rows, ("000124", MONDAY, "PM", "L")))
    press(desk, "import_now")
    table = report.build(Asked(desk.office, desk.standing))
    assert table.rows
    sheets = book_of({name: OCTOBER, "Notes": [["x"]]})
    job = press(desk, button, book=sheets)
    assert job.phase is Phase.DONE
    actions = sheets.json()["actions"]
    assert [one["args"][1] for one in actions if one["func"] == "addSheet"] == [f"{name} (2)"]
    cells = {(1, place): value for (_, place), value in written(sheets).items()}
    assert cells[1, "A1"].removeprefix("'") == table.title
    assert plain(cells, table) == sheet_of(table)
    assert told(job) == f"{table.title}. See the sheet “{name} (2)”."


def test_a_report_with_nothing_to_list_makes_no_sheet(desk: Desk) -> None:
    drop(desk.root, "Monday.csv", marks(("000123", MONDAY, "AM", "/")))
    press(desk, "import_now")
    sheets = book_of({"October": OCTOBER})
    job = press(desk, "lates", book=sheets)
    assert "no sheet was made" in told(job)
    assert written(sheets) == {}


def test_before_any_register_a_report_says_so(desk: Desk) -> None:
    job = press(desk, "daily_summary")
    assert job.phase is Phase.FAILED and "No register is posted yet" in told(job)


def test_a_name_that_looks_like_a_formula_is_written_as_text(desk: Desk) -> None:
    evil = PUPILS.replace("Ng,Bo", "=cmd|' /C calc'!A0,Bo")
    drop(desk.root, "pupils again.csv", evil)
    drop(desk.root, "Monday.csv", marks(("000124", MONDAY, "AM", "L")))
    press(desk, "import_now")
    sheets = book_of({"October": OCTOBER})
    press(desk, "lates", book=sheets)
    shown = written(sheets)[1, "B4"]
    assert shown.startswith("'=cmd|")


def test_the_sheet_of_a_report_is_set_up_to_be_read(desk: Desk) -> None:
    drop(desk.root, "Monday.csv", marks(("000123", MONDAY, "AM", "L")))
    press(desk, "import_now")
    sheets = book_of({"October": OCTOBER})
    press(desk, "lates", book=sheets)
    actions = {one["func"]: one for one in sheets.json()["actions"]}
    assert actions["freezePaneAtRange"]["args"] == ["1:3"]
    assert actions["addTable"]["args"][:2] == ["$A$3:$L$4", True]
    assert actions["setPrintArea"]["args"] == ["$A$1:$L$4"]
    formats = [
        (one["start_column"], one["args"])
        for one in sheets.json()["actions"]
        if one["func"] == "setNumberFormat"
    ]
    assert [place for place, _ in formats] == [9]  # the worst week is a date


# Help ------------------------------------------------------------------------------------------


def test_help_leads_to_its_page_and_the_pane_needs_nothing(desk: Desk) -> None:
    job = press(desk, "show_help")
    assert job.told and (job.told.link, job.phase) == ("/help", Phase.DONE)
    assert press(desk, "open_pane").phase is Phase.DONE


@pytest.mark.parametrize("button", BUTTONS.values(), ids=BUTTONS)
def test_a_button_can_be_put_on_the_ribbon(button: Button) -> None:
    assert 0 < len(button.label) <= 20
    assert 40 < len(button.says) <= 250
    assert button.reads in ("nothing", "sheet")
