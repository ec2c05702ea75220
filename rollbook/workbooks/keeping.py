"""Keeping the office's adopted workbooks up to date from the register as it stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from rollbook.ledger import postings
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import WorkbookBusy, WorkbookError, why_not_now
from rollbook.standing import Standing
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import read_workbook
from rollbook.workbooks.content import Content, content_for, contents_for
from rollbook.workbooks.pending import as_json, clear_up, file_receipts, free_name
from rollbook.workbooks.pruning import prune
from rollbook.workbooks.reading_back import Reading, read_back
from rollbook.workbooks.receipt import Receipt
from rollbook.workbooks.restoring import go_on, put_back
from rollbook.workbooks.running import open_here, update_here
from rollbook.workbooks.turns import folder_of, one_at_a_time
from rollbook.workbooks.updating import changes_due, update

LIVE = "live"
"""Marks, in ``[[workbook]]``, a workbook that is only reached through Excel."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A workbook that could not be written when it was owed, and the sentence that said why."""

    name: str
    path: Path
    why: str


def update_workbooks(
    office: Office,
    standing: Standing,
    only: Path | None = None,
    *,
    by_hand: bool = False,
    tell: Callable[[str], None] = lambda line: None,
    done: Callable[[Receipt], None] = lambda receipt: None,
) -> list[Receipt]:
    """Write figures and letter-log rows into every adopted workbook; return the receipts.

    One workbook's trouble does not keep the others waiting: what could not be done is raised at
    the end, all of it in one, as ``WorkbookBusy`` when waiting helps, else as ``WorkbookError``;
    ``done`` is given each receipt at once. Safe to repeat. One that is only reached through Excel
    is left to the add-in, and one that was put back as it was is left so unless the clerk asks
    ``by_hand``. ``tell`` is told, in a line each, what else was done: copies that need not be kept
    any more. What clerks typed is read first (``read_workbooks``), so that nothing they say of a
    letter is written over.
    """
    adopted = _to_keep(office, only, by_hand=by_hand)
    receipts, troubles = [], []
    for data, content in zip(adopted, contents_for(office, standing, adopted), strict=True):
        path = path_of(office, data)
        try:
            receipts.append(_brought_up_to_date(office, data, content, tell))
            done(receipts[-1])
        except WorkbookError as error:
            troubles.append(error)
        except OSError as error:
            why = f"“{path.name}” must wait: {why_not_now(error)}. It is tried again by itself."
            troubles.append(WorkbookBusy(why))
    if troubles:
        busy = any(isinstance(error, WorkbookBusy) for error in troubles)
        kind = WorkbookBusy if busy else WorkbookError
        raise kind(" ".join(str(error) for error in troubles)) from troubles[0]
    return receipts


def read_workbooks(
    office: Office,
    at: datetime,
    only: Path | None = None,
    *,
    by_hand: bool = False,
    keep: bool = True,
) -> list[Reading]:
    """Read what clerks typed in the logs of the adopted workbooks since the last time.

    Without ``keep`` nothing is entered. One that cannot be read now says so and is read later.
    """
    return [_read(office, data, at, keep=keep) for data in _to_keep(office, only, by_hand=by_hand)]


def _to_keep(office: Office, only: Path | None, *, by_hand: bool) -> list[Mapping[str, Any]]:
    """Return the adopted workbooks that are kept up to date as files, or the one asked for."""
    return [
        data
        for data in office.settings.workbook
        if not data.get(LIVE)
        and (only is None or path_of(office, data).resolve() == only.resolve())
        and (by_hand or _put_back(office, data) is None)
    ]


def _read(office: Office, data: Mapping[str, Any], at: datetime, *, keep: bool) -> Reading:
    path = path_of(office, data)
    try:
        return read_back(office, data, Book(path, read_workbook(path)), at, keep=keep)
    except WorkbookError as error:
        return Reading(str(data["file"]), waiting=(str(error),))
    except OSError as error:
        return Reading(str(data["file"]), waiting=(f"{path.name}: {why_not_now(error)}",))


def _brought_up_to_date(
    office: Office, data: Mapping[str, Any], content: Content, tell: Callable[[str], None]
) -> Receipt:
    """One workbook's story: what was left over, the update, its receipt, and old copies.

    Where Excel has it open on this computer, Excel is handed the update; the file waits for it.
    """
    path, snapshots = path_of(office, data), office.folders.snapshots
    _settle(office, path)
    try:
        receipt = update(
            path,
            content.mapping,
            content.figures,
            content.rows,
            snapshots,
            content.people,
            content.marks,
        )
    except WorkbookBusy:
        book = open_here(path)
        if book is None:
            raise
        has_news = partial(_has_news, office, data)
        kept = partial(keep, office)
        to_save = update_here(book, path, content, snapshots, has_news=has_news, keep=kept)
        go_on(path, snapshots)
        _prune(office, path, tell)
        raise WorkbookBusy(to_save) from None
    go_on(path, snapshots)
    if receipt.is_written:
        keep(office, receipt)
        _prune(office, path, tell)
    return receipt


def _has_news(office: Office, data: Mapping[str, Any], book: Book) -> bool:
    reading = read_back(office, data, book, datetime.now().astimezone(), keep=False)
    return bool(reading.entries)


def _prune(office: Office, path: Path, tell: Callable[[str], None]) -> None:
    """Delete the copies that need not be kept any more."""
    pruned = prune(path, office.folders.snapshots, office.settings.snapshots, datetime.now())
    if pruned:
        oldest, newest = pruned[0].taken, pruned[-1].taken
        copies = "1 copy" if len(pruned) == 1 else f"{len(pruned):,} copies"
        tell(
            f"“{path.name}”: {copies} of {oldest:%d %B %Y} to {newest:%d %B %Y} deleted, as "
            "[snapshots] in office.toml says."
        )


def _settle(office: Office, path: Path) -> None:
    """File the receipts of writes after which Rollbook was ended before it could."""
    path, snapshots = path.resolve(), office.folders.snapshots
    if folder_of(path, snapshots).is_dir():
        with one_at_a_time(path, snapshots):
            clear_up(path, snapshots)
            file_receipts(path, snapshots, office.folders.receipts)


def _put_back(office: Office, data: Mapping[str, Any]) -> str | None:
    """Return why a workbook is left as it is: it was put back, and not updated by hand since."""
    path = path_of(office, data)
    mark = put_back(path, office.folders.snapshots)
    if mark is None:
        return None
    return (
        f"“{path.name}” was put back on {mark.at:%d %B %Y at %H:%M} and is left as it is until it "
        f'is updated by hand: rollbook workbook update "{path.name}"'
    )


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
    """Return the adopted workbooks that are not up to date, and why.

    Those that were open, or locked, when they were to be written, and those that were put back.
    """
    with office.ledger.read() as connection:
        owed = postings.owed(connection)
    reasons = [str(row["last_reason"]) for row in owed if row["work"] == postings.WORKBOOKS]
    why = next((reason for reason in reversed(reasons) if reason), "")
    waiting = []
    for data in office.settings.workbook:
        if data.get(LIVE):
            continue
        path = path_of(office, data)
        if put_back_why := _put_back(office, data):
            waiting.append(Waiting(path.name, path, put_back_why))
        elif f"“{path.name}”" in why:
            waiting.append(Waiting(path.name, path, why))
    return waiting


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
    """File the receipt of an update that wrote something.

    That of a file lies beside its copy already, since before the file was written.
    """
    if not receipt.is_written:
        return
    if receipt.through_excel:
        copy, at = receipt.snapshot, f"{receipt.at:%Y-%m-%d %H.%M.%S}"
        content, stem = as_json(receipt), copy.stem if copy else f"{receipt.file.stem} {at}"
        write_whole(free_name(office.folders.receipts, stem, content), content)
    else:
        _settle(office, receipt.file)
