"""Average daily attendance by hand: Texas rows A to G, California by school month, P-1 and P-2."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from rollbook.school_calendar import Span
from tests.naive.counting import day_by_hand
from tests.naive.school import Pupil, School, school_days

HALF_DAY = ("2", "5", "6")
INELIGIBLE = ("4", "5")
NOT_IN_MEMBERSHIP = ("0", "9")
SATURDAY = 5


def membership(
    school: School, pupil: Pupil, days: Sequence[date]
) -> Iterator[tuple[str, Fraction, str]]:
    """Each marked day of membership: what it was, whole or half, and the ADA code."""
    for day in days:
        for (first, after), code in zip(pupil.stretches, pupil.ada_codes, strict=True):
            inside = first <= day and (after is None or day < after)
            word = day_by_hand(school, pupil, day, "P2")
            if inside and code not in NOT_IN_MEMBERSHIP and word not in ("", "missing"):
                yield word, Fraction(1, 2) if code in HALF_DAY else Fraction(1), code


def taught(school: School, period: Span, track: str) -> list[date]:
    """The days of a period on which school was held on a track, so far."""
    return [
        day
        for day in school_days(school.year, track)
        if period.first <= day <= min(period.last, school.as_of)
    ]


def texas_rows(school: School, period: Span, track: str) -> tuple[Fraction, ...] | None:
    """Rows A to G of one track in one six weeks; None when nobody has a day of membership."""
    days = taught(school, period, track)
    there = away = ineligible = Fraction(0)
    for pupil in school.pupils:
        if pupil.track == track:
            for word, weight, code in membership(school, pupil, days):
                if word in ("present", "approved"):
                    there += weight
                    ineligible += weight if code in INELIGIBLE else 0
                else:
                    away += weight
    if there + away == 0:
        return None
    a, b, c = Fraction(len(days)), there + away, away
    d = b - c
    f = d - ineligible
    return (a, b, c, d, ineligible, f, f / a)


def california_ada(school: School, months: Sequence[Span]) -> Fraction:
    """Days of attendance over days taught, each track by its own days, weekends left out."""
    total = Fraction(0)
    for track in {pupil.track for pupil in school.pupils}:
        days = [
            day
            for month in months
            for day in taught(school, month, track)
            if day.weekday() < SATURDAY
        ]
        attended = sum(
            word in ("present", "approved")
            for pupil in school.pupils
            if pupil.track == track
            for word, _, _ in membership(school, pupil, days)
        )
        total += Fraction(attended, len(days)) if days else 0
    return total
