"""The marks of one file while they are checked, and the rows that are held back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.ledger import marks as ledger_marks
from rollbook.ledger.marks import PART_NUMBER
from rollbook.register import FRAME_COLUMNS

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Held:
    """One row that cannot be posted now, and why."""

    slug: str
    message: str
    value: str
    row: int
    student_id: str = ""
    day: date | None = None
    part: str = ""
    symbol: str = ""
    minutes_late: int = 0
    comment: str = ""
    stands_for: int | None = None  # the row first held, when this is a mended one


@dataclass(frozen=True)
class Sheet:
    """The marks of a file as arrays, while they are being checked."""

    frame: pd.DataFrame
    student: npt.NDArray[np.int64]  # the ledger's key, 0 when unknown
    day: npt.NDArray[np.int64]
    part: npt.NDArray[np.int64]

    @cached_property
    def place(self) -> npt.NDArray[np.int64]:
        """The places of the marks; meaningless where the student is unknown."""
        return ledger_marks.places(self.student, self.day, self.part)

    @classmethod
    def of(cls, frame: pd.DataFrame, keys: Mapping[str, int]) -> "Sheet":
        """Return the sheet of a register frame; ``keys`` are the students the ledger knows."""
        ids, part = frame["student_id"].cat, frame["part"].cat
        students = [keys.get(str(name), 0) for name in ids.categories]
        parts = [PART_NUMBER[str(name)] for name in part.categories]
        return cls(
            frame,
            np.array(students or [0], dtype=np.int64)[ids.codes.to_numpy()],
            ledger_marks.day_numbers(frame["date"]),
            np.array(parts or [0], dtype=np.int64)[part.codes.to_numpy()],
        )

    def take(self, which: Booleans) -> "Sheet":
        """Return the sheet with only the marks in ``which``."""
        return Sheet(self.frame[which], self.student[which], self.day[which], self.part[which])

    def held_back(self, which: Booleans) -> list[Held]:
        """Return the marks in ``which`` as held rows, the reason still open."""
        columns = {name: self.frame[name].to_numpy()[which].tolist() for name in FRAME_COLUMNS}
        days = [ledger_marks.day_of(number) for number in self.day[which].tolist()]
        return [
            Held("", "", "", row, str(student_id), day, part, symbol, minutes_late, comment)
            for row, student_id, day, part, symbol, minutes_late, comment in zip(
                columns["row"],
                columns["student_id"],
                days,
                columns["part"],
                columns["symbol"],
                columns["minutes_late"],
                columns["comment"],
                strict=True,
            )
        ]
