"""Exact figures as they are printed: rounded once, at the edge, half up."""

from fractions import Fraction


def half_up(figure: Fraction) -> int:
    """Return the nearest whole number; of a half the one above."""
    return (2 * figure.numerator + figure.denominator) // (2 * figure.denominator)


def to_places(figure: Fraction | None, places: int) -> str | None:
    """Write an exact figure with so many decimals, half up: ``288.19``.

    None stays None: no data is not nought.
    """
    if figure is None:
        return None
    rounded = half_up(figure * 10**places)
    digits = f"{abs(rounded):0{places + 1}d}"
    sign = "-" if rounded < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def percent(share: Fraction | None, places: int = 1) -> str | None:
    """Write an exact share as a percentage without its sign, rounding half up: ``92.3``.

    None stays None: no data is neither 0 nor 100.
    """
    return None if share is None else to_places(share * 100, places)
