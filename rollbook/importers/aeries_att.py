"""Aeries (California): the ``ATT`` table, one row a student and school day, columns for periods.

A row says that the day was recorded: a blank all-day code (``AL``) means *present*. A period
column says something only where it has a code. The day is ``DT``; ``DY`` is Aeries' own count of
days and is never used.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from rollbook.importers.contract import Coverage, Extract, Profile
from rollbook.importers.reading.columns import Column, Rows, Sheet, read_sheet
from rollbook.importers.reading.headers import (
    Table,
    Words,
    all_tables,
    find_tables,
    key,
    refuse_doubled,
)
from rollbook.importers.reading.marks import (
    clean_id,
    coverage_of,
    held_rows,
    is_id,
    read_dates,
    refuse_if_mostly,
    student_names,
    why_no_id,
)
from rollbook.importers.upload import Upload
from rollbook.register import join_registers, register_frame

NAME = "aeries-att"
TITLE = "Aeries attendance (ATT)"
HEADERS = ("STU.ID", "ATT.DT", "ATT.AL")

WORDS: Words = {
    "student_id": ("STU.ID", "ATT.ID", "Student ID", "Perm ID", "Permanent ID"),
    "date": ("ATT.DT", "ATT.DY(DT)", "DT", "Date", "Attendance Date"),
    "all_day": ("ATT.AL", "AL", "All Day", "All Day Code"),
    "campus": ("ATT.SC", "STU.SC", "SC", "School", "School Code"),
    "comment": ("ATT.ACO", "ACO", "Comment"),
    "family_name": ("STU.LN", "Last Name"),
    "given_name": ("STU.FN", "First Name"),
}
NEEDED = ("student_id", "date", "all_day")
_PERIOD = re.compile(r"(?:att[ap]|atper|p|per|period)0?(\d{1,2})")


def identify(upload: Upload) -> bool:
    """Say whether a sheet has columns for the student id, the date and the all-day code."""
    return bool(find_tables(upload, WORDS, NEEDED))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one recorded day; rows that cannot be read are held."""
    readings = [_read(read_sheet(table), profile) for table in all_tables(upload, WORDS, NEEDED)]
    return Extract(
        NAME,
        join_registers(read.marks for read in readings),
        students=[student for read in readings for student in read.students],
        coverage=[coverage for read in readings for coverage in read.coverage],
        problems=[problem for read in readings for problem in read.problems],
    )


def _read(sheet: Sheet, profile: Profile) -> Extract:
    table = sheet.table
    refuse_doubled(table, NEEDED)
    ids = sheet.column("student_id").changed(clean_id)
    dates = read_dates(table, "date", sheet.column("date"), profile)
    no_id, no_date = ~ids.where(is_id), ~dates.readable
    refuse_if_mostly(table, "date", no_date, sheet.column("date"), "readable date", sheet.row)
    refuse_if_mostly(table, "student_id", no_id, ids, "student id", sheet.row)
    sound = ~(no_id | no_date)

    def marks_of(part: str, symbols: Column, rows: Rows) -> pd.DataFrame:
        return register_frame(
            {
                "student_id": ids.kept(rows).categorical(),
                "date": dates.days[rows],
                "part": part,
                "symbol": symbols.kept(rows).categorical(),
                "comment": sheet.column("comment").kept(rows).categorical(),
                "row": sheet.row[rows],
            }
        )

    frames = [marks_of("DAY", sheet.column("all_day"), sound)]
    for part, place in _periods(table).items():
        symbols = sheet.columns[place]
        frames.append(marks_of(part, symbols, sound & symbols.where(bool)))
    students = student_names(sheet, ids, ~no_id)
    problems = [
        *sheet.problems,
        *held_rows(
            sheet, no_id, "no-student-id", "student_id", "no student id",
            lambda row: why_no_id(ids.at(row)),
        ),
        *held_rows(
            sheet, no_date & ~no_id, "unreadable-date", "date", "no readable date",
            lambda row: f"has “{sheet.column('date').at(row)}” as its date, which does not exist",
        ),
    ]  # fmt: skip
    coverage = _coverage(sheet, frames, sound, profile)
    return Extract(NAME, join_registers(frames), students, coverage=coverage, problems=problems)


def _periods(table: Table) -> dict[str, int]:
    """Return the columns of the periods by their part of the day, in their order."""
    named = [(_PERIOD.fullmatch(key(header)), place) for place, header in enumerate(table.headers)]
    periods = {int(found[1]): place for found, place in named if found and int(found[1]) <= 12}
    return {f"P{number}": periods[number] for number in sorted(periods)}


def _coverage(
    sheet: Sheet, frames: Sequence[pd.DataFrame], sound: Rows, profile: Profile
) -> list[Coverage]:
    """Each school on its own, because schools need not export the same days."""
    campuses = sheet.column("campus").kept(sound)
    if "campus" not in sheet.table:
        return coverage_of(join_registers(frames), profile.campus)
    parts = tuple(part for frame in frames for part in dict.fromkeys(frame["part"].head(1)))
    days = frames[0]["date"].to_numpy()
    spans = []
    for campus in sorted(campuses.in_use()):
        here = days[campuses.where(lambda cell, campus=campus: cell == campus)]  # type: ignore[misc]
        first, last = pd.Timestamp(np.min(here)).date(), pd.Timestamp(np.max(here)).date()
        spans.append(Coverage(campus or profile.campus, first, last, parts))
    return spans
