"""Reading a district's own case table: what the register holds, and what must come of it.

A case file is TOML that a clerk or a lawyer can write. It brings its calendar, as ``[[year]]``
tables with the words of ``calendar.toml``, or names one: ``calendar = "office"``, or a file beside
it. Then come the cases::

    [[case]]
    says = "Ten unauthorised sessions in ten school weeks meet the threshold"
    from = 2027-01-04
    marks = "O . O O | G*5 U N"
    finds = ["eng-pn"]

``marks`` is a strip from the day ``from`` on (else the first school day): in England a word a
session, morning and afternoon in turn; in the US a word a school day. A full stop is an attended
session, ``O*5`` is five times O, ``T(45)`` is 45 minutes late, a ``|`` divides for the eye.
``marks`` may also be a table, by day (``"2027-01-04" = "O ."``, ``"2026-09-08" = "P3=U P4=U"``) or
by part of the day (``P3 = "U . U"``, a strip). All other sessions up to ``as_of`` are attended.

Other words: ``as_of`` (else the last day of the marks), ``grade``, ``birth_date``, ``enrolled``
(first day on roll), ``letters = [{ trigger = "ca-truant", mailed = 2026-10-05 }]``, ``actions =
[{ kind = "conference", day = 2026-10-12 }]``. Expected: ``finds``, ``finds_not``, ``sends`` and
``sends_not`` are lists of triggers, found or sending a letter on ``as_of``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rollbook.office.calendars import judge_calendar, read_calendar
from rollbook.policy import PolicyPack
from rollbook.policy.lines import Source, source_of
from rollbook.policy.table import Table, numbered
from rollbook.problems import PolicyError
from rollbook.register import ACTIONS, PARTS, Action, Category, Enrolment, Session, Student
from rollbook.rules import History, Sent
from rollbook.school_calendar import SchoolCalendar

THE_STUDENT = "the student"
ATTENDED = "."

_WORD = re.compile(r"(?P<symbol>[^\s*()]+?)(?:\((?P<late>\d+)\))?(?:\*(?P<times>\d+))?")


@dataclass(frozen=True)
class PackCase:
    """One case: what the register and the office's log hold, and what must come of it."""

    says: str
    line: int
    calendar: SchoolCalendar
    as_of: date
    student: Student
    enrolments: Sequence[Enrolment] = ()
    marks: Mapping[Session, tuple[str, int]] = field(default_factory=dict)
    history: History = field(default_factory=History)
    finds: Sequence[str] = ()
    finds_not: Sequence[str] = ()
    sends: Sequence[str] = ()
    sends_not: Sequence[str] = ()


def read_cases(
    path: Path, pack: PolicyPack, office_calendar: SchoolCalendar | None = None
) -> list[PackCase]:
    """Read a case file for a pack.

    Raises ``PolicyError`` with the line of what is not understood.
    """
    if not path.is_file():
        raise PolicyError(f"There is no case file “{path}”. Check the name.")
    source = source_of(path, f"“{path.name}”")
    top = Table(source, "", source.read())
    calendar = _calendar(top, path, office_calendar)
    cases = [_case(entry, pack, calendar) for entry in top.tables("case", numbered("case", "says"))]
    top.finish()
    if not cases:
        raise top.wrong("it holds no cases; add one under [[case]]")
    return cases


def _calendar(top: Table, path: Path, office_calendar: SchoolCalendar | None) -> SchoolCalendar:
    named = top.optional("calendar", str, "")
    has_years = bool(top.optional("year", list, []))
    if bool(named) == has_years:
        raise top.wrong('give it a calendar: [[year]] tables, or calendar = "office"', "calendar")
    if named == "office":
        if office_calendar is None:
            raise top.wrong("it needs an office's calendar; name one with --office", "calendar")
        return office_calendar
    if named:
        return read_calendar(path.parent / named)
    calendar, problems = judge_calendar(_years_alone(top.source), path.name)
    if calendar is None:
        first = problems[0]
        raise PolicyError(f"{top.source.name}, line {first.place.row}: {first.message}")
    return calendar


def _years_alone(source: Source) -> str:
    """Return the text with everything but its [[year]] tables left blank, so that lines stay."""
    kept, lines = False, []
    for line in source.text.split("\n"):
        if line.lstrip().startswith("["):
            kept = line.lstrip().startswith("[[year")
        lines.append(line if kept else "")
    return "\n".join(lines)


def _case(entry: Table, pack: PolicyPack, calendar: SchoolCalendar) -> PackCase:
    says = entry.text("says")
    starts = calendar.years[0].first
    enrolled = entry.optional("enrolled", date, None)
    begins = entry.optional("from", date, enrolled or starts)
    marks = _Marks(entry, pack, calendar, begins).read()
    last = max((session.day for session in marks), default=None)
    as_of = entry.optional("as_of", date, last)
    if as_of is None:
        raise entry.wrong("“as_of” is missing; add the day on which the rules are asked")
    if last and last > as_of:
        raise entry.wrong(f"the marks go on until {last}, after as_of {as_of}", "marks")
    known = [trigger.id for trigger in pack.triggers]
    expected = {
        word: entry.words(word, known) for word in ("finds", "finds_not", "sends", "sends_not")
    }
    if not any(word in entry.data for word in expected):
        raise entry.wrong("it expects nothing; add “finds” or “finds_not”")
    case = PackCase(
        says=says,
        line=entry.source.line(entry.steps),
        calendar=calendar,
        as_of=as_of,
        student=Student(
            THE_STUDENT,
            grade=entry.optional("grade", str, ""),
            birth_date=entry.optional("birth_date", date, None),
        ),
        enrolments=(Enrolment(THE_STUDENT, enrolled or starts),),
        marks=_with_the_rest(marks, pack, calendar, max(starts, enrolled or starts), as_of),
        history=_history(entry, known),
        **expected,
    )
    entry.finish()
    return case


def _history(entry: Table, known: Sequence[str]) -> History:
    letters, actions = [], []
    for letter in entry.tables("letters", numbered("letter")):
        mailed = letter.needed("mailed", date)
        until = letter.optional("until", date, mailed)
        trigger = letter.word("trigger", known)
        letters.append(Sent(THE_STUDENT, trigger, "a guardian", mailed, until, mailed))
        letter.finish()
    for action in entry.tables("actions", numbered("action")):
        kind, day = action.word("kind", ACTIONS), action.needed("day", date)
        actions.append(Action(THE_STUDENT, day, kind))
        action.finish()
    return History(
        sorted(letters, key=lambda one: one.prepared), sorted(actions, key=lambda one: one.day)
    )


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a strip: the symbol, minutes late, how often, and of which part if it says."""

    symbol: str
    late: int
    times: int
    part: str


@dataclass
class _Marks:
    """Reads the ``marks`` of one case."""

    entry: Table
    pack: PolicyPack
    calendar: SchoolCalendar
    begins: date
    found: dict[Session, tuple[str, int]] = field(default_factory=dict)

    def read(self) -> dict[Session, tuple[str, int]]:
        """Return the marks by session; attended sessions have the symbol ``.``."""
        self.entry.asked.add("marks")
        marks = self.entry.data.get("marks", "")
        if isinstance(marks, str):
            self.strip(marks, ())
        elif isinstance(marks, Mapping):
            for key, text in marks.items():
                if not isinstance(text, str):
                    raise self.wrong(f"the marks of “{key}” must be text in quotation marks", key)
                if key in PARTS:
                    self.strip(text, (key,))
                else:
                    self.day(key, text)
        else:
            raise self.wrong("“marks” must be a strip of marks in quotation marks, or a table")
        return self.found

    def strip(self, text: str, parts: Sequence[str]) -> None:
        """Put a strip on the school days from the first on."""
        parts = parts or (("AM", "PM") if self.pack.unit == "sessions" else ("DAY",))
        days = self.calendar.school_days_between(self.begins, self.calendar.years[-1].last)
        sessions = iter([Session(day, part) for day in days for part in parts])
        for word in self.words(text):
            for _ in range(word.times):
                session = next(sessions, None)
                if session is None:
                    raise self.wrong("the strip goes on after the last school day of the calendar")
                self.put(session, word)

    def day(self, key: str, text: str) -> None:
        """Put the marks of one day."""
        try:
            day = date.fromisoformat(key)
        except ValueError as error:
            raise self.wrong(
                f"“{key}” is no day and no part of the day; write a day as 2027-01-04", key
            ) from error
        why_not = self.calendar.why_not_school_day(day)
        if why_not:
            raise self.wrong(f"{day} is no school day: {why_not}", key)
        usual = ("AM", "PM") if self.pack.unit == "sessions" else ("DAY",)
        words = list(self.words(text))
        parts = [word.part for word in words if word.part] or list(usual)
        if len(parts) != len(words):
            raise self.wrong(f"{day} needs {len(usual)} of them: {' and '.join(usual)}", key)
        for part, word in zip(parts, words, strict=True):
            self.put(Session(day, part), word)

    def words(self, text: str) -> Iterator[_Word]:
        """Read the words of a strip."""
        for word in text.replace("|", " ").split():
            match = _WORD.fullmatch(word)
            if match is None:
                raise self.wrong(f"“{word}” is not understood; write O, O*5 or T(45)")
            part, sign, symbol = match["symbol"].partition("=")
            named = sign and part in PARTS
            yield _Word(
                symbol if named else match["symbol"],
                int(match["late"] or 0),
                int(match["times"] or 1),
                part if named else "",
            )

    def put(self, session: Session, word: _Word) -> None:
        """Note one mark; its symbol must be a code on that day."""
        if word.symbol != ATTENDED:
            why_not = self.pack.why_no_code(word.symbol, session.day)
            if why_not:
                raise self.wrong(why_not.rstrip("."))
        self.found[session] = (word.symbol, word.late)

    def wrong(self, what: str, *further: str) -> PolicyError:
        """Return the error with the line of the marks."""
        return self.entry.wrong(what, "marks", *further)


def _with_the_rest(
    marks: Mapping[Session, tuple[str, int]],
    pack: PolicyPack,
    calendar: SchoolCalendar,
    first: date,
    as_of: date,
) -> dict[Session, tuple[str, int]]:
    """Return the marks with every other session attended.

    In England attendance is a mark of its own; in the US presence follows from the absences.
    """
    found = {session: mark for session, mark in marks.items() if mark[0] != ATTENDED}
    if pack.unit == "sessions":
        for day in calendar.school_days_between(first, as_of):
            present = [
                symbol
                for symbol, code in pack.codes_on(day).items()
                if code.category is Category.PRESENT and not code.late
            ]
            for part, place in (("AM", 0), ("PM", -1)):
                if present and Session(day, part) not in found:
                    found[Session(day, part)] = (present[place], 0)
    return found
