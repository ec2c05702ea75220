"""How the command line shows a table that is longer than anyone reads in a terminal."""

import pytest

from rollbook.cli.show import show_table
from rollbook.reports import Column, Table


@pytest.mark.parametrize(
    ("rows", "shown", "last"),
    [
        (40, 40, "student 40"),
        (41, 40, "… and 1 more: add --to FILE.xlsx"),
        (1_240, 40, "… and 1,200 more: add --to FILE.xlsx"),
    ],
)
def test_a_long_table_shows_its_first_rows_and_says_where_all_are(
    capsys: pytest.CaptureFixture[str], rows: int, shown: int, last: str
) -> None:
    names = [[f"student {number}"] for number in range(1, rows + 1)]
    show_table(Table("Names", "All names", [Column("Name")], names), "add --to FILE.xlsx")
    said = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert sum(line.startswith("student") for line in said) == shown
    assert said[-1] == last


def test_a_number_has_the_decimals_of_its_column(capsys: pytest.CaptureFixture[str]) -> None:
    columns = [Column("ADA", is_number=True, number_format="0.00"), Column("Days", is_number=True)]
    show_table(Table("ADA", "ADA", columns, [[1237.1, 2077], [None, 0]]), "add --to FILE.xlsx")
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert shown[2:] == [["1,237.10", "2,077"], ["no", "data", "0"]]


def test_a_reference_is_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    columns = [Column("What"), Column("Reference")]
    row = ["absence " * 40, "60901(c)(1) " + "x" * 90 + " (check)"]
    show_table(Table("A", "A", columns, [row]), "add --to FILE.xlsx")
    shown = capsys.readouterr().out
    assert "…" not in shown and "(check)" in shown
