"""Figures of groups of students: pooled, so that a group's share is never a mean of shares.

Sessions in England, days in the United States, as the rule pack counts. Leavers stay in the
figures of the year; students without a possible session are in none (DfE methodology).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pandas as pd

from rollbook.accounting.grades import grade_rank
from rollbook.attendance import COLUMNS, NO_DATA, Attendance
from rollbook.register import Enrolment, Student

KINDS = ("All", "Campus", "Grade", "Form", "Flag")
"""The kinds of group there are, in the order they are listed."""


@dataclass(frozen=True, slots=True)
class GroupRate:
    """A group's attendance pooled, and how many of its students crossed each threshold.

    ``counted`` are students with something possible: what every share of students is of.
    ``crossed`` is how many of them are over each threshold, by its name.
    """

    kind: str
    name: str
    attendance: Attendance
    counted: int
    crossed: Mapping[str, int]

    def share(self, threshold: str) -> Fraction | None:
        """The share of students over a threshold. None when nobody is counted."""
        return Fraction(self.crossed[threshold], self.counted) if self.counted else None


def student_figures(table: pd.DataFrame) -> dict[str, Attendance]:
    """Return every student's figures of a tally."""
    columns = [table[name].tolist() for name in COLUMNS]
    return {
        str(student_id): Attendance(*values)
        for student_id, *values in zip(table.index, *columns, strict=True)
    }


def group_rate(
    kind: str,
    name: str,
    members: Iterable[str],
    figures: Mapping[str, Attendance],
    over: Mapping[str, Collection[str]],
) -> GroupRate:
    """Pool the figures of a group's students; ``over`` names who is over each threshold."""
    own = {student_id: figures[student_id] for student_id in members if student_id in figures}
    counted = {student_id for student_id, figure in own.items() if figure.possible}
    return GroupRate(
        kind,
        name,
        sum(own.values(), NO_DATA),
        len(counted),
        {threshold: len(counted.intersection(there)) for threshold, there in over.items()},
    )


def groups_of(students: Iterable[Student]) -> dict[tuple[str, str], list[str]]:
    """Return the groups there are and their students: all, campus, grade, form and flag."""
    found: dict[tuple[str, str], list[str]] = {}
    for student in students:
        keys = [("All", "All students"), ("Campus", student.campus), ("Grade", student.grade)]
        keys.append(("Form", student.form))
        keys += [("Flag", flag) for flag in sorted(student.flags)]
        for kind, name in keys:
            if name:
                found.setdefault((kind, name), []).append(student.student_id)
    return {group: found[group] for group in sorted(found, key=in_order)}


def in_order(group: tuple[str, str]) -> tuple[int, int, int, str]:
    """Sort groups as a person lists them: grades by rank, forms by year and letter."""
    kind, name = group
    year = re.match(r"\d+", name)
    rank = grade_rank(name) if kind == "Grade" else None
    return (KINDS.index(kind), -9 if rank is None else rank, int(year[0]) if year else 0, name)


def starters_and_leavers(
    enrolments: Sequence[Enrolment], first: date, last: date
) -> tuple[list[Enrolment], list[Enrolment]]:
    """Return who came on roll after the first day and who left by the last, by date.

    Moving from one campus to another without a gap is neither.
    """
    entries = {(one.student_id, one.entry_date) for one in enrolments}
    ends = {(one.student_id, one.withdrawal_date) for one in enrolments}
    starters = [
        one
        for one in enrolments
        if first < one.entry_date <= last and (one.student_id, one.entry_date) not in ends
    ]
    leavers = [
        one
        for one in enrolments
        if one.withdrawal_date
        and first < one.withdrawal_date <= last
        and (one.student_id, one.withdrawal_date) not in entries
    ]
    leavers.sort(key=lambda one: one.withdrawal_date or last)
    return sorted(starters, key=lambda one: one.entry_date), leavers
