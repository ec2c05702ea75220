"""Exact figures as they are printed: rounded once, at the edge, half up."""

from fractions import Fraction


def to_places(figure: Fraction | None, places: int) -> str | None:
    """Write an exact figure, none of ours below 0, with so many decimals, half up: ``288.19``.

    None stays None: no data is not nought.
    """
    if figure is None:
        return None
    scaled = figure * 10**places
    digits = f"{_half_up(scaled):0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def whole_units(figure: Fraction | None) -> int | None:
    """Round an ADA to whole units of attendance as California does (Education Code 46303).

    A fraction of one half or more rises, a smaller one is dropped, and less than one unit is one.
    Without any attendance there is no unit.
    """
    if figure is None:
        return None
    return max(1, _half_up(figure)) if figure else 0


def _half_up(figure: Fraction) -> int:
    return (2 * figure.numerator + figure.denominator) // (2 * figure.denominator)
