from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from rollbook.office import Office, make_office, open_office
from rollbook.problems import NotAllowed
from rollbook.register import Enrolment, Student
from rollbook.reports import Asked, Table
from rollbook.reports.balance import OFF_TRACK, SECOND, balanced, build
from rollbook.reports.balancing import people
from rollbook.reports.balancing.export import AGAINST
from rollbook.standing import Standing, read_standing
from tests.dropping import PUPILS, absences
from tests.offices import Row, marks, post_extract, roster, small_office

ANA = Student("007", "O'Neil", "Ana", grade="9", birth_date=date(2012, 3, 2))
BO = Student("008", "Ng", "Bo", grade="9", birth_date=date(2012, 5, 9))
WEEK = [f"2026-11-{day:02d}" for day in range(2, 7)]
SINCE = date(2026, 9, 1)

CALENDAR = """\
checked = true
[[year]]
name = "2025-26"
first = 2025-08-13
last = 2026-05-28
[[year]]
name = "2026-27"
first = 2026-08-12
last = 2027-05-27
"""
TRACKS = """\
[[year.track]]
name = "B"
extra_days = [2026-11-07]
[[year.track.closure]]
name = "B is off"
first = 2026-11-03
"""


def office_of(root: Path, jurisdiction: str, more: str = "") -> Office:
    make_office(root, jurisdiction, "Oak & Ash School", CALENDAR + more)
    return open_office(root)


def report(office: Office, against: Path | None = None, as_of: date | None = None) -> Table:
    return build(Asked(office, read_standing(office, as_of), against=against))


def differences(table: Table) -> list[dict[str, object]]:
    """The rows that do not balance, only what they fill in."""
    names = [column.title for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    return [
        {name: value for name, value in row.items() if value != ""}
        for row in rows
        if row["Outcome"] == "differs"
    ]


def english_week() -> list[Row]:
    return [
        (student, day, part, "I" if (student, day) == ("008", "2026-11-04") else "/")
        for student in ("007", "008")
        for day in WEEK
        for part in ("AM", "PM")
    ]


def english_office(root: Path) -> Office:
    office = small_office(root)
    post_extract(office, roster([ANA, BO]), "roster")
    post_extract(office, marks(english_week()), "week")
    return office


def listed(path: Path, rows: Sequence[Row]) -> Path:
    lines = ["Student ID,Date,Session,Code", *(",".join(row) for row in rows)]
    path.write_text("\r\n".join(lines), encoding="utf-8", newline="")
    return path


def test_a_register_as_it_was_posted_balances(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    table = report(office, listed(tmp_path / "the week.csv", english_week()))
    assert differences(table) == []
    assert balanced(table)
    assert "everything balances" in table.title


def test_one_wrong_mark_is_found_and_named(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    rows = [
        ("008", day, part, "O") if (student, day, part) == ("008", "2026-11-04", "PM") else
        (student, day, part, code)
        for student, day, part, code in english_week()
    ]  # fmt: skip
    table = report(office, listed(tmp_path / "the week.csv", rows))
    fault, total = differences(table)
    assert not balanced(table)
    assert fault | {"What it means": ""} == {
        "Check": AGAINST,
        "Outcome": "differs",
        "Student ID": "008",
        "Student": "Ng, Bo",
        "Date": date(2026, 11, 4),
        "Part": "PM",
        "Ledger": "I",
        "Other": "O",
        "What it means": "",
    }
    assert total["What it means"] == ("20 marks compared with “the week.csv”: 1 different.")


def test_a_mark_the_file_has_not_is_named(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    gone = ("007", "2026-11-05", "AM")
    rows = [row for row in english_week() if row[:3] != gone]
    fault, _total = differences(report(office, listed(tmp_path / "week.csv", rows)))
    assert (fault["Student ID"], fault["Part"], fault["Ledger"], fault["Other"]) == (
        "007",
        "AM",
        "/",
        "no mark",
    )


def test_a_student_only_the_file_knows_is_named(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    rows = [*english_week(), ("009", WEEK[0], "AM", "/")]
    stranger, _total = differences(report(office, listed(tmp_path / "week.csv", rows)))
    assert stranger["Student ID"] == "009"


def test_a_held_row_is_said_to_be_held(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    rows = [*english_week(), ("007", "2026-10-28", "AM", "O")]  # in the half term
    post_extract(office, marks(rows), "again")
    held, _total = differences(report(office, listed(tmp_path / "week.csv", rows)))
    assert str(held["What it means"]).startswith("The row is held back.")


def test_an_export_of_absences_is_compared_for_those_it_does_not_name_too(tmp_path: Path) -> None:
    office = office_of(tmp_path, "us-tx")
    ana, bo = replace(ANA, student_id="000007"), replace(BO, student_id="000008")
    enrolments = [Enrolment(one.student_id, SINCE, campus="001", ada_code="1") for one in (ana, bo)]
    post_extract(office, roster([ana, bo], enrolments=enrolments), "roster")
    first, lost, last = (
        ("000007", WEEK[0], "02"),
        ("000008", WEEK[1], "02"),
        ("000007", WEEK[4], "02"),
    )
    rows = [(student, day, "P2", "U") for student, day, _ in (first, lost, last)]
    post_extract(office, marks(rows, campus="001", negative=True), "absences")
    file = tmp_path / "absences.txt"
    file.write_text(absences(first, last), encoding="utf-8", newline="")
    fault, _total = differences(report(office, file))
    assert (fault["Student ID"], fault["Date"], fault["Ledger"], fault["Other"]) == (
        "000008",
        date(2026, 11, 3),
        "U",
        "no mark",
    )


def test_what_is_no_register_cannot_be_compared(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    with pytest.raises(NotAllowed, match="no file"):
        report(office, tmp_path / "gone.csv")
    pupils = tmp_path / "pupils.csv"
    pupils.write_text(PUPILS, encoding="utf-8")
    with pytest.raises(NotAllowed, match="holds no marks"):
        report(office, pupils)


SUMMARY = "Admission No,Name,Possible Sessions,Sessions Attended,Authorised,Unauthorised"


def test_the_totals_of_a_summary_are_held_against_the_marks(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    totals = tmp_path / "totals.csv"
    rows = ("007,X,10,10,0,0", "008,Y,10,8,2,0")
    totals.write_text("\n".join([SUMMARY, *rows]), encoding="utf-8")
    assert differences(report(office, totals)) == []
    totals.write_text("\n".join([SUMMARY, "008,Y,10,9,1,0", "999,Z,10,10,0,0"]), encoding="utf-8")
    attended, authorised, stranger, total = differences(report(office, totals))
    assert (attended["Student ID"], attended["Ledger"], attended["Other"]) == ("008", "8", "9")
    assert str(authorised["What it means"]).startswith("Authorised: the export counts 1, the led")
    assert stranger["Student ID"] == "999"
    assert total["What it means"] == (
        "Totals of 1 student compared with “totals.csv”: 3 different.")  # fmt: skip


def test_a_summary_in_days_is_not_held_against_sessions(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    totals = tmp_path / "totals.csv"
    totals.write_text("Student ID,Days Enrolled,Days Absent\n008,5,1\n", encoding="utf-8")
    table = report(office, totals)
    assert any("1 row of other units than sessions" in str(row) for row in table.rows)
    assert differences(table) == []


# Counting a second time --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("jurisdiction", "parts", "negative"),
    [
        ("gb-eng", ("AM", "PM"), False),
        ("us-tx", ("P1", "P2", "P3"), True),
        ("us-tx", ("DAY",), False),
        ("us-ca", ("P1", "P2", "P3"), False),
        ("us-ca", ("DAY", "P1", "P2"), False),
        ("us-ca", ("P1", "P2"), True),
    ],
)
def test_the_two_counts_agree(
    tmp_path: Path, jurisdiction: str, parts: Sequence[str], negative: bool, seed: int
) -> None:
    random = Random(f"{jurisdiction} {parts} {seed}")
    office = office_of(tmp_path, jurisdiction, TRACKS)
    codes = sorted(office.policy.codes_on(date(2026, 11, 2)))
    students = [Student(f"{number:03}", f"Name {number}", grade="9") for number in range(12)]
    enrolments = [
        Enrolment(
            one.student_id,
            SINCE + timedelta(days=random.choice([0, 0, 62, 65])),
            random.choice([None, None, date(2026, 11, 5)]),
            ada_code=random.choice(["1", "2", "0"]),
            track=random.choice(["", "B"]),
        )
        for one in students[:9]
    ]
    post_extract(office, roster(students, enrolments=enrolments), "roster")
    for file in range(2):
        rows = [
            (one.student_id, f"2026-11-{day:02d}", part, random.choice([*codes, codes[0]]))
            for one in students
            for day in range(2, 12)
            for part in parts
            if random.random() < (0.3 if negative else 0.8)
        ]
        extract = marks(rows, negative=negative)
        post_extract(office, extract, f"file {file}", accept_drift=True)
    table = report(office)
    assert [row for row in differences(table) if row["Check"] == SECOND] == []
    assert any("a second time" in str(row) for row in table.rows)


def test_what_differs_stands_before_what_balances(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    table = report(office, listed(tmp_path / "week.csv", english_week()[1:]))
    differs = [row[1] == "differs" for row in table.rows]
    assert differs == [True, True, *[False] * (len(differs) - 2)]


def test_a_day_of_two_enrolments_is_expected_once(tmp_path: Path) -> None:
    office = small_office(tmp_path)
    twice = [Enrolment("007", SINCE), Enrolment("007", date(2026, 11, 4), campus="2")]
    post_extract(office, roster([ANA, BO], enrolments=twice), "roster")
    post_extract(office, marks(english_week()), "week")
    assert dict(read_standing(office).tally()["missing"]) == {"007": 0, "008": 0}
    assert [row["Check"] for row in differences(report(office))] == [people.OVERLAPS]


def test_a_mark_lost_by_the_quick_count_is_found(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    standing = read_standing(office)
    lost = replace(standing, marks=standing.marks.iloc[1:])
    found = differences(build(Asked(office, lost)))
    assert [(row["Check"], row.get("Student ID")) for row in found] == [
        ("Campus totals", None),
        (SECOND, "007"),
    ]
    assert found[1]["Ledger"] == "possible 9, present 9, missing 1"
    assert found[1]["Other"] == "possible 10, present 10, missing 0"


def test_a_student_on_a_track_is_not_expected_on_its_days_off(tmp_path: Path) -> None:
    office = office_of(tmp_path, "gb-eng", TRACKS)
    enrolments = [Enrolment("007", SINCE, track="B"), Enrolment("008", SINCE)]
    post_extract(office, roster([ANA, BO], enrolments=enrolments), "roster")
    post_extract(office, marks([("008", day, "AM", "/") for day in WEEK]), "week")
    rows = [("007", day, "AM", "/") for day in WEEK if day != "2026-11-03"]
    post_extract(office, marks([*rows, ("007", "2026-11-07", "AM", "/")]), "track B")
    figures = read_standing(office).tally().to_dict("index")
    assert {name: figures["007"][name] for name in ("possible", "missing")} == {
        "possible": 5,
        "missing": 0,
    }
    assert {name: figures["008"][name] for name in ("possible", "missing")} == {
        "possible": 5,
        "missing": 0,
    }
    assert balanced(report(office))


def test_a_mark_on_a_day_off_of_the_own_track_counts_nothing(tmp_path: Path) -> None:
    office = office_of(tmp_path, "gb-eng", TRACKS)
    enrolments = [Enrolment("007", SINCE, track="B"), Enrolment("008", SINCE)]
    post_extract(office, roster([ANA, BO], enrolments=enrolments), "roster")
    rows = [(one, day, "AM", "/") for one in ("007", "008") for day in (WEEK[1], "2026-11-07")]
    post_extract(office, marks(rows), "both days")
    figures = read_standing(office).tally()["possible"]
    assert dict(figures) == {"007": 1, "008": 1}
    found = differences(report(office))
    assert [(row["Check"], row["Student ID"], row["Date"]) for row in found] == [
        (OFF_TRACK, "008", date(2026, 11, 7)),  # in the order of the register: Ng, O'Neil
        (OFF_TRACK, "007", date(2026, 11, 3)),
    ]


# Marks and enrolments ----------------------------------------------------------------------------


def test_marks_outside_enrolment_are_named(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    post_extract(office, roster([ANA], enrolments=[Enrolment("007", date(2026, 11, 3))]), "later")
    found = differences(report(office))
    assert [(row["Student ID"], row["Date"], row["Part"]) for row in found] == [
        ("007", date(2026, 11, 2), "AM"),
        ("007", date(2026, 11, 2), "PM"),
    ]


def test_codes_that_are_none_any_more_are_named(tmp_path: Path) -> None:
    office = english_office(tmp_path)
    standing = read_standing(office)
    codes = {symbol: code for symbol, code in standing.pack.code_table.items() if symbol != "I"}
    changed = replace(standing, pack=replace(standing.pack, code_table=codes))
    found = differences(build(Asked(office, changed)))
    assert [(row["Student ID"], row["Date"], row["Ledger"]) for row in found] == [
        ("008", date(2026, 11, 4), "I"),
        ("008", date(2026, 11, 4), "I"),
    ]


def texan(root: Path, students: Sequence[Student], enrolments: Sequence[Enrolment]) -> Standing:
    office = office_of(root, "us-tx")
    post_extract(office, roster(students, enrolments=enrolments), "roster")
    return read_standing(office, date(2026, 11, 13))


def enrolled(student_id: str, first: str, last: str = "", **more: str) -> Enrolment:
    return Enrolment(
        student_id,
        date.fromisoformat(first),
        date.fromisoformat(last) if last else None,
        **({"campus": "001", "ada_code": "1"} | more),
    )


def test_a_child_under_two_ids_is_named_with_both(tmp_path: Path) -> None:
    twin = replace(ANA, student_id="900", given_name="ANA")
    standing = texan(
        tmp_path,
        [ANA, twin, replace(twin, student_id="901", given_name="Eva")],
        [enrolled("007", "2026-08-12"), enrolled("900", "2026-09-01", campus="041")],
    )
    (found,) = people.duplicates(standing)
    assert (found.student_id, found.day) == ("007", date(2026, 9, 1))
    assert found.other == "900 at campus 041"


def test_an_id_that_follows_another_is_no_duplicate(tmp_path: Path) -> None:
    again = replace(ANA, student_id="900")
    enrolments = [enrolled("007", "2026-08-12", "2026-09-01"), enrolled("900", "2026-09-01")]
    assert list(people.duplicates(texan(tmp_path, [ANA, again], enrolments))) == []


def test_enrolments_that_share_a_day_are_named(tmp_path: Path) -> None:
    enrolments = [
        enrolled("007", "2026-08-12", "2026-10-02"),
        enrolled("007", "2026-10-01", campus="041"),
        enrolled("008", "2026-08-12", "2026-10-01"),
        enrolled("008", "2026-10-01", campus="041"),
    ]
    (found,) = people.overlaps(texan(tmp_path, [ANA, BO], enrolments))
    assert (found.student_id, found.day) == ("007", date(2026, 10, 1))
    assert found.other == "campus 041 from 1 Oct 2026"


def test_school_days_between_two_campuses_are_counted(tmp_path: Path) -> None:
    enrolments = [
        enrolled("007", "2026-08-12", "2026-10-02"),
        enrolled("007", "2026-10-06", campus="041"),
        enrolled("008", "2026-08-12", "2026-10-02"),  # a Friday, entered on the Monday
        enrolled("008", "2026-10-02", campus="041"),
    ]
    (found,) = people.moves(texan(tmp_path, [ANA, BO], enrolments))
    assert found.student_id == "007"
    assert "2 school days between" in found.says


def test_a_withdrawal_before_the_entry_is_named(tmp_path: Path) -> None:
    (found,) = people.moves(texan(tmp_path, [ANA], [enrolled("007", "2026-10-02", "2026-10-01")]))
    assert "before the entry" in found.says


def test_a_texan_enrolment_without_ada_code_is_named(tmp_path: Path) -> None:
    enrolments = [enrolled("007", "2026-08-12", ada_code=""), enrolled("008", "2026-08-12")]
    (found,) = people.ada_codes(texan(tmp_path, [ANA, BO], enrolments))
    assert found.student_id == "007"


def test_a_track_the_calendar_does_not_know_is_named(tmp_path: Path) -> None:
    office = office_of(tmp_path, "us-ca", TRACKS)
    enrolments = [Enrolment("007", SINCE, track="C"), Enrolment("008", SINCE, track="B")]
    post_extract(office, roster([ANA, BO], enrolments=enrolments), "roster")
    (found,) = people.tracks(read_standing(office, date(2026, 11, 13)))
    assert (found.student_id, found.ledger, found.other) == ("007", "C", "B")


@pytest.mark.parametrize(
    ("as_of", "days"),
    [
        (date(2025, 11, 14), [date(2025, 10, 31)]),  # the year before the first Friday came
        (date(2026, 10, 1), []),
        (date(2026, 10, 2), [date(2026, 10, 2)]),
        (date(2026, 11, 13), [date(2026, 10, 2), date(2026, 10, 30)]),
    ],
)
def test_the_snapshot_is_taken_on_the_fridays_of_its_year(
    tmp_path: Path, as_of: date, days: Sequence[date]
) -> None:
    office = office_of(tmp_path, "us-tx")
    assert people.snapshot_days(read_standing(office, as_of)) == days


def test_the_snapshot_names_who_has_no_grade_and_adds_up_the_campuses(tmp_path: Path) -> None:
    enrolments = [
        enrolled("007", "2026-08-12"),
        enrolled("007", "2026-10-02", "2026-10-05", campus="041"),
        enrolled("008", "2026-08-12"),
    ]
    standing = texan(tmp_path, [ANA, replace(BO, grade="")], enrolments)
    lines = list(people.snapshot(standing, date(2026, 10, 2)))
    assert [(line.student_id, line.campus, line.ledger) for line in lines] == [
        ("008", "", ""),
        ("", "001", "2"),
        ("", "041", "1"),
        ("", "", "2"),
    ]
    assert lines[-1].outcome.value == "differs"
