"""What the columns of a list of marks say: ids, dates, names; which rows are held, and why."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.importers.contract import Coverage, Profile
from rollbook.importers.reading.columns import Column, Rows, Sheet
from rollbook.importers.reading.dates import (
    ASKED_ORDER,
    asked_order,
    misread_order,
    read_date,
    serial_date,
    untelling_order,
    written_date,
)
from rollbook.importers.reading.headers import Table, refused_column
from rollbook.problems import Place, Problem, hold, note
from rollbook.register import PARTS, Student

MOST_OF_A_KIND = 1_000
"""Rows held for the same reason that are listed one by one; the rest are counted."""

_EXCEL_TEXT = re.compile(r'="([^"]*)"|\'(\d.*)')
_SHORTENED_ID = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_ID = re.compile(r"(?!=|#DIV/)(?=.*\d)[^\s,;:]{1,24}")  # a formula is none, nor an error


def clean_id(text: str) -> str:
    """Return an id without what Excel tricks put around it: ``="00123"`` and ``'00123``."""
    found = _EXCEL_TEXT.fullmatch(text)
    return (found[1] or found[2] or "") if found else text


def is_id(text: str) -> bool:
    """Say whether ``text`` can be a student's id: one word with a digit in it, and no date."""
    if not _ID.fullmatch(text) or _SHORTENED_ID.fullmatch(text):
        return False
    written = written_date(text)
    return written is None or text.isdigit()


def why_no_id(text: str) -> str:
    """Say in a sentence what is wrong with an id that cannot be one."""
    if not text:
        return "has no student id"
    if _SHORTENED_ID.fullmatch(text):
        return (
            f"has the student id “{text}”, which Excel made from a long number; its last digits "
            "are lost"
        )
    if text.startswith("="):
        return (
            "has a formula where the student id should be, and its result was not saved (open the "
            "file in Excel, see that the cell shows the id, and save)"
        )
    return f"has “{text}” where the student id should be"


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates, read: for each row the day, and whether it could be read."""

    days: npt.NDArray[np.datetime64]
    readable: Rows


def refuse_order(table: Table, field: str, values: Sequence[str], profile: Profile) -> None:
    """Refuse a file whose dates are written the other way round, or do not tell which way."""
    turned = misread_order(values, profile.day_first)
    if turned:
        ours, theirs = ("day", "month") if profile.day_first else ("month", "day")
        raise refused_column(
            table,
            field,
            "date-order",
            f"writes its dates {theirs} first (“{turned}” in column “{table.header(field)}”), but "
            f"this office reads them {ours} first. Nothing was posted. Export it with dates like "
            "2026-09-30, or set day_first in office.toml.",
        )
    open_question = "" if profile.order_settled else untelling_order(values)
    if open_question:
        raise refused_column(table, field, ASKED_ORDER, asked_order(open_question))


def read_dates(table: Table, field: str, column: Column, profile: Profile) -> Dates:
    """Read a column of dates, or refuse a file whose dates are written the other way round."""
    refuse_order(table, field, column.in_use(), profile)
    serial = partial(serial_date, since_1904=table.upload.since_1904)
    filled = [label for label in column.in_use() if label]
    if filled and all(map(serial, filled)):  # the whole column, else it may be anything
        found = [serial(label) for label in column.labels]
    else:
        found = [read_date(label, profile.day_first) for label in column.labels]
    days = np.array([day or date(1970, 1, 1) for day in found], dtype="datetime64[s]")
    readable = np.array([day is not None for day in found], dtype=np.bool_)
    return Dates(days[column.codes], readable[column.codes])


def refuse_if_mostly(
    table: Table, field: str, bad: Rows, column: Column, what: str, row: npt.NDArray[np.int32]
) -> None:
    """Refuse the file when more than half of a column cannot be what its header says.

    One bad cell is a slip; most of them bad means that headers and columns do not belong together.
    """
    if not len(bad) or int(bad.sum()) * 2 <= len(bad):
        return
    first = int(np.argmax(bad))
    shown = f"“{column.at(first)}”" if column.at(first) else "nothing"
    raise refused_column(
        table,
        field,
        "shifted-columns",
        f"has no {what} in more than half of the rows of column “{table.header(field)}” (row "
        f"{row[first]} has {shown}). The columns seem to be shifted against their headers. Nothing "
        "was posted. Export it again.",
    )


def listed(problems: Sequence[Problem], count: int, what: str, file: str) -> list[Problem]:
    """Return the first problems of a kind and, if there are more than are listed, how many."""
    if count <= len(problems):
        return list(problems)
    more = note(
        "more-of-the-same",
        f"{count - len(problems):,} more rows were not posted because they have {what}.",
        place=Place(file=file),
    )
    return [*problems, more]


def held_rows(
    sheet: Sheet, rows: Rows, slug: str, field: str, what: str, say: Callable[[int], str]
) -> list[Problem]:
    """Return the problems of some rows; ``say`` goes on from “Row 7”: “has no student id”."""
    places = np.flatnonzero(rows)
    problems = [
        hold(
            slug,
            f"Row {sheet.row[place]} {say(int(place))}. It was not posted. Correct the row and "
            "drop the file again.",
            value=sheet.column(field).at(int(place)) if field else "",
            place=sheet.table.place(int(sheet.row[place]), field),
        )
        for place in places[:MOST_OF_A_KIND]
    ]
    return listed(problems, len(places), what, sheet.table.upload.name)


def coverage_of(frame: pd.DataFrame, campus: str) -> list[Coverage]:
    """Return what a register frame speaks about, as one campus."""
    if not len(frame):
        return []
    days = frame["date"]
    seen = set(frame["part"].array.categories[np.unique(frame["part"].array.codes)])
    parts = tuple(part for part in PARTS if part in seen)
    return [Coverage(campus, days.min().date(), days.max().date(), parts)]


def student_names(sheet: Sheet, ids: Column, usable: Rows) -> list[Student]:
    """Return the students a marks file names, so that an office without a roster can start."""
    fields = ("family_name", "given_name", "name")
    if not any(field in sheet.table for field in fields):
        return []
    _codes, first = np.unique(np.where(usable, ids.codes, -1), return_index=True)
    students = []
    for row in sorted(int(row) for row in first if usable[row]):
        family, given, name = (sheet.column(field).at(row) for field in fields)
        students.append(named_student(ids.at(row), family, given, name))
    return students


def named_student(student_id: str, family: str, given: str, name: str) -> Student:
    """Return a student of whom an export gives the name, in one column or in two.

    ``OKORO, Ada`` is divided at the comma. A name without one is kept whole as the family name:
    where it would have to be divided cannot be known.
    """
    if name and not (family or given):
        family, _comma, given = (word.strip() for word in name.partition(","))
    return Student(student_id, family_name=family, given_name=given)
