"""A report's table as CSV: what Excel makes of it when a clerk opens the file."""

import csv
import io

import pytest
from openpyxl import load_workbook

from rollbook.reports import Column, Table
from rollbook.reports.table import Value


def csv_of(*values: Value) -> list[str]:
    columns = [Column(f"Column {number}") for number in range(len(values))]
    text = Table("T", "A table.", columns, [values]).to_csv().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1]


@pytest.mark.parametrize(
    "text",
    ["=1+1, =1+1", "+1, +1", "-1, Ana", "@SUM(A1)", "\t=1+1", " =HYPERLINK(A1)", "=cmd|' /C"],
)
def test_a_text_that_reads_as_a_formula_is_none_in_csv(text: str) -> None:
    assert csv_of(text) == [f"'{text}"]


def test_everything_else_is_written_as_it_is() -> None:
    assert csv_of("-", "+", "O'Neil, Ana", "00123", -1, -2.5, None, "", " ", "N - no reason") == [
        "-", "+", "O'Neil, Ana", "00123", "-1", "-2.5", "", "", " ", "N - no reason",
    ]  # fmt: skip


def test_what_no_workbook_can_hold_is_shown_as_unreadable() -> None:
    table = Table("Held rows", "Held", [Column("Value")], [("Na\x0cme \ud800",)])
    sheet = load_workbook(io.BytesIO(table.to_xlsx("A4"))).active
    assert sheet is not None and sheet["A4"].value == "Na\ufffdme \ufffd"
