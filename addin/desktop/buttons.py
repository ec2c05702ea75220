"""The ribbon's buttons as macros: what ``RunPython`` of classic xlwings calls."""

import sys
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from addin.buttons import Button, all_buttons, do
from addin.desktop.office import desk_here
from addin.jobs import Question, Told
from rollbook.problems import NotAllowed, RollbookError

TITLE = "Rollbook"
VISIBLE, FORMULAS = 12, -4123  # xlCellTypeVisible, xlCellTypeFormulas
TEXT = 2  # of Application.InputBox


def press(button_id: str, book: Any = None) -> str:
    """Press a button in the workbook that Excel is showing; return the sentence it was told.

    ``book`` is given where Excel is not the caller.
    """
    if book is None:
        import xlwings as xw  # here: xlwings looks for Excel when it is imported

        book = xw.Book.caller()
    button = next((one for one in all_buttons() if one.id == button_id), None)
    try:
        if button is None:
            raise NotAllowed(f"There is no button “{button_id}”.")
        told = _pressed(button, book)
    except RollbookError as error:
        told = Told(str(error))
    text = "\n".join([told.sentence, *told.problems])
    book.app.alert(text, title=TITLE)
    return told.sentence


def _pressed(button: Button, book: Any) -> Told:
    """Press, and press again with the answers for as long as the button asks."""
    answers: dict[str, str] = {}
    while True:
        sent = {"job": uuid.uuid4().hex, "view": view_of(book), "answers": answers}
        job = do(button, book, desk_here(), "", sent)
        job.written()  # Excel wrote while the button worked
        told = job.told
        assert told is not None
        if not told.asks:
            return told
        more = _ask(book.app, told)
        if more is None:
            return Told("Nothing was done.")
        answers = {**answers, **more}


def view_of(book: Any) -> Mapping[str, Any]:
    """Return what the clerk sees: selected rows that no filter hides, cells with formulas."""
    sheet = book.sheets.active
    on_windows = sys.platform == "win32"
    rows = _areas(book.selection.api, VISIBLE) if on_windows else _shown_rows(book.selection)
    formulas = _areas(sheet.used_range.api, FORMULAS) if on_windows else []
    return {"rows": rows, "formulas": formulas, "path": book.fullname}


def _areas(cells: Any, kind: int) -> list[str]:
    """Return the addresses of some cells of a range; Excel raises where there are none."""
    if cells.Count == 1 and kind == VISIBLE:
        return [str(cells.Address)]  # of one cell Excel would look at the whole sheet
    try:
        return [str(area.Address) for area in cells.SpecialCells(kind).Areas]
    except Exception:  # a COM error has no class of its own outside Windows
        return []


def _shown_rows(selection: Any) -> list[str]:
    """Return the rows of a selection that are not hidden: hidden ones have no height."""
    return [row.address for row in selection.rows if row.row_height]


def _ask(app: Any, told: Told) -> Mapping[str, str] | None:
    """Ask one question after another; ``None`` when the clerk wants none of it."""
    answers: dict[str, str] = {}
    for number, question in enumerate(told.asks):
        said = told.sentence if number == 0 else ""
        answer = _answer(app, question, said)
        if answer is None:
            return None
        answers[question.name] = answer
    return answers


def _answer(app: Any, question: Question, said: str) -> str | None:
    words = "\n".join(one for one in (said, question.says, question.label) if one)
    if question.kind == "confirm":
        pressed = app.alert(words, title=TITLE, buttons="ok_cancel")
        return "yes" if pressed == "ok" else None
    text = _typed(app, words + _offered(question.choices))
    if text is None:
        return None
    if question.kind == "choice":
        return _chosen(question, text)
    if question.needed and not text.strip():
        raise NotAllowed(f"“{question.label}” is needed. Nothing was done.")
    return text.strip()


def _offered(choices: Sequence[tuple[str, str]]) -> str:
    return "".join(f"\n{place}  {says}" for place, (_, says) in enumerate(choices, start=1))


def _chosen(question: Question, text: str) -> str:
    """Return the choice whose number was typed."""
    number = int(text) if text.strip().isdecimal() else 0
    if not 1 <= number <= len(question.choices):
        raise NotAllowed(
            f"“{question.label}”: type a number from 1 to {len(question.choices)}. Nothing was "
            "done."
        )
    return question.choices[number - 1][0]


def _typed(app: Any, words: str) -> str | None:
    """Let the clerk type an answer. Raises ``NotAllowed`` where Excel cannot ask (on the Mac)."""
    if sys.platform != "win32":
        raise NotAllowed(
            "This has to be asked, and Excel on this computer cannot ask from here. Use the "
            "command rollbook in a terminal, or the add-in with rollbook serve."
        )
    typed = app.api.InputBox(words, TITLE, Type=TEXT)
    return None if typed is False else str(typed)
