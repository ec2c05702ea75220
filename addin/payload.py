"""What Excel sends with a press or with a call of a function, looked at before anything uses it.

The pages that Excel keeps may be older than this server, and anybody who may ask can send anything.
What is not of the shape that the pages send is refused with a sentence, not met as a fault later.
xlwings Server asks for both through dependencies of its own, for which these stand.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import PlainTextResponse, Response

from addin import custom_functions
from rollbook.problems import NotAllowed, where_in_code
from rollbook.workbooks.cells import Area

log = logging.getLogger(__name__)

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of a sheet in Excel
MOST_SELECTED = 10_000
MOST_MARKED = 200_000
MOST_ROWS = 10 * LAST_ROW  # of all the areas with formulas, of all sheets
LONGEST_TEXT = 4_096

NOT_OURS = (
    "Rollbook cannot read what Excel sent, so nothing was done. This add-in and Rollbook's server "
    "may be of two versions: close the pane and open it again, or start Excel anew."
)
_ADDRESS = re.compile(
    r"(?:[^!]{1,200}!|'.{1,200}'!)?\$?(?:[A-Z]{1,3}(?:\$?[0-9]{1,7})?|[0-9]{1,7})"
    r"(?::\$?(?:[A-Z]{1,3}(?:\$?[0-9]{1,7})?|[0-9]{1,7}))?"
)


class NotReadable(NotAllowed):
    """What was sent is not of the shape that our pages send."""

    def __init__(self) -> None:
        super().__init__(NOT_OURS)


async def say_unsuitable(request: Request, error: Exception) -> Response:
    """Say what does not suit xlwings; its own words are for programmers, and may hold data."""
    log.warning("does not suit xlwings: %s", where_in_code(error))
    return PlainTextResponse(NOT_OURS, status_code=400)


# --- a press of a button ---------------------------------------------------------------------


async def press_of(request: Request) -> dict[str, Any]:
    """Return what was sent with a press: the workbook, and in ``args`` what the ribbon adds.

    Raises ``NotAllowed``.
    """
    sent = await _json(request)
    _need(_are_texts(_mapping(sent), "client", "version"))
    _check_book(sent)
    _check_pressed(sent.get("args"))
    return dict(sent)


def _check_book(sent: Mapping[str, Any]) -> None:
    book, sheets = _mapping(sent.get("book")), _mappings(sent.get("sheets"))
    _mappings(sent.get("names"))
    active, selection = book.get("active_sheet_index"), book.get("selection")
    _need(_are_texts(book, "name") and type(active) is int and 0 <= active < len(sheets))
    _need(selection in (None, "") or _is_address(selection))  # a picture is selected, or cells
    for sheet in sheets:
        _check_sheet(sheet)


def _check_sheet(sheet: Mapping[str, Any]) -> None:
    values = _list(sheet.get("values"))
    _need(_are_texts(sheet, "name") and len(values) > 0 and _is_range(values))
    for kind in ("tables", "pictures", "charts"):
        _mappings(sheet.get(kind, []))


def _check_pressed(args: Any) -> None:
    """Check what the ribbon adds: the number of the job, what the clerk sees, the answers."""
    _need(len(_mappings(args)) == 1)
    sent = args[0]
    view, answers = _mapping(sent.get("view", {})), _mapping(sent.get("answers", {}))
    _need(_is_text(sent.get("job", "")) and _is_text(view.get("path", "")))
    _need(all(isinstance(answer, str) for answer in answers.values()))
    _check_areas(view.get("rows", []), MOST_SELECTED, "rows are selected piece by piece")
    _need(not any("!" in area for area in view.get("rows", [])))  # of the sheet in front
    marked = [*_list(view.get("formulas", [])), *_list(view.get("merged", []))]
    _check_areas(marked, MOST_MARKED, "cells have formulas or are merged, here and there")
    if sum(_height(area) for area in marked) > MOST_ROWS:
        raise NotAllowed(
            "The formulas of this workbook fill more rows than Rollbook looks through. Nothing was "
            "done. Keep the list of students in a workbook of its own."
        )


def _check_areas(areas: Any, most: int, what: str) -> None:
    _need(all(_is_address(area) for area in _list(areas)))
    if len(areas) > most:
        raise NotAllowed(
            f"In {len(areas):,} places {what}, more than Rollbook looks through at once "
            f"({most:,}). Nothing was done."
        )


def _is_address(text: Any) -> bool:
    """Whether this is an area of a sheet as Excel writes it, and lies on a sheet of Excel's."""
    if not isinstance(text, str) or not _ADDRESS.fullmatch(text):
        return False
    area = _area(text)
    return 1 <= area.top <= area.bottom <= LAST_ROW and 1 <= area.left <= area.right <= LAST_COLUMN


def _area(address: str) -> Area:
    return Area.of(address.rpartition("!")[2])


def _height(address: str) -> int:
    area = _area(address)
    return area.bottom - area.top + 1


# --- a call of a function --------------------------------------------------------------------


async def check_call(request: Request) -> None:
    """Look at what was sent with a call of a function. Raises ``NotAllowed``.

    The framework has read it by now and keeps it: a year of marks is not read twice.
    """
    sent = await _json(request)
    _need(_are_texts(_mapping(sent), "func_name", "client", "version", "runtime"))
    for name in ("caller_address", "session_id", "culture_info_name", "date_format"):
        _need(sent.get(name) is None or _is_text(sent[name]))
    about = getattr(getattr(custom_functions, sent["func_name"], None), "__xlfunc__", None)
    args, taken = _list(sent.get("args")), _list(_mapping(about).get("args"))
    needed = sum("optional" not in one for one in taken)
    _need(needed <= len(args) <= len(taken))
    _need(all(_is_range(arg) for arg in args))


def _is_range(arg: Any) -> bool:
    """Whether this is one cell, or rows of as many cells each."""
    if not isinstance(arg, list):
        return True
    return len(arg) > 0 and all(isinstance(row, list) and len(row) == len(arg[0]) for row in arg)


async def _json(request: Request) -> Any:
    _need("form" not in request.headers.get("content-type", ""))  # the framework has read it
    try:
        return await request.json()
    except (ValueError, RecursionError) as error:
        raise NotReadable from error


# --- shapes ----------------------------------------------------------------------------------


def _need(is_so: bool) -> None:
    if not is_so:
        raise NotReadable


def _is_text(found: Any) -> bool:
    return isinstance(found, str) and len(found) <= LONGEST_TEXT


def _are_texts(found: Mapping[str, Any], *names: str) -> bool:
    return all(_is_text(found.get(name)) for name in names)


def _list(found: Any) -> Sequence[Any]:
    if not isinstance(found, list):
        raise NotReadable
    return found


def _mapping(found: Any) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise NotReadable
    return found


def _mappings(found: Any) -> Sequence[Mapping[str, Any]]:
    return [_mapping(one) for one in _list(found)]
