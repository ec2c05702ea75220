"""How ordinary students attend: most of them nearly always, a few hardly, some not on Mondays.

Marks are drawn for all students and days at once, so that a district of 100,000 takes seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from rollbook.practice.sheet import NO_MARK, Cells

Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Habits:
    """The codes of one jurisdiction, with how often each is used, and how a day is marked.

    ``present`` is the mark of a session attended, by part; ``None`` where presence leaves no mark.
    ``plain_parts`` are the parts that a student of an elementary school has.
    """

    parts: Sequence[str]
    plain_parts: Sequence[str]
    present: Mapping[str, str | None]
    whole_day: Mapping[str, int]
    part_of_day: Mapping[str, int]
    late: Mapping[str, int]
    other: Sequence[str] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        """All symbols; the first stands for no mark."""
        used = [
            *(symbol for symbol in self.present.values() if symbol is not None),
            *self.whole_day, *self.part_of_day, *self.late, *self.other,
        ]  # fmt: skip
        return ("", *dict.fromkeys(used))

    def code(self, symbol: str) -> int:
        """Return the number of ``symbol`` in :attr:`symbols`."""
        return self.symbols.index(symbol, 1)


_PERIODS = tuple(f"P{number}" for number in range(1, 8))

HABITS: Mapping[str, Habits] = {
    "us-tx": Habits(
        parts=_PERIODS,
        plain_parts=("P2",),
        present=dict.fromkeys(_PERIODS),
        whole_day={"A": 68, "U": 16, "S": 8, "O": 2, "R": 2, "I": 4},
        part_of_day={"M": 40, "A": 40, "U": 20},
        late={"T": 1},
    ),
    "us-ca": Habits(
        parts=("DAY", *_PERIODS),
        plain_parts=("DAY",),
        present={"DAY": "", **dict.fromkeys(_PERIODS)},
        whole_day={"I": 62, "M": 10, "E": 8, "B": 2, "F": 4, "R": 4, "U": 6, "A": 3, "S": 1},
        part_of_day={"M": 50, "E": 20, "C": 12, "U": 6, "F": 12},
        late={"T": 12, "L": 2, "W": 1},
    ),
    "gb-eng": Habits(
        parts=("AM", "PM"),
        plain_parts=("AM", "PM"),
        present={"AM": "/", "PM": "\\"},
        whole_day={"I": 64, "G": 4, "O": 6, "C": 3, "E": 2, "R": 2, "V": 8, "P": 3, "W": 3, "B": 5},
        part_of_day={"M": 60, "U": 18, "O": 8, "I": 14},
        late={"L": 1},
        other=("N", "C1", "C2", "J1", "Y1", "T", "S", "K", "D"),
    ),
}  # fmt: skip


def ordinary_marks(
    habits: Habits,
    on_roll: Flags,
    elementary: Flags,
    days: Sequence[date],
    chance: np.random.Generator,
) -> Cells:
    """Draw the marks of all students: ``on_roll`` is students × days, the result has parts too."""
    students, count = on_roll.shape
    usual = _usual_absence(students, chance)
    daily = usual[:, None] * _weekday_weights(students, days, chance)
    away = _spells(daily, chance)
    cells = np.zeros((students, count, len(habits.parts)), dtype=np.uint8)
    for place, part in enumerate(habits.parts):
        symbol = habits.present[part]
        if symbol is not None:
            cells[:, :, place] = habits.code(symbol)
    _mark_part_days(cells, habits, usual, chance)
    reasons = _reasons(habits, away, chance)
    cells[away] = reasons[away][:, None]
    cells[~on_roll] = NO_MARK
    plain = [part in habits.plain_parts for part in habits.parts]
    cells[np.ix_(elementary, np.ones(count, dtype=bool), ~np.array(plain))] = NO_MARK
    return cells


def _usual_absence(students: int, chance: np.random.Generator) -> Shares:
    """Most students miss 1 to 6 days in a hundred, some 6 to 12, a few far more."""
    low, high = np.array([[0.004, 0.035], [0.03, 0.06], [0.08, 0.20]], dtype=np.float32).T
    kind = chance.choice(3, size=students, p=[0.84, 0.135, 0.025])
    draw = chance.random(students, dtype=np.float32)
    usual: Shares = low[kind] + draw * (high[kind] - low[kind])
    return usual


def _weekday_weights(students: int, days: Sequence[date], chance: np.random.Generator) -> Shares:
    """One student in twenty-five is away mostly on Mondays or mostly on Fridays."""
    weights = np.array([1.15, 0.95, 0.9, 0.95, 1.15], dtype=np.float32)
    kinds = np.stack([weights, weights, weights])
    kinds[1, 0] = kinds[2, 4] = 6.0
    kind = chance.choice(3, size=students, p=[0.96, 0.02, 0.02])
    weekdays = np.array([min(day.weekday(), 4) for day in days], dtype=np.intp)
    own: Shares = kinds[np.ix_(kind, weekdays)]
    return own


def _spells(daily: Shares, chance: np.random.Generator) -> Flags:
    """An absence lasts a day, and goes on to the next day four times in ten."""
    away = chance.random(daily.shape, dtype=np.float32) < daily * np.float32(0.65)
    goes_on = chance.random(daily.shape, dtype=np.float32) < 0.4
    for day in range(1, daily.shape[1]):
        away[:, day] |= away[:, day - 1] & goes_on[:, day]
    return away


def _reasons(habits: Habits, away: Flags, chance: np.random.Generator) -> Cells:
    """Draw a reason for every day away; a spell keeps its first day's reason."""
    codes = np.array([habits.code(symbol) for symbol in habits.whole_day], dtype=np.uint8)
    weights = np.array([*habits.whole_day.values()], dtype=float)
    reasons = np.zeros(away.shape, dtype=np.uint8)
    reasons[away] = chance.choice(codes, size=int(away.sum()), p=weights / weights.sum())
    for day in range(1, away.shape[1]):
        same = away[:, day] & away[:, day - 1]
        reasons[same, day] = reasons[same, day - 1]
    return reasons


def _mark_part_days(
    cells: Cells,
    habits: Habits,
    usual: Shares,
    chance: np.random.Generator,
) -> None:
    """Mark late arrivals, and parts of days missed: the first sessions or the last."""
    students, days, parts = cells.shape
    first = habits.parts.index("DAY") + 1 if "DAY" in habits.parts else 0
    chances = chance.random((students, days), dtype=np.float32)
    late = chances < 0.006 + usual[:, None] * np.float32(0.15)
    cells[late, first] = _draw(habits.late, habits, int(late.sum()), chance)
    gone = chances > 1 - (0.004 + usual[:, None] * np.float32(0.12))
    how_many = int(gone.sum())
    reasons = _draw(habits.part_of_day, habits, how_many, chance)
    length = chance.integers(1, max((parts - first) // 2, 1) + 1, size=how_many)
    from_start = chance.random(how_many) < 0.5
    who, when = np.nonzero(gone)
    for place in range(first, parts):
        hit = np.where(from_start, place < first + length, place >= parts - length)
        cells[who[hit], when[hit], place] = reasons[hit]


def _draw(
    weights: Mapping[str, int], habits: Habits, count: int, chance: np.random.Generator
) -> Cells:
    codes = np.array([habits.code(symbol) for symbol in weights], dtype=np.uint8)
    shares = np.array([*weights.values()], dtype=float)
    return chance.choice(codes, size=count, p=shares / shares.sum())
