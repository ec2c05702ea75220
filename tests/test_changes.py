"""What a posting changed, and taking one back, as the command line tells it."""

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.ledger import letters as letter_book
from rollbook.ledger import postings as book
from rollbook.ledger.letters import State
from rollbook.posting.undo import undo
from rollbook.problems import NotAllowed
from rollbook.register import Student
from rollbook.reports import Asked, Table, report_named
from rollbook.reports.changes import changes_table, postings_table
from rollbook.standing import read_standing
from tests.dropping import (
    MONDAY,
    PUPILS,
    TUESDAY,
    drop,
    marks,
    office_folder,
    opened,
    register,
)
from tests.offices import NOW, post_extract, roster, small_office
from tests.offices import marks as some_marks
from watcher.intake import Result
from watcher.rounds import Round, once

PUPIL = Student("000123")
ABSENT = [
    ("000123", f"2026-11-{day:02}", part, "O") for day in range(9, 14) for part in ("AM", "PM")
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An office with a roster, a right file and a wrong one."""
    root = office_folder(tmp_path / "the office", clerk="Rosa Dellmere")
    drop(root, "pupils.csv", PUPILS)
    post(root)
    drop(root, "one.csv", marks(("000123", MONDAY, "AM", "/"), ("000124", MONDAY, "AM", "N")))
    post(root)
    drop(root, "wrong.csv", marks(*ABSENT, ("000124", MONDAY, "AM", "I")))
    post(root)
    return root


def post(root: Path) -> Round:
    """Do a round, as ``rollbook once`` does."""
    office = opened(root)
    try:
        return once(office)
    finally:
        office.ledger.close()


def flags(root: Path) -> set[tuple[str, str]]:
    return {(one.student_id, one.trigger) for one in read_standing(opened(root)).findings()}


def run(root: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--office", str(root)], catch_exceptions=False)
    return done.exit_code, done.output


def data(root: Path, *words: str) -> Any:
    return json.loads(run(root, *words, "--json")[1])


def test_the_newest_posting_is_told_mark_by_mark(root: Path) -> None:
    said = data(root, "changes")
    assert said["title"].startswith("Posting 3, “wrong.csv”, ")
    assert said["title"].endswith(
        "by Rosa Dellmere: 11 marks of 2 students (10 new, 1 changed, 0 taken away)"
    )
    first = said["rows"][0]
    assert first["Student"] == "Ng, Bo"
    assert (first["Date"], first["Part"], first["Was"], first["Is"]) == (MONDAY, "AM", "N", "I")
    assert (first["File"], first["By"]) == ("wrong.csv", "Rosa Dellmere")
    assert [row["Date"] for row in said["rows"][1:]] == [row[1] for row in ABSENT]
    assert {row["Was"] for row in said["rows"][1:]} == {""}


def test_any_posting_can_be_asked_for_and_none_that_is_not_there(root: Path) -> None:
    assert [row["Is"] for row in data(root, "changes", "2")["rows"]] == ["N", "/"]
    office = opened(root)
    with pytest.raises(NotAllowed, match="There is no posting 9. See which there are"):
        changes_table(office, 9)
    assert "no mark changed" in changes_table(office, 1).title


def test_the_postings_are_listed_with_their_numbers(root: Path) -> None:
    rows = data(root, "changes", "--list")["rows"]
    assert [(row["Posting"], row["File"], row["New"], row["Changed"]) for row in rows] == [
        (3, "wrong.csv", 10, 1), (2, "one.csv", 2, 0), (1, "pupils.csv", 0, 0),
    ]  # fmt: skip
    run(root, "undo", "3", "--reason", "the wrong school")
    rows = data(root, "changes", "--list")["rows"]
    assert rows[1]["Taken back"] == "by posting 4: the wrong school"


def test_changes_are_written_to_a_file(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.xlsx"
    assert run(root, "changes", "--to", str(file))[0] == 0
    sheet = load_workbook(file).active
    assert sheet is not None
    assert [cell.value for cell in sheet[4]][:7] == [
        "000124", "Ng, Bo", None, sheet["D4"].value, "AM", "N", "I",
    ]  # fmt: skip
    assert sheet["D4"].is_date


def test_minutes_that_changed_are_seen(root: Path) -> None:
    headers = "Student ID,Date,Session,Code,Minutes Late\n"
    drop(root, "late.csv", f"{headers}000124,{TUESDAY},AM,L,5\n")
    post(root)
    drop(root, "later.csv", f"{headers}000124,{TUESDAY},AM,L,25\n")
    post(root)
    [row] = data(root, "changes")["rows"]
    assert (row["Was"], row["Is"]) == ("L (5 min)", "L (25 min)")


def test_a_mark_that_is_a_blank_is_told_as_one(tmp_path: Path) -> None:
    office = small_office(tmp_path / "office", "us-ca")
    post_extract(office, roster([PUPIL]), "roster")
    for name, symbol in (("first", ""), ("second", "A"), ("third", "")):
        post_extract(office, some_marks([("000123", MONDAY, "DAY", symbol)]), name)
    tables = [changes_table(office, number) for number in (2, 3, 4)]
    assert [row[5:7] for table in tables for row in table.rows] == [
        ("", "blank"), ("blank", "A"), ("A", "blank"),
    ]  # fmt: skip
    assert [counts_of(table) for table in tables] == [(1, 1, 0, 0), (1, 0, 1, 0), (1, 0, 1, 0)]


WEEK = ["2026-11-02", "2026-11-03", "2026-11-04"]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(WEEK), st.sampled_from(["", "A", "E", "T"]), min_size=1),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_the_counts_are_those_of_the_rows_whatever_was_posted(
    postings: list[dict[str, str]], undone: bool
) -> None:
    with TemporaryDirectory() as folder:
        office = small_office(Path(folder) / "office", "us-ca")
        post_extract(office, roster([PUPIL]), "roster")
        for number, days in enumerate(postings):
            extract = some_marks([("000123", day, "DAY", days[day]) for day in sorted(days)])
            post_extract(office, extract, f"file {number}")
        if undone:
            undo(office, len(postings) + 1, NOW, "the wrong week")
        with office.ledger.read() as connection:
            made = [one.id for one in book.postings(connection)]
        for number in made:
            table = changes_table(office, number)
            pairs = [(row[5], row[6]) for row in table.rows]
            assert all(was != now for was, now in pairs)
            new = sum(was == "" for was, _ in pairs)
            gone = sum(now == "" for _, now in pairs)
            assert counts_of(table) == (len(pairs), new, len(pairs) - new - gone, gone)
        office.ledger.close()


def counts_of(table: Table) -> tuple[int, ...]:
    """The figures of a title: marks, new, changed, taken away; noughts where nothing changed."""
    counts = re.search(r": ([\d,]+) marks? .*\((\d+) new, (\d+) changed, (\d+) taken", table.title)
    return tuple(map(int, counts.groups())) if counts else (0, 0, 0, 0)


def test_changes_is_a_report_too(root: Path) -> None:
    office = opened(root)
    table = report_named("changes").build(Asked(office, read_standing(office)))
    assert len(table.rows) == 11


def test_undo_tells_what_it_did_to_marks_flags_and_letters(root: Path) -> None:
    before = flags(root)
    code, output = run(root, "undo", "3", "--reason", "the wrong school")
    text = " ".join(output.split())
    assert code == 0
    assert (
        "Posting 3 (“wrong.csv”) is taken back: 11 marks put back (10 were not there before)."
    ) in text
    cleared, new = before - flags(root), flags(root) - before
    assert cleared and f"{len(cleared)} flags cleared, {len(new)} new" in text
    office = opened(root)
    assert [row[1:] for row in register(office)] == [
        (MONDAY, "AM", "/"), (MONDAY, "AM", "N"),
    ]  # fmt: skip
    with office.ledger.read() as connection:
        states = {one.state for one in letter_book.letters(connection)}
    assert states <= {State.VOID}


def test_undo_as_json_says_the_same(root: Path) -> None:
    before = flags(root)
    said = data(root, "undo", "3", "--reason", "the wrong school")
    assert (said["of"], said["put_back"], said["taken_away"]) == (3, 11, 10)
    assert said["left"] == [] and said["also_in"] == []
    assert said["cleared_flags"] == len(before - flags(root))
    assert said["new_flags"] == len(flags(root) - before)
    assert said["waiting"] == "" and said["round"]["failures"] == []
    [undone] = [row for row in data(root, "changes", "--list")["rows"] if row["Posting"] == 4]
    assert (undone["Kind"], undone["Changed"]) == ("taken-back", 11)
    title = data(root, "changes")["title"]
    assert title.endswith("; it took posting 3 back")


def test_undo_names_marks_changed_since_and_ends_with_1(root: Path) -> None:
    drop(root, "later.csv", marks(("000123", "2026-11-09", "AM", "I")))
    post(root)
    code, output = run(root, "undo", "3", "--reason", "the wrong school")
    assert code == 1
    assert "1 mark changed since by a later file stays as it is." in " ".join(output.split())
    assert "000123" in output and "2026-11-09" in output


def test_an_undo_needs_a_reason_and_is_done_once(root: Path) -> None:
    assert CliRunner().invoke(app, ["undo", "3", "--office", str(root)]).exit_code == 2
    run(root, "undo", "3", "--reason", "the wrong school")
    again = CliRunner().invoke(app, ["undo", "3", "--reason", "x", "--office", str(root)])
    assert isinstance(again.exception, NotAllowed)
    assert "was taken back before, by posting 4" in str(again.exception)


def test_the_file_can_be_dropped_again(root: Path) -> None:
    before = register(opened(root))
    run(root, "undo", "3", "--reason", "the wrong school")
    drop(root, "wrong.csv", marks(*ABSENT, ("000124", MONDAY, "AM", "I")))
    assert [one.result for one in post(root).outcomes] == [Result.POSTED]
    assert register(opened(root)) == before


def test_before_any_mark_there_is_nothing_to_tell(tmp_path: Path) -> None:
    office = opened(office_folder(tmp_path / "office"))
    with pytest.raises(NotAllowed, match="No posting has changed a mark yet"):
        changes_table(office)
    assert postings_table(office).rows == []
