"""Columns Rollbook adds to a clerk's list that lacks them, at its right edge.

A list without ids, or without any column Rollbook fills, becomes one that can be adopted. The new
columns look like the one to their left; ids are filled in once, where a name is surely one
student's. It is a write like an update: in its turn, after a copy, whole, with a receipt.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from rollbook.problems import WorkbookError, counted
from rollbook.workbooks.book import Book, Widened
from rollbook.workbooks.cells import Area, cell_xml, column_letters
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.headings import plain, tracker_word
from rollbook.workbooks.lists import list_at
from rollbook.workbooks.mapping import Block, Column
from rollbook.workbooks.names_matched import NOBODY, Matched, called, match_names, named_rows
from rollbook.workbooks.places import Place, locate
from rollbook.workbooks.questions import Roster
from rollbook.workbooks.receipt import CellChange, Receipt
from rollbook.workbooks.right_edge import ListNow, check_room, last_prepared, list_now
from rollbook.workbooks.sheet import Sheet
from rollbook.workbooks.styles import Styles
from rollbook.workbooks.updating import in_turn
from rollbook.workbooks.widening import widen

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "student_id": ("Student ID", "Student number", "ID number", "ID"),
        "possible": ("Possible", "Sessions possible", "Total possible"),
        "attended": ("Attended", "Sessions attended", "Total attended"),
        "absent": ("Absent", "Absences", "Total absences"),
        "authorised": ("Authorised", "Authorised absences", "Total authorised"),
        "unauthorised": ("Unauthorised", "Unauthorised absences", "Total unauthorised"),
        "late": ("Late", "Times late", "Total late"),
        "rate": ("Attendance %", "Attendance rate", "Percent present"),
        "flag": ("Flag", "Attendance flag", "Alert"),
        "last_letter": ("Last letter", "Last letter sent", "Latest letter"),
        "left": ("Left", "Leaving date", "Date left"),
    }
)
"""What can be added, and how it is headed; the second when the list has the first already."""

_WIDTHS = {"student_id": 12, "rate": 13, "flag": 22, "last_letter": 12, "left": 12}
_USUAL_WIDTH = 10
_ARROW = 3  # characters that the button of a filter takes
_FEW = 6  # a look that no more than one in so many students have is not the column's
_SHOWN = 10  # names shown to the clerk; the receipt has them all
_DATES = ("last_letter", "left")


@dataclass(frozen=True, slots=True)
class ColumnsPlan:
    """Columns to be added to a list, and the ids that names surely stand for.

    ``ids`` goes from the number of a row to the id; ``unmatched`` says of each other row of a
    student why it gets none. ``already`` are the columns that need not be added. ``names`` are the
    rows' names as they stood when this was planned, and ``place`` where: it is carried out only
    while both are still so. ``known_as`` are the names of those students in the register.
    """

    columns: Mapping[str, Column]
    place: Widened
    names: Mapping[int, str]
    ids: Mapping[int, str] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    already: Mapping[str, Column] = field(default_factory=dict)
    known_as: Mapping[int, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return what would be done, a line each, for the clerk to check."""
        named = ", ".join(f"{each.letter} “{each.heading}”" for each in self.columns.values())
        lines = [f"Rollbook adds {counted(len(self.columns), 'column')}: {named}."]
        for key, column in self.already.items():
            word = key.replace("_", " ")
            lines.append(
                f"There is a column for {word} already: {column.letter} “{column.heading}”."
            )
        if "student_id" not in self.columns:
            return lines
        column = self.columns["student_id"]
        if not self.ids:
            lines.append(
                f"Column {column.letter} stays empty: no name in the list is surely that of one "
                "student Rollbook knows. Type the ids there, or Rollbook can fill nothing in."
            )
        else:
            of = counted(len(self.names), "student")
            lines.append(f"{len(self.ids):,} of {of} get their id by name:")
            lines += list(self._matched())
        if self.unmatched:
            lines.append(f"{counted(len(self.unmatched), 'row')} without an id; type it there:")
            lines += [f"  {each}" for each in self.unmatched[:_SHOWN]]
            if len(self.unmatched) > _SHOWN:
                lines.append(f"  and {len(self.unmatched) - _SHOWN:,} more")
        return lines

    def _matched(self) -> Iterator[str]:
        for row, student_id in list(self.ids.items())[:_SHOWN]:
            other = self.known_as.get(row, "")
            same = "" if other == self.names[row] else f" ({other})"
            yield f"  Row {row} “{self.names[row]}”: {student_id}{same}"
        if len(self.ids) > _SHOWN:
            yield f"  and {len(self.ids) - _SHOWN:,} more"


def plan_columns(
    book: Book,
    block: Block,
    keys: Sequence[str],
    roster: Roster | None,
    headings: Mapping[str, str] = MappingProxyType({}),
) -> ColumnsPlan:
    """Say which columns would be added to a list, and whose ids would be filled in.

    ``headings`` are other words for the new columns (“Excused” for ``authorised``). Nothing is
    written. Raises ``WorkbookError`` when there is no room, nothing to add, or nobody in the list.
    """
    for key in keys:
        if key not in HEADINGS:
            raise WorkbookError(f"“{key}” cannot be added. What can: {', '.join(HEADINGS)}.")
    already = {key: block.columns[key] for key in keys if key in block.columns}
    wanted = [key for key in dict.fromkeys(keys) if key not in already]
    if not wanted:
        named = ", ".join(f"{each.letter} “{each.heading}”" for each in already.values())
        raise WorkbookError(f"Nothing to add: the list has {named or 'all of them'} already.")
    now = list_now(book, block)
    rows = named_rows(book, now.place, roster)
    if not rows:
        raise WorkbookError(
            f"The list in sheet “{block.sheet}” (headings in row {block.header_row}) names no "
            "students. Enter them in Excel, with their ids, and adopt it again."
        )
    matched = NOBODY
    if "student_id" in wanted and roster is not None:
        matched = match_names(rows, roster)
    chosen = {key: _heading(key, now.headings, headings) for key in wanted}
    last = last_prepared(book, now, rows[-1].row)
    place = _widened(now, last, chosen, matched)
    columns = {
        key: Column(heading, column_letters(column))
        for column, (key, heading) in enumerate(chosen.items(), place.area.left)
    }
    names = {row.row: row.name for row in rows}
    known = roster.students if roster else {}
    called_there = {row: known[student].sort_name for row, student in matched.ids.items()}
    unmatched = tuple(matched.unmatched.values())
    plan = ColumnsPlan(columns, place, names, matched.ids, unmatched, already, called_there)
    _check_read_back(with_columns(book, block, plan), block, plan)
    return plan


def with_columns(book: Book, block: Block, plan: ColumnsPlan) -> Book:
    """Return the workbook with the planned columns, in memory."""
    return _changes(book, block, plan).book.settled()


def add_columns(path: Path, block: Block, plan: ColumnsPlan, snapshots: Path) -> Receipt:
    """Add the planned columns to the clerk's workbook; all else stays as it was.

    As with an update, a copy is kept in ``snapshots`` first and the new file takes the old one's
    place whole. Raises ``WorkbookBusy`` when somebody has it open, ``WorkbookError`` when it is no
    longer as it was planned for; then the file is untouched. File the receipt: ``keeping.keep``.
    """
    return in_turn(path, lambda book: _changes(book, block, plan), snapshots)


def _widened(now: ListNow, last: int, chosen: Mapping[str, str], matched: Matched) -> Widened:
    table = now.place.table
    area = table.area if table else Area(now.place.left, now.top, now.edge, last)
    room = _ARROW if table else 1
    longest_id = max(map(len, matched.ids.values()), default=0) + 2
    widths = tuple(
        max(
            _WIDTHS.get(key, _USUAL_WIDTH),
            len(heading) + room,
            longest_id if key == "student_id" else 0,
        )
        for key, heading in chosen.items()
    )
    texts = tuple(number for number, key in enumerate(chosen) if key == "student_id")
    return Widened(now.place.sheet.name, area, now.row, tuple(chosen.values()), widths, texts)


def _heading(key: str, taken: frozenset[str], headings: Mapping[str, str]) -> str:
    """Return what a new column is headed; raises when all of it is there already."""
    wanted = ((headings[key],) if key in headings else ()) + HEADINGS[key]
    for heading in wanted:
        if plain(heading) not in taken and tracker_word(heading) == key:
            return heading
    raise WorkbookError(
        f"The list has columns headed {_quoted(wanted)} already. Say which of them Rollbook may "
        f"fill: {key}=LETTER."
    )


# ---- checks ----------------------------------------------------------------------------------


def _check_as_planned(book: Book, block: Block, plan: ColumnsPlan) -> Place:
    """Return where the list is. Raises ``WorkbookError`` when it is not as it was planned for."""
    now = list_now(book, block)
    table, planned = now.place.table, plan.place
    bottom = planned.block.bottom
    area = table.area if table else Area(now.place.left, now.top, now.edge, bottom)
    names = {row: called(book, now.place, row) for row in plan.names}
    if (area, now.row, names) != (planned.block, planned.row, plan.names):
        raise WorkbookError(
            f"“{book.path.name}” was changed meanwhile, so that the ids could come into other "
            "rows. Nothing was written. Adopt it again."
        )
    return now.place


def _check_read_back(book: Book, block: Block, plan: ColumnsPlan) -> None:
    """Refuse when the new columns would not be found again: a text above may change their sense."""
    now = locate(book, block)
    found = list_at(book, block.sheet, now.header_row, block.heading_rows)
    read = found.columns_for(tracker_word)
    for key, column in plan.columns.items():
        if column not in read.get(key, ()):
            raise WorkbookError(
                f"Column {column.letter} “{column.heading}” would not be understood as {key}, "
                "because of what stands above it. Move that in Excel, and try again. Nothing was "
                "written."
            )


# ---- writing ---------------------------------------------------------------------------------


def _changes(book: Book, block: Block, plan: ColumnsPlan) -> Changes:
    """Return the workbook with the new columns, and the cells that hold something now."""
    place = _check_as_planned(book, block, plan)
    check_room(book, plan.place)
    wider = widen(book, plan.place)
    changes, sheet = Changes(wider), wider.sheet(plan.place.sheet)
    looks = _looks(sheet, plan)
    below = place.header_row if place.table else max(plan.names)
    of_students = plan.names.keys() | {row for row in looks if row > below}
    for column, (key, about) in enumerate(plan.columns.items(), plan.place.area.left):
        values: dict[int, str] = {plan.place.row: about.heading}
        values |= plan.ids if key == "student_id" else {}
        for row, look in looks.items():
            style = _in_format(wider.styles, look, key) if row in of_students else look
            _write(sheet, row, column, style, values.get(row, ""))
        for row, text in sorted(values.items()):
            reference = f"{column_letters(column)}{row}"
            changes.cells.append(CellChange(sheet.name, reference, "", text, text))
    return changes


def _looks(sheet: Sheet, plan: ColumnsPlan) -> dict[int, int]:
    """Return the format of each row in the column to the left, the list's last so far.

    A colour that a few students have there the clerk gave them for a reason of that column: then
    it is the usual format instead.
    """
    area, edge = plan.place.area, plan.place.block.right
    looks = {}
    for row in sheet.numbers(area.top, area.bottom):
        [cell] = sheet.row_cells(row, (edge,))
        looks[row] = cell.style if cell else sheet.default_style(row, edge)
    usual = Counter(looks[row] for row in plan.names if row in looks)
    for row in plan.names:
        if row in looks and usual[looks[row]] * _FEW <= len(plan.names):
            looks[row] = usual.most_common(1)[0][0]
    return looks


def _in_format(styles: Styles, look: int, key: str) -> int:
    if key == "student_id":
        return styles.as_text(look)
    if key == "rate":
        return styles.as_percent(look)
    if key == "flag":
        return styles.as_words(look)
    return styles.as_date(look) if key in _DATES else styles.as_general(look)


def _write(sheet: Sheet, row: int, column: int, style: int, text: str) -> None:
    xml = cell_xml(f"{column_letters(column)}{row}", style, text, since_1904=False)
    [there] = sheet.row_cells(row, (column,))
    if there:
        sheet.replace(there, xml)
    else:
        sheet.insert(row, column, xml)


def _quoted(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return " and ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part)
