"""The practice school: an invented school with invented people, the same for the same seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random

import numpy as np
import pandas as pd

from rollbook.practice.calendars import CALENDARS, calendar_as_toml
from rollbook.practice.cases import RECIPES, Case, DoesNotFit, Plan, Recipe, SchoolDays, Stroke
from rollbook.practice.habits import HABITS, Flags, Habits, ordinary_marks
from rollbook.practice.marking import Correction, Marker, everyday_corrections, on_roll_days
from rollbook.practice.names import TRYING_NAMES
from rollbook.practice.people import ORDINARY, Oddity, Part, Town
from rollbook.practice.places import LOCALITIES, Campus, Level, Locality
from rollbook.practice.sheet import Cells, MarkSheet
from rollbook.register import Enrolment, Guardian, Student
from rollbook.school_calendar import SchoolCalendar, SchoolYear

DEFAULT_THROUGH = date(2026, 11, 13)
FEWEST_STUDENTS = 80
FORM_SIZE = 30

_ODDITIES = tuple(oddity for oddity in Oddity if oddity is not Oddity.NONE)
_ONE_OF_EACH_IN = 300
MARKS_STRING_YEARS = ("10", "11")
"""The years whose marks an English school exports as marks strings; the others come as a grid."""


@dataclass(frozen=True)
class PracticeSchool:
    """An invented school: its people, its calendar, and its marks up to ``through``.

    ``cases`` are the students made on purpose, ``oddities`` what is unusual about a student's
    family or enrolment. ``corrections`` is empty until :meth:`a_week_later`.
    """

    jurisdiction: str
    seed: int
    through: date
    locality: Locality
    calendar: SchoolCalendar
    students: tuple[Student, ...]
    guardians: tuple[Guardian, ...]
    enrolments: tuple[Enrolment, ...]
    sheet: MarkSheet
    cases: tuple[Case, ...]
    oddities: Mapping[str, Oddity]
    plans: Mapping[int, Plan]
    corrections: tuple[Correction, ...] = ()

    @property
    def name(self) -> str:
        """The name of the school or the district."""
        return self.locality.name

    @property
    def campuses(self) -> dict[str, str]:
        """The names of the campuses, by the number the exports give."""
        return {campus.number: campus.name for campus in self.locality.campuses}

    @property
    def year(self) -> SchoolYear:
        """The school year the marks belong to."""
        return self.calendar.years[-1]

    @cached_property
    def marks(self) -> pd.DataFrame:
        """The marks as a register frame."""
        return self.sheet.frame()

    def office_settings(self) -> dict[str, object]:
        """Return what ``office.toml`` says about this school, section by section."""
        settings = dict(self.locality.office)
        settings["jurisdiction"] = self.jurisdiction
        settings["campus"] = {number: name for number, name in self.campuses.items() if number}
        if self.jurisdiction == "us-tx":
            settings["exports"] = {"official_period": "P2"}
        return settings

    def a_week_later(self) -> "PracticeSchool":
        """Return the school a week on: new days, and corrections to days already exported."""
        exported = len(self.sheet.days)
        last = self.through + timedelta(days=7)
        new_days = [day for day in self.year.school_days() if self.through < day <= last]
        days = (*self.sheet.days, *new_days)
        on_roll = on_roll_days(self.students, self.enrolments, days)
        elementary = _elementary(self.locality, self.students)
        habits = HABITS[self.jurisdiction]
        chance = np.random.default_rng([self.seed, 2])
        new = ordinary_marks(habits, on_roll[:, exported:], elementary, new_days, chance)
        _strew_rare_codes(self.jurisdiction, habits, self.students, new)
        comments = dict(self.sheet.comments)
        cells = np.concatenate([self.sheet.cells, new], axis=1)
        sheet = replace(self.sheet, days=days, cells=cells, comments=comments)
        marker = Marker(habits, sheet, comments, on_roll, elementary)
        corrections: list[Correction] = []
        for student, plan in self.plans.items():
            marker.attend(student, range(exported, len(days)))
            for stroke in plan.next_week:
                marker.put(student, replace(stroke, day=exported + stroke.day))
            for stroke in plan.corrections:
                corrections += marker.put(student, stroke)
        random = Random(f"corrections {self.seed}")
        corrections += everyday_corrections(marker, self.jurisdiction, exported, self.plans, random)
        return replace(self, through=last, sheet=sheet, plans={}, corrections=tuple(corrections))


def make_school(
    jurisdiction: str, students: int = 600, seed: int = 7, through: date | None = None
) -> PracticeSchool:
    """Make an invented school of ``students`` with marks up to ``through`` (13 November 2026).

    The same arguments always give the same school. Raises ``ValueError`` for a jurisdiction there
    is no practice school for, for fewer than 80 students (too few for all the cases), and for a
    day outside the school year.
    """
    if jurisdiction not in LOCALITIES:
        raise ValueError(
            f"no practice school for “{jurisdiction}”; there is {', '.join(LOCALITIES)}"
        )
    if students < FEWEST_STUDENTS:
        raise ValueError(f"a practice school has {FEWEST_STUDENTS} students or more")
    calendar = CALENDARS[jurisdiction]
    year = calendar.years[-1]
    until = through or DEFAULT_THROUGH
    days = [day for day in year.school_days() if day <= until]
    if not days or until > year.last:
        raise ValueError(f"{until} is not in the school year {year.name}")
    locality, habits = LOCALITIES[jurisdiction], HABITS[jurisdiction]
    random = Random(f"{jurisdiction} {seed}")

    places = _places(locality, students)
    planned = _planned(jurisdiction, _so_far(calendar, days))
    cast = _cast(planned, places, random)
    town = Town(jurisdiction, locality, year, days, random)
    people = [
        town.student(number, *place, cast.get(number, (ORDINARY, None))[0])
        for number, place in enumerate(places)
    ]
    parts = [cast.get(number, (ORDINARY, None))[0] for number in range(students)]
    pairs = list(zip(people, parts, strict=True))
    guardians = tuple(one for pair in pairs for one in town.guardians(*pair))
    enrolments = tuple(one for pair in pairs for one in town.enrolments(*pair))

    on_roll = on_roll_days(people, enrolments, days)
    elementary = _elementary(locality, people)
    chance = np.random.default_rng([seed, 1])
    cells = ordinary_marks(habits, on_roll, elementary, days, chance)
    _strew_rare_codes(jurisdiction, habits, people, cells)
    ids = tuple(student.student_id for student in people)
    comments: dict[tuple[int, int, int], str] = {}
    sheet = MarkSheet(ids, tuple(days), tuple(habits.parts), habits.symbols, cells, comments)
    marker = Marker(habits, sheet, comments, on_roll, elementary)
    plans: dict[int, Plan] = {}
    cases = []
    for number, (_, made) in cast.items():
        if made is None:
            continue
        recipe, plan = made
        plans[number] = plan
        marker.attend(number, range(len(days)))
        for stroke in plan.marks:
            marker.put(number, stroke)
        cases.append(Case(recipe.trigger, recipe.fires, ids[number], recipe.why, plan.then_fires))
    if jurisdiction == "us-tx":
        _mark_first_and_last_day(marker, places, cast)
    return PracticeSchool(
        jurisdiction=jurisdiction,
        seed=seed,
        through=until,
        locality=locality,
        calendar=calendar,
        students=tuple(people),
        guardians=guardians,
        enrolments=enrolments,
        sheet=sheet,
        cases=tuple(cases),
        oddities={ids[number]: part.oddity for number, part in enumerate(parts) if part.oddity},
        plans=plans,
    )


def calendar_toml(school: PracticeSchool) -> str:
    """Return the school's calendar as an office keeps it."""
    return calendar_as_toml(school.calendar)


# --- Who is who ----------------------------------------------------------------------------------

_Place = tuple[Campus, str, str]  # campus, grade, form
_Made = tuple[Recipe, Plan]
_Cast = dict[int, tuple[Part, _Made | None]]


def _places(locality: Locality, students: int) -> list[_Place]:
    """Give every student a campus, a grade and a form, the grades about equally full."""
    grades = [(campus, grade) for campus in locality.campuses for grade in campus.grades]
    places: list[_Place] = []
    for number in range(students):
        campus, grade = grades[number % len(grades)]
        form = ""
        if locality.region == "" or (locality.region == "CA" and campus.level is Level.ELEMENTARY):
            seat = number // len(grades)
            form = f"{grade}{_form_letter(seat // FORM_SIZE)}"
        places.append((campus, grade, form))
    return places


def _form_letter(number: int) -> str:
    first = chr(ord("A") + number % 26)
    return first if number < 26 else f"{first}{number // 26}"


def _so_far(calendar: SchoolCalendar, days: Sequence[date]) -> SchoolDays:
    last = days[-1]
    term = calendar.term_of(last)
    start = next(place for place, day in enumerate(days) if term is None or day >= term.first)
    until = last + timedelta(days=7)
    whole = len(calendar.school_days_between(term.first, term.last)) if term else len(days)
    next_week = calendar.school_days_between(last + timedelta(days=1), until)
    return SchoolDays(days, start, whole, next_week)


def _planned(jurisdiction: str, so_far: SchoolDays) -> list[_Made]:
    """Work out the recipes; one the school year is too young for is left out."""
    planned = []
    for recipe in RECIPES[jurisdiction]:
        try:
            planned.append((recipe, recipe.plan(so_far)))
        except DoesNotFit:
            continue
    return planned


def _cast(planned: Sequence[_Made], places: Sequence[_Place], random: Random) -> _Cast:
    """Choose who plays which part; every second made student has a trying name."""
    free = list(range(len(places)))
    random.shuffle(free)
    names = [name for _, name in TRYING_NAMES]
    random.shuffle(names)
    cast: _Cast = {}
    for turn, (recipe, plan) in enumerate(planned):
        number = next(number for number in free if _suits(recipe, *places[number]))
        free.remove(number)
        name = names.pop() if turn % 2 and names and not recipe.language else None
        part = Part(name, recipe.language, recipe.oddity, plan.first_school_day, recipe.age)
        cast[number] = (part, (recipe, plan))
    waiting = iter(free)
    for name in names:
        cast[next(waiting)] = (Part(name), None)
    for oddity in _ODDITIES:
        for _ in range(max(1, len(places) // _ONE_OF_EACH_IN)):
            number = next(waiting)
            cast[number] = (Part(oddity=oddity), None)
    return cast


def _suits(recipe: Recipe, campus: Campus, grade: str, form: str) -> bool:
    if recipe.two_character_codes and grade in MARKS_STRING_YEARS:
        return False
    return campus.level in recipe.levels


def _elementary(locality: Locality, students: Sequence[Student]) -> Flags:
    young = {campus.number for campus in locality.campuses if campus.level is Level.ELEMENTARY}
    return np.array([student.campus in young for student in students])


# --- Marks ---------------------------------------------------------------------------------------


def _strew_rare_codes(
    jurisdiction: str, habits: Habits, students: Sequence[Student], cells: Cells
) -> None:
    """Use the rarer English codes now and then, and N for what is too new to have a reason.

    A code of two characters has no place in a string of one character a session.
    """
    if jurisdiction != "gb-eng":
        return
    rare = [habits.code(symbol) for symbol in ("C1", "J1", "Y1", "C2", "T", "K", "D")]
    in_grid = np.array([student.grade not in MARKS_STRING_YEARS for student in students])
    illness = np.argwhere((cells == habits.code("I")) & in_grid[:, None, None])
    for turn, (student, day, part) in enumerate(illness[3::31]):
        cells[student, day, part] = rare[turn % len(rare)]
    newest = cells[:, -4:]
    newest[newest == habits.code("O")] = habits.code("N")


def _mark_first_and_last_day(marker: Marker, places: Sequence[_Place], cast: _Cast) -> None:
    """Give each campus one student on school business on its first and its last day.

    A file of absences speaks for the days from its first line to its last; without a line on the
    first day it would not speak for that day.
    """
    last = len(marker.sheet.days) - 1
    for campus in {place[0].number: place[0] for place in places}.values():
        number = next(
            number
            for number, place in enumerate(places)
            if place[0] is campus and number not in cast
        )
        for day in {0, last}:
            marker.put(number, Stroke(day, "S"))
