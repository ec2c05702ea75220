"""The worked examples of the law, run through the real code.

A case is data: what the register holds (``given``) and what it comes to (``expected``). The files
stand in ``tests/worked_examples``; what each word of a case means is said by the functions below.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rollbook.attendance import Attendance, Recorded, attendance_of, percent, pooled, tally
from rollbook.policy import SHIPPED, ClassTerms, PolicyPack, load_pack
from rollbook.register import Action, Category, Enrolment, Student, register_frame
from rollbook.rules import Finding, History, Sent, assess, explain, letters_due
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

FOLDER = Path(__file__).parent / "worked_examples"
STUDENT = "004417"

RULES = (
    "ENG-PCT ENG-PA ENG-SA ENG-L1 ENG-L2 ENG-GROUP ENG-ENROL ENG-DAILY ENG-PN "
    "ENG-NTI ENG-LA10 ENG-CME ENG-SICK15 ENG-N5 ENG-DAY1 ENG-LATE "
    "TX-PCT TX-SNAP TX-WARN0 TX-TRU3 TX-TRU10 TX-19PLUS TX-90 TX-90W TX-CHRON "
    "CA-ADA CA-CHRON CA-TRUANT CA-TRU2 CA-HABIT CA-CHRTRU CA-EXC"
).split()


def read(name: str) -> Any:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def calendars() -> dict[str, SchoolYear]:
    return {
        name: SchoolYear(
            data["name"],
            data["first"],
            data["last"],
            tuple(Span(*term) for term in data.get("terms", ())),
            tuple(Span(*closure) for closure in data.get("closures", ())),
        )
        for name, data in read("calendars").items()
    }


def cases() -> list[Any]:
    names = sorted(path.stem for path in FOLDER.glob("*.toml"))
    names = [name for name in names if name not in ("calendars", "before_in_force")]
    found = [case for name in names for case in read(name)["case"]]
    return [pytest.param(case, id=f"{case['id']} {case['title']}") for case in found]


@dataclass
class Register:
    """The register of one case."""

    pack: PolicyPack
    calendar: SchoolCalendar
    as_of: date
    students: list[Student] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    marks: dict[tuple[str, date, str], tuple[str, int]] = field(default_factory=dict)
    letters: list[Sent] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    @property
    def history(self) -> History:
        return History(self.letters, self.actions)

    def put(self, day: date, part: str, symbol: str, late: int = 0, who: str = STUDENT) -> None:
        self.marks[who, day, part] = (symbol, late)

    @property
    def frame(self) -> pd.DataFrame:
        keys = list(self.marks)
        return register_frame(
            {
                "student_id": [key[0] for key in keys],
                "date": [key[1] for key in keys],
                "part": [key[2] for key in keys],
                "symbol": [symbol for symbol, _ in self.marks.values()],
                "minutes_late": [late for _, late in self.marks.values()],
            }
        )

    def assess(self, as_of: date | None = None) -> list[Finding]:
        return assess(
            self.pack,
            self.calendar,
            self.frame,
            self.students,
            self.enrolments,
            self.recorded,
            as_of=as_of or self.as_of,
            history=self.history,
        )

    def tally(self) -> pd.DataFrame:
        return tally(
            self.frame,
            self.pack,
            self.calendar,
            students=self.students,
            enrolments=self.enrolments,
            recorded=self.recorded,
            first=self.calendar.years[-1].first,
            last=self.as_of,
        )


def register_of(case: Mapping[str, Any]) -> Register:
    known = calendars()
    years = tuple(known[name] for name in case["calendar"])
    register = Register(load_pack(case["pack"]), SchoolCalendar(years), case["as_of"])
    given = case["given"]
    days = register.calendar.school_days_between(years[-1].first, register.as_of)
    student = Student(
        STUDENT, grade=given.get("grade", ""), birth_date=_date(given.get("birth_date"))
    )
    register.students = [student]
    for key, build in BUILD.items():
        if key in given:
            build(register, given, days)
    return register


def _date(value: date | str | None) -> date | None:
    return value if isinstance(value, date) else None


def sessions_from(days: Sequence[date]) -> Iterator[tuple[date, str]]:
    return ((day, part) for day in days for part in ("AM", "PM"))


def build_register(register: Register, given: Any, days: Sequence[date]) -> None:
    """``register``: a strip of marks from the first school day or ``register_from``."""
    start = given.get("register_from", days[0])
    later = register.calendar.school_days_between(start, register.calendar.years[-1].last)
    for symbol, (day, part) in zip(given["register"].split(), sessions_from(later), strict=False):
        register.put(day, part, symbol)


def build_possible(register: Register, given: Any, days: Sequence[date]) -> None:
    """``possible`` sessions, of which the first ``absent`` were missed through illness."""
    for number, (day, part) in enumerate(sessions_from(days)):
        if number < given["possible"]:
            symbol = "I" if number < given["absent"] else "/" if part == "AM" else "\\"
            register.put(day, part, symbol)


def build_weeks(register: Register, given: Any, days: Sequence[date]) -> None:
    """``weeks``: a code and how often, by Monday; ``fill`` marks all other sessions present."""
    if given.get("fill"):
        for day, part in sessions_from(days):
            register.put(day, part, "/" if part == "AM" else "\\")
    for monday, (symbol, count) in given["weeks"].items():
        week = [date.fromisoformat(monday) + timedelta(days=number) for number in range(5)]
        for _, (day, part) in zip(range(count), sessions_from(week), strict=False):
            register.put(day, part, symbol)


def build_pupils(register: Register, given: Any, days: Sequence[date]) -> None:
    """``pupils``: a strip of marks each."""
    register.students = [Student(name) for name in given["pupils"]]
    for name, strip in given["pupils"].items():
        for symbol, (day, part) in zip(strip.split(), sessions_from(days), strict=False):
            register.put(day, part, symbol, who=name)


def build_session(register: Register, given: Any, days: Sequence[date]) -> None:
    """``session``: how many pupils have which code in one morning."""
    register.students = []
    for symbol, count in given["session"].items():
        for number in range(count):
            register.put(days[0], "AM", symbol, who=f"{symbol}{number}")


def build_enrolment(register: Register, given: Any, days: Sequence[date]) -> None:
    """``enrolment``: first day in membership, first day no longer in it."""
    register.enrolments = [Enrolment(STUDENT, *given["enrolment"])]


def build_enrolled_after(register: Register, given: Any, days: Sequence[date]) -> None:
    """``enrolled_after``: on how many school days the student was not here yet."""
    register.enrolments = [Enrolment(STUDENT, days[given["enrolled_after"]])]


def build_ada_code(register: Register, given: Any, days: Sequence[date]) -> None:
    """``ada_code``: of an enrolment over the whole year."""
    register.enrolments = [Enrolment(STUDENT, days[0], ada_code=given["ada_code"])]


def build_recorded(register: Register, given: Any, days: Sequence[date]) -> None:
    """``recorded``: so many school days, which parts, absences only or every day marked."""
    how = given["recorded"]
    days = days[: how["days"]]
    register.recorded = [
        Recorded("", days[0], days[-1], tuple(how["parts"]), negative=how["negative"])
    ]
    if how.get("fill"):
        for day in days:
            register.put(day, "DAY", "")


def build_absences(register: Register, given: Any, days: Sequence[date]) -> None:
    """``absences``: part, code, and on how many days; ``more_absences`` follow on later days."""
    start = given.get("enrolled_after", 0)
    for key in ("absences", "more_absences", "tardies"):
        if key in given:
            part, symbol, count = given[key]
            for day in days[start : start + count]:
                register.put(day, part, symbol)
            start += count


def build_marks(register: Register, given: Any, days: Sequence[date]) -> None:
    """``marks``: day, part, code and minutes late, one by one."""
    for day, *rest in given["marks"]:
        register.put(day, *rest)


def build_letters(register: Register, given: Any, days: Sequence[date]) -> None:
    """``letters``: a rule, the day the letter was mailed, and the last day it tells of."""
    for trigger, mailed, until in given["letters"]:
        register.letters.append(Sent(STUDENT, trigger, "a parent", mailed, until, mailed))


def build_actions(register: Register, given: Any, days: Sequence[date]) -> None:
    """``actions``: a kind and a day."""
    register.actions = [Action(STUDENT, day, kind) for kind, day in given["actions"]]


BUILD = {
    "register": build_register,
    "possible": build_possible,
    "weeks": build_weeks,
    "pupils": build_pupils,
    "session": build_session,
    "enrolment": build_enrolment,
    "enrolled_after": build_enrolled_after,
    "ada_code": build_ada_code,
    "recorded": build_recorded,
    "absences": build_absences,
    "marks": build_marks,
    "letters": build_letters,
    "actions": build_actions,
}


@pytest.mark.parametrize("case", cases())
def test_worked_example(case: Any) -> None:
    register = register_of(case)
    expected = dict(case["expected"])
    table = register.tally()
    whole = "group" in expected
    figures = pooled(table) if whole else attendance_of(table, STUDENT)
    for name, number in expected.pop("figures", {}).items():
        assert getattr(figures, name) == number, name
    for name, number in expected.pop("group", {}).items():
        assert getattr(figures, name) == number, name
    check_percentages(figures, expected)
    check_findings(register, expected)
    check_explanations(register, expected)
    if "not_possible" in expected:
        assert count_category(register, Category.NOT_POSSIBLE) == expected.pop("not_possible")
    if "counted" in expected:
        assert (table["possible"] > 0).sum() == expected.pop("counted")
    for symbol, number in expected.pop("symbols", {}).items():
        assert [one for one, _ in register.marks.values()].count(symbol) == number
    expected.pop("check", None)
    assert not expected, "the case expects something this test does not check"


def check_percentages(figures: Attendance, expected: dict[str, Any]) -> None:
    for name, rate, places in (
        ("percent", figures.rate, 1),
        ("percent_3", figures.rate, 3),
        ("absence_percent", figures.absence_rate, 1),
    ):
        if name in expected:
            assert (percent(rate, places) or "") == expected.pop(name)


def check_findings(register: Register, expected: dict[str, Any]) -> None:
    findings = register.assess()
    found = {one.trigger: one for one in findings}
    if "found" in expected:
        assert [one.trigger for one in findings] == expected.pop("found")
    for trigger in expected.pop("with", ()):
        assert trigger in found
    for trigger in expected.pop("without", ()):
        assert trigger not in found
    for name in ("crossed_on", "numerator", "first", "unresolved"):
        for trigger, value in expected.pop(name, {}).items():
            assert getattr(found[trigger], name) == value
    if "letters" in expected:
        assert [one.letter for one in letters_due(findings)] == expected.pop("letters")
    if "band" in expected:
        assert found["tx-90"].band == expected.pop("band")
    for trigger, count in expected.pop("with_trigger", {}).items():
        assert len([one for one in findings if one.trigger == trigger]) == count


def check_explanations(register: Register, expected: dict[str, Any]) -> None:
    def why(trigger: str) -> list[Any]:
        return explain(
            register.pack,
            register.calendar,
            register.frame,
            register.students,
            register.enrolments,
            register.recorded,
            student_id=STUDENT,
            trigger_id=trigger,
            as_of=register.as_of,
            history=register.history,
        )

    for trigger, most in expected.pop("most", {}).items():
        assert why(trigger)[0].most == most
    for part, (attended, offered) in expected.pop("class", {}).items():
        of_class = {one.part: one for one in why("tx-90")}[part]
        assert (of_class.numerator, of_class.denominator) == (attended, offered)
        terms = register.pack.trigger("tx-90").on(register.as_of)
        assert isinstance(terms, ClassTerms)
        if "minimum" in expected:
            assert terms.minimum_days(offered) == expected.pop("minimum")


def count_category(register: Register, category: Category) -> int:
    found = 0
    for (_, day, _), (symbol, _) in register.marks.items():
        code = register.pack.code(symbol, day)
        found += code is not None and code.category is category
    return found


@pytest.mark.parametrize("case", read("before_in_force")["case"], ids=lambda case: case["trigger"])
def test_nothing_is_found_on_the_day_before_a_rule_came_into_force(case: Any) -> None:
    last: date = case["last_day_without"]
    first, end = last - timedelta(days=100), last + timedelta(days=100)
    year = SchoolYear("that year", first, end, terms=(Span("Term", first, end),))
    register = Register(load_pack(case["pack"]), SchoolCalendar((year,)), last)
    born = last - timedelta(days=366 * case["age"]) if "age" in case else None
    register.students = [Student(STUDENT, grade="09", birth_date=born)]
    register.enrolments = [Enrolment(STUDENT, last - timedelta(days=case.get("here_for", 100)))]
    before = last - timedelta(days=50)
    for trigger in case.get("letters", ()):
        register.letters.append(Sent(STUDENT, trigger, "a parent", before, before, before))
    register.actions = [Action(STUDENT, before, kind) for kind in case.get("actions", ())]
    parts = ("AM", "PM") if register.pack.unit == "sessions" else ("DAY", "P2")
    symbol = case.get("symbol", "O" if register.pack.unit == "sessions" else "U")
    for day in register.calendar.school_days:
        for part in parts:
            register.put(day, part, symbol)
    in_force = last + timedelta(days=case.get("days_after", 60))
    assert case["trigger"] not in {one.trigger for one in register.assess()}
    assert case["trigger"] in {one.trigger for one in register.assess(as_of=in_force)}


def test_every_rule_has_worked_examples() -> None:
    have = {case.values[0]["rule"] for case in cases()}
    assert have == set(RULES)


def test_every_rule_has_its_day_before() -> None:
    cases_of = [(case["pack"], case["trigger"]) for case in read("before_in_force")["case"]]
    shipped = [(name, one.id) for name in SHIPPED for one in load_pack(name).triggers]
    assert sorted(cases_of) == sorted(shipped)
