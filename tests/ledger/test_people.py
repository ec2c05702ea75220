from datetime import date
from pathlib import Path

import pytest

from rollbook.ledger import Ledger, people
from rollbook.register import Enrolment, Guardian, Student


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "rollbook.db")


def test_an_empty_field_overwrites_nothing(ledger: Ledger) -> None:
    with ledger.write() as connection:
        whole = Student("007", "O'Neil", "Ana", birth_date=date(2010, 2, 28), grade="9")
        assert people.save_students(connection, [whole], on_roster=True) == 1
        assert people.save_students(connection, [Student("007", grade="10")], on_roster=True) == 0
        found = people.students(connection)["007"]
    assert (found.name, found.birth_date, found.grade) == ("Ana O'Neil", date(2010, 2, 28), "10")


def test_a_state_id_leads_to_its_student_but_not_when_two_have_it(ledger: Ledger) -> None:
    with ledger.write() as connection:
        pupils = [
            Student("1", state_id="A1"),
            Student("2", state_id="B2"),
            Student("3", state_id="B2"),
        ]
        people.save_students(connection, pupils, on_roster=True)
        keys = people.student_keys(connection)
    assert keys["A1"] == keys["1"]
    assert "B2" not in keys


def test_guardians_and_enrolments_replace_those_of_the_same_student_only(ledger: Ledger) -> None:
    with ledger.write() as connection:
        people.save_students(connection, [Student("1"), Student("2")], on_roster=True)
        people.save_guardians(connection, [Guardian("1", "Old"), Guardian("2", "Kept")])
        people.save_guardians(connection, [Guardian("1", "New"), Guardian("1", "Also", order=2)])
        stretches = [
            Enrolment("1", date(2026, 9, 1), date(2026, 10, 1)),
            Enrolment("1", date(2026, 11, 2)),
        ]
        people.save_enrolments(connection, stretches)
        found = people.guardians(connection)
        assert people.enrolments(connection) == stretches
    assert [one.name for one in found["1"]] == ["New", "Also"]
    assert [one.name for one in found["2"]] == ["Kept"]


def test_a_thousand_students_more_than_sqlite_takes_parameters(ledger: Ledger) -> None:
    with ledger.write() as connection:
        pupils = [Student(f"{number:05d}") for number in range(2_000)]
        people.save_students(connection, pupils, on_roster=True)
        people.save_guardians(connection, [Guardian(one.student_id, "A") for one in pupils])
        people.save_guardians(connection, [Guardian(one.student_id, "B") for one in pupils])
        found = people.guardians(connection)
    assert {tuple(one.name for one in found[pupil.student_id]) for pupil in pupils} == {("B",)}
