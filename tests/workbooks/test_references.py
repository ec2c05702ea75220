"""Formulas follow their cells when rows are inserted: held against a plain model of a grid."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.workbooks.cells import Area, column_letters
from rollbook.workbooks.references import (
    Shift,
    addresses,
    grown,
    moved,
    same_sheet,
    sheet_prefix,
    translated,
)

SHEETS = ("Tracker", "Letter log", "It's <2026> & up", "JAN")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A5+$B$9+SUM(C2:C20)", "A5+$B$11+SUM(C2:C22)"),
        ("D12:B2", "D14:B2"),
        ("9:9+$9:12+A:C", "11:11+$11:14+A:C"),
        ("A9#+SUM(A9:INDEX(B:B,9))", "A11#+SUM(A11:INDEX(B:B,9))"),
        ("Tracker!A9+tracker!A9+Other!A9", "Tracker!A11+tracker!A11+Other!A9"),
        ("C9+SUM(A1:A1048576)", "C11+SUM(A1:A1048576)"),
    ],
)
def test_an_address_follows_the_cell_it_means(before: str, after: str) -> None:
    assert moved(before, "Tracker", "Tracker", Shift(((9, 2),))) == after


@pytest.mark.parametrize(
    "formula",
    [
        '"A9 ""A9"" C10"&D1',
        "LOG10(4)+ATAN2(1,2)+_xlfn.A9.B(1)",
        "TAXES2026+XFE9+A9x+A9.b+_A9+Year9_2026",
        "Table1[[#This Row],[A9]]+Table1[A9]+[@A9]+[@[A9 ']A9]]",
        "[1]Tracker!A9+[1]Tracker!$A$9:B12+'[Old.xlsx]Tracker'!A9+'C:\\x\\[A9.xlsx]Tracker'!A9",
        "JAN:DEC!A9+'Tracker:Last one'!A9",
        "Tracker!#REF!+#REF!+#N/A",
        "1E9+9.5+.9E9+{9,9;9,9}",
        "A1048577",
    ],
)
def test_what_only_looks_like_an_address_stays(formula: str) -> None:
    assert moved(formula, "Tracker", "Tracker", Shift(((9, 2),))) == formula


def test_a_sheet_with_signs_in_its_name_is_found() -> None:
    name = "It's <2026> & up"
    formula = f"{sheet_prefix(name)}B9+{sheet_prefix('Plain')}B9+{sheet_prefix('A1')}B9"
    assert formula == "'It''s <2026> & up'!B9+Plain!B9+'A1'!B9"
    assert [one.first for one in addresses(formula, "x")] == [name, "Plain", "A1"]
    assert moved(formula, "x", name, Shift(((1, 1),))).startswith(
        "'It''s <2026> & up'!B10+Plain!B9"
    )


corner = st.builds(
    lambda column, row, fixed_column, fixed_row: (
        f"{'$' * fixed_column}{column_letters(column)}{'$' * fixed_row}{row}"
    ),
    st.integers(1, 6), st.integers(1, 12), st.booleans(), st.booleans(),
)  # fmt: skip
prefix = st.sampled_from(["", *map(sheet_prefix, SHEETS)])
reference = st.builds(
    lambda before, first, last: before + (f"{first}:{last}" if last else first),
    prefix, corner, st.one_of(st.none(), corner),
)  # fmt: skip
junk = st.sampled_from(['"A9 ""x"""', "LOG10(1)", "1E5", "Table1[[#This Row],[A3]]", "#REF!"])
formulas = st.lists(st.one_of(reference, junk), min_size=1, max_size=5).map("+".join)


def cells_meant(formula: str, home: str) -> list[set[tuple[str, int, int]]]:
    return [
        {
            (one.first, row, column)
            for row in range(one.area.top, one.area.bottom + 1)
            for column in range(one.area.left, one.area.right + 1)
        }
        for one in addresses(formula, home)
    ]


@given(formulas, st.sampled_from(SHEETS), st.sampled_from(SHEETS), st.integers(1, 13),
       st.integers(1, 4))  # fmt: skip
def test_each_address_means_the_same_cells_and_those_between_them(
    formula: str, home: str, sheet: str, above: int, count: int
) -> None:
    def now_at(cell: tuple[str, int, int]) -> tuple[str, int, int]:
        name, row, column = cell
        follows = same_sheet(name, sheet) and row >= above
        return name, row + count * follows, column

    after = cells_meant(moved(formula, home, sheet, Shift(((above, count),))), home)
    for was, now in zip(cells_meant(formula, home), after, strict=True):
        followed = {now_at(cell) for cell in was}
        assert followed <= now
        between = now - followed
        rows = {row for _, row, _ in followed}
        assert {row for _, row, _ in between} <= set(range(above, above + count))
        assert not between or min(rows) < above <= max(rows)


@given(formulas, st.integers(1, 13), st.integers(1, 4))
def test_only_addresses_change(formula: str, above: int, count: int) -> None:
    after = moved(formula, "Tracker", "Tracker", Shift(((above, count),)))
    assert re.sub(r"\d+", "", after) == re.sub(r"\d+", "", formula)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(Tracker!$D$5:$D$104)", "SUM(Tracker!$D$5:$D$110)"),
        ("COUNTIF(Tracker!D4:D104,1)", "COUNTIF(Tracker!D4:D110,1)"),
        ("Tracker!A5:J104", "Tracker!A5:J110"),
        ("Tracker!D5:D103", "Tracker!D5:D103"),
        ("Tracker!D6:D104", "Tracker!D6:D104"),
        ("Tracker!K5:K104", "Tracker!K5:K104"),
        ("Tracker!D104", "Tracker!D104"),
        ("D5:D104", "D5:D104"),
    ],
)
def test_a_range_over_a_whole_column_of_a_list_grows_with_it(before: str, after: str) -> None:
    block = Area(1, 4, 10, 104)
    assert grown(before, "Summary", "Tracker", block, 110) == after


def test_a_formula_filled_down_moves_what_is_not_fixed() -> None:
    filled = translated('A1+$A1+A$1+$A$1+B:$B+3:$3+LOG10(A1)&"A1"', 2, 1)
    assert filled == 'B3+$A3+B$1+$A$1+C:$B+5:$3+LOG10(B3)&"A1"'
