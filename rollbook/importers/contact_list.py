"""A list of contacts with families: calls, messages, meetings and visits, a row each."""

from datetime import date

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.contact_words import contact_said
from rollbook.importers.reading.corrections import Reader, refuse_dates
from rollbook.importers.reading.headers import (
    NAMES,
    STUDENT_ID,
    Table,
    Words,
    all_tables,
    find_tables,
)
from rollbook.importers.reading.marks import clean_id, is_id, why_no_id
from rollbook.importers.reading.roster_checks import is_footer
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem, hold
from rollbook.register import Action

NAME = "contact-list"
TITLE = "List of contacts with families"
HEADERS = ("Date", "Student ID", "Action")
ASKS_ORDER = True

WORDS: Words = {
    "student_id": STUDENT_ID,
    "date": ("Date", "Contact Date", "Date Of Contact", "Day", "When"),
    "action": ("Action", "Contact", "Contact Type", "Type Of Contact", "Method", "How"),
    "guardian": ("Guardian", "Parent Or Guardian", "Parent Or Carer", "Parent", "Carer",
                 "Spoke To", "Contacted", "Person Contacted", "Who"),
    "note": ("Note", "Notes", "Comment", "Comments", "Outcome", "What Was Said", "Result"),
    "by": ("By", "Entered By", "Staff", "Staff Member", "Called By"),
    "code": ("Code", "Mark", "Attendance Code"),
    **NAMES,
}  # fmt: skip
NEEDED = ("student_id", "date", "action")


def identify(upload: Upload) -> bool:
    """Say whether a sheet has a day, a student and an action, and no codes."""
    return bool(find_tables(upload, WORDS, NEEDED, never="code"))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one contact; its words say which kind it was."""
    contacts: dict[int, Action] = {}
    problems: list[Problem] = []
    for table in all_tables(upload, WORDS, NEEDED, never="code"):
        refuse_dates(table, profile)
        for number, row in table.rows():
            if is_footer(table, row):
                continue
            day = Reader.of(upload, profile).day(table.cell(row, "date"))
            wrong = _wrong(table, number, row, day)
            if wrong:
                problems.append(wrong)
            elif day:
                contacts[number] = _contact(table, row, day)
    return Extract(NAME, contacts=contacts, problems=problems)


def _contact(table: Table, row: Row, day: date) -> Action:
    action, note = table.cell(row, "action"), table.cell(row, "note")
    return Action(
        clean_id(table.cell(row, "student_id")),
        day,
        contact_said(action) or contact_said(note) or "other",
        table.cell(row, "guardian"),
        ", ".join(filter(None, (action, note))),
        by=table.cell(row, "by"),
    )


def _wrong(table: Table, number: int, row: Row, day: date | None) -> Problem | None:
    student_id, text = clean_id(table.cell(row, "student_id")), table.cell(row, "date")
    field = "student_id"
    if not is_id(student_id):
        what = why_no_id(student_id)
    elif day is None:
        what = (
            f"has {f'“{text}”' if text else 'nothing'} in column “{table.header('date')}”, which "
            "is not a date that exists"
        )
        field = "date"
    elif not (table.cell(row, "action") or table.cell(row, "note")):
        what, field = "does not say what was done", "action"
    else:
        return None
    return hold(
        "contact-unreadable",
        f"Row {number} {what}. Nothing was entered for it. Put the row right and drop the list "
        "again.",
        place=table.place(number, field),
    )
