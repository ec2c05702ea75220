"""An export unlike the last one of its kind waits for one yes, and nothing of it is lost."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.importers.contract import Extract
from rollbook.ledger import marks as ledger_marks
from rollbook.office import Office
from rollbook.posting import DRIFTED
from rollbook.posting.undo import undo
from rollbook.problems import RefusedFile
from rollbook.register import Student
from tests.dropping import drop, everything, office_folder, opened, run_once, slip
from tests.offices import NOW, marks, post_extract, roster, small_office

COLUMNS = ("Pupil", "Date", "Session", "Mark", "Comment")
PUPILS = [Student(f"{number:06}", f"Family{number}", "Given", campus="A" if number % 2 else "B")
          for number in range(1, 41)]  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = small_office(tmp_path / "office")
    post_extract(office, roster(PUPILS), "roster")
    return office


def week(
    first: date,
    *,
    days: int = 5,
    pupils: Sequence[Student] = PUPILS,
    absent: int = 2,
    code: str = "O",
    columns: Sequence[str] = COLUMNS,
    left_out: Sequence[date] = (),
) -> Extract:
    """A register of so many days: every pupil's morning, the first few of them absent."""
    rows = [
        (one.student_id, day.isoformat(), "AM", code if number < absent else "/")
        for day in (first + timedelta(number) for number in range(days))
        if day not in left_out
        for number, one in enumerate(pupils)
    ]
    return marks(rows, columns=columns)


MONDAY, NEXT = date(2026, 11, 2), date(2026, 11, 9)


def why(office: Office, extract: Extract, name: str = "next week") -> str:
    """Post an export that must wait; return the differences it is told by."""
    with pytest.raises(RefusedFile) as caught:
        post_extract(office, extract, name)
    problems = caught.value.problems
    assert {problem.slug for problem in problems} == {DRIFTED}
    assert problems[-1].message.endswith("export it again and drop that.")
    return " ".join(problem.message for problem in problems[1:-1])


def test_a_file_like_the_last_one_is_posted(office: Office) -> None:
    post_extract(office, week(MONDAY), "week")
    assert post_extract(office, week(NEXT, absent=4), "next week").new == 200


def test_the_first_of_its_kind_has_nothing_to_be_held_against(office: Office) -> None:
    assert post_extract(office, week(MONDAY, pupils=PUPILS[:3]), "week").new == 15


@pytest.mark.parametrize(
    ("extract", "said"),
    [
        (week(NEXT, columns=(*COLUMNS, "Teacher")), "New column: “Teacher”."),
        (week(NEXT, columns=COLUMNS[:-1]), "Column no longer there: “Comment”."),
        (week(NEXT, pupils=PUPILS[:20]),
         "50 % fewer rows: 20 a day, and 40 a day last time."),
        (week(NEXT, pupils=PUPILS[1::2] * 1), "Campus without a row: “A”"),
        (week(NEXT, left_out=[date(2026, 11, 11)]),
         "School day without a row: “11 November 2026”."),
        (week(NEXT, absent=3, code="QQ"),
         "Code that the last export did not have and the office does not know: “QQ”, in 15 rows"),
        (week(NEXT, absent=20),
         "50 % of the marks say unauthorised or unexcused absences; last time 5 %."),
    ],
)  # fmt: skip
def test_what_differs_is_said_and_nothing_is_posted(
    office: Office, extract: Extract, said: str
) -> None:
    post_extract(office, week(MONDAY), "week")
    assert said in why(office, extract)
    with office.ledger.read() as connection:
        assert len(ledger_marks.current_register(connection)) == 200


def test_columns_in_another_order_or_in_capitals_are_the_same(office: Office) -> None:
    post_extract(office, week(MONDAY), "week")
    other = [column.upper() for column in reversed(COLUMNS)]
    assert post_extract(office, week(NEXT, columns=other), "next week").new == 200


def test_one_yes_posts_it_and_makes_it_the_measure(office: Office) -> None:
    post_extract(office, week(MONDAY), "week")
    changed = week(NEXT, columns=(*COLUMNS, "Teacher"))
    why(office, changed)
    assert post_extract(office, changed, "next week", accept_drift=True).new == 200
    third = week(date(2026, 11, 16), columns=(*COLUMNS, "Teacher"))
    assert post_extract(office, third, "third week").new == 200


def test_a_handful_of_corrections_is_not_held_against_a_week(office: Office) -> None:
    post_extract(office, week(MONDAY), "week")
    few = marks([(PUPILS[5].student_id, "2026-11-03", "AM", "O")], columns=COLUMNS)
    assert post_extract(office, few, "corrections").amended == 1


def test_one_campus_is_not_held_against_another(office: Office) -> None:
    post_extract(office, week(MONDAY, pupils=PUPILS[0::2]), "campus A")
    other = week(MONDAY, pupils=PUPILS[1::2], columns=("Id", "Day", "Part", "Code"))
    assert post_extract(office, other, "campus B").new == 100


def test_one_day_is_held_against_a_day_of_the_year_to_date(office: Office) -> None:
    post_extract(office, week(MONDAY), "to date")
    assert post_extract(office, week(NEXT, days=1), "a day").new == 40


def test_a_posting_taken_back_is_no_measure(office: Office) -> None:
    post_extract(office, week(MONDAY), "week")
    odd = post_extract(office, week(NEXT, columns=("A", "B")), "odd", accept_drift=True)
    undo(office, odd.id, NOW, "the wrong list")
    assert post_extract(office, week(NEXT), "next week").new == 200


def test_a_roster_of_half_the_school_waits(office: Office) -> None:
    assert "fewer rows: 20, and 40 last time" in why(office, roster(PUPILS[:20]), "roster 2")


def test_a_roster_of_strangers_in_another_kind_of_file_waits(office: Office) -> None:
    others = roster([Student(f"A{number}", "Elsewhere", "Ed") for number in range(5)])
    with pytest.raises(RefusedFile, match="5 students, none of them on the roster") as caught:
        post_extract(office, replace(others, importer="another"), "theirs")
    assert [problem.slug for problem in caught.value.problems] == [DRIFTED]
    assert post_extract(office, others, "a new campus").students == 5


def test_the_same_bytes_once_more_do_not_wait(office: Office) -> None:
    first = post_extract(office, week(MONDAY), "week")
    changed = week(NEXT, columns=(*COLUMNS, "Teacher"))
    post_extract(office, changed, "next week", accept_drift=True)
    assert post_extract(office, week(MONDAY), "week") == first


def test_another_kind_is_not_held_against_this_one(office: Office) -> None:
    post_extract(office, week(MONDAY), "week")
    other = replace(week(NEXT, columns=("Id", "Day")), importer="another")
    assert post_extract(office, other, "other system").new == 200


# In the folders --------------------------------------------------------------------------------


def listed(first: str, *, header: str = "Student ID,Date,Session,Code", tail: str = "") -> str:
    rows = [f"{one.student_id},{first},AM,/{tail}" for one in PUPILS]
    return "\n".join([header, *rows, ""])


def test_a_file_waits_in_its_folder_until_it_is_accepted(tmp_path: Path) -> None:
    root = office_folder(tmp_path / "office")
    names = [f"{one.student_id},{one.family_name},{one.given_name},9" for one in PUPILS]
    headers = "Admission No,Legal Surname,Legal Forename,Year Group"
    drop(root, "pupils.csv", "\n".join([headers, *names, ""]))
    drop(root, "monday.csv", listed("2026-11-02"))
    assert run_once(root)[0] == 0
    more = listed("2026-11-03", header="Student ID,Date,Session,Code,Teacher", tail=",Ode")
    drop(root, "tuesday.csv", more)
    status, told = run_once(root)
    [outcome] = told["files"]
    assert (status, outcome["result"], outcome["waits"]) == (1, "refused", True)
    lines = slip(root / "refused" / "tuesday.csv")
    assert "New column: “Teacher”." in lines
    assert "refused/tuesday.csv" in everything(root)
    waits = CliRunner().invoke(app, ["waiting", "--office", str(root)])
    assert waits.exit_code == 1
    assert "tuesday.csv" in waits.output and "New column: “Teacher”." in waits.output
    stands = CliRunner().invoke(app, ["status", "--json", "--office", str(root)])
    counts = json.loads(stands.output)["counts"]
    assert (counts["files that wait for a yes"], counts["files refused"]) == (1, 0)
    status, told = run_once(root, "--accept", "tuesday.csv")
    assert (status, told["files"][0]["new"]) == (0, 40)
    assert not [name for name in everything(root) if name.startswith("refused")]
    waits = CliRunner().invoke(app, ["waiting", "--office", str(root)])
    assert (waits.exit_code, waits.output) == (0, "No file waits for a yes.\n")
    with opened(root).ledger.read() as connection:
        assert len(ledger_marks.current_register(connection)) == 80


def waiting_files(tmp_path: Path) -> Path:
    """An office without a roster in which two registers wait for a yes."""
    root = office_folder(tmp_path / "office")
    drop(root, "monday.csv", listed("2026-11-02"))
    run_once(root)
    header = "Student ID,Date,Session,Code,Teacher"
    for name, day in (("tuesday.csv", "2026-11-03"), ("wednesday.csv", "2026-11-04")):
        drop(root, name, listed(day, header=header, tail=",Ode"))
    run_once(root)
    return root


def test_several_files_are_accepted_in_one_round(tmp_path: Path) -> None:
    root = waiting_files(tmp_path)
    both = ("--accept", "tuesday.csv", "--accept", "wednesday.csv", "--accept", "tuesday.csv")
    _, told = run_once(root, *both)
    assert {one["file"]: one["new"] for one in told["files"]} == {
        "tuesday.csv": 40,
        "wednesday.csv": 40,
    }
    assert not [name for name in everything(root) if name.startswith(("refused", "received"))]


def test_when_one_of_the_accepted_files_is_not_there_the_others_still_wait(tmp_path: Path) -> None:
    root = waiting_files(tmp_path)
    before = everything(root)
    words = ["--accept", "tuesday.csv", "--accept", "friday.csv"]
    done = CliRunner().invoke(app, ["once", "--office", str(root), *words])
    assert "There is no refused file “friday.csv”" in str(done.exception)
    assert everything(root) == before


def test_the_same_bytes_waiting_twice_are_posted_once(tmp_path: Path) -> None:
    root = waiting_files(tmp_path)
    drop(root, "copy.csv", (root / "refused" / "tuesday.csv").read_bytes())
    run_once(root)
    _, told = run_once(root, "--accept", "tuesday.csv", "--accept", "copy.csv")
    assert sorted(one["result"] for one in told["files"]) == ["duplicate", "posted"]
    with opened(root).ledger.read() as connection:
        assert len(ledger_marks.current_register(connection)) == 80


def test_a_file_accepted_and_taken_back_waits_again_when_it_is_dropped(tmp_path: Path) -> None:
    root = waiting_files(tmp_path)
    drop(root, "pupils.csv", roster_of_all())
    run_once(root)
    content = (root / "refused" / "tuesday.csv").read_bytes()
    _, told = run_once(root, "--accept", "tuesday.csv")
    undo(opened(root), told["files"][0]["posting"], NOW, "the wrong Tuesday")
    drop(root, "tuesday.csv", content)
    assert run_once(root)[1]["files"][0]["waits"]
    assert run_once(root, "--accept", "tuesday.csv")[1]["files"][0]["new"] == 40


def roster_of_all() -> str:
    names = [f"{one.student_id},{one.family_name},{one.given_name},9" for one in PUPILS]
    return "\n".join(["Admission No,Legal Surname,Legal Forename,Year Group", *names, ""])
