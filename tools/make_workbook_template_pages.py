"""How the pages of the workbook templates look: one ink, one accent, tables, print set-up.

The colours are those of every page and sheet of Rollbook; a state is never shown by colour alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import xlsxwriter

from tools.make_workbook_template_words import Words

INK, QUIET, ACCENT, LINE, PALE = "#1d2733", "#4a5866", "#1f5fa8", "#c9d1da", "#eef2f7"
STATES = {"watch": "#fff4ce", "act": "#fde2d9", "urgent": "#f6c6c6"}
ID, TEXT, AFTER, LONG = "id", "text", "text after a number", "long"
COUNT, PERCENT, DAY, MONTH = "count", "percent", "day", "month"
_RIGHT = (COUNT, PERCENT)
MADE = datetime(2026, 1, 1)  # in the file's properties: the same words give the same bytes


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a list: its heading, what stands in it, how wide, who fills it in, and why."""

    heading: str
    kind: str
    width: float
    who: str
    about: str = ""
    formula: str = ""
    shows: str | int = ""  # what the formula shows while the list is empty
    choices: tuple[str, ...] = ()
    own_words: bool = True  # whether other words than the choices may be typed


@dataclass(frozen=True, slots=True)
class Listed:
    """A Table of a template, as the README lists it."""

    sheet: str
    table: str
    fields: Sequence[Field]


@dataclass
class Making:
    """A workbook that is being made: its words, its formats, and the Tables it has so far."""

    book: xlsxwriter.Workbook
    words: Words | None
    listed: list[Listed] = field(default_factory=list)
    _formats: dict[str, Any] = field(default_factory=dict)

    def look(self, **how: Any) -> Any:
        """Return a format: the ink of all, and what is asked for."""
        base = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "vcenter"}
        key = repr(sorted(how.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(base | how)
        return self._formats[key]

    def shade(self, state: str) -> Any:
        """Return the fill of a state: watch, act or urgent."""
        key = f"shade {state}"
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"bg_color": STATES[state]})
        return self._formats[key]

    def of(self, kind: str, **more: Any) -> Any:
        """Return the format of a kind of column."""
        day = self.words.day if self.words else "d mmm yyyy"
        how: Mapping[str, Mapping[str, Any]] = {
            ID: {"num_format": "@", "align": "left"},
            TEXT: {"align": "left"},  # names written from right to left too
            AFTER: {"indent": 1},
            LONG: {"text_wrap": True, "indent": 1},
            PERCENT: {"num_format": "0.0%"},
            DAY: {"num_format": day, "align": "left"},
            MONTH: {"num_format": "mmm yyyy", "align": "left"},
        }
        return self.look(**how.get(kind, {}), **more)

    def head(self, kind: str) -> Any:
        """Return the format of the heading over a kind of column."""
        how: dict[str, Any] = {"bold": True, "bottom": 2, "bottom_color": ACCENT, "bg_color": PALE}
        if kind in _RIGHT:
            how["align"] = "right"
        if kind in (AFTER, LONG):
            how["indent"] = 1
        return self.look(**how, text_wrap=True)


def begin(path: Any, title: str, words: Words | None) -> Making:
    """Begin a workbook."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": title, "created": MADE})
    book.set_calc_mode("auto")
    return Making(book, words)


def page(
    at: Making, name: str, title: str, lead: str, *, portrait: bool = False, columns: int = 1
) -> Any:
    """Add a sheet with its title, and the sentence that says what it is."""
    sheet = at.book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 28)
    sheet.write(0, 0, title, at.look(font_size=16, bold=True))
    sheet.write(1, 0, lead, at.look(font_color=QUIET))
    if portrait:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    if at.words:
        sheet.set_paper(at.words.paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer("&L&8&A – confidential&R&8Page &P of &N")
    return sheet


def table(
    at: Making,
    sheet: Any,
    name: str,
    fields: Sequence[Field],
    *,
    top: int,
    left: int = 0,
    rows: int = 1,
    widths: bool = True,
    filtered: bool = True,
    ruled: bool = False,
) -> None:
    """Add a Table below row ``top`` (counted from 0, that of its headings).

    ``ruled`` draws a line below each row, for a form that is filled in by hand.
    """
    columns = []
    line = {"bottom": 1, "bottom_color": LINE} if ruled else {}
    for number, one in enumerate(fields, left):
        if widths:
            sheet.set_column(number, number, one.width)
        column: dict[str, Any] = {
            "header": one.heading,
            "format": at.of(one.kind, **line),
            "header_format": at.head(one.kind),
        }
        if one.formula:
            column["formula"] = stored(one.formula, name)
        columns.append(column)
    last = top + rows
    sheet.add_table(
        top, left, last, left + len(fields) - 1,
        {"name": name, "style": "Table Style Light 1", "autofilter": filtered, "columns": columns},
    )  # fmt: skip
    sheet.set_row(top, 32 if any(len(one.heading) > one.width - 3 for one in fields) else 22)
    for number, one in enumerate(fields, left):
        for row in range(top + 1, last + 1):
            if one.formula:
                formula = stored(one.formula, name)
                sheet.write_formula(row, number, formula, at.of(one.kind, **line), one.shows)
            else:
                sheet.write_blank(row, number, None, at.of(one.kind, **line))
        _validate(sheet, one, top + 1, last, number)
    at.listed.append(Listed(sheet.get_name(), name, fields))


def stored(formula: str, table_name: str) -> str:
    """Return a formula as files keep it: ``[@Below]`` is ``Levels[[#This Row],[Below]]``."""
    this = rf"{table_name}[[#This Row],[\1]]"
    return "=" + re.sub(r"\[@\[?([^\[\]]+)\]?\]", this, formula)


def list_page(
    at: Making, name: str, table_name: str, fields: Sequence[Field], title: str, lead: str, *,
    frozen: int = 1,
) -> Any:  # fmt: skip
    """Add a sheet that is one list: headings in row 4, frozen, filtered, repeated in print."""
    sheet = page(at, name, title, lead)
    table(at, sheet, table_name, fields, top=3)
    sheet.freeze_panes(4, frozen)
    sheet.repeat_rows(3)
    return sheet


def _validate(sheet: Any, one: Field, first: int, last: int, column: int) -> None:
    if one.choices:
        sheet.data_validation(
            first, column, last, column,
            {
                "validate": "list",
                "source": list(one.choices),
                "error_type": "information" if one.own_words else "stop",
                "error_title": one.heading,
                "error_message": "That is not in the list. You may keep your own words."
                if one.own_words
                else "Please choose from the list.",
            },
        )  # fmt: skip
    elif one.kind == DAY and one.who == "you":
        sheet.data_validation(
            first, column, last, column,
            {
                "validate": "date",
                "criteria": "between",
                "minimum": date(2015, 1, 1),
                "maximum": date(2099, 12, 31),
                "error_type": "warning",
                "error_title": one.heading,
                "error_message": "That is not a date. Write it as you always write dates.",
            },
        )  # fmt: skip


def shade_states(at: Making, sheet: Any, cells: str, column: str, row: int) -> None:
    """Shade cells by the word that stands in a column: watch, act, urgent."""
    for state in STATES:
        sheet.conditional_format(
            cells,
            {
                "type": "formula",
                "criteria": f'=${column}{row}="{state}"',
                "format": at.shade(state),
            },
        )


def help_page(at: Making, sections: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Add the sheet that says how the workbook is used."""
    sheet = page(at, "Help", "How this workbook works", "", portrait=True)
    sheet.set_column(0, 0, 95)
    row = 2
    for section, lines in sections:
        sheet.write(row, 0, section, at.look(bold=True, font_color=ACCENT))
        for line in lines:
            row += 1
            sheet.write(row, 0, line, at.look(text_wrap=True, valign="top"))
            if len(line) > 92:
                sheet.set_row(row, 31)
        row += 2
