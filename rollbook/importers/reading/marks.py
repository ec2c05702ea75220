"""Bulk marks: columns of a table as categoricals, so that a year of marks is read at once.

A column of 1.9 million cells has a few thousand different values. Each different value is looked
at once, in words; the rows only carry its number.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.importers.contract import Coverage, Profile
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
from rollbook.importers.upload import LARGEST_CELL, Row
from rollbook.problems import Place, Problem, hold, note
from rollbook.register import PARTS, Student

MOST_OF_A_KIND = 1_000
"""Rows held for the same reason that are listed one by one; the rest are counted."""

Rows = npt.NDArray[np.bool_]

_EXCEL_TEXT = re.compile(r'="([^"]*)"|\'(\d.*)')
_SHORTENED_ID = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_ID = re.compile(r"(?!=|#DIV/)(?=.*\d)[^\s,;:]{1,24}")  # a formula is none, nor an error


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its different values, and for each row which of them it has."""

    labels: tuple[str, ...]
    codes: npt.NDArray[np.int32]

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Column":
        """Build a column from its cells."""
        codes, labels = pd.factorize(np.asarray(cells, dtype=object))
        return cls(tuple(labels), codes.astype(np.int32))

    @classmethod
    def constant(cls, value: str, length: int) -> "Column":
        """Build a column that has the same value in every row."""
        return cls((value,), np.zeros(length, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.codes)

    def changed(self, change: Callable[[str], str]) -> "Column":
        """Return the column with every different value changed."""
        codes, labels = pd.factorize(np.asarray([*map(change, self.labels), ""], dtype=object))
        if len(labels) == len(self.labels) + 1:
            return Column(tuple(labels[:-1]), self.codes)
        return Column(tuple(labels), codes.astype(np.int32)[self.codes])

    def where(self, test: Callable[[str], bool]) -> Rows:
        """Return for each row whether its value passes ``test``."""
        return np.fromiter(map(test, self.labels), np.bool_, len(self.labels))[self.codes]

    def kept(self, rows: Rows) -> "Column":
        """Return the column with only some rows."""
        return Column(self.labels, self.codes[rows])

    def without_first(self) -> "Column":
        """Return the column without its first row, and without its value if no other has it."""
        first, rest = self.codes[0], self.codes[1:]
        if (rest == first).any():
            return Column(self.labels, rest)
        labels = self.labels[:first] + self.labels[first + 1 :]
        return Column(labels, rest - (rest > first).astype(np.int32))

    def at(self, row: int) -> str:
        """Return one cell."""
        return self.labels[int(self.codes[row])]

    def in_use(self) -> list[str]:
        """Return the different values that rows really have."""
        used = np.bincount(self.codes, minlength=len(self.labels)) > 0
        return [label for label, is_used in zip(self.labels, used, strict=True) if is_used]

    def categorical(self) -> "pd.Categorical[str]":
        """Return the column as the register frame has it: only with values that rows have.

        What only the rows held back have is not to be taken for a student or a session.
        """
        used = np.bincount(self.codes, minlength=len(self.labels)) > 0
        codes = self.codes if used.all() else (np.cumsum(used) - 1)[self.codes]
        return pd.Categorical.from_codes(codes, pd.Index(self.in_use(), dtype=object))


@dataclass(frozen=True)
class Sheet:
    """The rows of a table, column by column, and what was wrong with their widths."""

    table: Table
    columns: Sequence[Column]
    row: npt.NDArray[np.int32]
    problems: tuple[Problem, ...]

    def __len__(self) -> int:
        return len(self.row)

    def column(self, field: str) -> Column:
        """Return a field's column; all ``""`` where the file has none."""
        if field not in self.table:
            return Column.constant("", len(self))
        return self.columns[self.table.columns[field]]

    def kept(self, rows: Rows) -> "Sheet":
        """Return the sheet with only some rows."""
        columns = [column.kept(rows) for column in self.columns]
        return Sheet(self.table, columns, self.row[rows], self.problems)


def read_sheet(table: Table) -> Sheet:
    """Read all rows of a table by columns, blank rows left out, cells without outer blanks."""
    sheet = _read_text(table) if table.upload.kind == "text" else None
    sheet = sheet or _read_rows(table)
    blank = np.ones(len(sheet), dtype=np.bool_)
    for column in sheet.columns:
        blank &= column.where(lambda cell: not cell)
    return sheet.kept(~blank) if blank.any() else sheet


def _read_text(table: Table) -> Sheet | None:
    """Read delimited text with pandas; None when it has to be read row by row.

    pandas turns a category column of digits into numbers and loses the zeros of ids. So the header
    row is read as a row of data: one word in a column, and the column stays text. That it came
    back as it was shows that the trick still holds. Single carriage returns, of old Macs or within
    cells, pandas counts differently from the reader that found the header row.
    """
    text, width = table.upload.text, len(table.headers)
    if text.count("\r") != text.count("\r\n"):
        return None
    try:
        frame = pd.read_csv(
            io.BytesIO(table.upload.content),
            sep=table.upload.delimiter,
            encoding=table.upload.encoding,
            header=None,
            names=range(width + 1),  # one more, so that a row that is too long is noticed
            index_col=False,
            skiprows=table.header_row,
            skip_blank_lines=False,
            dtype="category",
            keep_default_na=False,
            na_filter=False,
            quoting=csv.QUOTE_MINIMAL,
            doublequote=True,
            low_memory=False,
        )
    except pd.errors.ParserError:
        return None
    columns = [_from_pandas(frame[place]) for place in range(width + 1)]
    if any(len(label) > LARGEST_CELL for column in columns for label in column.labels):
        return None
    too_wide = columns.pop().where(bool).any()
    if too_wide or any(
        columns[place].at(0) != table.headers[place] for place in table.columns.values()
    ):
        return None
    columns = [column.without_first() for column in columns]
    row = np.arange(len(frame) - 1, dtype=np.int32) + np.int32(table.header_row + 2)
    return Sheet(table, columns, row, ())


def _from_pandas(series: "pd.Series[str]") -> Column:
    values = series.array
    assert isinstance(values, pd.Categorical)
    column = Column(tuple(map(str, values.categories)), values.codes.astype(np.int32))
    return column.changed(str.strip)


def _read_rows(table: Table) -> Sheet:
    """Read row by row: workbooks, and text some of whose rows have too many fields."""
    width = len(table.headers)
    numbers: list[int] = []
    rows: list[Row] = []
    too_wide: list[int] = []
    for number, row in table.rows():
        if any(row[width:]):
            too_wide.append(number)
            continue
        numbers.append(number)
        rows.append((row + ("",) * width)[:width])
    if len(too_wide) > len(numbers):
        raise table.upload.refused(
            "shifted-columns",
            f"has more columns in its rows than headers (for example in row {too_wide[0]}), so "
            "the headers do not stand over their columns. Export it again.",
        )
    problems = [
        hold(
            "too-many-fields",
            f"Row {number} has more columns than there are headers, so its cells may be shifted. "
            "It was not posted. Correct the row and drop the file again.",
            place=table.place(number),
        )
        for number in too_wide
    ]
    columns = [Column.of(cells) for cells in zip(*rows, strict=True)] if rows else []
    columns = columns or [Column.constant("", 0)] * width
    return Sheet(table, columns, np.asarray(numbers, dtype=np.int32), tuple(problems))


# Reading the columns of marks --------------------------------------------------------------------


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
