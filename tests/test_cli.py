"""The command line as scripts use it: JSON, sentences and exit status."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from addin.requests_desk import FACTS
from rollbook.cli import main
from rollbook.cli.documents import TYPED
from tests.workbooks.office_books import make_tracker

PROGRAM = Path(sys.executable).with_name("rollbook")

MARKS = """\
Student ID,Last name,First name,Date,Session,Code
000123,O'Neil,Ana,2026-11-02,AM,/
000123,O'Neil,Ana,2026-11-02,PM,O
000124,Ng,Bo,2026-11-02,AM,/
000124,Ng,Bo,2026-11-02,PM,\\
000124,Ng,Bo,2026-11-03,PM,Q9
"""


def run(*words: object) -> tuple[int, str, str]:
    """Run a command in this process; return its status, output and complaints."""
    before, status = sys.argv, 0
    sys.argv = ["rollbook", *map(str, words)]
    out, complaints = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(complaints):
            main()
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.argv = before
    return status, out.getvalue(), complaints.getvalue()


def rollbook(*words: object, status: int = 0) -> str:
    found, out, complaints = run(*words)
    assert found == status, out + complaints
    return out


def as_json(*words: object, status: int = 0) -> Mapping[str, Any]:
    found = json.loads(rollbook(*words, "--json", status=status))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("clerk's office") / "büro"
    rollbook("init", root, "--jurisdiction", "gb-eng", "--name", "Oak & Ash")
    text = (root / "office.toml").read_text(encoding="utf-8")
    (root / "office.toml").write_text(text + "\n[watch]\nsettle_seconds = 0\n", encoding="utf-8")
    (root / "drop" / "marks.csv").write_text(MARKS, encoding="utf-8")
    found = as_json("once", "--office", root, status=1)  # a row is held
    [file] = found["files"]
    assert (file["result"], file["new"], file["held"]) == ("posted", 4, 1)
    return root


def test_the_slip_of_held_rows_is_said_with_its_folder(tmp_path: Path) -> None:
    root = tmp_path / "office"
    rollbook("init", root, "--jurisdiction", "gb-eng", "--name", "Oak")
    text = (root / "office.toml").read_text(encoding="utf-8")
    (root / "office.toml").write_text(text + "\n[watch]\nsettle_seconds = 0\n", encoding="utf-8")
    (root / "drop" / "marks.csv").write_text(MARKS, encoding="utf-8")
    status, out, complaints = run("once", "--office", root)
    assert status == 1
    [slip] = (root / "posted").rglob("*.held.txt")
    said = "".join(complaints.split())  # a terminal breaks long lines
    assert "".join(f"1 row held back, see {slip}".split()) in said
    assert "0 letters prepared, 1 held" in out


def test_once_with_nothing_to_do_is_fine(office: Path) -> None:
    assert as_json("once", "--office", office)["files"] == []


def test_attendance(office: Path) -> None:
    found = as_json("attendance", "--office", office, "--student", "000123")
    [student] = found["students"]
    assert (student["student_id"], student["possible"], student["present"]) == ("000123", 2, 1)
    assert student["rate"] == 50.0
    assert "000124" in rollbook("attendance", "--office", office)


def test_findings_and_why(office: Path) -> None:
    found = as_json("findings", "--office", office)["findings"]
    assert {one["trigger"] for one in found if one["student_id"] == "000123"} == {
        "eng-l1", "eng-l2", "eng-pa", "eng-sa",
    }  # fmt: skip
    why = as_json("findings", "--office", office, "--why", "000123")
    persistent = next(one for one in why["explanations"] if one["trigger"] == "eng-pa")
    assert [mark["counted"] for mark in persistent["marks"]] == [False, True]
    assert "000123" in rollbook("findings", "--office", office)
    asked = ("findings", "--office", office, "--why", "000123")
    assert "  not counted  " not in rollbook(*asked)
    assert "not counted" in rollbook(*asked, "--every-mark")
    assert "not counted" in rollbook(*asked, "--trigger", "eng-pa")


def test_findings_and_reasons_are_written_for_excel(office: Path, tmp_path: Path) -> None:
    to = tmp_path / "why.xlsx"
    rollbook("findings", "--office", office, "--why", "000123", "--to", to)
    rows = list(openpyxl.load_workbook(to).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert {"eng-pa", "eng-l2"} <= {row[0] for row in rows}
    rollbook("findings", "--office", office, "--to", tmp_path / "all.csv")
    assert "eng-pa" in (tmp_path / "all.csv").read_text(encoding="utf-8-sig")


def test_an_id_without_its_noughts_is_offered_with_them(office: Path) -> None:
    for words in (("findings", "--why", "123"), ("attendance", "--student", "123")):
        status, _, complaint = run(*words, "--office", office)
        assert status
        assert "No student has the id “123”. Did you mean 000123?" in complaint


def test_a_rule_that_is_none_is_said(office: Path) -> None:
    status, _, complaint = run("findings", "--office", office, "--trigger", "eng-nope")
    assert status == 2
    assert "eng-nope" in complaint and "eng-l1" in complaint


def test_the_installed_program_finds_the_office_by_variable_and_by_folder(office: Path) -> None:
    environment = {**os.environ, "ROLLBOOK_OFFICE": str(office), "PYTHONDONTWRITEBYTECODE": ""}
    by_name = subprocess.run([PROGRAM, "status"], capture_output=True, check=True, env=environment)
    assert "Oak & Ash" in by_name.stdout.decode("utf-8")
    del environment["ROLLBOOK_OFFICE"]
    here = subprocess.run(
        [PROGRAM, "status"], cwd=office, capture_output=True, check=True, env=environment
    )
    assert here.stdout == by_name.stdout


def test_status_and_doctor(office: Path) -> None:
    assert as_json("status", "--office", office)["counts"]["rows held"] == 1
    checks = {
        one["check"]: one["fine"]
        for one in as_json("doctor", "--office", office, status=1)["checks"]
    }
    assert checks["calendar.toml"] is False  # still the guess


def test_letters_due_says_why_held(office: Path) -> None:
    [due] = as_json("letters", "due", "--office", office)["due"]
    assert (due["trigger"], due["ready"]) == ("eng-l2", False)
    assert "no guardian is on record" in due["reasons"]
    assert "no letter is approved" in rollbook("letters", "print", "--office", office).lower()


def test_report_to_a_file(office: Path, tmp_path: Path) -> None:
    rollbook("report", "attendance", "--office", office, "--to", tmp_path / "a b.xlsx")
    assert (tmp_path / "a b.xlsx").stat().st_size > 4_000
    rows = as_json("report", "findings", "--office", office)["rows"]
    assert {row["Trigger"] for row in rows} >= {"eng-pa"}


def test_policy_shows_references_and_how_sure(office: Path) -> None:
    triggers = as_json("policy", "show", "--office", office, "--on", "2026-11-02")["triggers"]
    assert all(one["reference"] for one in triggers)
    early = as_json("policy", "show", "--office", office, "--on", "2024-08-18")["triggers"]
    assert "eng-pn" in {one["trigger"] for one in triggers} - {one["trigger"] for one in early}
    assert "Fine." in rollbook("policy", "check", "--office", office)


def test_a_document_that_cannot_be_issued_says_why(office: Path) -> None:
    found = as_json(
        "verify", "enrolment", "--student", "000123", "--purpose", "Passport",
        "--office", office, status=1,
    )  # fmt: skip
    assert not found["issued"]
    assert found["missing"]
    voe = as_json(
        "verify", "voe", "--student", "000123", "--purpose", "DPS", "--office", office, status=1
    )
    assert "does not exist in this jurisdiction" in voe["sentence"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("status", "--office", "nowhere"), 2, "no office in"),
        (("init", "x", "--jurisdiction", "fr", "--name", "y"), 2, "fr"),
        (("attendance", "--from", "31/02/2026"), 1, "is not a date"),
        (("letters", "approve"), 1, "serials"),
        (("letters", "void", "L-2026-00001"), 1, "--reason"),
        (("letters", "mailed", "L-1"), 1, "no letter L-1"),
        (("report", "nonsense"), 1, "no report"),
        (("workbook", "update"), 1, "No workbook is adopted"),
        (("once", "--accept", "nothing.csv"), 1, "no refused file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    office: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], status: int, said: str
) -> None:
    monkeypatch.setenv("ROLLBOOK_OFFICE", str(office))
    monkeypatch.chdir(office.parent)
    found, out, complaints = run(*words)
    assert (found, out) == (status, "")
    assert said in " ".join(complaints.split())


def test_a_workbook_is_found_by_its_name(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLBOOK_OFFICE", str(office))
    monkeypatch.chdir(office.parent)
    status, _, said = run("workbook", "restore", "Tracker.xlsx")
    said = " ".join(said.split())
    assert status == 1
    assert said.startswith("There is no “Tracker.xlsx”. Looked in:")
    make_tracker(office / "workbooks" / "Tracker.xlsx")
    adopted = rollbook("workbook", "adopt", "Tracker.xlsx")
    assert "Tracker: sheet Tracker, headings in row " in adopted
    assert "student ID" in adopted and "Núñez, Ana" in adopted
    assert "Tracker.xlsx" in rollbook("workbook", "update", "Tracker.xlsx")
    assert "is back" in rollbook("workbook", "restore", "Tracker.xlsx")


def test_a_balance_that_does_not_hold_ends_with_status_1(office: Path, tmp_path: Path) -> None:
    assert run("report", "balance", "--office", office)[0] == 0
    export = tmp_path / "again.csv"
    export.write_text(MARKS.replace("PM,O", "PM,I"), encoding="utf-8")
    words = ("report", "balance", "--office", office, "--against", export, "--json")
    status, out, _ = run(*words)
    rows = [row for row in json.loads(out)["rows"] if row["Outcome"] == "differs"]
    assert status == 1
    assert ("000123", "PM", "O", "I") in [
        (row["Student ID"], row["Part"], row["Ledger"], row["Other"]) for row in rows
    ]


def test_what_the_command_line_asks_for_is_what_the_desk_asks_for() -> None:
    typed = {slug: {one.partition("=")[0] for one in lines} for slug, lines in TYPED.items()}
    asked = {slug: {one.name for one in questions} for slug, questions in FACTS.items()}
    assert typed == asked
