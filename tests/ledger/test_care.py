from datetime import date
from pathlib import Path

import pytest

from rollbook.ledger import Ledger, care, people
from rollbook.register import Action, HoldBack, Student

AT = "2026-11-20T09:00:00+00:00"
NOTED = HoldBack("1", "bereavement", date(2026, 11, 2), note="grandmother", by="A. Clerk")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger.open(tmp_path / "rollbook.db")
    with ledger.write() as connection:
        people.save_students(connection, [Student("1"), Student("2")], on_roster=True)
    return ledger


def test_an_action_is_kept_whole_and_listed_by_its_day(ledger: Ledger) -> None:
    later = Action("1", date(2026, 11, 9), "call", by="A. Clerk", at=AT)
    notice = Action(
        "2",
        date(2026, 11, 2),
        "penalty-notice",
        "Rosa García",
        "first",
        date(2026, 11, 4),
        date(2026, 12, 1),
        "A. Clerk",
        AT,
    )
    with ledger.write() as connection:
        for action in (later, notice):
            care.save_action(connection, action)
        assert care.actions(connection) == [notice, later]
        assert care.actions(connection, "1") == [later]


def test_a_reason_for_care_stands_until_it_is_ended_and_stays_readable(ledger: Ledger) -> None:
    with ledger.write() as connection:
        care.save_hold_back(connection, NOTED, AT)
        assert care.hold_backs(connection) == {"1": [NOTED]}
        ended = care.end_hold_back(connection, "1", "bereavement", date(2026, 11, 19), "B", AT)
        [found] = care.hold_backs(connection, "1")["1"]
    assert ended == 1
    assert (found.first, found.last, found.note) == (NOTED.first, date(2026, 11, 19), NOTED.note)
    assert found.holds(date(2026, 11, 19)) and not found.holds(date(2026, 11, 20))


def test_ending_what_does_not_stand_changes_nothing(ledger: Ledger) -> None:
    with ledger.write() as connection:
        care.save_hold_back(connection, NOTED, AT)
        for student_id, reason in (("2", "bereavement"), ("1", "safeguarding")):
            day = date(2026, 11, 19)
            assert care.end_hold_back(connection, student_id, reason, day, "B", AT) == 0
        assert care.hold_backs(connection) == {"1": [NOTED]}


def test_a_reason_noted_again_after_it_ended_stands_again(ledger: Ledger) -> None:
    with ledger.write() as connection:
        care.save_hold_back(connection, NOTED, AT)
        care.end_hold_back(connection, "1", "bereavement", date(2026, 11, 10), "B", AT)
        care.save_hold_back(connection, HoldBack("1", "bereavement", date(2026, 11, 16)), AT)
        found = care.hold_backs(connection)["1"]
    assert [one.last for one in found] == [date(2026, 11, 10), None]
