"""Finding what is where in a workbook the clerk has kept for years."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book, Tab, Table
from rollbook.workbooks.busy import read_workbook
from rollbook.workbooks.cells import Area, column_letters, one_cell
from rollbook.workbooks.headings import STUDENT_ID, log_word, plain, tracker_word
from rollbook.workbooks.mapping import Block, Column, WorkbookMap
from rollbook.workbooks.places import ROWS_SEARCHED, heading_words
from rollbook.workbooks.questions import Found, Roster

_LOG_NEEDS = ({"date"}, {"letter"}, {"student_id", "serial"})


@dataclass(frozen=True, slots=True)
class Headings:
    """One row of headings that may be a list's: column number → words."""

    sheet: str
    row: int
    words: Mapping[int, str]
    table: Table | None = None


def look(
    path: Path, answers: Mapping[str, str] | None = None, roster: Roster | None = None
) -> Found:
    """Find what is where in the clerk's workbook, with the answers given so far.

    Nothing is written. Raises ``WorkbookError`` when the file cannot be read, or an answer fits
    nothing in it.
    """
    return look_in(Book(path, read_workbook(path)), answers, roster)


def look_in(
    book: Book, answers: Mapping[str, str] | None = None, roster: Roster | None = None
) -> Found:
    """Find what is where in an opened workbook, as ``look`` does."""
    mapping = adopt_book(book, sheet=(answers or {}).get("sheet", ""))
    return Found(mapping, (), mapping.notes)


def adopt(path: Path, *, sheet: str = "") -> WorkbookMap:
    """Find the tracker and the letter log in the clerk's workbook; nothing is written.

    ``sheet`` names the tracker's sheet where several could be meant. Raises ``WorkbookError`` with
    a sentence when there is nothing Rollbook could fill, or when it would have to guess.
    """
    return adopt_book(Book(path, read_workbook(path)), sheet=sheet)


def adopt_book(book: Book, *, sheet: str = "") -> WorkbookMap:
    """Find the tracker and the letter log in an opened workbook, as ``adopt`` does."""
    path = book.path
    rows = [each for tab in book.tabs if not tab.hidden for each in _headings(book, tab)]
    tracker = _tracker(book, rows, sheet)
    log, notes = _log(rows, tracker)
    if tracker is None and log is None:
        raise WorkbookError(_nothing_found(path, rows))
    return WorkbookMap(path.name, tracker, log, _counts_in_hundreds(book, tracker), tuple(notes))


def _headings(book: Book, tab: Tab) -> Iterator[Headings]:
    """Yield every row that may hold headings: those of Tables, then bare ones."""
    sheet = book.sheet(tab.name)
    tables = [table for table in book.tables if table.sheet == tab.name]
    for table in tables:
        if table.has_header:
            columns = range(table.area.left, table.area.right + 1)
            words = dict(zip(columns, table.columns, strict=False))
            yield Headings(tab.name, table.area.top, words, table)
    for number in sheet.numbers(1, ROWS_SEARCHED):
        words = {
            column: text
            for column, text in heading_words(book, sheet, number).items()
            if not any(table.area.meets(one_cell(number, column)) for table in tables)
        }
        if len(words) > 1:
            yield from _lists_side_by_side(Headings(tab.name, number, words))


def _lists_side_by_side(row: Headings) -> Iterator[Headings]:
    """Divide a row at its empty columns where the same id heading comes twice."""
    ids = Counter(plain(words) for words in row.words.values() if plain(words) in STUDENT_ID)
    if not any(count > 1 for count in ids.values()):
        yield row
        return
    part: dict[int, str] = {}
    for column, words in sorted(row.words.items()):
        if part and column - 1 not in part:
            yield Headings(row.sheet, row.row, part)
            part = {}
        part[column] = words
    yield Headings(row.sheet, row.row, part)


def _tracker(book: Book, rows: list[Headings], wanted: str) -> Block | None:
    if wanted:
        book.sheet(wanted)  # says so when there is no such sheet
        rows = [row for row in rows if row.sheet == wanted]
    found = [
        block
        for row in rows
        if (block := _block(row, tracker_word))
        and "student_id" in block.columns
        and len(block.columns) > 1
        and not _is_log(_block(row, log_word))
    ]
    if not found:
        return None
    most = max(len(block.columns) for block in found)
    best = [block for block in found if len(block.columns) == most]
    if len(best) > 1:
        places = " and ".join(f"sheet “{block.sheet}” row {block.header_row}" for block in best[:3])
        raise WorkbookError(
            f"{len(best)} lists look like the tracker: {places}. Say which sheet is the tracker, "
            "or give the other lists different headings."
        )
    return best[0]


def _log(rows: list[Headings], tracker: Block | None) -> tuple[Block | None, list[str]]:
    notes: list[str] = []
    found: list[Block] = []
    for row in rows:
        block = _block(row, log_word)
        if block is None or not _is_log(block) or _is_same_list(block, tracker):
            continue
        reason = _why_not_to_fill(row.table) if row.table else ""
        if reason:
            notes.append(reason)
        else:
            found.append(block)
    if not found:
        return None, notes
    found.sort(key=lambda block: -len(block.columns))
    if len(found) > 1 and len(found[0].columns) == len(found[1].columns):
        places = " and ".join(f"sheet “{block.sheet}” row {block.header_row}" for block in found)
        raise WorkbookError(
            f"{len(found)} lists look like the letter log: {places}. Give all but one of them "
            "different headings."
        )
    return found[0], notes


def _is_same_list(block: Block, other: Block | None) -> bool:
    return other is not None and (
        (block.sheet, block.header_row, block.columns.get("student_id"))
        == (other.sheet, other.header_row, other.columns["student_id"])
    )


def _is_log(block: Block | None) -> bool:
    return block is not None and all(needs & set(block.columns) for needs in _LOG_NEEDS)


def _block(row: Headings, word: Callable[[str], str]) -> Block | None:
    """Return the list below a heading row; of two columns for one word, none is taken."""
    found: dict[str, list[Column]] = {}
    for column, words in sorted(row.words.items()):
        key = word(words)
        if key:
            found.setdefault(key, []).append(Column(words, column_letters(column)))
    columns = {key: each[0] for key, each in found.items() if len(each) == 1}
    if len(found.get("student_id", [])) > 1:
        columns["student_id"] = min(
            found["student_id"], key=lambda column: STUDENT_ID.index(plain(column.heading))
        )
    if not columns:
        return None
    return Block(row.sheet, row.row, columns, row.table.name if row.table else "")


def _why_not_to_fill(table: Table) -> str:
    if table.is_query:
        return (
            f"The Table “{table.name}” is filled by a query, which would take added rows away "
            "again. It is not used as the letter log."
        )
    if table.has_total:
        return (
            f"The Table “{table.name}” has a total row. Switch it off (Table Design, Total Row) "
            "and adopt the workbook again to have letters logged in it."
        )
    return ""


def _counts_in_hundreds(book: Book, tracker: Block | None) -> bool:
    """Say whether the clerk writes 92.3 where Excel would show 0.923 as 92.3 %."""
    if tracker is None or "rate" not in tracker.columns:
        return False
    sheet = book.sheet(tracker.sheet)
    column = Area.of(tracker.columns["rate"].letter).left
    cells = [
        cell
        for number in sheet.numbers(tracker.header_row + 1)[:200]
        if (cell := sheet.cell(number, column))
    ]
    styles = {cell.style for cell in cells}
    styles.add(sheet.default_style(tracker.header_row + 1, column))
    if any(map(book.styles.is_percent, styles)):
        return False
    numbers = [each for cell in cells if isinstance(each := cell.content(book.shared), float)]
    return not numbers or max(numbers) > 1


def _nothing_found(path: Path, rows: list[Headings]) -> str:
    for row in rows:
        for column, words in row.words.items():
            if plain(words) in STUDENT_ID:
                place = f"{column_letters(column)}{row.row} of sheet “{row.sheet}”"
                return (
                    f"“{path.name}” has student ids (“{words}”, {place}), but no column Rollbook "
                    "can fill. Add a column headed “Possible”, “Attended”, “Absent”, “Attendance "
                    "%”, “Flag”, “Last letter” or “Next step”, and adopt it again."
                )
    return (
        f"“{path.name}” has no column with student ids in the first {ROWS_SEARCHED} rows of a "
        "sheet. Rollbook finds students by id, never by name or position: add a column headed "
        "“Student ID”, and adopt it again."
    )
