"""The tracker: each student's figures go into the row that has the student's id."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from operator import itemgetter
from types import MappingProxyType

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Value, column_letters, day_of
from rollbook.workbooks.changes import Changes
from rollbook.workbooks.headings import FIGURES
from rollbook.workbooks.mapping import Block
from rollbook.workbooks.people import Listed, People
from rollbook.workbooks.places import Place, locate

Figures = Mapping[str, Mapping[str, Value]]
"""By student id: ``possible`` ``attended`` ``absent`` ``authorised`` ``unauthorised`` ``late``
``rate`` (a Fraction, or ``None`` for no data) ``flag`` ``last_letter`` ``next_letter``. A key that
is missing leaves the cell as it is; ``None`` empties it. ``state_id`` may be given too, for a
tracker that knows students by UPN, SSID or TSDS id only."""

FILLED = (*FIGURES, "left")
"""The columns of a tracker that are Rollbook's to write; names and groups only in new rows."""

NOBODY: People = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Filling:
    """How a tracker is filled: percentages as 92.3 or 0.923, and which formulas may be replaced."""

    hundred: bool = False
    replaces: frozenset[str] = frozenset()


def fill_tracker(
    book: Book, block: Block, figures: Figures, how: Filling, to: Changes, people: People = NOBODY
) -> tuple[Place, Mapping[str, int]]:
    """Put the figures into the rows of their students; what cannot be placed is noted.

    Returns where the list stands, and each student's row.
    """
    place = locate(book, block)
    rows = rows_of_students(book, place, figures, to)
    to.not_found += [
        student
        for student in figures
        if student not in rows and (student not in people or people[student].on_roll)
    ]
    known = {student: row for student, row in rows.items() if row}
    columns = {key: each for key, each in place.columns.items() if key in FILLED}
    _refuse_merged(place, columns, known)
    in_order = sorted(columns.items(), key=itemgetter(1))
    styles = _usual_styles(place, [column for _, column in in_order], known)
    replaced = frozenset(columns[key] for key in how.replaces if key in columns)
    for student, row in known.items():
        values = dict(figures[student])
        if student in people:
            values |= _membership(book, place, row, people[student], values)
        shown = {column: values[key] for key, column in in_order if key in values}
        if how.hundred and "rate" in columns and columns["rate"] in shown:
            shown[columns["rate"]] = _in_hundreds(values["rate"])
        to.put_row(place.sheet, row, shown, styles, replaced)
    return place, known


def _membership(
    book: Book, place: Place, row: int, listed: Listed, values: Mapping[str, Value]
) -> dict[str, Value]:
    """Return what says that a student left, or is back: in a column for it, else as the flag."""
    if "left" not in place.columns:
        gone = "" if listed.left is None else f"left {listed.left.day} {listed.left:%b %Y}"
        return {} if listed.on_roll else {"flag": gone}
    cell = place.sheet.cell(row, place.columns["left"])
    content = cell.content(book.shared) if cell else None
    is_day = isinstance(content, float) and cell is not None and book.styles.is_date(cell.style)
    day = day_of(content, book.since_1904) if is_day and isinstance(content, float) else None
    if listed.on_roll:
        return {"left": None} if day in listed.before else {}
    is_ours = content in (None, "") or day in (listed.left, *listed.before)
    return {"flag": ""} | ({"left": listed.left} if is_ours else {})


def rows_of_students(
    book: Book, place: Place, figures: Figures, to: Changes | None = None
) -> dict[str, int]:
    """Return each student's row; 0 for a student who has one that cannot be told for certain.

    What is not certain is noted in ``to``.
    """
    leave = to.leave if to else _say_nothing
    students = _Students(place, figures)
    found: dict[str, list[int]] = defaultdict(list)
    letters = column_letters(place.columns["student_id"])
    for row in place.rows():
        cell = place.sheet.cell(row, place.columns["student_id"])
        content = cell.content(book.shared) if cell else None
        if content is None or isinstance(content, bool):
            continue
        meant = students.meant_by(content)
        if len(meant) == 1:
            found[meant[0]].append(row)
        for student in meant if len(meant) > 1 else ():
            found[student].append(0)
            why = "this number could be the id of more than one student; write the id as text"
            leave(place.sheet.name, f"{letters}{row}", why)
    for student, rows in found.items():
        if len(rows) > 1 and all(rows):
            where = " and ".join(f"{letters}{row}" for row in rows)
            leave(place.sheet.name, where, f"the id “{student}” stands in more than one row")
    return {student: rows[0] if len(rows) == 1 else 0 for student, rows in found.items()}


def _say_nothing(sheet: str, cell: str, why: str) -> None:
    """Leave it to a later look to say so."""


class _Students:
    """Which students an id cell may mean."""

    def __init__(self, place: Place, figures: Figures) -> None:
        self._figures = figures
        self._by_state_id: dict[str, list[str]] = defaultdict(list)
        if place.by_state_id:
            for student, values in figures.items():
                self._by_state_id[str(values.get("state_id") or "")].append(student)
        self._by_number: dict[int, list[str]] = defaultdict(list)
        for student in figures:
            if student.isascii() and student.isdigit():
                self._by_number[int(student)].append(student)

    def meant_by(self, content: str | float) -> list[str]:
        """Return the students that text or number may stand for: none, one, or several."""
        if isinstance(content, float):
            # Excel has eaten the zeros: 123 may be "000123", if no other id is the same number.
            return self._by_number.get(int(content), []) if content.is_integer() else []
        text = content.strip()
        if text in self._figures:
            return [text]
        return self._by_state_id.get(text, []) if text else []


def _refuse_merged(place: Place, columns: Mapping[str, int], known: Mapping[str, int]) -> None:
    if not known:
        return
    first, last = min(known.values()), max(known.values())
    for area in place.sheet.merged():
        crossed = any(area.left <= column <= area.right for column in columns.values())
        if crossed and area.top <= last and area.bottom >= first:
            raise WorkbookError(
                f"Cells {area} of sheet “{place.sheet.name}” are merged, in a column Rollbook "
                "fills. Unmerge them in Excel (Home, Merge & Centre), and try again. Nothing was "
                "written."
            )


def _usual_styles(place: Place, columns: Sequence[int], known: Mapping[str, int]) -> dict[int, int]:
    """Return the format most cells of each column have, for those not written down yet.

    Not that of the cell above: the clerk may have coloured that one for a reason.
    """
    seen: dict[int, Counter[int]] = {column: Counter() for column in columns}
    for row in islice(known.values(), 500):
        for column, cell in zip(columns, place.sheet.row_cells(row, columns), strict=True):
            if cell:
                seen[column][cell.style] += 1
    return {
        column: styles.most_common(1)[0][0]
        if styles
        else place.sheet.default_style(place.header_row + 1, column)
        for column, styles in seen.items()
    }


def _in_hundreds(rate: Value) -> Value:
    """Return 92.3 for 0.9231: one decimal, as the clerk writes it in a plain column."""
    if not isinstance(rate, Fraction):
        return rate
    return Fraction(int(rate * 1000 + Fraction(1, 2)), 10)
