"""Registers sent in: missing, late or not yet due, to the minute."""

from datetime import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from rollbook.problems import NotAllowed
from rollbook.register import Student
from rollbook.reports import Asked, report_named
from rollbook.reports.missing_registers import submissions_table
from rollbook.reports.submissions import Submission, read_submissions, to_chase
from rollbook.standing import read_standing
from tests.offices import marks, post_extract, roster, small_office

LIST = """\
Class,Teacher,Due,Submitted
7A,Ms Ash,08:45,08:51
7B,Mr Birch,08:45,
8A,Ms Cole,09:25,
8B,Mr Dene,09:10,09:38
"""


def test_the_worked_example_of_unsubmitted_registers(tmp_path: Path) -> None:
    """GEN-02: at 09:40, with 20 minutes of grace."""
    (tmp_path / "list.csv").write_bytes(LIST.replace("\n", "\r\n").encode("cp1252"))
    registers = read_submissions(tmp_path / "list.csv")
    states = {one.register: one.state(time(9, 40), 20) for one in registers}
    assert states == {"7A": "in time", "7B": "missing", "8A": "not yet due", "8B": "late"}
    chased = to_chase(registers, time(9, 40), 20)
    assert [(one.register, state) for one, state in chased] == [("7B", "missing"), ("8B", "late")]
    assert chased[1][0].minutes_after == 28


@pytest.mark.parametrize(
    ("submitted", "as_of", "state"),
    [
        (None, time(9, 5), "not yet due"),  # the last minute of grace
        (None, time(9, 6), "missing"),
        (time(9, 5), time(10, 0), "in time"),
        (time(9, 6), time(10, 0), "late"),
        (time(9, 6), time(9, 0), "not yet due"),  # seen from before it came
    ],
)
def test_grace_ends_to_the_minute(submitted: time | None, as_of: time, state: str) -> None:
    assert Submission("7A", "Ms Ash", time(8, 45), submitted).state(as_of, 20) == state


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Class,Teacher,Due\n7A,A,08:45\n", "needs the columns class, teacher, due and submitted"),
        ("Class,Teacher,Due,Submitted\n7A,A,8.45,\n", "row 2: “8.45” is not a time"),
        ("Class,Teacher,Due,Submitted\n\n7A,A,,\n", "row 3: enter the time"),
    ],
)
def test_a_list_that_cannot_be_read_is_said_with_its_row(
    tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    with pytest.raises(NotAllowed, match=says):
        read_submissions(tmp_path / "list.csv")


def test_a_list_may_be_a_workbook_with_a_title_above(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Registers of today"], ["Class", "Teacher", "Due", "Submitted"]):
        sheet.append(row)
    sheet.append(["7A", "Ms Ash", time(8, 45), time(8, 51)])
    sheet.append(["7B", "Mr Birch", time(8, 45), None])
    book.save(tmp_path / "list.xlsx")
    assert read_submissions(tmp_path / "list.xlsx") == [
        Submission("7A", "Ms Ash", time(8, 45), time(8, 51)),
        Submission("7B", "Mr Birch", time(8, 45), None),
    ]


def test_the_report_takes_a_list(tmp_path: Path) -> None:
    office = small_office(tmp_path / "office")
    post_extract(office, roster([Student("1", "Ash", "Ada")]), "roster")
    post_extract(office, marks([("1", "2026-11-12", "AM", "/")]), "day")
    standing = read_standing(office)
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    table = submissions_table(standing, read_submissions(tmp_path / "list.csv"), time(9, 40))
    assert table.title == (
        "Registers on 12 Nov 2026 by 09:40: 1 missing, 1 late by more than 20 minutes"
    )
    assert [row[0] for row in table.rows] == ["7B", "8B"]
    asked = Asked(office, standing, against=tmp_path / "list.csv")
    assert [row[0] for row in report_named("missing-registers").build(asked).rows][0] == "7B"
