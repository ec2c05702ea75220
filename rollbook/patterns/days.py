"""The kinds of day a pattern can be about: weekdays, alternate weeks, days beside holidays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from rollbook.attendance.codes import Bools
from rollbook.patterns.pattern import MON_FRI
from rollbook.school_calendar import ONE_DAY, SchoolCalendar, monday_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONDAY, FRIDAY = 0, 4
WEEKS = ("school weeks 1, 3, 5 …", "school weeks 2, 4, 6 …")


@dataclass(frozen=True, eq=False)
class DayClass:
    """Some days of a span: ``days`` says of each whether it belongs.

    ``by_absence`` counts whole absences that touch such a day, not days: a week away that ends with
    half term is one absence beside a holiday.
    """

    kind: str
    what: str
    days: Bools
    by_absence: bool = False


def day_classes(calendar: SchoolCalendar, first: date, days: int) -> list[DayClass]:
    """Return every kind of day that is looked at, for a span of calendar days."""
    span = [first + timedelta(days=number) for number in range(days)]
    weekday = np.array([day.weekday() for day in span])
    week = _school_week(calendar, span)
    weekend = np.array([_weekend(day) for day in span])
    long_weekend_day = (weekday == MONDAY) | (weekday == FRIDAY)
    found = [DayClass(MON_FRI, "were Mondays or Fridays", long_weekend_day)]
    for number, name in enumerate(WEEKDAYS):
        found.append(DayClass("weekday", f"were {name}s", weekday == number))
    for odd, weeks in enumerate(WEEKS):
        mine = week == odd
        found.append(DayClass("alternate-weeks", f"were in every other week ({weeks})", mine))
        for number, name in enumerate(WEEKDAYS):
            what = f"were every second {name} ({weeks})"
            found.append(DayClass("fortnight", what, mine & (weekday == number)))
    for odd in (0, 1):
        what = "were the Friday or Monday of every other weekend"
        found.append(DayClass("alternate-weekends", what, long_weekend_day & (weekend % 2 == odd)))
    beside = days_beside_holidays(calendar)
    touching = np.array([day in beside for day in span], dtype=np.bool_)
    found.append(
        DayClass("beside-holidays", "touched a holiday or closure", touching, by_absence=True)
    )
    return found


def late_classes(classes: Sequence[DayClass]) -> list[DayClass]:
    """Return the kinds of day that are looked at for late arrivals."""
    names: Mapping[str, str] = {
        "weekday": "late-weekday",
        "alternate-weeks": "late-alternate-weeks",
    }
    return [DayClass(names[one.kind], one.what, one.days) for one in classes if one.kind in names]


def days_beside_holidays(calendar: SchoolCalendar) -> frozenset[date]:
    """Return the last school day before and the first after every break.

    A break is a weekday without school between two school days, be it one day or a summer; a plain
    weekend is none. The first and last day of a school year are beside its holidays.
    """
    found = set()
    school_days = calendar.school_days
    for before, after in zip(school_days, school_days[1:], strict=False):
        between = (before + ONE_DAY * step for step in range(1, (after - before).days))
        if any(day.weekday() <= FRIDAY for day in between):
            found |= {before, after}
    return frozenset(found | {*school_days[:1], *school_days[-1:]})


def _school_week(calendar: SchoolCalendar, span: list[date]) -> npt.NDArray[np.int64]:
    """Return for each day whether its school week is an odd (0) or even (1) one of its year."""
    number: dict[date, int] = {}
    for year in calendar.years:
        mondays = sorted({monday_of(day) for day in year.school_days()})
        number |= {monday: place % 2 for place, monday in enumerate(mondays)}
    return np.array([number.get(monday_of(day), -1) for day in span])


def _weekend(day: date) -> int:
    """Number the weekend a Friday or Monday is beside."""
    return (day + timedelta(days=3)).toordinal() // 7
