"""A student's marks as a calendar: a column a week, Monday to Friday, a field a session or day."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from rollbook.attendance import Reading, periods_named, read_register
from rollbook.attendance.codes import AUTHORISED, CATEGORIES, LATE, MISSING, UNAUTHORISED
from rollbook.register import PARTS, Category
from rollbook.school_calendar import ONE_DAY, monday_of
from rollbook.standing import Standing

WEEKS_ACROSS = 11  # what the task pane has room for
HALF_DAYS = ("AM", "PM")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")

FIELD, GAP, HEAD, SIDE = 20, 2, 14, 28  # units of the drawing
SHORT = 2  # letters of a code that fit into a field

WORDS: Mapping[str, str] = {
    Category.PRESENT: "present",
    Category.APPROVED: "approved activity",
    Category.AUTHORISED: "authorised absence",
    Category.UNAUTHORISED: "unauthorised absence",
    Category.NOT_POSSIBLE: "not possible",
    Category.MISSING: "no mark",
}
US_WORDS = {Category.AUTHORISED: "excused absence", Category.UNAUTHORISED: "unexcused absence"}


@dataclass(frozen=True, slots=True)
class Field:
    """One session, or one day where days count: what it counts as, and what the marks say.

    ``symbol`` is the code that made it so, ``marks`` every mark of it with its meaning.
    """

    day: date
    part: str
    category: Category
    word: str
    symbol: str
    marks: str
    when: str
    late: bool = False
    partly: bool = False  # the day counts as attended, but a part of it was missed

    @property
    def says(self) -> str:
        """Say all of it in words: the day, what it counts as, and the marks."""
        marks = f": {self.marks}" if self.marks else ""
        return f"{self.when}, {self.counts_as}{marks}"

    @property
    def counts_as(self) -> str:
        """Say what it counts as, and what is beside that."""
        late = ", late" if self.late else ""
        return f"{self.word}{late}{', a part of the day missed' if self.partly else ''}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A field where it is drawn, and what is written in it."""

    field: Field
    x: float
    y: float
    width: float
    letter: str
    says: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Some weeks side by side."""

    width: float
    height: float
    fields: Sequence[Drawn]
    months: Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Heat:
    """The calendar of one student's school year so far."""

    fields: Sequence[Field]
    strips: Sequence[Strip]
    rows: Sequence[tuple[float, str]]
    words: Sequence[tuple[str, str]]  # category and word, of those there are
    summary: str

    @property
    def unusual(self) -> list[Field]:
        """The fields that are anything but present, in time and all day."""
        return [
            one for one in self.fields if one.category != Category.PRESENT or one.late or one.partly
        ]


def heat_of(standing: Standing, student_id: str) -> Heat:
    """Return the calendar of a student's year up to the day of the standing."""
    fields = list(fields_of(standing, student_id))
    english = standing.pack.jurisdiction.startswith("gb")
    there = {one.category for one in fields}
    words = [(one.value, word_for(one, english)) for one in Category if one in there]
    return Heat(
        fields=fields,
        strips=list(_strips(fields)),
        rows=[(HEAD + place * (FIELD + GAP) + 14, name) for place, name in enumerate(WEEKDAYS)],
        words=words,
        summary=_summary(fields, english),
    )


def word_for(category: Category, english: bool) -> str:
    """Name a category as it is named there."""
    return WORDS[category] if english else US_WORDS.get(category, WORDS[category])


def fields_of(standing: Standing, student_id: str) -> Iterator[Field]:
    """Return what each recorded session or day of the school year counts as, in order."""
    reading = _reading(standing, student_id)
    row = reading.number.get(student_id)
    if row is None:
        return
    by_day = _entries_by_day(reading, row)
    for number in range(reading.days):
        entries = by_day.get(number, [])
        if reading.method == "sessions":
            yield from _sessions(standing, reading, row, number, entries)
        else:
            yield from _day(standing, reading, row, number, entries)


def _reading(standing: Standing, student_id: str) -> Reading:
    marks = standing.marks[standing.marks["student_id"] == student_id]
    first, last = standing.year_start, standing.as_of
    return read_register(
        marks,
        standing.pack,
        standing.calendar,
        students=[standing.students[student_id]],
        enrolments=standing.enrolments_of(student_id),
        recorded=standing.recorded,
        first=first,
        last=last,
        official=standing.official,
        periods=periods_named(standing.marks, first, last) if len(standing.marks) else 0,
    )


def _entries_by_day(reading: Reading, row: int) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for entry in reading.in_order(np.flatnonzero(reading.student == row)).tolist():
        found[int(reading.day[entry])].append(entry)
    return found


def _sessions(
    standing: Standing, reading: Reading, row: int, number: int, entries: Sequence[int]
) -> Iterator[Field]:
    """Return a field a session: those with a mark, then those without that should have one."""
    day = reading.date_of(number)
    for entry in entries:
        part = PARTS[reading.part[entry]]
        yield _field(standing, reading, day, part, int(reading.category[entry]), [entry], entry)
    marked = {PARTS[reading.part[entry]] for entry in entries}
    attended = int(reading.taken_as_attended[row, number])
    expected = int(reading.roll.expected(standing.calendar, number, number + 1)[row])
    wanting = max(expected - len(marked), 0)
    for part in [one for one in HALF_DAYS if one not in marked]:
        if attended:
            attended -= 1
            yield _silent(standing, day, part)
        elif wanting:
            wanting -= 1
            yield _field(standing, reading, day, part, MISSING, [], None)


def _day(
    standing: Standing, reading: Reading, row: int, number: int, entries: Sequence[int]
) -> Iterator[Field]:
    """Return the field of a day, decided as the jurisdiction decides a day."""
    day, decided = reading.date_of(number), int(reading.day_matrix[row, number])
    if decided < len(CATEGORIES):
        if not entries:
            yield _silent(standing, day, "")
            return
        deciding = next((one for one in entries if reading.category[one] == decided), None)
        yield _field(standing, reading, day, "", decided, entries, deciding)
    elif int(reading.roll.expected_days(standing.calendar, number, number + 1)[row]):
        yield _field(standing, reading, day, "", MISSING, entries, None)


def _field(
    standing: Standing,
    reading: Reading,
    day: date,
    part: str,
    category: int,
    entries: Sequence[int],
    deciding: int | None,
) -> Field:
    kind = CATEGORIES[category]
    marks = [_said(reading, entry, bool(part)) for entry in entries]
    missed = any(reading.category[entry] in (AUTHORISED, UNAUTHORISED) for entry in entries)
    return Field(
        day=day,
        part=part,
        category=kind,
        word=word_for(kind, standing.pack.jurisdiction.startswith("gb")),
        symbol=reading.mark_of(deciding).symbol if deciding is not None else "",
        marks="; ".join(marks),
        when=_when(standing, day, part),
        late=any(bool(reading.facts[entry] & LATE) for entry in entries),
        partly=missed and kind in (Category.PRESENT, Category.APPROVED),
    )


def _silent(standing: Standing, day: date, part: str) -> Field:
    """Return a session of which only absences were recorded, and none was."""
    when = _when(standing, day, part)
    return Field(day, part, Category.PRESENT, "present", "", "no absence recorded", when)


def _when(standing: Standing, day: date, part: str) -> str:
    """Write a day without its year, as people there do, and the part of it."""
    english = standing.pack.jurisdiction.startswith("gb")
    said = f"{day:%a} {day.day} {day:%b}" if english else f"{day:%a, %b} {day.day}"
    return f"{said} {part}".rstrip()


def _said(reading: Reading, entry: int, is_session: bool) -> str:
    mark, code = reading.mark_of(entry), reading.code_of(entry)
    where = "" if is_session or mark.session.part == "DAY" else f"{mark.session.part} "
    meaning = code.meaning if code else "no code on that day"
    late = f", {mark.minutes_late} minutes late" if mark.minutes_late else ""
    return f"{where}{mark.symbol or 'blank'} ({meaning}{late})"


def _strips(fields: Sequence[Field]) -> Iterator[Strip]:
    weeks = sorted({monday_of(one.day) for one in fields})
    for start in range(0, len(weeks), WEEKS_ACROSS):
        chosen = {week: place for place, week in enumerate(weeks[start : start + WEEKS_ACROSS])}
        yield _strip(chosen, [one for one in fields if monday_of(one.day) in chosen])


def _strip(weeks: Mapping[date, int], fields: Sequence[Field]) -> Strip:
    step = FIELD + GAP
    drawn = []
    for one in fields:
        if one.day.weekday() >= len(WEEKDAYS):
            continue
        x: float = SIDE + weeks[monday_of(one.day)] * step
        width: float = FIELD
        if one.part in HALF_DAYS:
            width = (FIELD - 1) / 2
            x += HALF_DAYS.index(one.part) * (width + 1)
        y = HEAD + one.day.weekday() * step
        drawn.append(Drawn(one, x, y, width, _letter(one), one.says))
    width = SIDE + WEEKS_ACROSS * step
    return Strip(width, HEAD + len(WEEKDAYS) * step, drawn, _months(weeks))


def _months(weeks: Mapping[date, int]) -> list[tuple[float, str]]:
    """Write a month over the first week in which it begins, or the first week there is."""
    found: list[tuple[float, str]] = []
    before = ""
    for week, place in weeks.items():
        name = f"{week + 4 * ONE_DAY:%b}"
        if name != before and (not found or place * (FIELD + GAP) + SIDE - found[-1][0] > SIDE):
            found.append((SIDE + place * (FIELD + GAP), name))
        before = name
    return found


def _letter(one: Field) -> str:
    if one.category == Category.PRESENT:
        return "L" if one.late else "•" if one.partly else ""
    if one.category == Category.MISSING:
        return "?"
    return one.symbol[:SHORT]


def _summary(fields: Sequence[Field], english: bool) -> str:
    unit = "session" if any(one.part for one in fields) else "day"
    counts = [
        (sum(one.category == category for one in fields), word_for(category, english))
        for category in Category
    ]
    late = sum(one.late for one in fields)
    told = [f"{number:,} {word}" for number, word in counts if number]
    told += [f"{late:,} late" if late else ""]
    recorded = f"{len(fields):,} {unit}{'' if len(fields) == 1 else 's'} so far"
    return f"{recorded}: {', '.join(one for one in told if one)}." if fields else "No marks yet."
