"""Tracking in a real browser: the open workbook is adopted, and refreshed through Excel."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollbook.office import save_workbook_map
from tests.excel_host.conftest import Excel

LOG = ["Date", "Student ID", "Student", "Letter", "Reference", "Status"]
TRACKER = [
    ["Student ID", "Name", "Days absent", "Flag", "Attendance %"],
    ["000123", "García, Ana", "", "", 98.5],
    ["000124", "Ng, Bo", "", "=1+1", 98.5],
    ["000125", "Cy", "", "", 98.5],
]


@pytest.fixture
def tracker(excel: Excel) -> Iterator[Excel]:
    """A workbook on SharePoint: the tracker, a private sheet, and a log that is a Table."""
    sheets = {
        "Tracker": TRACKER,
        "Notes": [["private"]],
        "Letter log": [LOG, ["", "", "", "", "", ""]],
    }
    excel.open(
        sheets,
        path="https://district.sharepoint.com/Tracker.xlsx",
        tables={"Letter log": {"LetterLog": "A1:F2"}},
    )
    excel.select("A2:A4")
    yield excel


def test_it_is_adopted_then_refreshed_through_excel(tracker: Excel) -> None:
    assert tracker.press("adopt_workbook")["phase"] == "asking"
    job = tracker.answer(confirmed="yes")
    assert job["phase"] == "done", job["sentence"]

    if tracker.press("prepare_letters")["phase"] == "asking":
        assert tracker.answer(confirmed="yes")["phase"] == "done"

    sent = tracker.sent("refresh_workbook", lambda: tracker.press("refresh_workbook"))
    assert [one["values"] != [[]] for one in sent["sheets"]] == [True, False, True]
    assert "'Tracker'!D3" in sent["args"][0]["view"]["formulas"]
    rows = tracker.values("Tracker")
    assert [row[2] > 0 for row in rows[1:4]] == [True, True, True]
    assert tracker.ask("cell", "D3", "Tracker")["formula"] == "=1+1"
    log = tracker.values("Letter log")
    assert {row[1] for row in log[1:]} == {"000123", "000124", "000125"}
    assert {row[5] for row in log[1:]} == {"prepared"}
    place = next(place for place, row in enumerate(log, 1) if row[1] == "000125")
    assert log[place - 1][2] == "=cmd|' /C calc'!A0, Cy"
    assert tracker.ask("cell", f"C{place}", "Letter log")["formula"] == ""
    job = tracker.press("refresh_workbook")
    assert job["phase"] == "done", job["sentence"]
    assert job["sentence"].startswith("Tracker.xlsx was up to date already"), job["sentence"]


def test_a_new_student_gets_a_row_in_excel_with_the_clerks_formulas(
    excel: Excel, office: Path
) -> None:
    rows = [["Student ID", "Name", "Days absent", "Notes", "Twice"]]
    rows += [["000123", "García, Ana", "", "rang home", "=C2*2"]]
    rows += [["000125", "=cmd, Cy", "", "", "=C3*2"], ["", "", "", "", ""]]
    rows += [["All", "", "=SUM(C2:C3)", "", ""]]
    rows[2][1] = "Zim, Cy"
    excel.open({"New ones": rows}, path="https://district.sharepoint.com/New.xlsx", name="New.xlsx")
    assert excel.press("adopt_workbook")["phase"] == "asking"
    assert excel.answer(confirmed="yes")["phase"] == "done"
    adopted = tomllib.loads((office / "office.toml").read_text(encoding="utf-8"))["workbook"]
    [entry] = [one for one in adopted if one["file"] == "New.xlsx"]
    save_workbook_map(office, entry | {"whom": {"add": True}})

    job = excel.press("refresh_workbook")
    assert job["sentence"].startswith("New.xlsx: 3 cells, 1 student added"), job["sentence"]
    found = excel.values("New ones")
    assert [row[0] for row in found[1:]] == ["000123", "000124", "000125", "", "All"]
    assert found[2][1] == "Ng, Bo"
    assert found[1][3] == "rang home"
    formulas = [excel.ask("cell", at, "New ones")["formula"] for at in ("E2", "E3", "E4", "C6")]
    assert formulas == ["=C2*2", "=C3*2", "=C4*2", "=SUM(C2:C4)"]
    assert excel.press("refresh_workbook")["sentence"].startswith("New.xlsx was up to date already")
