"""What the cells below a heading say: ids of students, running numbers, percentages, formulas."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Cell, Content, column_number
from rollbook.workbooks.headings import FIGURES
from rollbook.workbooks.mapping import Block, Whom
from rollbook.workbooks.questions import Roster

ROWS_JUDGED = 300

_ENOUGH = 3  # cells below which nothing is concluded from what they hold


def cells_below(book: Book, block: Block, column: int, most: int = ROWS_JUDGED) -> list[Cell]:
    """Return the cells of a column below the headings of a list, as far as they are written."""
    sheet = book.sheet(block.sheet)
    numbers = _rows_below(book, block)[:most]
    return [cell for number in numbers if (cell := sheet.cell(number, column))]


def _rows_below(book: Book, block: Block) -> list[int]:
    table = book.table(block.table) if block.table else None
    last = table.area.bottom - table.has_total if table else None
    return book.sheet(block.sheet).numbers(block.header_row + 1, last)


def contents_below(book: Book, block: Block, column: int, most: int = ROWS_JUDGED) -> list[Content]:
    """Return what stands in a column below the headings, empty cells left out."""
    found = [cell.content(book.shared) for cell in cells_below(book, block, column, most)]
    return [content for content in found if content not in (None, "")]


class Ids:
    """The ids of a roster, as a cell may hold them: the office's own, the state's, as numbers."""

    def __init__(self, roster: Roster) -> None:
        self._texts: dict[str, str] = {}
        for student_id, student in roster.students.items():
            if student.state_id:
                self._texts[student.state_id] = student_id
        self._texts |= {student_id: student_id for student_id in roster.students}
        numbers = Counter(int(text) for text in self._texts if text.isascii() and text.isdigit())
        self._numbers = {
            int(text): student_id
            for text, student_id in self._texts.items()
            if text.isascii() and text.isdigit() and numbers[int(text)] == 1
        }

    def meant_by(self, content: Content) -> str:
        """Return the student a cell means, ``""`` when it is nobody's id."""
        if isinstance(content, float):
            return self._numbers.get(int(content), "") if content.is_integer() else ""
        return self._texts.get(content.strip(), "") if isinstance(content, str) else ""

    def share_of(self, contents: Sequence[Content]) -> tuple[int, int]:
        """Return how many cells mean a student, and how many there are."""
        return sum(1 for content in contents if self.meant_by(content)), len(contents)


def is_of_ids(ids: Ids, contents: Sequence[Content]) -> bool:
    """Say whether a column's cells are the ids of students: most of them, and no one twice."""
    meant = [student for content in contents if (student := ids.meant_by(content))]
    return (
        len(meant) >= _ENOUGH
        and len(meant) * 10 >= len(contents) * 6
        and len(set(meant)) * 10 >= len(meant) * 9
        and not is_running(contents)
    )


def is_running(contents: Sequence[Content]) -> bool:
    """Say whether a column only counts its rows: 1, 2, 3, …"""
    numbers = [
        int(content) if isinstance(content, float) else content
        for content in (_number(each) for each in contents)
    ]
    return len(numbers) >= _ENOUGH and numbers == list(range(1, len(numbers) + 1))


def counts_in_hundreds(book: Book, block: Block, letter: str) -> bool | None:
    """Say whether the clerk writes 92.3 and not 0.923; ``None`` when no cell tells."""
    column = column_number(letter)
    cells = cells_below(book, block, column, 200)
    styles = {cell.style for cell in cells}
    if not cells:
        styles.add(book.sheet(block.sheet).default_style(block.header_row + 1, column))
    if any(map(book.styles.is_percent, styles)):
        return False
    numbers = [each for cell in cells if isinstance(each := cell.content(book.shared), float)]
    return max(numbers) > 1 if any(numbers) else None


def columns_of_formulas(book: Book, block: Block) -> list[str]:
    """Return the words of the columns of figures that formulas fill, sums below them apart."""
    keys = [key for key in block.columns if key in FIGURES]
    columns = [column_number(block.columns[key].letter) for key in ("student_id", *keys)]
    found: set[str] = set()
    for row in _rows_below(book, block)[:ROWS_JUDGED]:
        student, *cells = book.sheet(block.sheet).row_cells(row, columns)
        content = student.content(book.shared) if student else None
        if any(letter.isdigit() for letter in str(content)):  # not “Total”
            named = zip(keys, cells, strict=True)
            found |= {key for key, cell in named if cell and cell.has_formula}
    return [key for key in keys if key in found]


def whom_of(book: Book, block: Block, roster: Roster) -> Whom:
    """Propose which students belong in a tracker, from those who are in it.

    When it holds nine in ten of those on roll in its campuses and groups, it is meant to hold all
    of them; a list of chosen students gets nobody added.
    """
    ids = Ids(roster)
    column = column_number(block.columns["student_id"].letter)
    inside = {ids.meant_by(content) for content in contents_below(book, block, column, 100_000)}
    inside.discard("")
    there = inside & roster.on_roll
    if not there:
        return Whom()
    campuses = sorted({roster.students[each].campus for each in there} - {""})
    of_campuses = [
        each for each in roster.on_roll if not campuses or roster.students[each].campus in campuses
    ]
    named = () if len(of_campuses) == len(roster.on_roll) else tuple(campuses)
    if _is_most(there, of_campuses):
        return Whom(True, named)
    for group_of in (_grade, _form):
        groups = {group_of(roster, each) for each in there}
        if "" in groups:
            continue
        if _is_most(there, [each for each in of_campuses if group_of(roster, each) in groups]):
            return Whom(True, named, tuple(sorted(groups)))
    return Whom()


def _is_most(there: Iterable[str], of: Sequence[str]) -> bool:
    return bool(of) and len(set(there) & set(of)) * 10 >= len(of) * 9


def _grade(roster: Roster, student_id: str) -> str:
    return roster.students[student_id].grade


def _form(roster: Roster, student_id: str) -> str:
    return roster.students[student_id].form


def _number(content: Content) -> Content:
    if isinstance(content, str) and content.strip().isdigit():
        return float(content)
    return content
