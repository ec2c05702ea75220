"""What the clerk answered when a workbook was adopted before: what happens again, unless told."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import read_workbook
from rollbook.workbooks.cells import column_letters
from rollbook.workbooks.mapping import Block, Whom, WorkbookMap
from rollbook.workbooks.places import locate
from rollbook.workbooks.questions import Question


def answers_kept(path: Path, entry: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the answers an entry of ``[[workbook]]`` tells of, by the keys of their questions.

    Which formulas may be written over is not among them: that is asked each time.
    """
    was = WorkbookMap.from_dict(entry) if entry else WorkbookMap(path.name)
    if was.tracker is None:
        return {}
    kept = _columns(path, was.tracker)
    kept |= {"sheet": was.tracker.sheet, "header_row": str(was.tracker.header_row)}
    kept |= {"add": _yes(was.whom.add), "hundred": _yes(was.hundred)}
    if was.days:
        kept["days"] = "fill" if was.days.fill else "leave"
    for name, block in (("log", was.log), ("contacts", was.contacts)):
        if block:
            kept |= {f"{name}.sheet": block.sheet, f"{name}.header_row": str(block.header_row)}
    return kept


def chosen_before(entry: Mapping[str, Any] | None) -> dict[str, str]:
    """Return of which campuses and groups students are added, as it was said before."""
    whom = WorkbookMap.from_dict(entry).whom if entry else Whom()
    if not whom.add:
        return {}
    return {"campuses": ";".join(whom.campuses), "groups": ";".join(whom.groups)}


def answered_before(question: Question, kept: Mapping[str, str]) -> Question:
    """Return a question with the answer of before as its default, where it can still be given."""
    answer = kept.get(question.key, question.default)
    can_be = not question.choices or answer in question.choices
    return replace(question, default=answer) if can_be else question


def _columns(path: Path, tracker: Block) -> dict[str, str]:
    """Return where the columns are now: they may have been moved since."""
    try:
        place = locate(Book(path, read_workbook(path)), tracker)
    except WorkbookError:
        return {}
    return {key: column_letters(column) for key, column in place.columns.items()}


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
