"""How a document says dates, numbers and lists, and how what a clerk typed is read."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from babel.dates import format_date
from babel.numbers import format_decimal

from rollbook.attendance import percent

UNITED_STATES = "en_US"


def locale_of(jurisdiction: str) -> str:
    """Return how dates and numbers are written in a jurisdiction."""
    return "en_GB" if jurisdiction.startswith("gb") else UNITED_STATES


def say_day(day: date, locale: str) -> str:
    """Return a date as the family writes it: November 6, 2026 or 6 November 2026."""
    return format_date(day, "long", locale=locale)


def number(value: int | Decimal, locale: str) -> str:
    """Return a number as it is written there: 22.5."""
    return format_decimal(value, locale=locale)


def percentage(share: Fraction, locale: str, places: int = 1) -> str:
    """Return an exact share with its sign as it is written there: 94.8% or 94.8 %."""
    sign = "%" if locale.endswith("US") else " %"
    return f"{percent(share, places)}{sign}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: Biology, Art and Music."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def read_yes_no(text: str) -> bool | None:
    """Read yes or no as a clerk types it; None for anything else."""
    answers = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
    return answers.get(plain(text))


def read_decimal(text: str) -> Decimal | None:
    """Read a number such as 22.5; None for anything else."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def read_whole(text: str) -> int | None:
    """Read a whole number; None for anything else."""
    return int(text) if text.strip().isdecimal() else None


def read_day(text: str) -> date | None:
    """Read a date as 2027-05-28; None for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def plain(words: str) -> str:
    """Return words without case, hyphens and extra spaces, for comparing."""
    return " ".join(re.findall(r"\w+", words.replace("_", " ").casefold()))


def say_grade(grade: str) -> str:
    """Return a grade without the zeros a SIS pads it with: 07 is 7, KG stays KG."""
    return grade.lstrip("0") if grade.isdecimal() and grade.strip("0") else grade
