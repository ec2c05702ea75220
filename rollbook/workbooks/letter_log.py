"""The letter log: one row for each letter, added below the last, never twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Area, Content, Value, column_letters, day_of, escape
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.mapping import Block, WorkbookMap
from rollbook.workbooks.places import Place, locate
from rollbook.workbooks.receipt import RowAdded
from rollbook.workbooks.references import translated
from rollbook.workbooks.structure import grow_list, insert_rows, room_below

LogRow = Mapping[str, Value]
"""``date`` ``student_id`` ``student_name`` ``letter`` ``guardian`` ``serial`` ``state`` ``by``."""

STATES = {
    "prepared": 0,
    "approved": 0,
    "held": 0,
    "printed": 1,
    "mailed": 2,
    "returned": 3,
    "void": 4,
}
"""How far a letter is in each of its states; a log's state is moved on, never back."""

_FEWEST_TO_TELL = 3  # rows, before it can be said that a log has the newest on top
_HABIT = 5  # the last rows that show how the clerk formats the log


def room_for_letters(book: Book, mapping: WorkbookMap, letters: Sequence[LogRow]) -> Book:
    """Return the workbook with room in its log for the letters that are not in it yet.

    Rows are put in above a row of totals, above what stands below the list, or on top of a log the
    clerk keeps with the newest letter first. What cannot be moved is left for ``fill_log`` to tell.
    """
    block = mapping.log
    if block is None:
        return book
    place = locate(book, block)
    log = _Log(book, place)
    count = len(_not_logged(log, letters))
    if not count:
        return book
    sheet, ends = place.sheet.name, max(log.last, place.last_row if place.table else 0)
    area = Area(place.left, place.header_row, place.right, ends)
    try:
        if log.is_newest_first:
            book = insert_rows(book, sheet, place.header_row + 1, count, area)
            longer = Area(area.left, area.top, area.right, ends + count)
            grow_list(book, sheet, longer, ends + count, first=place.header_row + 1 + count)
        elif (more := count - (ends - log.last)) > 0 and _is_in_the_way(book, place, area, more):
            book = insert_rows(book, sheet, ends + 1, more, area)
            if place.table and place.table.has_total:
                grow_list(book, sheet, area, ends + more)
        else:
            return book
    except WorkbookError:
        return book
    return book.settled()


def _is_in_the_way(book: Book, place: Place, area: Area, count: int) -> bool:
    has_total = place.table is not None and place.table.has_total
    return has_total or room_below(book, place.sheet.name, area) < count


def _not_logged(log: "_Log", letters: Sequence[LogRow]) -> list[LogRow]:
    """Return the letters that have no row; a serial given twice counts once."""
    new: list[LogRow] = []
    serials: set[Value] = set()
    for letter in letters:
        if not log.take(letter) and (not letter.get("serial") or letter["serial"] not in serials):
            new.append(letter)
            serials.add(letter.get("serial"))
    return new


def fill_log(book: Book, block: Block, letters: Sequence[LogRow], to: Changes) -> None:
    """Add a row for each letter that is not in the log yet; move the states of the others on."""
    place = locate(book, block)
    log = _Log(book, place)
    for letter in letters:
        row = log.take(letter)
        if row:
            _move_state_on(place, row, letter, log, to)
    log = _Log(book, place)
    new = _not_logged(log, letters)
    if new:
        _add(book, place, log, new, to)


class _Log:
    """The rows already in the log, and which letters they are."""

    def __init__(self, book: Book, place: Place) -> None:
        self.book = book
        self.place = place
        self.rows: dict[int, dict[str, Content]] = {}
        self.used: list[int] = []
        for row in place.rows():
            if self._is_used(row):
                self.used.append(row)
                self.rows[row] = {key: self._content(row, key) for key in place.columns}
        self._by_serial = {
            str(known["serial"]).strip(): row
            for row, known in self.rows.items()
            if known.get("serial")
        }
        self._taken: set[int] = set()

    @property
    def is_newest_first(self) -> bool:
        """Whether the clerk keeps the newest letter on top."""
        dated = (self._day(self.rows[row].get("date")) for row in self.used)
        days = [day for day in dated if day]
        falling = all(later <= earlier for earlier, later in pairwise(days))
        return len(days) >= _FEWEST_TO_TELL and falling and days[0] > days[-1]

    @property
    def last(self) -> int:
        """The last row in use, the heading row when there is none."""
        return self.used[-1] if self.used else self.place.header_row

    def take(self, letter: LogRow) -> int:
        """Return the row that is this letter's, 0 when it has none.

        A serial decides. Where the log has no serials, date, student and letter do; a row is then
        taken for one letter only, because both parents may get the same one on the same day.
        """
        serial = str(letter.get("serial") or "")
        if serial and "serial" in self.place.columns:
            return self._by_serial.get(serial, 0)
        same = [row for row in self.rows if row not in self._taken and self._is(row, letter)]
        named = [row for row in same if self.rows[row].get("guardian") == letter.get("guardian")]
        row = (named or same or [0])[0]
        self._taken.add(row)
        return row

    def _is(self, row: int, letter: LogRow) -> bool:
        known = self.rows[row]
        return self._day(known.get("date")) == letter.get("date") and all(
            _text(known.get(key)) == _text(letter.get(key)) for key in ("student_id", "letter")
        )

    def _day(self, content: Content) -> date | None:
        if isinstance(content, float):
            return day_of(content, self.book.since_1904)
        try:
            return date.fromisoformat(str(content or "").strip())
        except ValueError:
            return None

    def _content(self, row: int, key: str) -> Content:
        cell = self.place.sheet.cell(row, self.place.columns[key])
        return cell.content(self.book.shared) if cell else None

    def _is_used(self, row: int) -> bool:
        """Say whether somebody has written in this row; a formula alone does not count."""
        filled = {
            column
            for column, cell in self.place.sheet.cells(row)
            if self.place.left <= column <= self.place.right
            and not cell.has_formula
            and cell.content(self.book.shared) not in (None, "")
        }
        if self.place.table:
            return bool(filled)
        # Without a Table a sentence further down may be a note: a letter has a date and a name.
        columns = self.place.columns
        who = {columns[key] for key in ("student_id", "serial") if key in columns}
        return columns["date"] in filled and bool(who & filled)


def _move_state_on(place: Place, row: int, letter: LogRow, log: _Log, to: Changes) -> None:
    if "state" not in place.columns or not letter.get("state"):
        return
    ours = _text(letter["state"])
    theirs = _text(log.rows[row].get("state"))
    if theirs == ours:
        return
    cell = f"{column_letters(place.columns['state'])}{row}"
    if theirs and theirs not in STATES:
        to.leave(place.sheet.name, cell, f"the clerk wrote “{theirs}”; Rollbook has “{ours}”")
    elif theirs and STATES[theirs] > STATES.get(ours, 0):
        to.leave(place.sheet.name, cell, f"it says “{theirs}”, Rollbook only “{ours}”")
    else:
        to.put(place.sheet, row, place.columns["state"], letter["state"], 0)


def _add(book: Book, place: Place, log: "_Log", letters: Sequence[LogRow], to: Changes) -> None:
    ends_at = place.last_row if place.table else log.last
    first, count = log.last + 1, len(letters)
    on_top = log.used and log.used[0] > place.header_row + count and log.is_newest_first
    if on_top:
        first = log.used[0] - count
        letters = sorted(letters, key=lambda letter: str(letter.get("date")), reverse=True)
    bottom = first + count - 1
    if not on_top:
        _refuse_total(place, bottom)
        new = Area(place.left, first, place.right, bottom)
        _refuse_what_is_in_the_way(book, place, new, ends_at)
    styles = _habitual_styles(place, log)
    like = (log.used[0] if on_top else log.last) if log.used else place.header_row + 1
    for row, letter in enumerate(letters, start=first):
        written: dict[int, Value] = {}
        for column in range(place.left, place.right + 1):
            value = _value_for(place, column, letter)
            if _add_cell(place, row, column, value, styles[column], like, to):
                written[column] = value
        serial = str(letter.get("serial") or "")
        to.rows_added.append(RowAdded(place.sheet.name, row, serial, written))
    block = Area(place.left, place.header_row, place.right, ends_at)
    grow_list(book, place.sheet.name, block, bottom)
    if place.table:
        to.grown.append((place.table, max(bottom, place.table.area.bottom)))


def _value_for(place: Place, column: int, letter: LogRow) -> Value:
    key = next((key for key, number in place.columns.items() if number == column), "")
    return letter.get(key)


def _add_cell(
    place: Place, row: int, column: int, value: Value, style: int, like: int, to: Changes
) -> bool:
    """Write a cell of a new row; say whether it has the value now."""
    cell = place.sheet.cell(row, column)
    reference = f"{column_letters(column)}{row}"
    is_given = value not in (None, "")
    if cell:
        if is_given and not cell.has_formula:
            place.sheet.replace(cell, to.new_cell(reference, cell.style, value))
        return is_given and not cell.has_formula
    formula = _formula(place, row, column, like)
    if formula:
        head = f'<c r="{reference}" s="{style}"><f>'.encode("ascii")
        xml = head + escape(formula) + b"</f></c>"
    else:
        xml = to.new_cell(reference, style, value)
    place.sheet.insert(row, column, xml, like)
    return is_given and not formula


def _formula(place: Place, row: int, column: int, like: int) -> str:
    """Return what a calculated column of a Table calculates in this row, ``""`` for others."""
    if place.table is None or not place.table.formulas[column - place.left]:
        return ""
    above = place.sheet.cell(like, column)
    text = above.formula() if above else ""
    if text:
        return translated(text, row - like, 0)
    text = place.table.formulas[column - place.left]
    return text if "[" in text else ""


def _habitual_styles(place: Place, log: _Log) -> dict[int, int]:
    """Return for each column the format that most of the last rows have."""
    shown = log.used[-_HABIT:] or [place.header_row + 1]
    styles = {}
    for column in range(place.left, place.right + 1):
        cells = [cell for row in shown if (cell := place.sheet.cell(row, column))]
        usual = Counter(cell.style for cell in cells).most_common(1)
        styles[column] = (
            usual[0][0] if usual else place.sheet.default_style(place.header_row + 1, column)
        )
    return styles


def _refuse_total(place: Place, bottom: int) -> None:
    if place.table and place.table.has_total and bottom > place.last_row:
        raise WorkbookError(
            f"The Table “{place.table.name}” has a total row, and no row can be put in above it "
            "without tearing what stands on the same rows. Switch the total row off (Table Design, "
            "Total Row), or move what stands beside it, and try again. Nothing was written."
        )


def _refuse_what_is_in_the_way(book: Book, place: Place, new: Area, ends_at: int) -> None:
    """Refuse when something of the clerk's stands where the new rows would go."""
    where = ""
    for row in place.sheet.numbers(new.top, new.bottom):
        for column, cell in place.sheet.cells(row):
            if not new.left <= column <= new.right or row <= ends_at:
                continue
            if cell.has_formula:  # filled down in advance by the clerk, or a total below the list?
                above = place.sheet.cell(ends_at, column)
                written = above is None or not above.has_formula
            else:
                written = cell.content(book.shared) not in (None, "")
            if written:
                where = where or f"cell {column_letters(column)}{row}"
    for area in [*place.sheet.merged(), *place.sheet.spilled()]:
        if area.meets(new):
            where = where or f"cells {area}"
    for table in book.tables:
        others = table != place.table and table.sheet == place.sheet.name
        if others and table.area.meets(new):
            where = where or f"the Table “{table.name}”"
    if where:
        raise WorkbookError(
            f"The letter log in sheet “{place.sheet.name}” has no room below its last row: {where} "
            f"is in the way of {new.bottom - new.top + 1} new rows. Move it elsewhere, and try "
            "again. Nothing was written."
        )


def _text(content: object) -> str:
    if isinstance(content, float) and content.is_integer():
        content = int(content)
    return " ".join(str(content or "").split()).casefold()
