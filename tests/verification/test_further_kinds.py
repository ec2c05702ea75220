"""The letters for SSI, TANF, a replacement card, Child Benefit and travel: edges and properties."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.policy import load_pack
from rollbook.problems import PolicyError
from rollbook.register import Enrolment, Guardian
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span
from rollbook.verification import Decision, birthday, consent_needed, social_security_terms
from rollbook.verification.child_benefit import (
    ChildBenefitFacts,
    child_benefit,
    child_benefit_terms,
)
from rollbook.verification.decision import AttendanceFigures
from rollbook.verification.kinds import KINDS
from rollbook.verification.replacement_card import CardFacts, card_references, replacement_card
from rollbook.verification.roll import address_on_record, parents_on_record
from rollbook.verification.ssi_letter import SsiFacts, ssi_letter
from rollbook.verification.tanf_h1086 import (
    TanfFacts,
    said_figures,
    semester_on,
    tanf_h1086,
    tanf_terms,
)
from rollbook.verification.travel_letter import TravelFacts, travel_letter

NOVEMBER = date(2026, 11, 16)
AUTUMN = Span("Autumn", date(2026, 9, 1), date(2026, 12, 18))
YEAR = SchoolYear("2026-27", date(2026, 9, 1), date(2027, 7, 16), (AUTUMN,))
CALENDAR = SchoolCalendar((YEAR,))
HERE = (Enrolment("004123", date(2026, 9, 1)),)
LEFT = (Enrolment("004123", date(2026, 9, 1), date(2026, 10, 5)),)
BORN = date(2010, 3, 14)

TEXAS, ENGLAND = load_pack("us-tx"), load_pack("gb-eng")
SSA = social_security_terms(TEXAS, NOVEMBER)
TANF = tanf_terms(TEXAS, NOVEMBER)
CARD = card_references(TEXAS, NOVEMBER)
BENEFIT = child_benefit_terms(ENGLAND, NOVEMBER)
PARENT = consent_needed("us-tx", 16, "parent")
LANDLORD = consent_needed("us-tx", 16, "landlord")
CARER = consent_needed("gb-eng", 16, "parent")

SSI_FULL = SsiFacts(BORN, HERE, "11", Decimal(35), YEAR, "public high school")
TANF_FULL = TanfFacts(
    BORN, HERE, "11", AUTUMN, AttendanceFigures(AUTUMN.first, NOVEMBER, 50, 39, "days"), 50, True
)
CARD_FULL = CardFacts(BORN, HERE, "Rosa Peña and Ned O'Neil", "12 Mill Lane, Marlbeck", "11", YEAR)
BENEFIT_FULL = ChildBenefitFacts(BORN, HERE, "12", YEAR, Decimal(16), True, date(2027, 6, 25))
TRAVEL_FULL = TravelFacts(BORN, HERE, "11", YEAR, date(2026, 12, 17), date(2026, 12, 22), True)


def ssi(facts: SsiFacts, day: date = NOVEMBER) -> Decision:
    return ssi_letter(facts, day, SSA)


def tanf(facts: TanfFacts) -> Decision:
    return tanf_h1086(facts, NOVEMBER, TANF, PARENT)


def card(facts: CardFacts) -> Decision:
    return replacement_card(facts, NOVEMBER, CARD)


def benefit(facts: ChildBenefitFacts, day: date = NOVEMBER) -> Decision:
    return child_benefit(facts, day, BENEFIT)


def travel(facts: TravelFacts) -> Decision:
    return travel_letter(facts, NOVEMBER, CALENDAR, CARER)


def slugs(decision: Decision) -> list[str]:
    return [want.slug for want in decision.missing]


def value_of(decision: Decision, name: str) -> object:
    return next((fact.value for fact in decision.facts if fact.name == name), None)


# ------------------------------------------------------------------------- SSI


@pytest.mark.parametrize(
    ("change", "reason", "met", "words"),
    [
        ({"hours_per_week": Decimal(12)}, "regular", True, "12 hours a week count as regular"),
        ({"hours_per_week": Decimal("11.99")}, "not_regular", False, "fewer than the 12"),
        ({"grade": "07"}, "regular", True, "count as regular"),
        ({"grade": "6"}, "grade_not_named", None, "not this grade"),
        ({"enrolments": LEFT}, "not_enrolled", False, "not enrolled now"),
        ({"birth_date": birthday(NOVEMBER, -22)}, "not_regular", False, "students under 22"),
        ({"birth_date": birthday(NOVEMBER, -22) + timedelta(1)}, "regular", True, "count as"),
    ],
)
def test_ssi_says_whether_attendance_is_regular_and_gives_the_facts_anyhow(
    change: dict[str, Any], reason: str, met: bool | None, words: str
) -> None:
    decision = ssi(replace(SSI_FULL, **change))
    assert (decision.eligible, decision.reason, decision.standard_met) == (True, reason, met)
    assert words in decision.sentence


def test_ssi_states_no_hours_of_a_student_who_left_and_asks_for_none() -> None:
    decision = ssi(replace(SSI_FULL, enrolments=LEFT, hours_per_week=None))
    assert decision.eligible
    assert value_of(decision, "hours_per_week") is None
    assert value_of(decision, "withdrawal_date") == date(2026, 10, 5)


# ------------------------------------------------------------------------- TANF


@pytest.mark.parametrize(
    ("attended", "reason"), [(40, "within_absences"), (39, "above_absences")], ids=["10", "11"]
)
def test_form_h1086_is_asked_for_above_ten_absences(attended: int, reason: str) -> None:
    figures = AttendanceFigures(AUTUMN.first, NOVEMBER, 50, attended, "days")
    decision = tanf(replace(TANF_FULL, figures=figures))
    assert (decision.eligible, decision.reason) == (True, reason)
    assert value_of(decision, "days_absent") == 50 - attended


def test_a_semester_that_is_not_wholly_posted_gives_no_figures() -> None:
    decision = tanf(replace(TANF_FULL, school_days=51))
    assert slugs(decision) == ["semester_days"]
    assert "50 of the 51 school days" in decision.sentence


@pytest.mark.parametrize(
    ("possible", "absent", "there"),
    [(50, 0, True), (50, 50, True), (50, 51, False), (0, 0, False), (50, None, False)],
)
def test_figures_a_clerk_counted_must_be_able_to_be_true(
    possible: int, absent: int | None, there: bool
) -> None:
    assert (said_figures(AUTUMN, NOVEMBER, possible, absent) is not None) is there


def test_a_third_party_gets_no_absences_without_a_consent() -> None:
    held = tanf_h1086(TANF_FULL, NOVEMBER, TANF, LANDLORD)
    assert slugs(held) == ["consent"]
    signed = tanf_h1086(TANF_FULL, NOVEMBER, TANF, LANDLORD, "signed by mother 2026-11-10")
    assert signed.eligible


def test_the_semester_is_the_one_of_the_day_or_the_last_before_it() -> None:
    assert semester_on(NOVEMBER, CALENDAR) == AUTUMN
    assert semester_on(date(2026, 12, 28), CALENDAR) == AUTUMN
    assert semester_on(date(2026, 8, 31), CALENDAR) is None


# ------------------------------------------------------------------------- replacement card

MOTHER = Guardian("1", "Rosa Peña", "Mother", "12 Mill Lane\nFlat 2", "Marlbeck", "TX", "78999")
FATHER = Guardian("1", "Ned O'Neil", "father", "9 Far Rd", "Ash", lives_with=False, order=2)
AUNT = Guardian("1", "Ada Peña", "Aunt", "3 Elm St", "Ash", lives_with=False, order=3)


def test_the_record_names_the_parents_and_where_the_student_lives() -> None:
    assert parents_on_record([AUNT, FATHER, MOTHER]) == "Rosa Peña and Ned O'Neil"
    assert parents_on_record([AUNT]) == "Ada Peña"
    assert address_on_record([AUNT, FATHER, MOTHER]) == "12 Mill Lane, Flat 2, Marlbeck, TX 78999"


@pytest.mark.parametrize(
    "guardians",
    [
        [],
        [FATHER],
        [replace(MOTHER, court_order=True)],
        [MOTHER, replace(FATHER, lives_with=True)],
        [replace(MOTHER, street="")],
    ],
    ids=["nobody", "lives elsewhere", "court order", "two homes", "withheld"],
)
def test_an_address_that_is_not_plainly_the_students_is_asked_for(
    guardians: list[Guardian],
) -> None:
    found = address_on_record(guardians)
    assert found == ""
    assert slugs(card(replace(CARD_FULL, home_address=found))) == ["home_address"]


# ------------------------------------------------------------------------- Child Benefit


@pytest.mark.parametrize(
    ("hours", "non_advanced", "met", "words"),
    [
        ("12", True, False, "12 hours a week are not more than 12"),
        ("12.01", True, True, "more than 12"),
        ("16", False, False, "above level 3"),
    ],
)
def test_from_16_child_benefit_asks_for_more_than_12_hours_below_level_4(
    hours: str, non_advanced: bool, met: bool, words: str
) -> None:
    facts = replace(BENEFIT_FULL, hours_per_week=Decimal(hours), non_advanced=non_advanced)
    decision = benefit(facts)
    assert (decision.eligible, decision.standard_met) == (True, met)
    assert words in decision.sentence


@pytest.mark.parametrize(
    ("born", "asked"),
    [(birthday(NOVEMBER, -16), True), (birthday(NOVEMBER, -16) + timedelta(1), False)],
    ids=["sixteen today", "sixteen tomorrow"],
)
def test_the_course_is_asked_about_from_the_16th_birthday_on(born: date, asked: bool) -> None:
    bare = ChildBenefitFacts(born, HERE, "11", YEAR)
    wanted = ["hours_per_week", "non_advanced", "course_ends"] if asked else []
    assert slugs(benefit(bare)) == wanted


# ------------------------------------------------------------------------- travel


@pytest.mark.parametrize(
    ("first", "last", "granted", "reason", "leave"),
    [
        (None, None, None, "on_roll", None),
        (date(2026, 12, 17), date(2026, 12, 22), True, "leave", "Granted for 2 school days"),
        (date(2026, 12, 18), date(2026, 12, 22), True, "leave", "Granted for 1 school day"),
        (date(2026, 12, 17), date(2026, 12, 22), False, "no_leave", None),
        (
            date(2026, 12, 19),
            date(2027, 1, 3),
            None,
            "leave",
            "Not needed: school is closed on all of these days",
        ),
    ],
)
def test_a_travel_letter_speaks_of_leave_only_where_it_is_granted_or_not_needed(
    first: date | None, last: date | None, granted: bool | None, reason: str, leave: str | None
) -> None:
    holidays = Span("Christmas", date(2026, 12, 19), date(2027, 1, 3))
    calendar = SchoolCalendar((replace(YEAR, closures=(holidays,)),))
    facts = replace(TRAVEL_FULL, first=first, last=last, leave_granted=granted)
    decision = travel_letter(facts, NOVEMBER, calendar, CARER)
    assert (decision.eligible, decision.reason) == (True, reason)
    assert value_of(decision, "leave") == leave
    assert (value_of(decision, "journey") is None) is (leave is None)


def test_a_journey_without_its_last_day_or_backwards_is_asked_about() -> None:
    assert slugs(travel(replace(TRAVEL_FULL, last=None))) == ["journey"]
    assert slugs(travel(replace(TRAVEL_FULL, last=date(2026, 12, 1)))) == ["journey"]
    assert slugs(travel(replace(TRAVEL_FULL, leave_granted=None))) == ["leave_granted"]


def test_a_journey_beyond_the_calendar_waits_for_it() -> None:
    beyond = replace(TRAVEL_FULL, first=date(2027, 7, 12), last=date(2027, 7, 17))
    assert slugs(travel(beyond)) == ["school_year"]
    guessed = travel_letter(TRAVEL_FULL, NOVEMBER, SchoolCalendar((YEAR,), guessed=True), CARER)
    assert any("guessed" in note for note in guessed.notes)


def test_a_pupil_who_left_gets_no_travel_letter() -> None:
    decision = travel(replace(TRAVEL_FULL, enrolments=LEFT))
    assert (decision.eligible, decision.reason) == (False, "not_on_roll")
    assert "the last day was 4 October 2026" in decision.sentence


# ------------------------------------------------------------------------- all of them

CASES: dict[str, tuple[Callable[..., Decision], Any]] = {
    "ssi": (ssi, SSI_FULL),
    "tanf-h1086": (tanf, TANF_FULL),
    "replacement-card": (card, CARD_FULL),
    "child-benefit": (benefit, BENEFIT_FULL),
    "travel": (travel, TRAVEL_FULL),
}
NEEDED: dict[str, dict[str, Any]] = {
    "ssi": {"birth_date": None, "enrolments": (), "hours_per_week": None, "school_year": None},
    "tanf-h1086": {
        "birth_date": None, "enrolments": (), "semester": None, "figures": None,
        "requirement_met": None,
    },
    "replacement-card": {
        "birth_date": None, "enrolments": (), "parents": "", "home_address": "",
        "school_year": None,
    },
    "child-benefit": {
        "birth_date": None, "enrolments": (), "school_year": None, "hours_per_week": None,
        "non_advanced": None, "course_ends": None,
    },
    "travel": {"birth_date": None, "enrolments": (), "school_year": None, "leave_granted": None},
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, lacks in NEEDED.items() for name in lacks]
)
def test_a_fact_that_is_not_known_is_asked_for_and_not_guessed(kind: str, name: str) -> None:
    decide, full = CASES[kind]
    decision = decide(replace(full, **{name: NEEDED[kind][name]}))
    assert (decision.eligible, decision.decided, decision.facts) == (False, False, ())
    assert decision.sentence.startswith("This cannot be decided yet. ")


@given(st.data())
def test_what_is_given_states_only_what_is_known_and_is_decided_alike_each_time(
    data: st.DataObject,
) -> None:
    kind = data.draw(st.sampled_from(list(CASES)))
    decide, full = CASES[kind]
    lacks = NEEDED[kind]
    gone = data.draw(st.sets(st.sampled_from(list(lacks)), max_size=2))
    changes: dict[str, Any] = {name: lacks[name] for name in gone}
    if data.draw(st.booleans()) and "enrolments" not in gone:
        entry = data.draw(st.dates(date(2026, 9, 1), date(2027, 1, 31)))
        stay = data.draw(st.none() | st.integers(1, 200))
        end = entry + timedelta(stay) if stay else None
        changes["enrolments"] = (Enrolment("004123", entry, end),)
    facts = replace(full, **changes)
    decision = decide(facts)
    assert decide(facts) == decision
    assert decision.kind == kind
    assert not (decision.eligible and decision.missing)
    assert bool(decision.facts) is decision.eligible
    assert all(fact.value not in (None, "") and fact.label for fact in decision.facts)
    assert decision.eligible or not decision.statement
    assert decision.sentence.endswith(".")
    assert not {"invalid", "error", "null", "none"} & set(decision.sentence.casefold().split())


def test_every_kind_has_its_own_names_and_a_title_as_it_is_spelled_there() -> None:
    names = [name for kind in KINDS.values() for name in (kind.slug, *kind.aliases)]
    plain = [name.replace("-", " ") for name in names]
    assert sorted(set(plain)) == sorted(plain)
    for kind in KINDS.values():
        for jurisdiction in kind.jurisdictions:
            title = kind.title_in(jurisdiction)
            assert (
                ("nrollment" not in title)
                if jurisdiction == "gb-eng"
                else ("nrolment" not in title)
            )


def test_before_the_day_the_pack_knows_no_document_is_decided() -> None:
    with pytest.raises(PolicyError):
        tanf_terms(TEXAS, date(2015, 8, 31))
    assert tanf_terms(TEXAS, date(2015, 9, 1)).absences == 10
