"""In which order a list stands, and where in it a further student belongs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rollbook.workbooks.people import folded

Texts = Mapping[str, str]
"""What a row says of its student, by Rollbook's words for columns."""

_NAMES: tuple[tuple[str, ...], ...] = (
    ("last_name", "first_name"),
    ("student_name",),
    ("first_name", "last_name"),
)
_ORDERS: tuple[tuple[str, ...], ...] = (
    *_NAMES,
    *(("group", *name) for name in _NAMES),
    *(("campus", *name) for name in _NAMES),
    *(("campus", "group", *name) for name in _NAMES),
    ("student_id",),
    ("group", "student_id"),
    ("campus", "student_id"),
    ("campus", "group", "student_id"),
    ("group",),
    ("campus", "group"),
)
_TOLERATED = 20  # of so many rows one may be out of order,
_FEW = 6  # and of so many already

Key = tuple[tuple[tuple[int, int, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The columns a list is sorted by, the first one first.

    ``by_signs`` says that 10A stands before 7B, as it does when Excel sorts texts.
    """

    columns: tuple[str, ...]
    by_signs: bool = False

    def key(self, row: Texts) -> Key:
        """Return what a row is sorted by; Núñez beside Nunez."""
        texts = [folded(row.get(column, "")) for column in self.columns]
        return tuple(_by_signs(text) if self.by_signs else _natural(text) for text in texts)


def order_of(rows: Sequence[Texts]) -> Order | None:
    """Return what a list is sorted by, nearly everywhere; ``None`` when by nothing known."""
    orders = [Order(columns, by_signs) for columns in _ORDERS for by_signs in (False, True)]
    best = min(
        (order for order in orders if _tells_apart(rows, order)),
        key=lambda order: _out_of_order(rows, order),
        default=None,
    )
    tolerated = max(len(rows) // _TOLERATED, 1 if len(rows) >= _FEW else 0)
    return best if best and _out_of_order(rows, best) <= tolerated else None


def _tells_apart(rows: Sequence[Texts], order: Order) -> bool:
    """Whether the rows have the columns of an order, and are not all alike in them."""
    has_all = bool(rows) and all(column in rows[0] for column in order.columns)
    return has_all and any(order.key(row) != order.key(rows[0]) for row in rows)


def _out_of_order(rows: Sequence[Texts], order: Order) -> int:
    keys = [order.key(row) for row in rows]
    return sum(later < earlier for earlier, later in pairwise(keys))


def place_in(keys: Sequence[Key], key: Key) -> int:
    """Return before which row a student belongs; ``len(keys)`` for the end.

    After all that are alike, and where the fewest rows would be on the wrong side.
    """
    wrong = sum(one <= key for one in keys)  # all that ought to stand before it, if it came first
    best, place = wrong, 0
    for number, one in enumerate(keys, 1):
        wrong += -1 if one <= key else 1
        if wrong <= best:
            best, place = wrong, number
    return place


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return text in which numbers count as numbers."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", _letters(text))
        if part
    )


def _by_signs(text: str) -> tuple[tuple[int, int, str], ...]:
    return ((1, 0, _letters(text)),)


def _letters(text: str) -> str:
    """Return text without hyphens and apostrophes, which Excel passes over when it sorts."""
    return re.sub(r"[^\w\s,]", "", text)
