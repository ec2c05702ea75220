from datetime import date
from pathlib import Path

import openpyxl
import pytest

from rollbook.importers.contract import Coverage
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import Enrolment, Student
from rollbook.reports import Column, Table
from rollbook.reports.attendance import attendance_rows, attendance_table
from rollbook.reports.findings import explanation_as_json, findings_table
from rollbook.standing import read_standing
from tests.offices import marks, post_extract, roster, small_office

WEEK = ("2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = small_office(tmp_path / "office")
    people = [Student("000123", "O'Neil", "Ana"), Student("000124", "Ng", "=Bo()")]
    post_extract(office, roster(people), "roster")
    rows = [("000123", day, part, "/") for day in WEEK for part in ("AM", "PM")]
    rows[2:5] = [("000123", WEEK[1], "AM", "O"), ("000123", WEEK[1], "PM", "I")]
    post_extract(office, marks(rows), "week 1")
    return office


def test_attendance_is_exact_and_no_data_is_neither_0_nor_100(office: Office) -> None:
    rows = {row["student_id"]: row for row in attendance_rows(read_standing(office))}
    ana, bo = rows["000123"], rows["000124"]
    assert (ana["possible"], ana["attended"], ana["rate"], ana["rate_exact"]) == (9, 7, 77.8, "7/9")
    assert (ana["authorised"], ana["unauthorised"]) == (1, 1)
    assert (bo["possible"], bo["rate"], bo["rate_exact"], bo["missing"]) == (0, None, None, 10)


def test_attendance_between_two_days(office: Office) -> None:
    day = date(2026, 11, 3)
    [row] = attendance_rows(read_standing(office), day, day, ["000123"])
    assert (row["possible"], row["absent"]) == (2, 2)


def test_an_unknown_student_is_said(office: Office) -> None:
    with pytest.raises(NotAllowed, match="“9”"):
        attendance_rows(read_standing(office), only=["9"])
    with pytest.raises(NotAllowed, match="“9”"):
        read_standing(office).explain("9")


def test_as_of_an_earlier_day_later_marks_are_left_out(office: Office) -> None:
    standing = read_standing(office, date(2026, 11, 2))
    assert standing.attendance("000123").absent == 0
    assert standing.findings() == []


def test_a_finding_and_its_reasons_agree(office: Office) -> None:
    standing = read_standing(office)
    found = {finding.trigger: finding for finding in standing.findings()}
    assert set(found) == {"eng-l1", "eng-l2", "eng-pa"}
    for explanation in standing.explain("000123"):
        said = explanation_as_json(explanation)
        assert said["crossed"] == (explanation.trigger in found)
        counted = [mark for mark in said["marks"] if mark["counted"]]
        if explanation.trigger in found:
            assert len(counted) == len(found[explanation.trigger].evidence)
        assert said["citations"]


def test_absences_only_count_recorded_days_inside_membership(tmp_path: Path) -> None:
    office = small_office(tmp_path / "tx", "us-tx")
    people = [Student("1", "A", "A", campus="001"), Student("2", "B", "B", campus="041")]
    stretches = [Enrolment("1", date(2026, 11, 3), campus="001")]
    post_extract(office, roster(people, enrolments=stretches), "roster")
    span = Coverage("001", date(2026, 11, 2), date(2026, 11, 6), ("P2",))
    rows = [("1", "2026-11-04", "P2", "U")]
    post_extract(office, marks(rows, negative=True, coverage=(span,)), "week 1")
    standing = read_standing(office)
    assert standing.as_of == date(2026, 11, 6)
    assert (standing.attendance("1").possible, standing.attendance("1").absent) == (4, 1)
    assert standing.attendance("2").possible == 0  # nothing was recorded at campus 041
    assert standing.is_enrolled("1") and standing.is_enrolled("2")


def test_a_report_in_excel_keeps_ids_dates_and_formula_like_names(
    office: Office, tmp_path: Path
) -> None:
    standing = read_standing(office)
    attendance_table(standing).write(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    cells = {cell.value: cell for row in sheet.iter_rows(min_row=4) for cell in row}  # type: ignore[union-attr]
    assert cells["000123"].data_type == "s"
    assert cells["Ng, =Bo()"].data_type == "s"
    findings_table(standing, standing.findings()).write(tmp_path / "f.csv")
    text = (tmp_path / "f.csv").read_text(encoding="utf-8-sig")
    assert "000123" in text and "2 of 9" in text  # absent sessions of possible ones


def test_a_name_that_begins_with_a_formula_sign_stays_text_in_excel(tmp_path: Path) -> None:
    table = Table("T", "T", [Column("a")], [["=1+1"], ["+44 1632"], ["@x"], ["-"]])
    table.write(tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    values = [cell for row in sheet.iter_rows(min_row=4) for cell in row]  # type: ignore[union-attr]
    assert [cell.value for cell in values] == ["=1+1", "+44 1632", "@x", "-"]
    assert {cell.data_type for cell in values} == {"s"}


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match=r"\.xlsx or \.csv"):
        Table("T", "T", [Column("a")], []).write(tmp_path / "t.pdf")


@pytest.mark.parametrize(
    ("jurisdiction", "words"),
    [("gb-eng", ("Authorised", "Unauthorised")), ("us-tx", ("Excused", "Unexcused"))],
)
def test_figures_name_absences_in_the_words_of_the_state(
    tmp_path: Path, jurisdiction: str, words: tuple[str, str]
) -> None:
    office = small_office(tmp_path / "an office", jurisdiction)
    titles = [column.title for column in attendance_table(read_standing(office)).columns]
    office.ledger.close()
    assert [title for title in titles if title.casefold().endswith(("sed", "zed"))] == [*words]
