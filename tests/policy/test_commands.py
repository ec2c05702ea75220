"""`rollbook policy check` as a clerk or a script uses it."""

import json
from pathlib import Path
from typing import Any

import pytest

from rollbook.policy import SHIPPED
from tests.offices import small_office
from tests.test_cli import run

PACK = """\
extends = "us-tx"
title = "Bluestem ISD"
[references]
board = { text = "Board policy FEA (LOCAL)" }
[[triggers]]
id = "five"
title = "Five days in a term"
kind = "count_in_window"
letter = "bluestem-five"
[[triggers.terms]]
from = 2026-08-01
reference = "board"
sure = "POL"
unit = "days"
comparator = ">="
threshold = 5
window = "term"
"""

CASES = """\
[[year]]
name = "2026-27"
first = 2026-08-12
last = 2027-05-27
[[year.term]]
name = "Fall"
first = 2026-08-12
last = 2026-12-18
[[case]]
says = "Five is enough"
from = 2026-09-08
marks = "U*5"
finds = ["five", "tx-tru3"]
[[case]]
says = "Four is not"
from = 2026-09-08
marks = "U*4"
finds_not = ["five"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bluestem.toml").write_text(PACK, encoding="utf-8")
    (tmp_path / "cases.toml").write_text(CASES, encoding="utf-8")
    return tmp_path


def checked(*words: object, status: int) -> dict[str, Any]:
    found, out, _ = run("policy", "check", *words, "--json")
    assert found == status
    answer = json.loads(out)
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_pack_is_fine_and_so_are_its_example_cases(name: str, tmp_path: Path) -> None:
    found = checked(name, "--office", tmp_path, status=0)
    assert found["problems"] == [] and found["cases"]
    assert all(case["fine"] for case in found["cases"])


def test_a_districts_pack_is_checked_by_its_file_with_its_cases(folder: Path) -> None:
    pack = folder / "bluestem.toml"
    pack.write_text(PACK.replace('"bluestem-five"', '""'), encoding="utf-8")
    found = checked(pack, folder / "cases.toml", status=0)
    assert ["five" in case["found"] for case in found["cases"]] == [True, False]


def test_a_letter_without_a_template_is_named_with_its_line(folder: Path) -> None:
    found = checked(folder / "bluestem.toml", status=1)
    [problem] = found["problems"]
    assert "Rule pack “bluestem”, line 9, trigger “five”: its letter has no template" in problem
    assert "bluestem-five.en.docx" in problem


def test_a_rule_that_waits_for_a_letter_nobody_sends_is_named(folder: Path) -> None:
    pack = folder / "bluestem.toml"
    pack.write_text(
        'extends = "us-ca"\ntitle = "Bluestem"\n[[triggers]]\nid = "ca-truant"\nletter = ""\n',
        encoding="utf-8",
    )
    problems = checked(pack, status=1)["problems"]
    assert any(
        "“ca-tru2” waits for letters of “ca-truant”, which sends none" in one for one in problems
    )


def test_a_failing_case_is_said_in_plain_words_and_fails_the_command(folder: Path) -> None:
    text = CASES.replace('marks = "U*4"', 'marks = "U*5"')
    (folder / "cases.toml").write_text(text, encoding="utf-8")
    status, out, _ = run("policy", "check", folder / "bluestem.toml", folder / "cases.toml")
    said = " ".join(out.split())
    assert status == 1
    assert "Not as expected: “Four is not” (cases.toml, line 14)" in said
    assert "five was found and not expected. Why: 5 days from" in said
    assert "2 cases: 1 as expected, 1 not." in said


def test_a_bad_pack_is_said_in_one_sentence(folder: Path) -> None:
    (folder / "bluestem.toml").write_text(PACK.replace('"term"', '"moon"'), encoding="utf-8")
    status, out, complaint = run("policy", "check", folder / "bluestem.toml")
    assert status == 1 and out == ""
    assert "line 17, trigger “five”, terms 1: “window” is “moon”" in " ".join(complaint.split())


def test_an_offices_own_pack_calendar_and_templates_are_used(folder: Path) -> None:
    office = small_office(folder / "büro", "us-tx")
    office.ledger.close()
    root = office.folders.root
    settings = (root / "office.toml").read_text(encoding="utf-8")
    (root / "office.toml").write_text(
        settings.replace('jurisdiction = "us-tx"', 'jurisdiction = "bluestem"'), encoding="utf-8"
    )
    (root / "bluestem.toml").write_text(PACK, encoding="utf-8")
    (root / "templates" / "bluestem-five.en.docx").write_bytes(b"")
    cases = root / "cases.toml"
    cases.write_text('calendar = "office"\n' + CASES[CASES.index("[[case]]") :], encoding="utf-8")
    found = checked(cases, "--office", root, status=0)
    assert found["pack"] == "bluestem" and len(found["cases"]) == 2


def test_an_example_is_written_and_never_over_a_file(tmp_path: Path) -> None:
    example = tmp_path / "my cases.toml"
    assert run("policy", "check", "us-ca", "--example", example)[0] == 0
    assert checked("us-ca", example, status=0)["cases"]
    assert run("policy", "check", "us-ca", "--example", example)[0] == 1


def test_a_pack_that_is_not_there_is_said(tmp_path: Path) -> None:
    status, _, complaint = run("policy", "check", tmp_path / "none.toml")
    assert status == 1 and "There is no rule pack" in complaint
