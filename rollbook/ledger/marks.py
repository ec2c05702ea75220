"""Marks in the ledger: written once, never changed; the newest entry of a session is its mark.

A mark is addressed by one whole number, its *place*: student key, day and part packed together,
so that two million of them are compared as one array.

    | student key (23 bits) | day (20 bits) | part (4 bits) |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
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
_SYMBOL_BITS = 15
_DETAIL = 1 << _SYMBOL_BITS
_NO_SYMBOL = 0
_PLACE = f"((((student << {_DAY_BITS}) | day) << {_PART_BITS}) | part)"
PART_NUMBER: Mapping[str, int] = {part: number for number, part in enumerate(PARTS)}


def day_number(day: date) -> int:
    """Return the day as the ledger counts it, from 1 January 1970."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """Return the date of a day number."""
    return _EPOCH + timedelta(days=number)


def places(students: Integers, days: Integers, parts: Integers) -> Integers:
    """Return the places of marks given as arrays of student keys, day and part numbers."""
    return (
        (students.astype(np.int64) << (_DAY_BITS + _PART_BITS))
        | (days.astype(np.int64) << _PART_BITS)
        | parts.astype(np.int64)
    )


def students_of(place: Integers) -> Integers:
    """Return the student keys of places."""
    return place >> (_DAY_BITS + _PART_BITS)


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
    bounds = (
        day_number(first) if first else 0,
        day_number(last) if last else (1 << _DAY_BITS) - 1,
    )
    packed = _read_packed(connection, bounds)
    place, rest = packed >> (_SYMBOL_BITS + 1), packed & ((_DETAIL << 1) - 1)
    newest = np.append(place[1:] != place[:-1], True) if len(place) else np.zeros(0, dtype=bool)
    place, rest = place[newest], rest[newest]
    has_detail = (rest & _DETAIL) != 0
    detail = _read_detail(connection, bounds) if has_detail.any() else {}
    kept = set(place[has_detail].tolist())
    return Entries(
        place,
        rest & (_DETAIL - 1),
        {spot: what for spot, what in detail.items() if spot in kept},
    )


def _read_packed(connection: sa.Connection, bounds: tuple[int, int]) -> Integers:
    """Read each entry as one number: far faster than rows of seven columns."""
    shift = _SYMBOL_BITS + 1
    rows = _driver(connection).execute(
        f"SELECT (({_PLACE}) << {shift})"  # SQLite gives << and | the same rank: brackets
        f" | ((minutes_late <> 0 OR comment <> '') << {_SYMBOL_BITS})"
        f" | coalesce(symbol, {_NO_SYMBOL})"
        " FROM mark WHERE day BETWEEN ? AND ? ORDER BY student, day, part, posting",
        bounds,
    )
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64)


def _read_detail(connection: sa.Connection, bounds: tuple[int, int]) -> dict[int, tuple[int, str]]:
    rows = _driver(connection).execute(
        f"SELECT {_PLACE}, minutes_late, comment"
        " FROM mark WHERE day BETWEEN ? AND ? AND (minutes_late <> 0 OR comment <> '')"
        " ORDER BY student, day, part, posting",
        bounds,
    )
    return {place: (minutes, comment) for place, minutes, comment in rows}


def append(connection: sa.Connection, posting: int, entries: Entries) -> None:
    """Write entries of one posting."""
    place = entries.place
    details = (
        [entries.detail.get(spot, (0, "")) for spot in place.tolist()] if entries.detail else ()
    )
    minutes = (detail[0] for detail in details) if details else iter([0] * len(place))
    comments = (detail[1] for detail in details) if details else iter([""] * len(place))
    rows = zip(
        students_of(place).tolist(),
        days_of(place).tolist(),
        parts_of(place).tolist(),
        [posting] * len(place),
        [number or None for number in entries.symbol.tolist()],
        minutes,
        comments,
        strict=True,
    )
    _driver(connection).executemany(
        "INSERT INTO mark (student, day, part, posting, symbol, minutes_late, comment)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _driver(connection: sa.Connection) -> Any:
    """Return SQLite's own connection: rows by the million skip SQLAlchemy's row objects."""
    return connection.connection.driver_connection


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
