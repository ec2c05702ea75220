"""England counts two sessions a day: what is of neither is not posted as if it were one."""

from datetime import date
from pathlib import Path

import pytest

from rollbook.importers.contract import Coverage, Extract
from rollbook.ledger import postings as book
from rollbook.office import Office
from rollbook.problems import RefusedFile
from rollbook.register import Student
from rollbook.standing import read_standing
from tests.offices import marks, post_extract, roster, small_office

MONDAY = "2026-11-02"
BOTH = [("7", MONDAY, "AM", "/"), ("7", MONDAY, "PM", "I")]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = small_office(tmp_path / "office")
    post_extract(office, roster([Student("7")]), "roster")
    return office


def figures(office: Office) -> tuple[int, int, int]:
    found = read_standing(office).attendance("7")
    return found.possible, found.absent, found.missing


def test_marks_of_lessons_are_left_out_and_counted_in_a_note(office: Office) -> None:
    lessons = [("7", MONDAY, f"P{number}", "N") for number in range(1, 6)]
    posting = post_extract(office, marks([*BOTH, *lessons]), "week")
    assert (posting.new, posting.held) == (2, 0)
    assert "5 marks of lessons left out" in posting.problems[0]["message"]
    assert figures(office) == (2, 1, 0)


def test_a_mark_of_the_day_among_sessions_is_held(office: Office) -> None:
    posting = post_extract(office, marks([*BOTH, ("7", "2026-11-03", "DAY", "I")]), "week")
    assert (posting.new, posting.held) == (2, 1)
    with office.ledger.read() as connection:
        [row] = book.held_rows(connection)
    assert row["slug"] == "no-session" and "Write AM or PM" in row["message"]
    assert figures(office)[:2] == (2, 1)


@pytest.mark.parametrize(
    ("part", "says"),
    [("DAY", "does not say of which session"), ("P3", "has marks of lessons only")],
)
def test_a_file_without_any_session_is_refused(office: Office, part: str, says: str) -> None:
    with pytest.raises(RefusedFile, match=says):
        post_extract(office, marks([("7", MONDAY, part, "I")]), "day")
    assert figures(office) == (0, 0, 0)


def test_a_list_of_absences_may_cover_whole_days(office: Office) -> None:
    monday = date.fromisoformat(MONDAY)
    span = (Coverage("", monday, monday, ("DAY",)),)
    absences: Extract = marks([("7", MONDAY, "PM", "I")], negative=True, coverage=span)
    assert post_extract(office, absences, "absences").new == 1
    assert figures(office) == (2, 1, 0)


def test_where_a_day_counts_by_its_periods_they_are_posted(tmp_path: Path) -> None:
    office = small_office(tmp_path / "texas", "us-tx")
    post_extract(office, roster([Student("7")]), "roster")
    assert post_extract(office, marks([("7", MONDAY, "P3", "U")]), "day").new == 1
