from datetime import date
from pathlib import Path

import pytest

from rollbook.importers.contract import Coverage, Extract
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import people
from rollbook.ledger import postings as book
from rollbook.office import Office, open_office, save_settings
from rollbook.posting import release_held
from rollbook.problems import Problem, RefusedFile
from rollbook.register import Enrolment, Student
from tests.offices import NOW, marks, post_extract, roster, small_office

MONDAY, TUESDAY, WEDNESDAY = "2026-11-02", "2026-11-03", "2026-11-04"
ANA, BO = Student("000123", "O'Neil", "Ana"), Student("000124", "Ng", "Bo")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = small_office(tmp_path / "office")
    post_extract(office, roster([ANA, BO]), "roster")
    return office


def register(office: Office) -> list[tuple[str, str, str, str]]:
    with office.ledger.read() as connection:
        frame = ledger_marks.current_register(connection)
    return [
        (str(row.student_id), f"{row.date:%Y-%m-%d}", str(row.part), str(row.symbol))
        for row in frame.itertuples()
    ]


def held(office: Office) -> list[tuple[str, int]]:
    with office.ledger.read() as connection:
        return [(row["slug"], row["row"]) for row in book.held_rows(connection)]


def amendments(office: Office) -> list[tuple[str, str | None, str | None]]:
    with office.ledger.read() as connection:
        trail = book.amendments(connection)
    return [(row["day"].isoformat(), row["was"], row["is"]) for row in trail]


def test_new_marks_are_entered(office: Office) -> None:
    rows = [("000123", MONDAY, "AM", "/"), ("000123", MONDAY, "PM", "N")]
    posting = post_extract(office, marks(rows), "week 1")
    assert (posting.new, posting.amended, posting.unchanged, posting.held) == (2, 0, 0, 0)
    assert register(office) == rows


def test_the_same_bytes_give_the_same_posting(office: Office) -> None:
    first = post_extract(office, marks([("000123", MONDAY, "AM", "/")]), "week 1")
    again = post_extract(office, marks([("000123", MONDAY, "AM", "/")]), "week 1")
    assert again == first


def test_an_older_file_once_more_is_posted_anew_when_a_newer_one_said_otherwise(
    office: Office,
) -> None:
    older = marks([("000123", MONDAY, "AM", "N")])
    first = post_extract(office, older, "older")
    post_extract(office, marks([("000123", MONDAY, "AM", "I")]), "newer")
    again = post_extract(office, older, "older")
    assert (again.amended, again.digest) == (1, f"{first.digest} (2)")
    assert register(office) == [("000123", MONDAY, "AM", "N")]
    assert post_extract(office, older, "older") == again  # and once more changes nothing
    assert amendments(office) == [(MONDAY, "N", "I"), (MONDAY, "I", "N")]


def test_an_older_roster_once_more_is_posted_anew(office: Office) -> None:
    post_extract(office, roster([Student("000123", "O'Neil", "Anne")]), "newer roster")
    again = post_extract(office, roster([ANA, BO]), "roster")
    assert again.digest == "digest of roster (2)"
    with office.ledger.read() as connection:
        assert people.students(connection)["000123"].given_name == "Ana"
    assert post_extract(office, roster([ANA, BO]), "roster") == again


def test_a_file_with_held_rows_once_more_holds_them_once(office: Office) -> None:
    rows = [("000123", MONDAY, "AM", "N"), ("999999", MONDAY, "AM", "N")]
    first = post_extract(office, marks(rows), "week 1")
    assert post_extract(office, marks(rows), "week 1") == first
    assert held(office) == [("unknown-student", 3)]


def test_a_late_correction_amends_and_keeps_the_original(office: Office) -> None:
    post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "week 1")
    posting = post_extract(office, marks([("000123", MONDAY, "AM", "I")]), "week 2")
    assert (posting.new, posting.amended) == (0, 1)
    assert register(office) == [("000123", MONDAY, "AM", "I")]
    assert amendments(office) == [(MONDAY, "N", "I")]
    with office.ledger.read() as connection:
        entries = connection.exec_driver_sql(
            "SELECT symbol, posting FROM register_entries ORDER BY posting"
        ).all()
    assert [symbol for symbol, _ in entries] == ["N", "I"]


def test_minutes_late_that_change_are_an_amendment(office: Office) -> None:
    one = marks([("000123", MONDAY, "AM", "L")])
    post_extract(office, one, "week 1")
    later = marks([("000123", MONDAY, "AM", "L")])
    later.marks["minutes_late"] = 12
    assert post_extract(office, later, "week 2").amended == 1
    with office.ledger.read() as connection:
        assert ledger_marks.current_register(connection)["minutes_late"].tolist() == [12]


def late(*minutes: int) -> Extract:
    """Two students late on Monday morning, by so many minutes."""
    extract = marks([("000123", MONDAY, "AM", "L"), ("000124", MONDAY, "AM", "L")])
    extract.marks["minutes_late"] = minutes
    return extract


@pytest.mark.parametrize(
    ("second", "amended", "on_record"),
    [
        ((0, 5), 1, [0, 5]),  # 31 taken back in a file that has minutes
        ((0, 0), 0, [31, 5]),  # a file without any minutes says nothing about them
        ((31, 5), 0, [31, 5]),
    ],
)
def test_minutes_taken_back_are_an_amendment_where_the_file_has_minutes(
    office: Office, second: tuple[int, int], amended: int, on_record: list[int]
) -> None:
    post_extract(office, late(31, 5), "week 1")
    assert post_extract(office, late(*second), "week 2").amended == amended
    with office.ledger.read() as connection:
        assert ledger_marks.current_register(connection)["minutes_late"].tolist() == on_record


def test_an_overlapping_export_leaves_equal_marks_unchanged(office: Office) -> None:
    post_extract(office, marks([("000123", MONDAY, "AM", "/")]), "week 1")
    both = marks([("000123", MONDAY, "AM", "/"), ("000123", TUESDAY, "AM", "/")])
    posting = post_extract(office, both, "week 2")
    assert (posting.new, posting.amended, posting.unchanged) == (1, 0, 1)


def test_a_blank_in_a_grid_takes_nothing_away(office: Office) -> None:
    post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "week 1")
    post_extract(office, marks([("000124", MONDAY, "AM", "/")]), "week 2")
    assert ("000123", MONDAY, "AM", "N") in register(office)


def test_a_small_letter_is_read_as_its_capital(office: Office) -> None:
    post_extract(office, marks([("000123", MONDAY, "AM", "n")]), "week 1")
    assert register(office) == [("000123", MONDAY, "AM", "N")]


@pytest.mark.parametrize(
    ("row", "slug"),
    [
        (("999999", MONDAY, "AM", "/"), "unknown-student"),
        (("000123", MONDAY, "AM", "Q9"), "unknown-code"),
        (("000123", MONDAY, "AM", "H"), "unknown-code"),  # not a code since 19 August 2024
        (("000123", "2026-11-08", "AM", "/"), "not-a-school-day"),  # a Sunday
        (("000123", "2026-10-27", "AM", "/"), "not-a-school-day"),  # half term
        (("000123", "2028-11-06", "AM", "/"), "not-a-school-day"),  # outside the school year
    ],
)
def test_a_row_that_cannot_be_posted_is_held_and_the_rest_is_posted(
    office: Office, row: tuple[str, str, str, str], slug: str
) -> None:
    posting = post_extract(office, marks([row, ("000124", MONDAY, "AM", "/")]), "week 1")
    assert (posting.new, posting.held) == (1, 1)
    assert held(office) == [(slug, 2)]


def test_a_planned_closure_may_be_marked_in_a_closure(office: Office) -> None:
    posting = post_extract(office, marks([("000123", "2026-10-27", "AM", "#")]), "week 1")
    assert (posting.new, posting.held) == (1, 0)


def test_a_mark_before_entry_or_after_leaving_is_held(office: Office) -> None:
    stretch = Enrolment("000123", date(2026, 11, 3), date(2026, 11, 4))
    post_extract(office, roster([ANA], enrolments=[stretch]), "roster 2")
    rows = [("000123", day, "AM", "/") for day in (MONDAY, TUESDAY, WEDNESDAY)]
    posting = post_extract(office, marks(rows), "week 1")
    assert (posting.new, posting.held) == (1, 2)
    assert register(office) == [("000123", TUESDAY, "AM", "/")]


def test_two_different_marks_for_one_session_are_both_held(office: Office) -> None:
    rows = [("000123", MONDAY, "AM", "/"), ("000123", MONDAY, "AM", "N")]
    assert post_extract(office, marks(rows), "week 1").held == 2
    assert register(office) == []


def test_the_same_mark_twice_is_one_mark(office: Office) -> None:
    rows = [("000123", MONDAY, "AM", "/")] * 2
    posting = post_extract(office, marks(rows), "week 1")
    assert (posting.new, posting.held) == (1, 0)


def test_held_rows_are_posted_when_the_roster_has_the_student(office: Office) -> None:
    rows = [("000125", MONDAY, "AM", "N"), ("000123", MONDAY, "AM", "/")]
    post_extract(office, marks(rows), "week 1")
    assert release_held(office, NOW) is None
    post_extract(office, roster([Student("000125", "Amari", "Zoë")]), "roster 2")
    released = release_held(office, NOW)
    assert released is not None and released.released == 1
    assert ("000125", MONDAY, "AM", "N") in register(office)
    assert held(office) == []


def test_held_rows_are_posted_when_the_code_is_added(tmp_path: Path) -> None:
    office = small_office(tmp_path / "office")
    post_extract(office, roster([ANA]), "roster")
    rows = [("000123", MONDAY, "AM", "!"), ("000123", MONDAY, "PM", "\\")]
    post_extract(office, marks(rows), "week 1")
    office.ledger.close()
    save_settings(tmp_path / "office", {"codes": {"!": "I"}})
    office = open_office(tmp_path / "office")
    released = release_held(office, NOW)
    assert released is not None and released.new == 1


def test_a_held_row_overtaken_by_a_newer_mark_does_not_undo_it(office: Office) -> None:
    rows = [("000125", MONDAY, "AM", "N"), ("000123", MONDAY, "AM", "/")]
    post_extract(office, marks(rows), "week 1")
    post_extract(office, roster([Student("000125", "Amari", "Zoë")]), "roster 2")
    post_extract(office, marks([("000125", MONDAY, "AM", "I")]), "week 2")
    release_held(office, NOW)
    assert ("000125", MONDAY, "AM", "I") in register(office)
    assert held(office) == []


def test_a_register_of_strangers_is_refused_whole(office: Office) -> None:
    with pytest.raises(RefusedFile, match="obody in this file is on the roster"):
        post_extract(office, marks([("777", MONDAY, "AM", "/")]), "other school")
    assert register(office) == []


def test_without_any_roster_a_register_brings_its_own_students(tmp_path: Path) -> None:
    office = small_office(tmp_path / "new")
    posting = post_extract(office, marks([("000777", MONDAY, "AM", "/")]), "week 1")
    assert (posting.students, posting.new) == (1, 1)


# Absences only (Texas): what is not in the file was attended


@pytest.fixture
def texas(tmp_path: Path) -> Office:
    office = small_office(tmp_path / "texas", "us-tx")
    people = [
        Student("000123", "O'Neil", "Ana", campus="001"),
        Student("000124", "Ng", "Bo", campus="041"),
    ]
    post_extract(office, roster(people), "roster")
    return office


def test_an_absence_gone_from_the_export_is_taken_away_with_a_trail(texas: Office) -> None:
    rows = [("000123", MONDAY, "P2", "U"), ("000123", TUESDAY, "P2", "U")]
    rows += [("000123", WEDNESDAY, "P2", "U")]
    post_extract(texas, marks(rows, campus="001", negative=True), "week 1")
    later = [rows[0], rows[2]]
    posting = post_extract(texas, marks(later, campus="001", negative=True), "week 2")
    assert posting.amended == 1
    assert register(texas) == later
    assert amendments(texas) == [(TUESDAY, "U", None)]


def test_a_list_that_takes_back_more_absences_than_it_names_is_refused(texas: Office) -> None:
    days = (MONDAY, TUESDAY, WEDNESDAY)
    whole = [("000123", day, part, "U") for day in days for part in ("P2", "P3")]
    post_extract(texas, marks(whole, negative=True), "whole")
    part = marks([whole[0], whole[-1]], negative=True)
    with pytest.raises(RefusedFile, match=r"has 2 rows and would take back 4 absences .*a part of"):
        post_extract(texas, part, "part")
    assert len(register(texas)) == 6
    assert post_extract(texas, part, "part", accept_drift=True).amended == 4


def test_a_list_may_take_back_as_many_absences_as_it_names(texas: Office) -> None:
    whole = [("000123", MONDAY, f"P{number}", "U") for number in range(1, 7)]
    post_extract(texas, marks(whole, negative=True), "whole")
    span = Coverage("", date(2026, 11, 2), date(2026, 11, 2), tuple(row[2] for row in whole))
    half = marks(whole[:3], negative=True, coverage=(span,))
    assert post_extract(texas, half, "half").amended == 3


def test_an_export_of_one_campus_leaves_the_other_alone(texas: Office) -> None:
    post_extract(texas, marks([("000124", MONDAY, "P2", "U")], campus="041", negative=True), "a")
    post_extract(texas, marks([("000123", MONDAY, "P2", "U")], campus="001", negative=True), "b")
    assert len(register(texas)) == 2


def test_days_and_periods_outside_the_coverage_are_left_alone(texas: Office) -> None:
    post_extract(
        texas,
        marks(
            [("000123", MONDAY, "P2", "U"), ("000123", TUESDAY, "P5", "U")],
            campus="001",
            negative=True,
        ),
        "week 1",
    )
    span = Coverage("001", date(2026, 11, 3), date(2026, 11, 4), ("P2",))
    second = marks([("000123", WEDNESDAY, "P2", "U")], negative=True, coverage=(span,))
    post_extract(texas, second, "week 2")
    assert len(register(texas)) == 3


def test_a_row_held_back_does_not_take_the_earlier_mark_away(texas: Office) -> None:
    rows = [("000123", MONDAY, "P2", "U"), ("000123", TUESDAY, "P2", "U")]
    post_extract(texas, marks(rows, campus="001", negative=True), "week 1")
    odd = [("000123", MONDAY, "P2", "?"), ("000123", TUESDAY, "P2", "U")]
    post_extract(texas, marks(odd, campus="001", negative=True), "week 2")
    assert register(texas) == rows


# Held absences that a newer export takes back or corrects before the roster comes

ZOE = Student("000125", "Amari", "Zoë", campus="001")
HELD = [("000125", day, "P2", "U") for day in (MONDAY, TUESDAY, WEDNESDAY)]
KNOWN = [("000123", day, "P2", "U") for day in (MONDAY, WEDNESDAY)]


def zoe_arrives(office: Office) -> list[tuple[str, str, str, str]]:
    """Post the roster that has Zoë, release what was held; her marks then."""
    post_extract(office, roster([ZOE]), "roster 2")
    release_held(office, NOW)
    return [row for row in register(office) if row[0] == ZOE.student_id]


def test_held_absences_withdrawn_before_the_roster_came_are_not_posted(texas: Office) -> None:
    post_extract(texas, marks([*KNOWN, *HELD], campus="001", negative=True), "week 1")
    post_extract(texas, marks(KNOWN, campus="001", negative=True), "week 2")
    assert held(texas) == []
    assert zoe_arrives(texas) == []


def test_of_held_absences_the_newest_export_counts(texas: Office) -> None:
    post_extract(texas, marks([*KNOWN, *HELD], campus="001", negative=True), "week 1")
    excused = [(student, day, part, "A") for student, day, part, _ in HELD]
    post_extract(texas, marks([*KNOWN, *excused], campus="001", negative=True), "week 2")
    assert len(held(texas)) == len(HELD)
    assert zoe_arrives(texas) == excused
    assert held(texas) == []


def test_of_held_rows_left_from_two_files_the_older_are_struck_off_on_release(
    texas: Office,
) -> None:
    first = post_extract(texas, marks([*KNOWN, *HELD], campus="001", negative=True), "week 1")
    excused = [(student, day, part, "A") for student, day, part, _ in HELD]
    post_extract(texas, marks([*KNOWN, *excused], campus="001", negative=True), "week 2")
    with texas.ledger.write() as connection:  # as in a ledger from before rows were overtaken
        connection.exec_driver_sql("UPDATE held SET released = NULL WHERE posting = ?", (first.id,))
    assert zoe_arrives(texas) == excused
    assert held(texas) == []


def test_a_known_students_held_absence_is_withdrawn_too(texas: Office) -> None:
    odd = ("000123", TUESDAY, "P2", "?")
    post_extract(texas, marks([*KNOWN, odd], campus="001", negative=True), "week 1")
    assert held(texas) == [("unknown-code", 4)]
    post_extract(texas, marks(KNOWN, campus="001", negative=True), "week 2")
    assert held(texas) == []


UNREAD = Problem("bad-date", "the date cannot be read")


@pytest.mark.parametrize(
    "second",
    [
        marks(KNOWN, campus="001", negative=True, importer="another"),
        marks(KNOWN, campus="001"),
        marks([("000124", MONDAY, "P2", "U")], campus="041", negative=True),
        marks([("000123", "2026-11-05", "P2", "U")], campus="001", negative=True),
        marks([("000123", MONDAY, "P5", "U")], campus="001", negative=True),
        marks(KNOWN, campus="001", negative=True, problems=(UNREAD,)),
    ],
    ids=["importer", "all marks", "campus", "days", "periods", "unread row"],
)
def test_held_absences_an_export_does_not_speak_about_stay_held(
    texas: Office, second: Extract
) -> None:
    post_extract(texas, marks([*KNOWN, *HELD], campus="001", negative=True), "week 1")
    post_extract(texas, second, "week 2")
    assert zoe_arrives(texas) == HELD


def test_a_held_absence_of_an_export_of_two_campuses_needs_both_to_be_withdrawn(
    texas: Office,
) -> None:
    days = date(2026, 11, 2), date(2026, 11, 4)
    spans = tuple(Coverage(campus, *days, ("P2",)) for campus in ("001", "041"))
    post_extract(texas, marks([*KNOWN, *HELD], negative=True, coverage=spans), "week 1")
    post_extract(texas, marks(KNOWN, negative=True, coverage=spans[:1]), "week 2")
    assert len(held(texas)) == len(HELD)
    post_extract(texas, marks(KNOWN, negative=True, coverage=spans), "week 3")
    assert held(texas) == []


def test_a_day_mark_speaks_for_the_periods_of_that_day(tmp_path: Path) -> None:
    office = small_office(tmp_path / "ca", "us-ca")
    first = [("000123", MONDAY, "DAY", ""), ("000123", MONDAY, "P3", "U")]
    post_extract(office, marks(first), "week 1")
    span = Coverage("", date(2026, 11, 2), date(2026, 11, 2), ("DAY", "P3"))
    post_extract(office, marks([("000123", MONDAY, "DAY", "")], coverage=(span,)), "week 2")
    assert register(office) == [("000123", MONDAY, "DAY", "")]
    assert amendments(office) == [(MONDAY, "U", None)]


def test_a_file_that_changes_most_of_what_is_on_record_is_refused(office: Office) -> None:
    days = [f"2026-11-{day:02d}" for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18)]
    first = [("000123", day, part, "I") for day in days for part in ("AM", "PM")]
    second = [("000123", day, part, "/") for day in days for part in ("AM", "PM")]
    post_extract(office, marks(first), "week 1")
    with pytest.raises(RefusedFile, match="26 of the 26"):
        post_extract(office, marks(second), "week 2")
    assert {row[3] for row in register(office)} == {"I"}
    assert post_extract(office, marks(second), "week 2", accept_drift=True).amended == 26


# One mistyped year

LONG = [f"2026-{month:02d}-{day:02d}" for month in (9, 11) for day in range(2, 31)]
SCHOOL_DAYS = [day for day in LONG if date.fromisoformat(day).weekday() < 5]


def test_a_mistyped_year_in_a_large_file_is_held_and_moves_nothing(texas: Office) -> None:
    whole = [("000123", day, part, "U") for day in SCHOOL_DAYS for part in ("P1", "P2", "P3", "P4")]
    post_extract(texas, marks(whole, campus="001", negative=True), "year to date")
    slip = ("000123", "2025-11-04", "P2", "U")
    posting = post_extract(
        texas, marks([*whole, slip], campus="001", negative=True), "year to date 2"
    )
    assert (posting.held, posting.amended, posting.new) == (1, 0, 0)
    assert held(texas) == [("far-off-date", len(whole) + 2)]
    with texas.ledger.read() as connection:
        spans = book.coverage(connection)
    assert min(span.first for span in spans) == date(2026, 9, 2)


def test_a_small_file_covers_its_stretches_and_not_the_time_between(texas: Office) -> None:
    autumn = [("000123", "2026-11-03", "P2", "U")]
    post_extract(texas, marks(autumn, campus="001", negative=True), "autumn")
    two_ends = [("000123", "2026-09-02", "P2", "U"), ("000123", "2027-02-02", "P2", "U")]
    posting = post_extract(texas, marks(two_ends, campus="001", negative=True), "two ends")
    assert (posting.new, posting.amended) == (2, 0)
    assert len(register(texas)) == 3
