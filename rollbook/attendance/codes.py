"""What each register symbol meant on each day, packed so that millions of marks are quick."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rollbook.register import PARTS, Category, Code

DAY_PART = PARTS.index("DAY")
CATEGORIES = tuple(Category)


PRESENT, APPROVED, AUTHORISED, UNAUTHORISED, NOT_POSSIBLE, MISSING = range(6)


# What the codes say about a mark, packed in one byte: the category, and four yes-or-no facts.
CATEGORY_BITS = 0b111


LATE, TRUANCY, EXCUSED, UNKNOWN = 8, 16, 32, 64


Bools = npt.NDArray[np.bool_]


Ints = npt.NDArray[np.integer[Any]]


Bytes = npt.NDArray[np.uint8]


class CodeBook(Protocol):
    """What counting needs to know of a rule pack."""

    @property
    def method(self) -> str:
        """How a day is decided."""
        ...

    @property
    def code_changes(self) -> Sequence[date]:
        """The days on which codes came or went."""
        ...

    @property
    def outside_membership(self) -> frozenset[str]:
        """ADA codes of students enrolled but not in membership."""
        ...

    def codes_on(self, day: date) -> Mapping[str, Code]:
        """Return the codes in use on a day by symbol."""
        ...


@dataclass(frozen=True, eq=False)
class CodeTimes:
    """What each symbol meant at each time: a row a stretch without change, a column a symbol."""

    symbols: Sequence[str]
    books: Sequence[Mapping[str, Code]]
    time_of_day: npt.NDArray[np.int8]  # which of the books holds on each day
    facts: Bytes

    @classmethod
    def of(cls, pack: CodeBook, symbols: Sequence[str], first: date, days: int) -> "CodeTimes":
        """Look up every symbol for every stretch of the span in which no code changes."""
        last = first + timedelta(days=days)
        starts = [first, *(day for day in pack.code_changes if first < day < last)]
        books = [pack.codes_on(day) for day in starts]
        time_of_day = np.zeros(days, dtype=np.int8)
        for start in starts[1:]:
            time_of_day[(start - first).days :] += 1
        facts = np.full((len(books), max(1, len(symbols))), MISSING | UNKNOWN, dtype=np.uint8)
        for time, book in enumerate(books):
            for place, symbol in enumerate(symbols):
                if symbol in book:
                    facts[time, place] = _packed(book[symbol])
        return cls(symbols, books, time_of_day, facts)

    def facts_at(self, symbol: Ints, day: Ints) -> Bytes:
        """Return what the codes say about marks, packed."""
        found: Bytes = self.facts[self.time_of_day[day], symbol]
        return found

    def on(self, day: int) -> Mapping[str, Code]:
        """Return the codes in use on a numbered day."""
        return self.books[int(self.time_of_day[day])]


def _packed(code: Code) -> int:
    packed = CATEGORIES.index(code.category)
    packed |= LATE if code.late else 0
    packed |= TRUANCY if code.truancy else 0
    return packed | (EXCUSED if code.excused else 0)
