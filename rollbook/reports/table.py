"""A table as every report returns it and every workbook, page or terminal takes it."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from rollbook.package import need_folder, write_whole
from rollbook.problems import NotAllowed

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | date | None

PAPER_SIZES = {"Letter": 1, "A4": 9}
"""The numbers Excel has for the paper of a rule pack."""

FORMULA_SIGNS = ("=", "+", "-", "@")
_PHONE = re.compile(r"\+[0-9]{7,15}")
INK, ACCENT = "1D2733", "1F5FA8"
WIDEST = 60
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")  # no workbook can hold it
ROWS_MEASURED = 200
HEADING_LINE = 15  # points
HEADING_ROOM = 6  # bold letters and the filter button need more than the letters alone


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and whether it holds numbers or percentages.

    ``in_files_only`` leaves it out of a terminal, which has no room for it. In a workbook it is at
    most ``widest`` letters wide; what is longer goes on in the next line of the cell.
    """

    title: str
    is_number: bool = False
    number_format: str = ""
    in_files_only: bool = False
    widest: int = WIDEST


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a sentence that says what it is and as of when, columns and rows."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]

    def only(self, titles: Sequence[str]) -> "Table":
        """Return the table with only the columns of these titles."""
        kept = [number for number, one in enumerate(self.columns) if one.title in titles]
        return Table(
            self.name,
            self.title,
            [self.columns[number] for number in kept],
            [[row[number] for number in kept] for row in self.rows],
        )

    def to_csv(self) -> bytes:
        """Return the table as CSV that Excel opens with its accents, and without running a text.

        Excel takes a text that begins with a sign for a formula; an apostrophe before it says that
        it is none.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([column.title for column in self.columns])
        writer.writerows([[_no_formula(value) for value in row] for row in self.rows])
        return text.getvalue().encode("utf-8-sig")

    def to_xlsx(self, paper: str = "A4") -> bytes:
        """Return the table as a workbook: heading frozen, filters on, ready to print."""
        from openpyxl import Workbook  # here: a table in a terminal should not wait for it

        book = Workbook()
        sheet = book.active
        assert sheet is not None
        self._fill(sheet)
        self._set_up_print(sheet, PAPER_SIZES[paper])
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    def _fill(self, sheet: "Worksheet") -> None:
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter

        sheet.title = self.name[:31]
        sheet["A1"] = self.title
        sheet["A1"].font = Font(bold=True, color=INK, size=12)
        for place, column in enumerate(self.columns, start=1):
            head = sheet.cell(3, place, column.title)
            head.font = Font(bold=True, color="FFFFFF")
            head.fill = PatternFill("solid", fgColor=ACCENT)
            side = "right" if column.is_number else "left"
            head.alignment = Alignment(horizontal=side, wrap_text=True, vertical="top")
        for number, row in enumerate(self.rows, start=4):
            height = 1
            for place, (column, value) in enumerate(zip(self.columns, row, strict=True), start=1):
                text = _UNWRITABLE.sub("\ufffd", value) if isinstance(value, str) else value
                cell = sheet.cell(number, place, text)
                if isinstance(value, str):
                    cell.number_format = "@"
                    cell.data_type = "s"  # a text that begins with = is no formula
                    if len(value) > column.widest:
                        cell.alignment = Alignment(wrap_text=True, vertical="top")
                        height = max(height, len(wrap(value, column.widest - 2)))
                elif column.number_format:
                    cell.number_format = column.number_format
            if height > 1:  # a sheet nobody has opened yet has no heights of its own
                sheet.row_dimensions[number].height = height * HEADING_LINE
                for one in sheet[number]:
                    wrapped = one.alignment.wrap_text
                    one.alignment = Alignment(wrap_text=wrapped, vertical="top")
        lines = 1
        for place, column in enumerate(self.columns, start=1):
            texts = [str(row[place - 1] or "") for row in self.rows[:ROWS_MEASURED]]
            longest = max(map(len, column.title.split()), default=0)
            width = min(
                max([longest + HEADING_ROOM, *(len(text) + 3 for text in texts)]), column.widest
            )
            sheet.column_dimensions[get_column_letter(place)].width = width
            lines = max(lines, len(wrap(column.title, width - HEADING_ROOM + 1)))
        sheet.row_dimensions[3].height = lines * HEADING_LINE
        sheet.freeze_panes = "A4"
        last = get_column_letter(len(self.columns))
        sheet.auto_filter.ref = f"A3:{last}{max(3 + len(self.rows), 3)}"

    def _set_up_print(self, sheet: "Worksheet", paper: int) -> None:
        sheet.page_setup.paperSize = paper
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
        sheet.print_title_rows = "3:3"
        footer = sheet.HeaderFooter.oddFooter
        assert footer is not None and footer.center is not None
        footer.center.text = "page &P of &N"

    def write(self, path: Path, paper: str = "A4") -> None:
        """Write the table to ``path``, as its ending says: ``.xlsx`` for this paper, or ``.csv``.

        Raises ``NotAllowed`` for another ending, and when the folder is not there.
        """
        need_folder(path)
        ending = path.suffix.lower()
        if ending == ".xlsx":
            write_whole(path, self.to_xlsx(paper))
        elif ending == ".csv":
            write_whole(path, self.to_csv())
        else:
            raise NotAllowed(f"“{path.name}” must end in .xlsx or .csv.")


def _no_formula(value: Value) -> Value:
    """Return a value as it may stand in CSV.

    A sign by itself, such as the code “-”, may; so may a telephone number such as +15125550142,
    which runs nothing, and which a text-message system would not take with an apostrophe.
    """
    if not isinstance(value, str) or len(value) == 1 or _PHONE.fullmatch(value):
        return value
    if value.lstrip()[:1] in FORMULA_SIGNS:
        return f"'{value}"
    return value
