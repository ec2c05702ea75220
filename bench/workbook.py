"""How long a weekly update of a large tracking workbook takes, beside openpyxl's load and save.

Run with ``uv run python bench/workbook.py``. The workbook has 5,000 students and 195 columns: id,
name, form, 182 days of marks, and ten figure columns; a letter log; formulas on a second sheet.
The figure that counts is the ratio of the two times in the same run on the same machine.
"""

import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import openpyxl
import xlsxwriter

from rollbook import workbooks

STUDENTS = 5_000
DAYS = 182
LETTERS = 50
FIGURES = {
    "possible": "Possible",
    "attended": "Attended",
    "absent": "Absent",
    "authorised": "Authorised",
    "unauthorised": "Unauthorised",
    "late": "Lates",
    "rate": "Attendance %",
    "flag": "Flag",
    "last_letter": "Last letter",
    "next_letter": "Next step",
}


def make(path: Path) -> None:
    chance = random.Random(7)
    book = xlsxwriter.Workbook(path)
    percent, day = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "d mmm"})
    sheet = book.add_worksheet("Tracker")
    sheet.write(0, 0, "Attendance tracker 2026-27")
    days = [date(2026, 9, 1) + timedelta(days=number) for number in range(DAYS)]
    headings = ["Student ID", "Name", "Form", *FIGURES.values()]
    sheet.write_row(2, 0, headings)
    for number, each in enumerate(days):
        sheet.write_datetime(2, len(headings) + number, each, day)
    for student in range(STUDENTS):
        row = student + 3
        sheet.write_row(row, 0, [f"{student:06d}", f"Student {student}", f"{student % 12}A"])
        for column in range(3, 9):
            sheet.write_number(row, column, 1)
        sheet.write_number(row, 9, 0.5, percent)
        sheet.write_string(row, 10, "watch")
        sheet.write_blank(row, 11, None, day)
        for number in range(DAYS):
            sheet.write_string(row, len(headings) + number, chance.choice("//\\\\LIOBMC"))
    sheet.conditional_format(3, 9, STUDENTS + 2, 9, {"type": "data_bar", "data_bar_2010": True})
    summary = book.add_worksheet("Summary")
    summary.write_formula("A1", f"=AVERAGE(Tracker!J4:J{STUDENTS + 3})", None, 0.5)
    log = book.add_worksheet("Letter log")
    columns = ["Date", "Student ID", "Student", "Letter", "Sent to", "Reference", "Status", "By"]
    log.add_table(
        0, 0, 20, 7, {"name": "LetterLog", "columns": [{"header": name} for name in columns]}
    )
    for row in range(1, 21):
        log.write_datetime(row, 0, date(2026, 10, row), day)
        log.write_row(row, 1, [f"{row:06d}", "A", "Level 1", "B", f"R-{row}", "mailed", "office"])
    book.close()


def week() -> tuple[workbooks.Figures, list[workbooks.LogRow]]:
    figures: dict[str, dict[str, str | int | Fraction | date | None]] = {}
    for student in range(STUDENTS):
        possible, absent = 120, student % 30
        figures[f"{student:06d}"] = {
            "possible": possible,
            "attended": possible - absent,
            "absent": absent,
            "authorised": absent // 2,
            "unauthorised": absent - absent // 2,
            "late": student % 5,
            "rate": Fraction(possible - absent, possible),
            "flag": "act" if absent > 12 else "",
            "last_letter": date(2026, 11, 1) if absent > 12 else None,
            "next_letter": "Level 2" if absent > 20 else "",
        }
    letters = [
        {
            "date": date(2026, 11, 20),
            "student_id": f"{student:06d}",
            "student_name": f"Student {student}",
            "letter": "Level 2",
            "guardian": "Guardian & Co",
            "serial": f"RB-{student}",
            "state": "prepared",
            "by": "Rollbook",
        }
        for student in range(LETTERS)
    ]
    return figures, letters


def timed(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        original, path = folder / "original.xlsx", folder / "tracker.xlsx"
        make(original)
        mapping = workbooks.adopt(original)
        figures, letters = week()

        def update() -> None:
            path.write_bytes(original.read_bytes())
            workbooks.update(path, mapping, figures, letters, folder / "snapshots")

        def by_openpyxl() -> None:
            openpyxl.load_workbook(original).save(folder / "openpyxl.xlsx")

        times = sorted(timed(update) for _ in range(3))
        again = timed(lambda: workbooks.update(path, mapping, figures, letters, folder / "s2"))
        tracemalloc.start()
        update()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"sheet                    {STUDENTS:,} × {3 + DAYS + len(FIGURES)}")
        print(f"file                     {original.stat().st_size / 1e6:.1f} MB, after the update")
        print(f"                         {path.stat().st_size / 1e6:.1f} MB")
        print(f"update, best of 3        {times[0]:.2f} s")
        print(f"update, nothing new      {again:.2f} s")
        print(f"update, peak memory      {peak / 1e6:.0f} MB")
        theirs = timed(by_openpyxl)
        print(f"openpyxl load and save   {theirs:.2f} s")
        print(f"ratio                    1/{theirs / times[0]:.0f}")
        sys.exit(0 if times[0] * 10 <= theirs else 1)


if __name__ == "__main__":
    main()
