"""Marks in the ledger: written once, never changed; the newest entry of a session is its mark.

A mark is addressed by one whole number, its *place*: student key, day and part packed together,
so that two million of them are compared as one array.

    | student key (23 bits) | day (20 bits) | part (4 bits) |

They are kept in pages, a student's marks of one posting on each (see ``schema.py``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy as sa

from rollbook.ledger import schema
from rollbook.register import PARTS, register_frame

Integers = npt.NDArray[np.int64]

_EPOCH = date(1970, 1, 1)
_PART_BITS = 4
_DAY_BITS = 20
_SYMBOL_BITS = 16
_STUDENT_SHIFT = _DAY_BITS + _PART_BITS
_NO_SYMBOL = 0
PART_NUMBER: Mapping[str, int] = {part: number for number, part in enumerate(PARTS)}


def day_number(day: date) -> int:
    """Return the day as the ledger counts it, from 1 January 1970."""
    return (day - _EPOCH).days


def day_numbers(dates: "pd.Series[Any]") -> Integers:
    """Return the dates of a column as the ledger counts them."""
    numbers: Integers = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    return numbers


def day_of(number: int) -> date:
    """Return the date of a day number."""
    return _EPOCH + timedelta(days=number)


def places(students: Integers, days: Integers, parts: Integers) -> Integers:
    """Return the places of marks given as arrays of student keys, day and part numbers."""
    return (
        (students.astype(np.int64) << _STUDENT_SHIFT)
        | (days.astype(np.int64) << _PART_BITS)
        | parts.astype(np.int64)
    )


def place_of(student: int, day: date, part: str) -> int:
    """Return the place of one mark."""
    return student << _STUDENT_SHIFT | day_number(day) << _PART_BITS | PART_NUMBER[part]


def session_of(place: int) -> tuple[int, date, str]:
    """Return the student key, day and part of a place."""
    day = place >> _PART_BITS & ((1 << _DAY_BITS) - 1)
    return place >> _STUDENT_SHIFT, day_of(day), PARTS[place & ((1 << _PART_BITS) - 1)]


def student_days_of(place: Integers) -> Integers:
    """Return the student and day of places as one number each, so that days can be compared."""
    return place >> _PART_BITS


def place_in(student: int, spot: int) -> int:
    """Return the place of a student's day and part packed together, as details have them."""
    return student << _STUDENT_SHIFT | spot


def students_of(place: Integers) -> Integers:
    """Return the student keys of places."""
    return place >> _STUDENT_SHIFT


def days_of(place: Integers) -> Integers:
    """Return the day numbers of places."""
    return (place >> _PART_BITS) & ((1 << _DAY_BITS) - 1)


def parts_of(place: Integers) -> Integers:
    """Return the part numbers of places."""
    return place & ((1 << _PART_BITS) - 1)


@dataclass(frozen=True)
class Entries:
    """Marks as arrays of one length, ordered by place.

    ``symbol`` holds symbol ids of the ledger, 0 where the mark was taken away. ``detail`` maps a
    place to (minutes late, comment) where there is any.
    """

    place: Integers
    symbol: Integers
    detail: Mapping[int, tuple[int, str]]

    def __len__(self) -> int:
        return len(self.place)


def symbol_ids(connection: sa.Connection, texts: Sequence[str]) -> dict[str, int]:
    """Return the ledger's id of every symbol, entering those it has not met before."""
    known = {row.text: row.id for row in connection.execute(sa.select(schema.symbol))}
    fresh = [text for text in dict.fromkeys(texts) if text not in known]
    if fresh:
        connection.execute(sa.insert(schema.symbol), [{"text": text} for text in fresh])
        known = {row.text: row.id for row in connection.execute(sa.select(schema.symbol))}
    return known


def symbol_texts(connection: sa.Connection) -> dict[int, str]:
    """Return the symbols of the ledger by id."""
    return {row.id: row.text for row in connection.execute(sa.select(schema.symbol))}


def current_entries(
    connection: sa.Connection, first: date | None = None, last: date | None = None
) -> Entries:
    """Return the newest entry of every session from ``first`` to ``last``, taken-away ones too."""
    low = day_number(first) if first else 0
    high = day_number(last) if last else (1 << _DAY_BITS) - 1
    table = schema.page
    pages = connection.execute(
        sa.select(table.c.student, table.c.posting, table.c.entries, table.c.details)
        .where(table.c.last >= low, table.c.first <= high)
        .order_by(table.c.student, table.c.posting)
    ).all()
    place, symbol = unpack(pages)
    if len(place) and (days_of(place).min() < low or days_of(place).max() > high):
        inside = (days_of(place) >= low) & (days_of(place) <= high)
        place, symbol = place[inside], symbol[inside]
    if len(place) and not (place[1:] > place[:-1]).all():  # postings overlap: the newest one wins
        order = np.argsort(place, kind="stable")
        place, symbol = place[order], symbol[order]
        newest = np.append(place[1:] != place[:-1], True)
        place, symbol = place[newest], symbol[newest]
    return Entries(place, symbol, _details(pages, low, high))


def unpack(pages: Sequence[Any]) -> tuple[Integers, Integers]:
    """Return the places and symbols of all pages, in their order."""
    if not pages:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    text = ",".join(page.entries[1:-1] for page in pages)
    entries = np.fromstring(text, dtype=np.int64, sep=",")
    lengths = [page.entries.count(",") + 1 for page in pages]
    students = np.repeat(np.array([page.student for page in pages], dtype=np.int64), lengths)
    place = (students << _STUDENT_SHIFT) | (entries >> _SYMBOL_BITS)
    return place, entries & ((1 << _SYMBOL_BITS) - 1)


def _details(pages: Sequence[Any], low: int, high: int) -> dict[int, tuple[int, str]]:
    """Return minutes and comment by place. A newer page without any takes older ones away."""
    found: dict[int, tuple[int, str]] = {}
    for student, own_pages in groupby(pages, key=lambda page: page.student):
        start = student << _STUDENT_SHIFT
        own: dict[int, tuple[int, str]] = {}
        for page in own_pages:
            if own:
                for entry in json.loads(page.entries):
                    own.pop(start | (entry >> _SYMBOL_BITS), None)
            own |= {start | spot: (minutes, text) for spot, minutes, text in page.details}
        found |= own
    lowest, highest = low << _PART_BITS, (high + 1) << _PART_BITS
    spot_bits = (1 << _STUDENT_SHIFT) - 1
    return {place: what for place, what in found.items() if lowest <= place & spot_bits < highest}


def append(connection: sa.Connection, posting: int, entries: Entries) -> None:
    """Write entries of one posting, ordered by place: a page for each student."""
    if not len(entries):
        return
    students = students_of(entries.place)
    packed = ((entries.place & ((1 << _STUDENT_SHIFT) - 1)) << _SYMBOL_BITS) | entries.symbol
    days = days_of(entries.place)
    starts = np.flatnonzero(np.append(True, students[1:] != students[:-1]))
    ends = np.append(starts[1:], len(students))
    details = _details_by_student(entries)
    rows = [
        {
            "student": student,
            "posting": posting,
            "first": first,
            "last": last,
            "entries": json.dumps(packed[start:end].tolist(), separators=(",", ":")),
            "details": details.get(student, []),
        }
        for student, first, last, start, end in zip(
            students[starts].tolist(),
            days[starts].tolist(),
            days[ends - 1].tolist(),
            starts.tolist(),
            ends.tolist(),
            strict=True,
        )
    ]
    connection.execute(sa.insert(schema.page), rows)


def _details_by_student(entries: Entries) -> dict[int, list[tuple[int, int, str]]]:
    found: dict[int, list[tuple[int, int, str]]] = {}
    for place, (minutes, comment) in entries.detail.items():
        spot = place & ((1 << _STUDENT_SHIFT) - 1)
        found.setdefault(place >> _STUDENT_SHIFT, []).append((spot, minutes, comment))
    return found


def current_register(
    connection: sa.Connection, first: date | None = None, last: date | None = None
) -> pd.DataFrame:
    """Return the register frame of the newest marks from ``first`` to ``last``."""
    entries = current_entries(connection, first, last)
    texts = symbol_texts(connection)
    ids = {
        row.key: row.student_id
        for row in connection.execute(sa.select(schema.student.c.key, schema.student.c.student_id))
    }
    standing = entries.symbol != _NO_SYMBOL
    place, symbol = entries.place[standing], entries.symbol[standing]
    minutes = np.zeros(len(place), dtype=np.int16)
    comments = np.zeros(len(place), dtype=np.int32)
    comment_texts = [""]
    spots = np.searchsorted(place, list(entries.detail)) if entries.detail else ()
    for spot, (late, comment) in zip(spots, entries.detail.values(), strict=True):
        minutes[spot] = late
        if comment:
            comment_texts.append(comment)
            comments[spot] = len(comment_texts) - 1
    return register_frame(
        {
            "student_id": _categorical(students_of(place), ids),
            "date": days_of(place).astype("datetime64[D]"),
            "part": _categorical(parts_of(place), dict(enumerate(PARTS))),
            "symbol": _categorical(symbol, texts),
            "minutes_late": minutes,
            "comment": _comments(comments, comment_texts),
        }
    )


def _categorical(numbers: Integers, texts: Mapping[int, str]) -> "pd.Categorical[str]":
    """Return the texts of ledger numbers without making a Python object for each mark."""
    order = sorted(texts)
    code_of = np.full((order[-1] if order else 0) + 1, -1, dtype=np.int32)
    code_of[order] = np.arange(len(order))
    labels = pd.Index([texts[number] for number in order], dtype=object)
    return pd.Categorical.from_codes(code_of[numbers], labels)


def _comments(numbers: npt.NDArray[np.int32], texts: list[str]) -> "pd.Categorical[str]":
    codes, labels = pd.factorize(np.array(texts, dtype=object))
    return pd.Categorical.from_codes(codes[numbers], pd.Index(labels, dtype=object))
