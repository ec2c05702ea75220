"""The clerk's morning: whom to call, what is open, which registers were not taken, who is late."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rollbook.ledger import care
from rollbook.office import Office
from rollbook.register import Action, Enrolment, Guardian, HoldBack, Student
from rollbook.reports import Asked, Table, report_named
from rollbook.standing import Standing, read_standing
from tests.offices import Row, marks, post_extract, roster, small_office

DAY = date(2026, 11, 12)

PEOPLE = [
    Student("1", "Ashdown", "Ada", form="7A"),
    Student("2", "Birch", "Bo", form="7A"),
    Student("3", "Cole", "Cy", form="7B", flags=frozenset({"medical-plan"})),
    Student("4", "Dene", "Di", form="7B"),
    Student("5", "Elm", "Ed", form="7B"),
]

GUARDIANS = [
    Guardian("1", "Una Ashdown", phone="01632 960001"),
    Guardian("3", "Father Cole", phone="01632 960002", court_order=True),
    Guardian("3", "Mother Cole", order=2),
    Guardian("4", "Dora Dene", order=1),
    Guardian("4", "Dan Dene", phone="01632 960003", order=2),
]

ROWS: list[Row] = [
    ("1", "2026-11-02", "AM", "N"),
    ("1", "2026-11-02", "PM", "N"),
    ("2", "2026-11-02", "AM", "L"),
    ("2", "2026-11-05", "AM", "U"),
    ("1", "2026-11-12", "AM", "N"),
    ("2", "2026-11-12", "AM", "L"),
    ("3", "2026-11-12", "AM", "N"),
    ("3", "2026-11-12", "PM", "N"),
    ("4", "2026-11-12", "AM", "I"),
    ("1", "2026-11-12", "PM", "/"),
    ("2", "2026-11-12", "PM", "/"),
    ("5", "2026-11-12", "AM", "/"),
]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = small_office(tmp_path / "office")
    post_extract(office, roster(PEOPLE, GUARDIANS), "roster")
    post_extract(office, marks([row for row in ROWS if row[1] != "2026-11-12"]), "before")
    post_extract(office, marks([row for row in ROWS if row[1] == "2026-11-12"]), "today")
    return office


def standing_of(office: Office) -> Standing:
    return read_standing(office, DAY)


def report(name: str, office: Office, first: str = "", standing: Standing | None = None) -> Table:
    since = date.fromisoformat(first) if first else None
    table: Table = report_named(name).build(Asked(office, standing or standing_of(office), since))
    return table


def column(table: Table, title: str) -> list[object]:
    [place] = [number for number, one in enumerate(table.columns) if one.title == title]
    return [row[place] for row in table.rows]


def test_whoever_is_away_with_no_reason_is_called_the_vulnerable_first(office: Office) -> None:
    table = report("first-day", office)
    assert list(zip(column(table, "Student"), column(table, "Away"), strict=True)) == [
        ("Cole, Cy", "code N (AM, PM)"),
        ("Ashdown, Ada", "code N (AM)"),
        ("Dene, Di", "no mark"),
        ("Elm, Ed", "no mark"),
    ]
    assert column(table, "Care")[0] == "medical plan"
    assert table.title == "Away on 12 Nov 2026 with no reason known (check): 4 to call"


def test_nobody_is_called_against_a_court_order_and_whoever_has_a_phone_goes_first(
    office: Office,
) -> None:
    table = report("first-day", office)
    assert column(table, "Call") == [
        "Mother Cole",
        "Una Ashdown",
        "Dan Dene",
        "nobody may be called: see the student's file",
    ]


def test_a_family_that_was_reached_today_goes_to_the_end(office: Office) -> None:
    with office.ledger.write() as connection:
        care.save_action(connection, Action("3", DAY, "call", note="asthma", by="R", at="now"))
        care.save_action(connection, Action("1", date(2026, 11, 11), "call", by="R", at="now"))
    table = report("first-day", office)
    assert column(table, "Student")[-1] == "Cole, Cy"
    assert column(table, "Reached") == ["", "", "", "call 12 Nov: asthma"]
    assert "3 to call" in table.title


def test_a_reason_for_care_noted_in_the_ledger_counts_while_it_stands(office: Office) -> None:
    noted = {"4": [HoldBack("4", "safeguarding", DAY)], "5": [HoldBack("5", "safeguarding", DAY)]}
    ended = replace(noted["5"][0], first=date(2026, 9, 1), last=date(2026, 11, 11))
    standing = replace(standing_of(office), hold_backs=noted | {"5": [ended]})
    table = report("first-day", office, standing=standing)
    assert column(table, "Student") == ["Dene, Di", "Cole, Cy", "Ashdown, Ada", "Elm, Ed"]


def test_in_texas_an_absence_without_excuse_is_called_about(tmp_path: Path) -> None:
    office = small_office(tmp_path / "tx", "us-tx")
    people = [Student("1", "Ashdown", "Ada"), Student("2", "Birch", "Bo")]
    post_extract(office, roster(people), "roster")
    rows = [("1", "2026-11-12", "P2", "U"), ("2", "2026-11-12", "P2", "A")]
    table = report("first-day", office, standing=_posted(office, rows))
    said = dict(zip(column(table, "Student"), column(table, "Away"), strict=True))
    assert said == {"Ashdown, Ada": "code U (P2)"}


def _posted(office: Office, rows: list[Row]) -> Standing:
    post_extract(office, marks(rows, negative=True), "absences")
    return read_standing(office, DAY)


def test_open_codes_are_listed_by_age_in_school_days(office: Office) -> None:
    table = report("n-codes", office)
    assert column(table, "Student") == ["Ashdown, Ada", "Ashdown, Ada", "Cole, Cy"]
    assert column(table, "Age in school days") == [8, 0, 0]
    assert column(table, "By") == [date(2026, 11, 9), *[date(2026, 11, 19)] * 2]
    assert column(table, "State") == ["overdue", "open", "open"]
    assert column(table, "Code") == ["N AM, N PM", "N AM", "N AM, N PM"]
    assert "3 days, 1 overdue" in table.title


@pytest.mark.parametrize(
    ("as_of", "state"),
    [("2026-11-06", "open"), ("2026-11-09", "today"), ("2026-11-10", "overdue")],
)
def test_an_open_code_is_overdue_after_its_fifth_school_day(
    office: Office, as_of: str, state: str
) -> None:
    standing = read_standing(office, date.fromisoformat(as_of))
    assert column(report("n-codes", office, standing=standing), "State") == [state]


def test_a_pack_without_a_rule_about_open_codes_says_so(tmp_path: Path) -> None:
    office = small_office(tmp_path / "ca", "us-ca")
    assert "no rule about them" in report("n-codes", office).title


def test_late_arrivals_are_counted_with_those_that_are_absences(office: Office) -> None:
    table = report("lates", office)
    assert list(table.rows[0])[:6] == ["2", "Birch, Bo", "", "7A", 3, 1]
    assert column(table, "Minutes") == [None]  # the register does not say
    assert column(table, "This week") == [1]
    assert (column(table, "Worst week"), column(table, "In it")) == ([date(2026, 11, 2)], [2])
    assert column(report("lates", office, "2026-11-06"), "Late") == [1]


def test_late_arrivals_by_week_and_form(office: Office) -> None:
    table = report("lates-by-week", office)
    assert [list(row) for row in table.rows] == [
        [date(2026, 11, 9), "7A", 1, 1, None],
        [date(2026, 11, 2), "7A", 1, 2, None],
    ]


def test_a_register_is_missing_where_other_forms_have_theirs(office: Office) -> None:
    table = report("missing-registers", office)
    assert [list(row) for row in table.rows] == [
        [DAY, "PM", "", "7B", 3, 1, "2 without a mark"],
    ]
    assert table.title == "Registers on 12 Nov 2026: 0 not taken, 1 not complete"


def test_a_form_without_any_mark_has_not_taken_its_register(tmp_path: Path) -> None:
    office = small_office(tmp_path / "office")
    left = Enrolment("6", date(2026, 9, 1), date(2026, 11, 1))
    others = [Enrolment(one.student_id, date(2026, 9, 1)) for one in PEOPLE]
    people = [*PEOPLE, Student("6", "Fell", "Fay", form="8A")]
    post_extract(office, roster(people, enrolments=[left, *others]), "roster")
    rows = [("1", "2026-11-12", "AM", "/"), ("2", "2026-11-12", "AM", "-")]
    post_extract(office, marks(rows), "today")
    table = report("missing-registers", office)
    assert [list(row)[3:] for row in table.rows] == [
        ["7A", 2, 1, "1 without a mark"],
        ["7B", 3, 0, "not taken"],
    ]


def test_absences_alone_say_nothing_of_registers(tmp_path: Path) -> None:
    office = small_office(tmp_path / "tx", "us-tx")
    post_extract(office, roster(PEOPLE), "roster")
    standing = _posted(office, [("1", "2026-11-12", "P2", "U")])
    assert report("missing-registers", office, standing=standing).rows == []


@pytest.mark.parametrize("name", ["daily", "first-day", "missing-registers"])
def test_a_day_without_school_is_said_and_nothing_is_missing(office: Office, name: str) -> None:
    saturday = read_standing(office, date(2026, 11, 14))
    table = report(name, office, standing=saturday)
    assert "no school that day (a Saturday)" in table.title
    assert table.rows == []


def test_a_closure_is_named_where_no_register_is_to_be_taken(office: Office) -> None:
    in_half_term = read_standing(office, date(2026, 10, 28))
    title = report("missing-registers", office, standing=in_half_term).title
    assert title == ("Registers on 28 Oct 2026: no school that day (Half term), none to be taken")


def test_one_late_student_is_one_student(office: Office) -> None:
    assert report("lates", office).title.endswith(": 3 by 1 student")
