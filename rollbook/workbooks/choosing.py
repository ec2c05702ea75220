"""Choosing the tracker and the logs among a workbook's lists; what could be either is asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rollbook.problems import WorkbookError
from rollbook.workbooks import day_columns
from rollbook.workbooks.asking import TRACKER_KEYS, Asking
from rollbook.workbooks.book import Book, Table
from rollbook.workbooks.cells import column_letters, column_number
from rollbook.workbooks.headings import (
    CONTACTS,
    FIGURES,
    LOG,
    contacts_word,
    is_state_id,
    log_word,
    tracker_word,
)
from rollbook.workbooks.judging import Ids, contents_below, is_of_ids, is_running
from rollbook.workbooks.lists import ListFound, Word, list_at
from rollbook.workbooks.mapping import Block, Column
from rollbook.workbooks.questions import Roster

NONE = "none"

_LOG_NEEDS = ({"date"}, {"letter"}, {"student_id", "serial"})
_CONTACTS_NEED = ({"date"}, {"student_id", "student_name"}, {"action", "note"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A list that may be the tracker: its columns, and those that two columns could be."""

    found: ListFound
    columns: Mapping[str, Column]
    doubles: Mapping[str, Sequence[Column]]
    has_days: bool
    students: int

    @property
    def fills(self) -> bool:
        """Whether there is anything Rollbook could keep up to date."""
        return self.has_days or any(key in FIGURES for key in (*self.columns, *self.doubles))

    @property
    def name(self) -> str:
        """Where it stands."""
        return f"sheet “{self.found.sheet}” row {self.found.row}"


def candidates(
    book: Book, lists: Sequence[ListFound], roster: Roster | None, asking: Asking
) -> list[Candidate]:
    """Return the lists of students, with the answers for their columns heeded."""
    wanted, row = asking.answers.get("sheet", "").strip(), asking.number("header_row")
    if wanted:
        book.tab(wanted)  # says so when there is no such sheet
        lists = [found for found in lists if found.sheet == wanted]
    if row:
        sheets = dict.fromkeys(found.sheet for found in lists)
        sheet = wanted or (next(iter(sheets)) if len(sheets) == 1 else "")
        if not sheet:
            raise WorkbookError("Say which sheet that row is in: sheet=NAME.")
        lists = [list_at(book, sheet, row, asking.number("heading_rows"))]
    ids = Ids(roster) if roster and roster.students else None
    found = [_candidate(book, each, ids, asking) for each in lists if not _is_log(each)]
    return [each for each in found if each.columns]


def choose_tracker(found: Sequence[Candidate], asking: Asking) -> Candidate | None:
    """Return the list that is the tracker, ``None`` when there is none or it must be asked."""
    fit = [each for each in found if "student_id" in each.columns and each.fills]
    fit = [each for each in fit if each.students] or fit
    if not fit:
        return None
    most = max(len(each.columns) for each in fit)
    close = [each for each in fit if len(each.columns) >= most - 1]
    best = [each for each in fit if len(each.columns) == most]
    if len(close) == 1:
        return best[0]
    places = " and ".join(each.name for each in close[:3])
    more = f" and {len(close) - 3} more" if len(close) > 3 else ""
    text = f"{len(close)} lists look like the tracker: {places}{more}. "
    sheets = list(dict.fromkeys(each.found.sheet for each in close))
    chosen = best[0] if len(best) == 1 else None
    if len(sheets) == len(close):
        default = chosen.found.sheet if chosen else ""
        answer = asking.ask("sheet", text + "Which sheet is the tracker?", sheets, default)
        return next((each for each in close if each.found.sheet == answer), None)
    rows = [str(each.found.row) for each in close]
    if len(sheets) == 1 and len(set(rows)) == len(rows):
        default = str(chosen.found.row) if chosen else ""
        answer = asking.ask("header_row", text + "Which row has its headings?", rows, default)
        return next((each for each in close if str(each.found.row) == answer), None)
    letters = [each.columns["student_id"].letter for each in close]
    if len(sheets) == 1:
        answer = asking.ask("student_id", text + "Which column has its ids?", letters)
        return next((each for each in close if each.columns["student_id"].letter == answer), None)
    asking.ask("sheet", text + "Which sheet is the tracker?", sheets)
    return None


def choose_columns(book: Book, chosen: Candidate, asking: Asking) -> Block:
    """Return the tracker as it is kept; of two columns for one word, none unless answered."""
    columns = dict(chosen.columns)
    for key, several in chosen.doubles.items():
        named = " and ".join(f"{each.letter} “{_flat(each.heading)}”" for each in several)
        text = f"Which column is “{_said(key)}”: {named}?"
        letters = [each.letter for each in several]
        is_all = not chosen.has_days and not any(each in FIGURES for each in chosen.columns)
        answer = asking.ask(key, text, [*letters, NONE], "" if is_all else NONE)
        if answer in letters:
            columns[key] = several[letters.index(answer)]
    for column in chosen.found.limited():
        if all(column.letter != each.letter for each in columns.values()):
            above = _flat(chosen.found.over.get(column_number(column.letter), ""))
            asking.notes.append(
                f"Column {column.letter} “{_flat(column.heading)}” is left alone: what stands "
                f"above it{f' (“{above}”)' if above else ''} may limit it to a part of the year."
            )
    order = {key: number for number, key in enumerate(TRACKER_KEYS)}
    return chosen.found.block(dict(sorted(columns.items(), key=lambda item: order[item[0]])))


def choose_log(
    book: Book, lists: Sequence[ListFound], tracker: Block | None, asking: Asking
) -> Block | None:
    """Return the letter log, ``None`` when there is none, or none that can be written to."""
    found: list[Block] = []
    for each in _at_place(book, lists, "log", asking):
        columns = _answered(each, _single(each, log_word, LOG), "log", asking)
        if not _has(columns, _LOG_NEEDS) or _is_same_list(each, columns, tracker):
            continue
        reason = _why_not_to_fill(each.table) if each.table else ""
        if reason:
            asking.notes.append(reason)
        else:
            found.append(each.block(columns))
    return _one_of(found, "log", "the letter log", "", asking)


def choose_contacts(
    book: Book, lists: Sequence[ListFound], others: Sequence[Block | None], asking: Asking
) -> Block | None:
    """Return the clerk's log of calls and meetings, ``None`` when there is none."""
    found: list[Block] = []
    for each in _at_place(book, lists, "contacts", asking):
        columns = _answered(each, _single(each, contacts_word, CONTACTS), "contacts", asking)
        has_figures = sum(key in FIGURES for key in each.columns_for(tracker_word)) > 1
        if not _has(columns, _CONTACTS_NEED) or _is_log(each) or has_figures:
            continue
        if not any(_is_same_list(each, columns, other) for other in others):
            found.append(each.block(columns))
    return _one_of(found, "contacts", "the contact log", NONE, asking)


def _candidate(book: Book, found: ListFound, ids: Ids | None, asking: Asking) -> Candidate:
    named = found.columns_for(tracker_word)
    columns = {key: each[0] for key, each in named.items() if len(each) == 1}
    doubles = {key: each for key, each in named.items() if len(each) > 1 and key in FIGURES}
    if "group" in named:
        columns["group"] = named["group"][0]
    block = found.block(columns)
    columns.pop("student_id", None)
    chosen = _id_column(book, block, found, named.get("student_id", []), ids)
    if chosen:
        columns = {key: each for key, each in columns.items() if each.letter != chosen.letter}
        columns["student_id"] = chosen
        if not is_state_id(chosen.heading):
            of_state = [each for each in named.get("student_id", []) if is_state_id(each.heading)]
            columns |= {"state_id": of_state[0]} if of_state else {}
    columns = _answered(found, columns, "", asking)
    doubles = {key: each for key, each in doubles.items() if key not in asking.answers}
    block = found.block(columns)
    who = [columns[key] for key in ("student_id", "student_name", "last_name") if key in columns]
    below = contents_below(book, block, column_number(who[0].letter)) if who else []
    days = day_columns.find(book, block) if columns else None
    return Candidate(found, columns, doubles, days is not None, len(below))


def _id_column(
    book: Book, block: Block, found: ListFound, headed: Sequence[Column], ids: Ids | None
) -> Column | None:
    """Return the column of ids: by its heading, and by what stands in it when that is known."""
    if ids is None:
        return headed[0] if headed else None
    for column in headed:
        if is_of_ids(ids, contents_below(book, block, column_number(column.letter))):
            return column
    for number in range(max(min(found.phrases) - 1, 1), max(found.phrases) + 1):
        if is_of_ids(ids, contents_below(book, block, number)):
            phrases = found.phrases.get(number, ("",))
            return Column(phrases[-1], column_letters(number))
    for column in headed:
        if not is_running(contents_below(book, block, column_number(column.letter))):
            return column
    return None


def _answered(
    found: ListFound, columns: Mapping[str, Column], name: str, asking: Asking
) -> dict[str, Column]:
    """Return the columns with those the clerk named herself: ``rate=G``, ``log.serial=none``."""
    wanted = dict(columns)
    keys = TRACKER_KEYS if not name else tuple(LOG if name == "log" else CONTACTS)
    for key in keys:
        answer = asking.answers.get(f"{name}.{key}" if name else key, "").strip()
        if answer.casefold() == NONE:
            wanted.pop(key, None)
        elif answer:
            letter = answer.upper()
            if not (letter.isascii() and letter.isalpha() and len(letter) <= 3):
                raise WorkbookError(f"“{answer}” is no column. Answer its letter, or {NONE}.")
            phrases = found.phrases.get(column_number(letter), ("",))
            wanted = {each: column for each, column in wanted.items() if column.letter != letter}
            wanted[key] = Column(phrases[-1], letter)
    return wanted


def _single(found: ListFound, word: Word, keys: Mapping[str, object]) -> dict[str, Column]:
    """Return the columns of a log; of two for one word none, but the first for an id."""
    named = found.columns_for(word)
    if "letter" not in named and "level" in named:
        named["letter"] = named.pop("level")
    one = {key: each[0] for key, each in named.items() if len(each) == 1 or key == "student_id"}
    return {key: one[key] for key in keys if key in one}


def _at_place(
    book: Book, lists: Sequence[ListFound], name: str, asking: Asking
) -> Iterator[ListFound]:
    sheet = asking.answers.get(f"{name}.sheet", "").strip()
    row = asking.number(f"{name}.header_row")
    if sheet.casefold() == NONE:
        return
    if sheet:
        book.tab(sheet)  # says so when there is no such sheet
    if row and sheet:
        yield list_at(book, sheet, row, asking.number(f"{name}.heading_rows"))
        return
    for each in lists:
        if (not sheet or each.sheet == sheet) and (not row or each.row == row):
            yield each


def _one_of(found: list[Block], name: str, said: str, default: str, asking: Asking) -> Block | None:
    if not found:
        return None
    most = max(len(block.columns) for block in found)
    best = [block for block in found if len(block.columns) == most]
    if len(best) == 1:
        return best[0]
    places = " and ".join(f"sheet “{block.sheet}” row {block.header_row}" for block in best)
    text = f"{len(best)} lists look like {said}: {places}. "
    sheets = list(dict.fromkeys(block.sheet for block in best))
    if len(sheets) == 1:
        rows = [str(block.header_row) for block in best]
        answer = asking.ask(f"{name}.header_row", f"{text}Which row has its headings?", rows)
        return next((block for block in best if str(block.header_row) == answer), None)
    question = f"{text}Which sheet is {said}?"
    answer = asking.ask(f"{name}.sheet", question, [*sheets, NONE], default)
    return next((block for block in best if block.sheet == answer), None)


def _is_log(found: ListFound) -> bool:
    return _has(_single(found, log_word, LOG), _LOG_NEEDS)


def _has(columns: Mapping[str, Column], needs: Sequence[set[str]]) -> bool:
    return all(each & columns.keys() for each in needs)


def _is_same_list(found: ListFound, columns: Mapping[str, Column], other: Block | None) -> bool:
    if other is None or (found.sheet, found.row) != (other.sheet, other.header_row):
        return False
    letters = {column.letter for column in columns.values()}
    return any(column.letter in letters for column in other.columns.values())


def _why_not_to_fill(table: Table) -> str:
    if table.is_query:
        return (
            f"The Table “{table.name}” is filled by a query, which would take added rows away "
            "again. It is not used as the letter log."
        )
    return ""


def _said(key: str) -> str:
    return key.replace("_", " ")


def _flat(text: str) -> str:
    return " ".join(text.split())
