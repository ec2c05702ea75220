"""The finder, tried on one tracker laid out in any way: the right columns, or a question."""

import io
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.workbooks.adopting import look_in
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import column_letters
from rollbook.workbooks.places import locate

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "student_id": ("Student ID", "Adm No.", "Perm ID:", "UPN", "Student\nLocal ID", "ID*"),
    "student_name": ("Name", "STUDENT", "Student name", "Pupil"),
    "group": ("Form", "Grade", "Year group", "Reg Group"),
    "possible": ("Possible", "Days enrolled", "Days in\nmembership", "Sessions possible"),
    "attended": ("Present", "Days present", "Sessions attended"),
    "absent": ("Days Abs", "Total absences", "No. of absences", "Sessions missed"),
    "late": ("Tardies", "Late", "Times tardy"),
    "rate": ("% Att", "Attendance %", "YTD %", "Attendance rate"),
    "flag": ("Flag", "ALERT", "Trigger"),
    "last_letter": ("Last letter", "Date of last letter"),
    "next_letter": ("Next step", "Letter due"),
}
EXCUSED = {"authorised": ("Excused", "Auth."), "unauthorised": ("Unexcused", "Unauth.")}
CLERKS_OWN = ("Notes", "Parent phone", "Letter 1", "Bus route", "Absence %", "Date of birth", "SEN")
TITLES = (
    "Attendance 2026-27",
    "Elm School: students and absences",
    "Please do not sort",
    "Updated every Friday by the office",
    "Flag: red under 90",
)
BESIDE = (("Code", "Meaning"), ("Month", "Goal %"), ("Staff", "Room", "Days"))

Column = tuple[str, str, str]
"""Rollbook's word (``""`` for the clerk's own), the heading, what is merged over it."""


@st.composite
def trackers(draw: st.DrawFn) -> tuple[bytes, dict[str, int]]:
    """A tracker, and in which column each of Rollbook's words stands in it."""
    words = ["student_id", "flag", *draw(st.sets(st.sampled_from(sorted(HEADINGS))))]
    columns: list[list[Column]] = [
        [(word, draw(st.sampled_from(HEADINGS[word])), "")] for word in dict.fromkeys(words)
    ]
    own = draw(st.lists(st.sampled_from(CLERKS_OWN), unique=True, max_size=3))
    columns += [[("", heading, "")] for heading in own]
    if draw(st.booleans()):
        columns.append(
            [(key, draw(st.sampled_from(each)), "Absences") for key, each in EXCUSED.items()]
        )
    order = [column for group in draw(st.permutations(columns)) for column in group]
    titles = draw(st.lists(st.sampled_from(TITLES), unique=True, max_size=3))
    top = len(titles) + draw(st.integers(0, 4))
    left = draw(st.integers(0, 4))
    two_rows = any(over for _, _, over in order)
    merged_down = two_rows and draw(st.booleans())

    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made.add_worksheet("Tracker")
    for row, title in enumerate(titles):
        sheet.write(row, draw(st.sampled_from((0, left))), title)
    bottom = top + two_rows
    where: dict[str, int] = {}
    for number, (word, heading, over) in enumerate(order, start=left):
        if merged_down and not over:
            sheet.merge_range(top, number, bottom, number, heading)
        else:
            sheet.write(bottom, number, heading)
        if word == "authorised":
            sheet.merge_range(top, number, top, number + 1, over)
        if word:
            where[word] = number + 1
        for row in range(1, 5):
            content = f"0001{row}" if word == "student_id" else row
            sheet.write(bottom + row, number, content)
    if draw(st.booleans()):
        for number, heading in enumerate(draw(st.sampled_from(BESIDE)), left + len(order) + 2):
            sheet.write(bottom, number, heading)
            sheet.write(bottom + 1, number, "x")
    made.close()
    return out.getvalue(), where


@settings(max_examples=100, deadline=None)
@given(trackers())
def test_each_column_is_the_right_one_or_is_not_taken(
    tracker: tuple[bytes, dict[str, int]],
) -> None:
    content, where = tracker
    book = Book(Path("t.xlsx"), content)
    found = look_in(book)
    block = found.mapping.tracker
    if block is None:
        assert found.unanswered or found.refusal
        return
    right = {word: column_letters(number) for word, number in where.items()}
    taken = {key: column.letter for key, column in block.columns.items()}
    assert taken.items() <= right.items()
    assert len(right) - len(taken) <= 1  # a title right above one heading may hide that one
    assert locate(book, block).columns.items() <= where.items()
