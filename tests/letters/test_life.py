from collections.abc import Mapping

import pytest

from rollbook.ledger.letters import Letter, State
from rollbook.letters import approve_letters, print_letters, step
from rollbook.office import Office
from rollbook.problems import NotAllowed
from tests.letters.families import (
    ANA,
    LUIS,
    ROSA,
    SEPTEMBER,
    absences,
    draft,
    enrol,
    log,
    school,
    steps,
)
from tests.offices import NOW

ALLOWED: Mapping[str, set[str]] = {
    "prepared": {"approved", "held", "void"},
    "held": {"approved", "void"},
    "approved": {"printed", "held", "void"},
    "printed": {"approved", "printed", "mailed", "void"},
    "mailed": {"returned", "void"},
    "returned": {"printed", "mailed", "void"},
    "void": set(),
}
WAY_TO: Mapping[str, list[str]] = {
    "prepared": [],
    "held": ["held"],
    "approved": ["approved"],
    "printed": ["approved", "printed"],
    "mailed": ["approved", "printed", "mailed"],
    "returned": ["approved", "printed", "mailed", "returned"],
    "void": ["void"],
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = school(tmp_path_factory.mktemp("life"), clerk="Dana Wu")
    enrol(office, ANA, (ROSA, LUIS))
    absences(office, SEPTEMBER)
    return office


def a_letter(office: Office, state: str) -> Letter:
    """A fresh letter brought into a state; what stood before is voided to make room."""
    standing = [letter.serial for letter in log(office) if (letter.state is not State.VOID)]
    step(office, standing, State.VOID, NOW, again=True)
    letter = draft(office)[0]
    for on_the_way in WAY_TO[state]:
        [letter] = step(office, [letter.serial], State(on_the_way), NOW, again=True)
    return letter


@pytest.mark.parametrize(
    ("state", "to"), [(state, to) for state, steps in ALLOWED.items() for to in sorted(steps)]
)
def test_a_step_that_may_follow_is_kept_with_who_and_why(
    office: Office, state: str, to: str
) -> None:
    letter = a_letter(office, state)
    before = steps(office, letter.serial)
    [after] = step(office, [letter.serial], State(to), NOW, "because", again=True)
    assert (after.state.value, after.note, after.by) == (to, "because", "Dana Wu")
    assert steps(office, letter.serial)[:-1] == before


@pytest.mark.parametrize("state", ALLOWED)
def test_a_step_that_may_not_follow_changes_nothing(office: Office, state: str) -> None:
    letter = a_letter(office, state)
    before = steps(office, letter.serial)
    for to in set(State) - ALLOWED[state]:
        with pytest.raises(NotAllowed, match=f"is {state} and cannot become {to}"):
            step(office, [letter.serial], State(to), NOW)
    assert steps(office, letter.serial) == before


def test_a_clerk_cannot_approve_what_was_printed(office: Office) -> None:
    letter = a_letter(office, "printed")
    with pytest.raises(NotAllowed, match="is printed and was approved before"):
        approve_letters(office, [letter.serial], NOW)


def test_an_unknown_serial_changes_nothing(office: Office) -> None:
    letter = a_letter(office, "prepared")
    before = log(office)
    with pytest.raises(NotAllowed, match="There is no letter L-2020-00001"):
        step(office, [letter.serial, "L-2020-00001"], State.APPROVED, NOW)
    assert log(office) == before


def test_one_letter_that_cannot_take_the_step_keeps_all_where_they_are(office: Office) -> None:
    letter = a_letter(office, "approved")
    other = next(one for one in log(office) if one.state is State.PREPARED)
    with pytest.raises(NotAllowed, match="cannot become mailed. It can become"):
        step(office, [letter.serial, other.serial], State.MAILED, NOW)
    assert {one.state for one in log(office) if (one.state is not State.VOID)} == {
        State.APPROVED,
        State.PREPARED,
    }


def test_no_serials_are_no_letters(office: Office) -> None:
    """An empty list must never be read as all letters."""
    a_letter(office, "held")
    before = log(office)
    assert step(office, [], State.APPROVED, NOW) == []
    assert log(office) == before


def test_a_serial_named_twice_is_one_step(office: Office) -> None:
    letter = a_letter(office, "prepared")
    assert len(step(office, [letter.serial] * 2, State.APPROVED, NOW)) == 1
    assert [one.state for one in steps(office, letter.serial)] == [State.PREPARED, State.APPROVED]


def test_the_file_of_a_letter_is_known_through_its_later_steps(office: Office) -> None:
    letter = a_letter(office, "approved")
    print_letters(office, NOW, [letter.serial])
    [mailed] = step(office, [letter.serial], State.MAILED, NOW)
    assert (office.folders.root / mailed.file).is_file()
