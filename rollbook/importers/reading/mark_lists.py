"""The one reader of lists with a row a mark, for every system that writes such lists.

An importer says in a :class:`ListShape` what its list looks like; all else is the same for all:
rows that cannot be read are held with their numbers, shifted columns refuse the file, and nothing
is lost without a word.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from rollbook.importers.contract import Coverage, Extract, Profile, Recording
from rollbook.importers.reading.columns import Column, Rows, Sheet, read_sheet
from rollbook.importers.reading.headers import (
    Table,
    Words,
    find_tables,
    is_grid_header,
    key,
    part_of_day,
    refuse_doubled,
    with_rows,
)
from rollbook.importers.reading.list_rows import (
    NO_MARK,
    above_headers,
    cut_short,
    footers,
    left_out,
    unrecorded,
)
from rollbook.importers.reading.mark_words import PRESENT
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
from rollbook.importers.reading.part_columns import one_mark_a_row, part_columns
from rollbook.importers.upload import Upload
from rollbook.register import join_registers, register_frame


def code_column(sheet: Sheet) -> Column:
    """Return the codes as the export has them."""
    return sheet.column("code")


def part_column(sheet: Sheet) -> Column:
    """Return the part of the day of each row: the whole day where no column names one."""
    if "part" not in sheet.table:
        return Column.constant("DAY", len(sheet))
    return sheet.column("part").changed(part_of_day)


@dataclass(frozen=True)
class ListShape:
    """How one system writes a list of marks.

    ``needed`` are the fields it is recognised by (``"a|b"``: one of them), besides a code; a table
    that has the field ``never`` is another importer's. ``own`` says of a table whether it is this
    system's, where the fields alone do not. ``symbols`` and ``parts`` make the code and the part of
    the day out of the columns; a part that is ``""`` cannot be placed and is held, and ``unplaced``
    goes on from “Row 7” to say why. With ``events`` the list names absences only: whoever is not
    in it was there, and a blank code means *present*. Else a blank says that nothing was recorded,
    unless ``blank_is_present``; then ``symbols`` gives ``NO_MARK`` where nothing was.
    ``part_headers`` names the columns of a row a day with their parts; else their own words do.
    """

    name: str
    words: Words
    needed: Sequence[str] = ("student_id", "date")
    code_fields: Sequence[str] = ("code",)
    never: str = ""
    own: Callable[[Table], bool] = lambda table: True
    events: bool = False
    blank_is_present: bool = False
    symbols: Callable[[Sheet], Column] = code_column
    parts: Callable[[Sheet], Column] = part_column
    unplaced: str = ""
    part_headers: Mapping[str, str] = field(default_factory=dict)
    header_rows: int = 1
    may_be_wrong: bool = False  # most rows may be unreadable, and none refuses the whole list


def lists_in(upload: Upload, shape: ListShape) -> list[Table]:
    """Return the tables of a file that look like the list: a row a mark, or a row a day."""
    found = find_tables(
        upload,
        shape.words,
        shape.needed,
        never=shape.never,
        parts_beside=True,
        header_rows=shape.header_rows,
    )
    return [table for table in found if _has_marks(table, shape) and shape.own(table)]


def _refuse_if_nothing_has_a_place(
    upload: Upload, shape: ListShape, readings: Sequence[Extract]
) -> None:
    slugs = {problem.slug for read in readings for problem in read.problems}
    if "unknown-session" in slugs:
        raise upload.refused(
            "no-session",
            f"has no mark that can be placed in the day: every row {shape.unplaced}. Nothing was "
            "posted.",
        )


def _has_marks(table: Table, shape: ListShape) -> bool:
    if _has_codes(table, shape):
        return not is_grid_header(table.headers)
    return bool(part_columns(table, shape.part_headers))


def _has_codes(table: Table, shape: ListShape) -> bool:
    return all(field in table for field in shape.code_fields)


def read_lists(upload: Upload, profile: Profile, shape: ListShape) -> Extract:
    """Read every row of every such table as one mark; rows that cannot be read are held."""
    tables = with_rows(upload, lists_in(upload, shape))
    readings = [_read(_sheet(table, shape), profile, shape) for table in tables]
    marks = join_registers(extracted.marks for extracted in readings)
    if shape.unplaced and not len(marks):
        _refuse_if_nothing_has_a_place(upload, shape, readings)
    return Extract(
        shape.name,
        marks,
        students=[student for extracted in readings for student in extracted.students],
        coverage=_coverage(readings, profile, shape),
        recording=_recording(marks, profile, shape),
        problems=[problem for extracted in readings for problem in extracted.problems],
    )


def _sheet(table: Table, shape: ListShape) -> Sheet:
    sheet = read_sheet(table)
    if _has_codes(table, shape):
        return sheet
    blanks = bool(shape.part_headers) and shape.blank_is_present and not shape.events
    return one_mark_a_row(sheet, shape.part_headers, blanks=blanks)


def _read(sheet: Sheet, profile: Profile, shape: ListShape) -> Extract:
    table = sheet.table
    refuse_doubled(table, ("student_id", "date", "part", *shape.code_fields))
    ids = sheet.column("student_id").changed(clean_id)
    codes = shape.symbols(sheet) if _has_codes(table, shape) else code_column(sheet)
    footer = footers(sheet, ids, codes)
    around = left_out(sheet, footer)
    if around:
        sheet = sheet.kept(~footer)
        ids, codes = ids.kept(~footer), codes.kept(~footer)
    dates = read_dates(table, "date", sheet.column("date"), profile)
    parts = shape.parts(sheet) if _has_codes(table, shape) else part_column(sheet)

    no_id = ~ids.where(is_id)
    no_date = ~dates.readable
    no_part = parts.where(lambda part: not part)
    no_code = codes.where(lambda code: code in ("", NO_MARK))
    if not shape.may_be_wrong:
        refuse_if_mostly(table, "date", no_date, sheet.column("date"), "readable date", sheet.row)
        refuse_if_mostly(table, "student_id", no_id, ids, "student id", sheet.row)
    if not (shape.unplaced or shape.may_be_wrong):
        refuse_if_mostly(
            table, "part", no_part, sheet.column("part"), "readable session", sheet.row
        )

    minutes, bad_minutes = _minutes(sheet)
    is_mark = shape.events or shape.blank_is_present
    blank = codes.where(lambda code: code == NO_MARK) if is_mark else no_code
    silent = blank & ~(no_id | no_date | no_part | bad_minutes)
    last = max(part_columns(table, shape.part_headers).values()) if shape.part_headers else -1
    cut = cut_short(table, sheet, no_code, last)
    sound = ~(no_id | no_date | no_part | blank | bad_minutes | cut)
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
        *above_headers(table),
        *sheet.problems,
        *around,
        *held_rows(
            sheet, no_id & ~cut, "no-student-id", "student_id", "no student id",
            lambda row: why_no_id(ids.at(row)),
        ),
        *held_rows(
            sheet, no_date & ~no_id & ~cut, "unreadable-date", "date", "no readable date",
            lambda row: _cell_words(sheet, "date", row, "a date that exists"),
        ),
        *held_rows(
            sheet, no_part & ~no_id & ~no_date & ~cut, "unknown-session", "part",
            "no readable session",
            lambda row: shape.unplaced
            or _cell_words(sheet, "part", row, "a session such as AM, PM or a period"),
        ),
        *held_rows(
            sheet, bad_minutes, "unreadable-minutes", "minutes_late", "no readable minutes",
            lambda row: _cell_words(sheet, "minutes_late", row, "a number of minutes"),
        ),
        *held_rows(
            sheet, cut, "too-few-fields", "", "too few fields",
            lambda row: "ends before its code; it may have been cut off",
        ),
        *unrecorded(sheet, silent & ~cut),
    ]  # fmt: skip
    coverage = _campuses(sheet, marks, sound, profile)
    students = student_names(sheet, ids, ~no_id)
    return Extract(shape.name, marks, students, coverage=coverage, problems=problems)


# What a list's silence means ---------------------------------------------------------------------


def _recording(marks: pd.DataFrame, profile: Profile, shape: ListShape) -> Recording:
    """Return what a student without a row was: there, or not recorded."""
    if shape.events:
        return silence_of(marks)
    return Recording.NEGATIVE if profile.absences_only else Recording.POSITIVE


def silence_of(marks: pd.DataFrame) -> Recording:
    """Return what the silence of a list of events means.

    A list in which most rows say *present* is no list of absences, whatever system it is from: its
    silence must not make anybody present.
    """
    symbols = marks["symbol"].cat
    there = np.array([key(str(word)) in PRESENT for word in symbols.categories], dtype=np.bool_)
    mostly = len(marks) and int(there[symbols.codes.to_numpy()].sum()) * 2 > len(marks)
    return Recording.POSITIVE if mostly else Recording.NEGATIVE


def _coverage(readings: Sequence[Extract], profile: Profile, shape: ListShape) -> list[Coverage]:
    """Return what a list speaks about; whoever is silent of absences is so of its own campuses."""
    if not (shape.events or profile.absences_only):
        return coverage_of(join_registers(read.marks for read in readings), profile.campus)
    return [span for read in readings for span in read.coverage]


def _campuses(sheet: Sheet, marks: pd.DataFrame, sound: Rows, profile: Profile) -> list[Coverage]:
    """Return what a list speaks about, each campus on its own: they need not export the same."""
    if "campus" not in sheet.table:
        return coverage_of(marks, profile.campus)
    campuses = sheet.column("campus").kept(sound)
    return [
        span
        for campus in sorted(campuses.in_use())
        for span in coverage_of(
            marks[campuses.where(lambda cell, campus=campus: cell == campus)],  # type: ignore[misc]
            campus or profile.campus,
        )
    ]


def _minutes(sheet: Sheet) -> tuple[np.ndarray, Rows]:
    column = sheet.column("minutes_late")
    wrong = column.where(lambda text: bool(text) and not (text.isdecimal() and int(text) < 1_000))
    known = [int(text) if text.isdecimal() and int(text) < 1_000 else 0 for text in column.labels]
    return np.array(known, dtype=np.int16)[column.codes], wrong


def _cell_words(sheet: Sheet, field: str, row: int, expected: str) -> str:
    value = sheet.column(field).at(row)
    header = sheet.table.header(field)
    return (
        f"has {f'“{value}”' if value else 'nothing'} in column “{header}”, which is not {expected}"
    )
