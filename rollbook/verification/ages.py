"""Ages: completed years, and the day Social Security counts an age as attained."""

from datetime import date

from rollbook.school_calendar import ONE_DAY


def birthday(birth_date: date, years: int) -> date:
    """Return the day a person completes ``years``; 29 February gives 1 March in common years."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)


def age_on(birth_date: date, day: date) -> int:
    """Return the age on ``day`` in whole years; negative before birth."""
    years = day.year - birth_date.year
    return years if birthday(birth_date, years) <= day else years - 1


def attained_on(birth_date: date, years: int) -> date:
    """Return the day Social Security counts an age as attained: the day before the birthday."""
    return birthday(birth_date, years) - ONE_DAY
