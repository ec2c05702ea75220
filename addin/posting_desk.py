"""Posting from Excel: a sheet becomes a file in the drop folder, and the round says what it did.

Nothing is read here that the importers do not read: the sheet goes their way, like any export.
"""

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from addin.buttons import Press
from addin.desk import Done, Filed
from addin.jobs import Told
from addin.known_ids import KnownIds
from addin.sheet import Grid, column_under, grid_of
from rollbook import importers
from rollbook.importers.contract import Extract
from rollbook.importers.upload import Upload
from rollbook.ledger import postings as book
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import NotAllowed, RefusedFile, counted
from rollbook.reports.changes import changes_table
from rollbook.workbooks.headings import STUDENT_ID

LONGEST_NAME = 60  # letters of a workbook's and of a sheet's name in the name of the file
HELD_SHOWN = 20
ROWS_SHOWN = 5_000
ACCEPTS = "rollbook once --accept"  # what a refusal says that the clerk may overrule

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True)
class SheetFile:
    """A sheet as the file that is dropped for it."""

    name: str
    sheet: str
    content: bytes
    says: str  # what of it would be posted: “31 students × 20 sessions”
    until: str  # the days it is about


def sheet_file(at: Press) -> SheetFile:
    """Make the file of the sheet in front of the clerk, and look what is in it.

    Raises ``NotAllowed`` with the importers' own words when none of them can read it.
    """
    grid = grid_of(at.book.sheets.active)
    content = _workbook(grid, KnownIds(at.desk.students))
    with tempfile.TemporaryDirectory(
        prefix=".reading-", dir=at.office.folders.root, ignore_cleanup_errors=True
    ) as folder:
        path = Path(folder) / f"{_plain(at.book.name)} – {_plain(grid.sheet)}.xlsx"
        path.write_bytes(content)
        try:
            extract = importers.extract(Upload(path), at.office.profile)
        except RefusedFile as refused:
            raise NotAllowed(f"Nothing was posted: {refused.problems[0].message}") from refused
    # No year in the name: an importer would take it for the year of dates that have none.
    name = f"{path.stem} {at.desk.now():%d %b %H.%M.%S}.xlsx"
    return SheetFile(name, grid.sheet, content, _says(extract), _until(extract))


def _workbook(grid: Grid, ids: KnownIds) -> bytes:
    """Return the sheet's values as a workbook: each in its own place, ids as text."""
    rows = _with_ids(grid, ids)  # first: a workbook begun must be ended
    made = Workbook(write_only=True)
    sheet = made.create_sheet(_plain(grid.sheet)[:31])
    for _ in range(grid.top - 1):
        sheet.append([])
    before = [None] * (grid.left - 1)
    for row in rows:
        sheet.append([*before, *(_cell(sheet, value) for value in row)])
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def _with_ids(grid: Grid, ids: KnownIds) -> list[list[Any]]:
    """Return the rows of a sheet with the ids of the office in its column of ids."""
    rows = [list(row) for row in grid.rows]
    found = column_under(grid, STUDENT_ID)
    if found is not None:
        heading, column = found
        for number, row in enumerate(rows, start=grid.top):
            if number > heading:
                place = column - grid.left
                row[place] = _id(row[place], ids, number)
    return rows


def _id(value: Any, known: KnownIds, row: int) -> Any:
    """Return an id as text: Excel has made a number of it, and dropped the noughts in front.

    Raises ``NotAllowed`` where it may be the id of more than one student.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        return value
    students = known.by_number.get(int(value), ())
    if len(students) > 1:
        raise NotAllowed(
            f"Row {row}: {int(value)} may be any of {', '.join(students)}; write the id as text, "
            "with its zeros. Nothing was posted."
        )
    return students[0] if students else str(int(value))


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and (value[:1] == "=" or ILLEGAL_CHARACTERS_RE.search(value)):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", value))
        cell.data_type = "s"  # a text that begins with = is no formula
        return cell
    return value


def _plain(name: str) -> str:
    """Return a name as a file can have it on Windows too."""
    stem = re.sub(r"\.(xls[xmb]?|csv)$", "", name, flags=re.IGNORECASE)
    return _NOT_IN_NAMES.sub(" ", stem).strip(" .~$")[:LONGEST_NAME].strip(" .") or "Sheet"


def _says(extract: Extract) -> str:
    """Say how much a sheet holds."""
    marks = extract.marks
    if len(marks):
        sessions = len(marks[["date", "part"]].drop_duplicates())
        unit = "day" if set(marks["part"]) == {"DAY"} else "session"
        students = counted(marks["student_id"].nunique(), "student")
        return f"{students} × {counted(sessions, unit)}"
    if extract.requests:
        return counted(len(extract.requests), "request") + " for documents"
    if extract.students:
        return f"a list of {counted(len(extract.students), 'student')}"
    return f"{counted(len(extract.guardians), 'contact')}"


def _until(extract: Extract) -> str:
    marks = extract.marks
    if not len(marks):
        return ""
    first, last = marks["date"].min(), marks["date"].max()
    return f"{first:%d %b %Y}" if first == last else f"{first:%d %b %Y} to {last:%d %b %Y}"


def drop(office: Office, file: SheetFile) -> str:
    """Put the file into the drop folder, whole, and return its name there."""
    target, number = office.folders.drop / file.name, 2
    while target.exists():
        stem = file.name.removesuffix(".xlsx")
        target, number = office.folders.drop / f"{stem} ({number}).xlsx", number + 1
    write_whole(target, file.content)
    return target.name


def posted_or_not(office: Office, done: Done, name: str) -> Filed | None:
    """Return what became of a dropped file, whoever posted it; None when it still waits."""
    for filed in done.files:
        if filed.name == name:
            return filed
    with office.ledger.read() as connection:
        mine = [one for one in book.postings(connection) if one.file == name]
    if mine:  # the watcher was quicker
        new, amended = counted(mine[-1].new, "new mark"), f"{mine[-1].amended:,} amended"
        return Filed(name, True, f"Posted: {new}, {amended}.", mine[-1].id)
    if (office.folders.refused / name).is_file():
        return Filed(name, False, f"See the slip beside it in {office.folders.refused}.")
    return None


def held_lines(office: Office, posting: int) -> list[str]:
    """Return why rows of a posting are held, the first few."""
    with office.ledger.read() as connection:
        rows = sorted(book.held_rows(connection, posting), key=lambda row: int(row["row"]))
    lines = [f"Row {row['row']}: {row['message']}" for row in rows[:HELD_SHOWN]]
    if len(rows) > HELD_SHOWN:
        lines.append(f"… and {len(rows) - HELD_SHOWN:,} more rows.")
    return lines


def told_of_round(done: Done) -> Told:
    """Say in one sentence what a round did with the files that waited."""
    posted = [one for one in done.files if one.posted]
    refused = [one for one in done.files if not one.posted]
    counts = [f"{counted(len(posted), 'file')} posted"] if posted else []
    counts += [f"{len(refused):,} refused"] if refused else []
    problems = list(done.problems)
    if not counts:
        nothing = (
            "No file was posted; see below" if problems else "Nothing new lay in the drop folder"
        )
        says = [one for one in done.says if "no file" not in one.casefold()]
        return Told(
            _joined([nothing, *says]),
            "/today",
            "Today",
            problems,
        )
    named = f": {posted[0].name}" if len(done.files) == 1 and posted else ""
    link = ("/problems", "See what is held or refused") if problems else ("/today", "Today")
    return Told(_joined([f"{', '.join(counts)}{named}.", *done.says]), *link, problems)


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(one if one.endswith((".", "?")) else f"{one}." for one in sentences if one)


def what_changed(office: Office, posting: int | None = None) -> tuple[Any, int]:
    """Return what a posting changed as a table for a sheet, and how many rows are left out."""
    table = changes_table(office, posting)
    more = max(len(table.rows) - ROWS_SHOWN, 0)
    return replace(table, rows=table.rows[:ROWS_SHOWN]), more
