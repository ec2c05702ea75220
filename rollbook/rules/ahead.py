"""When a rule would be met if absences went on: the register as it would be, read by the rules.

Nothing is worked out a second time here. The coming school days are filled with absences of the
kind the rule counts, and the same rules are asked again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from rollbook.attendance.roll import same_campus
from rollbook.policy import ClassTerms, CountTerms, RateTerms, Terms, Trigger
from rollbook.register import PARTS, Category, Code, join_registers, register_frame
from rollbook.rules.applying import findings_of
from rollbook.rules.case import Case, by_mark
from rollbook.school_calendar import ONE_DAY


@dataclass(frozen=True, eq=False)
class Ahead:
    """One student's coming days, all missed without excuse."""

    case: Case
    known: dict[tuple[str, date], "Case | None"] = field(default_factory=dict)

    def would_cross(self, trigger: Trigger, terms: Terms, part: str = "") -> date | None:
        """Return the day on which the test would first be met; None when not this school year."""
        symbol = self._symbol(terms)
        anybody = replace(terms, ages=terms.ages if by_mark(terms) else None, not_grades=())
        for last in self._ends(terms):
            later = self._missed_until(symbol, last)
            found = findings_of(later, trigger, anybody) if later else []
            days = [one.crossed_on for one in found if part in ("", one.part)]
            day = min((day for day in days if day > self.case.as_of), default=None)
            if day:
                return day if self._concerned(terms, day) else None
        return None

    def _ends(self, terms: Terms) -> Iterator[date]:
        """Give the ends of the periods in which the rule starts to count anew."""
        year, as_of = self.case.year, self.case.as_of
        period = "school-year"
        if isinstance(terms, RateTerms):
            period = terms.period
        elif isinstance(terms, ClassTerms) and terms.semester_grades:
            period = "term"
        spans = year.half_terms() if period == "half-term" else year.terms
        if period != "school-year":
            yield from (span.last for span in spans if as_of < span.last < year.last)
        if as_of < year.last:
            yield year.last

    def _concerned(self, terms: Terms, day: date) -> bool:
        student_id = self.case.reading.students[0]
        then = replace(self.case, as_of=day)
        return not then.why_not_concerned(terms, self.case.students[student_id])

    def _symbol(self, terms: Terms) -> str:
        """Return the code of the absences to come: one the rule counts, if it names codes."""
        codes = self.case.pack.codes_on(self.case.as_of)
        named = [codes[one] for one in getattr(terms, "codes", ()) if one in codes]
        open_reason = getattr(terms, "unresolved", ())
        known = [one for one in codes.values() if one.category is Category.UNAUTHORISED]

        def fits(code: Code) -> tuple[bool, bool, bool, bool]:
            return (
                code.category is Category.UNAUTHORISED,
                code.symbol not in open_reason,
                not code.late,
                code.truancy,
            )

        best = max(named or known, key=fits, default=None)
        return best.symbol if best else ""

    def _missed_until(self, symbol: str, last: date) -> "Case | None":
        if (symbol, last) not in self.known:
            case = self.case
            self.known[symbol, last] = Case.of(
                case.pack,
                case.calendar,
                join_registers([self._marks_so_far(), self._marks_to_come(symbol, last)]),
                case.students.values(),
                case.enrolments,
                case.recorded,
                as_of=last,
                used=case.used,
                history=case.history,
                official=case.reading.official,
                periods=case.reading.periods,
            )
        return self.known[symbol, last]

    def _marks_so_far(self) -> pd.DataFrame:
        marks = self.case.reading.marks
        until = np.datetime64(self.case.as_of, "s")
        return marks[(marks["date"] <= until).to_numpy()]

    def _marks_to_come(self, symbol: str, last: date) -> pd.DataFrame:
        case = self.case
        days = case.calendar.school_days_between(case.as_of + ONE_DAY, last, case.track_of(0))
        rows = [(day, part) for day in days for part in self._parts()]
        return register_frame(
            {
                "student_id": [case.reading.students[0]] * len(rows),
                "date": np.array([day for day, _ in rows], dtype="datetime64[s]"),
                "part": [part for _, part in rows],
                "symbol": [symbol] * len(rows),
            }
        )

    def _parts(self) -> list[str]:
        """Return the parts of the day that are recorded for the student."""
        case, reading = self.case, self.case.reading
        if reading.method == "sessions":
            return ["AM", "PM"]
        since = reading.number_of(case.year.first)
        found = {PARTS[part] for part in np.unique(reading.part[reading.day >= since])}
        campus = case.students[reading.students[0]].campus
        for one in case.recorded:
            if one.last >= case.year.first and same_campus(one.campus, campus):
                found |= set(one.parts or ("DAY",))
        if reading.method == "official-period" and "DAY" not in found and found:
            found.add(reading.official_part_on(0, reading.days - 1))
        return sorted(found, key=PARTS.index) or ["DAY"]


def says_when(terms: Terms, day: date | None) -> str:
    """Say when the rule would be crossed; nothing when it would not be this school year."""
    if isinstance(terms, CountTerms) and terms.counted:
        what = "If it went on like this every school day"
    else:
        what = "If every coming session were missed without excuse"
    return f"{what}, the rule would be crossed on {day}." if day else ""
