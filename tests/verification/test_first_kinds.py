"""Properties of the enrolment letter, the VOE and the Social Security letter."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.policy import load_pack
from rollbook.register import Enrolment, Student
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span
from rollbook.verification import (
    ENROLMENT_EXTRAS,
    OPERATING_BASES,
    AttendanceFigures,
    ClassAttendance,
    Decision,
    EnrolmentFacts,
    SocialSecurityFacts,
    VoeFacts,
    VoeHabits,
    age_on,
    consent_needed,
    enrolment,
    social_security,
    social_security_terms,
    voe,
    voe_terms,
)
from rollbook.verification.ssa_1372 import FormFacts

TEXAS = load_pack("us-tx")
YEARS = tuple(
    SchoolYear(
        f"{year}-{year - 1999}",
        date(year, 8, 12),
        date(year + 1, 5, 28),
        (
            Span("Fall", date(year, 8, 12), date(year, 12, 18)),
            Span("Spring", date(year + 1, 1, 5), date(year + 1, 5, 28)),
        ),
    )
    for year in (2025, 2026, 2027)
)
CALENDAR = SchoolCalendar(YEARS)

DAYS = st.dates(date(2026, 1, 7), date(2027, 7, 31))
BORN = st.none() | st.dates(date(2007, 1, 1), date(2021, 1, 1))
MAYBE = st.none() | st.booleans()
GRADES = st.sampled_from(["", "KG", "07", "8", "9", "12"])
CLASSES = st.lists(
    st.builds(
        ClassAttendance,
        st.sampled_from(["Art", "Music", "Biology"]),
        st.none() | st.integers(0, 90),
        st.none() | st.integers(0, 90),
        MAYBE,
    ),
    max_size=3,
).map(tuple)


def _is_sound(decision: Decision) -> None:
    """What holds of every decision, whatever it is about."""
    assert not (decision.eligible and decision.missing)
    assert bool(decision.facts) is decision.eligible
    assert all(fact.label and fact.value not in (None, "") for fact in decision.facts)
    assert bool(decision.statement) is decision.eligible
    assert decision.sentence.endswith(".")
    assert not {"invalid", "null", "none"} & set(decision.sentence.casefold().split())


@given(
    st.builds(VoeFacts, BORN, MAYBE, CLASSES, MAYBE, MAYBE, MAYBE, GRADES),
    DAYS,
    st.builds(VoeHabits, st.booleans(), st.integers(0, 5)),
)
def test_a_voe_is_for_the_enrolled_under_18_and_holds_90_days_at_most(
    facts: VoeFacts, day: date, habits: VoeHabits
) -> None:
    terms = voe_terms(TEXAS, day)
    decision = voe(facts, day, CALENDAR, terms, habits)
    _is_sound(decision)
    assert voe(facts, day, CALENDAR, terms, habits) == decision
    assert (decision.expires is None) is (not decision.eligible)
    if decision.eligible:
        assert facts.enrolled and facts.birth_date and not facts.diploma
        assert age_on(facts.birth_date, day) < 18
        assert decision.expires and day < decision.expires <= day + timedelta(days=90)
        assert "One of three conditions is enough" in decision.sentence


@given(
    st.builds(
        SocialSecurityFacts,
        birth_date=BORN,
        enrolled=MAYBE,
        hours_per_week=st.none() | st.decimals(0, 40, places=2),
        course_weeks=st.none() | st.integers(0, 60),
        correspondence=MAYBE,
        operating_basis=st.sampled_from(["", *OPERATING_BASES]),
        expected_graduation=st.none() | DAYS,
        school_year=st.sampled_from([None, YEARS[1]]),
        full_time_at_school=MAYBE,
        grade=GRADES,
        school_type=st.sampled_from(["", "public high school"]),
        form=st.builds(
            FormFacts, MAYBE, st.sampled_from(["", "the date"]), MAYBE, MAYBE, st.none() | DAYS
        ),
    ),
    DAYS,
)
def test_social_security_is_told_only_what_is_known_and_the_standard_is_exact(
    facts: SocialSecurityFacts, day: date
) -> None:
    terms = social_security_terms(TEXAS, day)
    decision = social_security(facts, day, terms)
    _is_sound(decision)
    assert social_security(facts, day, terms) == decision
    assert len(decision.answers) == (5 if decision.eligible else 0)
    if decision.eligible:
        met = (
            (facts.hours_per_week or 0) >= 20
            and (facts.course_weeks or 0) >= 13
            and facts.correspondence is False
            and facts.full_time_at_school is not False
        )
        assert decision.standard_met is met


@given(
    st.builds(
        EnrolmentFacts,
        st.builds(Student, st.just("1"), birth_date=BORN, grade=GRADES),
        st.lists(st.builds(Enrolment, st.just("1"), DAYS, st.none() | DAYS), max_size=2).map(tuple),
        st.sampled_from([None, YEARS[1]]),
        st.none()
        | st.builds(
            AttendanceFigures, DAYS, DAYS, st.just(50), st.integers(0, 50), st.just("days")
        ),
        st.none() | st.just(Decimal("32.5")),
        st.sampled_from(["", "12 Mill Lane"]),
        st.sampled_from(["", "Rosa Núñez"]),
        st.none() | DAYS,
    ),
    DAYS,
    st.sampled_from(["us-tx", "us-ca", "gb-eng"]),
    st.sampled_from(["parent", "landlord", "student"]),
    st.frozensets(st.sampled_from(ENROLMENT_EXTRAS)),
)
def test_an_enrolment_letter_states_what_was_asked_for_and_no_more(
    facts: EnrolmentFacts, day: date, place: str, who: str, asked: frozenset[str]
) -> None:
    consent = consent_needed(place, 16, who, day=day)
    decision = enrolment(facts, day, place, consent, asked=asked)
    _is_sound(decision)
    assert enrolment(facts, day, place, consent, asked=asked) == decision
    stated = {fact.name for fact in decision.facts}
    extras = {
        "attendance": "attendance_line",
        "hours": "hours_per_week",
        "student-id": "student_id",
        "address": "home_address",
        "parents": "parents",
        "graduation": "expected_graduation",
    }
    for extra, name in extras.items():
        assert (name in stated) is (decision.eligible and extra in asked)
    assert not ("attendance_line" in stated and who == "landlord")


@pytest.mark.parametrize(
    ("facts", "letter", "words"),
    [
        (
            VoeFacts(date(2010, 3, 14), True, credit_in_all=True),
            "a",
            "(a) credit in each class: yes; (b) 90% of the days of each class: not known; "
            "(c) a plan that the student keeps: not known.",
        ),
        (
            VoeFacts(
                date(2010, 3, 14), True, (ClassAttendance("Art", 85, 77, False),), False, False
            ),
            "b",
            "(a) credit in each class: no; (b) 90% of the days of each class: yes (Art: 77 of 85 "
            "days, 77 needed); (c) a plan that the student keeps: no.",
        ),
        (
            VoeFacts(
                date(2010, 3, 14), True, (ClassAttendance("Art", 85, 76, False),), False, True
            ),
            "c",
            "(b) 90% of the days of each class: no (Art: 76 of 85 days, 77 needed); (c) a plan "
            "that the student keeps: yes.",
        ),
    ],
)
def test_a_voe_says_of_each_condition_whether_it_is_met(
    facts: VoeFacts, letter: str, words: str
) -> None:
    day = date(2026, 11, 16)
    decision = voe(facts, day, CALENDAR, voe_terms(TEXAS, day), VoeHabits())
    assert f"here ({letter}). " in decision.sentence and words in decision.sentence
    condition = next(fact.value for fact in decision.facts if fact.name == "condition")
    assert str(condition).startswith(f"({letter}) The student ")
