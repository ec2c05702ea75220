"""The Social Security full-time attendance letter: what the school certifies, and the standard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date

from rollbook.policy import PolicyPack
from rollbook.register import Student
from rollbook.school_calendar import ONE_DAY, SchoolYear
from rollbook.verification.ages import age_on, attained_on
from rollbook.verification.decision import (
    ENROLLED_MISSING,
    GRADUATION_MISSING,
    Decision,
    Fact,
    Missing,
    Value,
    birth_date_missing,
    birth_fact,
    hours_missing,
    present,
    undecided,
    year_missing,
    year_rows,
    yes_no,
)
from rollbook.verification.ssa_1372 import (
    NOTHING_SAID,
    FormFacts,
    answer_notes,
    form_missing,
    school_answers,
)
from rollbook.verification.words import (
    UNITED_STATES,
    number,
    plain,
    read_day,
    read_decimal,
    read_whole,
    read_yes_no,
    say_day,
    say_grade,
)

# POMS RS 00205.001: a child's benefit goes on past this age only for a student.
CHILD_AGE = 18

# POMS SI 00501.020: the grades in which a student may attend regularly for SSI.
SSI_GRADES = range(7, 13)


@dataclass(frozen=True, slots=True)
class SocialSecurityTerms:
    """The federal full-time standard, as it stands on the day of issue.

    ``ssi_hours`` a week, below the age of ``ssi_below_age``, are regular attendance for SSI.
    """

    hours_per_week: int
    course_weeks: int
    ssi_hours: int
    ssi_below_age: int
    references: tuple[str, ...]
    ssi_references: tuple[str, ...] = ()


def social_security_terms(pack: PolicyPack, day: date) -> SocialSecurityTerms:
    """Return the standard in force on ``day``; ``PolicyError`` when the pack has none."""
    hours, weeks = pack.value("ssa.hours-per-week", day), pack.value("ssa.course-weeks", day)
    references = tuple(dict.fromkeys((hours.citation, weeks.citation)))
    ssi_hours, ssi_age = pack.value("ssi.hours-per-week", day), pack.value("ssi.age-below", day)
    return SocialSecurityTerms(
        hours_per_week=hours.number,
        course_weeks=weeks.number,
        ssi_hours=ssi_hours.number,
        ssi_below_age=ssi_age.number,
        references=references,
        ssi_references=tuple(dict.fromkeys((ssi_hours.citation, ssi_age.citation))),
    )


OPERATING_BASES: Mapping[str, str] = {
    "yearly": "Yearly",
    "semester": "By semester or quarter, without re-enrollment",
    "semester re-enrollment": "By semester or quarter, with re-enrollment each time",
}


@dataclass(frozen=True, slots=True)
class SocialSecurityFacts:
    """What the school certifies to Social Security. None or ``""`` is not known.

    ``operating_basis`` is a key of :data:`OPERATING_BASES`. ``full_time_at_school`` says whether
    the student is full-time by the school's own standard.
    """

    birth_date: date | None
    enrolled: bool | None
    hours_per_week: Decimal | None = None
    course_weeks: int | None = None
    correspondence: bool | None = None
    operating_basis: str = ""
    expected_graduation: date | None = None
    school_year: SchoolYear | None = None
    full_time_at_school: bool | None = None
    grade: str = ""
    school_type: str = ""
    form: FormFacts = NOTHING_SAID
    student_id: str = ""  # for the command that logs the kept pages; never in the letter


def social_security(facts: SocialSecurityFacts, day: date, terms: SocialSecurityTerms) -> Decision:
    """Decide whether the full-time attendance letter can be given.

    The school certifies facts and Social Security decides, so a student below the federal standard
    can have the letter; ``standard_met`` and the sentence then say what is not met.
    """
    if facts.enrolled is False:
        sentence = (
            "The letter cannot be given: the student is not enrolled on "
            f"{say_day(day, UNITED_STATES)}. If page 4 of the SSA-1372 is on file, send it to "
            "Social Security, unless the student graduated or is on summer break."
        )
        return Decision(
            "social-security", False, "not_enrolled", sentence, day, references=terms.references
        )
    standard_met, short = _federal_standard(facts, terms)
    missing = _social_security_missing(facts, day)
    if missing:
        return undecided("social-security", day, missing, terms.references, standard_met)
    assert facts.course_weeks is not None and facts.expected_graduation is not None
    answers = school_answers(
        facts.form,
        facts.course_weeks,
        terms.course_weeks,
        OPERATING_BASES[facts.operating_basis],
        facts.expected_graduation,
    )
    return Decision(
        kind="social-security",
        eligible=True,
        reason=next(iter(short), "full_time"),
        sentence=_standard_sentence(short),
        issued=day,
        statement="is enrolled and scheduled as stated here; the Social Security Administration "
        "decides what follows",
        facts=_social_security_facts(facts),
        notes=_social_security_notes(facts, day, terms)
        + answer_notes(answers, facts.form, facts.student_id),
        references=terms.references,
        standard_met=standard_met,
        answers=answers,
    )


def _federal_standard(
    facts: SocialSecurityFacts, terms: SocialSecurityTerms
) -> tuple[bool | None, dict[str, str]]:
    """Say whether the standard is met, and what is not: slug and words, the hours first."""
    hours, weeks = facts.hours_per_week, facts.course_weeks
    short = {}
    if hours is not None and hours < terms.hours_per_week:
        said = number(hours, UNITED_STATES)
        short["below_hours"] = (
            f"{said} hours a week are scheduled and at least {terms.hours_per_week} are needed"
        )
    if weeks is not None and weeks < terms.course_weeks:
        short["course_too_short"] = (
            f"the course lasts {weeks} weeks and at least {terms.course_weeks} are needed"
        )
    if facts.correspondence:
        short["correspondence"] = "it is a correspondence course"
    if facts.full_time_at_school is False:
        short["not_full_time_at_school"] = "it is not full-time by the school's own standard"
    if short:
        return False, short
    known = None not in (hours, weeks, facts.correspondence)
    return (True if known else None), short


def _standard_sentence(short: Mapping[str, str]) -> str:
    if not short:
        return (
            "The letter can be given. Its facts meet the federal full-time standard; Social "
            "Security decides."
        )
    exception = " Exceptions to the hours exist." if "below_hours" in short else ""
    return (
        "The letter can be given with the facts as they are, but the federal full-time standard "
        f"is not met: {'; '.join(short.values())}. Social Security decides.{exception}"
    )


def _social_security_missing(facts: SocialSecurityFacts, day: date) -> list[Missing]:
    missing = birth_date_missing(facts.birth_date, day)
    if facts.enrolled is None:
        missing.append(ENROLLED_MISSING)
    missing += hours_missing(facts.hours_per_week)
    if facts.course_weeks is None or facts.course_weeks < 1:
        missing.append(Missing("course_weeks", "Supply the length of the course in weeks."))
    if facts.correspondence is None:
        missing.append(Missing("correspondence", "Say whether it is a correspondence course."))
    if facts.operating_basis not in OPERATING_BASES:
        choice = ", ".join(f"“{basis}”" for basis in OPERATING_BASES)
        missing.append(
            Missing("operating_basis", f"Say on which basis the school operates: {choice}.")
        )
    if facts.expected_graduation is None:
        missing.append(GRADUATION_MISSING)
    missing += year_missing(facts.school_year)
    return missing + form_missing(facts.form)


def _social_security_facts(facts: SocialSecurityFacts) -> tuple[Fact, ...]:
    rows: list[tuple[str, str, Value | None]] = [
        ("school_type", "Type of school", facts.school_type or None),
        ("grade", "Grade", say_grade(facts.grade) or None),
        ("status", "Enrollment", "currently enrolled"),
        ("hours_per_week", "Scheduled hours per week", facts.hours_per_week),
        ("course_weeks", "Length of the course in weeks", facts.course_weeks),
        ("correspondence", "Correspondence course", yes_no(facts.correspondence)),
        ("full_time", "Full-time by the school's standard", yes_no(facts.full_time_at_school)),
        ("operating_basis", "Operating basis", OPERATING_BASES[facts.operating_basis]),
        *year_rows(facts.school_year),
        ("expected_graduation", "Expected graduation", facts.expected_graduation),
    ]
    return birth_fact(facts.birth_date) + present(rows)


def _social_security_notes(
    facts: SocialSecurityFacts, day: date, terms: SocialSecurityTerms
) -> tuple[str, ...]:
    notes = ["Review page 2 of the SSA-1372 with the student; keep pages 4 and 5."]
    if facts.full_time_at_school is None:
        notes.append("Check that the student is full-time by the school's own standard as well.")
    if facts.birth_date is not None:
        attained = say_day(attained_on(facts.birth_date, CHILD_AGE), UNITED_STATES)
        month = last_child_benefit_month(facts.birth_date)
        last = format_date(month, "MMMM y", locale=UNITED_STATES)
        notes.append(
            f"Social Security counts age {CHILD_AGE} from {attained}, the day before the "
            f"birthday; without student benefits {last} is the last month paid."
        )
        if facts.hours_per_week is not None and ssi_regular(
            facts.grade, facts.hours_per_week, age_on(facts.birth_date, day), terms
        ):
            notes.append("If the letter is for SSI: the student counts as regularly attending.")
    return tuple(notes)


def last_child_benefit_month(birth_date: date) -> date:
    """Return the first of the last month of a child's benefit that does not go on as a student's.

    It is the month before the month in which the age is attained.
    """
    attained = attained_on(birth_date, CHILD_AGE)
    return (attained.replace(day=1) - ONE_DAY).replace(day=1)


def ssi_regular(
    grade: str, hours_per_week: Decimal, age: int, terms: SocialSecurityTerms
) -> bool | None:
    """Say whether a student is regularly attending for SSI and young enough.

    None for grades the rule does not name. Social Security may accept fewer hours for reasons
    beyond the student's control.
    """
    if not grade.isdecimal() or int(grade) not in SSI_GRADES:
        return None
    return hours_per_week >= terms.ssi_hours and age < terms.ssi_below_age


def social_security_facts(
    student: Student,
    enrolled: bool | None,
    school_year: SchoolYear | None,
    said: Mapping[str, str],
    form: FormFacts = NOTHING_SAID,
) -> SocialSecurityFacts:
    """Return the facts for the letter, read from what the office, the roster and the clerk said.

    ``said`` may hold ``hours_per_week``, ``course_weeks``, ``correspondence`` (yes or no),
    ``operating_basis``, ``expected_graduation`` (a date as 2027-05-28) and
    ``full_time_at_school`` (yes or no). What cannot be read counts as not known.
    """
    return SocialSecurityFacts(
        birth_date=student.birth_date,
        enrolled=enrolled,
        hours_per_week=read_decimal(said.get("hours_per_week", "")),
        course_weeks=read_whole(said.get("course_weeks", "")),
        correspondence=read_yes_no(said.get("correspondence", "")),
        operating_basis=_read_basis(said.get("operating_basis", "")),
        expected_graduation=read_day(said.get("expected_graduation", "")),
        school_year=school_year,
        full_time_at_school=read_yes_no(said.get("full_time_at_school", "")),
        grade=student.grade,
        school_type=said.get("school_type", ""),
        form=form,
        student_id=student.student_id,
    )


def _read_basis(text: str) -> str:
    bases = {plain(name): slug for slug, words in OPERATING_BASES.items() for name in (slug, words)}
    return bases.get(plain(text), "")
