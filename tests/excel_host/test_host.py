"""The stand-in keeps Excel's manners; otherwise what runs against it would prove little."""

import pytest
from playwright.sync_api import Error

from tests.excel_host.conftest import Excel


@pytest.fixture(scope="module")
def pane(quiet_pane: Excel) -> Excel:
    return quiet_pane


def run(excel: Excel, script: str) -> object:
    """Run a script in Excel.run, with its ``context``."""
    return excel.page.evaluate(f"() => Excel.run(async (context) => {{ {script} }})")


def refused(excel: Excel, script: str) -> str:
    with pytest.raises(Error) as refusal:
        run(excel, script)
    return str(refusal.value)


def test_what_was_not_loaded_cannot_be_read(excel: Excel) -> None:
    says = refused(excel, "const range = context.workbook.getSelectedRange(); return range.address")
    assert "'address' of Range is not available" in says


def test_what_was_loaded_cannot_be_read_before_it_is_synced(excel: Excel) -> None:
    says = refused(
        excel, "return context.workbook.worksheets.getActiveWorksheet().load('name').name"
    )
    assert "'name' of Worksheet is not available" in says


def test_what_excel_does_not_have_is_an_error_with_its_name(excel: Excel) -> None:
    assert "no Range.adress" in refused(excel, "context.workbook.getSelectedRange().adress")
    assert "no Excel.SpecialCellType.hidden" in refused(excel, "Excel.SpecialCellType.hidden")
    says = refused(
        excel, "context.workbook.getSelectedRange().load('adress'); await context.sync()"
    )
    assert "no Range.adress to load" in says


def test_a_missing_sheet_fails_at_sync_unless_asked_for_kindly(excel: Excel) -> None:
    script = "const one = context.workbook.worksheets.{}('None'); await context.sync(); return {}"
    assert "finds nothing" in refused(excel, script.format("getItem", "1"))
    assert run(excel, script.format("getItemOrNullObject", "one.isNullObject")) is True


def test_an_array_must_have_the_size_of_its_range(excel: Excel) -> None:
    says = refused(
        excel,
        "const sheet = context.workbook.worksheets.getActiveWorksheet();"
        "sheet.getRange('A1:B2').values = [[1, 2]]; await context.sync()",
    )
    assert "1 × 2 values, the range 2 × 2 cells" in says


@pytest.mark.parametrize(
    ("typed", "value", "formula"),
    [
        ("=1", 1, "=1"),
        ("=cmd|' /C calc'!A0", "#NAME?", "=cmd|' /C calc'!A0"),
        ("+A2", "", "=+A2"),
        ("@A2", "", "=@A2"),
        ("'=1", "=1", ""),
        ("'007", "007", ""),
        ("007", 7, ""),
        ("12.5%", 0.125, ""),
        ("1,200", 1200, ""),
        ("2026-09-01", 46266, ""),
        ("true", True, ""),
        ("Ng, Bo", "Ng, Bo", ""),
    ],
)
def test_what_is_written_is_taken_as_excel_takes_it(
    excel: Excel, typed: str, value: object, formula: str
) -> None:
    excel.type("A1", typed)
    found = excel.ask("cell", "A1", None)
    assert found["formula"] == formula
    if not formula or value != "":
        assert found["value"] == value


def test_text_cells_keep_their_text(excel: Excel) -> None:
    excel.open({"Ids": [["x"]]}, formats={"Ids": {"B1:B2": "@"}})
    excel.type("B1", "007")
    excel.type("B2", "=1")
    assert [excel.cell("B1"), excel.cell("B2")] == ["007", "=1"]


def test_special_cells_of_one_cell_are_looked_for_in_the_whole_sheet(excel: Excel) -> None:
    """As Excel does; the ribbon must not take that for the selection."""
    excel.open({"Sheet": [["a"], ["b"], ["c"]]})
    excel.select("A2")
    script = (
        "const found = context.workbook.getSelectedRange().getSpecialCellsOrNullObject('Visible');"
        "found.load('address'); await context.sync(); return found.address"
    )
    assert run(excel, script) == "Sheet!A1:A3"


def test_rows_put_in_move_what_stands_below_and_what_refers_to_it(excel: Excel) -> None:
    excel.open(
        {"A": [["x"], [1], [2], ["=SUM(A2:A3)"]], "B": [["=A!$A$3", '="A3"&A3']]},
        tables={"A": {"T": "A1:A3"}},
    )
    script = (
        "const sheet = context.workbook.worksheets.getItem('A');"
        "sheet.getRange('3:4').insert('Down'); await context.sync();"
        "const table = sheet.tables.load('items/name'); await context.sync();"
        "const all = table.items[0].getRange().load('address'); await context.sync();"
        "return all.address"
    )
    assert run(excel, script) == "A!A1:A5"
    formulas = [excel.ask("cell", at, name)["formula"] for at, name in
                (("A6", "A"), ("A1", "B"), ("B1", "B"))]  # fmt: skip
    assert formulas == ["=SUM(A2:A5)", "=A!$A$5", '="A3"&A3']
    assert excel.cell("A5", "A") == 2
