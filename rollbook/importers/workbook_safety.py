"""Before a workbook is opened: is it one, and can its reader open it without ending the program?

A workbook's reader makes room for every cell up to the last one, written in or not, and trusts
what a file says of its own size. So the parts are looked at first.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rollbook.importers.unsaid_cells import with_words
from rollbook.package import Package, Part
from rollbook.problems import RefusedFile

LARGEST_TEXT = 1 << 29  # bytes; a year of marks of a district of 100,000 is half of that
MOST_CELLS = 25_000_000  # 32 bytes each in memory

Refused = Callable[[str, str], RefusedFile]
"""Makes the refusal of a file from a slug and what goes on from its name."""

_SHEETS, _BOOK = "xl/worksheets/", "xl/workbook.xml"
_SINCE_1904 = re.compile(rb"\bdate1904=[\"'](?:1|true)[\"']")
_OLD = b"\xd0\xcf\x11\xe0"
_OLD_WORKBOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook\0", "Book\0"))
_OTHER_OLD_FILES = tuple(name.encode("utf-16-le") for name in ("WordDocument", "EncryptedPackage"))
_OPEN_DOCUMENT, _OPEN_WORKBOOK = "content.xml", b"application/vnd.oasis.opendocument.spreadsheet"
_WRONG_PACKAGES = (
    ("word/document.xml", "a Word document. Export the register as .csv or .xlsx"),
    ("ppt/presentation.xml", "a PowerPoint file. Export the register as .csv or .xlsx"),
    ("xl/workbook.bin", "a binary workbook (.xlsb). Save it as .xlsx in Excel"),
    ("Index/Document.iwa", "a Numbers file. Save it as .xlsx or .csv"),
)
# Else all is within ZZ9999. It begins with plain letters, so that a large sheet is passed quickly;
# what it takes for a cell by mistake, those below do not.
_FAR_OUT = re.compile(rb'r="(?:[A-Z]{3}\d|[A-Z]{0,2}\d{5})')
_ANY_COLUMN = re.compile(rb'\sr="([A-Z]{1,3})\d')
_ANY_ROW = re.compile(rb'\sr="[A-Z]{0,3}(\d{1,7})"')
_WRITTEN_COLUMN = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})\d{1,7}"[^>]*(?<!/)>(?!</)')
_WRITTEN_ROW = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="[A-Z]{1,3}(\d{1,7})"[^>]*(?<!/)>(?!</)')
_ROW = re.compile(rb"<table:table-row\b((?:[^>]*[^>/])?)>(.*?)</table:table-row>", re.S)
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_TIMES = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,9})"')


@dataclass(frozen=True, slots=True)
class Looked:
    """What the look at a workbook's parts found.

    ``reworded`` are the sheets that say more than the reader shows, see ``unsaid_cells``;
    ``since_1904`` says that its days are counted from 1904, as old Macs did.
    """

    reworded: Mapping[str, bytes] = field(default_factory=dict)
    since_1904: bool = False


def check_workbook(path: Path, refused: Refused) -> Looked:
    """Raise the refusal of a file that is no workbook, or not one that can be opened safely."""
    with open(path, "rb") as stream:
        content = stream.read(LARGEST_TEXT) if stream.read(4) == _OLD else b""
    if content and _is_old_workbook(content):
        return Looked()
    package = Package.read(path)  # refuses other old files, and those under a password
    for part, what in _WRONG_PACKAGES:
        if part in package:
            raise refused("wrong-kind", f"is {what}.")
    if _OPEN_DOCUMENT in package:
        _check_open_document(package, refused)
        return Looked()
    if not any(name.startswith(_SHEETS) for name in package.names):
        raise refused(
            "wrong-kind", "is a ZIP archive, not a workbook. Unpack it and drop what is inside."
        )
    reworded = {}
    for name in package.names:
        if name.endswith((".xml", ".rels")):
            content = _check_part(package.part(name), refused)
            words = with_words(content) if name.startswith(_SHEETS) else content
            if words != content:
                reworded[name] = words
    book = package[_BOOK] if _BOOK in package else b""
    return Looked(reworded, since_1904=bool(_SINCE_1904.search(book)))


def as_it_says(content: bytes, path: Path, looked: Looked) -> bytes:
    """Return the bytes of a workbook with its reworded sheets in their places."""
    if not looked.reworded:
        return content
    package = Package.read(path, content)
    for name, sheet in looked.reworded.items():
        package.put_part(Part.quickly(name, sheet))
    return package.to_bytes()


@contextmanager
def nothing_said(content: bytes) -> Iterator[None]:
    """Keep off the screen what the reader itself prints when a damaged old workbook stops it.

    It prints a trace of the program, past Python, before it says by an exception that it stopped.
    """
    screen = 2
    try:
        kept = os.dup(screen) if content.startswith(_OLD) else None
    except OSError:  # there is no screen
        kept = None
    if kept is None:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, screen)
        yield
    finally:
        os.dup2(kept, screen)
        os.close(nowhere)
        os.close(kept)


def _is_old_workbook(content: bytes) -> bool:
    """Say whether a compound file holds Excel's workbook of before 2007, in the open."""
    if any(name in content for name in _OTHER_OLD_FILES):
        return False
    return any(name in content for name in _OLD_WORKBOOKS)


def _check_open_document(package: Package, refused: Refused) -> None:
    is_workbook = "mimetype" in package and _OPEN_WORKBOOK in package.part("mimetype").content
    if not is_workbook:
        raise refused(
            "wrong-kind", "is an OpenDocument file that is no workbook. Save it as .xlsx or .csv."
        )
    content = _content(package.part(_OPEN_DOCUMENT), refused)
    if _written_cells(content) > MOST_CELLS:
        raise refused(
            "far-cell",
            "has something written over more cells than a register can have. Copy the register "
            "alone to a new workbook, save that as .xlsx and drop it.",
        )


def _written_cells(content: bytes) -> int:
    """Return how many cells an OpenDocument sheet asks for where something is written.

    One written cell can be repeated over a whole row, and a row over a whole sheet.
    """
    whole = 0
    for row in _ROW.finditer(content):
        cells = list(_CELL.finditer(row[2]))
        written = [
            place for place, cell in enumerate(cells) if not cell[2] or b"office:" in cell[1]
        ]
        if written:
            wide = sum(_times(cell[1]) for cell in cells[: written[-1] + 1])
            whole += wide * _times(row[1])
    return whole


def _times(attributes: bytes) -> int:
    found = _TIMES.search(attributes)
    return int(found[1]) if found else 1


def _content(part: Part, refused: Refused) -> bytes:
    if part.size > LARGEST_TEXT:
        raise refused("too-large", "is larger than 512 MB. Export fewer weeks at a time.")
    try:
        return part.content
    except RefusedFile as damage:
        raise refused(
            "damaged",
            "is damaged, or its parts are not of the size they say. It was not opened. Export "
            "it again, or open it in Excel and save it under a new name.",
        ) from damage


def _check_part(part: Part, refused: Refused) -> bytes:
    """Return what a part holds, or refuse what the workbook's reader would choke on.

    It knows no limits of its own.
    """
    content = _content(part, refused)
    far = far_cell(content) if part.name.startswith(_SHEETS) else ""
    if far:
        raise refused(
            "far-cell",
            f"has something written in cell {far}, far outside the register. In Excel, "
            "copy the register alone to a new workbook, save that as .xlsx and drop it.",
        )
    return content


def far_cell(sheet: bytes) -> str:
    """Return the last cell of a sheet if the sheet is too wide and long to be laid out in memory.

    A stray mark in XFD1048576 asks for 500 GB, and ends the program.
    """
    if not _FAR_OUT.search(sheet):
        return ""
    if _area(*_last_cell(_ANY_COLUMN, _ANY_ROW, sheet)) <= MOST_CELLS:
        return ""
    column, row = _last_cell(_WRITTEN_COLUMN, _WRITTEN_ROW, sheet)
    return f"{column}{row}" if _area(column, row) > MOST_CELLS else ""


def _last_cell(
    columns: re.Pattern[bytes], rows: re.Pattern[bytes], sheet: bytes
) -> tuple[str, int]:
    column = max(set(columns.findall(sheet)), key=lambda name: (len(name), name), default=b"A")
    return column.decode(), max(map(int, set(rows.findall(sheet))), default=1)


def _area(column: str, row: int) -> int:
    width = 0
    for letter in column:
        width = width * 26 + ord(letter) - ord("A") + 1
    return width * row
