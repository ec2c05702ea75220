"""Why a student has crossed a threshold or not: every mark, counted or not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from rollbook.policy import DatedCode, Sure, Terms, Trigger
from rollbook.register import Category, Mark
from rollbook.rules.case import Case, age_on
from rollbook.rules.findings import Finding
from rollbook.school_calendar import Span


@dataclass(frozen=True, slots=True)
class Judged:
    """One mark as a rule sees it: counted or not, and why in a few words.

    ``citation`` and ``sure`` say where the code has its meaning from.
    """

    mark: Mark
    counted: bool
    meaning: str
    category: Category
    why: str
    citation: str = ""
    sure: Sure | None = None

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

    ``still_needed`` is how many more would meet the test: sessions or days missed, steps of a
    sequence, or school days that an open mark has left; 0 once it is met, None where no number
    says it. ``would_cross`` is the day on which the test would be met if every coming session were
    missed without excuse; None when it is met already, or would not be within the school year.
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
    still_needed: int | None = None
    would_cross: date | None = None

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


Why = Callable[[int], tuple[bool, str]]


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
    still_needed: int | None = None,
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
        still_needed=0 if finding else still_needed,
    )


def judged(case: Case, window: Span, why: Why) -> tuple[Judged, ...]:
    """Judge every mark of the case's one student inside the window."""
    reading = case.reading
    low, high = reading.number_of(window.first), (window.last - reading.first).days
    entries = np.flatnonzero((reading.day >= low) & (reading.day <= high))
    found = []
    for entry in reading.in_order(entries):
        code = reading.code_of(entry)
        stated = _statement(case, int(entry))
        counted, reason = why(int(entry))
        found.append(
            Judged(
                mark=reading.mark_of(entry),
                counted=counted,
                meaning=code.meaning if code else "not a code on this day",
                category=code.category if code else Category.MISSING,
                why=reason,
                citation=stated.citation if stated else "",
                sure=stated.sure if stated else None,
            )
        )
    return tuple(found)


def _statement(case: Case, entry: int) -> DatedCode | None:
    """Return what the pack states about the code of a mark on its day."""
    reading = case.reading
    symbol = reading.codes.symbols[reading.symbol[entry]]
    symbol = case.pack.office_codes.get(symbol, symbol)
    day = reading.date_of(reading.day[entry])
    history = case.pack.code_table.get(symbol, ())
    return next((one for one in history if one.holds(day)), None)


def of_another_age(case: Case, terms: Terms, entry: int) -> str:
    """Say how old the case's one student was on the day of a mark, and whom the rule is about."""
    reading = case.reading
    born = case.students[reading.students[0]].birth_date
    if not terms.ages or not born:
        return ""
    low, high = terms.ages
    age = age_on(born, reading.date_of(reading.day[entry]))
    return f"at age {age}, and the rule counts ages {low} to {high}"


def said(case: Case, entry: int) -> str:
    """Say in a few words what a mark is for the figures."""
    code = case.reading.code_of(entry)
    words = _SAID_IN_ENGLAND if case.pack.unit == "sessions" else _SAID
    return words[code.category if code else Category.MISSING]
