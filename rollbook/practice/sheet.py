"""The mark sheet: all marks of a practice school as one block, students × days × parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.register import register_frame

Cells = npt.NDArray[np.uint8]
NO_MARK = 0


@dataclass(frozen=True)
class MarkSheet:
    """Marks as numbers into ``symbols``; 0 is a session without a mark.

    ``comments`` are kept by (student, day, part), each counted from 0.
    """

    student_ids: Sequence[str]
    days: Sequence[date]
    parts: Sequence[str]
    symbols: Sequence[str]
    cells: Cells
    comments: Mapping[tuple[int, int, int], str] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """Return the marks as a register frame, by student, day and part."""
        students, days, parts = np.nonzero(self.cells)
        symbols = self.cells[students, days, parts]
        words, comments = self._comments_of(students, days, parts)
        return register_frame(
            {
                "student_id": _category(students.astype(np.int32), self.student_ids),
                "date": np.array(self.days, dtype="datetime64[s]")[days],
                "part": _category(parts.astype(np.int8), self.parts),
                "symbol": _category((symbols - 1).astype(np.int8), self.symbols[1:]),
                "comment": _category(comments, words),
            }
        )

    def between(self, first: date, last: date) -> "MarkSheet":
        """Return the sheet of the days from ``first`` to ``last``, both included."""
        places = [place for place, day in enumerate(self.days) if first <= day <= last]
        start, end = (places[0], places[-1] + 1) if places else (0, 0)
        return MarkSheet(
            self.student_ids,
            self.days[start:end],
            self.parts,
            self.symbols,
            self.cells[:, start:end],
            {
                (student, day - start, part): text
                for (student, day, part), text in self.comments.items()
                if start <= day < end
            },
        )

    def _comments_of(
        self,
        students: npt.NDArray[np.int64],
        days: npt.NDArray[np.int64],
        parts: npt.NDArray[np.int64],
    ) -> tuple[list[str], npt.NDArray[np.int32]]:
        words = ["", *sorted(set(self.comments.values()))]
        codes = np.zeros(len(students), dtype=np.int32)
        if self.comments:
            places = np.ravel_multi_index((students, days, parts), self.cells.shape)
            where = np.array([np.ravel_multi_index(key, self.cells.shape) for key in self.comments])
            found = np.searchsorted(places, where)
            codes[found] = [words.index(text) for text in self.comments.values()]
        return words, codes


def _category(codes: npt.NDArray[np.signedinteger], labels: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, pd.Index(list(labels), dtype=object))
