"""Keeping the office's adopted workbooks up to date from the register as it stands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollbook.ledger import postings
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import WorkbookBusy
from rollbook.standing import Standing
from rollbook.workbooks.content import content_for, contents_for
from rollbook.workbooks.receipt import Receipt
from rollbook.workbooks.updating import changes_due, update

LIVE = "live"
"""Marks, in ``[[workbook]]``, a workbook that is only reached through Excel."""


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
    adopted = [
        data
        for data in office.settings.workbook
        if not data.get(LIVE)
        and (only is None or path_of(office, data).resolve() == only.resolve())
    ]
    receipts, busy = [], []
    for data, content in zip(adopted, contents_for(office, standing, adopted), strict=True):
        path = path_of(office, data)
        try:
            receipt = update(
                path,
                content.mapping,
                content.figures,
                content.rows,
                office.folders.snapshots,
                content.people,
                content.marks,
            )
        except WorkbookBusy as error:
            busy.append(str(error))
        else:
            receipts.append(receipt)
            keep(office, receipt)
    if busy:
        raise WorkbookBusy(" ".join(busy))
    return receipts


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
    due = changes_due(
        path_of(office, data),
        content.mapping,
        content.figures,
        content.rows,
        content.people,
        content.marks,
    )
    return len(due.cells), len(due.rows_added)


def keep(office: Office, receipt: Receipt) -> None:
    """Keep the receipt of an update that wrote something."""
    if not receipt.is_written:
        return
    name = f"{receipt.file.stem} {receipt.at:%Y-%m-%d %H.%M.%S}.json"
    content = json.dumps(receipt.to_dict(), ensure_ascii=False, indent=1)
    write_whole(office.folders.receipts / name, content.encode("utf-8"))
