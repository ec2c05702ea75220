"""Keeping the office's adopted workbooks up to date from the register as it stands."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rollbook.attendance import attendance_of
from rollbook.ledger import letters as book
from rollbook.ledger import postings
from rollbook.ledger.letters import Letter, State
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import WorkbookBusy
from rollbook.standing import Standing
from rollbook.workbooks import Figures, LogRow, Receipt, Value, WorkbookMap, update
from rollbook.workbooks.updating import changes_due

GONE_OUT = (State.PRINTED, State.MAILED, State.RETURNED)
LIVE = "live"
"""Marks, in ``[[workbook]]``, a workbook that is only reached through Excel."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one adopted workbook should show: where, the students' figures, rows of the log."""

    mapping: WorkbookMap
    figures: Figures
    rows: Sequence[LogRow]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A workbook that could not be written when it was owed, and the sentence that said why."""

    name: str
    path: Path
    why: str


def update_workbooks(office: Office, standing: Standing, only: Path | None = None) -> list[Receipt]:
    """Write figures and letter-log rows into every adopted workbook; return the receipts.

    A workbook that is open in Excel does not keep the others waiting; ``WorkbookBusy`` is raised
    at the end for those that could not be written. Safe to repeat. One that is only reached
    through Excel is left to the add-in.
    """
    letters = _letters(office)
    figures = _figures(standing, letters)
    receipts, busy = [], []
    for data in office.settings.workbook:
        path = path_of(office, data)
        if data.get(LIVE) or (only is not None and path.resolve() != only.resolve()):
            continue
        try:
            content = _content(standing, data, letters, figures)
            receipt = update(
                path, content.mapping, content.figures, content.rows, office.folders.snapshots
            )
        except WorkbookBusy as error:
            busy.append(str(error))
        else:
            receipts.append(receipt)
            keep(office, receipt)
    if busy:
        raise WorkbookBusy(" ".join(busy))
    return receipts


def content_for(office: Office, standing: Standing, data: Mapping[str, Any]) -> Content:
    """Return what one adopted workbook, an entry of ``[[workbook]]``, should show."""
    letters = _letters(office)
    return _content(standing, data, letters, _figures(standing, letters))


def path_of(office: Office, data: Mapping[str, Any]) -> Path:
    """Return where an adopted workbook lies; of one only reached through Excel, its name."""
    return Path(data["file"]) if data.get(LIVE) else office.folders.root / str(data["file"])


def adopted_named(office: Office, name: str, path: str = "") -> Sequence[Mapping[str, Any]]:
    """Return the entries of ``[[workbook]]`` that an open workbook may be: none, one or several.

    ``path`` is where Excel says it lies and decides where this computer knows the place by the
    same name; else its file name does, for a network folder has one path here and one there, and
    SharePoint an address.
    """
    of_this_name = [
        data
        for data in office.settings.workbook
        if path_of(office, data).name.casefold() == name.casefold()
    ]
    if place := file_here(path):
        there = [data for data in of_this_name if _is_file(path_of(office, data), place)]
        return there or [data for data in of_this_name if data.get(LIVE)]
    return of_this_name


def file_here(path: str) -> Path | None:
    """Return the file Excel has open, if this computer reaches it by the path Excel gave."""
    if not path or "://" in path:
        return None
    place = Path(path)
    try:
        return place if place.is_absolute() and place.is_file() else None
    except (OSError, ValueError):
        return None


def _is_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def waiting_workbooks(office: Office) -> list[Waiting]:
    """Return the adopted workbooks that were open, or locked, when they were to be written."""
    with office.ledger.read() as connection:
        owed = postings.owed(connection)
    reasons = [str(row["last_reason"]) for row in owed if row["work"] == postings.WORKBOOKS]
    why = next((reason for reason in reversed(reasons) if reason), "")
    places = [path_of(office, data) for data in office.settings.workbook if not data.get(LIVE)]
    return [Waiting(path.name, path, why) for path in places if f"“{path.name}”" in why]


def cells_due(office: Office, standing: Standing, data: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many cells and how many log rows an update of the file would write now."""
    content = content_for(office, standing, data)
    due = changes_due(path_of(office, data), content.mapping, content.figures, content.rows)
    return len(due.cells), len(due.rows_added)


def _content(
    standing: Standing, data: Mapping[str, Any], letters: list[Letter], figures: Figures
) -> Content:
    mapping = WorkbookMap.from_dict(data)
    return Content(
        mapping, figures, [_log_row(standing, letter) for letter in _logged(mapping, letters)]
    )


def _letters(office: Office) -> list[Letter]:
    with office.ledger.read() as connection:
        return book.letters(connection)


def keep(office: Office, receipt: Receipt) -> None:
    """Keep the receipt of an update that wrote something."""
    if not receipt.is_written:
        return
    name = f"{receipt.file.stem} {receipt.at:%Y-%m-%d %H.%M.%S}.json"
    content = json.dumps(receipt.to_dict(), ensure_ascii=False, indent=1)
    write_whole(office.folders.receipts / name, content.encode("utf-8"))


def _logged(mapping: WorkbookMap, letters: list[Letter]) -> list[Letter]:
    """Return the letters that belong in a clerk's log.

    A log that says for each row where the letter stands takes every letter. One that does not, or
    whose date is the day of sending, takes only what has been printed: it must not say that a
    letter went which did not.
    """
    columns = mapping.log.columns if mapping.log else {}
    of_sending = "date" in columns and "sent" in columns["date"].heading.lower()
    if "state" in columns and not of_sending:
        return letters
    return [letter for letter in letters if letter.state in GONE_OUT]


def _figures(standing: Standing, letters: list[Letter]) -> dict[str, Mapping[str, Value]]:
    """Return each student's figures by the names a workbook map uses."""
    table = standing.tally()
    flags: dict[str, list[str]] = defaultdict(list)
    for finding in standing.findings():
        if finding.trigger not in flags[finding.student_id]:
            flags[finding.student_id].append(finding.trigger)
    newest: dict[str, Letter] = {
        letter.student_id: letter for letter in letters if letter.state is not State.VOID
    }
    found: dict[str, Mapping[str, Value]] = {}
    for student_id in standing.students:
        counted = attendance_of(table, student_id)
        letter = newest.get(student_id)
        found[student_id] = {
            "state_id": standing.students[student_id].state_id,
            "possible": counted.possible,
            "attended": counted.attended,
            "absent": counted.absent,
            "authorised": counted.authorised,
            "unauthorised": counted.unauthorised,
            "late": counted.late,
            "rate": counted.rate,
            "flag": ", ".join(flags[student_id]),
            "last_letter": _day(letter) if letter else None,
        }
    return found


def _day(letter: Letter) -> date:
    """Return the day the letter was prepared: it stays when the letter goes on."""
    return datetime.fromisoformat(letter.prepared_at).date()


def _log_row(standing: Standing, letter: Letter) -> LogRow:
    return {
        "date": _day(letter),
        "student_id": letter.student_id,
        "student_name": standing.students[letter.student_id].sort_name,
        "letter": letter.trigger,
        "guardian": str(letter.guardian["name"]),
        "serial": letter.serial,
        "state": letter.state.value,
        "by": letter.by,
    }
