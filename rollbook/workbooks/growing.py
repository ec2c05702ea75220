"""What follows when a list ends further down: all that covered it to its last row covers it again.

Excel lets Tables grow so, and what refers to a whole column of them. A list that is no Table is
served likewise.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from rollbook.workbooks.cells import Area, attributes
from rollbook.workbooks.covering import RULE, covered, first_row, written_for
from rollbook.workbooks.formulas import formula_parts, mentions, rewrite_formulas
from rollbook.workbooks.references import grown, same_sheet

if TYPE_CHECKING:
    from rollbook.workbooks.book import Book, Grown, Table

_SQREF = re.compile(rb'(\ssqref=")([^"]*)(")|(<xm:sqref>)([^<]*)(</xm:sqref>(?!</x14:sparkline>))')
_AUTOFILTER = re.compile(rb'(<autoFilter\s(?:[^>]*?\s)?ref=")([^"]*)(")')
_TABLE = re.compile(rb'(<(?:table|autoFilter|sortState)\s(?:[^>]*?\s)?ref=")([^"]*)(")')
_PIVOT_SOURCE = re.compile(rb"<worksheetSource\s[^>]*>")
_REFERENCE = re.compile(rb'(\bref=")([^"]*)(")')
_EMPTY_ROW = re.compile(rb'\sinsertRow="(?:1|true)"')


def grown_parts(book: "Book", parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts that are others because lists grew; ``parts`` are those changed before."""
    now: dict[str, bytes] = {}

    def current(part: str) -> bytes:
        return now.get(part) or parts.get(part) or book.read(part)

    for growth in book.grown:
        for change, names in (
            (_grow_sheet, [book.tab(growth.sheet).part]),
            (_grow_table, _its_tables(book, growth)),
            (_grow_pivot_source, book.parts_of_kind("/pivotCacheDefinition")),
        ):
            for part in names:
                now[part] = change(current(part), growth)
        for part, home in ((book.workbook_part, ""), *formula_parts(book)):
            xml = current(part)
            if same_sheet(home, growth.sheet) or mentions(xml, growth.sheet):
                longer = partial(_grow_formula, home=home, growth=growth)
                now[part] = rewrite_formulas(xml, longer)
    return {part: xml for part, xml in now.items() if xml != (parts.get(part) or book.read(part))}


def _its_tables(book: "Book", growth: "Grown") -> list[str]:
    """Return the Table that is the list; its row of totals, if it has one, is below the list."""
    block = growth.block

    def is_the_list(table: "Table") -> bool:
        area = table.area
        same_columns = (area.left, area.top, area.right) == (block.left, block.top, block.right)
        ends_so = area.bottom == block.bottom or (table.has_total and area.bottom > block.bottom)
        return same_sheet(table.sheet, growth.sheet) and same_columns and ends_so

    return [table.part for table in book.tables if is_the_list(table)]


def _grow_formula(formula: str, home: str, growth: "Grown") -> str:
    return grown(formula, home, growth.sheet, growth.block, growth.bottom, growth.first)


def _grow_sheet(xml: bytes, growth: "Grown") -> bytes:
    """Let formats, checks and filters that ended with the list end where it ends now."""
    block, bottom = growth.block, growth.bottom

    def longer(reference: str) -> str:
        area = Area.of(reference)
        ends_here = area.bottom == block.bottom and area.top >= block.top
        is_a_list = area.top < area.bottom or block.bottom == block.top + 1
        if ends_here and is_a_list and area.left <= block.right and block.left <= area.right:
            top = block.top + 1 if area.top == growth.first else area.top
            return str(Area(area.left, top, area.right, bottom))
        return reference

    def all_longer(found: re.Match[bytes]) -> bytes:
        before, references, after = [part for part in found.groups() if part is not None]
        longer_ones = " ".join(map(longer, references.decode("ascii").split()))
        return before + longer_ones.encode("ascii") + after

    def rule_longer(found: re.Match[bytes]) -> bytes:
        areas = covered(found[0])
        rule = _SQREF.sub(all_longer, found[0])
        return written_for(rule, first_row(areas)) if areas else rule

    start = max(xml.rfind(b"</sheetData>"), 0)
    tail = _SQREF.sub(all_longer, RULE.sub(rule_longer, xml[start:]))
    return xml[:start] + _AUTOFILTER.sub(all_longer, tail)


def _grow_table(xml: bytes, growth: "Grown") -> bytes:
    """Let a Table and its filter grow; its first row is no longer Excel's row for the first."""

    def longer(found: re.Match[bytes]) -> bytes:
        area = Area.of(found[2].decode("ascii"))
        if area.bottom != growth.block.bottom:
            return found[0]
        longer_one = Area(area.left, area.top, area.right, growth.bottom)
        return found[1] + str(longer_one).encode("ascii") + found[3]

    return _EMPTY_ROW.sub(b"", _TABLE.sub(longer, xml), count=1)


def _grow_pivot_source(xml: bytes, growth: "Grown") -> bytes:
    def source(found: re.Match[bytes]) -> bytes:
        about = attributes(found[0])
        if not same_sheet(about.get("sheet", ""), growth.sheet) or "ref" not in about:
            return found[0]
        area = _grow_formula(about["ref"], growth.sheet, growth)
        return _REFERENCE.sub(lambda ref: ref[1] + area.encode("ascii") + ref[3], found[0])

    return _PIVOT_SOURCE.sub(source, xml)
