"""Keeping the office's adopted workbooks up to date from the register as it stands."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from rollbook.attendance import attendance_of
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import WorkbookBusy
from rollbook.standing import Standing
from rollbook.workbooks import LogRow, Receipt, Value, WorkbookMap, update

GONE_OUT = (State.PRINTED, State.MAILED, State.RETURNED)


def update_workbooks(office: Office, standing: Standing, only: Path | None = None) -> list[Receipt]:
    """Write figures and letter-log rows into every adopted workbook; return the receipts.

    A workbook that is open in Excel does not keep the others waiting; ``WorkbookBusy`` is raised
    at the end for those that could not be written. Safe to repeat.
    """
    with office.ledger.read() as connection:
        letters = book.letters(connection)
    figures = _figures(standing, letters)
    receipts, busy = [], []
    for data in office.settings.workbook:
        path = office.folders.root / data["file"]
        if only is not None and path.resolve() != only.resolve():
            continue
        try:
            mapping = WorkbookMap.from_dict(data)
            rows = [_log_row(standing, letter) for letter in _logged(mapping, letters)]
            receipt = update(path, mapping, figures, rows, office.folders.snapshots)
        except WorkbookBusy as error:
            busy.append(str(error))
        else:
            receipts.append(receipt)
            _keep(office, receipt)
    if busy:
        raise WorkbookBusy(" ".join(busy))
    return receipts


def _keep(office: Office, receipt: Receipt) -> None:
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
