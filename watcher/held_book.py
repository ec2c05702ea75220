"""The held rows of a posted file as a workbook that the clerk mends and drops again."""

from collections.abc import Mapping, Sequence
from typing import Any

from rollbook.importers.mended_rows import NUMBER, WHY
from rollbook.posting.mended import is_of_a_mark
from rollbook.reports.table import Column, Table

TITLE = "Held rows: put each right and drop this workbook. Leave the column “Held no.” as it is."

COLUMNS = (
    Column("Student ID"),
    Column("Date", number_format="yyyy-mm-dd"),
    Column("Session"),
    Column("Code"),
    Column("Minutes late", is_number=True),
    Column("Comment"),
    Column(WHY, widest=48),
    Column("File"),
    Column("Row", is_number=True),
    Column(NUMBER, is_number=True),
)


def held_book(rows: Sequence[Mapping[str, Any]], paper: str) -> bytes:
    """Return the workbook of held rows; nothing where none of them can be mended in it."""
    marks = [row for row in rows if is_of_a_mark(row)]
    if not marks:
        return b""
    lines = [
        (
            row["student_id"],
            row["day"],
            row["part"],
            row["symbol"],
            row["minutes_late"] or None,
            row["comment"],
            row["message"],
            row["file"],
            row["row"] or None,
            row["stands_for"] or row["id"],
        )
        for row in marks
    ]
    return Table("Held rows", TITLE, COLUMNS, lines).to_xlsx(paper)
