"""Why a student has crossed a threshold or not: every mark, counted or not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np

from rollbook.attendance import Attendance, percent
from rollbook.attendance.codes import (
    AUTHORISED,
    CATEGORY_BITS,
    DAY_PART,
    EXCUSED,
    LATE,
    TRUANCY,
    UNAUTHORISED,
)
from rollbook.policy import ClassTerms, CountTerms, RateTerms, Sure, Terms, Trigger
from rollbook.register import PARTS, Category, Mark
from rollbook.rules.case import Case, coded
from rollbook.rules.classes import class_evidence, class_first_days, classes_of
from rollbook.rules.findings import Finding
from rollbook.rules.windows import Counted, counting
from rollbook.school_calendar import Span


@dataclass(frozen=True, slots=True)
class Judged:
    """One mark as a rule sees it: counted or not, and why in a few words."""

    mark: Mark
    counted: bool
    meaning: str
    category: Category
    why: str

    @property
    def day(self) -> date:
        """The day of the mark."""
        return self.mark.session.day

    @property
    def part(self) -> str:
        """The part of the day."""
        return self.mark.session.part

    @property
    def symbol(self) -> str:
        """The code as the register has it."""
        return self.mark.symbol


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule makes of one student. ``finding`` is None when the test is not met.

    ``sentence`` is the whole answer; ``value`` is what was compared, ``missing`` says how far it
    is from crossing. ``numerator`` of ``denominator`` is the same as numbers; ``most`` is the most
    that any window of the school year holds. ``marks`` are those inside the window, attended
    sessions included.
    """

    trigger: str
    title: str
    sentence: str
    first: date | None
    last: date
    value: str
    threshold: str
    missing: str
    citations: tuple[str, ...]
    sure: Sure | None
    note: str
    marks: tuple[Judged, ...] = ()
    finding: Finding | None = None
    part: str = ""
    numerator: int = 0
    denominator: int | None = None
    most: int | None = None

    @property
    def crossed(self) -> bool:
        """Say whether the test is met."""
        return self.finding is not None


_SAID: Mapping[Category, str] = {
    Category.PRESENT: "attended",
    Category.APPROVED: "approved activity, counts as attended",
    Category.AUTHORISED: "excused absence",
    Category.UNAUTHORISED: "unexcused absence",
    Category.NOT_POSSIBLE: "could not be attended, so it is left out of the count",
    Category.MISSING: "no mark, so it is left out of the count",
}


_SAID_IN_ENGLAND: Mapping[Category, str] = {
    **_SAID,
    Category.AUTHORISED: "authorised absence",
    Category.UNAUTHORISED: "unauthorised absence",
}


_Why = Callable[[int], tuple[bool, str]]


def not_in_force(trigger: Trigger, as_of: date, no_year: bool) -> Explanation:
    """Say since when a rule is in force, for a day before that."""
    starts = min(terms.first for terms in trigger.terms)
    sentence = (
        f"No school year in the calendar has begun by {as_of}."
        if no_year
        else f"The rule was not in force on {as_of}; it began on {starts}."
    )
    terms = trigger.terms[0]
    return Explanation(
        trigger=trigger.id,
        title=trigger.title,
        sentence=sentence,
        first=None,
        last=as_of,
        value="",
        threshold="",
        missing="",
        citations=(terms.citation,),
        sure=terms.sure,
        note=terms.note,
    )


def explanation_of(
    case: Case,
    trigger: Trigger,
    terms: Terms,
    window: Span | None,
    sentence: str,
    value: str,
    missing: str,
    marks: tuple[Judged, ...],
    finding: Finding | None = None,
    part: str = "",
) -> Explanation:
    """Put an explanation together."""
    return Explanation(
        trigger=trigger.id,
        title=trigger.title,
        sentence=sentence,
        first=window.first if window else None,
        last=window.last if window else case.as_of,
        value=value,
        threshold=terms.threshold_text,
        missing=missing,
        citations=(terms.citation,),
        sure=terms.sure,
        note=terms.note,
        marks=marks,
        finding=finding,
        part=part,
    )


def _judged(case: Case, window: Span, why: _Why) -> tuple[Judged, ...]:
    """Judge every mark of the case's one student inside the window."""
    reading = case.reading
    low, high = reading.number_of(window.first), (window.last - reading.first).days
    entries = np.flatnonzero((reading.day >= low) & (reading.day <= high))
    found = []
    for entry in reading.in_order(entries):
        code = reading.code_of(entry)
        counted, reason = why(int(entry))
        found.append(
            Judged(
                mark=reading.mark_of(entry),
                counted=counted,
                meaning=code.meaning if code else "not a code on this day",
                category=code.category if code else Category.MISSING,
                why=reason,
            )
        )
    return tuple(found)


def _said(case: Case, entry: int) -> str:
    code = case.reading.code_of(entry)
    said = _SAID_IN_ENGLAND if case.pack.unit == "sessions" else _SAID
    return said[code.category if code else Category.MISSING]


def explain_rate(
    case: Case, trigger: Trigger, terms: RateTerms, findings: Sequence[Finding]
) -> Explanation:
    """Explain a rate over a period."""
    window = case.span_of(terms.period)
    if window is None:
        return explanation_of(case, trigger, terms, None, "No term has begun.", "", "", ())
    window = Span(window.name, window.first, case.as_of)
    attendance = case.attendance(0, window.first)
    evidence = set(case.reading.absence_evidence.tolist())

    def why(entry: int) -> tuple[bool, str]:
        reading = case.reading
        if entry in evidence:
            return True, _said(case, entry)
        if reading.method == "official-period" and reading.part[entry] != DAY_PART:
            if PARTS[reading.part[entry]] != reading.official_part:
                return False, f"not the official period ({reading.official_part})"
        if reading.method == "whole-day" and reading.category[entry] in (AUTHORISED, UNAUTHORISED):
            return False, "part of a day: the rest of the day was attended"
        return False, _said(case, entry)

    if not attendance.possible:
        unit = case.pack.unit
        text = f"No {unit} were possible from {window.first} to {window.last}, so there is no rate."
        return explanation_of(
            case, trigger, terms, window, text, "", "", _judged(case, window, why)
        )
    measured = attendance.attended if terms.measure == "attendance" else attendance.absent
    share = percent(Fraction(measured, attendance.possible))
    done = "attended" if terms.measure == "attendance" else "missed"
    value = f"{measured} of {attendance.possible} {case.pack.unit} {done}, {share} %"
    crossed = bool(findings)
    missing = "" if crossed else _rate_missing(terms, attendance, case.pack.unit)
    sentence = f"{value}. The test is {terms.test_text}: {'met' if crossed else 'not met'}."
    explanation = explanation_of(
        case,
        trigger,
        terms,
        window,
        f"{sentence} {missing}".strip(),
        value,
        missing,
        _judged(case, window, why),
        findings[0] if findings else None,
    )
    return replace(explanation, numerator=measured, denominator=attendance.possible)


def _rate_missing(terms: RateTerms, attendance: Attendance, unit: str) -> str:
    """Say how many absences more would meet the test, if the next ones were all missed."""
    for more in range(1, attendance.possible * 20 + 1):
        if terms.crosses(attendance.possible + more, attendance.absent + more):
            return f"It would be met if the next {more} {unit} were missed."
    return ""


def explain_count(
    case: Case, trigger: Trigger, terms: CountTerms, findings: Sequence[Finding]
) -> Explanation:
    """Explain a count in a window."""
    counted = Counted.of(case, trigger, terms)
    current = counted.current_window()
    finding = findings[0] if findings else None
    window = Span(terms.period_text, finding.first, finding.last) if finding else current
    best = counted.most()
    entries = set(counted.entries_in(0, window).tolist())
    units = {int(entry) for entry in counted.entries[counted.unit]}
    eligible = set(counting(case, terms).tolist())

    def why(entry: int) -> tuple[bool, str]:
        if entry in entries and entry in units:
            return True, f"{_said(case, entry)}: counts"
        if entry in entries:
            return False, "the same day is counted already, and a day counts once"
        if entry in eligible:
            return False, "an earlier letter relies on it already"
        return False, _why_not_counted(case, terms, entry)

    now = counted.now(0)
    if finding:
        value = f"{finding.numerator} {terms.unit} from {window.first} to {window.last}"
        sentence = f"{value}. The test is {terms.test_text}: met on {finding.crossed_on}."
        missing = ""
        if finding.unresolved:
            sentence += f" {finding.unresolved} of them have no reason yet: resolve those first."
    else:
        value = f"{now} {terms.unit} from {current.first} to {current.last}"
        missing = f"{terms.threshold - now} more would meet it."
        most = f" The most in any such window is {best}." if best > now else ""
        sentence = f"{value}. The test is {terms.test_text}: not met. {missing}{most}"
    explanation = explanation_of(
        case,
        trigger,
        terms,
        window,
        sentence,
        value,
        missing,
        _judged(case, window, why),
        finding,
    )
    return replace(explanation, numerator=finding.numerator if finding else now, most=best)


def _why_not_counted(case: Case, terms: CountTerms, entry: int) -> str:
    reading = case.reading
    said = _said(case, entry)
    if reading.date_of(reading.day[entry]) < terms.first:
        return f"before the rule began on {terms.first}"
    if terms.codes:
        if reading.category[entry] in (AUTHORISED, UNAUTHORISED):
            return f"{said}: not one of the codes {', '.join(terms.codes)}"
        return said
    facts = int(reading.facts[entry])
    if facts & TRUANCY:
        return "the all-day mark excuses the whole day"
    if facts & LATE and facts & EXCUSED:
        return "late with a valid excuse"
    if facts & LATE:
        minutes = int(reading.minutes_late[reading.row[entry]])
        limit = terms.minutes_over
        if limit is None:
            return "late, which this rule does not count"
        known = f"late {minutes} minutes" if minutes else "late, minutes not known"
        return f"{known}: only more than {limit} minutes count"
    if facts & CATEGORY_BITS == UNAUTHORISED:
        return f"{said}, not verified as unexcused"
    return said


def explain_classes(
    case: Case, trigger: Trigger, terms: ClassTerms, findings: Sequence[Finding]
) -> list[Explanation]:
    """Explain each class that was missed."""
    first_days = class_first_days(case, terms)
    window = Span("", case.reading.date_of(first_days[0]), case.as_of)
    below = {finding.part: finding for finding in findings}
    found = []
    for part in range(DAY_PART, len(PARTS)):
        classes = classes_of(case, terms, part, np.ones(1, dtype=np.bool_), first_days)
        if classes is None:
            continue
        offered = int(classes.offered.sum())
        attended = offered - int(classes.absent.sum())
        name = PARTS[part]
        finding = below.get(name)
        value = f"{attended} of {offered} days of class {name} attended"
        share = percent(Fraction(attended, offered)) if offered else None
        value += f", {share} %" if share else ""
        need = terms.minimum_days(offered)
        missing = "" if finding else f"{attended - need} more may be missed of these {offered}."
        verdict = "below" if finding else "met"
        sentence = f"{value}. {need} are needed for {terms.threshold_text}: {verdict}. {missing}"
        why = _class_why(case, terms, part)
        marks = tuple(one for one in _judged(case, window, why) if one.part == name)
        explanation = explanation_of(
            case, trigger, terms, window, sentence.strip(), value, missing, marks, finding, name
        )
        found.append(replace(explanation, numerator=attended, denominator=offered))
    if not found:
        nothing = "No class was missed."
        found = [explanation_of(case, trigger, terms, window, nothing, "", "", ())]
    return found


def _class_why(case: Case, terms: ClassTerms, part: int) -> _Why:
    evidence = set(
        class_evidence(case, terms, 0, part, case.reading.number_of(case.year.first)).tolist()
    )

    def why(entry: int) -> tuple[bool, str]:
        if entry in evidence:
            return True, f"{_said(case, entry)}: all absences count"
        if coded(case.reading, np.array([entry]), terms.leave_out)[0]:
            return False, "certified illness may not be considered"
        return False, _said(case, entry)

    return why
