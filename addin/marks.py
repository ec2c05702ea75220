"""Marks as a clerk types them on a sheet, read with the codes of the office.

A range comes as rows of cells. A year of 5,000 students is 1.9 million cells with a few dozen
different ones, so each different cell is looked at once, and the range is a matrix of numbers.

``/`` and ``L 12`` are a code and its minutes; ``p``, ``P.`` and `` P `` are ``P``. A blank is not
recorded, as in every register of all marks; in an office whose lists hold absences only
(``exports.lists`` in ``office.toml``) a blank was attended.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from rollbook.policy import PolicyPack
from rollbook.problems import NotAllowed

Cell = Any
"""What Excel sends of a cell: text, a number, a truth value, None, or a ``dict`` with a type."""

Places = npt.NDArray[np.int32]

_DASHES = str.maketrans({"‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"})  # as Excel changes “-”
_MINUTES = re.compile(
    r"(?P<symbol>\S.*?)[\s(:]*(?P<minutes>\d{1,3})\s*(?:m|mins?|minutes?|['’′])?\s*\)?", re.I
)
_MOST_MINUTES = 600  # ten hours: nobody comes later than that


def rows_of(cells: Cell) -> list[list[Cell]]:
    """Return a range as rows of cells; one row and one cell come without their brackets."""
    if not isinstance(cells, list):
        return [[cells]]
    if not all(isinstance(row, list) for row in cells):
        return [cells]
    return cells


def plain(cell: Cell) -> Cell:
    """Return a cell without Excel's wrapping: the number of a date, the text of an error."""
    return cell.get("basicValue", "") if isinstance(cell, dict) else cell


def text_of(cell: Cell) -> str:
    """Return a cell as the clerk reads it; empty when it is blank."""
    cell = plain(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


@dataclass(frozen=True, slots=True)
class Written:
    """One cell as it was typed, the symbol it means, and how many minutes late it says."""

    shown: str
    symbol: str
    minutes: int = 0

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was typed."""
        return not self.shown


@dataclass(frozen=True)
class Spelling:
    """How an office writes its codes: the pack's symbols and the office's own."""

    symbols: frozenset[str]
    late: frozenset[str]  # symbols after which minutes may stand

    @classmethod
    def of(cls, pack: PolicyPack) -> "Spelling":
        """Return the spelling of a pack, of whatever day."""
        late = [
            symbol
            for symbol, history in pack.code_table.items()
            if any(dated.code.late for dated in history)
        ]
        symbols = frozenset({*pack.code_table, *pack.office_codes}) - {""}
        return cls(symbols, pack.spellings(late))

    def read(self, cell: Cell) -> Written:
        """Return what a cell says; the text itself where it is no code and no minutes."""
        shown = text_of(cell)
        text = shown.translate(_DASHES)
        symbol = self._symbol(text)
        if symbol:
            return Written(shown, symbol)
        found = _MINUTES.fullmatch(text)
        if found and int(found["minutes"]) <= _MOST_MINUTES:
            symbol = self._symbol(found["symbol"].rstrip(" -"))
            if symbol in self.late:
                return Written(shown, symbol, int(found["minutes"]))
        return Written(shown, text)

    def _symbol(self, text: str) -> str:
        """Return the code a text means: itself, its capital, or either without a full stop."""
        for spelt in (text, text.upper(), text.rstrip(".,"), text.rstrip(".,").upper()):
            if spelt in self.symbols:
                return spelt
        return ""


class _Numbers(dict[Cell, int]):
    """Gives each different cell a number, in the order they are met."""

    def __missing__(self, cell: Cell) -> int:
        number = self[cell] = len(self)
        return number


@dataclass(frozen=True, eq=False)
class Marks:
    """A range of marks: what each different cell says, and which of them stands where."""

    written: Sequence[Written]
    places: Places  # a row a student, a column a session

    @classmethod
    def of(cls, cells: Cell, spelling: Spelling) -> "Marks":
        """Read a range. Raises ``NotAllowed`` when its rows are not of the same length."""
        rows = rows_of(cells)
        width = len(rows[0])
        if any(len(row) != width for row in rows):
            raise NotAllowed("The rows of marks are not of the same length.")
        numbers = _Numbers()
        try:
            places = _numbered(rows, numbers)
        except TypeError:  # an error or a formatted number among the cells
            rows = [[plain(cell) for cell in row] for row in rows]
            numbers = _Numbers()
            places = _numbered(rows, numbers)
        if 1 in numbers or 0 in numbers:  # to Python TRUE is 1
            rows = [
                [text_of(cell) if isinstance(cell, bool) else cell for cell in row] for row in rows
            ]
            numbers = _Numbers()
            places = _numbered(rows, numbers)
        return cls([spelling.read(cell) for cell in numbers], places.reshape(len(rows), width))

    def __len__(self) -> int:
        return len(self.places)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return int(self.places.shape[1])

    @cached_property
    def symbols(self) -> Sequence[str]:
        """The different symbols, in the order they are met."""
        return list(dict.fromkeys(one.symbol for one in self.written))

    @cached_property
    def symbol_at(self) -> Places:
        """The number of the symbol in each cell."""
        number = {symbol: place for place, symbol in enumerate(self.symbols)}
        return self.by_cell([number[one.symbol] for one in self.written], np.int32)

    @cached_property
    def blank(self) -> npt.NDArray[np.bool_]:
        """Say of each cell whether nothing was typed in it."""
        return self.by_cell([one.is_blank for one in self.written], np.bool_)

    def by_cell(self, values: Iterable[Any], dtype: Any) -> npt.NDArray[Any]:
        """Return a value for each cell from one for each different cell."""
        found: npt.NDArray[Any] = np.array(list(values), dtype=dtype)[self.places]
        return found

    def kept(self, columns: Sequence[int]) -> "Marks":
        """Return the range with some of its columns."""
        return Marks(self.written, np.ascontiguousarray(self.places[:, list(columns)]))


def _numbered(rows: Sequence[Sequence[Cell]], numbers: _Numbers) -> Places:
    count = sum(map(len, rows))
    return np.fromiter(map(numbers.__getitem__, chain.from_iterable(rows)), np.int32, count)
