"""The list of students of whom Social Security must be told, through the real ledger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rollbook.ledger import care
from rollbook.office import Office
from rollbook.register import SSA_NOTIFIED, SSA_PAGES_KEPT, Action, Enrolment, Student
from rollbook.reports import Asked, Table, report_named
from rollbook.standing import read_standing
from tests.offices import post_extract, roster, small_office

ANA = Student("004123", "O'Neil & Peña", "Ana", birth_date=date(2008, 12, 1), grade="12")
FIRST = date(2026, 9, 1)
LEFT = date(2026, 11, 16)
KEPT = Action("004123", date(2026, 9, 14), SSA_PAGES_KEPT, note="blue folder")
NOTIFIED = Action("004123", date(2026, 11, 17), SSA_NOTIFIED)

Listed = Callable[..., Table]


@pytest.fixture
def listed(tmp_path: Path) -> Listed:
    numbers = iter(range(100))

    def listed(
        student: Student = ANA,
        stretches: tuple[Enrolment, ...] = (Enrolment("004123", FIRST, LEFT),),
        actions: tuple[Action, ...] = (KEPT,),
        day: date = date(2026, 11, 20),
        jurisdiction: str = "us-tx",
    ) -> Table:
        office: Office = small_office(tmp_path / str(next(numbers)), jurisdiction)
        post_extract(office, roster([student], (), stretches), "roster")
        with office.ledger.write() as connection:
            for action in actions:
                care.save_action(connection, replace(action, student_id=student.student_id))
        table = report_named("ssa-cessation").build(Asked(office, read_standing(office, day)))
        office.ledger.close()
        assert isinstance(table, Table)
        return table

    return listed


def test_a_student_who_left_is_listed_with_the_last_day_and_where_the_pages_are(
    listed: Listed,
) -> None:
    [row] = listed().rows
    assert row[:4] == ("004123", "O'Neil & Peña, Ana", date(2026, 11, 15), "withdrawn")
    assert "Send page 4" in str(row[4]) and "log add 004123 ssa-notified" in str(row[4])
    assert row[5:7] == (date(2026, 9, 14), "blue folder")


@pytest.mark.parametrize(
    "change",
    [
        {"actions": ()},
        {"actions": (KEPT, NOTIFIED)},
        {"stretches": (Enrolment("004123", FIRST),)},
        {"stretches": (Enrolment("004123", FIRST, LEFT), Enrolment("004123", LEFT))},
        {"student": replace(ANA, birth_date=date(2007, 11, 20))},
        {"student": replace(ANA, facts={"expected_graduation": "2026-11-16"})},
        {"student": replace(ANA, facts={"diploma": "Yes"})},
        {"day": date(2026, 11, 15)},
    ],
    ids=[
        "no pages on file",
        "notice sent",
        "still enrolled",
        "came back",
        "nineteen today",
        "graduated",
        "has a diploma",
        "not gone yet",
    ],
)
def test_nobody_is_listed_of_whom_nothing_is_to_be_sent(
    listed: Listed, change: dict[str, object]
) -> None:
    assert listed(**change).rows == []


def test_the_day_before_the_19th_birthday_a_student_is_still_listed(listed: Listed) -> None:
    assert len(listed(replace(ANA, birth_date=date(2007, 11, 21))).rows) == 1


def test_a_summer_break_ends_no_attendance_but_not_coming_back_does(listed: Listed) -> None:
    gone = (Enrolment("004123", date(2025, 9, 1), date(2026, 7, 18)),)
    kept = (replace(KEPT, day=date(2025, 9, 14)),)
    assert listed(stretches=gone, actions=kept, day=date(2026, 8, 20)).rows == []
    [row] = listed(stretches=gone, actions=kept, day=date(2026, 9, 2)).rows
    assert row[2] == date(2026, 7, 17)


@pytest.mark.parametrize(("hours", "count"), [("19.99", 1), ("20", 0), ("a few", 0), ("NaN", 0)])
def test_a_schedule_below_the_hours_is_an_end_too(listed: Listed, hours: str, count: int) -> None:
    part_time = replace(ANA, facts={"hours_per_week": hours})
    rows = listed(part_time, (Enrolment("004123", FIRST),)).rows
    assert len(rows) == count
    assert all("19.99 hours a week, fewer than 20" in str(row[3]) for row in rows)


def test_pages_kept_anew_after_a_notice_are_watched_again(listed: Listed) -> None:
    again = replace(KEPT, day=date(2026, 11, 18))
    assert len(listed(actions=(KEPT, NOTIFIED, again)).rows) == 1


def test_england_has_no_such_duty(listed: Listed) -> None:
    table = listed(jurisdiction="gb-eng")
    assert table.rows == [] and "no such duty" in table.title
