"""Thresholds by hand: windows, rates, classes and rows of days, one student at a time."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from rollbook.school_calendar import SchoolYear
from tests.naive.counting import day_by_hand, of_period, session_by_hand
from tests.naive.school import DAY, Pupil, School, school_days

ABSENT = ("authorised", "unauthorised")
EXCUSED_LATE = ("L",)  # California: late with a valid excuse


@dataclass(frozen=True)
class Crossed:
    """What a counter found: since when, whether it still stands, and what was compared."""

    since: date
    holds: bool
    counts: tuple[int, ...] = ()


# --- so many inside a window ----------------------------------------------------------------------


def months_on(day: date, months: int) -> date:
    """The same day some months on; the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_one_window(school: School, window: str, size: int, first: date, last: date) -> bool:
    """Say whether a window that ends on ``last`` reaches back to ``first``."""
    if first > last:
        return False
    if window == "days":
        return (last - first).days < size
    if window == "months":
        return last < months_on(first, size)
    if window == "school-weeks":
        since = first - first.weekday() * DAY
        until = last - last.weekday() * DAY
        return len([week for week in school.weeks if since <= week <= until]) <= size
    if window == "term":
        return any(
            term.first <= first and last <= term.last
            for year in school.years
            for term in year.terms
        )
    return any(year.first <= first and last <= year.last for year in school.years)


def reached(
    school: School, units: Sequence[date], window: str, size: int, least: int
) -> Crossed | None:
    """Find the day on which a window first held enough in this school year.

    ``units`` are the days to be counted, a day twice where two of its sessions count.
    """
    this_year = [day for day in units if school.year.first <= day <= school.as_of]
    for day in sorted(set(this_year)):
        if enough(school, units, window, size, least, day):
            return Crossed(day, enough(school, units, window, size, least, school.as_of))
    return None


def enough(
    school: School, units: Sequence[date], window: str, size: int, least: int, until: date
) -> bool:
    inside = [
        day for day in units if day <= until and in_one_window(school, window, size, day, until)
    ]
    return len(inside) >= least


def coded_sessions(school: School, pupil: Pupil, codes: Sequence[str]) -> list[date]:
    """The day of every session on roll with one of these codes."""
    return sorted(
        day
        for (day, _), (symbol, _) in pupil.marks.items()
        if symbol in codes and pupil.on_roll(day) and day <= school.as_of
    )


def truant_days(school: School, pupil: Pupil, minutes_over: int | None) -> list[date]:
    """Days or parts of days without excuse; a day counts once however many periods were missed."""
    found = set()
    for (day, _), (symbol, minutes) in pupil.marks.items():
        if school.jurisdiction == "us-tx":
            without = symbol == "U"
            late = symbol == "T"
        else:
            without = symbol in ("U", "C", "W")
            late = symbol in ("T", "W")
        too_late = late and minutes_over is not None and minutes > minutes_over
        if minutes_over == 0:  # any late arrival, minutes known or not
            too_late = late
        if (without or too_late) and pupil.on_roll(day) and day <= school.as_of:
            found.add(day)
    return sorted(found)


def within_year(school: School, days: Sequence[date]) -> list[date]:
    return [day for day in days if day >= school.year.first]


# --- a share of the year or term so far -----------------------------------------------------------


def test_of(comparator: str) -> Callable[[Fraction, Fraction], bool]:
    return {
        "<": lambda left, right: left < right,
        "<=": lambda left, right: left <= right,
        ">": lambda left, right: left > right,
        ">=": lambda left, right: left >= right,
    }[comparator]


def rate_crossed(
    school: School,
    pupil: Pupil,
    *,
    measure: str,
    comparator: str,
    threshold: Fraction,
    first: date,
) -> Crossed | None:
    """Add up day by day; the test must be met at the end, and since a day without a break."""
    meets = test_of(comparator)
    possible = absent = 0
    since = None
    for day in school.days:
        if not first <= day <= school.as_of:
            continue
        if pupil.on_roll(day):
            for word in words_of(school, pupil, day):
                possible += word in ("present", "approved", *ABSENT)
                absent += word == "unauthorised" if measure == "unauthorised" else word in ABSENT
        if possible == 0:
            continue
        part = possible - absent if measure == "attendance" else absent
        met = meets(Fraction(part, possible), threshold)
        since = (since or day) if met else None
    if since is None:
        return None
    return Crossed(
        since, True, (possible - absent if measure == "attendance" else absent, possible)
    )


def words_of(school: School, pupil: Pupil, day: date) -> list[str]:
    """What a day was: two sessions in England, one day in Texas and California."""
    if school.jurisdiction == "gb-eng":
        return [session_by_hand(school, pupil, day, part) for part in school.parts]
    return [day_by_hand(school, pupil, day, "P2")]


# --- a share of the days a class was offered ------------------------------------------------------


def class_band(
    school: School, pupil: Pupil, part: str, semester_grades: Sequence[str], left_out: str
) -> tuple[str, int, int]:
    """Texas: below 90 % of the days a class was offered, and below 75 %, by semester or year.

    Every absence counts, excused or not, but a certified serious illness (code C) does not:
    ``left_out`` says whether those days are taken out (``excluded``) or count as attended.
    """
    first = school.year.first
    if pupil.grade in semester_grades:
        first = of_period(school, "term")[0]
    offered = attended = 0
    for day in school.days:
        if not first <= day <= school.as_of or not pupil.on_roll(day):
            continue
        word = session_by_hand(school, pupil, day, part)
        ill = pupil.marks.get((day, part), ("", 0))[0] == "C"
        if word not in ("present", "approved", *ABSENT) or (ill and left_out == "excluded"):
            continue
        offered += 1
        attended += word in ("present", "approved") or ill
    if offered == 0 or attended * 100 >= offered * 90:
        return "", attended, offered
    return ("committee" if attended * 100 < offered * 75 else "plan"), attended, offered


# --- days in a row, open marks, notices to everyone -----------------------------------------------


def row_reached(
    school: School, pupil: Pupil, codes: Sequence[str], least: int, first: date
) -> date | None:
    """The day on which a row of school days first was long enough in this school year.

    A day counts when a session has one of the codes and none was attended. A session without a
    mark, or one that was not possible, neither counts nor breaks the row; nor does a day of those.
    """
    row = 0
    found = None
    for day in school.days:
        if not first <= day <= school.as_of:
            continue
        if not pupil.on_roll(day):
            row = 0
            continue
        symbols = [pupil.marks[day, part][0] for part in school.parts if (day, part) in pupil.marks]
        words = [session_by_hand(school, pupil, day, part) for part in school.parts]
        if any(word in ("present", "approved") for word in words):
            row = 0
        elif any(symbol in codes for symbol in symbols):
            row += 1
        elif any(word in ABSENT for word in words):
            row = 0
        if row >= least and found is None and day >= school.year.first:
            found = day
    return found


def open_marks(
    school: School, pupil: Pupil, codes: Sequence[str], size: int
) -> list[tuple[date, str]]:
    """Marks whose reason is still open after ``size`` school days; of the day itself when 0."""
    found = []
    for (day, part), (symbol, _) in sorted(pupil.marks.items()):
        if symbol not in codes or not pupil.on_roll(day) or day < school.year.first:
            continue
        if day <= school.as_of and (
            day == school.as_of if size == 0 else school_days_since(school, day) > size
        ):
            found.append((day, part))
    return found


def school_days_since(school: School, day: date) -> int:
    return len([one for one in days_of_year(school.year) if day < one <= school.as_of])


@cache
def days_of_year(year: SchoolYear) -> list[date]:
    return school_days(year)


def is_due_at_start(school: School, pupil: Pupil, size: int) -> bool:
    """A notice to everyone on roll, for some school days from the start of the year or theirs."""
    if not pupil.on_roll(school.as_of):
        return False
    starts = [
        max(first, school.year.first)
        for first, after in pupil.stretches
        if first <= school.as_of and (after is None or school.as_of < after)
    ] or [school.year.first]
    days = [day for day in days_of_year(school.year) if min(starts) <= day <= school.as_of]
    return len(days) <= size


# --- steps after letters --------------------------------------------------------------------------


def step_reached(
    school: School,
    pupil: Pupil,
    sent: Sequence[tuple[date, date]],
    *,
    reports: int,
    events: int,
    minutes_over: int | None,
) -> date | None:
    """The day a further step was reached: enough reports this year, and enough days since.

    ``sent`` are the reports: the day each was mailed, and the day up to which it told.
    """
    made = sorted(
        (mailed, until) for mailed, until in sent if school.year.first <= mailed <= school.as_of
    )
    if len(made) < reports:
        return None
    since = made[reports - 1][0]
    if events == 0:
        return since
    told = max(until for _, until in made)
    days = [day for day in truant_days(school, pupil, minutes_over) if day > told]
    return max(since, days[events - 1]) if len(days) >= events else None
