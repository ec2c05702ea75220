"""A guardian whose name is corrected is nobody new; another adult is."""

from dataclasses import replace
from pathlib import Path

import pytest

from rollbook.ledger.letters import State
from rollbook.letters import step
from rollbook.letters.persons import who_now
from rollbook.register import Guardian
from tests.letters.families import ANA, LUIS, ROSA, SEPTEMBER, absences, draft, due, enrol, school
from tests.offices import NOW

WAS = {"name": "Rosa García", "relation": "mother", "street": "12 Elm St", "postcode": "76701"}
ELSEWHERE = {"street": "1 Far Rd", "postcode": "10001"}


@pytest.mark.parametrize(
    ("now", "same"),
    [
        ({}, True),
        ({"name": "ROSA GARCIA"}, True),
        ({"name": "Mrs Rosa García"}, True),
        ({"name": "Rosa García-López"}, True),
        ({"name": "Rosa Miller"}, True),  # married
        ({"name": "Rossa Garcia"}, True),
        ({"name": "R. García"}, True),
        ({"name": "Rosa Garza", **ELSEWHERE}, True),  # moved and corrected, still the mother
        ({"name": "Rosa García", **ELSEWHERE, "relation": "aunt"}, True),  # the very name
        ({"name": "Eva García"}, False),  # another woman of the household
        ({"name": "Rosa Miller", "relation": "stepmother"}, False),
        ({"name": "Rosa Garza", **ELSEWHERE, "relation": "aunt"}, False),
        ({"name": "Luis García", "relation": "father"}, False),
    ],
)
def test_the_same_person_is_known_by_name_relation_and_address(
    now: dict[str, str], same: bool
) -> None:
    guardian = replace(ROSA, **now)  # type: ignore[arg-type]
    assert (who_now(WAS, [guardian, LUIS]) is guardian) is same


def test_somebody_still_on_the_roster_is_nobody_else(tmp_path: Path) -> None:
    twin = replace(ROSA, name="Rosa Garcés")
    assert who_now(WAS, [twin, ROSA]) is ROSA


def test_when_two_might_be_meant_nobody_is() -> None:
    two = [replace(ROSA, name="Rosa Garza"), replace(ROSA, name="Rosa Garciá Neu")]
    assert who_now(WAS, two) is None


@pytest.mark.parametrize(
    ("corrected", "letters"),
    [(replace(ROSA, name="Rosa García-López"), 0), (replace(ROSA, name="Eva Neu"), 1)],
)
def test_a_corrected_name_makes_no_second_letter_once_the_first_is_mailed(
    tmp_path: Path, corrected: Guardian, letters: int
) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [letter] = draft(office, "tx-tru3")
    for state in (State.APPROVED, State.PRINTED, State.MAILED):
        step(office, [letter.serial], state, NOW)
    enrol(office, ANA, (corrected,))
    assert len(due(office, "tx-tru3")) == letters
