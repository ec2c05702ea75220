from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rollbook.ledger.letters import State
from rollbook.letters import step
from rollbook.office import Office
from rollbook.standing import read_standing
from tests.letters.families import (
    ANA,
    LUIS,
    OCTOBER,
    ROSA,
    SEPTEMBER,
    absences,
    draft,
    due,
    edit_template,
    enrol,
    log,
    reasons,
    register,
    school,
)
from tests.offices import NOW


def to_whom(letters: Sequence[Any]) -> list[tuple[str, str]]:
    return [(one.trigger, str(one.guardian["name"])) for one in letters]


@pytest.fixture
def texas(tmp_path: Path) -> Office:
    office = school(tmp_path, letters={"again_after_school_days": 0})
    enrol(office)
    return office


@pytest.fixture
def england(tmp_path: Path) -> Office:
    office = school(tmp_path, "gb-eng")
    enrol(office)
    return office


# --- the same evidence, and new evidence ---------------------------------------------------------


def test_the_same_evidence_never_makes_a_second_letter(texas: Office) -> None:
    absences(texas, SEPTEMBER)
    assert to_whom(draft(texas)) == [("tx-tru3", "Rosa García")]
    assert draft(texas) == []
    absences(texas, SEPTEMBER)  # the same export again, and a day later
    assert draft(texas) == []


def test_two_more_absences_are_not_enough_for_a_further_letter(texas: Office) -> None:
    absences(texas, SEPTEMBER, last="2026-09-30")
    draft(texas)
    absences(texas, [*SEPTEMBER, *OCTOBER[:2]])
    assert due(texas) == []


def test_new_evidence_makes_a_further_letter_that_rests_on_it_alone(texas: Office) -> None:
    absences(texas, SEPTEMBER, last="2026-09-30")
    draft(texas)
    absences(texas, [*SEPTEMBER, *OCTOBER])
    [further] = draft(texas, "tx-tru3")
    assert [day for day, *_ in further.evidence] == list(OCTOBER)
    assert draft(texas) == []


def test_months_that_come_at_once_make_one_letter(texas: Office) -> None:
    absences(texas, [*SEPTEMBER, *OCTOBER])
    [letter] = draft(texas, "tx-tru3")
    assert [day for day, *_ in letter.evidence] == list(SEPTEMBER)
    assert draft(texas) == []
    november = ("2026-11-23", "2026-11-24", "2026-12-01")
    absences(texas, [*SEPTEMBER, *OCTOBER, *november], last="2026-12-04")
    [further] = draft(texas, "tx-tru3")
    assert [day for day, *_ in further.evidence] == list(november)


def test_a_rate_that_stays_low_makes_no_further_letter_in_the_year(england: Office) -> None:
    register(england, 4, dict.fromkeys((0, 1, 2), "I"))
    assert to_whom(draft(england)) == [("eng-l1", "Rosa García")]
    register(england, 5, dict.fromkeys((0, 1, 2, 48), "I"))
    assert draft(england) == []


def test_a_letter_voided_to_be_written_anew_frees_its_evidence_for_that_guardian_alone(
    tmp_path: Path,
) -> None:
    office = school(tmp_path, letters={"again_after_school_days": 0})
    enrol(office, guardians=(ROSA, LUIS))
    absences(office, SEPTEMBER, last="2026-09-30")
    draft(office)
    absences(office, [*SEPTEMBER, *OCTOBER])
    [_, further] = draft(office, "tx-tru3")
    step(office, [further.serial], State.VOID, NOW, "wrong street", again=True)
    [again] = due(office)
    assert again.guardian.name == further.guardian["name"] == "Luis O’Neil"
    assert [mark.session.day.isoformat() for mark in again.evidence] == list(OCTOBER)


def test_a_letter_voided_because_it_must_not_go_does_not_come_back(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER, last="2026-09-30")
    [letter] = draft(office, "tx-tru3")
    step(office, [letter.serial], State.VOID, NOW, "the principal has spoken with them")
    assert due(office, "tx-tru3") == []
    assert draft(office, "tx-tru3") == []


def test_no_lower_level_follows_a_higher_one_in_the_same_year(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng")
    enrol(office)
    register(office, 3, dict.fromkeys(range(5), "I"))
    [letter] = draft(office)
    assert letter.trigger == "eng-l2"
    for state in (State.APPROVED, State.PRINTED):
        step(office, [letter.serial], state, NOW)
    register(office, 8, dict.fromkeys(range(5), "I"))
    standing = {finding.trigger for finding in read_standing(office).findings()}
    assert "eng-l1" in standing and "eng-l2" not in standing
    assert draft(office) == []


# --- classes -------------------------------------------------------------------------------------


def test_days_away_from_all_classes_make_one_letter(texas: Office) -> None:
    absences(texas, [*SEPTEMBER, *OCTOBER], [f"P{number}" for number in range(1, 8)], symbol="E")
    [letter] = draft(texas)
    assert (letter.trigger, letter.part) == ("tx-90", "P1 P2 P3 P4 P5 P6 P7")
    assert len(letter.evidence) == 6 * 7
    assert [row["name"] for row in letter.fields["classes"]] == ["Periods 1–7"]
    assert draft(texas) == []


def test_a_class_that_falls_below_later_makes_a_letter_about_it_alone(texas: Office) -> None:
    days = [*SEPTEMBER, *OCTOBER]
    absences(texas, days, ["P5"], symbol="E")
    assert [letter.part for letter in draft(texas)] == ["P5"]
    absences(texas, days, ["P5", "P6"], symbol="E")
    [letter] = draft(texas)
    assert letter.part == "P6"
    assert {part for _, part, _ in letter.evidence} == {"P6"}
    assert draft(texas) == []


def test_a_class_below_in_the_next_semester_makes_a_new_letter(texas: Office) -> None:
    absences(texas, [*SEPTEMBER, *OCTOBER], ["P5"], symbol="E")
    assert [letter.part for letter in draft(texas)] == ["P5"]
    spring = ["2027-01-05", "2027-01-12", "2027-01-19", "2027-01-26"]
    absences(texas, [*SEPTEMBER, *OCTOBER, *spring], ["P5"], symbol="E", last="2027-02-05")
    [letter] = draft(texas)
    assert (letter.part, [day for day, *_ in letter.evidence]) == ("P5", spring)
    assert draft(texas) == []


# --- to whom -------------------------------------------------------------------------------------


def test_two_households_get_a_letter_each_at_their_own_address(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, guardians=(ROSA, LUIS))
    absences(office, SEPTEMBER)
    letters = draft(office)
    assert to_whom(letters) == [("tx-tru3", "Rosa García"), ("tx-tru3", "Luis O’Neil")]
    assert [letter.fields["address_lines"][0] for letter in letters] == [
        "12 Elm St",
        "5 Oak & Ash Rd",
    ]


def test_a_guardian_who_comes_later_gets_the_letter_the_other_has(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    draft(office)
    enrol(office, guardians=(ROSA, LUIS))
    assert to_whom(draft(office)) == [("tx-tru3", "Luis O’Neil")]


def test_a_court_order_stops_that_guardian_only(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, guardians=(ROSA, replace(LUIS, court_order=True)))
    absences(office, SEPTEMBER)
    assert to_whom(draft(office)) == [("tx-tru3", "Rosa García")]


SPANISH, WELSH = replace(ROSA, language="es"), replace(ROSA, language="cy")


def test_a_spanish_family_gets_spanish(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, guardians=(SPANISH,))
    absences(office, SEPTEMBER)
    [letter] = draft(office)
    assert (letter.language, letter.notes) == ("es", ())
    assert letter.fields["rule_period"] == "4 semanas"
    assert letter.fields["dates_short"] == "8 sept, 10 sept y 15 sept 2026"


def test_the_students_language_counts_where_the_guardian_has_none(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, replace(ANA, language="ES"))
    absences(office, SEPTEMBER)
    assert [letter.language for letter in draft(office)] == ["es"]


def test_a_language_without_a_template_falls_back_to_english_with_a_note(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, guardians=(WELSH,))
    absences(office, SEPTEMBER)
    [letter] = draft(office)
    assert letter.language == letter.fields["language"] == "en"
    assert list(letter.notes) == ["no “cy” template, so it is in “en”"]


# --- templates -----------------------------------------------------------------------------------


def test_a_template_with_a_wrong_field_holds_its_letters_and_no_others(texas: Office) -> None:
    absences(texas, [*SEPTEMBER, *OCTOBER], ["P5"])
    edit_template(texas, "tx-90", "{{ reply_by }}", "{{ reply_buy }}")
    [why] = reasons(texas, "tx-90")
    assert "tx-90.en.docx" in why and "Did you mean reply_by?" in why and "\n" not in why
    assert {letter.trigger for letter in draft(texas)} == {"tx-tru3"}


def test_a_template_that_leaves_out_whom_it_is_to_holds_its_letters(texas: Office) -> None:
    absences(texas, SEPTEMBER)
    edit_template(texas, "tx-tru3", "{{ guardian_name }}", "Parent")
    assert reasons(texas, "tx-tru3") == [
        "The template “tx-tru3.en.docx” does not show {{ guardian_name }}. "
        "Every letter needs it: put it back."
    ]
    assert log(texas) == []
