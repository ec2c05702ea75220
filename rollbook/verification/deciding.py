"""Which facts each kind of document is decided on, and where they come from.

One function a kind, and nothing else: each reads the facts of its document from the roster, the
register, the calendar, the office and the request, and hands them to the module that decides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rollbook.attendance import attendance_of
from rollbook.attendance.roll import same_campus
from rollbook.office import Office
from rollbook.register import SSA_PAGES_KEPT, Enrolment, Guardian, Student
from rollbook.school_calendar import SchoolYear, Span
from rollbook.standing import Standing
from rollbook.verification.asked import Asked
from rollbook.verification.child_benefit import (
    ChildBenefitFacts,
    child_benefit,
    child_benefit_terms,
)
from rollbook.verification.consent import Consent
from rollbook.verification.decision import AttendanceFigures, Decision
from rollbook.verification.enrolment_letter import EnrolmentFacts, enrolment
from rollbook.verification.kinds import Kind
from rollbook.verification.replacement_card import CardFacts, card_references, replacement_card
from rollbook.verification.roll import address_on_record, parents_on_record
from rollbook.verification.social_security_letter import (
    social_security,
    social_security_facts,
    social_security_terms,
)
from rollbook.verification.ssa_1372 import form_facts
from rollbook.verification.ssi_letter import SsiFacts, ssi_letter
from rollbook.verification.tanf_h1086 import (
    TanfFacts,
    said_figures,
    semester_on,
    tanf_h1086,
    tanf_terms,
)
from rollbook.verification.texas_voe import (
    ClassAttendance,
    VoeHabits,
    enrolled_for_voe,
    voe,
    voe_facts,
    voe_terms,
)
from rollbook.verification.travel_letter import TravelFacts, travel_letter
from rollbook.verification.words import read_day, read_decimal, read_whole, read_yes_no


@dataclass(frozen=True, eq=False)
class Case:
    """One request about one student, with all that it is decided on."""

    office: Office
    standing: Standing
    student: Student
    asked: Asked
    day: date
    consent: Consent

    @property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """The stretches of the student's membership."""
        return tuple(self.standing.enrolments_of(self.student.student_id))

    @property
    def guardians(self) -> Sequence[Guardian]:
        """The adults on the student's record."""
        return self.standing.guardians.get(self.student.student_id, ())

    @property
    def home_address(self) -> str:
        """Where the student lives: what the clerk says, else what the record plainly says."""
        return self.asked.said.get("home_address", "") or address_on_record(self.guardians)

    @property
    def year(self) -> SchoolYear | None:
        """The school year of the day; None between two years."""
        return self.office.calendar.year_of(self.day)

    @property
    def said(self) -> Mapping[str, str]:
        """The facts from the office, the roster and the request; the nearest one wins."""
        settings = self.office.settings.verification
        from_office = {
            "hours_per_week": settings.hours_per_week,
            "course_weeks": str(settings.course_weeks or ""),
            "operating_basis": settings.operating_basis,
            "correspondence": settings.correspondence,
            "full_time_at_school": settings.full_time,
            "school_type": settings.school_type,
        }
        sources: Iterable[Mapping[str, str]] = (from_office, self.student.facts, self.asked.said)
        found = {name: value for source in sources for name, value in source.items() if value}
        # The office names its kind of school; a column of some export that is headed so does not.
        return found | {"school_type": settings.school_type}

    def attendance(
        self, first: date | None = None, last: date | None = None
    ) -> AttendanceFigures | None:
        """Return the student's attendance, of the school year so far unless dates are given."""
        counted = self.standing.tally(first, last)
        figures = attendance_of(counted, self.student.student_id)
        if not figures.possible:
            return None
        return AttendanceFigures(
            first or self.standing.year_start,
            last or self.standing.as_of,
            figures.possible,
            figures.attended,
            self.standing.pack.unit,
        )


def decide(kind: Kind, case: Case) -> Decision:
    """Decide a document on the facts of its case."""
    return _DECIDE[kind.slug](case)


def _enrolment(case: Case) -> Decision:
    facts = EnrolmentFacts(
        student=case.student,
        enrolments=case.enrolments,
        school_year=case.year,
        attendance=case.attendance(),
        hours_per_week=read_decimal(case.said.get("hours_per_week", "")),
        home_address=case.home_address,
        parents=parents_on_record(case.guardians),
        expected_graduation=read_day(case.said.get("expected_graduation", "")),
    )
    asked = case.asked
    jurisdiction = case.office.policy.jurisdiction
    return enrolment(facts, case.day, jurisdiction, case.consent, asked.consent, asked.extras)


def _voe(case: Case) -> Decision:
    calendar, settings = case.office.calendar, case.office.settings.verification
    enrolled = enrolled_for_voe(case.enrolments, case.day, calendar)
    # The law looks at each class of the previous semester. What is on record is one day's official
    # period, so the figures are asked for; a rate over all classes would be a guess.
    facts = voe_facts(case.student, enrolled, _said_classes(case.said), case.said)
    habits = VoeHabits(settings.summer_ends_on_first_school_day, settings.last_days_last_all_summer)
    return voe(facts, case.day, calendar, voe_terms(case.office.policy, case.day), habits)


def _said_classes(said: Mapping[str, str]) -> tuple[ClassAttendance, ...]:
    """Return the class a clerk gave figures for: the one with the fewest days attended."""
    offered = read_whole(said.get("days_offered", ""))
    attended = read_whole(said.get("days_attended", ""))
    if offered is None or attended is None:
        return ()
    return (ClassAttendance("the class with the most absences", offered, attended),)


def _social_security(case: Case) -> Decision:
    enrolled = enrolled_for_voe(case.enrolments, case.day, case.office.calendar)
    kept = [
        one.day
        for one in case.standing.actions
        if one.student_id == case.student.student_id and one.kind == SSA_PAGES_KEPT
    ]
    form = form_facts(case.asked.said, max(kept, default=None))  # of the form no roster knows
    return social_security(
        social_security_facts(case.student, enrolled, case.year, case.said, form),
        case.day,
        social_security_terms(case.office.policy, case.day),
    )


def _ssi(case: Case) -> Decision:
    facts = SsiFacts(
        birth_date=case.student.birth_date,
        enrolments=case.enrolments,
        grade=case.student.grade,
        hours_per_week=read_decimal(case.said.get("hours_per_week", "")),
        school_year=case.year,
        school_type=case.said.get("school_type", ""),
    )
    return ssi_letter(facts, case.day, social_security_terms(case.office.policy, case.day))


def _tanf(case: Case) -> Decision:
    semester = semester_on(case.day, case.office.calendar)
    figures, school_days = _semester_figures(case, semester) if semester else (None, 0)
    facts = TanfFacts(
        birth_date=case.student.birth_date,
        enrolments=case.enrolments,
        grade=case.student.grade,
        semester=semester,
        figures=figures,
        school_days=school_days,
        requirement_met=read_yes_no(case.said.get("requirement_met", "")),
    )
    terms = tanf_terms(case.office.policy, case.day)
    return tanf_h1086(facts, case.day, terms, case.consent, case.asked.consent)


def _semester_figures(case: Case, semester: Span) -> tuple[AttendanceFigures | None, int]:
    """Return the figures of a semester so far, and how many school days they should cover.

    What a clerk has counted goes before the register: of another school's days it knows nothing.
    """
    until = min(case.day, semester.last)
    possible, absent = (
        read_whole(case.asked.said.get(name, "")) for name in ("days_possible", "days_absent")
    )
    counted = said_figures(semester, until, possible, absent)
    if counted:
        return counted, 0
    until = min(until, _last_recorded(case))
    school_days = [
        day
        for day in case.office.calendar.school_days_between(semester.first, until)
        if any(one.holds(day) for one in case.enrolments)
    ]
    return case.attendance(semester.first, until), len(school_days)


def _last_recorded(case: Case) -> date:
    """Return the last day the register has of the student's campus."""
    standing = case.standing
    campus = next((one.campus for one in reversed(case.enrolments) if one.campus), "")
    official = standing.official.at(campus or case.student.campus)
    found = [
        one.last
        for one in standing.recorded
        if same_campus(one.campus, campus or case.student.campus)
        and (not one.parts or official in one.parts)
    ]
    return min(max(found, default=standing.as_of), standing.as_of)


def _replacement_card(case: Case) -> Decision:
    facts = CardFacts(
        birth_date=case.student.birth_date,
        enrolments=case.enrolments,
        parents=parents_on_record(case.guardians),
        home_address=case.home_address,
        grade=case.student.grade,
        school_year=case.year,
    )
    return replacement_card(facts, case.day, card_references(case.office.policy, case.day))


def _child_benefit(case: Case) -> Decision:
    said = case.said
    facts = ChildBenefitFacts(
        birth_date=case.student.birth_date,
        enrolments=case.enrolments,
        grade=case.student.grade,
        school_year=case.year,
        hours_per_week=read_decimal(said.get("hours_per_week", "")),
        non_advanced=read_yes_no(said.get("non_advanced", "")),
        course_ends=read_day(said.get("course_ends", "") or said.get("expected_graduation", "")),
    )
    return child_benefit(facts, case.day, child_benefit_terms(case.office.policy, case.day))


def _travel(case: Case) -> Decision:
    said = case.asked.said
    facts = TravelFacts(
        birth_date=case.student.birth_date,
        enrolments=case.enrolments,
        grade=case.student.grade,
        school_year=case.year,
        first=read_day(said.get("travel_from", "")),
        last=read_day(said.get("travel_to", "")),
        leave_granted=read_yes_no(said.get("leave_granted", "")),
    )
    return travel_letter(facts, case.day, case.office.calendar, case.consent)


_DECIDE: Mapping[str, Callable[[Case], Decision]] = {
    "enrolment": _enrolment,
    "voe": _voe,
    "social-security": _social_security,
    "ssi": _ssi,
    "replacement-card": _replacement_card,
    "tanf-h1086": _tanf,
    "child-benefit": _child_benefit,
    "travel": _travel,
}
