"""Random schools: calendars with breaks and odd days, enrolments with gaps, strips of marks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from rollbook.attendance import Recorded
from rollbook.register import Enrolment, Student, register_frame
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span, Track

PUPILS = 50
EXAMPLES = 200  # schools: 10,000 pupils for each property

DAY = timedelta(days=1)
EPOCH = date(1970, 1, 1).toordinal()
COLUMNS = ("student_id", "date", "part", "symbol", "minutes_late")

# What each code counts as, copied by hand from the definitions and not from the packs.
ENGLAND: Mapping[str, str] = (
    dict.fromkeys(["/", "\\", "L"], "present")
    | dict.fromkeys(["K", "V", "P", "W", "B"], "approved")
    | dict.fromkeys(["C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"], "authorised")
    | dict.fromkeys(["G", "N", "O", "U"], "unauthorised")
    | dict.fromkeys(["D", "Q", "X", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"], "not possible")
    | dict.fromkeys(["Z", "#"], "not possible")
    | dict.fromkeys(["", "-"], "missing")
)
TEXAS: Mapping[str, str] = (
    dict.fromkeys(["", "P", "T"], "present")
    | dict.fromkeys(["M", "R", "I", "S"], "approved")
    | dict.fromkeys(["A", "E", "O", "C"], "authorised")
    | {"U": "unauthorised"}
)
CALIFORNIA: Mapping[str, str] = (
    dict.fromkeys(["", "-", "P", "T", "L", "W"], "present")
    | dict.fromkeys(["D", "F", "G", "X"], "approved")
    | dict.fromkeys(["B", "E", "I", "J", "M", "R", "H", "S"], "authorised")
    | dict.fromkeys(["A", "C", "U"], "unauthorised")
)
LATE = ("T", "L", "W")
CODES = {"gb-eng": ENGLAND, "us-tx": TEXAS, "us-ca": CALIFORNIA}

ADA_CODES = ("", "0", "1", "1", "1", "2", "3", "4", "5", "6", "7", "9")

Marks = dict[tuple[date, str], tuple[str, int]]


@dataclass(frozen=True)
class Pupil:
    """One invented student: when on roll, and a mark (code, minutes late) by day and part."""

    student_id: str
    grade: str
    birth_date: date | None
    stretches: tuple[tuple[date, date | None], ...]
    ada_codes: tuple[str, ...] = ()
    track: str = ""
    marks: Marks = field(default_factory=dict)

    def on_roll(self, day: date) -> bool:
        """Without any dates a student is on roll throughout; the withdrawal day is not."""
        if not self.stretches:
            return True
        return any(
            first <= day and (after is None or day < after) for first, after in self.stretches
        )


@dataclass(frozen=True)
class School:
    """A school as it stands on a day, and the same in Rollbook's own types."""

    jurisdiction: str
    years: tuple[SchoolYear, ...]
    parts: tuple[str, ...]
    negative: bool
    spans: tuple[tuple[date, date], ...]  # the days files have covered
    pupils: Sequence[Pupil]
    as_of: date

    @property
    def codes(self) -> Mapping[str, str]:
        return CODES[self.jurisdiction]

    @cached_property
    def year(self) -> SchoolYear:
        return next(year for year in self.years if year.first <= self.as_of <= year.last)

    @cached_property
    def days(self) -> list[date]:
        """All school days of all years."""
        return [day for year in self.years for day in school_days(year)]

    @cached_property
    def weeks(self) -> list[date]:
        """The Mondays of the weeks with at least one school day."""
        return sorted({day - day.weekday() * DAY for day in self.days})

    @cached_property
    def recorded_days(self) -> frozenset[date]:
        """The school days that files have covered."""
        tracks = {"", *(one.track for one in self.pupils)}
        return frozenset(
            day
            for year in self.years
            for track in tracks
            for day in school_days(year, track)
            if any(first <= day <= last for first, last in self.spans)
        )

    @property
    def calendar(self) -> SchoolCalendar:
        return SchoolCalendar(self.years)

    @property
    def students(self) -> list[Student]:
        return [
            Student(one.student_id, grade=one.grade, birth_date=one.birth_date)
            for one in self.pupils
        ]

    @property
    def enrolments(self) -> list[Enrolment]:
        return [
            Enrolment(
                one.student_id,
                first,
                after,
                ada_code=one.ada_codes[place] if one.ada_codes else "",
                track=one.track,
            )
            for one in self.pupils
            for place, (first, after) in enumerate(one.stretches)
        ]

    @property
    def recorded(self) -> list[Recorded]:
        return [
            Recorded("", first, last, self.parts, negative=self.negative)
            for first, last in self.spans
        ]

    def frame(self, rng: Random) -> pd.DataFrame:
        """All marks as a register frame, the students in no order."""
        columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        for one in rng.sample(self.pupils, len(self.pupils)):
            columns["student_id"] += [one.student_id] * len(one.marks)
            columns["date"] += [day.toordinal() - EPOCH for day, _ in one.marks]
            columns["part"] += [part for _, part in one.marks]
            columns["symbol"] += [symbol for symbol, _ in one.marks.values()]
            columns["minutes_late"] += [minutes for _, minutes in one.marks.values()]
        days = np.array(columns["date"], dtype="datetime64[D]")
        return register_frame({**columns, "date": days})

    def told(self, pupil: Pupil) -> str:
        """One pupil's whole story, for the message of a test that fails."""
        strip = " ".join(
            f"{day:%y-%m-%d}{part}{'=' + symbol if symbol else '='}{minutes or ''}"
            for (day, part), (symbol, minutes) in sorted(pupil.marks.items())
        )
        return (
            f"as of {self.as_of}, grade {pupil.grade}, born {pupil.birth_date}, on roll "
            f"{pupil.stretches}, recorded {self.spans} {self.parts} negative={self.negative}\n"
            f"{strip}\n{self.years}"
        )


def school_days(year: SchoolYear, track: str = "") -> list[date]:
    """Weekdays of the year that no closure covers, and the extra days; a track has its own too."""
    own = [one for one in year.tracks if one.name == track]
    closures = [*year.closures, *(span for one in own for span in one.closures)]
    extra = {*year.extra_days, *(day for one in own for day in one.extra_days)}
    found = []
    day = min([year.first, *extra])
    while day <= max([year.last, *extra]):
        closed = any(span.first <= day <= span.last for span in closures)
        inside = year.first <= day <= year.last
        if day in extra or (inside and day.weekday() < 5 and not closed):
            found.append(day)
        day += DAY
    return found


def random_year(rng: Random, begins: int) -> SchoolYear:
    """A school year of two or three terms with breaks, half terms, odd closures and Saturdays."""
    first = date(begins, 8, 20) + rng.randint(0, 20) * DAY
    terms: list[Span] = []
    closures: list[Span] = []
    day = first
    count = rng.choice([1, 2, 2, 3])
    for number in range(count):
        last = day + rng.randint(30, 90) * DAY
        terms.append(Span(f"Term {number + 1}", day, last))
        if rng.random() < 0.6:
            half = day + rng.randint(10, 25) * DAY
            closures.append(Span("Half term", half, half + rng.randint(2, 9) * DAY))
        if rng.random() < 0.5:
            odd = day + rng.randint(0, 28) * DAY
            closures.append(Span("Training day", odd, odd))
        if number < count - 1:
            after = last + rng.randint(3, 18) * DAY
            closures.append(Span("Break", last + DAY, after - DAY))
            day = after
    saturdays = [
        one for one in (first + place * DAY for place in range(28, 42)) if one.weekday() == 5
    ]
    extra = (saturdays[0],) if rng.random() < 0.3 else ()
    return SchoolYear(
        f"{begins}-{(begins + 1) % 100}",
        first,
        terms[-1].last,
        terms=tuple(terms),
        closures=tuple(sorted(closures, key=lambda span: span.first)),
        extra_days=extra,
    )


def with_tracks(rng: Random, year: SchoolYear) -> SchoolYear:
    """The year with a second track, with school months and with six reporting periods."""
    off = year.first + rng.randint(3, 40) * DAY
    own = Span("Off track", off, off + rng.randint(0, 15) * DAY)
    sunday = year.first + rng.randint(0, 20) * DAY
    sunday += (6 - sunday.weekday()) * DAY
    length = (year.last - year.first).days + 1
    cuts = [year.first + length * number // 6 * DAY for number in range(7)]
    months = [
        (start, min(start + 27 * DAY, year.last))
        for start in (year.first + number * DAY for number in range(0, length, 28))
    ]
    return replace(
        year,
        tracks=(Track("B", closures=(own,), extra_days=(sunday,) if rng.random() < 0.3 else ()),),
        months=tuple(Span(f"Month {n}", *ends) for n, ends in enumerate(months, 1)),
        six_weeks=tuple(
            Span(f"Six weeks {n}", first, after - DAY)
            for n, (first, after) in enumerate(pairwise(cuts), 1)
        ),
    )


def random_stretches(rng: Random, first: date, last: date) -> tuple[tuple[date, date | None], ...]:
    """When a student was on roll: never left out, a joiner, a leaver, or left and came back."""
    span = (last - first).days
    draw = rng.random()
    if draw < 0.4:
        return ()
    if draw < 0.55:
        return ((first - 30 * DAY, None),)
    if draw < 0.7:
        return ((first + rng.randint(0, span) * DAY, None),)
    if draw < 0.8:
        return ((first - 30 * DAY, first + rng.randint(1, span) * DAY),)
    cuts = sorted(rng.sample(range(span + 1), 3))
    start, leave, back = (first + cut * DAY for cut in cuts)
    return ((start, leave), (back, None))


def random_marks(
    rng: Random, school_codes: Mapping[str, str], days: Sequence[date], parts: Sequence[str],
    negative: bool, likes: Sequence[str] = (),
) -> Marks:  # fmt: skip
    """A strip of marks: mostly there, with spells of absence; some sessions without a mark.

    ``likes`` are codes to use more often. A list of absences holds what is not plain presence.
    """
    draw = rng.random

    def one_of(options: Sequence[Any]) -> Any:
        return options[int(draw() * len(options))]

    level = one_of([0.02, 0.06, 0.1, 0.12, 0.3, 0.6])
    there = [one for one in school_codes if school_codes[one] == "present"]
    away = [one for one in school_codes if school_codes[one] != "present"]
    plain = [one for one in there if one not in LATE]
    favourite = one_of(likes) if likes and draw() < 0.7 else one_of(away)
    spell = 0
    marks: Marks = {}
    for day in days:
        if spell == 0 and draw() < 0.03:
            spell = 2 + int(draw() * 15)
        elif negative and spell == 0 and draw() > level * 2:
            continue
        for part in parts:
            luck = draw()
            if spell and luck < 0.96:
                symbol = favourite
            elif luck < level:
                symbol = favourite if luck < level / 2 else one_of(away)
            else:
                symbol = there[0] if luck < 0.9 else one_of(there)
            if negative and symbol in plain:
                continue
            if not negative and draw() < 0.02:
                continue
            minutes = one_of([0, 0, 5, 29, 30, 31, 45]) if symbol in LATE or symbol == "U" else 0
            marks[day, part] = (symbol, minutes)
        spell = max(0, spell - 1)
    return marks


def make_school(
    seed: int,
    jurisdiction: str,
    *,
    years: int = 2,
    parts: Sequence[Sequence[str]] = (("AM", "PM"),),
    negative: bool | None = None,
    likes: Sequence[str] = (),
    tracks: bool = False,
    pupils: int = PUPILS,
) -> School:
    """The random school with this seed. Its day is mostly a school day of the last year."""
    rng = Random(seed)
    begins = rng.choice([2025, 2026, 2027]) - years + 1
    made = tuple(random_year(rng, max(begins, 2024) + place) for place in range(years))
    if tracks:
        made = tuple(with_tracks(rng, year) for year in made)
    this_year = school_days(made[-1])
    as_of = rng.choice(this_year)
    if rng.random() < 0.15:
        as_of = min(as_of + rng.randint(1, 3) * DAY, made[-1].last)
    chosen = tuple(rng.choice(parts))
    by_absence = rng.random() < 0.4 if negative is None else negative
    last = max(made[0].first, as_of + rng.randint(-6, 12) * DAY)
    spans: tuple[tuple[date, date], ...] = ((made[0].first, last),)
    if rng.random() < 0.3:
        hole = made[0].first + rng.randint(5, (last - made[0].first).days + 6) * DAY
        spans = tuple(
            span for span in ((made[0].first, hole), (hole + 4 * DAY, last)) if span[0] <= span[1]
        )
        spans = tuple((first, min(until, last)) for first, until in spans)
    codes = CODES[jurisdiction]
    recorded = {
        track: [
            day
            for year in made
            for day in school_days(year, track)
            if any(first <= day <= until for first, until in spans)
        ]
        for track in (("", "B") if tracks else ("",))
    }
    people = []
    for number in range(pupils):
        stretches = random_stretches(rng, made[0].first, made[-1].last)
        track = rng.choice(["", "B"]) if tracks else ""
        if tracks and not stretches:
            stretches = ((made[0].first, None),)
        ada_codes = tuple(rng.choice(ADA_CODES) for _ in stretches)
        marks = random_marks(rng, codes, recorded[track], chosen, by_absence, likes)
        born = None if rng.random() < 0.1 else date(rng.randint(2005, 2021), rng.randint(1, 12), 3)
        grade = str(rng.randint(1, 12))
        people.append(
            Pupil(f"{number:03d}", grade, born, stretches, ada_codes, track, marks)
            if tracks
            else Pupil(f"{number:03d}", grade, born, stretches, marks=marks)
        )
    return School(jurisdiction, made, chosen, by_absence, spans, people, as_of)


def schools(
    **made_with: Any,
) -> Callable[[Callable[[School, Random], None]], Callable[[], None]]:
    """Run a test on 200 random schools of 50 students, the same ones every time.

    A school is drawn by its number and not mark by mark, so nothing could be shrunk; a failure
    shows the one student it is about instead.
    """

    def decorate(test: Callable[[School, Random], None]) -> Callable[[], None]:
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
        )
        @given(number=st.integers(0, 2**32))
        def on_each_school(number: int) -> None:
            test(make_school(number, **made_with), Random(number))

        on_each_school.__name__ = test.__name__
        return on_each_school

    return decorate


def assert_same(
    school: School,
    found: Mapping[str, object],
    by_hand: Mapping[str, object],
    rule: object = "",
) -> None:
    """Want the same answer for every student, or show the first one that differs."""
    for pupil in school.pupils:
        name = pupil.student_id
        ours, theirs = found.get(name), by_hand.get(name)
        assert ours == theirs, f"{ours} but by hand {theirs}: {rule}\n{school.told(pupil)}"
