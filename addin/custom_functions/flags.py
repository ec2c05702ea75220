"""What the marks of a row amount to: FLAG (thresholds of the rule pack) and PATTERN."""

from typing import Any

from xlwings import arg, func

from addin.answers import Cell, wrong
from addin.custom_functions.words import AS_OF, MARKS, NEEDED_SESSIONS
from addin.ranges import MarkedRange, answer_rows
from addin.rows import why_nobody
from addin.wizard import aside
from rollbook.attendance import Attendance
from rollbook.patterns import patterns_of
from rollbook.policy import RateTerms, RosterTerms
from rollbook.register import empty_register
from rollbook.rules import assess
from rollbook.rules.case import Case


@func
@arg("marks", "raw", doc=MARKS)
@arg(
    "sessions",
    "raw",
    doc="The headings over the marks, from the first day of the school year on. Without them only "
    "rates are judged, over the whole range.",
)
@arg("as_of", "raw", doc="The day the rules are applied on. Left out: the last day with a mark.")
@arg(
    "born_or_year",
    "raw",
    doc="Beside the marks: birth date, grade or year group, or both in two columns. Without it "
    "rules about ages are judged all the same, but for those about adults or young children alone.",
)
@aside
def flag(
    marks: Any, sessions: Any = None, as_of: Any = None, born_or_year: Any = None
) -> list[list[Cell]]:
    """List the rules whose threshold a row of marks has crossed; empty when none.

    Letters and actions on record are not looked at; notices that go to everyone are not listed.
    """
    return answer_rows(marks, _flags, sessions, as_of, born_or_year)


def _flags(of: MarkedRange) -> list[list[Cell]]:
    crossed = _crossed_rates(of) if of.sessions is None else _crossed(of)
    return [
        [wrong(why_nobody(student)) if why_nobody(student) else ", ".join(rules)]
        for student, rules in zip(of.students, crossed, strict=True)
    ]


def _crossed(of: MarkedRange) -> list[list[str]]:
    """Return the rules each row has crossed, assessed as the ledger's marks are."""
    to_everyone = {one.id for one in of.pack.triggers if one.kind == RosterTerms.kind}
    found: dict[str, list[str]] = {one.student_id: [] for one in of.students}
    for finding in assess(
        of.pack,
        of.office.calendar,
        of.register,
        of.students,
        recorded=of.recorded,
        as_of=of.as_of,
        official=of.official,
    ):
        rules = found[finding.student_id]
        if finding.trigger not in rules and finding.trigger not in to_everyone:
            rules.append(finding.trigger)
    return list(found.values())


def _crossed_rates(of: MarkedRange) -> list[list[str]]:
    """Judge the rates of the pack over the whole range; no other rule can do without days."""
    dated = [(trigger.id, trigger.on(of.as_of)) for trigger in of.pack.triggers]
    rates = [(name, one) for name, one in dated if isinstance(one, RateTerms) and not one.after]
    case = _case(of) if any(one.ages or one.not_grades for _, one in rates) else None
    return [
        [
            name
            for name, terms in rates
            if terms.crosses(attendance.possible, _missed(attendance, terms))
            and not (case and case.why_not_concerned(terms, student))
        ]
        for student, attendance in zip(of.students, of.figures(), strict=True)
    ]


def _case(of: MarkedRange) -> Case | None:
    """Return the students without their marks, for rules that ask how old they are."""
    return Case.of(
        of.pack, of.office.calendar, empty_register(), of.students, (), (), as_of=of.as_of
    )


def _missed(attendance: Attendance, terms: RateTerms) -> int:
    return attendance.unauthorised if terms.measure == "unauthorised" else attendance.absent


@func
@arg("marks", "raw", doc=MARKS)
@arg("sessions", "raw", doc=NEEDED_SESSIONS)
@arg("as_of", "raw", doc=AS_OF)
@aside
def pattern(marks: Any, sessions: Any, as_of: Any = None) -> list[list[Cell]]:
    """Say the strongest pattern in a row of marks, such as Mondays and Fridays; empty when none.

    A pattern is rarer than chance would give. It is a reason to ask, no proof.
    """
    return answer_rows(marks, _patterns, sessions, as_of)


def _patterns(of: MarkedRange) -> list[list[Cell]]:
    of.need_sessions()
    said: dict[str, str] = {}
    for one in patterns_of(of.reading, of.pack):  # the rarest of each student first
        said.setdefault(one.student_id, one.sentence)
    return [[said.get(student.student_id, "")] for student in of.students]
