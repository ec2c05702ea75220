"""Change forms and notes dropped: marks change only where the register is as the form says."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.ledger import care, schema
from rollbook.ledger import postings as book
from rollbook.office import save_settings
from rollbook.posting.undo import undo
from rollbook.reports.changes import changes_table
from tests.dropping import (
    MONDAY,
    PUPILS,
    TUESDAY,
    WEDNESDAY,
    drop,
    marks,
    office_folder,
    opened,
    register,
    workbook,
)
from watcher.intake import Outcome
from watcher.rounds import once

ANA, BO = "000123", "000124"
FORM = "Student ID,Date,Session,Was,Code,Reason,Evidence,Approved by"
NOTES = "Student ID,First day,Last day,Kind of note,Written by,Received,Code"

LOCAL = """\
extends = "gb-eng"
title = "Oak & Ash School"
[references]
board = { text = "Attendance policy of the school" }
[[values]]
name = "notes.school-days"
value = 4
unit = "school days"
from = 2026-09-01
reference = "board"
sure = "POL"
"""


def posted(root: Path, name: str, *lines: str) -> Outcome:
    """Drop a list and do a round; return what became of it."""
    drop(root, name, "\n".join([*lines, ""]))
    office = opened(root)
    done = once(office)
    office.ledger.close()
    [outcome] = [one for one in done.outcomes if one.file == name]
    return outcome


def marks_of(root: Path, student: str) -> list[tuple[str, str, str]]:
    office = opened(root)
    found = [(day, part, code) for who, day, part, code in register(office) if who == student]
    office.ledger.close()
    return found


def held(root: Path) -> list[tuple[str, str]]:
    with opened(root).ledger.read() as connection:
        return [(row["slug"], row["message"]) for row in book.held_rows(connection)]


def save_local_pack(root: Path) -> None:
    """Let the school say that a note must come within four school days."""
    (root / "oak.toml").write_text(LOCAL, encoding="utf-8")
    save_settings(root, {"jurisdiction": "oak"})


def trail(root: Path) -> list[dict[str, Any]]:
    with opened(root).ledger.read() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(schema.amendment))]


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A week's register: Ana away without a reason from Monday on, ill on Wednesday."""
    settings = {"clerk": "Kim Ode", "clerk_title": "Attendance officer"}
    root = office_folder(tmp_path / "an office", exports={"day_first": True}, **settings)
    drop(root, "a pupils.csv", PUPILS)
    away = [(ANA, day, part, "O") for day in (MONDAY, TUESDAY) for part in ("AM", "PM")]
    rest = [(ANA, WEDNESDAY, "AM", "N"), (ANA, WEDNESDAY, "PM", "I"), (BO, MONDAY, "AM", "L")]
    posted(root, "b week.csv", marks(*away, *rest).rstrip("\n"))
    return root


def test_a_change_form_changes_the_mark_and_keeps_the_trail(school: Path) -> None:
    line = f"{ANA},02/11/2026,AM,O,M,at the dentist,appointment card,J. Head"
    outcome = posted(school, "form.csv", FORM, line)
    assert outcome.posting is not None
    assert (outcome.posting.importer, outcome.posting.amended) == ("change-form", 1)
    assert marks_of(school, ANA)[0] == (MONDAY, "AM", "M")
    [kept] = trail(school)
    assert (kept["was"], kept["is"], kept["by"], kept["title"]) == (
        "O", "M", "Kim Ode", "Attendance officer")  # fmt: skip
    assert kept["reason"] == "at the dentist, shown by appointment card, approved by J. Head"


def test_a_form_that_says_otherwise_than_the_register_is_held(school: Path) -> None:
    before = marks_of(school, BO)
    outcome = posted(school, "form.csv", FORM, f"{BO},02/11/2026,AM,O,M,dentist,,")
    assert outcome.posting is not None and outcome.posting.amended == 0
    [(slug, why)] = held(school)
    assert slug == "correction-otherwise"
    assert "the register says “L” on 02 November 2026, AM" in why
    assert "the form says it was “O”" in why
    assert marks_of(school, BO) == before
    assert not list((school / "posted").rglob("form held.xlsx"))  # it is mended in the form


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"{ANA},02/11/2026,AM,O,,dentist,,", "says no code"),
        (f"{ANA},02/11/2026,AM,O,M,,,", "gives no reason"),
        (f"{ANA},31/11/2026,AM,O,M,dentist,,", "not a date that exists"),
        (f"{ANA},02/11/2026,noon?,O,M,dentist,,", "not a session such as AM"),
        ("999,02/11/2026,AM,O,M,dentist,,", "no student has the id “999”"),
        (f"{ANA},02/11/2026,AM,O,QQ,dentist,,", "Code “QQ” is not in the code table"),
    ],
)
def test_a_line_that_cannot_be_used_is_held_and_the_others_count(
    school: Path, line: str, says: str
) -> None:
    good = f"{ANA},03/11/2026,AM,O,M,dentist,,"
    outcome = posted(school, "form.csv", FORM, line, good)
    assert outcome.posting is not None
    assert (outcome.posting.amended, outcome.posting.held) == (1, 1)
    [(_, why)] = held(school)
    assert says in why and len(why) < 300


def test_an_id_that_is_a_formula_without_its_result_says_what_to_do_in_excel(school: Path) -> None:
    row = ('=IF(B2="","",FormId)', "2026-11-09", "AM", "O", "I", "note came late", "", "")
    (school / "drop" / "form.xlsx").write_bytes(workbook([FORM.split(","), row]))
    office = opened(school)
    once(office)
    office.ledger.close()
    [(_, why)] = held(school)
    assert "Row 2 has a formula where the student id should be" in why
    assert "open the file in Excel" in why
    assert "=IF" not in why


def test_a_form_mended_and_dropped_again_under_its_name_holds_no_row_any_more(school: Path) -> None:
    posted(school, "form.csv", FORM, f"{ANA},02/11/2026,AM,O,M,,,")
    posted(school, "other form.csv", FORM, f"{ANA},02/11/2026,PM,O,M,,,")
    assert len(held(school)) == 2
    outcome = posted(school, "Form.csv", FORM, f"{ANA},02/11/2026,AM,O,M,dentist,,")
    assert outcome.posting is not None and outcome.posting.amended == 1
    assert len(held(school)) == 1
    assert "list-replaced" in [one["slug"] for one in outcome.posting.problems]
    posted(school, "other form (2).csv", FORM, f"{BO},02/11/2026,AM,L,M,dentist,,")
    assert len(held(school)) == 1  # another form, numbered by the browser


def test_a_form_can_enter_a_mark_where_there_was_none_and_twice_does_nothing(school: Path) -> None:
    line = f"{BO},03/11/2026,AM,,L,signed in late,sign-in sheet,"
    outcome = posted(school, "form.csv", FORM, line)
    assert outcome.posting is not None and outcome.posting.new == 1
    again = posted(school, "form again.csv", FORM, line, f"{BO},03/11/2026,PM,,/,was here,,")
    assert again.posting is not None
    assert (again.posting.new, again.posting.amended, again.posting.held) == (1, 0, 0)


def test_a_note_excuses_what_nobody_has_excused_and_nothing_else(school: Path) -> None:
    line = f"{ANA},03/11/2026,04/11/2026,doctor's note,Dr Ng,05/11/2026,I"
    outcome = posted(school, "notes.csv", NOTES, line)
    assert outcome.posting is not None
    assert (outcome.posting.importer, outcome.posting.amended) == ("excuse-notes", 3)
    assert marks_of(school, ANA) == [
        (MONDAY, "AM", "O"), (MONDAY, "PM", "O"),
        (TUESDAY, "AM", "I"), (TUESDAY, "PM", "I"),
        (WEDNESDAY, "AM", "I"), (WEDNESDAY, "PM", "I"),
    ]  # fmt: skip
    assert {kept["reason"] for kept in trail(school)} == {
        "doctor's note, by Dr Ng, received 05/11/2026"
    }


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"{BO},02/11/2026,,parent's note,,03/11/2026,I", "has no absence without an excuse"),
        (f"{ANA},04/11/2026,02/11/2026,note,,05/11/2026,I", "before it begins"),
        (f"{ANA},02/11/2026,,note,,05/11/2026,", "says no code"),
        (f"{ANA},02/11/2026,,note,,,I", "has nothing in column “Received”"),
        (f"{ANA},,,note,,05/11/2026,", "has nothing in column “First day”"),
        (f"{ANA},02/11/2026,,,,05/11/2026,I", "what kind of note"),
    ],
)
def test_a_note_that_cannot_be_used_is_held(school: Path, line: str, says: str) -> None:
    before = marks_of(school, ANA), marks_of(school, BO)
    posted(school, "notes.csv", NOTES, line)
    [(_, why)] = held(school)
    assert says in why
    assert (marks_of(school, ANA), marks_of(school, BO)) == before


def test_a_form_dropped_with_its_register_is_read_after_it(school: Path) -> None:
    drop(school, "z week.csv", marks((BO, WEDNESDAY, "AM", "O")))
    outcome = posted(school, "a form.csv", FORM, f"{BO},04/11/2026,AM,O,M,dentist,,")
    assert outcome.posting is not None and outcome.posting.amended == 1
    assert (WEDNESDAY, "AM", "M") in marks_of(school, BO)


@pytest.mark.parametrize(
    ("received", "amended"), [("09/11/2026", 2), ("10/11/2026", 0)], ids=["in time", "a day late"]
)
def test_a_note_counts_for_as_many_school_days_as_the_office_says(
    school: Path, received: str, amended: int
) -> None:
    save_local_pack(school)
    outcome = posted(
        school, "notes.csv", NOTES, f"{ANA},03/11/2026,,doctor's note,Dr Ng,{received},I"
    )
    assert outcome.posting is not None and outcome.posting.amended == amended
    late = [why for slug, why in held(school) if slug == "correction-late"]
    assert len(late) == (0 if amended else 1)
    for why in late:
        assert "Notes count for 4 school days after the absence, until 09 November 2026" in why
        assert "enter the marks in a change form" in why


def test_why_a_mark_was_changed_stands_in_the_list_of_changes(school: Path) -> None:
    outcome = posted(school, "form.csv", FORM, f"{ANA},02/11/2026,AM,O,M,dentist,card,J. Head")
    assert outcome.posting is not None
    [row] = changes_table(opened(school), outcome.posting.id).rows
    assert "dentist, shown by card, approved by J. Head" in " ".join(map(str, row))


def test_a_correction_taken_back_leaves_the_register_as_it_was(school: Path) -> None:
    before = marks_of(school, ANA)
    line = f"{ANA},02/11/2026,03/11/2026,doctor's note,Dr Ng,05/11/2026,I"
    outcome = posted(school, "notes.csv", NOTES, line)
    assert outcome.posting is not None
    undo(opened(school), outcome.posting.id, datetime.now().astimezone(), "the wrong child")
    assert marks_of(school, ANA) == before


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (FORM, "999,02/11/2026,AM,O,M,dentist,card,J. Head"),
        (NOTES, "999,02/11/2026,02/11/2026,doctor's note,Dr Ng,05/11/2026,I"),
        ("Date,Student ID,Action,Parent or carer,Note,By", "02/11/2026,999,Called,,,"),
    ],
)
def test_a_list_of_which_every_row_is_held_is_taken_back_and_its_rows_wait_no_longer(
    school: Path, header: str, line: str
) -> None:
    outcome = posted(school, "list.csv", header, line)
    assert outcome.posting is not None and len(held(school)) == 1
    done = undo(opened(school), outcome.posting.id, datetime.now().astimezone(), "another school's")
    assert "1 held row struck off." in done.sentence
    assert held(school) == []


def test_a_form_nobody_has_filled_in_is_refused(school: Path) -> None:
    as_printed = f"{ANA},02/11/2026,AM,O,,,,"  # with the mark of the day, and no new one
    outcome = posted(school, "form.csv", FORM, ",,,,,,,", as_printed)
    assert outcome.posting is None
    assert "has no row that is filled in" in outcome.problems[0].message


# Contacts ----------------------------------------------------------------------------------------

CONTACTS = "Date,Student ID,Action,Parent or carer,Note,By"


def logged(root: Path) -> list[tuple[str, str, str, str]]:
    with opened(root).ledger.read() as connection:
        return [(one.student_id, one.kind, one.note, one.by) for one in care.actions(connection)]


def test_contacts_of_a_list_are_entered_once_and_taken_back_whole(school: Path) -> None:
    lines = (
        f"02/11/2026,{ANA},Called,Luz,no answer,Kim",
        f"03/11/2026,{BO},spoke to mum,,will send a note,",
    )
    outcome = posted(school, "contacts.csv", CONTACTS, *lines)
    assert outcome.posting is not None and outcome.posting.importer == "contact-list"
    entered = [
        (ANA, "call", "Called, no answer", "Kim"),
        (BO, "call", "spoke to mum, will send a note", "Kim Ode"),
    ]
    assert logged(school) == entered
    more = f"04/11/2026,{ANA},Home visit,,,", f"02/11/2026,{ANA},Called,Luis,no answer,Kim"
    again = posted(school, "again.csv", CONTACTS, *lines, *more)
    assert again.posting is not None
    assert len(logged(school)) == 4
    assert [one["slug"] for one in again.posting.problems] == [
        "contacts-entered", "contacts-there"]  # fmt: skip
    done = undo(opened(school), outcome.posting.id, datetime.now().astimezone(), "wrong school")
    assert "2 contacts struck off the log." in done.sentence
    assert [kind for _, kind, *_ in logged(school)] == ["call", "home-visit"]


def test_a_contact_of_two_lists_is_entered_again_from_the_second_when_the_first_is_taken_back(
    school: Path,
) -> None:
    line = f"02/11/2026,{ANA},Called,Luz,no answer,Kim"
    first = posted(school, "first.csv", CONTACTS, line)
    both = (CONTACTS, line, f"03/11/2026,{BO},Called,Ada,will write,Kim")
    posted(school, "second.csv", *both)
    assert first.posting is not None
    done = undo(opened(school), first.posting.id, datetime.now().astimezone(), "wrong list")
    assert [student for student, *_ in logged(school)] == [BO]
    [said] = done.problems()
    assert "“second.csv” (posting 4) named contacts that were in the log already" in said
    again = posted(school, "second.csv", *both)
    assert again.posting is not None and again.posting.id > 4
    assert [student for student, *_ in logged(school)] == [ANA, BO]
    assert str(posted(school, "second.csv", *both).result) == "duplicate"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("02/11/2026,999,Called,,,", "no student has the id “999”"),
        (f"01/06/2027,{ANA},Called,,,", "is still to come"),
        (f"31/11/2026,{ANA},Called,,,", "not a date that exists"),
        (f"02/11/2026,{ANA},,,,", "does not say what was done"),
    ],
)
def test_a_contact_that_cannot_be_entered_is_held(school: Path, line: str, says: str) -> None:
    posted(school, "contacts.csv", CONTACTS, line)
    [(_, why)] = held(school)
    assert says in why
    assert logged(school) == []


# The templates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "cells", "importer"),
    [
        ("excuse-notes", {"A5": ANA, "C5": date(2026, 11, 3), "E5": "Doctor's note",
                          "G5": date(2026, 11, 5), "H5": "I"}, "excuse-notes"),
        ("contact-list", {"A5": date(2026, 11, 3), "B5": ANA, "D5": "Called"}, "contact-list"),
    ],
)  # fmt: skip
def test_a_template_that_is_filled_in_can_be_dropped(
    school: Path, kind: str, cells: dict[str, object], importer: str
) -> None:
    path = school / "list.xlsx"
    words = ["workbook", "new", kind, "--to", str(path), "--office", str(school)]
    made = CliRunner().invoke(app, words)
    assert made.exit_code == 0, made.output
    workbook = load_workbook(path)
    for cell, value in cells.items():
        workbook.worksheets[0][cell] = value
    workbook.save(path)
    drop(school, "list.xlsx", path.read_bytes())
    office = opened(school)
    [outcome] = once(office).outcomes
    assert outcome.posting is not None, outcome.problems
    assert (outcome.posting.importer, outcome.posting.held) == (importer, 0)


# A calendar --------------------------------------------------------------------------------------


def test_a_dropped_calendar_is_told_and_not_taken_unseen(school: Path) -> None:
    before = (school / "calendar.toml").read_bytes()
    path = school / "terms.xlsx"
    words = ["workbook", "new", "calendar", "--to", str(path), "--office", str(school)]
    assert CliRunner().invoke(app, words).exit_code == 0
    workbook = load_workbook(path)
    rows = [
        (date(2027, 9, 1), date(2027, 12, 17), "Autumn term", "term"),
        (date(2027, 10, 25), date(2027, 10, 29), "Half-term", "no school"),
        (date(2028, 1, 4), date(2028, 3, 31), "Spring term", "term"),
        (date(2028, 4, 17), date(2028, 7, 20), "Summer term", "term"),
    ]
    for number, row in enumerate(rows, 5):
        for column, value in enumerate(row, 1):
            workbook.worksheets[0].cell(number, column, value)
    workbook.save(path)
    drop(school, "terms.xlsx", path.read_bytes())
    [outcome] = once(opened(school)).outcomes
    said = outcome.problems[0].message
    assert "is a school calendar: 1 school year, 206 school days." in said
    assert f'rollbook calendar adopt "{school / "refused" / "terms.xlsx"}"' in said
    assert (school / "calendar.toml").read_bytes() == before
    adopting = ["calendar", "adopt", str(outcome.filed), "--yes", "--office", str(school)]
    assert CliRunner().invoke(app, adopting).exit_code == 0
    assert date(2027, 9, 1) in opened(school).calendar.anybodys_days
