"""Students who came: each gets a row in the tracker, in the list's own order and style.

Rows are put in where they belong and everything else moves down with its notes, colours and
formulas, as in Excel. Where no row can be put in, they go below the last one.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rollbook.problems import WorkbookError, counted
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Area, Cell, Value, cell_xml, column_letters, escape
from rollbook.workbooks.figures import Figures, rows_of_students
from rollbook.workbooks.formulas import unshared
from rollbook.workbooks.mapping import Block, WorkbookMap
from rollbook.workbooks.people import WORDS, Habits, Listed, People
from rollbook.workbooks.places import Place, locate
from rollbook.workbooks.receipt import LeftAlone, StudentAdded
from rollbook.workbooks.references import Shift, translated
from rollbook.workbooks.sorting import Order, order_of, place_in
from rollbook.workbooks.structure import grow_list, insert_all, room_below

_NEIGHBOURS = 4  # rows each way that show how a cell usually looks
_SUMS = ("total", "average", "mean", "sum", "count", "subtotal", "grand total", "overall")


@dataclass(frozen=True, slots=True)
class Added:
    """The workbook with the rows put in, the rows, and what was done otherwise and why."""

    book: Book
    students: tuple[StudentAdded, ...] = ()
    notes: tuple[LeftAlone, ...] = ()


@dataclass(frozen=True, slots=True)
class _New:
    """A student to add: before which of the rows there are, and what to write."""

    student_id: str
    before: int  # the number of a row; the one after the last for the end
    texts: Mapping[str, str]


def add_students(book: Book, mapping: WorkbookMap, figures: Figures, people: People) -> Added:
    """Give each student on roll who belongs in the tracker and is not in it a row of their own.

    Who belongs is said by ``mapping.whom``. The workbook given must not have been changed yet.
    """
    block = mapping.tracker
    if block is None or not mapping.whom.add:
        return Added(book)
    place = locate(book, block)
    rows = rows_of_students(book, place, figures)
    texts = {row: _texts(book, place, row) for row in _listed_rows(book, place)}
    known = [
        (people[student], texts[row])
        for student, row in rows.items()
        if row in texts and student in people
    ]
    habits = Habits(known, by_form=_has_forms(people))
    missing = {
        student: listed
        for student, listed in people.items()
        if student not in rows and habits.belongs(listed, mapping.whom)
    }
    if not missing:
        return Added(book)
    new = list(_placed(place, texts, missing, habits))
    notes = _not_placed(place, len(missing) - len(new))
    if not new:
        return Added(book, notes=notes)
    added = _put_in(book, place, block, new, max(texts, default=place.header_row))
    return replace(added, notes=notes + added.notes)


def _not_placed(place: Place, count: int) -> tuple[LeftAlone, ...]:
    if not count:
        return ()
    why = (
        "the list is in sections, and nothing in it tells which section they belong in. Put a row "
        "in where they belong and type the student id; Rollbook fills in the rest"
    )
    return (LeftAlone(place.sheet.name, counted(count, "new student"), why),)


def _has_forms(people: People) -> bool:
    return any(listed.student.form for listed in people.values())


def _listed_rows(book: Book, place: Place) -> list[int]:
    """Return the rows of the list that have an id; what stands below sums is not of the list."""
    column, found = place.columns["student_id"], []
    for row in place.rows():
        cell = place.sheet.cell(row, column)
        content = cell.content(book.shared) if cell else None
        if isinstance(content, str) and content.strip().casefold().rstrip(":") in _SUMS:
            break
        if content not in (None, "") and not (cell and cell.has_formula):
            found.append(row)
    return found


def _texts(book: Book, place: Place, row: int) -> dict[str, str]:
    """Return what a row says of its student, as text."""
    found = {}
    for key in ("student_id", *WORDS):
        if key in place.columns:
            cell = place.sheet.cell(row, place.columns[key])
            content = cell.content(book.shared) if cell else None
            if isinstance(content, float) and content.is_integer():
                content = int(content)
            found[key] = str("" if content is None else content)
    return found


# ---- where -----------------------------------------------------------------------------------


def _placed(
    place: Place, texts: Mapping[int, Mapping[str, str]], missing: People, habits: Habits
) -> Iterator[_New]:
    """Yield the new students in the order of their rows, each with the row it comes before.

    A list in sections with titles is not sorted as a whole: a student goes into the section of
    their group. Where nothing tells which section that is, the student is left out.
    """
    order = order_of(list(texts.values()))
    sections = _sections(place, list(texts))
    for student_id, written in _in_order(place, missing, habits, order):
        own = _own_section(sections, texts, written)
        if own:
            rows, by = own, order_of([texts[row] for row in own])
        elif order or len(sections) < 2:
            rows, by = list(texts), order
        else:
            continue
        at = place_in([by.key(texts[row]) for row in rows], by.key(written)) if by else len(rows)
        after = rows[at - 1] if at else 0
        ends_section = any(after == section[-1] for section in sections)
        before = after + 1 if ends_section or at == len(rows) else rows[at]
        yield _New(student_id, before if after or at < len(rows) else place.header_row + 1, written)


def _sections(place: Place, rows: Sequence[int]) -> list[list[int]]:
    """Part the rows of students where others, with something in them, stand between."""
    sections: list[list[int]] = []
    for row in rows:
        last = sections[-1][-1] if sections else 0
        between = range(last + 1, row)
        if not sections or any(cell.body for one in between for _, cell in place.sheet.cells(one)):
            sections.append([])
        sections[-1].append(row)
    return sections


def _own_section(
    sections: Sequence[list[int]], texts: Mapping[int, Mapping[str, str]], new: Mapping[str, str]
) -> list[int]:
    """Return the section all of whose students are in the group of a new one."""
    group = new.get("group", "")
    own = [rows for rows in sections if {texts[row].get("group") for row in rows} == {group}]
    return own[0] if group and len(sections) > 1 and len(own) == 1 else []


def _in_order(
    place: Place, missing: People, habits: Habits, order: Order | None
) -> list[tuple[str, dict[str, str]]]:
    written = []
    for student_id, listed in missing.items():
        texts = {"student_id": _id_as_listed(place, listed)}
        texts |= {key: habits.text(key, listed) for key in WORDS if key in place.columns}
        written.append((student_id, texts))
    sort = order or Order(("last_name", "student_name", "student_id"))
    return sorted(written, key=lambda one: (sort.key(one[1]), one[0]))


def _id_as_listed(place: Place, listed: Listed) -> str:
    return listed.student.state_id if place.by_state_id else listed.student.student_id


# ---- putting in ------------------------------------------------------------------------------


def _put_in(book: Book, place: Place, block: Block, new: Sequence[_New], last: int) -> Added:
    """Put the rows in; below the last one, if what else is in the sheet would be torn."""
    by_row: dict[int, list[_New]] = defaultdict(list)
    for each in new:
        by_row[each.before].append(each)
    notes: tuple[LeftAlone, ...] = ()
    try:
        with_rows = _with_rows(book, place, by_row, last)
    except WorkbookError as reason:
        notes = (LeftAlone(place.sheet.name, counted(len(new), "new student"), str(reason)),)
        by_row = {last + 1: list(new)}
        if not _is_free(book, place, last, len(new)):
            return Added(book, notes=notes)
        with_rows = _with_rows(book, place, by_row, last)
    now, students = locate(with_rows, block), []
    listed = _listed_rows(with_rows, now)
    for before, several in by_row.items():
        first = before + sum(len(others) for row, others in by_row.items() if row < before)
        for row, each in enumerate(several, first):
            values = _write_row(with_rows, now, row, each, _nearest(listed, row))
            students.append(
                StudentAdded(now.sheet.name, row, each.student_id, values, is_below=before > last)
            )
    return Added(with_rows.settled(), tuple(students), notes)


def _with_rows(book: Book, place: Place, by_row: Mapping[int, Sequence[_New]], last: int) -> Book:
    """Return the workbook with empty rows for the new students, the list grown over them."""
    sheet, tab = place.sheet.name, book.tab(place.sheet.name)
    book = book.with_parts({tab.part: unshared(book.read(tab.part))})
    area = Area(place.left, place.header_row, place.right, last)
    sections = _sections(place, _listed_rows(book, place))
    counts = {
        before: len(several)
        for before, several in by_row.items()
        if before <= last or not _is_free(book, place, last, len(several))
    }
    if counts:
        book = insert_all(book, sheet, counts, area)
    shift = Shift(tuple(counts.items()))
    for rows in sections if len(sections) > 1 else ():  # each may have sums of its own
        if more := len(by_row.get(rows[-1] + 1, ())):
            first, ended_at = shift.row(rows[0]), shift.row(rows[-1])
            begins_at = first - len(by_row.get(rows[0], ()))
            section = Area(place.left, begins_at - 1, place.right, ended_at)
            grow_list(book, sheet, section, ended_at + more, first=first)
    begins = place.header_row + 1
    at_top = len(by_row.get(begins, ())) if begins <= last else 0
    inside = sum(len(several) for row, several in by_row.items() if row <= last)
    ended = (place.last_row if place.table else last) + inside
    ends = last + sum(map(len, by_row.values()))
    grown = Area(area.left, area.top, area.right, ended)
    grow_list(book, sheet, grown, ends, first=begins + at_top)
    return book.settled()


def _is_free(book: Book, place: Place, last: int, count: int) -> bool:
    """Whether rows below the last one can be written without moving anything."""
    if place.table and place.table.has_total:
        return place.last_row - last >= count
    area = Area(place.left, place.header_row, place.right, last)
    return room_below(book, place.sheet.name, area) >= count


# ---- one row ---------------------------------------------------------------------------------


def _write_row(
    book: Book, place: Place, row: int, new: _New, neighbours: Sequence[int]
) -> dict[int, Value]:
    """Write the cells of a new row; return what Rollbook put into which columns."""
    named = {place.columns[key]: text for key, text in new.texts.items()}
    written: dict[int, Value] = {}
    for column in range(place.left, place.right + 1):
        cells = [cell for one in neighbours if (cell := place.sheet.cell(one, column))]
        style = _usual(cells, place.sheet.default_style(row, column))
        reference = f"{column_letters(column)}{row}"
        formula = _formula(place, column, row, neighbours)
        if column in named:
            xml = cell_xml(reference, style, named[column], book.since_1904)
            written[column] = named[column]
        elif formula:
            shown = f' s="{style}"' if style else ""
            opening = f'<c r="{reference}"{shown}><f>'.encode("ascii")
            xml = opening + escape(formula) + b"</f></c>"
        else:
            xml = cell_xml(reference, style, None, book.since_1904)
        place.sheet.insert(row, column, xml, like=neighbours[0] if neighbours else None)
    return written


def _nearest(listed: Sequence[int], row: int) -> list[int]:
    """Return the rows of the list around a new one, the nearest first."""
    at = bisect_left(listed, row)
    around = listed[max(at - _NEIGHBOURS, 0) : at + _NEIGHBOURS]
    return sorted(around, key=lambda other: abs(other - row))


def _usual(cells: Sequence[Cell], default: int) -> int:
    """Return the format most of the cells have: not the colour the clerk gave to one."""
    styles = Counter(cell.style for cell in cells)
    return styles.most_common(1)[0][0] if styles else default


def _formula(place: Place, column: int, row: int, neighbours: Sequence[int]) -> str:
    """Return the formula a column has in every row around, as it reads in this row."""
    if place.table and (formula := place.table.formulas[column - place.left]) and "[" in formula:
        return formula
    formulas = []
    for one in neighbours[:2]:
        cell = place.sheet.cell(one, column)
        if cell is None or not cell.has_formula or b'"array"' in cell.body:
            return ""
        formulas.append(translated(cell.formula(), row - one, 0))
    return formulas[0] if formulas and len(set(formulas)) == 1 else ""
