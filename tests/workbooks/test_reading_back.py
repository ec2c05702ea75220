"""What the clerk types in the logs of the workbook reaches the ledger once, or is a conflict."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rollbook.ledger import care, chain
from rollbook.ledger.letters import Letter, State
from rollbook.ledger.postings import owe_for_letters
from rollbook.ledger.sheet_entries import open_conflicts
from rollbook.letters import print_letters, step
from rollbook.office import Office, open_office, save_workbook_map
from rollbook.problems import NotAllowed
from rollbook.register import Action
from rollbook.standing import read_standing
from rollbook.workbooks import adopt
from rollbook.workbooks.book import Book
from rollbook.workbooks.keeping import read_workbooks, update_workbooks
from rollbook.workbooks.reading_back import Reading, read_back
from rollbook.workbooks.settling import settle
from tests.letters.families import ANA, LUIS, ROSA, SEPTEMBER, absences, draft, enrol, log, school
from tests.letters.families import steps as steps_of
from tests.letters.test_commands import run
from tests.offices import NOW

LATER = NOW + timedelta(days=2, hours=4)
CONTACTS = ("Date", "Student ID", "Student", "Contact", "Spoke to", "Notes", "By")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with two letters printed, and a workbook whose log shows them."""
    office = school(tmp_path, clerk="Dana Wu")
    enrol(office, ANA, (ROSA, LUIS))
    absences(office, SEPTEMBER)
    step(office, [letter.serial for letter in draft(office)], State.APPROVED, NOW)
    print_letters(office, NOW)
    path = office.folders.workbooks / "Tracking.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "List"
    book.active.append(["Student ID", "Name", "Absent", "Flag"])
    book.active.append(["000123", "García, Ana", None, None])
    book.create_sheet("Letters").append(
        ["Date", "Student ID", "Student", "Letter", "Sent to", "Serial", "Status", "Notes"]
    )
    book.create_sheet("Contacts").append(CONTACTS)
    book.properties.lastModifiedBy = "Jo Marsh"
    book.properties.modified = datetime(2026, 11, 22, 10, 0)
    book.save(path)
    mapping = adopt(path)
    assert mapping.log and mapping.contacts
    data = {key: value for key, value in mapping.to_dict().items() if key != "file"}
    save_workbook_map(office.folders.root, {"file": "workbooks/Tracking.xlsx", **data})
    office.ledger.close()
    office = open_office(office.folders.root)
    update_workbooks(office, read_standing(office))
    return office


def book_path(office: Office) -> Path:
    return office.folders.workbooks / "Tracking.xlsx"


def type_in(office: Office, change: Callable[[Any], None]) -> None:
    """Let the clerk change the workbook and save it; the stamp stays Jo's."""
    book = openpyxl.load_workbook(book_path(office))
    change(book)
    book.properties.lastModifiedBy = "Jo Marsh"
    book.properties.modified = datetime(2026, 11, 22, 10, 0)
    book.save(book_path(office))


def status(office: Office, letter: Letter, words: str, column: str = "G") -> None:
    def change(book: Any) -> None:
        sheet = book["Letters"]
        [row] = [cell.row for cell in sheet["F"] if cell.value == letter.serial]
        sheet[f"{column}{row}"] = words

    type_in(office, change)


def contact(office: Office, *rows: Sequence[Any]) -> None:
    type_in(office, lambda book: [book["Contacts"].append(row) for row in rows])


def read(office: Office, at: datetime = LATER, *, keep: bool = True) -> Reading:
    [data] = office.settings.workbook
    path = book_path(office)
    return read_back(office, data, Book(path, path.read_bytes()), at, keep=keep)


def said(office: Office, *words: str) -> str:
    """Run ``rollbook workbook …`` and return what it says."""
    status_, out, complaints = run(office.folders.root, *words, room="workbook")
    assert status_ == 0, complaints
    return out


def actions(office: Office) -> list[Action]:
    with office.ledger.read() as connection:
        return care.actions(connection)


def test_what_rollbook_wrote_itself_is_no_news(office: Office) -> None:
    assert not read(office).entries
    first, _ = log(office)
    step(office, [first.serial], State.MAILED, LATER)
    assert not read(office).done  # the sheet still says printed


def test_posted_is_the_step_it_says_on_the_day_it_says_by_who_saved_it(office: Office) -> None:
    first, second = log(office)
    status(office, first, "Posted 21 Nov")
    status(office, second, "mailed")
    reading = read(office)
    assert [entry.note for entry in reading.done] == ["mailed", "mailed"]
    assert [letter.state for letter in log(office)] == [State.MAILED] * 2
    newest = steps_of(office, first.serial)[-1]
    assert newest.at.startswith("2026-11-21") and newest.method == "post"
    assert newest.note == "Posted 21 Nov (Tracking.xlsx, Letters!G2, Jo Marsh)"
    assert steps_of(office, second.serial)[-1].at.startswith("2026-11-22")
    assert not read(office).entries
    with office.ledger.read() as connection:
        assert chain.examine(connection).whole


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("returned to sender", "is printed and cannot become returned"),
        ("posted 3 Nov 2026", "was printed on 2026-11-20"),
    ],
)
def test_what_cannot_be_is_a_conflict_and_changes_nothing(
    office: Office, words: str, why: str
) -> None:
    first = log(office)[0]
    status(office, first, words)
    [entry] = read(office).conflicts
    assert why in entry.note and entry.about == first.serial
    assert log(office)[0].state is State.PRINTED
    assert not read(office).entries  # told once
    with pytest.raises(NotAllowed, match="--take ledger"):
        settle(office, entry.id, LATER, take_sheet=True)
    settle(office, entry.id, LATER, take_sheet=False)
    with pytest.raises(NotAllowed, match="no open conflict"):
        settle(office, entry.id, LATER, take_sheet=False)


def test_a_letter_in_the_post_is_not_made_void_by_a_word(office: Office) -> None:
    first, second = log(office)
    step(office, [first.serial], State.MAILED, LATER)
    status(office, first, "void")
    status(office, second, "VOID - note came in")
    [conflict] = read(office).conflicts
    assert f"rollbook letters void {first.serial}" in conflict.note
    assert [letter.state for letter in log(office)] == [State.MAILED, State.VOID]


def test_the_row_of_another_student_is_a_conflict(office: Office) -> None:
    first = log(office)[0]
    status(office, first, "000777", column="B")
    status(office, first, "posted")
    [conflict] = read(office).conflicts
    assert "says student 000777" in conflict.note


def test_a_call_noted_beside_a_letter_is_logged_and_other_words_stay_the_clerks(
    office: Office,
) -> None:
    first, second = log(office)
    status(office, first, "rang mother 21 Nov", column="H")
    status(office, second, "envelope torn", column="H")
    assert [entry.did for entry in read(office).entries] == ["action", "seen"]
    [action] = actions(office)
    assert (action.kind, action.day, action.guardian) == ("call", date(2026, 11, 21), ROSA.name)
    assert action.by == "Jo Marsh"
    update_workbooks(office, read_standing(office))
    sheet = openpyxl.load_workbook(book_path(office))["Letters"]
    assert [cell.value for cell in sheet["H"]][1:] == ["rang mother 21 Nov", "envelope torn"]


def test_a_meeting_booked_is_noted_on_the_day_it_was_written(office: Office) -> None:
    status(office, log(office)[0], "meeting booked for 27 Nov", column="H")
    assert read(office).done
    [action] = actions(office)
    assert (action.kind, action.day) == ("other", date(2026, 11, 22))
    assert action.note.startswith("meeting booked for 27 Nov (")


def test_words_added_to_a_note_are_read_alone_and_others_in_its_place_are_a_conflict(
    office: Office,
) -> None:
    first, second = log(office)
    for letter in (first, second):
        status(office, letter, "rang mother 21 Nov", column="H")
    read(office)
    status(office, first, "rang mother 21 Nov; texted father", column="H")
    status(office, second, "rang father 21 Nov", column="H")
    reading = read(office)
    assert [entry.did for entry in reading.entries] == ["action", "conflict"]
    assert [(one.kind, one.guardian) for one in actions(office)][-1] == ("message", LUIS.name)
    assert len(actions(office)) == 3


def test_rows_of_the_contact_log_become_actions_once_however_the_sheet_is_sorted(
    office: Office,
) -> None:
    rows = [
        [datetime(2026, 11, 19), "000123", "García, Ana", "Phone call", "", "spoke to mum", "JM"],
        [datetime(2026, 11, 20), 123, "García, Ana", "meeting booked", "", "for Friday", None],
        [datetime(2026, 11, 20), None, "Ana García", "texted dad", "", "", None],
    ]
    contact(office, *rows, rows[0])
    assert len(read(office).done) == 4
    found = [(one.kind, one.day.day, one.guardian, one.by) for one in actions(office)]
    assert found == [
        ("call", 19, ROSA.name, "JM"),
        ("call", 19, ROSA.name, "JM"),
        ("other", 20, "", "Jo Marsh"),
        ("message", 20, LUIS.name, "Jo Marsh"),
    ]

    def sort(book: Any) -> None:
        sheet = book["Contacts"]
        shown = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        sheet.delete_rows(2, 10)
        for row in [[None] * 7, *reversed(shown)]:
            sheet.append(row)

    type_in(office, sort)
    assert not read(office).entries


def test_a_row_to_come_or_of_nobody_known_waits_and_is_told(office: Office) -> None:
    contact(
        office,
        [datetime(2026, 12, 24), "000123", "", "call", "", "", ""],
        [datetime(2026, 11, 20), "999", "", "call", "", "", ""],
        ["soon", "000123", "", "call", "", "", ""],
    )
    reading = read(office)
    assert len(reading.waiting) == 2 and "999" in reading.waiting[1]
    assert "“soon” is no date" in reading.conflicts[0].note
    assert not actions(office)
    assert len(read(office).waiting) == 2


def test_a_contact_written_over_or_taken_out_is_a_conflict_for_a_person(office: Office) -> None:
    first = [datetime(2026, 11, 19), "000123", "García, Ana", "call", "", "left message", "JM"]
    second = [datetime(2026, 11, 20), "000123", "García, Ana", "texted", "", "", "JM"]
    contact(office, first, second)
    read(office)

    def change(book: Any) -> None:
        book["Contacts"]["F2"] = "spoke to mother"
        book["Contacts"].delete_rows(3)

    type_in(office, change)
    changed, gone = read(office).conflicts
    assert "said “left message”" in changed.note and "says “spoke to mother” now" in changed.note
    assert "not in the workbook any more" in gone.note
    assert [one.note.split(" (")[0] for one in actions(office)] == ["call, left message", "texted"]
    assert settle(office, changed.id, LATER, take_sheet=True).note.endswith("as the sheet says")
    assert settle(office, gone.id, LATER, take_sheet=False).note == "the ledger stays"
    now = [one.note.split(" (")[0] for one in actions(office)]
    assert now == ["call, spoke to mother", "texted"]
    assert not read(office).entries


def test_a_row_that_is_put_back_settles_its_conflict_and_is_no_second_contact(
    office: Office,
) -> None:
    row = [datetime(2026, 11, 19), "000123", "García, Ana", "call", "", "left message", "JM"]
    contact(office, row)
    read(office)
    type_in(office, lambda book: book["Contacts"].delete_rows(2))
    assert len(read(office).conflicts) == 1
    contact(office, row)
    assert not read(office).conflicts
    assert len(actions(office)) == 1
    assert "No conflict is open" in said(office, "conflicts")


def test_a_log_cleared_out_for_a_new_year_asks_nothing(office: Office) -> None:
    first = datetime(2026, 9, 1)
    rows = [[first + timedelta(days=n), "000123", "", "call", "", "", ""] for n in range(40)]
    contact(office, *rows)
    assert len(read(office).done) == 40
    type_in(office, lambda book: book["Contacts"].delete_rows(2, 40))
    reading = read(office)
    assert not reading.conflicts and reading.waiting[0].startswith("40 rows of the contact log")
    assert len(actions(office)) == 40
    assert not read(office).waiting


def test_a_look_enters_nothing(office: Office) -> None:
    contact(office, [datetime(2026, 11, 19), "000123", "", "call", "", "", ""])
    assert len(read(office, keep=False).done) == 1
    assert not actions(office)
    assert len(read(office).done) == 1


def test_it_is_read_before_each_update_and_by_command(office: Office) -> None:
    first = log(office)[0]
    status(office, first, "posted 20 Nov")
    updated = said(office, "update")
    assert "“Tracking.xlsx”: read from its logs 1 letter." in updated
    assert log(office)[0].state is State.MAILED
    sheet = openpyxl.load_workbook(book_path(office))["Letters"]
    assert "posted 20 Nov" in [cell.value for cell in sheet["G"]]  # the clerk's words stay
    contact(office, [datetime(2026, 11, 19), "000123", "", "call", "", "", ""])
    shown = said(office, "read", "--dry-run")
    assert "contact logged" in shown and "Nothing was entered" in shown
    assert "contact logged" in said(office, "read")
    assert "Nothing new was typed" in said(office, "read")
    assert len(read_workbooks(office, LATER)) == 1


def test_a_conflict_is_told_by_the_round_and_by_status_until_it_is_settled(office: Office) -> None:
    status(office, log(office)[0], "returned to sender")
    with office.ledger.write() as connection:
        owe_for_letters(connection)
    code, out, complaints = run(office.folders.root, "once", room="")
    assert code == 1 and "read from its logs 1 conflict" in complaints, out
    sentence = "1 line of workbooks' logs against the ledger: rollbook workbook conflicts"
    assert sentence in run(office.folders.root, "status", room="")[1]
    with office.ledger.read() as connection:
        [conflict] = open_conflicts(connection)
    said(office, "settle", str(conflict.id), "--take", "ledger")
    assert sentence not in run(office.folders.root, "status", room="")[1]
