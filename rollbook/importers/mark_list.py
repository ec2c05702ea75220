"""A general list, one row a mark: student id, date, session or period, code.

Not one vendor's export but the shape most of them can write. A row without a code says that
nothing was recorded; it is counted and left out.
"""

from collections.abc import Callable, Sequence

import numpy as np

from rollbook.importers.contract import Extract, Profile, Recording
from rollbook.importers.reading.headers import (
    NAMES,
    STUDENT_ID,
    Table,
    Words,
    all_tables,
    find_tables,
    part_of_day,
    refuse_doubled,
)
from rollbook.importers.reading.marks import (
    Column,
    Rows,
    Sheet,
    clean_id,
    coverage_of,
    held_rows,
    is_id,
    read_dates,
    read_sheet,
    refuse_if_mostly,
    student_names,
    why_no_id,
)
from rollbook.importers.upload import Upload
from rollbook.problems import Problem, note
from rollbook.register import join_registers, register_frame

NAME = "mark-list"
TITLE = "General list of marks (one row a mark)"
HEADERS = ("Student ID", "Date", "Code")

WORDS: Words = {
    "student_id": STUDENT_ID,
    "date": ("Date", "Attendance Date", "Session Date", "Mark Date", "Event Date", "Absence Date",
             "Register Date", "Att Date", "School Date"),
    "part": ("Session", "Session Name", "Part", "Part of Day", "AM/PM", "Period", "Time of Day",
             "Registration"),
    "code": ("Code", "Mark", "Attendance Code", "Attendance Mark", "Attendance Status", "Status",
             "Absence Code", "Daily Status", "Attendance", "Symbol"),
    "minutes_late": ("Minutes Late", "Mins Late", "Late Minutes", "Minutes"),
    "comment": ("Comment", "Comments", "Remarks", "Remark", "Note", "Notes", "Reason"),
    "document": ("Document", "Document Type", "Letter Type"),
    **NAMES,
}  # fmt: skip
NEEDED = ("student_id", "date", "code")


def identify(upload: Upload) -> bool:
    """Say whether a sheet has columns for the student id, the date and the code."""
    return bool(find_tables(upload, WORDS, NEEDED, never="document"))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one mark; rows that cannot be read are held, with their numbers."""
    tables = all_tables(upload, WORDS, NEEDED, never="document")
    readings = [_read(read_sheet(table), profile) for table in tables]
    marks = join_registers(extracted.marks for extracted in readings)
    return Extract(
        NAME,
        marks,
        students=[student for extracted in readings for student in extracted.students],
        coverage=coverage_of(marks, profile.campus),
        recording=Recording.NEGATIVE if profile.absences_only else Recording.POSITIVE,
        problems=[problem for extracted in readings for problem in extracted.problems],
    )


def _read(sheet: Sheet, profile: Profile) -> Extract:
    table = sheet.table
    refuse_doubled(table, (*NEEDED, "part"))
    ids = sheet.column("student_id").changed(clean_id)
    codes = sheet.column("code")
    footer = _footers(sheet, ids, codes)
    if footer.any():
        sheet = sheet.kept(~footer)
        ids, codes = ids.kept(~footer), codes.kept(~footer)
    dates = read_dates(table, "date", sheet.column("date"), profile)
    parts = _parts(sheet)

    no_id = ~ids.where(is_id)
    no_date = ~dates.readable
    no_part = parts.where(lambda part: not part)
    no_code = codes.where(lambda code: not code)
    refuse_if_mostly(table, "date", no_date, sheet.column("date"), "readable date", sheet.row)
    refuse_if_mostly(table, "student_id", no_id, ids, "student id", sheet.row)
    refuse_if_mostly(table, "part", no_part, sheet.column("part"), "readable session", sheet.row)

    minutes, bad_minutes = _minutes(sheet)
    unrecorded = no_code & ~no_id & ~no_date & ~no_part
    cut_short = _cut_short(table, sheet, no_code)
    sound = ~(no_id | no_date | no_part | no_code | bad_minutes)
    everything = bool(sound.all())
    keep: Callable[[Column], Column] = (lambda c: c) if everything else (lambda c: c.kept(sound))
    marks = register_frame(
        {
            "student_id": keep(ids).categorical(),
            "date": dates.days if everything else dates.days[sound],
            "part": keep(parts).categorical(),
            "symbol": keep(codes).categorical(),
            "minutes_late": minutes if everything else minutes[sound],
            "comment": keep(sheet.column("comment")).categorical(),
            "row": sheet.row if everything else sheet.row[sound],
        }
    )
    problems = [
        *sheet.problems,
        *held_rows(
            sheet,
            no_id & ~cut_short,
            "no-student-id",
            "student_id",
            "no student id",
            lambda row: why_no_id(ids.at(row)),
        ),
        *held_rows(
            sheet,
            no_date & ~no_id & ~cut_short,
            "unreadable-date",
            "date",
            "no readable date",
            lambda row: _cell_words(sheet, "date", row, "a date that exists"),
        ),
        *held_rows(
            sheet,
            no_part & ~no_id & ~no_date & ~cut_short,
            "unknown-session",
            "part",
            "no readable session",
            lambda row: _cell_words(sheet, "part", row, "a session such as AM, PM or a period"),
        ),
        *held_rows(
            sheet,
            bad_minutes,
            "unreadable-minutes",
            "minutes_late",
            "no readable minutes",
            lambda row: _cell_words(sheet, "minutes_late", row, "a number of minutes"),
        ),
        *held_rows(
            sheet,
            cut_short,
            "too-few-fields",
            "",
            "too few fields",
            lambda row: "ends before its code; it may have been cut off",
        ),
        *_unrecorded(sheet, unrecorded & ~cut_short),
    ]
    return Extract(NAME, marks, student_names(sheet, ids, ~no_id), problems=problems)


def _parts(sheet: Sheet) -> Column:
    if "part" not in sheet.table:
        return Column.constant("DAY", len(sheet))
    return sheet.column("part").changed(part_of_day)


def _minutes(sheet: Sheet) -> tuple[np.ndarray, Rows]:
    column = sheet.column("minutes_late")
    wrong = column.where(lambda text: bool(text) and not (text.isdecimal() and int(text) < 1_000))
    known = [int(text) if text.isdecimal() and int(text) < 1_000 else 0 for text in column.labels]
    return np.array(known, dtype=np.int16)[column.codes], wrong


def _footers(sheet: Sheet, ids: Column, codes: Column) -> Rows:
    """Find lines such as “Printed on …”: words where the id should be, and nothing to post."""
    words = ids.where(lambda text: " " in text or text.casefold() in ("total", "totals"))
    blank = codes.where(lambda code: not code)
    dates = sheet.column("date").where(lambda text: not any(mark in text for mark in "-/."))
    return words & blank & dates


def _cut_short(table: Table, sheet: Sheet, no_code: Rows) -> Rows:
    """Tell rows that end before the code from rows whose code is blank."""
    short = np.zeros(len(sheet), dtype=np.bool_)
    if table.upload.kind != "text" or not no_code.any():
        return short
    suspects = set(sheet.row[no_code].tolist())
    cut = [
        number
        for number, row in enumerate(table.upload.rows(), 1)
        if number in suspects and len(row) <= table.columns["code"]
    ]
    short[np.isin(sheet.row, np.asarray(cut, dtype=np.int32))] = True
    return short


def _cell_words(sheet: Sheet, field: str, row: int, expected: str) -> str:
    value = sheet.column(field).at(row)
    header = sheet.table.header(field)
    return (
        f"has {f'“{value}”' if value else 'nothing'} in column “{header}”, which is not {expected}"
    )


def _unrecorded(sheet: Sheet, rows: Rows) -> Sequence[Problem]:
    count = int(rows.sum())
    if not count:
        return []
    first = int(sheet.row[int(np.argmax(rows))])
    return [
        note(
            "no-code",
            f"{'1 row has' if count == 1 else f'{count:,} rows have'} no code (the first is row "
            f"{first}). Nothing was recorded there, and nothing was posted for them.",
            place=sheet.table.place(first, "code"),
        )
    ]
