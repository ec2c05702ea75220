"""Lists with a row a student and day, and a column for each part of it: AM and PM, or periods.

Such a row is read as if it were as many rows as it has marks. A blank cell says nothing: the cells
beside it show that the day was recorded, not what was.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rollbook.importers.reading.columns import Column, Rows, Sheet
from rollbook.importers.reading.headers import Table, key, part_of_day
from rollbook.problems import Problem, note

_BESIDE = re.compile(r"\b(attendance|code|mark|marks|registration|session)\b", re.I)
_FEWEST = 2


def part_columns(table: Table, named: Mapping[str, str] | None = None) -> dict[str, int]:
    """Return the columns that stand for parts of the day, if there are at least two of them.

    A bare number is no such header: it may as well be a day of the month. Where the headers are
    ``named`` with their parts, all of them must be there, and no other counts.
    """
    if named:
        return _named_columns(table, named)
    taken = set(table.columns.values())
    found: dict[str, int] = {}
    for place, header in enumerate(table.headers):
        words = _BESIDE.sub(" ", header).strip() or header
        part = "" if key(words).isdecimal() or place in taken else part_of_day(words)
        if part:
            found.setdefault(part, place)
    return found if len(found) >= _FEWEST else {}


def _named_columns(table: Table, named: Mapping[str, str]) -> dict[str, int]:
    places = {key(header): place for place, header in reversed([*enumerate(table.headers)])}
    found = {part: places.get(key(header), -1) for header, part in named.items()}
    return {} if -1 in found.values() else found


def one_mark_a_row(
    sheet: Sheet, named: Mapping[str, str] | None = None, *, blanks: bool = False
) -> Sheet:
    """Return the sheet with a row a mark: its code, and the part of the day from its header.

    With ``blanks`` a blank cell is a mark too.
    """
    places = part_columns(sheet.table, named)
    cells = [sheet.columns[place] for place in places.values()]
    filled = [column.where(lambda cell: blanks or bool(cell)) for column in cells]
    rows = np.concatenate([np.flatnonzero(here) for here in filled])
    order = np.argsort(rows, kind="stable")
    labels = [column.labels for column in cells]
    starts = np.cumsum([0, *map(len, labels[:-1])]).astype(np.int32)
    codes = np.concatenate(
        [
            column.codes[here] + start
            for column, here, start in zip(cells, filled, starts, strict=True)
        ]
    )
    counts = [int(here.sum()) for here in filled]
    marks = Column(tuple(label for some in labels for label in some), codes[order].astype(np.int32))
    part = np.repeat(np.arange(len(places), dtype=np.int32), counts)[order]
    columns = [Column(column.labels, column.codes[rows[order]]) for column in sheet.columns]
    width = len(columns)
    table = replace(
        sheet.table,
        headers=(*sheet.table.headers, "Code", "Session"),
        columns={**sheet.table.columns, "code": width, "part": width + 1},
    )
    unpacked = Sheet(
        table,
        [*columns, marks.changed(str), Column(tuple(places), part)],
        sheet.row[rows[order]],
        sheet.problems,
    )
    return replace(unpacked, problems=(*sheet.problems, *_silent(sheet, filled)))


def _silent(sheet: Sheet, filled: Sequence[Rows]) -> list[Problem]:
    blank = ~np.logical_or.reduce(filled)
    count = int(blank.sum())
    if not count:
        return []
    first = int(sheet.row[int(np.argmax(blank))])
    return [
        note(
            "no-code",
            f"{'1 row has' if count == 1 else f'{count:,} rows have'} no mark in any column (the "
            f"first is row {first}). Nothing was posted.",
            place=sheet.table.place(first),
        )
    ]
