"""A dropped file: opened just enough to be recognised and, when asked, read in full.

Whatever the file is, its cells come as text: nothing is turned into a number, a date, true or
false, or nothing at all. In a workbook a real date becomes ``2026-09-01`` and a whole number has
no decimal point, so that ids and dates read the same wherever they come from.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from lxml import etree
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from rollbook.importers.cells_of_text import (
    HEAD_ROWS,
    consistency,
    read_csv_rows,
    row_text,
)
from rollbook.importers.encodings import (
    ASKED_ENCODING,
    WINDOWS,
    asked_encoding,
    can_decode,
    damaged_utf8,
    is_text,
    other_readings,
    utf16_without_mark,
)
from rollbook.importers.file_kinds import WORKBOOKS, is_web_page, kind_of_text, no_register
from rollbook.importers.workbook_safety import (
    LARGEST_TEXT,
    Looked,
    as_it_says,
    check_workbook,
    nothing_said,
)
from rollbook.importers.xml_safety import root_name_in, root_of
from rollbook.problems import RefusedFile, RollbookError, refuse

Row = tuple[str, ...]
"""One row of a sheet or a text file; cells are text."""

HEAD_SHEETS = 30
DELIMITERS = ",;\t^|"
LARGEST_CELL = 10_000  # letters; a longer one is a quotation mark that was never closed

_HEAD_LETTERS = 1 << 17
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


class Upload:
    """A dropped file, opened just enough to be recognised.

    Every property may raise ``RefusedFile`` when the bytes are not a text file, a workbook or XML
    at all, and ``OSError`` when the file cannot be opened now. ``encoding`` is tried before cp1252
    when a text file is not Unicode.
    """

    def __init__(self, path: Path, encoding: str = "") -> None:
        self.path = path
        self.preferred_encoding = encoding
        self._read_sheets: dict[str, CalamineSheet] = {}
        self._looked = Looked()

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    @cached_property
    def kind(self) -> str:
        """``text``, ``workbook``, ``xml`` or ``json``; anything else is refused by what it is."""
        with open(self.path, "rb") as stream:
            start = stream.read(512)
        if not start.strip(b" \t\r\n\x00\xef\xbb\xbf\x1a"):
            raise self.refused("empty", "is empty. Export the register again.")
        if start.startswith(WORKBOOKS):
            self._looked = check_workbook(self.path, self.refused)
            return "workbook"
        if what := no_register(start):
            raise self.refused("wrong-kind", f"is {what}.")
        if is_web_page(self.start):
            raise self.refused(
                "wrong-kind",
                "is a web page, whatever its name says. Open it in Excel and save it as .xlsx.",
            )
        return kind_of_text(self.start)

    # Text ----------------------------------------------------------------------------------

    @cached_property
    def content(self) -> bytes:
        """The bytes of a text file."""
        if self.path.stat().st_size > LARGEST_TEXT:
            raise self.refused("too-large", "is larger than 512 MB. Export fewer weeks at a time.")
        return self.path.read_bytes().rstrip(b"\x1a")  # old programs end a file with Ctrl-Z

    @cached_property
    def encoding(self) -> str:
        """How the text is written down, found by byte order mark, then by trying strictly."""
        content = self.content
        for mark, encoding in _BOMS:
            if content.startswith(mark):
                return self._checked(encoding)
        if b"\x00" in content[:4_000]:
            return self._checked(utf16_without_mark(content[:4_000]))
        for encoding in ("utf-8", self.preferred_encoding, WINDOWS):
            if encoding and can_decode(content, encoding):
                return encoding
        raise self._not_windows()

    def refuse_unclear_letters(self) -> None:
        """Refuse text of which it must be asked, or cannot be told, what its letters are."""
        if self.kind != "text" or self.encoding != WINDOWS or self.preferred_encoding == WINDOWS:
            return
        if unclear := self._unclear_letters():
            raise unclear

    def _unclear_letters(self) -> RefusedFile | None:
        if line := damaged_utf8(self.content):
            return self.refused(
                "damaged",
                f"has letters in line {line} that were cut or changed on the way, so its names "
                "cannot be trusted. Nothing was posted. Export it again.",
            )
        if readings := other_readings(self.content):
            return self.refused(ASKED_ENCODING, asked_encoding(readings))
        return None

    @cached_property
    def text(self) -> str:
        """The whole text, without a byte order mark."""
        return self.content.decode(self.encoding)

    @property
    def start(self) -> str:
        """The first letters of the text, enough to tell what kind of file it is."""
        return self.text[:4_000]

    @cached_property
    def lines(self) -> list[str]:
        """The lines of a text file, whatever ends them."""
        lines = _LINE_ENDS.split(self.text)
        return lines if lines[-1] else lines[:-1]

    @cached_property
    def delimiter(self) -> str:
        """What divides the columns of a text file; ``""`` when nothing does consistently."""
        sample = self.text[:_HEAD_LETTERS]
        if len(sample) < len(self.text):
            sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1]
        scores = {mark: consistency(sample, mark) for mark in DELIMITERS}
        best = max(scores, key=lambda mark: scores[mark])
        return best if scores[best] else ""

    # Rows, of text and workbooks alike --------------------------------------------------------

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The names of the visible sheets; one without a name for text, none for XML or JSON."""
        if self.kind != "workbook":
            return ("",) if self.kind == "text" else ()
        return self._worksheets(visible=True)

    @cached_property
    def hidden_sheets(self) -> tuple[str, ...]:
        """The names of the sheets that are hidden in Excel, which nobody reads here."""
        return self._worksheets(visible=False) if self.kind == "workbook" else ()

    def _worksheets(self, *, visible: bool) -> tuple[str, ...]:
        with self._damage_refused():
            about = self._workbook.sheets_metadata
        sheets = [sheet for sheet in about if sheet.typ == SheetTypeEnum.WorkSheet]
        return tuple(
            sheet.name for sheet in sheets if (sheet.visible == SheetVisibleEnum.Visible) is visible
        )

    @cached_property
    def head(self) -> Mapping[str, tuple[Row, ...]]:
        """The first rows of the first sheets, by the name of the sheet."""
        return {sheet: tuple(self._rows(sheet, HEAD_ROWS)) for sheet in self.sheets[:HEAD_SHEETS]}

    def rows(self, sheet: str = "") -> Iterator[Row]:
        """Go through all rows of a sheet, blank ones too, so that they can be counted from 1."""
        return self._rows(sheet, None)

    def _rows(self, sheet: str, limit: int | None) -> Iterator[Row]:
        if self.kind == "workbook":
            with self._damage_refused():
                table = self._sheet(sheet).to_python(skip_empty_area=False, nrows=limit)
            return (row_text(row) for row in table)
        if not self.delimiter:
            return ((line,) for line in self.lines[:limit])
        return self._text_rows(limit)

    def _text_rows(self, limit: int | None) -> Iterator[Row]:
        number = 0
        try:
            for row in read_csv_rows(self._stream(), self.delimiter):
                number += 1
                if limit is not None and number > limit:
                    return
                if any(len(cell) > LARGEST_CELL for cell in row):
                    raise self.open_quotation(number)
                yield tuple(row)
        except csv.Error as error:
            raise self.open_quotation(number + 1) from error

    def _stream(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(io.BytesIO(self.content), encoding=self.encoding, newline="")

    def open_quotation(self, row: int) -> RefusedFile:
        """Return the refusal of a file in which a quotation mark is opened and never closed."""
        return self.refused(
            "open-quotation",
            f'has a quotation mark (") in or before row {row} that is never closed, so the rows '
            "after it cannot be told apart. Close or remove it, or export the file again.",
        )

    # Workbooks -------------------------------------------------------------------------------

    @property
    def since_1904(self) -> bool:
        """Whether the numbers that stand for days are counted from 1904, as old Macs did."""
        return self.kind == "workbook" and self._looked.since_1904

    @cached_property
    def _workbook(self) -> CalamineWorkbook:
        # Read into memory, so that Windows lets the watcher move the file afterwards.
        content = as_it_says(self.path.read_bytes(), self.path, self._looked)
        with self._damage_refused(), nothing_said(content):
            return CalamineWorkbook.from_filelike(io.BytesIO(content))

    def _sheet(self, name: str) -> CalamineSheet:
        if name not in self._read_sheets:
            self._read_sheets[name] = self._workbook.get_sheet_by_name(name)
        return self._read_sheets[name]

    @contextmanager
    def _damage_refused(self) -> Iterator[None]:
        """Refuse the file when the reader of workbooks fails on it.

        Its exceptions have no common parent, and one that is no ``Exception`` at all: what Rust
        calls a panic, for a workbook whose parts do not fit each other.
        """
        try:
            yield
        except (OSError, RollbookError):
            raise
        except Exception as error:
            raise self._unreadable_workbook() from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            raise self._unreadable_workbook() from error

    def _unreadable_workbook(self) -> RefusedFile:
        return self.refused(
            "damaged",
            "is a workbook that cannot be read. Open it in Excel, save it again as .xlsx, and drop "
            "that file.",
        )

    # XML -------------------------------------------------------------------------------------

    @cached_property
    def root_name(self) -> str:
        """The name of the outermost element of an XML file, without its namespace."""
        if self.kind != "xml":
            return ""
        return root_name_in(self.text)

    @cached_property
    def xml(self) -> etree._Element:
        """The root of an XML file, read without entities, without the network and within limits."""
        return root_of(self.content, self.text, self.refused)

    # ------------------------------------------------------------------------------------------

    def refused(self, slug: str, what: str) -> RefusedFile:
        """Return the refusal of this file; ``what`` goes on from its name: ``is empty. …``.

        The sentence names the file, so the place does not name it again.
        """
        return RefusedFile([refuse(slug, f"“{self.name}” {what}")])

    def _checked(self, encoding: str) -> str:
        if not can_decode(self.content, encoding):
            raise self._not_text()
        return encoding

    def _not_windows(self) -> RefusedFile:
        """Return the refusal of bytes Windows never wrote: of an old program, damaged, no text."""
        return (is_text(self.content) and self._unclear_letters()) or self._not_text()

    def _not_text(self) -> RefusedFile:
        return self.refused(
            "not-text",
            "is neither a workbook nor readable text. Export the register again as .csv or .xlsx.",
        )
