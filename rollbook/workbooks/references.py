"""References to cells inside formulas, and how they follow when rows are inserted or lists grow.

A formula is read token by token as Excel writes it into files (ECMA-376 part 1, 18.17): what stands
in texts, names, functions, structured references and links to other workbooks is never taken for
an address. Only the addresses change; every other character stays as it was.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rollbook.workbooks.cells import Area, column_letters, column_number

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    rf"""
    (?P<text>"(?:[^"]|"")*")
  | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!))
  | (?P<sheet>'(?:[^']|'')*'!|[^\W\d][\w.?\\]*(?::[^\W\d][\w.?\\]*)?!)
  | (?P<area>{_CELL}:{_CELL}|{_CELL}|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|
      \$?[1-9][0-9]{{0,6}}:\$?[1-9][0-9]{{0,6}})(?![\w.?\\(!])
  | (?P<name>[^\W\d][\w.?\\]*)
  | (?P<number>[0-9]+\.?[0-9]*(?:[Ee][+-]?[0-9]+)?|\.[0-9]+(?:[Ee][+-]?[0-9]+)?)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CORNER = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]*)")
_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*")


@dataclass(frozen=True, slots=True)
class Address:
    """One address as it stands in a formula: its sheet, and its corners.

    ``sheet`` is the one named before it, else the formula's own; of a reference over several
    sheets (``JAN:DEC!A1``) ``first`` and ``last`` differ. A column without rows, and a row without
    columns, reaches to the edge.
    """

    first: str
    last: str
    area: Area
    is_range: bool
    text: str

    @property
    def over_sheets(self) -> bool:
        """Whether it goes through several sheets."""
        return self.first != self.last


Rewrite = Callable[[Address], Area]


def rewritten(formula: str, home: str, rewrite: Rewrite) -> str:
    """Return a formula in which each address is the area ``rewrite`` gives for it.

    ``home`` is the sheet the formula stands in. Links to other workbooks are not shown to
    ``rewrite``.
    """
    pieces = []
    for _, text, address in _read(formula, home):
        if address:
            area = rewrite(address)
            text = text if area == address.area else _written(text, area)
        pieces.append(text)
    return "".join(pieces)


def addresses(formula: str, home: str) -> Iterator[Address]:
    """Yield the addresses of a formula, in their order; links to other workbooks are left out."""
    for _, _, address in _read(formula, home):
        if address:
            yield address


@dataclass(frozen=True, slots=True)
class Shift:
    """Rows inserted into a sheet at several places at once: above which row, and how many."""

    places: tuple[tuple[int, int], ...]

    def row(self, row: int) -> int:
        """Return where a row stands afterwards."""
        return min(row + sum(count for above, count in self.places if row >= above), LAST_ROW)

    def area(self, area: Area) -> Area:
        """Return where an area stands afterwards; one that spans a place grows."""
        if area.bottom >= LAST_ROW and area.top == 1:
            return area  # whole columns
        return Area(area.left, self.row(area.top), area.right, self.row(area.bottom))


def moved(formula: str, home: str, sheet: str, shift: Shift, *, only_fixed: bool = False) -> str:
    """Return a formula as it is after rows were inserted into a sheet.

    An address below follows, one that spans the place grows, as in Excel. References through
    several sheets stay, in Excel too. ``only_fixed`` leaves rows without ``$`` alone: in a name
    they say how far off a cell is, and not which one.
    """

    def rewrite(address: Address) -> Area:
        area = address.area
        if address.over_sheets or not same_sheet(address.first, sheet):
            return area
        after = shift.area(area)
        if not only_fixed:
            return after
        top_fixed, bottom_fixed = rows_fixed(address.text)
        top = after.top if top_fixed else area.top
        return Area(area.left, top, area.right, after.bottom if bottom_fixed else area.bottom)

    return rewritten(formula, home, rewrite)


def grown(formula: str, home: str, sheet: str, block: Area, bottom: int, first: int = 0) -> str:
    """Return a formula whose ranges over a whole column of a list end at row ``bottom``.

    ``block`` is the list with its row of headings. A range counts as over the whole column when it
    begins at the first row below the headings or further up, and ends where the list ended. When
    rows were put in above the ``first`` one, the ranges that began there begin with the new ones.
    """
    first = first or block.top + 1

    def rewrite(address: Address) -> Area:
        area = address.area
        covers = (
            address.is_range
            and not address.over_sheets
            and same_sheet(address.first, sheet)
            and area.bottom == block.bottom
            and area.top <= first
            and block.left <= area.left
            and area.right <= block.right
        )
        return Area(area.left, min(area.top, block.top + 1), area.right, bottom) if covers else area

    return rewritten(formula, home, rewrite)


def translated(formula: str, rows: int, columns: int) -> str:
    """Return a formula as it reads filled down ``rows`` rows and right ``columns`` columns.

    Only the parts of addresses without ``$`` move.
    """
    pieces = []
    for kind, text, _ in _read(formula, ""):
        if kind != "area":
            pieces.append(text)
            continue
        pieces.append(":".join(_shifted(corner, rows, columns) for corner in text.split(":")))
    return "".join(pieces)


def rows_fixed(address: str) -> tuple[bool, bool]:
    """Return whether the upper and the lower row of an address have their ``$``."""
    corners = sorted(
        (int(found[4] or 0), bool(found[3]) if found[2] else bool(found[1]))
        for corner in address.split(":")
        if (found := _CORNER.fullmatch(corner))
    )
    return corners[0][1], corners[-1][1]


def same_sheet(one: str, other: str) -> bool:
    """Whether two names are the same sheet's; Excel does not tell capitals apart."""
    return one.casefold() == other.casefold()


def sheet_prefix(sheet: str) -> str:
    """Return a sheet's name as it stands before an address, with its exclamation mark."""
    if _PLAIN_SHEET.fullmatch(sheet) and not _is_like_an_address(sheet):
        return f"{sheet}!"
    return "'{}'!".format(sheet.replace("'", "''"))


# ---- reading ---------------------------------------------------------------------------------


def _read(formula: str, home: str) -> Iterator[tuple[str, str, Address | None]]:
    """Yield each token with its kind, and the address if it is one of this workbook."""
    place, prefix = 0, ""
    while place < len(formula):
        if formula[place] == "[":
            end = _end_of_brackets(formula, place)
            found = _TOKEN.match(formula, end) if end < len(formula) else None
            if found and found.lastgroup == "sheet":  # [1]Sheet!A1: another workbook's
                end, prefix = found.end(), "["
            yield "brackets", formula[place:end], None
            place = end
            continue
        found = _TOKEN.match(formula, place)
        assert found is not None
        kind, text, place = str(found.lastgroup), found[0], found.end()
        if kind == "sheet":
            prefix = text
            yield kind, text, None
            continue
        area = _area(text) if kind == "area" else None
        if area and not prefix.startswith(("[", "'[")) and not _is_link(prefix):
            yield "area", text, _address(text, area, prefix, home)
        else:
            yield ("name" if kind == "area" else kind), text, None
        prefix = ""


def _address(text: str, area: Area, prefix: str, home: str) -> Address:
    first, last = _sheets(prefix) if prefix else (home, home)
    return Address(first, last, area, ":" in text, text)


def _sheets(prefix: str) -> tuple[str, str]:
    name = prefix[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    first, _, last = name.partition(":")
    return first, last or first


def _is_link(prefix: str) -> bool:
    """Whether a quoted prefix leads to another workbook: ``'C:\\Lists\\[Old.xlsx]Sheet'!``."""
    return prefix.startswith("'") and "]" in prefix


def _end_of_brackets(formula: str, start: int) -> int:
    """Return the place after brackets and what is nested in them; ``'`` escapes in a name."""
    depth, place = 0, start
    while place < len(formula):
        sign = formula[place]
        if sign == "'":
            place += 1
        elif sign in "[]":
            depth += 1 if sign == "[" else -1
            if depth == 0:
                return place + 1
        place += 1
    return len(formula)


def _area(text: str) -> Area | None:
    """Return the area of an address, ``None`` for what only looks like one (``TAX2026``)."""
    corners = [_CORNER.fullmatch(part) for part in text.split(":")]
    parts = [(found[2], found[4]) for found in corners if found]
    columns = [column_number(letters.upper()) for letters, _ in parts if letters]
    rows = [int(digits) for _, digits in parts if digits]
    if any(column > LAST_COLUMN for column in columns) or any(row > LAST_ROW for row in rows):
        return None
    if not rows:
        rows = [1, LAST_ROW]
    if not columns:
        columns = [1, LAST_COLUMN]
    return Area(min(columns), min(rows), max(columns), max(rows))


def _is_like_an_address(name: str) -> bool:
    found = _TOKEN.fullmatch(name)
    return bool(found and found.lastgroup == "area") or bool(re.fullmatch(r"[RrCc]\d*", name))


# ---- writing ---------------------------------------------------------------------------------


def _written(text: str, area: Area) -> str:
    """Return an address of ``area``, its ``$`` signs as they stood."""
    corners = [_CORNER.fullmatch(corner) for corner in text.split(":")]
    found = [corner for corner in corners if corner]
    rows, columns = [area.top, area.bottom], [area.left, area.right]
    if len(found) == 2:  # perhaps written upside down or backwards: D9:B2
        if int(found[0][4] or 0) > int(found[1][4] or 0):
            rows.reverse()
        if column_number(found[0][2].upper()) > column_number(found[1][2].upper()):
            columns.reverse()
    return ":".join(map(_corner_at, found, columns, rows))


def _corner_at(corner: re.Match[str], column: int, row: int) -> str:
    """Return a corner of an address in another place; what it does not name it still does not."""
    letters = corner[2]
    if letters and column_number(letters.upper()) != column:
        letters = column_letters(column)
    return f"{corner[1]}{letters}{corner[3]}{row if corner[4] else ''}"


def _shifted(corner: str, rows: int, columns: int) -> str:
    found = _CORNER.fullmatch(corner)
    assert found is not None
    letters, digits = found[2], found[4]
    if letters and not found[1]:
        letters = column_letters((column_number(letters.upper()) + columns - 1) % LAST_COLUMN + 1)
    is_fixed = bool(found[3]) if found[2] else bool(found[1])
    if digits and not is_fixed:
        digits = str((int(digits) + rows - 1) % LAST_ROW + 1)
    return f"{found[1]}{letters}{found[3]}{digits}"
