"""What is wrong with a roster: rows held, noted or no rows at all, and files that are refused."""

from collections.abc import Mapping, Sequence

from rollbook.importers.reading.dates import (
    ASKED_ORDER,
    asked_order,
    misread_order,
    read_date,
    untelling_order,
)
from rollbook.importers.reading.guardians import Reading
from rollbook.importers.reading.headers import Table, refused_column
from rollbook.importers.reading.marks import clean_id, is_id, why_no_id
from rollbook.importers.upload import Row
from rollbook.problems import Problem, RefusedFile, hold, note
from rollbook.register import Student


def is_footer(table: Table, row: Row) -> bool:
    """Say whether a row is a line of words under the list, such as “Printed on 12/11/2026”."""
    filled = [cell for cell in row if cell]
    return len(filled) == 1 and " " in filled[0] and len(table.columns) > 2


def refuse_shifted(reading: Reading, rows: Sequence[tuple[int, Row]]) -> None:
    """Refuse a roster whose headers stand over the wrong columns, or whose dates are turned.

    Of a list of nobody's system it is asked how its dates are written, where none tells.
    """
    table, day_first = reading.table, reading.profile.day_first
    fields = ("birth_date", "entry_date", "withdrawal_date", "last_day")
    dates = {name: [table.cell(row, name) for _number, row in rows] for name in fields}
    every = [text for texts in dates.values() for text in texts]
    turned = misread_order(every, day_first)
    untelling = "" if reading.profile.order_settled else untelling_order(every)
    if untelling:
        of = next(name for name in fields if untelling in dates[name])
        raise refused_column(table, of, ASKED_ORDER, asked_order(untelling))
    for name in fields:
        written = [text for text in dates[name] if text]
        unread = [text for text in written if read_date(text, day_first) is None]
        if turned and turned in written:
            raise refused_column(
                table,
                name,
                "date-order",
                f"writes its dates {'month' if day_first else 'day'} first (“{turned}” in column "
                f"“{table.header(name)}”), but this office reads them "
                f"{'day' if day_first else 'month'} first. Nothing was posted. Export it with "
                "dates like 2026-09-30, or set day_first in office.toml.",
            )
        if len(unread) * 2 > len(written):
            raise _shifted(table, name, unread[0], "date")
    ids = [clean_id(table.cell(row, "student_id")) or state_id(table, row) for _number, row in rows]
    wrong = [text for text in ids if not is_id(text)]
    if len(wrong) * 2 > len(ids):
        raise _shifted(table, "student_id", wrong[0], "student id")


def wrong_row(reading: Reading, number: int, row: Row) -> Problem | None:
    """Return what holds a row of a roster back: no id, or a date of enrolment that is none."""
    table = reading.table
    student_id = clean_id(table.cell(row, "student_id")) or state_id(table, row)
    if not is_id(student_id):
        return hold(
            "no-student-id",
            f"Row {number} {why_no_id(student_id)}. It was not posted. Correct the row and drop "
            "the file again.",
            value=student_id,
            place=table.place(number, "student_id"),
        )
    for name in ("entry_date", "withdrawal_date", "last_day"):
        text = table.cell(row, name)
        if text and read_date(text, reading.profile.day_first) is None:
            return hold(
                "unreadable-date",
                f"Row {number} has “{text}” in column “{table.header(name)}”, which is not a date "
                "that exists. The row was not posted. Correct it and drop the file again.",
                value=text,
                place=table.place(number, name),
            )
    return None


def two_names(table: Table, number: int, earlier: int, student: Student) -> Problem:
    """Return what holds a row back whose id an earlier row gives another name."""
    return hold(
        "two-names",
        f"Row {number} gives the student id “{student.student_id}” another name than row "
        f"{earlier} does. It was not posted. Find out whose id it is and drop the file again.",
        value=student.student_id,
        place=table.place(number, "student_id"),
    )


def birth_date_note(reading: Reading, number: int, row: Row) -> list[Problem]:
    """Return a note where a row's date of birth is none; the student is posted without it."""
    table = reading.table
    text = table.cell(row, "birth_date")
    if not text or read_date(text, reading.profile.day_first):
        return []
    return [
        note(
            "unreadable-birth-date",
            f"Row {number} has “{text}” as the date of birth, which is not a date that exists. The "
            "student was posted without it.",
            value=text,
            place=table.place(number, "birth_date"),
        )
    ]


def language_notes(table: Table, languages: Mapping[str, int]) -> list[Problem]:
    """Return a note for each language the export names and Rollbook does not know."""
    return [
        note(
            "unknown-language",
            f"Row {row} gives the language “{said}”, which Rollbook does not know. Letters to "
            "these families are written in the office's own language.",
            value=said,
            place=table.place(row, "language"),
        )
        for said, row in languages.items()
    ]


def state_id(table: Table, row: Row) -> str:
    """Return the number the state gave a row's student, ``""`` where none is given."""
    return clean_id(table.cell(row, "state_id"))


def _shifted(table: Table, name: str, example: str, what: str) -> RefusedFile:
    shown = f"“{example}”" if example else "nothing"
    header = table.header(name) if name in table else name
    return refused_column(
        table,
        name,
        "shifted-columns",
        f"has no {what} in more than half of the rows of column “{header}” (it has {shown}). The "
        "columns seem to be shifted against their headers. Nothing was posted. Export it again.",
    )
