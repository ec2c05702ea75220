"""Exact figures as the cells of a table: rounded once, here, half up. Nothing stays empty."""

from fractions import Fraction

from rollbook.accounting.rounding import to_places


def number(figure: Fraction | None, places: int) -> float | None:
    """Return a figure with so many decimals."""
    text = to_places(figure, places)
    return None if text is None else float(text)


def percentage(share: Fraction | None) -> float | None:
    """Return a share as a percentage with one decimal."""
    return None if share is None else number(share * 100, 1)
