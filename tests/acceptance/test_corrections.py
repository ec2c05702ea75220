"""Late corrections: the same weeks exported again, with changes, overlaps and gaps."""

from datetime import timedelta
from pathlib import Path

import pytest

from rollbook.ledger import postings as book
from rollbook.office import Office
from tests.dropping import (
    MONDAY,
    PUPILS,
    STUDENTS,
    TUESDAY,
    WEDNESDAY,
    absences,
    drop,
    marks,
    office_folder,
    opened,
    register,
    run_once,
    slip,
)
from tests.offices import NOW
from watcher.intake import Result
from watcher.rounds import once

ANA, BO = "000123", "000124"


@pytest.fixture
def texas(tmp_path: Path) -> Path:
    """Two campuses: Ana is at 001, Bo at 041."""
    root = office_folder(tmp_path / "office", "us-tx")
    drop(root, "students.csv", STUDENTS)
    once(opened(root))
    return root


@pytest.fixture
def england(tmp_path: Path) -> Path:
    root = office_folder(tmp_path / "office")
    drop(root, "pupils.csv", PUPILS)
    once(opened(root))
    return root


def trail(office: Office) -> list[tuple[str, str, str | None, str | None]]:
    with office.ledger.read() as connection:
        rows = book.amendments(connection)
    return [(row["student_id"], f"{row['day']}", row["was"], row["is"]) for row in rows]


def test_a_year_to_date_export_changes_only_what_changed(england: Path) -> None:
    week = [(ANA, day, part, "N") for day in (MONDAY, TUESDAY) for part in ("AM", "PM")]
    drop(england, "year to date.csv", marks(*week))
    once(opened(england))
    more = [*week[:3], (ANA, TUESDAY, "PM", "I"), (ANA, WEDNESDAY, "AM", "/")]
    drop(england, "year to date.csv", marks(*more))
    [outcome] = once(opened(england)).outcomes
    posting = outcome.posting
    assert posting is not None
    assert (posting.new, posting.amended, posting.unchanged) == (1, 1, 3)
    assert register(opened(england)) == more
    assert trail(opened(england)) == [(ANA, TUESDAY, "N", "I")]


def test_an_absence_taken_out_of_the_export_is_taken_away_and_kept_in_the_trail(
    texas: Path,
) -> None:
    days = (MONDAY, TUESDAY, WEDNESDAY)
    drop(texas, "absences.txt", absences(*((ANA, day, "02") for day in days)))
    once(opened(texas))
    drop(texas, "absences.txt", absences((ANA, MONDAY, "02"), (ANA, WEDNESDAY, "02")))
    once(opened(texas))
    assert [row[1] for row in register(opened(texas))] == [MONDAY, WEDNESDAY]
    assert trail(opened(texas)) == [(ANA, TUESDAY, "U", None)]


def test_an_export_of_one_campus_leaves_the_other_alone(texas: Path) -> None:
    both = [(ANA, MONDAY, "02"), (BO, MONDAY, "02", "U", "041"), (BO, TUESDAY, "02", "U", "041")]
    drop(texas, "both.txt", absences(*both))
    once(opened(texas))
    drop(texas, "campus 001.txt", absences((ANA, MONDAY, "02"), (ANA, TUESDAY, "02")))
    once(opened(texas))
    assert [(row[0], row[1]) for row in register(opened(texas))] == [
        (ANA, MONDAY),
        (ANA, TUESDAY),
        (BO, MONDAY),
        (BO, TUESDAY),
    ]


def test_a_student_who_changed_campus_keeps_the_marks_of_the_first(texas: Path) -> None:
    drop(texas, "october.txt", absences((ANA, "2026-10-05", "02"), (ANA, "2026-10-07", "02")))
    once(opened(texas))
    moved = STUDENTS.replace("Entry Date,", "Entry Date,Withdrawal Date,").replace(
        "08/12/2026,98", "08/12/2026,,98"
    )
    first, ana, bo = moved.splitlines()
    left = ana.replace("08/12/2026,,", "08/12/2026,10/12/2026,")
    came = ana.replace("001,", "041,", 1).replace("08/12/2026,,", "10/12/2026,,")
    drop(texas, "students.csv", "\n".join([first, left, came, bo, ""]))
    once(opened(texas))
    # campus 041 exports October: Ana was not there then
    drop(
        texas,
        "campus 041.txt",
        absences((BO, "2026-10-05", "02", "U", "041"), (BO, "2026-10-19", "02", "U", "041")),
    )
    once(opened(texas))
    assert [row[1] for row in register(opened(texas)) if row[0] == ANA] == [
        "2026-10-05",
        "2026-10-07",
    ]


def test_a_held_row_does_not_take_the_earlier_mark_away(texas: Path) -> None:
    drop(texas, "a.txt", absences(*((ANA, day, "02") for day in (MONDAY, TUESDAY, WEDNESDAY))))
    once(opened(texas))
    drop(
        texas,
        "b.txt",
        absences((ANA, MONDAY, "02"), (ANA, TUESDAY, "02", "?"), (ANA, WEDNESDAY, "02")),
    )
    [outcome] = once(opened(texas)).outcomes
    assert outcome.posting is not None and outcome.posting.held == 1
    assert len(register(opened(texas))) == 3


def test_a_row_that_cannot_be_read_does_not_take_the_earlier_mark_away(texas: Path) -> None:
    drop(texas, "a.txt", absences(*((ANA, day, "02") for day in (MONDAY, TUESDAY, WEDNESDAY))))
    once(opened(texas))
    drop(
        texas,
        "b.txt",
        absences((ANA, MONDAY, "02"), (ANA, "2026-11-31", "02"), (ANA, WEDNESDAY, "02")),
    )
    [outcome] = once(opened(texas)).outcomes
    assert outcome.posting is not None and outcome.posting.held == 1
    assert len(register(opened(texas))) == 3


def test_a_file_that_changes_too_much_is_refused_and_can_be_accepted(england: Path) -> None:
    days = [NOW.date() - timedelta(days=back) for back in (18, 17, 16, 15, 14, 11, 10, 9, 8, 7)]
    rows = [(ANA, day.isoformat(), part) for day in days for part in ("AM", "PM")]
    drop(england, "weeks.csv", marks(*((*row, "N") for row in rows)))
    once(opened(england))
    drop(england, "weeks.csv", marks(*((*row, "I") for row in rows)))
    [outcome] = once(opened(england)).outcomes
    assert outcome.result is Result.REFUSED
    assert slip(outcome.filed)[1] == (
        "This file would change or remove 20 of the 20 marks already on record for its dates, so "
        "it may be the wrong selection. Nothing was posted. If it is right, run: rollbook once "
        '--accept "weeks.csv"'
    )
    assert {row[3] for row in register(opened(england))} == {"N"}
    status, said = run_once(england, "--accept", "weeks.csv")
    assert (status, said["files"][0]["amended"]) == (0, 20)
    assert {row[3] for row in register(opened(england))} == {"I"}
    assert not list((england / "refused").iterdir())


def test_the_name_to_accept_is_that_of_the_file_as_it_is_kept(england: Path) -> None:
    drop(england, "weeks.csv", "Dish,Price\nSoup,2\n")
    days = [NOW.date() - timedelta(days=back) for back in (18, 17, 16, 15, 14, 11, 10, 9, 8, 7)]
    rows = [(ANA, day.isoformat(), part) for day in days for part in ("AM", "PM")]
    once(opened(england))
    drop(england, "weeks.csv", marks(*((*row, "N") for row in rows)))
    once(opened(england))
    drop(england, "weeks.csv", marks(*((*row, "I") for row in rows)))
    [outcome] = once(opened(england)).outcomes
    assert outcome.filed.name == "weeks (2).csv"
    assert '--accept "weeks (2).csv"' in slip(outcome.filed)[1]
