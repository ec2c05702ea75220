"""Formulas that stand once and hold for many rows: of formats, of checks, of calculated columns.

They are written as they read in the first row they cover. When rows are inserted, an address
without ``$`` must go on to mean “the row above”, “this row” for the rows it is said for; so it
keeps its distance, unless for most of these rows what it means has moved away.
"""

import re
from collections.abc import Sequence
from functools import partial

from rollbook.workbooks.cells import Area
from rollbook.workbooks.formulas import rewrite_formulas
from rollbook.workbooks.references import (
    LAST_ROW,
    Address,
    Shift,
    rewritten,
    rows_fixed,
    same_sheet,
    translated,
)

RULE = re.compile(
    rb"<((?:\w+:)?(?:conditionalFormatting|dataValidation))(?=[\s>])(?:[^>]*[^/>])?>.*?</\1>", re.S
)
"""A format or a check with what it covers and its formulas."""

_COVERED = re.compile(rb'\ssqref="([^"]*)"|<xm:sqref>([^<]*)</xm:sqref>')


def covered(rule: bytes) -> list[Area]:
    """Return the areas that a format or a check covers."""
    found = _COVERED.search(rule)
    text = (found[1] or found[2] or b"").decode("ascii") if found else ""
    return [Area.of(one) for one in text.split()]


def first_row(areas: Sequence[Area]) -> int:
    """Return the row for which the formulas of a rule are written."""
    return min(area.top for area in areas)


def moved_for_rows(
    formula: str, sheet: str, shift: Shift, rows: Sequence[Area], now_at: int
) -> str:
    """Return a formula that holds for ``rows`` of its own sheet, after rows were inserted in it.

    ``now_at`` is the row it is written for afterwards.
    """
    was_at = first_row(rows)

    height = sum(area.bottom - area.top + 1 for area in rows)

    def followed(row: int, is_fixed: bool) -> int:
        far = row - was_at
        parted = 0  # rows on one side of a place, while what they mean is on the other
        for above, _ in shift.places:
            first, end = sorted((above, above - far))
            for area in rows:
                parted += max(0, min(area.bottom, end - 1) - max(area.top, first) + 1)
        keeps_distance = not is_fixed and 2 * parted <= height and 1 <= now_at + far <= LAST_ROW
        return now_at + far if keeps_distance else shift.row(row)

    def rewrite(address: Address) -> Area:
        area = address.area
        is_elsewhere = address.over_sheets or not same_sheet(address.first, sheet)
        if is_elsewhere or (area.top == 1 and area.bottom == LAST_ROW):
            return area
        top_fixed, bottom_fixed = rows_fixed(address.text)
        ends = followed(area.top, top_fixed), followed(area.bottom, bottom_fixed)
        return Area(area.left, min(ends), area.right, max(ends))

    return rewritten(formula, sheet, rewrite)


def written_for(rule: bytes, was_at: int) -> bytes:
    """Return a rule whose first row is another now, its formulas written for that row."""
    areas = covered(rule)
    rows = first_row(areas) - was_at if areas else 0
    return rewrite_formulas(rule, partial(translated, rows=rows, columns=0)) if rows else rule
