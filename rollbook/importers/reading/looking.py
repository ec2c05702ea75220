"""Looking at a table nobody knows: where its headers are, and what its columns may be.

Nothing is decided here. What only one column can be is proposed; all else is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rollbook.importers.reading.dates import written_date
from rollbook.importers.reading.headers import HEADER_ROWS, columns_of, key, part_of_day
from rollbook.importers.reading.mark_words import EVENT
from rollbook.importers.reading.marks import clean_id, is_id
from rollbook.importers.upload import Row, Upload

_MOST_CODES, _LONGEST_CODE = 40, 24


@dataclass(frozen=True)
class Seen:
    """A table as it lies in a file: the row of its headers (from 1), and the rows below."""

    sheet: str
    header_row: int
    headers: Row
    rows: Sequence[Row]

    def values(self, header: str) -> list[str]:
        """Return the cells below a header that are not blank."""
        place = self.headers.index(header)
        return [row[place] for row in self.rows if place < len(row) and row[place]]

    def candidates(self, field: str) -> list[str]:
        """Return the headers that ``field`` may have: by their words, else by what is below."""
        named = columns_of(self.headers, {field: EVENT.get(field, ())})
        if named:
            return [self.headers[named[field]]]
        test = _TESTS.get(field)
        headers = [header for header in self.headers if header]
        return [header for header in headers if test and test(self.values(header))]


def look(upload: Upload) -> Seen:
    """Return the table of the sheet that has most words in one row.

    Raises ``RefusedFile`` for XML, JSON, and where there is no table.
    """
    found = [
        (len({key(cell) for cell in row if not any(map(str.isdecimal, cell))} - {""}), sheet, place)
        for sheet, rows in upload.head.items()
        for place, row in enumerate(rows[:HEADER_ROWS])
    ]
    words, sheet, place = max(found, key=lambda one: one[0], default=(0, "", 0))
    if words < 3:
        raise upload.refused(
            "no-headers",
            "has no row with three headers or more, so it cannot be adopted. Only a list with "
            "headers, as text or a workbook, can be.",
        )
    every = [tuple(cell.strip() for cell in row) for row in upload.rows(sheet)]
    return Seen(sheet, place + 1, every[place], [row for row in every[place + 1 :] if any(row)])


def date_order(values: Sequence[str]) -> str:
    """Return ``day first``, ``month first``, ``any`` where order says nothing, or ``""``: ask."""
    written = [found for value in values if (found := written_date(value))]
    matters = [one for one in written if one.order_matters and one.day != one.month]
    if not matters:
        return "any"
    day = any(one.day > 12 for one in matters)
    month = any(one.month > 12 for one in matters)
    return "" if day == month else "day first" if day else "month first"


def _mostly(test: Callable[[str], object]) -> Callable[[Sequence[str]], bool]:
    def holds(values: Sequence[str]) -> bool:
        return bool(values) and sum(map(bool, map(test, values))) * 10 >= len(values) * 8

    return holds


def _is_code(values: Sequence[str]) -> bool:
    different = set(values)
    short = all(len(value) <= _LONGEST_CODE for value in different)
    long_numbers = _mostly(lambda cell: len(cell) > 3 and cell.isdecimal())(values)
    other = long_numbers or _are_dates(values) or _mostly(part_of_day)(values)
    return 0 < len(different) <= _MOST_CODES and short and not other


def _is_number(values: Sequence[str]) -> bool:
    return _mostly(lambda cell: is_id(clean_id(cell)))(values) and not (
        _are_dates(values) or _mostly(part_of_day)(values)
    )


_are_dates = _mostly(written_date)
_TESTS: dict[str, Callable[[Sequence[str]], bool]] = {
    "student_id": _is_number,
    "date": _are_dates,
    "code": _is_code,
}
