"""What is in the way: rows held, files refused, work that waits. As tables."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from rollbook.ledger import postings as book
from rollbook.ledger import sheet_entries
from rollbook.office import Office
from rollbook.posting.open_questions import files_asked_about
from rollbook.posting.slips import SLIP, slip_of, unlike_files, why_refused
from rollbook.reports import Column, Table
from rollbook.reports.table import Value

_WORK = {
    book.ASSESS: "Working out attendance and flags",
    book.LETTERS: "Preparing letters",
    book.WORKBOOKS: "Updating workbooks",
    book.DOCUMENTS: "Making documents",
}


def held_table(office: Office) -> Table:
    """Return the rows of dropped files that could not be posted, with what to do."""
    with office.ledger.read() as connection:
        held = book.held_rows(connection)
    columns = [
        Column("File"),
        Column("Row", is_number=True),
        Column("Student ID"),
        Column("Date", number_format="yyyy-mm-dd"),
        Column("Part"),
        Column("Code"),
        Column("Value"),
        Column("What to do"),
    ]
    rows: list[tuple[Value, ...]] = [
        (one["file"], one["row"] or None, one["student_id"], one["day"], one["part"],
         one["symbol"], one["value"], one["message"])
        for one in held
    ]  # fmt: skip
    return Table("Held rows", "Rows held", columns, rows)


def refused_table(office: Office) -> Table:
    """Return the files that were refused, with their slips, but for those that only wait."""
    folder = office.folders.refused
    waiting = {*unlike_files(folder), *files_asked_about(office)}
    files = [
        one
        for one in sorted(folder.iterdir(), key=lambda one: one.name)
        if one.is_file() and not one.name.endswith(SLIP) and not one.name.startswith(".")
    ]
    left = [one for one in files if one not in waiting]
    return _of_files(left, "Refused files", "Files refused", "Refused", "Why")


def asked_table(office: Office) -> Table:
    """Return the files that wait for an answer, with the question and how it is answered."""
    title = "Files that wait for an answer"
    return _of_files(files_asked_about(office), title, title, "Came", "What is asked")


def look_of(file: Path) -> str:
    """Return what is another one when a file of this name has been refused since."""
    try:
        times = [one.stat().st_mtime_ns for one in (file, slip_of(file))]
    except OSError:  # taken into work just now
        return ""
    return "-".join(map(str, times))


def unlike_table(office: Office) -> Table:
    """Return them as a table, with what they differ in."""
    title = "Files that wait for a yes"
    files = unlike_files(office.folders.refused)
    return _of_files(files, title, title, "Came", "Differences")


def _of_files(files: Iterable[Path], name: str, title: str, came: str, says: str) -> Table:
    """Return a row a file: its name, the day it came, and what its slip says."""
    columns = [Column("File"), Column(came, number_format="yyyy-mm-dd"), Column(says)]
    rows: list[tuple[Value, ...]] = [
        (one.name, day_of(one), " ".join(why_of(one))) for one in files
    ]
    return Table(name, title, columns, rows)


def why_of(file: Path) -> list[str]:
    """Return what the slip beside a refused file says, in sentences."""
    try:
        return why_refused(file)
    except OSError:
        return ["There is no slip beside it. Drop the file again to be told why."]


def waiting_table(office: Office) -> Table:
    """Return the work that is owed, and documents asked for and not made yet."""
    with office.ledger.read() as connection:
        owed = book.owed(connection)
        asked = book.open_requests(connection)
    columns = [Column("Work"), Column("Tries", is_number=True), Column("Why it waits")]
    rows: list[tuple[Value, ...]] = [
        (_WORK.get(one["work"], one["work"]), one["tries"],
         one["last_reason"] or "It is done in the next round.")
        for one in owed
    ]  # fmt: skip
    rows += [
        (f"Document asked for: {_about(one['content'])}", 0, "It is made in the next round.")
        for one in asked
    ]
    return Table("Waiting", "Work that waits", columns, rows)


def conflicts_table(office: Office) -> Table:
    """Return where the logs of workbooks speak against the ledger, and how that is settled."""
    with office.ledger.read() as connection:
        found = sheet_entries.open_conflicts(connection)
    columns = [
        Column("Workbook"),
        Column("Where"),
        Column("About"),
        Column("Why"),
        Column("What to do"),
    ]
    rows: list[tuple[Value, ...]] = [
        (Path(one.workbook).name, one.place, one.about, one.note, _settling(one))
        for one in found
    ]  # fmt: skip
    return Table("Conflicts", "Workbooks' logs against the ledger", columns, rows)


def _settling(conflict: sheet_entries.SheetEntry) -> str:
    keep = f"The ledger is right: rollbook workbook settle {conflict.id} --take ledger"
    if not conflict.number:
        return keep
    return f"{keep}. The sheet is right: --take sheet"


def _about(content: object) -> str:
    if not isinstance(content, dict):
        return "a document"
    return ", ".join(str(content[name]) for name in ("document", "student_id") if content.get(name))


def day_of(file: Path) -> date:
    """Return the day on which a file came."""
    return datetime.fromtimestamp(file.stat().st_mtime).astimezone().date()
