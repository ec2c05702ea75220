from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.policy import load_pack
from rollbook.problems import NotAllowed, Problem
from rollbook.register import Enrolment, Student
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span
from rollbook.verification import (
    DOCUMENT_FIELDS,
    KINDS,
    AttendanceFigures,
    ClassAttendance,
    Consent,
    Decision,
    EnrolmentFacts,
    Kind,
    Release,
    SocialSecurityFacts,
    VoeFacts,
    VoeHabits,
    age_on,
    attained_on,
    birthday,
    consent_given,
    consent_needed,
    document_kind,
    enrolled_for_voe,
    enrolment,
    last_child_benefit_month,
    merge_fields,
    social_security,
    social_security_facts,
    social_security_terms,
    ssi_regular,
    voe,
    voe_expiry,
    voe_facts,
    voe_period,
    voe_terms,
    with_consent,
)

NOVEMBER = date(2026, 11, 16)
YEARS = (
    SchoolYear(
        "2025-26",
        date(2025, 8, 13),
        date(2026, 5, 29),
        (
            Span("Fall", date(2025, 8, 13), date(2025, 12, 19)),
            Span("Spring", date(2026, 1, 6), date(2026, 5, 29)),
        ),
    ),
    SchoolYear(
        "2026-27",
        date(2026, 8, 12),
        date(2027, 5, 28),
        (
            Span("Fall", date(2026, 8, 12), date(2026, 12, 18)),
            Span("Spring", date(2027, 1, 5), date(2027, 5, 28)),
        ),
    ),
)
CALENDAR = SchoolCalendar(YEARS)
TEXAS = load_pack("us-tx")
VOE_TERMS = voe_terms(TEXAS, NOVEMBER)
SSA_TERMS = social_security_terms(TEXAS, NOVEMBER)

STUDENT = Student(
    "004217",
    family_name="O’Brien-Núñez",
    given_name="Ana & Lía",
    state_id="1234567890",
    birth_date=date(2010, 3, 14),
    grade="11",
    form="11B",
)
SCHOOL = {"school_name": "Juniper High School", "signatory_name": "P. Q. Okafor"}
RELEASE = Release("Driver license", "Rosa Núñez", "Rosa Núñez", "none needed")


def classes(*rows: tuple[int | None, int | None, bool | None]) -> tuple[ClassAttendance, ...]:
    names = ("Biology", "Art", "Music", "French")
    return tuple(
        ClassAttendance(name, *row) for name, row in zip(names[: len(rows)], rows, strict=True)
    )


FULL = VoeFacts(
    birth_date=date(2010, 3, 14),
    enrolled=True,
    classes=classes((85, 80, True), (85, 77, True)),
    diploma=False,
    committee_approved=False,
    grade="11",
)


def decide_voe(facts: VoeFacts, day: date = NOVEMBER, habits: VoeHabits | None = None) -> Decision:
    return voe(facts, day, CALENDAR, voe_terms(TEXAS, day), habits or VoeHabits())


# ------------------------------------------------------------------------- worked examples

WORKED_VOE = {
    "TX-24": ([(85, 80, True), (85, 77, True)], "2026-11-16", "credit_in_all", "2026-12-16"),
    "TX-26": ([(85, 74, False)], "2026-11-16", "below_90_no_credit", None),
    "TX-27": ([(89, 85, True)], "2026-06-10", "credit_in_all", "2026-09-08"),
}


@pytest.mark.parametrize("case", WORKED_VOE)
def test_voe_worked_examples(case: str) -> None:
    rows, issued, reason, expires = WORKED_VOE[case]
    decision = decide_voe(replace(FULL, classes=classes(*rows)), date.fromisoformat(issued))
    assert (decision.reason, decision.expires) == (reason, expires and date.fromisoformat(expires))
    assert decision.eligible is (expires is not None)
    assert decision.decided


@pytest.mark.parametrize(
    ("hours", "weeks", "correspondence", "met"),
    [
        ("22.5", 38, False, True),
        ("18", 38, False, False),
        ("25", 10, False, False),
        ("25", 38, True, False),
        ("20", 13, False, True),
        ("19.99", 13, False, False),
        ("20", 12, False, False),
    ],
)
def test_full_time_standard_of_social_security_us_01_and_its_edges(
    hours: str, weeks: int, correspondence: bool, met: bool
) -> None:
    facts = replace(
        SSA_FULL,
        hours_per_week=Decimal(hours),
        course_weeks=weeks,
        correspondence=correspondence,
    )
    decision = social_security(facts, NOVEMBER, SSA_TERMS)
    assert decision.standard_met is met
    assert decision.eligible  # the school certifies facts; Social Security decides


def test_age_18_is_attained_the_day_before_the_birthday_us_02() -> None:
    born = date(2009, 6, 1)
    assert attained_on(born, 18) == date(2027, 5, 31)
    assert last_child_benefit_month(born) == date(2027, 4, 1)


@pytest.mark.parametrize(
    ("grade", "hours", "age", "regular"),
    [
        ("10", "12", 20, True),
        ("10", "11", 20, False),
        ("12", "30", 22, False),
        ("07", "12", 13, True),
        ("6", "30", 12, None),
        ("KG", "30", 5, None),
    ],
)
def test_regularly_attending_for_ssi_us_03(
    grade: str, hours: str, age: int, regular: bool | None
) -> None:
    assert ssi_regular(grade, Decimal(hours), age, SSA_TERMS) is regular


@pytest.mark.parametrize(
    ("age", "requester", "directory", "opted_out", "signer"),
    [
        (17, "landlord", False, None, "parent"),
        (18, "landlord", False, None, "student"),
        (17, "parent", False, None, None),
        (17, "landlord", True, False, None),
        (17, "landlord", True, True, "parent"),
        (17, "landlord", True, None, "parent"),
        (18, "landlord", True, True, "student"),
        (18, "Parent", False, None, "student"),
        (18, "student", False, None, None),
        (17, "Transfer school", False, None, None),
        (17, "Parent Teacher Association", False, None, "parent"),
        (None, "landlord", False, None, "parent or student"),
    ],
)
def test_who_signs_the_consent_us_04(
    age: int | None, requester: str, directory: bool, opted_out: bool | None, signer: str | None
) -> None:
    consent = consent_needed(
        "us-tx", age, requester, directory_info_only=directory, opted_out=opted_out
    )
    assert consent.needed_from == signer
    assert consent.because.endswith(".")
    assert "34 CFR 99" in consent.reference


# ------------------------------------------------------------------------- ages


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2008-11-17", "2026-11-16", 17),
        ("2008-11-16", "2026-11-16", 18),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-29", 20),
        ("2026-11-17", "2026-11-16", -1),
    ],
)
def test_age_changes_on_the_birthday_and_leaplings_wait_for_march(
    born: str, day: str, age: int
) -> None:
    assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


def test_social_security_counts_a_leapling_from_28_february() -> None:
    assert attained_on(date(2008, 2, 29), 18) == date(2026, 2, 28)
    assert attained_on(date(2008, 2, 29), 20) == date(2028, 2, 28)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(1, 25))
def test_an_age_begins_on_its_birthday_and_not_a_day_before(born: date, years: int) -> None:
    day = birthday(born, years)
    assert age_on(born, day) == years
    assert age_on(born, day - timedelta(days=1)) == years - 1


# ------------------------------------------------------------------------- Texas VOE


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        ({"enrolled": False}, "not_enrolled", "not enrolled on November 16, 2026"),
        ({"birth_date": date(2008, 11, 16)}, "of_age", "18 or older on November 16, 2026"),
        ({"diploma": True}, "has_diploma", "shows that to DPS"),
        (
            {"classes": classes((85, 74, False), (85, 80, True))},
            "below_90_no_credit",
            "Biology (74 of 85 days, 77 needed)",
        ),
    ],
)
def test_a_voe_is_denied_with_the_reason_in_words(
    change: dict[str, object], reason: str, words: str
) -> None:
    decision = decide_voe(replace(FULL, **change))
    assert (decision.eligible, decision.reason, decision.expires) == (False, reason, None)
    assert words in decision.sentence
    assert decision.decided


def test_the_day_before_the_18th_birthday_a_voe_can_still_be_issued() -> None:
    assert decide_voe(replace(FULL, birth_date=date(2008, 11, 17))).eligible


@pytest.mark.parametrize(
    ("attended", "eligible"), [(76, False), (77, True)], ids=["one day short", "90 % of 85"]
)
def test_without_credit_each_class_needs_90_percent_exactly(attended: int, eligible: bool) -> None:
    facts = replace(FULL, classes=classes((85, attended, False), (85, 85, True)))
    decision = decide_voe(facts)
    assert decision.eligible is eligible
    assert decision.reason == ("attended_90_in_each" if eligible else "below_90_no_credit")


def test_exactly_90_percent_passes() -> None:
    facts = replace(FULL, classes=classes((80, 72, False)))
    assert decide_voe(facts).reason == "attended_90_in_each"


def test_one_class_without_credit_and_another_below_90_needs_the_committee() -> None:
    facts = replace(FULL, classes=classes((85, 80, False), (85, 70, True)))
    assert decide_voe(facts).reason == "below_90_no_credit"
    approved = decide_voe(replace(facts, committee_approved=True))
    assert (approved.eligible, approved.reason) == (True, "committee_approved")


def test_credit_below_90_percent_is_eligible_with_a_note_to_check_the_committee() -> None:
    decision = decide_voe(replace(FULL, classes=classes((85, 70, True))))
    assert decision.reason == "credit_in_all"
    assert any("attendance committee gave that credit" in note for note in decision.notes)


def test_unknown_credit_does_not_matter_when_each_class_reached_90_percent() -> None:
    decision = decide_voe(replace(FULL, classes=classes((85, 80, None), (85, 77, True))))
    assert decision.reason == "attended_90_in_each"


MISSING_VOE = [
    ({"birth_date": None}, {"birth_date"}),
    ({"birth_date": date(2027, 1, 1)}, {"birth_date"}),
    ({"enrolled": None}, {"enrolled"}),
    ({"classes": classes((85, 74, None))}, {"credit"}),
    ({"classes": classes((None, None, False))}, {"class_days"}),
    ({"classes": classes((0, 0, False))}, {"class_days"}),
    ({"classes": classes((85, 90, False))}, {"class_days"}),
    ({"classes": ()}, {"credit", "class_days"}),
    ({"classes": classes((85, 74, False)), "committee_approved": None}, {"committee_approved"}),
    (
        {"classes": (), "committee_approved": None, "birth_date": None},
        {"birth_date", "credit", "class_days", "committee_approved"},
    ),
]


@pytest.mark.parametrize(("change", "slugs"), MISSING_VOE)
def test_what_is_not_known_is_asked_for_and_not_guessed(
    change: dict[str, object], slugs: set[str]
) -> None:
    decision = decide_voe(replace(FULL, **change))
    assert {want.slug for want in decision.missing} == slugs
    assert (decision.eligible, decision.decided, decision.expires) == (False, False, None)
    assert decision.sentence.startswith("This cannot be decided yet. ")


def test_asking_for_credit_names_the_classes() -> None:
    facts = replace(FULL, classes=classes((85, 74, None), (85, 70, True), (85, 80, None)))
    assert "in Biology and Music" in decide_voe(facts).sentence


def test_a_diploma_is_asked_about_only_for_a_possible_graduate_in_the_break() -> None:
    unknown = replace(FULL, diploma=None)
    assert decide_voe(unknown).eligible
    assert decide_voe(unknown, date(2026, 6, 10)).eligible
    senior = decide_voe(replace(unknown, grade="12"), date(2026, 6, 10))
    assert [want.slug for want in senior.missing] == ["diploma"]


ALL_SUMMER = VoeHabits(last_days_last_all_summer=5)
UNTIL_SCHOOL = VoeHabits(summer_ends_on_first_school_day=True)


@pytest.mark.parametrize(
    ("issued", "habits", "expires"),
    [
        ("2026-05-31", VoeHabits(), "2026-06-30"),
        ("2026-06-01", VoeHabits(), "2026-08-30"),
        ("2026-08-31", VoeHabits(), "2026-11-29"),
        ("2026-09-01", VoeHabits(), "2026-10-01"),
        ("2026-06-10", UNTIL_SCHOOL, "2026-08-12"),
        ("2026-08-12", UNTIL_SCHOOL, "2026-09-11"),
        ("2026-11-16", UNTIL_SCHOOL, "2026-12-16"),
        ("2026-05-22", ALL_SUMMER, "2026-06-21"),
        ("2026-05-25", ALL_SUMMER, "2026-08-11"),
        ("2026-05-29", ALL_SUMMER, "2026-08-11"),
        ("2026-11-16", ALL_SUMMER, "2026-12-16"),
    ],
)
def test_a_voe_expires_as_the_law_and_the_district_say(
    issued: str, habits: VoeHabits, expires: str
) -> None:
    day = date.fromisoformat(issued)
    assert voe_expiry(day, CALENDAR, VOE_TERMS, habits) == date.fromisoformat(expires)


@pytest.mark.parametrize(
    ("issued", "habits"), [("2027-06-10", UNTIL_SCHOOL), ("2027-05-28", ALL_SUMMER)]
)
def test_an_unknown_first_day_of_school_is_asked_for(issued: str, habits: VoeHabits) -> None:
    decision = decide_voe(FULL, date.fromisoformat(issued), habits)
    assert [want.slug for want in decision.missing] == ["school_opens"]
    assert "begins in 2027" in decision.sentence


def test_an_expiry_that_rests_on_a_guessed_calendar_says_so() -> None:
    guessed = SchoolCalendar(YEARS, guessed=True)
    decision = voe(FULL, date(2026, 6, 10), guessed, VOE_TERMS, UNTIL_SCHOOL)
    assert any("guessed" in note for note in decision.notes)


WHOLE_YEAR = Enrolment("004217", date(2025, 8, 13), date(2026, 5, 30))


@pytest.mark.parametrize(
    ("stretches", "day", "enrolled"),
    [
        ((WHOLE_YEAR,), "2026-06-10", True),
        ((WHOLE_YEAR,), "2026-09-10", False),
        ((Enrolment("004217", date(2025, 8, 13)),), "2026-11-16", True),
        ((Enrolment("004217", date(2025, 8, 13), date(2026, 3, 2)),), "2026-06-10", False),
        ((Enrolment("004217", date(2025, 8, 13), date(2026, 11, 16)),), "2026-11-16", False),
        ((), "2026-11-16", None),
        ((WHOLE_YEAR,), "2024-06-10", None),
    ],
)
def test_in_summer_enrolled_means_enrolled_at_the_end_of_spring(
    stretches: tuple[Enrolment, ...], day: str, enrolled: bool | None
) -> None:
    assert enrolled_for_voe(stretches, date.fromisoformat(day), CALENDAR) is enrolled


def test_a_voe_in_the_break_says_when_the_student_was_enrolled() -> None:
    decision = decide_voe(FULL, date(2026, 6, 10))
    assert decision.statement.startswith("is enrolled as of the end of the spring semester and")


@pytest.mark.parametrize(
    ("day", "grade", "period"),
    [
        ("2026-11-16", "11", "Spring"),
        ("2027-02-01", "09", "Fall"),
        ("2026-06-10", "11", "Spring"),
        ("2026-05-29", "11", "Fall"),
        ("2026-11-16", "8", "2025-26"),
        ("2025-09-01", "11", None),
    ],
)
def test_a_voe_looks_at_the_last_semester_or_year_that_ended(
    day: str, grade: str, period: str | None
) -> None:
    span = voe_period(date.fromisoformat(day), grade, CALENDAR, VOE_TERMS)
    assert (span.name if span else None) == period


def test_voe_facts_read_yes_and_no_and_leave_other_words_unknown() -> None:
    said = {"diploma": "No", "committee_approved": "YES", "credit_in_all": "maybe"}
    facts = voe_facts(STUDENT, True, classes((85, 80, None)), said)
    assert (facts.diploma, facts.committee_approved, facts.credit_in_all) == (False, True, None)
    assert facts.birth_date == STUDENT.birth_date


# ------------------------------------------------------------------------- Social Security

SSA_FULL = SocialSecurityFacts(
    birth_date=date(2009, 6, 1),
    enrolled=True,
    hours_per_week=Decimal("22.5"),
    course_weeks=38,
    correspondence=False,
    operating_basis="yearly",
    expected_graduation=date(2027, 5, 28),
    school_year=YEARS[1],
    grade="12",
)


def test_below_20_hours_the_letter_is_given_and_says_the_standard_is_not_met() -> None:
    decision = social_security(
        replace(SSA_FULL, hours_per_week=Decimal("18.5"), course_weeks=10), NOVEMBER, SSA_TERMS
    )
    assert (decision.eligible, decision.reason) == (True, "below_hours")
    assert decision.sentence == (
        "The letter can be given with the facts as they are, but the federal full-time standard "
        "is not met: 18.5 hours a week are scheduled and at least 20 are needed; the course "
        "lasts 10 weeks and at least 13 are needed. Social Security decides. Exceptions to the "
        "hours exist."
    )


def test_not_full_time_at_the_school_itself_does_not_meet_the_standard() -> None:
    decision = social_security(replace(SSA_FULL, full_time_at_school=False), NOVEMBER, SSA_TERMS)
    assert (decision.standard_met, decision.reason) == (False, "not_full_time_at_school")


def test_the_notes_say_when_18_is_attained_and_the_last_month_without_student_benefits() -> None:
    notes = " ".join(social_security(SSA_FULL, NOVEMBER, SSA_TERMS).notes)
    assert "age 18 from May 31, 2027" in notes
    assert "April 2027 is the last month paid" in notes


@pytest.mark.parametrize(
    ("change", "slug", "standard"),
    [
        ({"birth_date": None}, "birth_date", True),
        ({"enrolled": None}, "enrolled", True),
        ({"hours_per_week": None}, "hours_per_week", None),
        ({"hours_per_week": Decimal(0)}, "hours_per_week", False),
        ({"hours_per_week": Decimal(200)}, "hours_per_week", True),
        ({"course_weeks": None}, "course_weeks", None),
        ({"correspondence": None}, "correspondence", None),
        ({"operating_basis": ""}, "operating_basis", True),
        ({"expected_graduation": None}, "expected_graduation", True),
        ({"school_year": None}, "school_year", True),
    ],
)
def test_a_missing_fact_holds_the_social_security_letter(
    change: dict[str, object], slug: str, standard: bool | None
) -> None:
    decision = social_security(replace(SSA_FULL, **change), NOVEMBER, SSA_TERMS)
    assert [want.slug for want in decision.missing] == [slug]
    assert (decision.eligible, decision.standard_met) == (False, standard)


def test_a_student_who_left_has_no_letter_and_page_4_is_remembered() -> None:
    decision = social_security(replace(SSA_FULL, enrolled=False), NOVEMBER, SSA_TERMS)
    assert (decision.eligible, decision.reason, decision.decided) == (False, "not_enrolled", True)
    assert "page 4" in decision.sentence


def test_social_security_facts_are_read_from_text_and_unreadable_ones_are_unknown() -> None:
    said = {
        "hours_per_week": " 22.50 ",
        "course_weeks": "38",
        "correspondence": "no",
        "operating_basis": "Yearly",
        "expected_graduation": "2027-05-28",
    }
    facts = social_security_facts(STUDENT, True, YEARS[1], said)
    assert social_security(facts, NOVEMBER, SSA_TERMS).standard_met
    unread = {
        "hours_per_week": "NaN",
        "course_weeks": "a year",
        "correspondence": "?",
        "operating_basis": "now and then",
        "expected_graduation": "31/02/2027",
    }
    facts = social_security_facts(STUDENT, True, YEARS[1], unread)
    assert {want.slug for want in social_security(facts, NOVEMBER, SSA_TERMS).missing} == set(
        unread
    )


# ------------------------------------------------------------------------- enrolment letter

PARENT = consent_needed("us-tx", 16, "parent")
LANDLORD = consent_needed("us-tx", 16, "landlord")
DIRECTORY = consent_needed("us-tx", 16, "landlord", directory_info_only=True, opted_out=False)
FIGURES = AttendanceFigures(date(2026, 8, 12), NOVEMBER, 67, 62, "days")
ENROLLED = EnrolmentFacts(
    STUDENT, (Enrolment("004217", date(2025, 8, 13)),), YEARS[1], attendance=FIGURES
)
ATTENDANCE = frozenset({"attendance"})


def words_of(decision: Decision, jurisdiction: str = "us-tx") -> dict[str, object]:
    return merge_fields(
        decision,
        STUDENT,
        school=SCHOOL,
        release=RELEASE,
        serial="2026-000123",
        jurisdiction=jurisdiction,
    )


def test_attendance_is_left_out_unless_asked_for() -> None:
    fields = words_of(enrolment(ENROLLED, NOVEMBER, "us-tx", PARENT))
    assert fields["attendance_line"] == ""
    assert "67" not in str(fields["facts"])


def test_a_parent_who_asks_for_attendance_gets_it() -> None:
    fields = words_of(enrolment(ENROLLED, NOVEMBER, "us-tx", PARENT, asked=ATTENDANCE))
    assert fields["attendance_line"] == (
        "62 of 67 possible days attended (92.5%) from August 12, 2026 to November 16, 2026"
    )


@pytest.mark.parametrize("consent", [LANDLORD, DIRECTORY], ids=["no consent", "directory only"])
def test_a_third_party_gets_attendance_only_with_a_signed_consent(consent: Consent) -> None:
    held = enrolment(ENROLLED, NOVEMBER, "us-tx", consent, asked=ATTENDANCE)
    assert [want.slug for want in held.missing] == ["consent"]
    signed = "signed by Rosa Núñez, 2026-11-10"
    assert enrolment(ENROLLED, NOVEMBER, "us-tx", consent, signed, ATTENDANCE).eligible


def test_no_attendance_posted_is_said_and_never_shown_as_a_number() -> None:
    none = replace(ENROLLED, attendance=replace(FIGURES, possible=0, attended=0))
    held = enrolment(none, NOVEMBER, "us-tx", PARENT, asked=ATTENDANCE)
    assert [want.slug for want in held.missing] == ["attendance"]


@pytest.mark.parametrize(
    ("stretch", "jurisdiction", "status"),
    [
        (Enrolment("004217", date(2025, 8, 13)), "us-tx", "currently enrolled"),
        (Enrolment("004217", date(2025, 8, 13)), "gb-eng", "on roll"),
        (
            Enrolment("004217", date(2025, 8, 13), date(2026, 10, 21)),
            "us-tx",
            "withdrawn on October 21, 2026",
        ),
        (
            Enrolment("004217", date(2025, 8, 13), date(2026, 10, 21)),
            "gb-eng",
            "no longer on roll; the last day was 20 October 2026",
        ),
        (Enrolment("004217", date(2026, 12, 1)), "us-tx", "due to start on December 1, 2026"),
        (
            Enrolment("004217", date(2025, 8, 13), date(2026, 11, 17)),
            "us-tx",
            "currently enrolled",
        ),
    ],
)
def test_status_is_said_as_the_jurisdiction_counts_it(
    stretch: Enrolment, jurisdiction: str, status: str
) -> None:
    decision = enrolment(replace(ENROLLED, enrolments=(stretch,)), NOVEMBER, jurisdiction, PARENT)
    assert words_of(decision, jurisdiction)["status"] == status


def test_a_student_who_came_back_is_enrolled_since_the_last_entry() -> None:
    gaps = (
        Enrolment("004217", date(2026, 9, 28)),
        Enrolment("004217", date(2025, 8, 13), date(2026, 2, 2)),
    )
    fields = words_of(enrolment(replace(ENROLLED, enrolments=gaps), NOVEMBER, "us-tx", PARENT))
    assert fields["entry_date"] == "September 28, 2026"
    assert fields["withdrawal_date"] == ""


def test_what_the_letter_needs_and_does_not_have_is_asked_for_all_at_once() -> None:
    bare = EnrolmentFacts(replace(STUDENT, birth_date=None), ())
    asked = frozenset({"hours"})
    decision = enrolment(bare, NOVEMBER, "us-tx", PARENT, asked=asked)
    slugs = [want.slug for want in decision.missing]
    assert slugs == ["birth_date", "enrolled", "school_year", "hours_per_week"]


def test_ids_are_printed_only_when_asked_for_and_never_flags() -> None:
    marked = replace(STUDENT, flags=frozenset({"medical-plan", "looked-after"}))
    facts = replace(ENROLLED, student=marked)
    plain = str(words_of(enrolment(facts, NOVEMBER, "us-tx", PARENT)))
    for secret in ("004217", "1234567890", "medical", "looked"):
        assert secret not in plain
    asked = frozenset({"student-id"})
    assert (
        words_of(enrolment(facts, NOVEMBER, "us-tx", PARENT, asked=asked))["student_id"] == "004217"
    )


ON_RECORD = {
    "hours": ("hours_per_week", Decimal("32.5"), "32.5"),
    "address": ("home_address", "12 Mill Lane, Marlbeck", "12 Mill Lane, Marlbeck"),
    "parents": ("parents", "Ada Quill", "Ada Quill"),
    "graduation": ("expected_graduation", date(2027, 6, 3), "June 3, 2027"),
}


@pytest.mark.parametrize("extra", ON_RECORD)
def test_what_is_on_record_is_stated_only_when_asked_for_and_asked_about_when_unknown(
    extra: str,
) -> None:
    name, value, said = ON_RECORD[extra]
    known = replace(ENROLLED, **{name: value})  # type: ignore[arg-type]
    asked = frozenset({extra})
    assert said not in str(words_of(enrolment(known, NOVEMBER, "us-tx", PARENT)))
    assert words_of(enrolment(known, NOVEMBER, "us-tx", PARENT, asked=asked))[name] == said
    unknown = enrolment(ENROLLED, NOVEMBER, "us-tx", PARENT, asked=asked)
    assert [want.slug for want in unknown.missing] == [name]


# ------------------------------------------------------------------------- consent


@pytest.mark.parametrize(
    ("words", "is_consent"),
    [
        ("signed by mother, 2026-11-10", True),
        ("Yes, 11/10/2026", True),
        ("signed by mother 10.11.26", True),
        ("signed by mother 10 Nov 2026", True),
        ("signed by mother, November 10th, 2026", True),
        ("Yes", False),
        ("Yes - agreed by phone", False),
        ("signed by mother", False),
        ("signed by mother 2026-13-10", False),
        ("signed by mother 2026", False),
        ("", False),
        ("no", False),
        ("not signed", False),
        ("to be signed", False),
        ("pending", False),
        ("2026-11-10", False),
        ("refused by father; mother signed", False),
    ],
)
def test_only_clear_words_are_a_consent(words: str, is_consent: bool) -> None:
    assert consent_given(words) is is_consent


def test_a_document_waits_for_the_consent_it_needs() -> None:
    decision = enrolment(ENROLLED, NOVEMBER, "us-tx", LANDLORD)
    held = with_consent(decision, LANDLORD, "")
    assert (held.eligible, [want.slug for want in held.missing]) == (False, ["consent"])
    assert with_consent(decision, LANDLORD, "signed by Rosa Núñez, 2026-11-10") == decision
    assert with_consent(decision, PARENT, "") == decision


def test_a_denied_document_does_not_ask_for_consent() -> None:
    denied = decide_voe(replace(FULL, enrolled=False))
    assert with_consent(denied, LANDLORD, "") == denied


def test_a_court_order_stops_the_parent_who_asks() -> None:
    for jurisdiction in ("us-ca", "gb-eng"):
        consent = consent_needed(jurisdiction, 12, "father", court_order=True)
        assert consent.needed_from == "parent"
        assert not consent.covers_attendance
        assert "court order" in consent.because


@pytest.mark.parametrize(
    ("age", "requester", "signer"),
    [(15, "parent", None), (15, "letting agent", "parent"), (18, "letting agent", "student")],
)
def test_england_asks_for_written_authority_and_marks_the_law_to_check(
    age: int, requester: str, signer: str | None
) -> None:
    consent = consent_needed("gb-eng", age, requester)
    assert consent.needed_from == signer
    assert consent.citation.endswith("(check)")


def test_a_parent_of_a_tax_dependent_needs_no_signature_and_the_law_is_marked() -> None:
    consent = consent_needed("us-tx", 18, "mother", tax_dependent=True)
    assert (consent.needed_from, consent.citation) == (None, "34 CFR 99.31(a)(8) (check)")


# ------------------------------------------------------------------------- kinds and fields


@pytest.mark.parametrize(
    ("asked", "jurisdiction", "slug"),
    [
        ("TX-VOE", "us-tx", "voe"),
        ("voe", "us-tx", "voe"),
        ("Enrollment", "us-ca", "enrolment"),
        ("enrolment", "gb-eng", "enrolment"),
        ("SSA", "us-ca", "social-security"),
        ("social_security", "us-tx", "social-security"),
        ("SSA-1372-BK", "us-tx", "social-security"),
    ],
)
def test_a_document_is_known_by_the_names_clerks_type(
    asked: str, jurisdiction: str, slug: str
) -> None:
    kind = document_kind(asked, jurisdiction)
    assert isinstance(kind, Kind)
    assert kind.slug == slug


TEXAN = "enrolment, voe, social-security, ssi, replacement-card, tanf-h1086"


@pytest.mark.parametrize(
    ("asked", "jurisdiction", "problem", "choice"),
    [
        ("VOE", "us-ca", "document-not-here", "enrolment, social-security, ssi, replacement-card"),
        ("SSA", "gb-eng", "document-not-here", "enrolment, child-benefit, travel"),
        ("passport", "us-tx", "unknown-document", TEXAN),
        ("", "us-tx", "unknown-document", TEXAN),
    ],
)
def test_another_document_is_refused_with_the_ones_there_are(
    asked: str, jurisdiction: str, problem: str, choice: str
) -> None:
    found = document_kind(asked, jurisdiction)
    assert isinstance(found, Problem)
    assert found.slug == problem
    assert found.message.endswith(f"Ask for one of: {choice}.")


def test_the_enrolment_letter_is_spelled_as_it_is_there() -> None:
    kind = KINDS["enrolment"]
    assert kind.title_in("us-tx") == "Enrollment letter"
    assert kind.title_in("gb-eng") == "Enrolment letter"


DECISIONS = {
    "voe": decide_voe(FULL),
    "social-security": social_security(SSA_FULL, NOVEMBER, SSA_TERMS),
    "enrolment": enrolment(ENROLLED, NOVEMBER, "us-tx", PARENT, asked=ATTENDANCE),
}


@pytest.mark.parametrize("kind", DECISIONS)
def test_every_document_has_every_field_as_text(kind: str) -> None:
    fields = words_of(DECISIONS[kind])
    assert set(fields) == set(DOCUMENT_FIELDS)
    facts = fields.pop("facts")
    assert isinstance(facts, list)
    assert all(set(row) == {"label", "value"} and row["value"] for row in facts)
    answers = fields.pop("answers")
    assert isinstance(answers, list) and bool(answers) is (kind == "social-security")
    assert all(set(row) == {"number", "question", "answer", "why"} for row in answers)
    assert all(isinstance(value, str) for value in fields.values())


def test_the_voe_page_says_what_was_decided() -> None:
    fields = words_of(DECISIONS["voe"])
    assert fields["expires"] == "December 16, 2026"
    assert fields["statement"] == (
        "As of November 16, 2026, according to the school's records, Ana & Lía O’Brien-Núñez is "
        "currently enrolled and received credit for each class of the previous semester."
    )
    assert "Transportation Code 521.204" in str(fields["reference"])


def test_the_social_security_letter_gives_hours_basis_and_graduation() -> None:
    fields = words_of(DECISIONS["social-security"])
    wanted = ("hours_per_week", "course_weeks", "operating_basis", "expected_graduation")
    assert [fields[name] for name in wanted] == ["22.5", "38", "Yearly", "May 28, 2027"]


def test_a_document_that_cannot_be_given_is_not_worded() -> None:
    with pytest.raises(NotAllowed, match="not enrolled on November 16, 2026"):
        words_of(decide_voe(replace(FULL, enrolled=False)))


def test_a_student_without_a_name_gets_no_document() -> None:
    with pytest.raises(NotAllowed, match="no name for student 004217"):
        merge_fields(
            DECISIONS["voe"],
            replace(STUDENT, family_name="", given_name=""),
            school=SCHOOL,
            release=RELEASE,
            serial="1",
            jurisdiction="us-tx",
        )


def test_a_social_security_number_in_the_request_stops_the_document() -> None:
    release = replace(RELEASE, purpose="Benefits, claim 123-45-6789")
    with pytest.raises(NotAllowed, match="Take it out"):
        merge_fields(
            DECISIONS["voe"],
            STUDENT,
            school=SCHOOL,
            release=release,
            serial="1",
            jurisdiction="us-tx",
        )


def test_sentences_are_plain() -> None:
    decisions = [
        *DECISIONS.values(),
        *(decide_voe(replace(FULL, **change)) for change, _ in MISSING_VOE),
        social_security(replace(SSA_FULL, hours_per_week=Decimal(18)), NOVEMBER, SSA_TERMS),
    ]
    for decision in decisions:
        for sentence in (decision.sentence, *decision.notes):
            assert sentence.endswith(".")
            words = sentence.casefold()
            assert not any(word in words for word in ("invalid", "error", "null", "!", "none"))


@pytest.mark.parametrize(
    ("signed", "by", "given"),
    [
        ("signed by parent 2026-11-10", "parent", True),
        ("signed by mother 2026-11-10", "parent", True),
        ("signed by student 2026-11-10", "student", True),
        ("signed by parent 2026-11-10", "student", False),
        ("signed by student 2026-11-10", "parent", False),
        ("signed by student and parent 2026-11-10", "parent", True),
        ("signed by the student and the mother 2026-11-10", "student", True),
        ("signed by mom 2026-11-10", "student", False),
        ("signed by the student's mother 2026-11-10", "student", False),
        ("signed by the mother and the student's father 2026-11-10", "student", False),
        ("signed by mother of student 2026-11-10", "student", False),
        ("signed 2026-11-10", "student", True),
    ],
)
def test_the_right_person_has_to_sign(signed: str, by: str, given: bool) -> None:
    assert consent_given(signed, by) is given


@pytest.mark.parametrize(("age", "signer"), [(18, "student"), (16, "parent")])
def test_the_sentence_says_what_to_enter_for_a_consent(age: int, signer: str) -> None:
    consent = consent_needed("us-tx", age, "landlord")
    held = with_consent(enrolment(ENROLLED, NOVEMBER, "us-tx", consent), consent, "yes")
    entry = f"signed by {signer} {NOVEMBER.isoformat()}"
    assert f'--consent "{entry}".' in held.sentence
    assert consent_given(entry, consent.needed_from)
