"""The school's answers to page 3 of form SSA-1372, worked out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rollbook.policy import load_pack
from rollbook.school_calendar import SchoolYear
from rollbook.verification import (
    Decision,
    SocialSecurityFacts,
    social_security,
    social_security_terms,
)
from rollbook.verification.ssa_1372 import FormFacts, form_facts

NOVEMBER = date(2026, 11, 16)
TERMS = social_security_terms(load_pack("us-tx"), NOVEMBER)
ALL_YES = FormFacts(page_2_correct=True, page_4_marked=True, pages_kept=True, kept_since=NOVEMBER)
FACTS = SocialSecurityFacts(
    birth_date=date(2009, 1, 9),
    enrolled=True,
    hours_per_week=Decimal("22.5"),
    course_weeks=38,
    correspondence=False,
    operating_basis="semester",
    expected_graduation=date(2027, 5, 28),
    school_year=SchoolYear("2026-27", date(2026, 8, 12), date(2027, 5, 28)),
    full_time_at_school=True,
    grade="12",
    form=ALL_YES,
    student_id="004217",
)


def decide(form: FormFacts = ALL_YES, **change: object) -> Decision:
    return social_security(replace(FACTS, form=form, **change), NOVEMBER, TERMS)  # type: ignore[arg-type]


def answers(decision: Decision) -> dict[int, str]:
    return {one.number: one.answer for one in decision.answers}


def test_all_five_questions_are_answered_when_all_is_known() -> None:
    decision = decide()
    assert answers(decision) == {
        1: "Yes",
        2: "Yes",
        3: "By semester or quarter, without re-enrollment",
        4: "Yes",
        5: "Yes",
    }
    assert all(one.why == "" for one in decision.answers)
    assert not any("yourself" in note or "is no" in note for note in decision.notes)


@pytest.mark.parametrize(("weeks", "answer"), [(12, "No"), (13, "Yes")])
def test_the_length_of_the_course_is_compared_with_13_weeks(weeks: int, answer: str) -> None:
    decision = decide(course_weeks=weeks)
    assert answers(decision)[2] == answer
    assert decision.answers[1].why == ("It lasts 12 weeks." if answer == "No" else "")


def test_what_only_the_official_can_say_is_left_open_and_named_in_a_note() -> None:
    decision = decide(FormFacts())
    assert decision.eligible
    assert [number for number, answer in answers(decision).items() if not answer] == [1, 4, 5]
    assert any("mark 1, 4 and 5 yourself" in note for note in decision.notes)
    assert any("log add 004217 ssa-pages-kept" in note for note in decision.notes)


def test_an_answer_that_is_no_is_explained_and_the_clerk_told_what_it_means() -> None:
    form = FormFacts(False, "the graduation date", False, False)
    decision = decide(form)
    assert [one.why for one in decision.answers if one.answer == "No"] == [
        "It differs in this: the graduation date.",
        "It is not marked yet.",
        "They are not on file yet.",
    ]
    assert any("the answer to 1, 4 and 5 is no" in note for note in decision.notes)


def test_a_no_to_page_2_without_a_reason_is_asked_about() -> None:
    decision = decide(FormFacts(page_2_correct=False))
    assert [want.slug for want in decision.missing] == ["page_2_differs"]


def test_pages_on_the_log_are_pages_kept_whatever_was_said() -> None:
    assert form_facts({"pages_kept": "no"}, NOVEMBER).pages_kept is True
    assert form_facts({"pages_kept": "no"}, None).pages_kept is False
    assert form_facts({}, None).pages_kept is None


def test_the_wording_from_general_knowledge_is_marked() -> None:
    assert any(note.endswith("(check).") for note in decide().notes)
