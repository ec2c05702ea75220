"""The worksheet functions that look students up in the ledger, over HTTP as Excel calls them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from addin.desk import close_desk, desk
from rollbook.ledger import letters as letter_book
from rollbook.ledger.letters import State
from rollbook.letters import approve_letters, draft, due_letters
from rollbook.office import Office
from rollbook.register import Enrolment, Guardian, Student
from rollbook.standing import read_standing
from tests.addin.calling import Functions
from tests.offices import marks, post_extract, roster, small_office

NOW = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

PEOPLE = (
    Student("0012", "Quill", "Ana", state_id="A123456789012", grade="8", form="8B", campus="001",
            language="es", birth_date=date(2013, 3, 9)),
    Student("345", "Dunmore", "=cmd|' /C calc'!A1", grade="9", campus="001"),
    Student("1207", "Ashgrove", "Bo", grade="9", campus="001"),
    Student("01207", "Ashgrove", "Cy", grade="9", campus="001"),
)  # fmt: skip
MOTHER = Guardian("0012", "Eva Quill", "mother", "3 Elm Row", "Marlbeck", "", "MB1 2AB",
                  phone="01632 960111")  # fmt: skip


def school_days(first: date, count: int) -> list[date]:
    days = (first + timedelta(days=number) for number in range(count * 2))
    return [day for day in days if day.weekday() < 5][:count]


DAYS = school_days(date(2026, 9, 14), 20)  # four whole weeks


def england(root: Path) -> Office:
    """Four weeks: Ana misses six sessions of 40, two of them unauthorised, and is late once."""
    office = small_office(root, "gb-eng")
    post_extract(office, roster(PEOPLE, [MOTHER], enrolments(office)), "roster.csv")
    ana = {(0, "AM"): "I", (0, "PM"): "I", (1, "AM"): "I", (1, "PM"): "I",
           (2, "AM"): "O", (2, "PM"): "O", (3, "AM"): "L"}  # fmt: skip
    rows = [
        (one.student_id, day.isoformat(), part,
         ana.get((place, part), "/") if one.student_id == "0012" else "/")
        for one in PEOPLE
        for place, day in enumerate(DAYS)
        for part in ("AM", "PM")
    ]  # fmt: skip
    post_extract(office, marks(rows), "register.csv")
    return office


def enrolments(office: Office) -> list[Enrolment]:
    year = office.calendar.year_of(DAYS[0])
    assert year is not None
    return [Enrolment(one.student_id, year.first, campus="001", ada_code="1") for one in PEOPLE]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("england")
    england(folder).ledger.close()
    yield folder
    close_desk()


@pytest.fixture(scope="module")
def excel(root: Path) -> Functions:
    return Functions(root, NOW)


def test_a_column_of_ids_is_looked_up_in_one_call(excel: Functions) -> None:
    ids = [["0012"], [345], ["A123456789012"], [""], [12]]
    assert excel("student", ids, None) == [
        ["Ana Quill"],
        ["=cmd|' /C calc'!A1 Dunmore"],
        ["Ana Quill"],
        [""],
        ["Ana Quill"],
    ]


def test_several_headings_give_several_columns(excel: Functions) -> None:
    asked = [["Grade", "homeroom", "Guardian", "phone", "on roll", "DOB"]]
    [ana] = excel("student", [["0012"], ["0012"]], asked)[:1]
    assert ana[:5] == ["8", "8B", "Eva Quill", "01632 960111", "yes"]
    assert ana[5]["basicValue"] == (date(2013, 3, 9) - date(1899, 12, 30)).days


def test_nobody_is_not_available_in_its_own_row_only(excel: Functions) -> None:
    [ana, nobody, either] = excel("student", [["0012"], ["9999"], [1207]], None)
    assert ana == ["Ana Quill"]
    assert nobody[0]["basicValue"] == "#N/A"
    assert nobody[0]["reason"] == "No student has the id “9999”."
    assert either[0]["reason"].startswith("“1207” may be any of 1207, 01207; ")


def test_a_number_that_two_students_may_have_is_asked_about(tmp_path: Path) -> None:
    office = small_office(tmp_path, "gb-eng")
    two = [replace(PEOPLE[2], student_id="01207"), replace(PEOPLE[3], student_id="001207")]
    post_extract(office, roster(two), "roster.csv")
    office.ledger.close()
    [[cell]] = Functions(tmp_path, NOW)("student", [[1207]], None)
    assert "01207, 001207" in cell["reason"]
    close_desk()


def test_an_unknown_aspect_is_said_with_those_there_are(root: Path) -> None:
    answer = Functions(root, NOW).answer("student", [["0012"]], "shoe size")
    assert answer.status_code == 400
    assert answer.text.startswith("“shoe size” is none of: name, sort name")


def test_attendance_is_what_the_ledger_counts(root: Path) -> None:
    excel = Functions(root, NOW)
    asked = [["rate", "possible", "present", "absent", "authorised", "unauthorised", "late"]]
    assert excel("attendance", [["0012"], ["345"]], asked, None, None) == [
        [34 / 40, 40, 34, 6, 4, 2, 1],
        [1, 40, 40, 0, 0, 0, 0],
    ]


def test_attendance_of_some_days(root: Path) -> None:
    excel = Functions(root, NOW)
    first, last = "14/09/2026", (date(2026, 9, 15) - date(1899, 12, 30)).days
    assert excel("attendance", [["0012"]], "absent", first, last) == [[4]]
    [[nothing]] = excel("attendance", [["0012"]], "rate", "01/12/2026", "02/12/2026")
    assert nothing["basicValue"] == "#N/A"
    assert excel.answer("attendance", [["0012"]], "rate", "soon", None).status_code == 400


def test_findings_and_why_are_those_of_the_rules(root: Path) -> None:
    excel = Functions(root, NOW)
    standing = read_standing(desk().office)
    crossed = [one.trigger for one in standing.findings() if one.student_id == "0012"]
    assert {"eng-l1", "eng-l2"} & set(crossed)  # 85 % is under both
    expected = [[", ".join(dict.fromkeys(crossed))], [""]]
    assert excel("findings", [["0012"], ["345"]]) == expected
    [[why]] = excel("why", [["0012"]], None)
    assert all(name in why for name in crossed)
    [[not_yet]] = excel("why", [["345"]], "eng-l2")
    assert not_yet.startswith("eng-l2: ")
    assert excel.answer("why", [["345"]], "eng-xx").text.startswith("There is no rule “eng-xx”.")


def test_letters_and_the_next_step_follow_the_letter(tmp_path: Path) -> None:
    office = england(tmp_path)
    excel = Functions(tmp_path, AT)
    assert excel("last_letter", [["0012"]], None) == [[""]]
    [[first]] = excel("next_step", [["0012"]])
    [due] = {one.trigger for one in due_letters(office, read_standing(office), [], AT.date())}
    assert first.startswith((f"prepare {due}", f"{due} held: "))
    prepared, _ = draft(office, read_standing(office), AT)
    assert prepared, "a letter was due"
    [serial] = [one.serial for one in prepared]
    assert excel("last_letter", [["0012"]], [["letter", "serial", "state", "to"]]) == [
        [due, serial, "prepared", "Eva Quill"]
    ]
    assert excel("next_step", [["0012"]]) == [[f"approve {serial}"]]
    approve_letters(office, [serial], AT)
    assert excel("next_step", [["0012"]]) == [[f"print {serial}"]]
    with office.ledger.read() as connection:
        [letter] = letter_book.letters(connection)
    assert letter.state is State.APPROVED
    [[day]] = excel("last_letter", [["0012"]], "day")
    assert day["basicValue"] == (AT.date() - date(1899, 12, 30)).days
    office.ledger.close()
    close_desk()


def test_what_is_texan_is_not_available_elsewhere(root: Path) -> None:
    excel = Functions(root, NOW)
    [[voe], [other]] = excel("voe", [["0012"], ["345"]], None)
    assert voe["basicValue"] == other["basicValue"] == "#N/A"
    [[ada]] = excel("average_daily_attendance", None)
    assert ada["basicValue"] == "#N/A" and "average daily attendance" in ada["reason"]


PERIODS = {
    "us-tx": ("six_weeks", "P2", "First six weeks", "G Refined ADA"),
    "us-ca": ("month", "DAY", "Month 1", "ADA"),
}


@pytest.mark.parametrize("place", ["us-tx", "us-ca"])
def test_ada_is_that_of_the_report(tmp_path: Path, place: str) -> None:
    named, part, period, heading = PERIODS[place]
    office = small_office(tmp_path, place)
    with (tmp_path / "calendar.toml").open("a", encoding="utf-8") as calendar:
        calendar.write(
            f'\n[[year.{named}]]\nname = "{period}"\nfirst = {DAYS[0]}\nlast = {DAYS[-1]}\n'
        )
    post_extract(office, roster(PEOPLE, [], enrolments(office)), "roster.csv")
    present = [(one.student_id, day.isoformat(), part, "P") for one in PEOPLE for day in DAYS]
    post_extract(office, marks(present), "register.csv")
    office.ledger.close()
    excel = Functions(tmp_path, NOW)
    heads, *rows = excel("average_daily_attendance", None)
    assert [row[heads.index(heading)] for row in rows if row[0] == period][-1] == 4
    [again, *some] = excel("average_daily_attendance", period)
    assert again == heads and some == [row for row in rows if period in row]
    [[none]] = excel("average_daily_attendance", "P-7")
    assert none["reason"] == "The report has no line “P-7”."
    close_desk()


def test_a_voe_is_yes_no_or_ask(tmp_path: Path) -> None:
    office = small_office(tmp_path, "us-tx")
    post_extract(office, roster(PEOPLE, [], enrolments(office)[:1]), "roster.csv")
    office.ledger.close()
    excel = Functions(tmp_path, NOW)
    [[ana], [gone]] = excel("voe", [["0012"], ["345"]], None)
    assert ana == "ask"
    assert gone in {"no", "ask"}
    [[sentence]] = excel("voe", [["0012"]], "why")
    assert len(sentence) > 20
    close_desk()


def test_what_another_process_posts_is_seen_by_the_next_call(tmp_path: Path) -> None:
    office = england(tmp_path)
    excel = Functions(tmp_path, NOW)
    assert excel("attendance", [["345"]], "absent", None, None) == [[0]]
    one = DAYS[4].isoformat()
    post_extract(office, marks([("345", one, "AM", "O"), ("345", one, "PM", "/")]), "late.csv")
    assert excel("attendance", [["345"]], "absent", None, None) == [[1]]
    office.ledger.close()
    close_desk()


def test_the_wizard_explains_every_function(excel: Functions) -> None:
    from addin import custom_functions

    for name in custom_functions.__all__:
        noted = getattr(custom_functions, name).__xlfunc__
        assert noted["ret"]["doc"].strip()[0].isupper()
        assert all(one["doc"] and "Positional" not in one["doc"] for one in noted["args"]), name
