"""How fast exports are read, and how fast one more day comes into a ledger that has the year.

Run: ``uv run python bench/importers.py [--quick]`` (5,000 students; 300 to try it: what
takes as long at any size then weighs too much for the bars). Three figures:

1. the extract of 1.9 million marks as a general list, beside `pandas.read_csv` of the same file;
2. the extract of a grid of 5,000 students × 195 days, beside python-calamine's own read of it;
3. posting a day of 10,000 marks into a ledger that holds the year, beside posting the year, and the
   time from the end of the copy until the folder watcher has posted it.

Each side runs in a process of its own, in turns; the best of the rounds counts.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from rollbook import practice
from rollbook.ledger import postings
from rollbook.office import Office, make_office, open_office
from watcher import rounds
from watcher.intake import take_in

ROUNDS = 3
LIST_BAR, GRID_BAR, DAY_BAR = 4.0, 2.0, 1 / 3
GRID_DAYS = 195

TIMED = """
import json, sys, time
from pathlib import Path
{imports}
path = Path(sys.argv[1])
start, busy = time.perf_counter(), time.process_time()
count = {work}
print(json.dumps([time.perf_counter() - start, time.process_time() - busy, count]))
"""
EXTRACT = TIMED.format(
    imports="from rollbook import importers\nfrom rollbook.importers.contract import Profile\n"
    "from rollbook.importers.upload import Upload\nimporters.all_importers()",
    work="len(importers.extract(Upload(path), Profile()).marks)",
)
READ_CSV = TIMED.format(imports="import pandas", work="len(pandas.read_csv(path))")
CALAMINE = TIMED.format(
    imports="from python_calamine import CalamineWorkbook",
    work="sum(map(len, CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()))",
)


def main() -> None:
    """Make the files, run the sides in turn, and print the ratios."""
    students = 300 if "--quick" in sys.argv[1:] else 5_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        school = practice.make_school("gb-eng", students=students, through=date(2027, 7, 16))
        year = root / "year.csv"
        practice.write_mark_list(school, year)
        _compare("a list", year, READ_CSV, "pandas.read_csv", LIST_BAR)
        grid = root / "grid.xlsx"
        _write_grid(grid, students)
        _compare("a grid", grid, CALAMINE, "calamine's read", GRID_BAR)
        _one_day(root, school, year)


def _compare(what: str, path: Path, peer: str, named: str, bar: float) -> None:
    peers, ours = [], []
    for _ in range(ROUNDS):
        peers.append(_timed(peer, path))
        ours.append(_timed(EXTRACT, path))
    us, them = min(ours), min(peers)
    print(
        f"{what} of {path.stat().st_size / 1e6:.0f} MB, {us[2]:,.0f} marks: {us[0]:.2f} s "
        f"({us[1]:.2f} s of processor); {named} {them[0]:.2f} s ({them[1]:.2f} s); "
        f"ratio {us[0] / them[0]:.2f} × (bar {bar:g} ×)"
    )


def _timed(code: str, path: Path) -> list[float]:
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    found: list[float] = json.loads(done.stdout)
    return found


def _write_grid(path: Path, students: int) -> None:
    days = _school_days(date(2026, 9, 1), GRID_DAYS)
    book = xlsxwriter.Workbook(path)
    sheet, as_day = book.add_worksheet("Register"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["Student ID", "Name"])
    for place, day in enumerate(days, 2):
        sheet.write_datetime(0, place, day, as_day)
    for row in range(1, students + 1):
        marks = ["N" if (row * 7 + place) % 19 == 0 else "/" for place in range(len(days))]
        sheet.write_row(row, 0, [f"{row:06}", f"Family{row}, Given", *marks])
    book.close()


def _school_days(first: date, count: int) -> list[date]:
    days = (first + timedelta(number) for number in range(2 * count))
    return [day for day in days if day.weekday() < 5][:count]


def _one_day(root: Path, school: practice.PracticeSchool, year: Path) -> None:
    office_folder = root / "office"
    make_office(office_folder, "gb-eng", "Bench", practice.calendar_toml(school))
    office = open_office(office_folder)
    lines = year.read_text("utf-8").splitlines()
    days = sorted({line.split(",")[1] for line in lines[1:]})
    last = days[-2:]
    rest = [line for line in lines if line.split(",")[1] not in last]
    all_year = _post(office_folder, "year to date.csv", rest)
    a_day = _post(office_folder, "a day.csv", _of_day(lines, last[0]))
    print(
        f"a day of {len(_of_day(lines, last[0])) - 1:,} marks into a ledger of "
        f"{len(rest) - 1:,}: {a_day:.2f} s; the year {all_year:.2f} s; "
        f"ratio {a_day / all_year:.3f} (bar {DAY_BAR:.2f})"
    )
    office.ledger.close()
    seconds = _watched(office_folder, _of_day(lines, last[1]))
    print(f"from the end of the copy until the watcher has posted a day: {seconds:.1f} s")


def _of_day(lines: Sequence[str], day: str) -> list[str]:
    return [lines[0], *(line for line in lines[1:] if line.split(",")[1] == day)]


def _post(root: Path, name: str, lines: Sequence[str]) -> float:
    office = open_office(root)
    path = office.folders.drop / name
    path.write_text("\n".join(lines), "utf-8")
    start = time.perf_counter()
    outcome = take_in(office, path)
    seconds = time.perf_counter() - start
    assert outcome is not None and outcome.posting is not None, outcome
    assert outcome.posting.new == len(lines) - 1, outcome.posting
    office.ledger.close()
    return seconds


def _watched(root: Path, lines: Sequence[str]) -> float:
    """Let the watcher wait as it does by default; return how long the clerk waits."""
    office = open_office(root)
    stop = threading.Event()
    watched = open_office(root)
    told = (watched, stop, lambda done: None)
    thread = threading.Thread(target=rounds.watch, args=told, daemon=True)
    thread.start()
    time.sleep(3)
    (office.folders.drop / "the last day.csv").write_text("\n".join(lines), "utf-8")
    start = time.perf_counter()
    while not _is_posted(office, "the last day.csv"):
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    stop.set()
    thread.join()
    return seconds


def _is_posted(office: Office, name: str) -> bool:
    with office.ledger.read() as connection:
        return any(one.file == name for one in postings.postings(connection))


if __name__ == "__main__":
    main()
