"""The minutes report: instructional minutes of each grade band against what the year must have."""

from collections.abc import Mapping, Sequence

from rollbook.accounting.grades import grade_span
from rollbook.accounting.minutes import BandMinutes, band_minutes
from rollbook.policy import DatedValue
from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.table import Column, Table, Value

NAME = "minutes"
SAYS = "instructional minutes of the year by grade band, from the bell schedules (California)"

_COLUMNS = (
    Column("Grades"),
    Column("Days on the bell schedules", is_number=True),
    Column("Days needed", is_number=True),
    Column("Days in the calendar", is_number=True),
    Column("Minutes", is_number=True),
    Column("Minutes needed", is_number=True),
    Column("Minutes short", is_number=True),
    Column("What it means"),
    Column("Reference"),
)


def build(asked: Asked) -> Table:
    """Return the report. Raises ``NotAllowed`` without bell schedules, or without a law of them."""
    pack, day, year = asked.standing.pack, asked.standing.as_of, asked.year
    if not pack.has_value("minutes.days", day):
        raise NotAllowed(f"The rules of {pack.title} ask for no minutes of instruction a year.")
    if not year.bells:
        raise NotAllowed(
            f"The calendar has no bell schedules for {year.name}. Add each kind of day to "
            "calendar.toml under [[year.bell]] with name, band (the grades, such as 4-8), minutes "
            "and days."
        )
    needed = pack.value("minutes.days", day)
    of_year, of_day = _by_grades(asked, "minutes."), _by_grades(asked, "minimum-day.")
    unread = [one.sure for one in of_day.values() if one.sure.unread]
    minimum_day = unread[0].marked("the minimum day") if unread else "the minimum day"
    calendar_days = len(year.school_days())
    rows: list[Sequence[Value]] = [
        (
            one.band,
            one.days,
            needed.number,
            calendar_days,
            one.minutes,
            one.required,
            one.shortfall,
            _meaning(one, needed.number, calendar_days, minimum_day),
            needed.citation,
        )
        for one in band_minutes(year.bells, _numbers(of_year), _numbers(of_day))
    ]
    title = f"Instructional minutes of {year.name}, as the bell schedules plan them"
    return Table("Minutes", title, _COLUMNS, rows)


def _by_grades(asked: Asked, prefix: str) -> Mapping[str, DatedValue]:
    """Return the values of the pack whose names end in a span of grades: ``minutes.4-8``."""
    pack, day = asked.standing.pack, asked.standing.as_of
    found = {}
    for name in pack.values:
        span = name.removeprefix(prefix)
        if name.startswith(prefix) and _is_span(span) and pack.has_value(name, day):
            found[span] = pack.value(name, day)
    return found


def _numbers(values: Mapping[str, DatedValue]) -> Mapping[str, int]:
    return {grades: value.number for grades, value in values.items()}


def _is_span(name: str) -> bool:
    try:
        grade_span(name)
    except ValueError:
        return False
    return True


def _meaning(one: BandMinutes, days_needed: int, calendar_days: int, minimum_day: str) -> str:
    """Say what is wrong and what to do; that all is well where it is."""
    words = []
    if one.required is None:
        words.append("The rule pack has no minutes for these grades; write the band as it has it.")
    elif one.shortfall:
        words.append(f"{one.shortfall} minutes short: add minutes or days, or funding is lost.")
    if one.days < days_needed:
        words.append(f"{days_needed - one.days} days short.")
    if one.days != calendar_days:
        words.append(f"The calendar has {calendar_days} days; correct the days of the schedules.")
    if one.too_short:
        words.append(f"Shorter than {minimum_day}: {', '.join(one.too_short)}.")
    return " ".join(words) or "Enough."
