"""Worksheet functions as Excel runs them: xlwings' own client, the real server, spilled results."""

import pytest

from tests.excel_host.conftest import Excel


@pytest.fixture(scope="module")
def pane(quiet_pane: Excel) -> Excel:
    return quiet_pane


MARKS = [
    ["Student ID", "Name", "Mon", "Tue", "Wed"],
    ["00012", "Ng, Bo", "P", "A", "P"],
    ["00013", "O’Neil, Ana", "", "", ""],
    ["00014", "Quill, Zoë", "P", "???", "P"],
    ["00015", "Yt, Q", "A", "A", "P"],
]


@pytest.fixture
def marks(excel: Excel) -> Excel:
    excel.open({"Marks": MARKS})
    return excel


def test_a_rate_for_each_row_spills_below_its_formula(marks: Excel) -> None:
    marks.type("G2", "=ROLLBOOK.RATE(C2:E5)")
    assert marks.cell("G2") == pytest.approx(2 / 3)
    assert marks.cell("G5") == pytest.approx(1 / 3)


def test_two_functions_stand_side_by_side(marks: Excel) -> None:
    marks.type("G2", "=ROLLBOOK.RATE(C2:E5)")
    marks.type("H2", "=ROLLBOOK.PRESENT(C2:E5)")
    assert [marks.cell("H2"), marks.cell("H5")] == [2, 1]
    assert marks.cell("G2") == pytest.approx(2 / 3)


def test_an_error_stays_in_its_row_and_says_why(marks: Excel) -> None:
    marks.type("H2", "=ROLLBOOK.PRESENT(C2:E5)")
    assert marks.cell("H4") == "#VALUE!"
    reason = marks.ask("cell", "H4", None)["error"]
    assert "???" in reason and reason.endswith(".")
    assert [marks.cell("H2"), marks.cell("H5")] == [2, 1]


def test_a_row_without_marks_is_not_available(marks: Excel) -> None:
    marks.type("G2", "=ROLLBOOK.RATE(C2:E5)")
    assert marks.cell("G3") == "#N/A"
    assert marks.ask("cell", "G3", None)["error"]


def test_a_changed_mark_is_counted_at_once(marks: Excel) -> None:
    marks.type("H2", "=ROLLBOOK.PRESENT(C2:E5)")
    marks.type("D4", "P")
    assert marks.cell("H4") == 3


def test_a_formula_does_not_spill_over_what_is_written(marks: Excel) -> None:
    marks.type("H4", "keep me")
    marks.type("H2", "=ROLLBOOK.PRESENT(C2:E5)")
    assert [marks.cell("H2"), marks.cell("H4")] == ["#SPILL!", "keep me"]


def test_every_function_that_excel_is_told_of_can_be_called(excel: Excel) -> None:
    told = excel.page.request.get(f"{excel.server.address}/xlwings/custom-functions-meta.json")
    ids = {one["id"].upper() for one in told.json()["functions"]}
    assert ids == set(excel.ask("functions"))


def test_a_function_nobody_has_is_no_name(excel: Excel) -> None:
    excel.type("A1", "=ROLLBOOK.NOTHING(B1)")
    assert excel.cell("A1") == "#NAME?"
