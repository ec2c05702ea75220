"""A posting taken back leaves the office as if it had never been posted, and the trail says so."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollbook.importers.contract import Coverage, Extract
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import postings as book
from rollbook.ledger import taking_back
from rollbook.ledger.postings import Posting
from rollbook.office import Office, open_office, save_settings
from rollbook.posting import release_held
from rollbook.posting.undo import Left, undo
from rollbook.problems import NotAllowed
from rollbook.register import Guardian, Student
from rollbook.standing import read_standing
from tests.offices import NOW, Row, marks, post_extract, roster, small_office

MONDAY, TUESDAY, WEDNESDAY = "2026-11-02", "2026-11-03", "2026-11-04"
ANA, BO = Student("000123", "O'Neil", "Ana"), Student("000124", "Ng", "Bo")
WHY = "it is last year's file"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return with_roster(tmp_path / "office")


@pytest.fixture
def texas(tmp_path: Path) -> Office:
    return with_roster(tmp_path / "office", "us-tx")


def with_roster(root: Path, jurisdiction: str = "gb-eng") -> Office:
    office = small_office(root, jurisdiction)
    post_extract(office, roster([ANA, BO]), "roster")
    return office


def register(office: Office) -> list[tuple[str, str, str, str, int, str]]:
    with office.ledger.read() as connection:
        frame = ledger_marks.current_register(connection)
    return [
        (str(row.student_id), f"{row.date:%Y-%m-%d}", str(row.part), str(row.symbol),
         int(str(row.minutes_late)), str(row.comment))
        for row in frame.itertuples()
    ]  # fmt: skip


def as_it_stands(office: Office) -> object:
    """Everything figures, flags and letters are made from."""
    standing = read_standing(office)
    with office.ledger.read() as connection:
        held = [
            (row["student_id"], row["day"], row["part"], row["symbol"])
            for row in book.held_rows(connection)
        ]
    return (
        register(office),
        standing.tally().to_dict(),
        [finding.as_json() for finding in standing.findings()],
        standing.recorded,
        standing.as_of,
        held,
    )


def take_back(office: Office, posting: Posting | int) -> object:
    number = posting if isinstance(posting, int) else posting.id
    return undo(office, number, NOW, WHY)


SYMBOLS = ("/", "N", "I", "L", "O")
DAYS = (MONDAY, TUESDAY, WEDNESDAY, "2026-11-05")


@st.composite
def files(draw: st.DrawFn) -> Extract:
    """A file of marks of two students, some of a stranger; of everybody or of absences only."""
    sessions = st.tuples(
        st.sampled_from(["000123", "000124", "000999"]),
        st.sampled_from(DAYS),
        st.sampled_from(["AM", "PM"]),
    )
    known = ("000123", draw(st.sampled_from(DAYS)), "AM")
    chosen = {known, *draw(st.lists(sessions, max_size=6))}
    rows: list[Row] = [(*one, draw(st.sampled_from(SYMBOLS))) for one in sorted(chosen)]
    made = marks(rows, negative=draw(st.booleans()))
    if draw(st.booleans()):
        made.marks["minutes_late"] = draw(st.integers(0, 3))
    return made


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.lists(files(), max_size=3), wrong=files())
def test_after_an_undo_everything_is_as_before_the_posting(
    tmp_path_factory: pytest.TempPathFactory, before: Sequence[Extract], wrong: Extract
) -> None:
    office = with_roster(tmp_path_factory.mktemp("undo") / "office")
    for number, extract in enumerate(before):
        post_extract(office, extract, f"file {number}", accept_drift=True)
    as_before = as_it_stands(office)
    posted = post_extract(office, wrong, "wrong", accept_drift=True)
    take_back(office, posted)
    assert as_it_stands(office) == as_before
    office.ledger.close()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wrong=st.lists(files(), min_size=2, max_size=4), data=st.data())
def test_in_whatever_order_all_are_taken_back_nothing_is_left(
    tmp_path_factory: pytest.TempPathFactory, wrong: Sequence[Extract], data: st.DataObject
) -> None:
    office = with_roster(tmp_path_factory.mktemp("undo") / "office")
    as_before = register(office)
    posted = [
        post_extract(office, extract, f"file {number}", accept_drift=True)
        for number, extract in enumerate(wrong)
    ]
    for number in data.draw(st.permutations(sorted({one.id for one in posted}))):
        take_back(office, number)
    assert register(office) == as_before == []
    assert read_standing(office).recorded == []
    office.ledger.close()


def test_a_mark_changed_since_stays_and_is_named(office: Office) -> None:
    post_extract(office, marks([("000123", MONDAY, "AM", "/")]), "first")
    wrong = post_extract(
        office, marks([("000123", MONDAY, "AM", "N"), ("000124", MONDAY, "AM", "N")]), "wrong"
    )
    later = post_extract(office, marks([("000123", MONDAY, "AM", "I")]), "later")
    done = undo(office, wrong.id, NOW, WHY)
    assert done.left == [Left("000123", date(2026, 11, 2), "AM", "I", later.id)]
    assert (done.put_back, done.taken_away) == (1, 1)
    assert [row[:4] for row in register(office)] == [("000123", MONDAY, "AM", "I")]


def test_taking_the_later_one_back_too_leads_to_the_first_and_not_to_the_wrong(
    office: Office,
) -> None:
    post_extract(office, marks([("000123", MONDAY, "AM", "/")]), "first")
    wrong = post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "wrong")
    later = post_extract(office, marks([("000123", MONDAY, "AM", "I")]), "later")
    take_back(office, wrong)
    take_back(office, later)
    assert [row[3] for row in register(office)] == ["/"]


def test_the_trail_says_what_was_what_is_why_and_who(office: Office) -> None:
    post_extract(office, marks([("000123", MONDAY, "AM", "/")]), "first")
    wrong = post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "wrong")
    done = undo(office, wrong.id, NOW, WHY)
    with office.ledger.read() as connection:
        last = book.amendments(connection)[-1]
    assert (last["was"], last["is"], last["posting"]) == ("N", "/", done.posting.id)
    assert last["reason"] == f"posting {wrong.id} taken back by the office: {WHY}"
    assert last["at"] == NOW.isoformat(timespec="seconds")


def test_minutes_and_comment_come_back_too(office: Office) -> None:
    first = marks([("000123", MONDAY, "AM", "L")])
    first.marks["minutes_late"] = 12
    post_extract(office, first, "first")
    as_before = register(office)
    wrong = marks([("000123", MONDAY, "AM", "L")])
    wrong.marks["minutes_late"] = 40
    take_back(office, post_extract(office, wrong, "wrong"))
    assert register(office) == as_before
    assert as_before[0][4] == 12


def test_days_only_that_file_covered_are_not_recorded_again(texas: Office) -> None:
    kept = marks([("000123", MONDAY, "P2", "U")], negative=True)
    post_extract(texas, kept, "Monday")
    wrong = post_extract(texas, marks([("000123", TUESDAY, "P2", "U")], negative=True), "Tuesday")
    assert len(read_standing(texas).recorded) == 2
    take_back(texas, wrong)
    standing = read_standing(texas)
    assert [(one.first, one.last) for one in standing.recorded] == [
        (date(2026, 11, 2), date(2026, 11, 2))
    ]
    assert standing.as_of == date(2026, 11, 2)


def test_absences_that_the_file_took_back_stand_again(texas: Office) -> None:
    rows = [("000123", MONDAY, "P2", "U"), ("000124", MONDAY, "P2", "U")]
    post_extract(texas, marks(rows, negative=True), "first")
    as_before = register(texas)
    wrong = post_extract(texas, marks(rows[:1], negative=True), "wrong")
    assert len(register(texas)) == 1
    take_back(texas, wrong)
    assert register(texas) == as_before


def test_the_same_bytes_dropped_again_are_posted_again(office: Office) -> None:
    rows = [("000123", MONDAY, "AM", "N")]
    wrong = post_extract(office, marks(rows), "October")
    take_back(office, wrong)
    again = post_extract(office, marks(rows), "October")
    assert again.id > wrong.id and again.new == 1
    assert post_extract(office, marks(rows), "October") == again
    take_back(office, again)
    assert post_extract(office, marks(rows), "October").new == 1


def test_the_same_bytes_count_again_even_where_they_change_no_mark(office: Office) -> None:
    rows = [("000123", MONDAY, "AM", "N")]
    post_extract(office, marks(rows), "one")
    wide = Extract(
        "test", marks(rows).marks, coverage=[Coverage("", date(2026, 11, 2), date(2026, 11, 4),
                                                      ("AM",))]
    )  # fmt: skip
    as_with_both = (post_extract(office, wide, "two"), read_standing(office).recorded)
    take_back(office, as_with_both[0])
    assert len(read_standing(office).recorded) == 1
    post_extract(office, wide, "two")
    assert read_standing(office).recorded == as_with_both[1]


def test_held_rows_of_the_file_are_struck_off(office: Office) -> None:
    wrong = post_extract(
        office, marks([("000123", MONDAY, "AM", "N"), ("000999", MONDAY, "AM", "N")]), "wrong"
    )
    done = undo(office, wrong.id, NOW, WHY)
    assert done.struck_off == 1
    post_extract(office, roster([Student("000999", "Late", "Joiner")]), "roster 2")
    assert release_held(office, NOW) is None
    assert register(office) == []


def test_marks_of_the_file_that_were_held_and_posted_later_go_with_it(office: Office) -> None:
    wrong = post_extract(
        office, marks([("000123", MONDAY, "AM", "N"), ("000999", MONDAY, "AM", "N")]), "wrong"
    )
    post_extract(office, roster([Student("000999", "Late", "Joiner")]), "roster 2")
    release_held(office, NOW)
    assert len(register(office)) == 2
    done = undo(office, wrong.id, NOW, WHY)
    assert (done.put_back, register(office)) == (2, [])


def test_a_mark_held_first_does_not_come_back_under_a_later_one(office: Office) -> None:
    wrong = post_extract(
        office, marks([("000123", MONDAY, "AM", "N"), ("000999", MONDAY, "AM", "N")]), "wrong"
    )
    post_extract(office, roster([Student("000999", "Late", "Joiner")]), "roster 2")
    release_held(office, NOW)
    later = post_extract(office, marks([("000999", MONDAY, "AM", "I")]), "later")
    take_back(office, wrong)
    assert [row[3] for row in register(office)] == ["I"]
    take_back(office, later)
    assert register(office) == []


def test_rows_of_an_earlier_file_that_this_one_struck_off_wait_again(office: Office) -> None:
    rows = [("000123", MONDAY, "AM", "/"), ("000999", MONDAY, "AM", "N")]
    post_extract(office, marks(rows), "first")
    wrong = post_extract(
        office, marks([("000123", TUESDAY, "AM", "/"), ("000999", MONDAY, "AM", "I")]), "wrong"
    )
    done = undo(office, wrong.id, NOW, WHY)
    assert (done.struck_off, done.held_again) == (1, 1)
    post_extract(office, roster([Student("000999", "Late", "Joiner")]), "roster 2")
    release_held(office, NOW)
    assert ("000999", MONDAY, "AM", "N", 0, "") in register(office)


def test_later_files_that_say_the_same_are_named(office: Office) -> None:
    rows = [("000123", MONDAY, "AM", "N")]
    wrong = post_extract(office, marks(rows), "wrong")
    later = post_extract(office, marks([*rows, ("000123", TUESDAY, "AM", "/")]), "later")
    other = post_extract(office, marks([("000123", WEDNESDAY, "AM", "/")]), "another day")
    done = undo(office, wrong.id, NOW, WHY)
    assert [one.id for one in done.also_in] == [later.id]
    assert other.id not in [one.id for one in done.also_in]
    again = post_extract(office, marks([*rows, ("000123", TUESDAY, "AM", "/")]), "later")
    assert again.new == 1


def test_flags_letters_and_workbooks_are_owed(office: Office) -> None:
    wrong = post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "wrong")
    with office.ledger.write() as connection:
        for work in ("assess", "letters", "workbooks"):
            book.strike_off(connection, work, 1000, NOW.isoformat())
    take_back(office, wrong)
    with office.ledger.read() as connection:
        assert [row["work"] for row in book.owed(connection)] == ["assess", "letters", "workbooks"]


def test_a_posting_is_taken_back_once(office: Office) -> None:
    wrong = post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "wrong")
    done = undo(office, wrong.id, NOW, WHY)
    with pytest.raises(NotAllowed, match=f"taken back before, by posting {done.posting.id}"):
        take_back(office, wrong)
    with pytest.raises(NotAllowed, match="drop its file once more"):
        take_back(office, done.posting)


def test_a_roster_is_not_taken_back(office: Office) -> None:
    with pytest.raises(NotAllowed, match="holds no marks. Drop the list as it should be"):
        take_back(office, 1)
    contacts = Extract("test", guardians=[Guardian("000123", "Luz O'Neil")])
    posted = post_extract(office, contacts, "contacts")
    with pytest.raises(NotAllowed, match="takes the place of this one"):
        take_back(office, posted)


def test_a_register_whose_students_no_roster_has_is_not_taken_back(tmp_path: Path) -> None:
    office = small_office(tmp_path / "office")
    rows = [("000123", MONDAY, "AM", "/")]
    posted = post_extract(office, marks(rows, students=[ANA]), "register")
    before = as_it_stands(office)
    with pytest.raises(NotAllowed, match="such as 000123"):
        take_back(office, posted)
    assert as_it_stands(office) == before
    post_extract(office, roster([ANA]), "roster")
    take_back(office, posted)
    assert register(office) == []


def test_an_unknown_number_and_a_missing_reason_are_refused(office: Office) -> None:
    with pytest.raises(NotAllowed, match="There is no posting 99. The newest is 1."):
        take_back(office, 99)
    with pytest.raises(NotAllowed, match="Say why"):
        undo(office, 1, NOW, "  ")


def test_a_file_that_is_still_in_work_is_not_taken_back_yet(office: Office) -> None:
    wrong = post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "wrong.csv")
    in_work = office.folders.received / "wrong.csv"
    in_work.write_text("not filed yet", encoding="utf-8")
    with pytest.raises(NotAllowed, match="still being filed"):
        take_back(office, wrong)
    in_work.unlink()
    take_back(office, wrong)
    assert register(office) == []


def test_who_took_it_back_is_on_the_posting(tmp_path: Path) -> None:
    office = with_roster(tmp_path / "office")
    save_settings(tmp_path / "office", {"clerk": "Rosa Dellmere", "clerk_title": "Registrar"})
    office = open_office(tmp_path / "office")
    wrong = post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "wrong")
    done = undo(office, wrong.id, NOW, WHY)
    assert (done.posting.by, done.posting.file, done.posting.amended) == (
        "Rosa Dellmere", "wrong", 1,
    )  # fmt: skip
    with office.ledger.read() as connection:
        trail = book.amendments(connection)[-1]
        gone = taking_back.taken_back(connection)
    assert trail["by"] == "Rosa Dellmere" and trail["title"] == "Registrar"
    assert gone[wrong.id].reason == WHY


def test_the_ledger_does_not_forget_that_a_posting_was_taken_back(office: Office) -> None:
    wrong = post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "wrong")
    take_back(office, wrong)
    for change in ("DELETE FROM taken_back", "UPDATE taken_back SET posting = 1"):
        with pytest.raises(Exception, match="only grows"), office.ledger.write() as connection:
            connection.exec_driver_sql(change)


CUT_SHORT = """
import importlib, os, sys
from datetime import UTC, datetime
from pathlib import Path
from rollbook.office import open_office
from rollbook.posting.undo import undo
place, _, name = sys.argv[2].rpartition(".")
setattr(importlib.import_module(place), name, lambda *a, **k: os._exit(137))
undo(open_office(Path(sys.argv[1])), 3, datetime(2026, 11, 20, tzinfo=UTC), "wrong file")
"""


@pytest.mark.parametrize(
    "step",
    [
        "rollbook.ledger.taking_back.save_taken_back",
        "rollbook.ledger.marks.append",
        "rollbook.ledger.postings.save_amendments",
        "rollbook.ledger.postings.owe",
        "rollbook.ledger.postings.finish_posting",
    ],
)
def test_killed_in_the_middle_nothing_was_taken_back(tmp_path: Path, step: str) -> None:
    root = tmp_path / "office"
    office = with_roster(root)
    post_extract(office, marks([("000123", MONDAY, "AM", "/")]), "first")
    post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "wrong")
    before = as_it_stands(office)
    done = subprocess.run(
        [sys.executable, "-c", CUT_SHORT, root, step], env=os.environ, check=False
    )
    assert done.returncode == 137
    assert as_it_stands(office) == before
    take_back(office, 3)
    assert [row[3] for row in register(office)] == ["/"]
