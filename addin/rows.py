"""Who the rows of a range are: known by their number, with what stands beside the marks."""

from collections.abc import Sequence
from datetime import date

from addin.marks import Cell, rows_of, text_of
from addin.sessions import day_of
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import Student
from rollbook.rules.case import grade_number

_EARLY = frozenset(
    {"N", "N1", "N2", "R", "K", "KG", "TK", "PK", "EE", "PRE-K", "RECEPTION", "NURSERY"}
)
_LAST_GRADE = 14


def students_beside(office: Office, cells: Cell, count: int, today: date) -> list[Student]:
    """Return a student a row, known by the row's number, with birth date and grade if given."""
    names = [f"{row:07d}" for row in range(1, count + 1)]
    if cells is None:
        return [Student(name) for name in names]
    rows = rows_of(cells)
    if len(rows) != count:
        raise NotAllowed(
            f"The marks have {count} rows and the column of birth dates or years {len(rows)}."
        )
    return [_student(office, name, row, today) for name, row in zip(names, rows, strict=True)]


def _student(office: Office, name: str, cells: Sequence[Cell], today: date) -> Student:
    born, grade = None, ""
    for cell in cells:
        day = day_of(cell, office, today)
        if day:
            born = day
        elif text_of(cell):
            grade = text_of(cell)
    return Student(name, birth_date=born, grade=grade)


def why_nobody(student: Student) -> str:
    """Say why what stands beside the marks is neither a birth date nor a grade or year."""
    grade = student.grade
    number = grade_number(grade)
    known = grade.upper() in _EARLY or (number.isdigit() and int(number) <= _LAST_GRADE)
    return "" if known or not grade else f"“{grade}” is neither a birth date nor a grade or year."
