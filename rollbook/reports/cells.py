"""Exact figures as the cells of a table: rounded once, here, half up."""

from fractions import Fraction

from rollbook.accounting.rounding import to_places

NOT_HERE = ""
"""The cell of a column that is not about this row; None is a figure that there is no data for."""


def number(figure: Fraction | None, places: int) -> float | None:
    """Return a figure with so many decimals; None stays None."""
    text = to_places(figure, places)
    return None if text is None else float(text)


def percentage(share: Fraction | None) -> float | None:
    """Return a share as a percentage with one decimal; None stays None."""
    return None if share is None else number(share * 100, 1)
