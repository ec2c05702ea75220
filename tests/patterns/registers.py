"""Registers for patterns: drawn with the marks of chosen days, or at random."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from rollbook.attendance import Reading, read_register
from rollbook.policy import PolicyPack, load_pack
from rollbook.practice.calendars import CALENDARS
from rollbook.register import Guardian, register_frame

ENGLAND = load_pack("gb-eng")
CALENDAR = CALENDARS["gb-eng"]
YEAR = CALENDAR.years[1]  # 2026-27: half term 26 to 30 October

Marks = Mapping[str, str]
"""What differs from attending: ``2026-11-02`` or ``2026-11-02 PM`` to a symbol."""


def reading_of(
    people: Mapping[str, Marks], *, last: str = "2026-12-18", pack: PolicyPack = ENGLAND
) -> Reading:
    """Read the register of some students from the first day of the year to ``last``."""
    until = date.fromisoformat(last)
    rows = [
        (student, day, part, marks.get(f"{day} {part}", marks.get(str(day), symbol)))
        for student, marks in people.items()
        for day in CALENDAR.school_days_between(YEAR.first, until)
        for part, symbol in (("AM", "/"), ("PM", "\\"))
    ]
    names = ("student_id", "date", "part", "symbol")
    columns: dict[str, Any] = {
        name: [row[place] for row in rows] for place, name in enumerate(names)
    }
    columns["date"] = np.array([str(day) for day in columns["date"]], dtype="datetime64[D]")
    return read_register(register_frame(columns), pack, CALENDAR, first=YEAR.first, last=until)


def missed(days: Iterable[str], symbol: str = "I") -> dict[str, str]:
    """Return the marks of somebody who missed these days, or parts of days."""
    return dict.fromkeys(days, symbol)


def school_days(weekday: int, count: int, *, step: int = 1) -> list[str]:
    """Return the first ``count`` school days of 2026-27 that fall on a weekday, Monday being 0."""
    days = [day for day in YEAR.school_days() if day.weekday() == weekday]
    return [str(day) for day in days[::step][:count]]


def random_register(students: int, seed: int) -> pd.DataFrame:
    """A year of students who are ill at random, for a day up to a week, and sometimes late."""
    chance = np.random.default_rng(seed)
    days = np.array(YEAR.school_days(), dtype="datetime64[D]")
    absent = chance.random((students, len(days), 2)) < 0.01  # a session here and there
    often = chance.gamma(2, 0.02, size=(students, 1))
    begins = chance.random((students, len(days))) < often
    length = chance.choice([1, 1, 1, 2, 2, 3, 5], size=begins.shape)
    for student, day in np.argwhere(begins):
        absent[student, day : day + length[student, day]] = True
    symbol = np.where(absent, "I", np.array(["/", "\\"]))
    late = (chance.random(begins.shape) < 0.03) & ~absent[:, :, 0]
    symbol[:, :, 0] = np.where(late, "L", symbol[:, :, 0])
    ids = np.array([f"{number:05d}" for number in range(students)], dtype=object)
    return register_frame(
        {
            "student_id": np.repeat(ids, 2 * len(days)),
            "date": np.tile(np.repeat(days, 2), students),
            "part": np.tile(np.array(["AM", "PM"], dtype=object), students * len(days)),
            "symbol": symbol.reshape(-1).astype(object),
        }
    )


def families(*children: Sequence[str]) -> list[Guardian]:
    """Guardians: each family lives in a house of its own."""
    return [
        Guardian(child, f"Parent {house}", street=f"{house} Mill Lane", postcode="ZZ1 1ZZ")
        for house, family in enumerate(children)
        for child in family
    ]
