"""How many sessions or days were attended and missed, counted one by one."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from tests.naive.school import Pupil, School

FIGURES = ("present", "approved", "authorised", "unauthorised", "missing")


def sessions_by_hand(school: School, pupil: Pupil, first: date, last: date) -> Mapping[str, int]:
    """England: every session on roll by its own code; only real sessions are possible."""
    counts: Counter[str] = Counter()
    for day in school.days:
        if not first <= day <= last or not pupil.on_roll(day):
            continue
        for part in school.parts:
            word = session_by_hand(school, pupil, day, part)
            if word:
                counts[word] += 1
            symbol = pupil.marks.get((day, part), ("", 0))[0]
            if symbol in ("L", "U"):
                counts["late"] += 1
    return figures(counts)


def session_by_hand(school: School, pupil: Pupil, day: date, part: str) -> str:
    """What one session was; empty when no file has covered it."""
    if (day, part) in pupil.marks:
        return school.codes[pupil.marks[day, part][0]]
    if day not in school.recorded_days:
        return ""
    return "present" if school.negative else "missing"


def day_by_hand(school: School, pupil: Pupil, day: date, official: str) -> str:
    """What one day was: Texas by the official period, California present unless all was missed."""
    if "DAY" in school.parts:
        return session_by_hand(school, pupil, day, "DAY")
    if school.jurisdiction == "us-tx":
        return session_by_hand(school, pupil, day, official)
    words = [session_by_hand(school, pupil, day, part) for part in school.parts]
    if all(word in ("authorised", "unauthorised") for word in words):
        return words[0]
    said = [word for word in words if word not in ("", "missing")]
    return "present" if said else words[0]


def days_by_hand(
    school: School, pupil: Pupil, first: date, last: date, official: str = "P2"
) -> Mapping[str, int]:
    """Texas and California: every day of membership once."""
    counts: Counter[str] = Counter()
    for day in school.days:
        if first <= day <= last and pupil.on_roll(day):
            word = day_by_hand(school, pupil, day, official)
            if word:
                counts[word] += 1
    return figures(counts)


def figures(counts: Counter[str]) -> Mapping[str, int]:
    """The counts with their names, and what was possible."""
    found = {name: counts[name] for name in FIGURES}
    possible = sum(counts[name] for name in FIGURES if name != "missing")
    return found | {"possible": possible, "late": counts["late"]}


def of_period(school: School, period: str) -> tuple[date, date]:
    """The first day of the year or the newest term, and the day itself."""
    if period == "term":
        return max(
            one.first for one in school.year.terms if one.first <= school.as_of
        ), school.as_of
    return school.year.first, school.as_of
