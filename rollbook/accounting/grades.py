"""Grades in their order, and spans of grades as a rule pack writes them: ``TK-3``, ``K``, ``9-12``.

The same grade has many names: kindergarten is ``K``, ``KG``, ``KN``, ``0`` or ``00``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

_BELOW_FIRST: Mapping[str, int] = {
    "PS": -3, "EE": -3, "PK": -2, "TK": -1, "-1": -1, "K": 0, "KG": 0, "KN": 0,
}  # fmt: skip


@cache
def grade_rank(grade: str) -> int | None:
    """Return the place of a grade in the order of grades, kindergarten 0; None when not known."""
    name = grade.strip().upper().removeprefix("GRADE").removeprefix("YEAR").strip()
    if name in _BELOW_FIRST:
        return _BELOW_FIRST[name]
    return int(name) if name.isascii() and name.isdigit() else None


@dataclass(frozen=True, slots=True)
class GradeSpan:
    """Some grades that are reported or limited together, both ends included."""

    name: str
    first: int
    last: int

    def __contains__(self, grade: str) -> bool:
        rank = grade_rank(grade)
        return rank is not None and self.first <= rank <= self.last


def grade_span(name: str) -> GradeSpan:
    """Return the span a pack writes as ``TK-3`` or ``K``. Raises ``ValueError`` for other words."""
    low, _, high = name.partition("-")
    first, last = grade_rank(low), grade_rank(high or low)
    if first is None or last is None or last < first:
        raise ValueError(f"“{name}” is no span of grades; write it as TK-3, K or 9-12.")
    return GradeSpan(name, first, last)


def span_of(spans: Iterable[GradeSpan], grade: str) -> GradeSpan | None:
    """Return the span a grade belongs to; None when it is in none, or not given."""
    return next((span for span in spans if grade in span), None)
