"""How long a weekly update of a large tracking workbook takes, beside openpyxl's.

Run with ``uv run python bench/workbook.py``. The workbook has 5,000 students and 195 columns: id,
name, form, 182 days of marks, and ten figure columns; a letter log; formulas on a second sheet.
Both make the same changes: ten figures for each student and 500 rows of the letter log. The figure
that counts is the ratio of the two times in the same run on the same machine.
"""

import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import openpyxl
import xlsxwriter

from rollbook import workbooks

STUDENTS = 5_000
DAYS = 182
LETTERS = 500
WANTED = 40  # times as fast as openpyxl
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


def by_openpyxl(original: Path, path: Path, figures: workbooks.Figures, letters: list) -> None:
    """The same changes as a clerk's own Python script would make them."""
    book = openpyxl.load_workbook(original)
    tracker = book["Tracker"]
    rows = {tracker.cell(row, 1).value: row for row in range(4, tracker.max_row + 1)}
    for student, values in figures.items():
        for column, key in enumerate(FIGURES, start=4):
            value = values[key]
            tracker.cell(rows[student], column).value = (
                float(value) if isinstance(value, Fraction) else value
            )
    log = book["Letter log"]
    for letter in letters:
        log.append(list(letter.values()))
    log.tables["LetterLog"].ref = f"A1:H{log.max_row}"
    book.save(path)


class Took(NamedTuple):
    """Seconds of a clock, and of this process alone: on a busy machine the first mean little."""

    wall: float
    own: float


def timed(what: Callable[[], object]) -> Took:
    wall, own = time.perf_counter(), time.process_time()
    what()
    return Took(time.perf_counter() - wall, time.process_time() - own)


def with_more_parts(path: Path, more: Path) -> Path:
    """The same workbook with 20 MB of pictures in it, which no update touches."""
    more.write_bytes(path.read_bytes())
    chance = random.Random(8)
    with zipfile.ZipFile(more, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"xl/media/photo{number}.bin", chance.randbytes(1_000_000))
    return more


def resident(original: str, folder: str) -> None:
    """Update once in a process of its own; print its greatest memory, and what it began with."""
    begun = most_memory()
    path = Path(folder) / "resident.xlsx"
    path.write_bytes(Path(original).read_bytes())
    figures, letters = week()
    mapping = workbooks.WorkbookMap.from_dict(json.loads((Path(folder) / "map.json").read_text()))
    workbooks.update(path, mapping, figures, letters, Path(folder) / "snapshots")
    print(begun, most_memory())


def most_memory() -> int:
    """The most memory this process has had, in MB. ``ru_maxrss`` would count its parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        [peak] = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(peak) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        original, path = folder / "original.xlsx", folder / "tracker.xlsx"
        make(original)
        larger = with_more_parts(original, folder / "larger.xlsx")
        mapping = workbooks.adopt(original)
        figures, letters = week()

        def update(source: Path) -> Took:
            path.write_bytes(source.read_bytes())
            return timed(
                lambda: workbooks.update(path, mapping, figures, letters, folder / "snapshots")
            )

        def openpyxls() -> Took:
            return timed(lambda: by_openpyxl(original, folder / "openpyxl.xlsx", figures, letters))

        rounds = [(openpyxls(), [update(original) for _ in range(4)]) for _ in range(3)]
        times = sorted(took for _, ours in rounds for took in ours)
        theirs = min(took for took, _ in rounds)
        own = min(took.own for took in times), min(took.own for took, _ in rounds)
        again, _ = timed(lambda: workbooks.update(path, mapping, figures, letters, folder / "s2"))
        with_pictures = min(update(larger) for _ in range(5)).wall
        tracemalloc.start()
        update(original)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        (folder / "map.json").write_text(json.dumps(mapping.to_dict()))
        arguments = [sys.executable, __file__, "resident", str(original), str(folder)]
        told = subprocess.run(arguments, capture_output=True, text=True, check=True)
        begun, most = told.stdout.split()
        print(f"sheet                        {STUDENTS:,} × {3 + DAYS + len(FIGURES)}")
        print(f"log rows                     {LETTERS}")
        print(f"file                         {original.stat().st_size / 1e6:.1f} MB")
        ours = times[0].wall
        print(f"update, best of 12           {ours:.2f} s (median {times[6].wall:.2f} s)")
        print(f"update, nothing new          {again:.2f} s")
        print(f"update, 20 MB more of parts  {with_pictures:.2f} s")
        print(f"memory, greatest of Python   {peak / 1e6:.0f} MB")
        print(f"memory, the whole process    {most} MB, of which {begun} MB before the update")
        print(f"openpyxl, best of 3          {theirs.wall:.2f} s")
        print(f"processor time               {own[0]:.2f} s and {own[1]:.2f} s")
        print(f"ratio                        1/{theirs.wall / ours:.0f}")
        print(f"ratio of processor time      1/{own[1] / own[0]:.0f}")
        sys.exit(0 if ours * WANTED <= theirs.wall and int(most) < 300 else 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["resident"]:
        resident(*sys.argv[2:])
    else:
        main()
