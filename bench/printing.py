"""What printing takes of time and memory: `python bench/printing.py [letters] [fewer]`.

Makes a school with an approved letter for each of so many families, then prints some of them and
all of them, each in a process of its own, and says how much memory each needed at most.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rollbook.importers.contract import Coverage  # noqa: E402
from rollbook.ledger import letters as book  # noqa: E402
from rollbook.ledger.letters import State  # noqa: E402
from rollbook.letters import draft, print_letters, step  # noqa: E402
from rollbook.office import open_office  # noqa: E402
from rollbook.register import Enrolment  # noqa: E402
from rollbook.standing import read_standing  # noqa: E402
from tests.letters.families import ANA, FIRST_DAY, LUIS, ROSA, SEPTEMBER, school  # noqa: E402
from tests.offices import marks, post_extract, roster  # noqa: E402

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def make(folder: Path, letters: int) -> Path:
    """Make a school in which so many letters are approved, two for each student."""
    office = school(folder)
    students = [
        replace(ANA, student_id=f"{n:06}", family_name=f"Ng-{n}") for n in range(letters // 2)
    ]
    guardians = [
        replace(
            adult, student_id=one.student_id, street=f"{n} Elm St", postcode=f"{76000 + n % 99}"
        )
        for n, one in enumerate(students)
        for adult in (ROSA, LUIS)
    ]
    stretches = [Enrolment(one.student_id, FIRST_DAY) for one in students]
    post_extract(office, roster(students, guardians, stretches), "roster")
    rows = [(one.student_id, day, "P2", "U") for one in students for day in SEPTEMBER]
    covered = Coverage("", FIRST_DAY, date(2026, 11, 20), tuple(f"P{n}" for n in range(1, 8)))
    post_extract(office, marks(rows, negative=True, coverage=(covered,)), "absences")
    prepared, _ = draft(office, read_standing(office), NOW)
    step(office, [letter.serial for letter in prepared], State.APPROVED, NOW)
    office.ledger.close()
    return office.folders.root


def print_some(root: Path, letters: int) -> None:
    """Print so many of the letters, and say how long it took and what memory it needed at most."""
    office = open_office(root)
    with office.ledger.read() as connection:
        approved = book.letters(connection, states=[State.APPROVED], words=False)
    serials = [one.serial for one in approved[:letters]]
    start = time.perf_counter()
    batch = print_letters(office, NOW, serials)
    took = time.perf_counter() - start
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(batch.printed):,} {took:.1f} {most:.0f}")


def main() -> None:
    """Compare printing many letters with printing few, in the same school."""
    if len(sys.argv) > 3:
        print_some(Path(sys.argv[1]), int(sys.argv[2]))
        return
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    few = int(sys.argv[2]) if len(sys.argv) > 2 else many // 10
    with tempfile.TemporaryDirectory(prefix="rollbook-bench-") as folder:
        root = make(Path(folder), many)
        needed = []
        for letters in (few, many):
            copy = shutil.copytree(root, Path(folder) / f"copy {letters}")
            command = [sys.executable, __file__, str(copy), str(letters), "child"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            count, took, most = done.stdout.split()
            needed.append(float(most))
            per = float(took) / letters * 1000
            print(f"{count} letters: {took} s ({per:.1f} ms a letter), {most} MB at most")
        print(f"memory: {needed[1] / needed[0]:.2f} times that of a tenth of them (bar: 1.5)")


if __name__ == "__main__":
    main()
