"""`rollbook workbook adopt`: what was found is shown, what cannot be known asked, then kept."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rollbook.workbooks.adopting import look
from rollbook.workbooks.book import Book
from rollbook.workbooks.previewing import pieces, preview
from tests.letters.families import ANA, LUIS, ROSA, SEPTEMBER, absences, enrol, school
from tests.letters.test_commands import run

HEADINGS = ("Student ID", "Name", "Form", "Absent", "Attendance %", "Flag")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A school with one student, Ana García, 000123."""
    made = school(tmp_path)
    enrol(made, ANA, (ROSA, LUIS))
    absences(made, SEPTEMBER)
    made.ledger.close()
    return made.folders.root


def book(office: Path, headings: Sequence[str] = HEADINGS, name: str = "Mine.xlsx") -> Path:
    path = office / "workbooks" / name
    path.parent.mkdir(exist_ok=True)
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "List"
    sheet.append(["What I keep of absences"])
    sheet.append(list(headings))
    row = {"Student ID": "000123", "Name": "García, Ana", "Form": "7B", "Since": date(2026, 9, 1)}
    sheet.append([row.get(heading) for heading in headings])
    made.save(path)
    return path


def adopt(office: Path, *words: str) -> tuple[int, str, str]:
    status, out, complaints = run(office, "adopt", *words, room="workbook")
    return status, " ".join(out.split()), " ".join(complaints.split())


def kept(office: Path) -> list[dict[str, Any]]:
    settings = tomllib.loads((office / "office.toml").read_text(encoding="utf-8"))
    return list(settings.get("workbook", []))


def test_the_first_rows_are_shown_under_rollbooks_words(office: Path) -> None:
    path = book(office, ("Student ID", "Name", "Since", "Mine", "Absent"))
    seen = look(path)
    assert seen.mapping.tracker
    shown = preview(Book(path, path.read_bytes()), seen.mapping.tracker)
    assert list(shown.words) == ["student ID", "student name", "…", "absent"]
    assert list(shown.letters) == ["A", "B", "…", "E"]
    assert list(shown.rows) == [(3, ["000123", "García, Ana", "", ""])]


def test_without_a_terminal_defaults_are_taken_and_said(office: Path) -> None:
    path = book(office)
    status, out, _ = adopt(office, "Mine.xlsx")
    assert status == 0
    assert "Tracker: sheet List, headings in row 2" in out and "García, Ana" in out
    assert "No letter log." in out
    assert "New students are added; leavers are marked." in out  # everybody on roll is in it
    assert "Percentages are written as 92.3." in out
    [entry] = kept(office)
    assert entry["file"] == "workbooks/Mine.xlsx" and entry["hundred"] is True
    assert entry["whom"]["add"] is True
    before = path.read_bytes()
    _, out, _ = adopt(office, str(path), "--set", "hundred=no", "--set", "add=no")
    assert "Was: Percentages are written as 92.3. Is: Percentages are written as 0.923" in out
    assert len(kept(office)) == 1 and "hundred" not in kept(office)[0]
    assert path.read_bytes() == before


def test_a_column_can_be_said_and_adopting_again_says_what_is_other(office: Path) -> None:
    book(office, (*HEADINGS, "Gone"))
    adopt(office, "Mine.xlsx")
    _, out, _ = adopt(office, "Mine.xlsx", "--set", "absent=G", "--set", "flag=none")
    assert "Tracker, absent: was D “Absent”, is G “Gone”." in out
    assert "Tracker, flag: was F “Flag”, is none." in out
    _, out, _ = adopt(office, "Mine.xlsx", "--set", "absent=G", "--set", "flag=none")
    assert "It is adopted already, and nothing has changed." in out


def test_adopting_again_keeps_what_was_answered(office: Path) -> None:
    book(office, (*HEADINGS, "Days missed"))
    adopt(office, "Mine.xlsx", "--set", "absent=G", "--set", "add=no", "--set", "hundred=no")
    first = kept(office)
    _, out, _ = adopt(office, "Mine.xlsx")
    assert "It is adopted already, and nothing has changed." in out
    assert kept(office) == first and first[0]["tracker"]["columns"]["absent"]["letter"] == "G"
    adopt(office, "Mine.xlsx", "--set", "add=yes", "--set", "groups=7B;7C")
    adopt(office, "Mine.xlsx")
    assert kept(office)[0]["whom"] == {"add": True, "groups": ["7B", "7C"]}


def test_a_wide_list_is_shown_in_pieces_that_fit(office: Path) -> None:
    path = book(office, (*HEADINGS, "Possible", "Attended", "Last letter"))
    tracker = look(path).mapping.tracker
    assert tracker
    shown = preview(Book(path, path.read_bytes()), tracker)
    parts = pieces(shown, 40)
    assert len(parts) == 3 and [word for part in parts for word in part.words] == shown.words
    assert [text for part in parts for text in part.rows[0][1]] == shown.rows[0][1]


def test_what_must_be_answered_is_said_with_how_to_answer_it(office: Path) -> None:
    path = book(office)
    made = openpyxl.load_workbook(path)
    other = made.copy_worksheet(made["List"])
    other.title = "List too"
    made.save(path)
    status, _, complaints = adopt(office, "Mine.xlsx")
    assert status == 2 and "--set sheet=" in complaints
    assert not kept(office)
    assert adopt(office, "Mine.xlsx", "--sheet", "List too")[0] == 0
    assert kept(office)[0]["tracker"]["sheet"] == "List too"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--set", "rate"), "is no answer. Write --set KEY=VALUE"),
        (("--set", "colour=red"), "“colour” cannot be set"),
        (("--set", "hundred=perhaps"), "Answer one of: yes, no"),
        (("--add", "height"), "“height” cannot be added"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(office: Path, words: list[str], why: str) -> None:
    book(office)
    status, _, complaints = adopt(office, "Mine.xlsx", *words)
    assert status and why in complaints
    assert not kept(office)


def test_a_look_keeps_nothing_and_lists_the_questions(office: Path) -> None:
    book(office)
    status, out, _ = adopt(office, "Mine.xlsx", "--look")
    assert status == 0 and "--set hundred=…" in out and "Nothing was kept." in out
    assert not kept(office)
    _, out, _ = run(office, "adopt", "Mine.xlsx", "--look", "--json", room="workbook")
    told = json.loads(out)
    assert [one["key"] for one in told["questions"]] == ["hundred", "add"]
    assert told["tracker"]["columns"]["rate"]["letter"] == "E"


def test_columns_that_are_missing_are_offered_shown_and_added(office: Path) -> None:
    path = book(office, ("Name", "Form", "Remarks"))
    before = path.read_bytes()
    status, _, complaints = adopt(office, "Mine.xlsx")
    assert status == 2 and "--add student_id,rate,flag,last_letter --look" in complaints
    _, out, _ = adopt(office, "Mine.xlsx", "--add", "student_id,rate,flag", "--look")
    assert "Row 3 “García, Ana”: 000123" in out and "Nothing was added." in out
    _, out, _ = adopt(office, "Mine.xlsx", "--add", "student_id,rate,flag")
    assert "To add them: --yes" in out and path.read_bytes() == before
    status, out, _ = adopt(office, "Mine.xlsx", "--add", "student_id,rate,flag", "--yes")
    assert status == 0 and "added 3 columns (D to F)" in out
    sheet = openpyxl.load_workbook(path)["List"]
    assert [cell.value for cell in sheet[2]][3:] == ["Student ID", "Attendance %", "Flag"]
    assert sheet["D3"].value == "000123"
    assert kept(office)[0]["tracker"]["columns"]["student_id"]["letter"] == "D"
    assert "“Mine.xlsx”: changed" in run(office, "update", room="workbook")[1]


def test_formulas_stay_and_the_clerk_is_told(office: Path) -> None:
    path = book(office)
    made = openpyxl.load_workbook(path)
    made["List"]["D3"] = "=1+1"
    made.save(path)
    _, out, _ = adopt(office, "Mine.xlsx")
    assert "The formulas there are kept." in out and "replaces" not in kept(office)[0]
    _, out, _ = adopt(office, "Mine.xlsx", "--set", "formulas=replace")
    assert "Formulas are written over in: absent." in out
    assert kept(office)[0]["replaces"] == ["absent"]


def test_nothing_is_offered_that_cannot_be_done(office: Path) -> None:
    path = book(office, ("Name", "Form", "Remarks"))
    made = openpyxl.load_workbook(path)
    made["List"].delete_rows(3)
    made.save(path)
    status, _, complaints = adopt(office, "Mine.xlsx")
    assert status == 2 and "no column with student ids" in complaints
    assert "--add" not in complaints


def test_what_is_adopted_is_shown_and_can_be_forgotten(office: Path) -> None:
    path = book(office)
    adopt(office, "Mine.xlsx")
    toml = office / "office.toml"
    toml.write_text("# my own line\n" + toml.read_text(encoding="utf-8"), encoding="utf-8")
    out = run(office, "show", room="workbook")[1]
    assert "workbooks/Mine.xlsx" in out and "A “Student ID”" in out
    status, out, _ = run(office, "forget", "mine.xlsx", room="workbook")
    assert status == 0 and "is no longer kept up to date" in out
    assert not kept(office) and path.is_file()
    assert "# my own line" in toml.read_text(encoding="utf-8")
    status, _, complaints = run(office, "forget", "mine.xlsx", room="workbook")
    assert status == 1 and "is not adopted" in complaints


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals as Unix has")
def test_on_a_terminal_it_asks_until_the_answer_can_be_taken(office: Path) -> None:
    import pty

    book(office)
    main, end = pty.openpty()
    command = [sys.executable, "-c", "from rollbook.cli import main; main()"]
    command += ["workbook", "adopt", "Mine.xlsx", "--office", str(office)]
    with subprocess.Popen(command, stdin=end, stdout=subprocess.PIPE, text=True) as asking:
        os.close(end)
        os.write(main, b"perhaps\nno\n\ny\n")
        said, _ = asking.communicate()
    os.close(main)
    assert asking.returncode == 0, said
    assert "Answer one of: yes, no." in said and "Is this right?" in said
    [entry] = kept(office)
    assert "hundred" not in entry and entry["whom"]["add"] is True
