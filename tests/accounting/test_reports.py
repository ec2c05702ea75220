"""The reports of attendance accounting, from a ledger to the rows a clerk reads."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rollbook.importers.contract import Coverage
from rollbook.ledger import care
from rollbook.office import Office, make_office, open_office
from rollbook.problems import NotAllowed
from rollbook.register import Action, Enrolment, Student
from rollbook.reports import Asked, Table, report_named
from rollbook.standing import read_standing
from tests.offices import Row, marks, post_extract, roster

TEXAS_CALENDAR = """\
checked = true
[[year]]
name = "2026-27"
first = 2026-08-17
last = 2027-05-28
[[year.six_weeks]]
name = "1st six weeks"
first = 2026-08-17
last = 2026-08-28
[[year.six_weeks]]
name = "2nd six weeks"
first = 2026-08-31
last = 2026-10-09
[[year.track]]
name = "02"
[[year.track.closure]]
name = "Track 2 off"
first = 2026-08-27
last = 2026-08-28
"""

CALIFORNIA_CALENDAR = """\
checked = true
[[year]]
name = "2026-27"
first = 2026-08-17
last = 2027-06-04
extra_days = [2026-08-22]
[[year.month]]
name = "Month 1"
first = 2026-08-17
last = 2026-08-28
[[year.month]]
name = "Month 2"
first = 2026-08-31
last = 2026-09-11
[[year.month]]
name = "Month 6"
first = 2026-12-21
last = 2027-01-15
[[year.bell]]
name = "Regular"
band = "1-3"
minutes = 280
days = 180
"""

FIRST, FRIDAY = date(2026, 8, 17), date(2026, 8, 28)


def rows_of(table: Table, *titles: str) -> list[tuple[Any, ...]]:
    places = [[column.title for column in table.columns].index(title) for title in titles]
    return [tuple(row[place] for place in places) for row in table.rows]


def report(
    office: Office, name: str, day: date | None = None, against: Path | None = None
) -> Table:
    table = report_named(name).build(Asked(office, read_standing(office, day), against=against))
    assert isinstance(table, Table)
    return table


def office_with(
    root: Path,
    jurisdiction: str,
    calendar: str,
    people: Sequence[Student],
    enrolments: Sequence[Enrolment],
    absences: Sequence[Row],
    part: str,
    until: date = FRIDAY,
) -> Office:
    make_office(root, jurisdiction, "Oak & Ash School", calendar)
    office = open_office(root)
    post_extract(office, roster(people, (), enrolments), "roster")
    covered = (Coverage("", FIRST, until, (part,)),)
    extract = marks(absences, negative=True, coverage=covered)
    assert not post_extract(office, extract, "absences").held
    return office


@pytest.fixture
def texas(tmp_path: Path) -> Office:
    people = [
        Student("000001", "Ng", "Bo", grade="09"),
        Student("000002", "O'Neil", "Ana", grade="PK"),
        Student("000003", "Ito", "Cy", grade="10"),
    ]
    enrolments = [
        Enrolment("000001", FIRST, campus="001", ada_code="1", track="01"),
        Enrolment("000002", FIRST, campus="101", ada_code="2", track="02"),
        Enrolment("000003", FIRST, date(2026, 8, 21), campus="001", ada_code="4", track="01"),
        Enrolment("000003", date(2026, 8, 25), campus="001", track="01"),
    ]
    absences = [("000001", "2026-08-18", "P2", "U"), ("000002", "2026-08-19", "P2", "E")]
    return office_with(tmp_path / "tx", "us-tx", TEXAS_CALENDAR, people, enrolments, absences, "P2")


def test_texas_rows_a_to_g(texas: Office) -> None:
    table = report(texas, "ada")
    titles = [column.title for column in table.columns]
    letters = [title for title in titles if title[:2] in ("A ", "B ", "C ", "D ", "E ", "F ", "G ")]
    assert rows_of(table, "Six weeks", "Campus", "Track", *letters)[:3] == [
        ("1st six weeks", "001", "01", 10, 18.0, 1.0, 17.0, 4.0, 13.0, 1.3),
        ("1st six weeks", "101", "02", 8, 4.0, 0.5, 3.5, 0.0, 3.5, 0.438),
        ("1st six weeks", "All", "", "", 22.0, 1.5, 20.5, 4.0, 16.5, 1.738),
    ]
    assert rows_of(table, "Campus", "No ADA code", "No mark")[0] == ("001", 1, 0.0)


def test_texas_says_what_must_be_checked(texas: Office, tmp_path: Path) -> None:
    table = report(texas, "ada")
    assert "Gross ADA (check)" in [column.title for column in table.columns]
    for name in ("ada", "ada-grades", "ada-students"):
        title = report(texas, name).title
        assert title.endswith(
            "half days 2, 5, 6 (check); ineligible 4, 5; no membership 0, 9 (check)"
        )
    last_year = tmp_path / "before Rollbook marked it.csv"
    last_year.write_text("Six weeks,Campus,Track,Gross ADA\r\n1,001,01,2\r\n", encoding="utf-8")
    found = rows_of(report(texas, "reconcile", against=last_year), "Figure", "In the file")
    assert found[0] == ("Gross ADA (check)", 2.0)
    daily = [column.title for column in report(texas, "daily").columns]
    assert "Chronically absent (check): absent" in daily


def test_texas_students_add_up_to_their_campus(texas: Office) -> None:
    days = ("Days membership", "Days absent", "Days present")
    students = rows_of(report(texas, "ada-students"), "Campus", *days)
    high_school = [row[1:] for row in students if row[0] == "001"]
    assert [sum(column) for column in zip(*high_school, strict=True)] == [18.0, 1.0, 17.0]
    grades = rows_of(report(texas, "ada-grades"), "Campus", "Grade", "D Days present")
    assert grades == [("001", "09", 9.0), ("001", "10", 8.0), ("101", "PK", 3.5)]


def test_a_file_of_totals_is_laid_beside_ours(texas: Office, tmp_path: Path) -> None:
    ours = tmp_path / "as handed in.xlsx"
    report(texas, "ada").write(ours)
    assert report(texas, "reconcile", against=ours).rows == []
    theirs = tmp_path / "PEIMS 400 totals.csv"
    theirs.write_text(
        "REPORTING-PERIOD,CAMPUS-ID-OF-ENROLLMENT,INSTRUCTIONAL-TRACK,GRADE-LEVEL,"
        "TOTAL-DAYS-ABSENT,Refined ADA\r\n"
        "1,999901001,1,09,1,0.9\r\n"
        "1,999901001,1,10,0,0.3\r\n"
        "1,999901101,2,PK,0.7,0.4\r\n",
        encoding="cp1252",
    )
    found = rows_of(
        report(texas, "reconcile", against=theirs), "Where", "Figure", "Ours", "In the file"
    )
    assert found == [("1st six weeks, 101, 02", "C Days absent", 0.5, 0.7)]


def test_a_file_that_is_no_table_of_totals_is_refused_in_words(
    texas: Office, tmp_path: Path
) -> None:
    with pytest.raises(NotAllowed, match="--against FILE"):
        report(texas, "reconcile")
    other = tmp_path / "letters.csv"
    other.write_text("Name,Letter\r\nNg,1\r\n", encoding="utf-8")
    with pytest.raises(NotAllowed, match="Six weeks, Campus, Track"):
        report(texas, "reconcile", against=other)
    wrong = tmp_path / "totals.csv"
    wrong.write_text("Six weeks,Campus,Track,Refined ADA\r\n1,001,01,many\r\n", encoding="utf-8")
    with pytest.raises(NotAllowed, match="row 2, G Refined ADA: “many” is no number"):
        report(texas, "reconcile", against=wrong)


@pytest.fixture
def california(tmp_path: Path) -> Office:
    facts = [("0", "A1", "es"), ("3", "A1", "en"), ("4", "A1", ""), ("5", "A2", "vi")]
    people = [
        Student(f"{number:05d}", "Ng", grade=grade, form=form, campus="10", language=language)
        for number, (grade, form, language) in enumerate(facts, start=1)
    ]
    enrolments = [Enrolment(one.student_id, FIRST, campus="10") for one in people]
    absences = [
        ("00001", "2026-08-18", "DAY", "I"),
        ("00001", "2026-08-22", "DAY", "I"),
        ("00002", "2026-08-28", "DAY", "G"),
        ("00003", "2026-09-01", "DAY", "U"),
    ]
    office = office_with(
        tmp_path / "ca",
        "us-ca",
        CALIFORNIA_CALENDAR,
        people,
        enrolments,
        absences,
        "DAY",
        until=date(2026, 9, 2),
    )
    with office.ledger.write() as connection:
        for day in (date(2026, 8, 26), date(2026, 8, 27), date(2026, 8, 29)):
            care.save_action(connection, Action("00001", day, "attendance-recovery"))
    return office


def test_california_leaves_out_saturday_and_takes_full_months_only(california: Office) -> None:
    table = report(california, "ada")
    found = rows_of(table, "Period", "Grades", "Days taught", "Days of attendance", "ADA")
    assert found == [
        ("Month 1", "TK-3", 10, 19, 1.9),
        ("Month 1", "4-6", 10, 20, 2.0),
        ("Month 1", "", 10, 39, 3.9),
        ("Month 2 (so far)", "TK-3", 3, 6, 2.0),
        ("Month 2 (so far)", "4-6", 3, 5, 1.67),
        ("Month 2 (so far)", "", 3, 11, 3.67),
        ("P-1: 1 of 2 months so far", "TK-3", 10, 19, 1.9),
        ("P-1: 1 of 2 months so far", "4-6", 10, 20, 2.0),
        ("P-1: 1 of 2 months so far", "", 10, 39, 3.9),
        ("P-2: 1 of 3 months so far", "TK-3", 10, 19, 1.9),
        ("P-2: 1 of 3 months so far", "4-6", 10, 20, 2.0),
        ("P-2: 1 of 3 months so far", "", 10, 39, 3.9),
        ("Annual (check): 1 of 3 months so far", "TK-3", 10, 19, 1.9),
        ("Annual (check): 1 of 3 months so far", "4-6", 10, 20, 2.0),
        ("Annual (check): 1 of 3 months so far", "", 10, 39, 3.9),
    ]


def test_california_says_what_must_be_checked(california: Office) -> None:
    assert report(california, "ada").title.endswith("grade spans TK-3, 4-6, 7-8, 9-12 (check)")
    assert report(california, "chronic").title.endswith("shows groups of 30 (check)")


def test_recovery_stands_apart_and_is_credited_for_absences_only(
    california: Office,
) -> None:
    table = report(california, "ada")
    found = rows_of(table, "Period", "Recovery days credited", "ADA with recovery")
    assert found[0] == ("Month 1", "", "")
    assert found[6] == ("P-1: 1 of 2 months so far", 1, 2.0)


def test_class_sizes_leave_out_independent_study(california: Office) -> None:
    table = report(california, "class-size")
    assert rows_of(table, "Site", "Class", "28 Aug", "Average", "At or below 24") == [
        ("10", "A1", 2, 2.0, ""),
        ("10", "Site", "", 2.0, "yes"),
    ]


def test_a_class_above_its_own_limit_is_named(tmp_path: Path) -> None:
    pupils = [Student(f"{number:05d}", grade="K", form="K1", campus="10") for number in range(34)]
    pupils += [Student(f"1{number:04d}", grade="2", form="R2", campus="10") for number in range(32)]
    enrolments = [Enrolment(one.student_id, FIRST, campus="10") for one in pupils]
    absences = [("00001", "2026-08-18", "DAY", "I")]
    office = office_with(
        tmp_path / "ca", "us-ca", CALIFORNIA_CALENDAR, pupils, enrolments, absences, "DAY"
    )
    found = rows_of(report(office, "class-size"), "Class", "Average", "One class")
    assert [row[:2] for row in found] == [("K1", 34.0), ("R2", 32.0), ("Site", 33.0)]
    assert found[0][2].startswith("Above 33: a penalty may follow")
    assert [row[2] for row in found[1:]] == ["", ""]


def test_minutes_say_what_is_missing(california: Office) -> None:
    [row] = rows_of(
        report(california, "minutes"), "Grades", "Minutes", "Minutes needed", "Minutes short"
    )
    assert row == ("1-3", 50400, 50400, 0)
    [(meaning,)] = rows_of(report(california, "minutes"), "What it means")
    assert meaning.startswith("The calendar has 21")


def test_languages_are_named_and_owed_from_the_share_on(california: Office) -> None:
    table = report(california, "languages")
    assert rows_of(table, "Language", "Pupils", "Of enrolled", "Notices in this language") == [
        ("Spanish", 1, 4, "yes"),
        ("Vietnamese", 1, 4, "yes"),
    ]


def test_chronic_absence_by_school_with_too_few_for_the_dashboard(california: Office) -> None:
    table = report(california, "chronic")
    titles = ("School", "Students", "Chronically absent", "Dashboard: students")
    assert rows_of(table, *titles, "Dashboard: % of students") == [("10", 4, 0, 0, None)]


def test_england_has_groups_and_a_daily_summary_and_says_so(tmp_path: Path) -> None:
    make_office(
        tmp_path / "eng",
        "gb-eng",
        "Oak & Ash School",
        'checked = true\n[[year]]\nname = "2026-27"\nfirst = 2026-09-01\nlast = 2027-07-16\n',
    )
    office = open_office(tmp_path / "eng")
    people = [Student("007", "Ng", "Bo", grade="8", form="8A"), Student("08", grade="9", form="9A")]
    post_extract(office, roster(people), "roster")
    strip = ["/", "\\", "N", "N", "/", "\\", "U", "\\", "/", "\\"]
    days = [f"2026-09-0{number}" for number in (1, 2, 3, 4, 7) for _ in range(2)]
    rows = [
        ("007", day, part, symbol)
        for day, part, symbol in zip(days, ("AM", "PM") * 5, strip, strict=True)
    ] + [("08", day, part, "/") for day, part in zip(days, ("AM", "PM") * 5, strict=True)]
    post_extract(office, marks(rows), "weeks")
    groups = rows_of(
        report(office, "groups"), "Name", "Possible sessions", "Attended", "Persistent absence"
    )
    assert groups[0] == ("All students", 20, 17, 1)
    daily = rows_of(
        report(office, "daily", date(2026, 9, 4)), "Session", "Name", "Absent", "Late", "session %"
    )
    assert daily[0] == ("AM", "All students", 1, 1, 50.0)
    for name, words in (("ada", "report groups"), ("chronic", "report groups")):
        with pytest.raises(NotAllowed, match=words):
            report(office, name)


@pytest.mark.parametrize(
    ("jurisdiction", "name", "words"),
    [
        ("us-tx", "ada", "year.six_weeks"),
        ("us-ca", "ada", "year.month"),
        ("us-ca", "minutes", "year.bell"),
        ("us-ca", "class-size", "year.month"),
        ("us-tx", "minutes", "no minutes"),
        ("us-tx", "class-size", "no class averages"),
        ("gb-eng", "languages", "no share"),
        ("us-ca", "ada-grades", "report ada"),
    ],
)
def test_what_is_missing_is_said_with_what_to_write(
    tmp_path: Path, jurisdiction: str, name: str, words: str
) -> None:
    calendar = 'checked = true\n[[year]]\nname = "2026-27"\nfirst = 2026-08-17\nlast = 2027-05-28\n'
    make_office(tmp_path / "office", jurisdiction, "Oak & Ash School", calendar)
    with pytest.raises(NotAllowed, match=words):
        report(open_office(tmp_path / "office"), name, date(2026, 10, 1))


def test_between_two_school_years_the_day_is_asked_for(tmp_path: Path) -> None:
    make_office(tmp_path / "office", "us-tx", "Oak & Ash School", TEXAS_CALENDAR)
    with pytest.raises(NotAllowed, match="01 Jul 2026 is in no school year"):
        report(open_office(tmp_path / "office"), "ada", date(2026, 7, 1))
