"""The Texas Verification of Enrollment and Attendance (VOE): may it be issued, and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from rollbook.policy import ClassTerms, PolicyPack
from rollbook.problems import PolicyError
from rollbook.register import Enrolment, Student
from rollbook.school_calendar import ONE_DAY, SchoolCalendar, Span
from rollbook.verification.ages import age_on
from rollbook.verification.decision import (
    ENROLLED_MISSING,
    Decision,
    Fact,
    Missing,
    birth_date_missing,
    birth_fact,
    undecided,
    yes_no,
)
from rollbook.verification.words import (
    UNITED_STATES,
    listed,
    percentage,
    read_yes_no,
    say_day,
    say_grade,
)

BREAK_MONTHS = range(6, 9)  # in which no school year means the summer break; no law


@dataclass(frozen=True, slots=True)
class VoeTerms:
    """The numbers of law for a Texas VOE, as they stand on the day of issue."""

    valid_days: int
    summer_valid_days: int
    summer_months: tuple[int, ...]
    below_age: int
    class_share: Fraction
    semester_grades: tuple[str, ...]
    references: tuple[str, ...]


def voe_terms(pack: PolicyPack, day: date) -> VoeTerms:
    """Return the terms of a VOE in force on ``day``; ``PolicyError`` when the pack has none."""
    names = ("voe.valid-days", "voe.valid-days-summer", "voe.age-below", "voe.rate")
    valid, summer, age, share = (pack.value(name, day) for name in names)
    class_rule = pack.trigger("tx-90").on(day)
    if not isinstance(class_rule, ClassTerms):
        raise PolicyError(f"The rule pack “{pack.id}” does not say how a VOE counts classes.")
    return VoeTerms(
        valid_days=valid.number,
        summer_valid_days=summer.number,
        summer_months=tuple(int(month) for month in pack.value("voe.summer-months", day).words),
        below_age=age.number,
        class_share=share.share,
        semester_grades=class_rule.semester_grades,
        references=tuple(dict.fromkeys((valid.citation, share.citation))),
    )


@dataclass(frozen=True, slots=True)
class VoeHabits:
    """What a district has settled about its VOEs.

    ``summer_ends_on_first_school_day``: a VOE issued in summer ends when school opens.
    ``last_days_last_all_summer``: one issued in so many last days of school holds until school
    opens again; 0 for none.
    """

    summer_ends_on_first_school_day: bool = False
    last_days_last_all_summer: int = 0


@dataclass(frozen=True, slots=True)
class ClassAttendance:
    """One class of the previous semester (grade 8 and below: of the year). None is not known."""

    name: str
    offered: int | None
    attended: int | None
    credit: bool | None = None

    @property
    def counted(self) -> bool:
        """Say whether days offered and attended are there and can both be true."""
        offered, attended = self.offered, self.attended
        return offered is not None and attended is not None and 0 <= attended <= offered > 0

    def reaches(self, share: Fraction) -> bool | None:
        """Say whether the student was there for at least ``share`` of the days offered."""
        if self.offered is None or self.attended is None or not self.counted:
            return None
        return self.attended >= share * self.offered


@dataclass(frozen=True, slots=True)
class VoeFacts:
    """What a VOE is decided on. ``enrolled`` in summer means enrolled at the end of spring.

    ``credit_in_all`` may be given where credit is not known class by class. ``committee_approved``
    says the attendance committee or the administration has settled conditions and the student
    keeps them.
    """

    birth_date: date | None
    enrolled: bool | None
    classes: tuple[ClassAttendance, ...] = ()
    diploma: bool | None = None
    committee_approved: bool | None = None
    credit_in_all: bool | None = None
    grade: str = ""
    school_type: str = ""


CONDITION_LETTERS = {"credit_in_all": "a", "attended_90_in_each": "b", "committee_approved": "c"}
CONDITION_WORDS = {
    "credit_in_all": "received credit for each class of the previous semester",
    "attended_90_in_each": (
        "was present for at least {share} of the days each class of the previous semester "
        "was offered"
    ),
    "committee_approved": (
        "keeps the conditions set by the attendance committee or the school's administration"
    ),
}


def voe(
    facts: VoeFacts, day: date, calendar: SchoolCalendar, terms: VoeTerms, habits: VoeHabits
) -> Decision:
    """Decide whether a Texas VOE can be issued on ``day``, and until when it is valid."""
    denied = _voe_denied(facts, day, terms)
    if denied:
        return denied
    condition = _voe_condition(facts, terms)
    expires = voe_expiry(day, calendar, terms, habits)
    missing = _voe_missing(facts, day, calendar, terms)
    if isinstance(expires, Missing):
        missing.append(expires)
    if missing or isinstance(expires, Missing) or condition is None:
        return undecided("voe", day, missing, terms.references)
    words = CONDITION_WORDS[condition].format(share=percentage(terms.class_share, UNITED_STATES, 0))
    enrolled = "currently enrolled"
    if _in_break(day, calendar):
        enrolled = "enrolled as of the end of the spring semester"
    return Decision(
        kind="voe",
        eligible=True,
        reason=condition,
        sentence=f"A VOE can be issued: the student is {enrolled} and {words}. "
        f"It is valid until {say_day(expires, UNITED_STATES)}. "
        f"{_conditions_explained(facts, terms, condition)}",
        issued=day,
        statement=f"is {enrolled} and {words}",
        expires=expires,
        facts=_voe_facts(facts, enrolled, words, condition),
        notes=_voe_notes(facts, calendar, terms, habits, condition),
        references=terms.references,
    )


def voe_expiry(
    day: date, calendar: SchoolCalendar, terms: VoeTerms, habits: VoeHabits
) -> date | Missing:
    """Return the last day a VOE issued on ``day`` is valid, or what has to be known for that."""
    opening = _next_opening(calendar, day, terms)
    if day.month in terms.summer_months:
        whole = day + timedelta(days=terms.summer_valid_days)
        if not habits.summer_ends_on_first_school_day:
            return whole
        if opening is None:
            return _opening_missing(day)
        if opening <= day:
            return day + timedelta(days=terms.valid_days)
        return min(whole, opening)
    if _in_last_days(day, calendar, habits.last_days_last_all_summer):
        if opening is None:
            return _opening_missing(day)
        return opening if habits.summer_ends_on_first_school_day else opening - ONE_DAY
    return day + timedelta(days=terms.valid_days)


def _next_opening(calendar: SchoolCalendar, day: date, terms: VoeTerms) -> date | None:
    """Return the day school opens after the summer of the year ``day`` is in."""
    summer = date(day.year, min(terms.summer_months), 1)
    return next((year.school_days()[0] for year in calendar.years if year.first >= summer), None)


def _opening_missing(day: date) -> Missing:
    return Missing(
        "school_opens",
        f"Add the school year that begins in {day.year} to the school calendar: by the district's "
        "own rule this VOE ends when school opens.",
    )


def _in_last_days(day: date, calendar: SchoolCalendar, count: int) -> bool:
    begun = [year for year in calendar.years if year.first <= day]
    return bool(count and begun) and day >= begun[-1].school_days()[-count:][0]


def voe_period(day: date, grade: str, calendar: SchoolCalendar, terms: VoeTerms) -> Span | None:
    """Return the span whose classes a VOE on ``day`` looks at; None when the calendar lacks it.

    It is the last semester that has ended; for the lower grades the last school year.
    """
    years = [year for year in calendar.years if year.first < day]
    if grade.lstrip("0") in terms.semester_grades:
        spans = [term for year in years for term in year.terms]
    else:
        spans = [Span(year.name, year.first, year.last) for year in years]
    return next((span for span in reversed(spans) if span.last < day), None)


def enrolled_for_voe(
    enrolments: Iterable[Enrolment], day: date, calendar: SchoolCalendar
) -> bool | None:
    """Say whether the student is enrolled; in the summer break, whether at the end of spring.

    None when there are no enrollment dates at all, or when it is summer and the calendar does not
    say when spring ended.
    """
    enrolments = tuple(enrolments)
    if not enrolments:
        return None
    if any(enrolment.holds(day) for enrolment in enrolments):
        return True
    if calendar.guessed and day.month in BREAK_MONTHS:
        return None
    if not _in_break(day, calendar):
        return False
    ended = [year for year in calendar.years if year.last < day]
    if not ended:
        return None
    last_school_day = ended[-1].school_days()[-1]
    return any(enrolment.holds(last_school_day) for enrolment in enrolments)


def _in_break(day: date, calendar: SchoolCalendar) -> bool:
    return day.month in BREAK_MONTHS and calendar.year_of(day) is None


def _voe_denied(facts: VoeFacts, day: date, terms: VoeTerms) -> Decision | None:
    """Return the decision when what is known already rules a VOE out, or None."""
    when = say_day(day, UNITED_STATES)
    if facts.birth_date and age_on(facts.birth_date, day) >= terms.below_age:
        reason = "of_age"
        sentence = (
            f"No VOE is needed: the student is {terms.below_age} or older on {when}, and a VOE is "
            f"for students under {terms.below_age}. Check the date of birth if that is wrong."
        )
    elif facts.diploma:
        reason = "has_diploma"
        sentence = (
            "No VOE is needed: the student has a high school diploma or its equivalent and shows "
            "that to DPS instead."
        )
    elif facts.enrolled is False:
        reason = "not_enrolled"
        sentence = (
            f"A VOE cannot be issued: the student is not enrolled on {when}. If that is wrong, "
            "correct the entry date in the student information system and drop the roster again."
        )
    elif _none_met(facts, terms):
        reason = "below_90_no_credit"
        sentence = _below_share(facts, terms)
    else:
        return None
    return Decision("voe", False, reason, sentence, day, references=terms.references)


def _voe_condition(facts: VoeFacts, terms: VoeTerms) -> str | None:
    """Return the condition that is met, or None when none is known to be."""
    if _credit_in_all(facts):
        return "credit_in_all"
    if _reached_in_each(facts, terms):
        return "attended_90_in_each"
    return "committee_approved" if facts.committee_approved else None


def _none_met(facts: VoeFacts, terms: VoeTerms) -> bool:
    answers = (_credit_in_all(facts), _reached_in_each(facts, terms), facts.committee_approved)
    return all(answer is False for answer in answers)


def _credit_in_all(facts: VoeFacts) -> bool | None:
    if facts.credit_in_all is not None:
        return facts.credit_in_all
    return _all(one.credit for one in facts.classes)


def _reached_in_each(facts: VoeFacts, terms: VoeTerms) -> bool | None:
    return _all(one.reaches(terms.class_share) for one in facts.classes)


def _all(answers: Iterable[bool | None]) -> bool | None:
    """Say whether all are true. One no is enough for no; else one unknown, or none at all, None."""
    known = tuple(answers)
    if False in known:
        return False
    return None if None in known or not known else True


def _conditions_explained(facts: VoeFacts, terms: VoeTerms, condition: str) -> str:
    """Say of each of the three conditions whether it is met; one is enough."""
    share = percentage(terms.class_share, UNITED_STATES, 0)
    names = {
        "credit_in_all": "credit in each class",
        "attended_90_in_each": f"{share} of the days of each class",
        "committee_approved": "a plan that the student keeps",
    }
    answers = {
        "credit_in_all": _credit_in_all(facts),
        "attended_90_in_each": _reached_in_each(facts, terms),
        "committee_approved": facts.committee_approved,
    }
    said = "; ".join(
        f"({CONDITION_LETTERS[name]}) {words}: {(yes_no(answers[name]) or 'not known').lower()}"
        f"{_figures(facts, terms) if name == 'attended_90_in_each' else ''}"
        for name, words in names.items()
    )
    return f"One of three conditions is enough, here ({CONDITION_LETTERS[condition]}). {said}."


def _figures(facts: VoeFacts, terms: VoeTerms) -> str:
    """Return the figures of the class with the smallest share, and the days it needed."""
    counted = [one for one in facts.classes if one.counted]
    if not counted:
        return ""
    least = min(counted, key=lambda one: Fraction(one.attended or 0, one.offered or 1))
    needed = ceil(terms.class_share * (least.offered or 0))
    return f" ({least.name}: {least.attended} of {least.offered} days, {needed} needed)"


def _voe_missing(
    facts: VoeFacts, day: date, calendar: SchoolCalendar, terms: VoeTerms
) -> list[Missing]:
    missing = birth_date_missing(facts.birth_date, day)
    if facts.enrolled is None:
        missing.append(ENROLLED_MISSING)
    # A graduate is withdrawn, so enrolment in term time answers this; in the break it does not.
    graduating = facts.grade.lstrip("0") in ("", "12")
    if facts.diploma is None and graduating and _in_break(day, calendar):
        missing.append(Missing("diploma", "Say whether the student has been given a diploma."))
    if _voe_condition(facts, terms) is None:
        missing += _condition_missing(facts, terms)
    return missing


def _condition_missing(facts: VoeFacts, terms: VoeTerms) -> list[Missing]:
    missing = []
    uncredited = [one.name for one in facts.classes if one.credit is None]
    uncounted = [one.name for one in facts.classes if not one.counted]
    if _credit_in_all(facts) is None:
        where = f"in {listed(uncredited)} " if uncredited else ""
        missing.append(
            Missing("credit", f"Say whether credit was given {where}for the previous semester.")
        )
    if _reached_in_each(facts, terms) is None:
        where = listed(uncounted) if uncounted else "each class of the previous semester"
        missing.append(
            Missing(
                "class_days",
                f"Supply the days offered and the days attended for {where}; for a student new "
                "to the school, ask the former school.",
            )
        )
    if facts.committee_approved is None:
        missing.append(
            Missing(
                "committee_approved",
                "Say whether the attendance committee or the administration has approved a plan "
                "that the student keeps.",
            )
        )
    return missing


def _below_share(facts: VoeFacts, terms: VoeTerms) -> str:
    short = [
        f"{one.name} ({one.attended} of {one.offered} days, "
        f"{ceil(terms.class_share * (one.offered or 0))} needed)"
        for one in facts.classes
        if one.reaches(terms.class_share) is False
    ]
    share = percentage(terms.class_share, UNITED_STATES, 0)
    return (
        "A VOE cannot be issued: credit was not given in each class of the previous semester, and "
        f"attendance was below {share} in {listed(short)}. The attendance committee or the "
        "administration may approve a plan; when the student keeps it, ask again."
    )


def _voe_facts(facts: VoeFacts, enrolled: str, words: str, condition: str) -> tuple[Fact, ...]:
    grade = (Fact("grade", "Grade", say_grade(facts.grade)),) if facts.grade else ()
    program = (Fact("school_type", "Type of program", facts.school_type),)
    return (
        *birth_fact(facts.birth_date),
        *grade,
        *(program if facts.school_type else ()),
        Fact("status", "Enrollment", enrolled),
        Fact(
            "condition",
            "Condition met",
            f"({CONDITION_LETTERS[condition]}) The student {words}.",
        ),
    )


def _voe_notes(
    facts: VoeFacts,
    calendar: SchoolCalendar,
    terms: VoeTerms,
    habits: VoeHabits,
    condition: str,
) -> tuple[str, ...]:
    notes = [
        "Complete the official VOE form with these facts; DPS takes that form.",
        "The form also needs the signatures of a parent and of the student.",
    ]
    if condition == "credit_in_all" and _reached_in_each(facts, terms) is False:
        share = percentage(terms.class_share, UNITED_STATES, 0)
        notes.append(
            f"Attendance was below {share} in a class that was credited all the same: check that "
            "the attendance committee gave that credit."
        )
    if calendar.guessed and habits != VoeHabits():
        notes.append("The expiry date may rest on the guessed school calendar: check it.")
    return tuple(notes)


def voe_facts(
    student: Student,
    enrolled: bool | None,
    classes: Iterable[ClassAttendance],
    said: Mapping[str, str],
) -> VoeFacts:
    """Return the facts for a VOE, read from the roster, the register and what the clerk said.

    ``said`` may hold ``diploma``, ``committee_approved`` and ``credit_in_all``, each yes or no.
    """
    return VoeFacts(
        birth_date=student.birth_date,
        enrolled=enrolled,
        classes=tuple(classes),
        diploma=read_yes_no(said.get("diploma", "")),
        committee_approved=read_yes_no(said.get("committee_approved", "")),
        credit_in_all=read_yes_no(said.get("credit_in_all", "")),
        grade=student.grade,
        school_type=said.get("school_type", ""),
    )
