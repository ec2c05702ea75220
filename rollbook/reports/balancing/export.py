"""An export compared with the ledger, mark by mark. Nothing of it is posted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from rollbook.attendance.roll import same_campus
from rollbook.importers import extract
from rollbook.importers.contract import Extract, Recording
from rollbook.importers.upload import Upload
from rollbook.ledger import Connection
from rollbook.ledger.entries import marks_of
from rollbook.ledger.postings import held_rows
from rollbook.office import Office
from rollbook.problems import NotAllowed, Severity
from rollbook.register import PARTS
from rollbook.reports.balancing.line import Line, Outcome
from rollbook.reports.balancing.summaries import SummaryComparison
from rollbook.standing import Standing

AGAINST = "Mark by mark"

Marks = dict[tuple[date, str], str]


def compare_export(
    office: Office, standing: Standing, connection: Connection, file: Path
) -> Iterator[Line]:
    """Name every mark in which a register export and the ledger differ; of a summary, every total.

    Only what the file speaks about is compared: its students, days and parts; in an export of
    absences all students of its campuses. Raises ``NotAllowed`` when it is not there, or holds no
    register, and ``RefusedFile`` when no importer knows it.
    """
    if not file.is_file():
        raise NotAllowed(f"There is no file “{file}” to compare with.")
    said = extract(Upload(file), office.profile)
    if said.figures:
        return SummaryComparison(standing, said.figures, file.name).lines()
    if not len(said.marks):
        raise NotAllowed(f"“{file.name}” holds no marks, so there is nothing to compare with.")
    return _Comparison(standing, connection, said, file.name).lines()


@dataclass(frozen=True, eq=False)
class _Comparison:
    standing: Standing
    connection: Connection
    said: Extract
    file: str

    def lines(self) -> Iterator[Line]:
        compared = different = 0
        for problem in self.said.problems:
            if problem.severity is not Severity.NOTE:
                yield Line(AGAINST, Outcome.LOOK, f"Not compared. {problem.message}")
        for student_id, marks in self._in_file.items():
            if student_id not in self.standing.students:
                different += 1
                yield Line(
                    AGAINST,
                    Outcome.DIFFERS,
                    f"“{self.file}” has {len(marks):,} marks of a student the ledger does not "
                    "know. Post the roster first, or correct the id.",
                    student_id=student_id,
                )
        for student_id in self._asked:
            there = self._in_file.get(student_id, {})
            here = self._in_ledger(student_id, there)
            compared += len(here.keys() | there.keys())
            for day, part in sorted(here.keys() | there.keys(), key=_in_order):
                ours, theirs = here.get((day, part)), there.get((day, part))
                if ours != theirs:
                    different += 1
                    yield self._difference(student_id, day, part, ours, theirs)
        found = "no difference" if not different else f"{different:,} different"
        yield Line(
            AGAINST,
            Outcome.DIFFERS if different else Outcome.BALANCES,
            f"{compared:,} marks compared with “{self.file}”: {found}.",
        )

    @cached_property
    def _in_file(self) -> Mapping[str, Marks]:
        """The file's marks by the student id the ledger has; a state id leads to its student."""
        by_state = {one.state_id: one.student_id for one in self.standing.students.values()}
        codes = {*self.standing.pack.code_table, *self.standing.pack.office_codes}
        found: dict[str, Marks] = {}
        columns = (self.said.marks[name] for name in ("student_id", "date", "part", "symbol"))
        for student_id, day, part, symbol in zip(*columns, strict=True):
            known = student_id in self.standing.students
            own = student_id if known else by_state.get(student_id, student_id)
            if symbol not in codes and symbol.upper() in codes:
                symbol = symbol.upper()  # a small letter is posted as its capital
            found.setdefault(own, {})[day.date(), part] = symbol
        return found

    @cached_property
    def _asked(self) -> list[str]:
        """The students compared, in the order of the register."""
        if self.said.recording is Recording.NEGATIVE:
            return [one for one in self.standing.students if self._is_covered(one)]
        return [one for one in self.standing.students if one in self._in_file]

    def _is_covered(self, student_id: str) -> bool:
        if student_id in self._in_file:
            return True
        campuses = {one.campus for one in self.standing.enrolments_of(student_id) if one.campus}
        campuses = campuses or {self.standing.students[student_id].campus}
        return any(
            same_campus(span.campus, campus) for span in self.said.coverage for campus in campuses
        )

    def _in_ledger(self, student_id: str, there: Marks) -> Marks:
        """The marks of the ledger that the file speaks about."""
        return {
            (day, part): symbol
            for (day, part), symbol in marks_of(self.connection, student_id).items()
            if (day, part) in there or self._speaks_of(student_id, day, part)
        }

    def _speaks_of(self, student_id: str, day: date, part: str) -> bool:
        campus = self._campus_on(student_id, day)
        return any(
            span.first <= day <= span.last
            and (not span.parts or part in span.parts)
            and same_campus(span.campus, campus)
            for span in self.said.coverage
        )

    def _campus_on(self, student_id: str, day: date) -> str:
        held = [one for one in self.standing.enrolments_of(student_id) if one.holds(day)]
        own = self.standing.students[student_id].campus
        return (held[0].campus or own) if held else own

    @cached_property
    def _held(self) -> Mapping[tuple[str, date, str], str]:
        """Why marks are held back, by student, day and part."""
        return {
            (row["student_id"], row["day"], row["part"]): row["message"]
            for row in held_rows(self.connection)
            if row["day"]
        }

    def _difference(
        self, student_id: str, day: date, part: str, ours: str | None, theirs: str | None
    ) -> Line:
        student = self.standing.students[student_id]
        held = self._held.get((student_id, day, part), "")
        if held:
            says = f"The row is held back. {held}"
        elif ours is None:
            says = "The file has a mark the ledger has not. If the file is right, drop it."
        elif theirs is None:
            says = "The ledger has a mark the file has not. Find out which is right."
        else:
            says = "The two differ. If the file is right, drop it; else correct the student system."
        return Line(
            AGAINST,
            Outcome.DIFFERS,
            says,
            campus=student.campus,
            student_id=student_id,
            student=student.sort_name,
            day=day,
            part=part,
            ledger=_shown(ours),
            other=_shown(theirs),
        )


def _in_order(session: tuple[date, str]) -> tuple[date, int]:
    return session[0], PARTS.index(session[1])


def _shown(symbol: str | None) -> str:
    if symbol is None:
        return "no mark"
    return symbol or "blank"
