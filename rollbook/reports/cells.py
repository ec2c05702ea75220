"""What stands in the cells of a table: exact figures rounded once, here, half up; periods."""

from fractions import Fraction

from rollbook.attendance import percent, to_places
from rollbook.reports.asked import Asked
from rollbook.school_calendar import Span

NOT_HERE = ""
"""The cell of a column that is not about this row; None is a figure that there is no data for."""


def number(figure: Fraction | None, places: int) -> float | None:
    """Return a figure with so many decimals; None stays None."""
    return _as_number(to_places(figure, places))


def percentage(share: Fraction | None) -> float | None:
    """Return a share as a percentage with one decimal; None stays None."""
    return _as_number(percent(share))


def _as_number(text: str | None) -> float | None:
    return None if text is None else float(text)


def so_far(asked: Asked, period: Span) -> str:
    """Name a period, and say so when it had not ended on the day asked for."""
    return period.name if period.last <= asked.standing.as_of else f"{period.name} (so far)"
