"""The school calendar: years, terms, closures, and when sessions are possible.

A *school day* is a weekday inside a school year that no closure covers, or a day named as an extra
school day. A *school week* is any Monday-to-Sunday week with at least one school day (England,
penalty notice framework). All windows of the rules are counted on this calendar.

A *track* has days of its own: asked with a track's name, the calendar answers for its students; a
name it does not know, and no name, are the days of everybody else.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

ONE_DAY = timedelta(days=1)
HALF_TERM_NAMES = ("half term", "half-term")


@dataclass(frozen=True, slots=True)
class Span:
    """Some days with a name: a term, a semester, a closure. Both ends belong to it."""

    name: str
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Track:
    """An attendance track: students whose days differ from the others'.

    ``closures`` are its own days off, beside the year's; ``extra_days`` its own further days.
    """

    name: str
    closures: tuple[Span, ...] = ()
    extra_days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class BellSchedule:
    """One kind of day: how many minutes of instruction a grade band has on it, and how often.

    ``band`` is the grades it holds for as the rule pack names them (``K``, ``1-3``); ``days`` is
    how many days of the year run on it. Both are an input: the office knows its bells.
    """

    name: str
    band: str
    minutes: int
    days: int


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One school year: its first and last day for students, terms or semesters, and closures.

    ``months`` are the school months of California, ``six_weeks`` the reporting periods of Texas,
    both as the office has them (their ends are an input, never computed). ``early_days`` are school
    days of fewer minutes; they are school days all the same. ``bells`` are the bell schedules.
    """

    name: str
    first: date
    last: date
    terms: tuple[Span, ...] = ()
    closures: tuple[Span, ...] = ()
    extra_days: tuple[date, ...] = ()
    tracks: tuple[Track, ...] = ()
    months: tuple[Span, ...] = ()
    six_weeks: tuple[Span, ...] = ()
    early_days: tuple[date, ...] = ()
    bells: tuple[BellSchedule, ...] = ()

    def school_days(self, track: str = "") -> list[date]:
        """Return the days on which school was held or will be, in order, on a track if named."""
        own = self.track_named(track)
        closures = (*self.closures, *(own.closures if own else ()))
        extra = {*self.extra_days, *(own.extra_days if own else ())}
        closed = {day for closure in closures for day in _days(closure.first, closure.last)}
        weekdays = {
            day for day in _days(self.first, self.last) if day.weekday() < 5 and day not in closed
        }
        return sorted(weekdays | extra)

    def track_named(self, name: str) -> Track | None:
        """Return the track of this name; None when the year has no such track."""
        return next((one for one in self.tracks if one.name == name), None) if name else None

    def half_terms(self) -> tuple[Span, ...]:
        """Return the half terms: each term, divided where a closure named half term lies in it.

        They are named after their term: ``Autumn 1``, ``Autumn 2``. An undivided term is one.
        """
        breaks = [span for span in self.closures if is_half_term(span.name)]
        found: list[Span] = []
        for term in self.terms:
            inside = sorted(
                (one.first, one.last) for one in breaks if term.first < one.first <= term.last
            )
            starts = [term.first, *(last + ONE_DAY for _, last in inside)]
            ends = [*(first - ONE_DAY for first, _ in inside), term.last]
            names = [f"{term.name} {number}" for number in range(1, len(starts) + 1)]
            if len(starts) == 1:
                names = [term.name]
            found += [
                Span(name, first, last)
                for name, first, last in zip(names, starts, ends, strict=True)
                if first <= last
            ]
        return tuple(found)


@dataclass(frozen=True)
class SchoolCalendar:
    """One or more school years, in order and not overlapping.

    ``guessed`` is true while the office still uses the calendar that `rollbook init` wrote and has
    not confirmed it; figures that depend on closures are then marked as such.
    """

    years: tuple[SchoolYear, ...]
    guessed: bool = False

    @cached_property
    def school_days(self) -> Sequence[date]:
        """All school days of all years, in order."""
        return tuple(day for year in self.years for day in year.school_days())

    @cached_property
    def _school_day_set(self) -> frozenset[date]:
        return frozenset(self.school_days)

    @cached_property
    def tracks(self) -> frozenset[str]:
        """The names of all tracks of all years."""
        return frozenset(track.name for year in self.years for track in year.tracks)

    @cached_property
    def _days_by_track(self) -> dict[str, Sequence[date]]:
        return {
            name: tuple(day for year in self.years for day in year.school_days(name))
            for name in self.tracks
        }

    def school_days_on(self, track: str) -> Sequence[date]:
        """All school days of a track, in order; those of everybody when it is not known."""
        return self._days_by_track.get(track, self.school_days)

    @cached_property
    def anybodys_days(self) -> Sequence[date]:
        """The days on which school is held for anybody, on whichever track, in order."""
        return tuple(sorted(self._school_day_set.union(*self._days_by_track.values())))

    @cached_property
    def school_weeks(self) -> Sequence[date]:
        """The Mondays of all school weeks, in order."""
        return tuple(sorted({monday_of(day) for day in self.school_days}))

    def is_school_day(self, day: date, track: str = "") -> bool:
        """Say whether school is held on ``day``."""
        if track not in self.tracks:
            return day in self._school_day_set
        days = self.school_days_on(track)
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day

    def year_of(self, day: date) -> SchoolYear | None:
        """Return the school year ``day`` falls in, or None between years and outside them."""
        return next((year for year in self.years if year.first <= day <= year.last), None)

    def term_of(self, day: date) -> Span | None:
        """Return the term or semester ``day`` falls in, or None."""
        year = self.year_of(day)
        return next((term for term in year.terms if day in term), None) if year else None

    def half_term_of(self, day: date) -> Span | None:
        """Return the half term ``day`` falls in, or None; a half-term holiday is in neither."""
        year = self.year_of(day)
        return next((half for half in year.half_terms() if day in half), None) if year else None

    def months_of(self, year: SchoolYear) -> tuple[Span, ...]:
        """Return the school months of a year, or its calendar months where it names none.

        Only ``year.months`` are months for funding: their ends are the office's to say.
        """
        return year.months or tuple(_calendar_months(year.first, year.last))

    def school_days_between(self, first: date, last: date, track: str = "") -> Sequence[date]:
        """Return the school days from ``first`` to ``last``, both included."""
        days = self.school_days_on(track)
        return days[bisect_left(days, first) : bisect_right(days, last)]

    def days_taught(self, first: date, last: date, track: str = "") -> int:
        """Return how many school days there are from ``first`` to ``last``, both included."""
        return len(self.school_days_between(first, last, track))

    def school_day_after(self, day: date, count: int, track: str = "") -> date | None:
        """Return the ``count``-th school day after ``day``; None past the end of the calendar."""
        days = self.school_days_on(track)
        place = bisect_right(days, day) + count - 1
        return days[place] if place < len(days) else None

    def why_not_school_day(self, day: date) -> str:
        """Say in a few words why no school is held on ``day``; empty when it is."""
        if self.is_school_day(day):
            return ""
        year = self.year_of(day)
        if year is None:
            return "outside the school year"
        closure = next((span for span in year.closures if day in span), None)
        if closure:
            return closure.name
        return f"a {day:%A}"


def monday_of(day: date) -> date:
    """Return the Monday of the week ``day`` is in."""
    return day - timedelta(days=day.weekday())


def is_half_term(name: str) -> bool:
    """Say whether a closure of this name divides a term into half terms."""
    return any(word in name.casefold() for word in HALF_TERM_NAMES)


def _calendar_months(first: date, last: date) -> Iterable[Span]:
    while first <= last:
        following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        yield Span(f"{first:%B %Y}", first, min(last, following - ONE_DAY))
        first = following


def _days(first: date, last: date) -> Iterable[date]:
    day = first
    while day <= last:
        yield day
        day += ONE_DAY
