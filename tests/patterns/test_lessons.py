"""The same lesson: periods of the US, whether every mark is there or absences only."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from rollbook.attendance import Reading, Recorded, read_register
from rollbook.patterns import Pattern, patterns_of
from rollbook.policy import load_pack
from rollbook.practice.calendars import CALENDARS
from rollbook.register import register_frame

PERIODS = tuple(f"P{number}" for number in range(1, 8))


def texas(absences: dict[int, list[str]], *, every_mark: bool, symbol: str = "U") -> list[Pattern]:
    """Patterns of one student who missed these periods on school days so numbered."""
    calendar, pack = CALENDARS["us-tx"], load_pack("us-tx")
    days = calendar.years[1].school_days()[:60]
    missed = {(days[number], part) for number, parts in absences.items() for part in parts}
    if every_mark:
        rows = [
            (day, part, symbol if (day, part) in missed else "")
            for day, part in product(days, PERIODS)
        ]
    else:
        rows = [(day, part, symbol) for day, part in sorted(missed)]
    register = register_frame(
        {
            "student_id": ["7"] * len(rows),
            "date": np.array([str(day) for day, _, _ in rows], dtype="datetime64[D]"),
            "part": [part for _, part, _ in rows],
            "symbol": [mark for _, _, mark in rows],
        }
    )
    covered = Recorded("", days[0], days[-1], PERIODS, negative=not every_mark)
    reading: Reading = read_register(
        register, pack, calendar, recorded=[covered], first=days[0], last=days[-1]
    )
    return patterns_of(reading, pack)


@pytest.mark.parametrize("every_mark", [True, False])
def test_one_lesson_missed_again_and_again_is_found(every_mark: bool) -> None:
    absences = {number: ["P6"] for number in range(0, 50, 7)} | {3: ["P3"], 20: ["P2", "P3"]}
    found = texas(absences, every_mark=every_mark)
    [pattern] = [one for one in found if one.kind == "same-part"]
    assert pattern.what == "were in period 6"
    assert (pattern.count, pattern.of) == (8, 10)
    assert pattern.chance == Fraction(9 * 1 + 2, 70)
    assert len(pattern.evidence) == 8


@pytest.mark.parametrize("every_mark", [True, False])
def test_whole_days_away_are_no_pattern_of_a_lesson(every_mark: bool) -> None:
    absences = {number: list(PERIODS) for number in range(0, 50, 7)}
    found = texas(absences, every_mark=every_mark)
    assert [one for one in found if one.kind == "same-part"] == []


def test_late_to_the_first_lesson_is_no_pattern_but_late_to_another_is() -> None:
    first = texas({number: ["P1"] for number in range(0, 50, 3)}, every_mark=True, symbol="T")
    assert [one for one in first if one.kind == "late-part"] == []
    fifth = texas({number: ["P5"] for number in range(0, 50, 3)}, every_mark=True, symbol="T")
    [pattern] = [one for one in fifth if one.kind == "late-part"]
    assert pattern.what == "were in period 5"
    assert pattern.chance == Fraction(1, 6)


def test_leaving_at_noon_is_no_pattern_of_a_single_lesson() -> None:
    """Four afternoons away name every afternoon lesson, and none of them more than chance."""
    noon = ["P5", "P6", "P7"]
    found = texas({number: noon for number in range(0, 28, 7)}, every_mark=True)
    assert [one for one in found if one.kind == "same-part"] == []
