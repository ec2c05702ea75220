"""The counts, against counting by hand what a calendar and a list of marks say."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.patterns import Pattern, counts_of
from tests.patterns.registers import CALENDAR, ENGLAND, YEAR, reading_of

LAST = date(2026, 12, 18)
DAYS = [day for day in YEAR.school_days() if day <= LAST]
SYMBOLS = st.sampled_from(["/", "I", "I", "O", "L", "U", "Y1", "D"])


def runs(absent: list[date], possible: list[date]) -> list[list[date]]:
    """Absences: days missed with no possible day between them."""
    found: list[list[date]] = []
    for before, day in zip([None, *possible], possible, strict=False):
        if day in absent:
            if before in absent:
                found[-1].append(day)
            else:
                found.append([day])
    return found


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([f"{d} {p}" for d in DAYS for p in ("AM", "PM")]), SYMBOLS))
def test_weekdays_holidays_and_chance_are_what_a_person_counts(marks: dict[str, str]) -> None:
    reading = reading_of({"7": marks}, last=str(LAST))
    said = {(one.kind, one.what): one for one in counts_of(reading, ENGLAND, student_id="7")}
    symbols = {day: [marks.get(f"{day} {part}", "/") for part in ("AM", "PM")] for day in DAYS}
    possible = [day for day in DAYS if any(one not in ("Y1", "D") for one in symbols[day])]
    absent = [day for day in DAYS if any(one in ("I", "O") for one in symbols[day])]
    absences = runs(absent, possible)
    short = [day for run in absences if len(run) < 5 for day in run]
    for number, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")):
        mine = [day for day in short if day.weekday() == number]
        pattern = said.get(("weekday", f"were {name}s"))
        assert (pattern.count if pattern else 0) == len(mine)
        if pattern:
            assert pattern.of == len(short)
            assert pattern.left_out == len(absent) - len(short)
            there = [day for day in possible if day.weekday() == number]
            assert pattern.chance == Fraction(len(there), len(possible))
            assert {mark.session.day for mark in pattern.evidence} == set(mine)
    touching = [run for run in absences if any(map(is_beside_a_break, run))]
    pattern = said.get(("beside-holidays", "touched a holiday or closure"))
    assert (pattern.count if pattern else 0) == len(touching)
    late = [day for day in possible if any(one in ("L", "U") for one in symbols[day])]
    assert _late(said) == sum(day.weekday() == 2 for day in late)


def _late(said: dict[tuple[str, str], Pattern]) -> int:
    pattern = said.get(("late-weekday", "were Wednesdays"))
    return pattern.count if pattern else 0


def is_beside_a_break(day: date) -> bool:
    """Walk from a school day to the next one either way: was a weekday without school between?"""
    if day in (CALENDAR.school_days[0], CALENDAR.school_days[-1]):
        return True
    for step in (timedelta(days=1), timedelta(days=-1)):
        other = day + step
        closed = False
        while not CALENDAR.is_school_day(other):
            closed |= other.weekday() < 5
            other += step
        if closed:
            return True
    return False
