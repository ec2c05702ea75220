"""Average class enrolment by class and site (California Education Code 42238.02(d)(3)).

Counted is who is on roll in a class on the last teaching day of each school month. Pupils in
full-day independent study are left out; a class with some pupils of the grades is counted whole.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rollbook.accounting.grades import GradeSpan
from rollbook.register import Enrolment, Student


@dataclass(frozen=True, slots=True)
class ClassSize:
    """One class of one site: how many pupils it had on each day counted, and of which grades."""

    site: str
    form: str
    counts: Sequence[int]
    grades: Collection[str] = ()

    @property
    def average(self) -> Fraction | None:
        """The mean of the days on which the class had pupils. None when it never had."""
        held = [count for count in self.counts if count]
        return Fraction(sum(held), len(held)) if held else None


def class_sizes(
    students: Mapping[str, Student],
    enrolments: Iterable[Enrolment],
    days: Sequence[date],
    grades: GradeSpan,
    away: Mapping[date, Collection[str]],
) -> list[ClassSize]:
    """Return the size of every class that has a pupil of ``grades``, by site and class.

    ``away`` are the pupils in full-day independent study on each day. A class is the form a pupil
    has now: the register keeps no earlier one. Pupils without a form are in no class.
    """
    counts: dict[tuple[str, str], list[set[str]]] = {}
    grades_of: dict[tuple[str, str], set[str]] = {}
    for one in enrolments:
        student = students.get(one.student_id)
        if student is None or not student.form:
            continue
        room = (one.campus or student.campus, student.form)
        grades_of.setdefault(room, set()).add(student.grade)
        there = counts.setdefault(room, [set() for _ in days])
        for place, day in enumerate(days):
            if one.holds(day) and one.student_id not in away.get(day, ()):
                there[place].add(one.student_id)
    return [
        ClassSize(*room, [len(pupils) for pupils in counts[room]], frozenset(own))
        for room, own in sorted(grades_of.items())
        if any(grade in grades for grade in own)
    ]


def site_average(classes: Iterable[ClassSize]) -> Fraction | None:
    """Return the average class enrolment of a site: the mean of its classes' averages."""
    averages = [one.average for one in classes if one.average is not None]
    return sum(averages, Fraction(0)) / len(averages) if averages else None
