"""A summary held against the ledger: totals of the SIS beside those of the marks, by student."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

import pandas as pd

from rollbook.attendance import Attendance, attendance_of
from rollbook.importers.contract import Figures
from rollbook.problems import counted
from rollbook.reports.balancing.line import Line, Outcome
from rollbook.standing import Standing

AGAINST = "Totals"
COMPARED = ("possible", "attended", "absent", "authorised", "unauthorised")
"""The totals that mean the same in a summary and in the ledger."""


@dataclass(frozen=True, eq=False)
class SummaryComparison:
    """The totals of a summary, and the register they are held against."""

    standing: Standing
    figures: Sequence[Figures]
    file: str
    _tallies: dict[tuple[date | None, date | None], pd.DataFrame] = field(default_factory=dict)

    def lines(self) -> Iterator[Line]:
        """Name every total in which the summary and the ledger differ.

        A summary that names no days is taken to be about the school year to date. Who is not in it
        was not in its selection.
        """
        compared = different = other = 0
        for one in self.figures:
            student_id = self._student(one)
            if not student_id:
                different += 1
                yield Line(
                    AGAINST, Outcome.DIFFERS, f"Row {one.row} of “{self.file}” is about a student "
                    "the ledger does not know. Post the roster first, or correct the id.",
                    student_id=one.student_id or one.state_id,
                )  # fmt: skip
            elif one.unit != self.standing.pack.unit:
                other += 1
            else:
                differs = list(self._differences(one, student_id))
                compared += 1
                different += len(differs)
                yield from differs
        if other:
            unit = self.standing.pack.unit
            yield Line(
                AGAINST, Outcome.LOOK,
                f"Not compared. {counted(other, 'row')} of other units than {unit}, which the "
                "register counts.",
            )  # fmt: skip
        found = "no difference" if not different else f"{different:,} different"
        yield Line(
            AGAINST,
            Outcome.DIFFERS if different else Outcome.BALANCES,
            f"Totals of {counted(compared, 'student')} compared with “{self.file}”: {found}.",
        )

    def _student(self, one: Figures) -> str:
        if one.student_id in self.standing.students:
            return one.student_id
        return self._by_state.get(one.state_id or one.student_id, "")

    @cached_property
    def _by_state(self) -> Mapping[str, str]:
        found = self.standing.students.values()
        return {one.state_id: one.student_id for one in found if one.state_id}

    def _differences(self, one: Figures, student_id: str) -> Iterator[Line]:
        ours = self._attendance(one, student_id)
        for what in COMPARED:
            theirs = one.counts.get(what)
            mine = Fraction(getattr(ours, what))
            if theirs is not None and theirs != mine:
                yield Line(
                    AGAINST, Outcome.DIFFERS,
                    f"{what.capitalize()}: the export counts {_plain(theirs)}, the ledger "
                    f"{_plain(mine)} {self.standing.pack.unit} (row {one.row}).",
                    student_id=student_id,
                    student=self.standing.students[student_id].sort_name,
                    ledger=_plain(mine), other=_plain(theirs),
                )  # fmt: skip

    def _attendance(self, one: Figures, student_id: str) -> Attendance:
        if one.first is None and one.last is None:
            return self.standing.attendance(student_id)
        stretch = one.first, one.last
        if stretch not in self._tallies:
            self._tallies[stretch] = self.standing.tally(*stretch)
        return attendance_of(self._tallies[stretch], student_id)


def _plain(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):g}"
