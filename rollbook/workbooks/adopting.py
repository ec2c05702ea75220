"""Finding what is where in a workbook the clerk has kept for years, on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rollbook.problems import WorkbookError
from rollbook.workbooks import day_columns
from rollbook.workbooks.asking import Asking
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import read_workbook
from rollbook.workbooks.cells import column_number
from rollbook.workbooks.choosing import (
    Candidate,
    candidates,
    choose_columns,
    choose_contacts,
    choose_log,
    choose_tracker,
)
from rollbook.workbooks.judging import (
    Ids,
    columns_of_formulas,
    contents_below,
    counts_in_hundreds,
    whom_of,
)
from rollbook.workbooks.lists import lists_of
from rollbook.workbooks.mapping import Block, Days, Whom, WorkbookMap
from rollbook.workbooks.places import ROWS_SEARCHED
from rollbook.workbooks.questions import YES_OR_NO, Found, Roster

_TEMPLATES = (".xltx", ".xltm")


def look(
    path: Path, answers: Mapping[str, str] | None = None, roster: Roster | None = None
) -> Found:
    """Find what is where in the clerk's workbook, with the answers given so far.

    Nothing is written. Raises ``WorkbookError`` when the file cannot be read, or an answer fits
    nothing in it. When there is nothing to adopt, ``refusal`` says why.
    """
    return look_in(Book(path, read_workbook(path)), answers, roster)


def look_in(
    book: Book, answers: Mapping[str, str] | None = None, roster: Roster | None = None
) -> Found:
    """Find what is where in an opened workbook, as ``look`` does."""
    asking = Asking(answers or {})
    asking.check()
    lists = lists_of(book)
    students = candidates(book, lists, roster, asking)
    chosen = choose_tracker(students, asking)
    tracker = choose_columns(book, chosen, asking) if chosen else None
    log = choose_log(book, lists, tracker, asking)
    contacts = choose_contacts(book, lists, (tracker, log), asking)
    mapping = WorkbookMap(book.path.name, tracker, log, contacts=contacts)
    if tracker:
        mapping = _with_habits(book, mapping, tracker, roster, asking)
    _note_template(book.path, asking)
    mapping = replace(mapping, notes=tuple(asking.notes))
    nothing = not (tracker or log) and not asking.questions
    bare = None if tracker or asking.questions else _bare(students)
    return Found(
        mapping,
        tuple(asking.questions),
        mapping.notes,
        bare,
        _nothing_found(book.path, bare) if nothing else "",
    )


def adopt(path: Path, *, sheet: str = "") -> WorkbookMap:
    """Find the tracker and the logs in the clerk's workbook; nothing is written.

    ``sheet`` names the tracker's sheet where several could be meant. Raises ``WorkbookError`` with
    a sentence when there is nothing Rollbook could fill, or when it would have to guess.
    """
    return adopt_book(Book(path, read_workbook(path)), sheet=sheet)


def adopt_book(book: Book, *, sheet: str = "") -> WorkbookMap:
    """Find the tracker and the logs in an opened workbook, as ``adopt`` does."""
    found = look_in(book, {"sheet": sheet} if sheet else {})
    if found.refusal:
        raise WorkbookError(found.refusal)
    if found.unanswered:
        raise WorkbookError(" ".join(question.text for question in found.unanswered))
    return found.mapping


def _with_habits(
    book: Book, mapping: WorkbookMap, tracker: Block, roster: Roster | None, asking: Asking
) -> WorkbookMap:
    """Return the mapping with how this tracker is kept: percentages, formulas, days, students."""
    _note_strangers(book, tracker, roster, asking)
    return replace(
        mapping,
        hundred=_hundred(book, tracker, asking),
        replaces=_replaces(book, tracker, asking),
        days=_days(book, tracker, asking),
        whom=_whom(book, tracker, roster, asking),
    )


def _hundred(book: Book, tracker: Block, asking: Asking) -> bool:
    if "rate" not in tracker.columns:
        return False
    column = tracker.columns["rate"]
    known = counts_in_hundreds(book, tracker, column.letter)
    if known is not None and "hundred" not in asking.answers:
        return known
    text = (
        f"No cell of column {column.letter} “{column.heading}” tells how percentages are written. "
        "Shall they be numbers like 92.3 (yes), or 0.923 for cells formatted as percent (no)?"
    )
    return asking.ask("hundred", text, YES_OR_NO, "yes") == "yes"


def _replaces(book: Book, tracker: Block, asking: Asking) -> tuple[str, ...]:
    filled = columns_of_formulas(book, tracker)
    if not filled:
        return ()
    named = ", ".join(
        f"{tracker.columns[key].letter} “{tracker.columns[key].heading}”" for key in filled
    )
    text = f"There are formulas in {named}. Keep them, or let Rollbook replace them by its figures?"
    for_all = asking.ask("formulas", text, ("keep", "replace"), "keep")
    return tuple(
        key
        for key in filled
        if asking.answers.get(f"formulas.{key}", for_all).strip().casefold() == "replace"
    )


def _days(book: Book, tracker: Block, asking: Asking) -> Days | None:
    days, note = day_columns.search(book, tracker)
    if note:
        asking.notes.append(note)
    if days is None:
        return None
    text = (
        f"Columns {days.first} to {days.last} stand for days. Leave them alone, or fill in the "
        "register's marks where a cell is empty?"
    )
    answer = asking.ask("days", text, ("leave", "fill", "none"), "leave")
    return None if answer == "none" else replace(days, fill=answer == "fill")


def _whom(book: Book, tracker: Block, roster: Roster | None, asking: Asking) -> Whom:
    if roster is None and "add" not in asking.answers:
        return Whom()
    proposed = whom_of(book, tracker, roster) if roster else Whom()
    of = " and ".join(
        f"{word} {', '.join(names)}"
        for word, names in (("campus", proposed.campuses), ("group", proposed.groups))
        if names
    )
    if proposed.add:
        text = f"Shall new students{f' of {of}' if of else ''} be added to the list?"
    else:
        text = "The list seems to hold chosen students. Shall all new students be added to it?"
    if asking.ask("add", text, YES_OR_NO, "yes" if proposed.add else "no") == "no":
        return Whom()
    return Whom(
        True,
        _names(asking, "campuses", proposed.campuses),
        _names(asking, "groups", proposed.groups),
    )


def _names(asking: Asking, key: str, proposed: Sequence[str]) -> tuple[str, ...]:
    if key not in asking.answers:
        return tuple(proposed)
    return tuple(name for each in asking.answers[key].split(";") if (name := each.strip()))


def _note_strangers(book: Book, tracker: Block, roster: Roster | None, asking: Asking) -> None:
    if roster is None or not roster.students:
        return
    column = tracker.columns["student_id"]
    there = contents_below(book, tracker, column_number(column.letter))
    known, all_ids = Ids(roster).share_of(there)
    if all_ids >= 3 and known * 2 < all_ids:
        asking.notes.append(
            f"Only {known} of the first {all_ids} ids in column {column.letter} are those of "
            "students Rollbook knows. Is it another office's list, or another kind of number?"
        )


def _note_template(path: Path, asking: Asking) -> None:
    if path.suffix.lower() in _TEMPLATES:
        asking.notes.append(
            f"“{path.name}” is a template: Excel opens a new workbook from it each time, and what "
            "Rollbook writes here is in workbooks made from now on. For a tracker that is kept, "
            "save it as a workbook (.xlsx or .xlsm) and adopt that one."
        )


def _bare(students: Sequence[Candidate]) -> Block | None:
    """Return the list that could be kept if it had the columns it lacks."""
    named = [
        each
        for each in students
        if {"student_id", "student_name", "last_name"} & each.columns.keys()
    ]
    if not named:
        return None
    best = max(
        named, key=lambda each: (each.students > 1, each.has_days, len(each.columns), each.students)
    )
    return best.found.block(best.columns)


def _nothing_found(path: Path, bare: Block | None) -> str:
    if bare and "student_id" in bare.columns:
        column = bare.columns["student_id"]
        place = f"{column.letter}{bare.header_row} of sheet “{bare.sheet}”"
        return (
            f"“{path.name}” has student ids (“{column.heading}”, {place}), but no column Rollbook "
            "can fill. Add a column headed “Possible”, “Attended”, “Absent”, “Attendance %”, "
            "“Flag”, “Last letter” or “Next step”, and adopt it again."
        )
    return (
        f"“{path.name}” has no column with student ids in the first {ROWS_SEARCHED} rows of a "
        "sheet. Rollbook finds students by id, never by name or position: add a column headed "
        "“Student ID”, and adopt it again."
    )
