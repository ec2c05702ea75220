"""The tracking workbook that is open in Excel: which adopted one it is, and its changes.

Used by the buttons of the group Tracking and by the offer at the top of the pane.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from addin.buttons import Press
from addin.desk import Desk
from addin.jobs import Question, Told
from rollbook.office import Office, save_workbook_map
from rollbook.problems import NotAllowed, WorkbookError, counted
from rollbook.workbooks import Receipt, WorkbookMap
from rollbook.workbooks.adopting import look_in
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import read_workbook
from rollbook.workbooks.changes import FORMULA
from rollbook.workbooks.content import content_for, roster_of
from rollbook.workbooks.keeping import (
    LIVE,
    Waiting,
    adopted_named,
    cells_due,
    file_here,
    keep,
    path_of,
    waiting_workbooks,
)
from rollbook.workbooks.live import changes_in, write_changes
from rollbook.workbooks.opened import Marked, copy_of, start_of
from rollbook.workbooks.questions import Found
from rollbook.workbooks.questions import Question as Asked
from rollbook.workbooks.reading_back import Reading, read_back

Adopted = Mapping[str, Any]
STEPS = 3
SHOWN_LEFT_ALONE = 10


# ---- Refreshing ------------------------------------------------------------------------------


def refresh(at: Press) -> Told:
    """Read what was typed in the open workbook's logs; bring it up to date through Excel."""
    data = _adopted(at)
    if isinstance(data, Told):
        return data
    office = at.office
    at.tell(f"Reading the logs of {at.book.name}", 0, STEPS)
    reading = _read(at, data)
    at.tell("Working out the figures", 0, STEPS)
    content = content_for(office, at.desk.standing, data)
    at.tell(f"Comparing with {at.book.name}", 1, STEPS)
    changes = changes_in(
        at.book,
        content.mapping,
        content.figures,
        content.rows,
        marked(at),
        content.people,
        content.marks,
    )
    at.tell(f"Writing into {at.book.name}", 2, STEPS)  # the last moment to stop it
    receipt = write_changes(at.book, changes, path_of(office, data))
    said = _sentence(at.book.name, receipt, changes.formulas_left)
    kept = partial(keep, office, receipt) if receipt.is_written else None
    problems = [entry.note for entry in reading.conflicts] + list(_problems(receipt))
    return Told(f"{said} {reading.line()}".strip(), problems=problems, when_written=kept)


def _read(at: Press, data: Adopted) -> Reading:
    """Read the logs as they stand in Excel, saved or not; whoever pressed has typed it."""
    book = copy_of(at.book, WorkbookMap.from_dict(data), marked(at))
    return read_back(at.office, data, book, at.desk.now())


def _adopted(at: Press) -> Adopted | Told:
    """Return the entry of the open workbook, or ask which it is where several may be meant."""
    found = adopted_named(at.office, at.book.name, at.view.path)
    if not found:
        raise NotAllowed(
            f"“{at.book.name}” is not adopted yet. Press “Adopt this workbook” first: Rollbook "
            "then finds what is where in it."
        )
    chosen = [data for data in found if data["file"] == at.answers.get("workbook")]
    if chosen or len(found) == 1:
        return (chosen or found)[0]
    choices = [(str(data["file"]), str(data["file"])) for data in found]
    ask = Question("workbook", "Which one is open here?", "choice", choices)
    return Told(f"{len(found)} adopted workbooks are called “{at.book.name}”.", asks=[ask])


def marked(at: Press) -> Marked:
    """Return the cells of the open workbook that are more than their values."""
    return Marked.of(at.view.formulas, at.view.merged, at.book.sheets.active.name)


def _sentence(name: str, receipt: Receipt, formulas: int) -> str:
    """Say what was written: “Tracker.xlsx: 14 cells, 2 rows in the log; …”."""
    if receipt.is_written:
        parts = [counted(len(receipt.cells), "cell")] if receipt.cells else []
        if receipt.students_added:
            parts.append(f"{counted(len(receipt.students_added), 'student')} added")
        if receipt.rows_added:
            parts.append(f"{counted(len(receipt.rows_added), 'row')} in the log")
        said = f"{name}: {', '.join(parts)}"
    else:
        said = f"{name} was up to date already"
    if formulas:
        said += f"; {counted(formulas, 'cell')} with {'a formula' if formulas == 1 else 'formulas'}"
        said += " left alone"
    if any(left.why != FORMULA for left in receipt.left_alone):
        said += "; some left alone, see below"
    if receipt.not_found:
        said += f"; {counted(len(receipt.not_found), 'student')} not in the tracker"
    return f"{said}. Save the workbook to keep it." if receipt.is_written else f"{said}."


def _problems(receipt: Receipt) -> Iterator[str]:
    """Say what was left alone and why, and who is not in the tracker."""
    for left in receipt.left_alone[:SHOWN_LEFT_ALONE]:
        where = f"{left.sheet}, {left.cells}" if left.sheet else left.cells
        yield f"Left alone: {where}: {left.why}."
    if receipt.not_found:
        shown = ", ".join(receipt.not_found[:SHOWN_LEFT_ALONE])
        more = len(receipt.not_found) - SHOWN_LEFT_ALONE
        yield f"Not in the tracker: {shown}{f' and {more:,} more' if more > 0 else ''}."


# ---- Adopting --------------------------------------------------------------------------------


def adopt_this(at: Press) -> Told:
    """Find what is where in the open workbook, show it, and keep it once the clerk says yes."""
    at.tell(f"Looking through {at.book.name}")
    place = file_here(at.view.path)
    book = Book(place, read_workbook(place)) if place else start_of(at.book, marked(at))
    answers = {key: at.answers[key] for key in at.answers if key != "confirmed"}
    found = look_in(book, answers, roster_of(at.desk.standing))
    if found.refusal:
        raise WorkbookError(found.refusal)
    mapping, questions = found.mapping, [_asked(one) for one in _to_ask(found)]
    if questions or not at.is_confirmed:
        return Told(_found(at.book.name, mapping, place), asks=[*questions, _confirm(at)])
    office = at.office
    data: dict[str, Any] = {"file": _kept_name(office, place, at.book.name)}
    data |= {key: value for key, value in mapping.to_dict().items() if key != "file"}
    if place is None:
        data |= {LIVE: True}
    save_workbook_map(office.folders.root, data)
    by_itself = (
        "Rollbook keeps it up to date from now on; while it is open in Excel, press “Refresh”."
        if place
        else "Rollbook does not reach its file: press “Refresh” whenever it is to be updated."
    )
    return Told(f"{at.book.name} is adopted. {by_itself}", problems=list(mapping.notes))


def _to_ask(found: Found) -> list[Asked]:
    """Return what must be answered, and what of the rest is better asked than taken for granted."""
    return [
        one for one in found.questions if one.must_be_answered or one.key in ("hundred", "days")
    ]


def _asked(question: Asked) -> Question:
    choices = [(choice, choice) for choice in question.choices]
    return Question(question.key, question.text, "choice" if choices else "text", choices)


def _found(name: str, mapping: WorkbookMap, place: Path | None) -> str:
    lines = " ".join(mapping.describe())
    reach = "" if place else " Rollbook does not reach its file, only what is open in Excel."
    return f"Found in {name}: {lines}{reach} Nothing is written yet."


def _confirm(at: Press) -> Question:
    return Question(
        "confirmed",
        f"Adopt {at.book.name}",
        "confirm",
        says="Is this right? Rollbook will then fill these columns, and nothing else.",
    )


def _kept_name(office: Office, place: Path | None, name: str) -> str:
    """Return the workbook's name in ``office.toml``: from the office's folder where it is there."""
    if place is None:
        return name
    root, place = office.folders.root.resolve(), place.resolve()
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else str(place)


# ---- Offers ----------------------------------------------------------------------------------


def offers(desk: Desk) -> Sequence[tuple[Waiting, str]]:
    """Return the workbooks that could not be written, and what waits for each: “14 cells”."""
    return [(one, _due(desk, one)) for one in waiting_workbooks(desk.office)]


def _due(desk: Desk, waiting: Waiting) -> str:
    """Say how much waits; nothing where the file cannot be read while Excel has it."""
    for data in desk.office.settings.workbook:
        if path_of(desk.office, data) == waiting.path:
            try:
                cells, rows = cells_due(desk.office, desk.standing, data)
            except WorkbookError:
                return ""
            parts = [counted(cells, "cell")] if cells else []
            parts += [f"{counted(rows, 'row')} in the log"] if rows else []
            return " and ".join(parts) or "nothing"
    return ""
