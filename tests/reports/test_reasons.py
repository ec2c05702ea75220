"""The reasons of a finding as data and as a table."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rollbook.policy import load_pack
from rollbook.problems import NotAllowed
from rollbook.register import register_frame
from rollbook.reports.findings import explanation_as_json, explanation_table
from rollbook.reports.table import Column, Table
from rollbook.rules import Explanation, explain
from rollbook.school_calendar import SchoolCalendar, SchoolYear

CALENDAR = SchoolCalendar((SchoolYear("2026-27", date(2026, 8, 31), date(2027, 7, 9)),))
DAYS = CALENDAR.school_days


def explanations() -> list[Explanation]:
    symbols = ["O", "I", "Y2", "/"]
    marks = register_frame(
        {"student_id": ["007"] * 4, "date": DAYS[:4], "part": ["AM"] * 4, "symbol": symbols}
    )
    return explain(load_pack("gb-eng"), CALENDAR, marks, student_id="007", as_of=DAYS[4])


def test_the_table_has_the_answer_of_each_rule_and_a_row_for_each_mark() -> None:
    found = explanations()
    table = explanation_table(found)
    titles = [column.title for column in table.columns]
    rows = [dict(zip(titles, row, strict=True)) for row in table.rows]
    answers = [row for row in rows if row["Date"] is None]
    assert [row["Trigger"] for row in answers] == [one.trigger for one in found]
    of_notice = [row for row in rows if row["Trigger"] == "eng-pn" and row["Date"]]
    assert [row["Code"] for row in of_notice] == ["O", "I", "Y2", "/"]
    assert [row["Counted"] for row in of_notice] == ["counted", *["not counted"] * 3]
    assert of_notice[1]["Why"].startswith("authorised absence: not one of the codes")
    answer = next(row for row in answers if row["Trigger"] == "eng-pn")
    assert (answer["Still needed"], answer["Would be met on"]) == (9, DAYS[9])
    assert "Penalty Notices" in answer["Reference"]
    assert answer["How sure"] == "read in the law or on an official page"


def test_a_mark_says_where_its_code_has_its_meaning_from() -> None:
    of_notice = next(one for one in explanations() if one.trigger == "eng-pn")
    cited = {mark.symbol: mark.citation for mark in of_notice.marks}
    assert cited["/"].endswith("reg 10")
    assert cited["I"].endswith("(check)")


def test_sources_are_named_once_in_the_row_of_their_rule() -> None:
    table = explanation_table(explanations())
    titles = [column.title for column in table.columns]
    rows = [dict(zip(titles, row, strict=True)) for row in table.rows]
    assert {row["Reference"] for row in rows if row["Date"]} == {""}
    answer = next(row for row in rows if row["Trigger"] == "eng-pn" and row["Date"] is None)
    assert "reg 10" in answer["Reference"]  # what says that / is presence


@pytest.mark.parametrize(("paper", "number"), [("A4", 9), ("Letter", 1)])
def test_a_table_is_printed_on_the_paper_of_its_country(paper: str, number: int) -> None:
    sheet = load_workbook(io.BytesIO(explanation_table(explanations()).to_xlsx(paper))).active
    assert sheet is not None and sheet.page_setup.paperSize == number


def test_long_reasons_go_on_in_the_next_line_of_their_cell() -> None:
    table = Table("T", "T", [Column("Why", widest=20)], [["short"], ["far " * 10]])
    sheet = load_workbook(io.BytesIO(table.to_xlsx())).active
    assert sheet is not None and sheet.column_dimensions["A"].width == 20
    assert [bool(sheet.cell(row, 1).alignment.wrap_text) for row in (4, 5)] == [False, True]
    assert [sheet.row_dimensions[row].height for row in (4, 5)] == [None, 45]


def test_a_table_is_not_written_into_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match=r"There is no folder “.*gone”\. Make it first"):
        explanation_table([]).write(tmp_path / "gone" / "why.xlsx")


def test_the_table_opens_in_excel_as_it_is() -> None:
    table = explanation_table(explanations())
    sheet = load_workbook(io.BytesIO(table.to_xlsx())).active
    assert sheet is not None and sheet.max_row == len(table.rows) + 3


def test_an_explanation_is_plain_data() -> None:
    said = [explanation_as_json(one) for one in explanations()]
    notice = next(one for one in json.loads(json.dumps(said)) if one["trigger"] == "eng-pn")
    assert (notice["still_needed"], notice["would_cross"]) == (9, DAYS[9].isoformat())
    assert notice["sure_in_words"] == "read in the law or on an official page"
    assert [mark["counted"] for mark in notice["marks"]] == [True, False, False, False]
