"""Bulk marks: columns of a table as categoricals, so that a year of marks is read at once.

A column of 1.9 million cells has a few thousand different values. Each different value is looked
at once, in words; the rows only carry its number.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.importers.reading.headers import Table
from rollbook.importers.upload import LARGEST_CELL, Row
from rollbook.problems import Problem, hold

Rows = npt.NDArray[np.bool_]


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
