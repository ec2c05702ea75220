"""School years put together from the lines of a calendar."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from rollbook.importers.calendar_files.entries import Entry, Kind, term_name
from rollbook.problems import Problem
from rollbook.school_calendar import ONE_DAY, SchoolYear, Span

FEWEST_LISTED_DAYS = 60  # so many school days listed one by one are the calendar itself
SUMMER = timedelta(days=35)  # a longer gap between listed days divides two school years

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class CalendarFile:
    """What a file says: its school years, what was left out and why, and what is unclear.

    ``rows`` gives the row of the file for each place in the calendar (``("year", 0, "term", 1)``).
    ``unclear`` are lines whose words do not say what they are; ``notes`` say what was derived.
    """

    years: tuple[SchoolYear, ...]
    rows: Mapping[Where, int] = field(default_factory=dict)
    unclear: Sequence[Entry] = ()
    left_out: Sequence[Entry] = ()
    notes: Sequence[str] = ()
    problems: Sequence[Problem] = ()


def put_together(entries: Sequence[Entry], problems: Sequence[Problem] = ()) -> CalendarFile:
    """Make school years of the lines; without any first and last day there are none."""
    notes: list[str] = []
    terms = [*_of_kind(entries, Kind.TERM), *_paired_terms(entries)]
    listed = {day for one in _of_kind(entries, Kind.SCHOOL_DAY) for day in _days(one)}
    if len(listed) >= FEWEST_LISTED_DAYS:
        outlines = [_year_of_days(days, entries) for days in _by_year(sorted(listed))]
        notes.append(f"{len(listed)} school days are listed; every other weekday is a day off.")
    else:
        outlines = _outlines(entries, terms)
    rows: dict[Where, int] = {}
    used: set[int] = set()
    years = []
    for place, (outline, row) in enumerate(sorted(outlines, key=lambda one: one[0].first)):
        rows["year", place] = row
        year = _filled(outline, ("year", place), entries, terms, rows, used)
        year, derived = _closed_between_terms(year)
        year = _without_repeats_on_days_off(year, entries)
        notes += derived
        years.append(year)
    left_out = [
        one
        for one in entries
        if one.kind in (Kind.CLOSURE, Kind.EARLY, Kind.EXTRA, Kind.MONTH, Kind.SIX_WEEKS, Kind.TERM)
        and one.row not in used
    ]
    unclear = [one for one in entries if one.kind is None]
    return CalendarFile(tuple(years), rows, unclear, left_out if years else (), notes, problems)


# Where the years begin and end -------------------------------------------------------------------


def _outlines(entries: Sequence[Entry], terms: Sequence[Entry]) -> list[tuple[SchoolYear, int]]:
    """Return each year with the row that says so: said outright, by its two ends, or by terms."""
    whole = _of_kind(entries, Kind.YEAR)
    if whole:
        return [(_year(one.first, one.last), one.row) for one in whole]
    begins, ends = _by_school_year(entries, terms)
    return [
        (_year(begins[start][0], ends[start][0]), begins[start][1])
        for start in sorted(begins.keys() & ends.keys())
        if begins[start][0] < ends[start][0]
    ]


_Ends = dict[int, tuple[date, int]]  # by the calendar year a school year begins in: day, row


def _by_school_year(entries: Sequence[Entry], terms: Sequence[Entry]) -> tuple[_Ends, _Ends]:
    """Return the first and the last day of each school year, and their rows.

    A first or last day of school is what it says; without one, the terms say it.
    """
    begins: _Ends = {}
    ends: _Ends = {}
    for one in sorted(terms, key=lambda one: one.first):
        begins.setdefault(_starts_in(one.first), (one.first, one.row))
    for one in sorted(terms, key=lambda one: one.last):
        ends[_ends_in(one.last)] = (one.last, one.row)
    for one in _of_kind(entries, Kind.FIRST_DAY):
        begins[_starts_in(one.first)] = (one.first, one.row)
    for one in _of_kind(entries, Kind.LAST_DAY):
        ends[_ends_in(one.last)] = (one.last, one.row)
    return begins, ends


def _year(first: date, last: date) -> SchoolYear:
    start = _starts_in(first)
    return SchoolYear(f"{start}-{(start + 1) % 100:02d}", first, last)


def _starts_in(day: date) -> int:
    """Return the calendar year in which the school year of a first day begins."""
    return day.year if day.month >= 7 else day.year - 1


def _ends_in(day: date) -> int:
    """Return the calendar year in which the school year of a last day began."""
    return day.year if day.month >= 8 else day.year - 1


def _pairs(begins: Sequence[Entry], ends: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Pair each beginning with the next end, unless another beginning comes first."""
    starts = sorted(begins, key=lambda one: one.first)
    for place, start in enumerate(starts):
        limit = starts[place + 1].first if place + 1 < len(starts) else date.max
        after = sorted(one.last for one in ends if start.first < one.last < limit)
        if after:
            end = next(one for one in ends if one.last == after[-1])
            yield start, end


def _paired_terms(entries: Sequence[Entry]) -> list[Entry]:
    """Pair the first and last days of terms; the school year's own are a term's too."""
    starts, ends = _of_kind(entries, Kind.TERM_START), _of_kind(entries, Kind.TERM_END)
    if not starts and not ends:
        return []
    starts += _of_kind(entries, Kind.FIRST_DAY)
    ends += _of_kind(entries, Kind.LAST_DAY)
    return [
        Entry(Kind.TERM, _named(begins, over, number), begins.first, over.last, begins.row)
        for number, (begins, over) in enumerate(_pairs(starts, ends), 1)
    ]


def _named(begins: Entry, ends: Entry, number: int) -> str:
    plain = {"", "term", "semester", "trimester", "school"}
    said = [one for one in (begins, ends) if one.kind in (Kind.TERM_START, Kind.TERM_END)]
    names = [term_name(one.name) for one in said]
    return next((name for name in names if name.casefold() not in plain), f"Term {number}")


def _by_year(days: Sequence[date]) -> Iterator[list[date]]:
    own: list[date] = []
    for day in days:
        if own and day - own[-1] > SUMMER:
            yield own
            own = []
        own.append(day)
    if own:
        yield own


def _year_of_days(days: Sequence[date], entries: Sequence[Entry]) -> tuple[SchoolYear, int]:
    """Return the year in which exactly these days are school days."""
    held = set(days)
    year = _year(days[0], days[-1])
    closures: list[Span] = []
    day = days[0]
    while day <= days[-1]:
        if day.weekday() < 5 and day not in held:
            before = closures[-1] if closures else None
            if before and not any(before.last < one < day for one in held):
                closures[-1] = Span(before.name, before.first, day)
            else:
                closures.append(Span("No school", day, day))
        day += ONE_DAY
    named = tuple(_with_name(span, _of_kind(entries, Kind.CLOSURE)) for span in closures)
    extra = tuple(day for day in days if day.weekday() >= 5)
    row = min(one.row for one in entries if one.kind is Kind.SCHOOL_DAY and one.last >= days[0])
    return replace(year, closures=named, extra_days=extra), row


def _with_name(span: Span, said: Sequence[Entry]) -> Span:
    name = next((one.name for one in said if one.name and one.first in span), span.name)
    return replace(span, name=name)


# What the years hold -----------------------------------------------------------------------------


def _filled(
    year: SchoolYear,
    where: Where,
    entries: Sequence[Entry],
    terms: Sequence[Entry],
    rows: dict[Where, int],
    used: set[int],
) -> SchoolYear:
    """Put the lines that touch a year into it, and remember which row each came from."""

    def spans(kind: str, found: Iterable[Entry], *, cut: bool = False) -> tuple[Span, ...]:
        made: list[Span] = []
        for one in sorted(found, key=lambda one: one.first):
            if one.last < year.first or one.first > year.last:
                continue
            used.add(one.row)
            rows[(*where, kind, len(made))] = one.row
            first = max(one.first, year.first) if cut else one.first
            last = min(one.last, year.last) if cut else one.last
            made.append(Span(one.name or kind.replace("_", " ").capitalize(), first, last))
        return tuple(made)

    def days(kind: Kind, key: str) -> tuple[date, ...]:
        touching = [one for one in _of_kind(entries, kind)
                    if one.last >= year.first and one.first <= year.last]  # fmt: skip
        used.update(one.row for one in touching)
        if touching:
            rows[(*where, key)] = touching[0].row
        return tuple(sorted({day for one in touching for day in _days(one)}))

    closures = year.closures
    if closures:  # the days themselves were listed: the lines have only given names
        used.update(one.row for one in _of_kind(entries, Kind.CLOSURE))
    else:
        closures = spans("closure", _of_kind(entries, Kind.CLOSURE), cut=True)
    return replace(
        year,
        terms=spans("term", terms, cut=True),
        closures=closures,
        months=spans("month", _of_kind(entries, Kind.MONTH)),
        six_weeks=spans("six_weeks", _of_kind(entries, Kind.SIX_WEEKS)),
        early_days=days(Kind.EARLY, "early_days"),
        extra_days=tuple(sorted({*year.extra_days, *days(Kind.EXTRA, "extra_days")})),
    )


def _closed_between_terms(year: SchoolYear) -> tuple[SchoolYear, list[str]]:
    """Close the school between terms where the file gives the terms but not the holidays."""
    ordered = sorted(year.terms, key=lambda span: span.first)
    closures, notes = list(year.closures), []
    for before, after in zip(ordered, ordered[1:], strict=False):
        gap = Span(f"Between {before.name} and {after.name}", before.last + ONE_DAY,
                   after.first - ONE_DAY)  # fmt: skip
        if gap.first <= gap.last and any(
            gap.first <= day <= gap.last for day in year.school_days()
        ):
            closures.append(gap)
            notes.append(f"No school from {gap.first} to {gap.last}: it is {gap.name.lower()}.")
    return replace(year, closures=tuple(sorted(closures, key=lambda span: span.first))), notes


def _without_repeats_on_days_off(year: SchoolYear, entries: Sequence[Entry]) -> SchoolYear:
    """Drop an early day repeated every week where it meets a holiday; one said singly stays."""
    early = _of_kind(entries, Kind.EARLY)
    rows = [one.row for one in early]
    single = {day for one in early if rows.count(one.row) == 1 for day in _days(one)}
    held = set(year.school_days())
    kept = tuple(day for day in year.early_days if day in held or day in single)
    return replace(year, early_days=kept)


def _of_kind(entries: Iterable[Entry], kind: Kind) -> list[Entry]:
    return [one for one in entries if one.kind is kind]


def _days(one: Entry) -> Iterator[date]:
    day = one.first
    while day <= one.last:
        yield day
        day += ONE_DAY
