"""Everybody on roll in a tracking workbook that is just being started, class by class."""

from collections.abc import Mapping, Sequence

from rollbook.register import Student
from rollbook.standing import Standing
from rollbook.workbooks.book import Book
from rollbook.workbooks.starting_tables import Row, fill_name, fill_table


def fill_tracker(book: Book, standing: Standing, campuses: Mapping[str, str]) -> int:
    """Enter everybody on roll, and what the summary goes by; return how many they are.

    ``campuses`` are the names of campuses by their codes.
    """
    listed = [one for one in standing.students.values() if standing.is_enrolled(one.student_id)]
    table = book.table("Tracker")
    headings = table.columns if table else ()
    by_form = "Form" in headings
    group, campus = headings[2], headings[3]
    rows: list[Row] = [
        {
            headings[0]: one.student_id,
            "Name": one.sort_name,
            group: _group(one, by_form),
            campus: campuses.get(one.campus, one.campus),
        }
        for one in sorted(listed, key=lambda one: _in_order(one, by_form))
    ]
    fill_table(book, "Tracker", rows)
    of_campuses = sorted({str(row[campus]) for row in rows if row[campus]})
    fill_table(book, "Campuses", [{campus: one} for one in of_campuses])
    by_year = "Year" if by_form else group
    fill_table(book, "Groups", [{by_year: one} for one in _groups(listed, by_form)])
    fill_name(book, "FirstMonth", standing.year_start.replace(day=1))
    return len(rows)


def _group(student: Student, by_form: bool) -> str:
    return (student.form or student.grade) if by_form else student.grade


def _in_order(student: Student, by_form: bool) -> tuple[tuple[int, str], str, str]:
    return _number(student.grade), _group(student, by_form), student.sort_name.casefold()


def _number(grade: str) -> tuple[int, str]:
    """Sort 9 before 10, and what is no number (K, R, PK) before both."""
    return (int(grade), "") if grade.isdecimal() else (-1, grade)


def _groups(students: Sequence[Student], by_form: bool) -> list[str]:
    """Return what the summary goes by: years where every form begins with its year, else forms."""
    grades = {one.grade for one in students if one.grade}
    if by_form and any(not _group(one, True).startswith(one.grade) for one in students):
        return sorted({_group(one, True) for one in students} - {""})
    return sorted(grades, key=_number)
