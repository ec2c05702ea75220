"""The commands a clerk types: patterns and deadlines."""

from datetime import date
from pathlib import Path

from rollbook.office import Office
from rollbook.register import Student
from tests.offices import Row, marks, post_extract, roster, small_office
from tests.test_cli import as_json, rollbook

MONDAYS = ["2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12"]


def office_of(folder: Path) -> Office:
    office = small_office(folder)
    post_extract(office, roster([Student("000123", "O'Neil", "Ana")]), "roster")
    rows: list[Row] = []
    for day in office.calendar.school_days_between(date(2026, 9, 1), date(2026, 10, 23)):
        symbol = "N" if str(day) in MONDAYS else "/"
        rows += [("000123", str(day), part, symbol) for part in ("AM", "PM")]
    post_extract(office, marks(rows), "autumn")
    return office


def test_patterns_are_data_with_exact_shares(tmp_path: Path) -> None:
    office_of(tmp_path / "an office")
    said = as_json("patterns", "--office", tmp_path / "an office")
    kinds = {one["kind"]: one for one in said["patterns"]}
    assert set(kinds) == {"weekday", "mondays-and-fridays"}
    monday = kinds["weekday"]
    assert (monday["count"], monday["of"], monday["share_exact"]) == (6, 6, "1")
    assert monday["chance_exact"] == "7/39"
    assert monday["evidence"][0] == ["2026-09-07", "AM", "N"]


def test_all_counts_of_one_student_are_shown(tmp_path: Path) -> None:
    office_of(tmp_path / "office")
    said = as_json("patterns", "--student", "000123", "--office", tmp_path / "office")
    assert any(not one["claimed"] for one in said["patterns"])
    shown = rollbook("patterns", "--student", "000123", "--office", tmp_path / "office")
    assert "6 of 6 days missed were Mondays" in shown
    rollbook("patterns", "--student", "9", "--office", tmp_path / "office", status=1)


def test_deadlines_can_be_asked_for_a_stretch_of_days(tmp_path: Path) -> None:
    office_of(tmp_path / "office")
    here = ("--office", tmp_path / "office")
    every = as_json("deadlines", *here)["deadlines"]
    codes = [one for one in every if one["deadline"] == "eng-n5"]
    assert [one["due"] for one in codes][:2] == ["2026-09-14", "2026-09-21"]
    assert codes[0]["name"] == "O'Neil, Ana"
    overdue = as_json("deadlines", "--overdue", *here)["deadlines"]
    assert len(overdue) == sum(one["overdue"] for one in every) > 0
    some = as_json("deadlines", "--from", "2026-09-20", "--to", "2026-09-22", *here)["deadlines"]
    assert [one["due"] for one in some if one["deadline"] == "eng-n5"] == ["2026-09-21"]
    early = as_json("deadlines", "--as-of", "2026-09-08", *here)
    assert early["as_of"] == "2026-09-08"
    assert [one["when"] for one in early["deadlines"] if one["deadline"] == "eng-n5"] == [
        "in 4 school days"
    ]
    assert "Log it, and it is struck off" in rollbook("deadlines", *here)
