"""A column of 5,000 ids looked up in the ledger, against the ledger query alone.

    uv run python bench/lookups.py [--students 5000] [--days 190]

The peer of each function is the reading of the ledger it cannot do without; both start with nothing
in memory. *Warm* is every further call until something is posted.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

os.environ["XLWINGS_ON_SERVER"] = "true"
os.environ.setdefault("XLWINGS_LICENSE_KEY", "noncommercial")

import numpy as np
import xlwings
import xlwings.server

from addin import custom_functions
from addin.desk import close_desk, open_desk
from addin.lookups import forget
from rollbook.importers.contract import Coverage, Extract, Recording
from rollbook.ledger import letters as letter_book
from rollbook.ledger import people
from rollbook.office import Office, make_office, open_office
from rollbook.posting import post
from rollbook.register import Enrolment, Guardian, Student, register_frame
from rollbook.standing import read_standing

FIRST = date(2025, 9, 1)
ROUNDS = 4


def make(root: Path, students: int, days: int) -> list[str]:
    """Make an English office with a year of marks; return the ids."""
    make_office(root, "gb-eng", "Bench School")
    office = open_office(root)
    ids = [f"{number:06d}" for number in range(1, students + 1)]
    from datetime import datetime

    now = datetime.now().astimezone()
    roll = Extract(
        "bench",
        students=[Student(one, f"Family{one}", f"Given{one}", grade="9") for one in ids],
        guardians=[Guardian(one, f"Guardian {one}") for one in ids],
        enrolments=[Enrolment(one, FIRST) for one in ids],
        is_roster=True,
    )
    post(office, roll, digest="roster", file="roster.csv", at=now)
    span = [day for n in range(days * 2) if (day := FIRST + timedelta(days=n)).weekday() < 5][:days]
    school = [day for day in span if office.calendar.why_not_school_day(day) == ""]
    size = len(school) * 2
    chosen = np.random.default_rng(7).choice(
        ["/", "\\", "I", "O", "L"], size=students * size, p=[0.47, 0.46, 0.03, 0.02, 0.02]
    )
    frame = register_frame(
        {
            "student_id": np.repeat(np.array(ids, dtype=object), size),
            "date": np.tile(np.repeat(np.array(school, dtype="datetime64[D]"), 2), students),
            "part": np.tile(np.array(["AM", "PM"], dtype=object), students * len(school)),
            "symbol": chosen.astype(object),
            "row": np.arange(students * size, dtype=np.int32) + 2,
        }
    )
    covered = (Coverage("", school[0], school[-1], ("AM", "PM")),)
    marks = Extract("bench", marks=frame, coverage=covered, recording=Recording.POSITIVE)
    post(office, marks, digest="marks", file="marks.csv", at=now)
    office.ledger.close()
    return ids


def call(name: str, ids: list[list[str]], *more: Any) -> float:
    """Call a function as the server does; return the seconds."""
    data = {
        "func_name": name,
        "args": [ids, *more],
        "client": "Office.js",
        "version": xlwings.__version__,
        "runtime": "1.4",
        "caller_address": None,
        "date_format": "dd/mm/yyyy",
        "culture_info_name": "en-GB",
    }
    begin = time.perf_counter()
    answer = asyncio.run(xlwings.server.custom_functions_call(data, custom_functions))
    seconds = time.perf_counter() - begin
    assert len(answer) == len(ids)
    return seconds


def students_alone(office: Office) -> None:
    with office.ledger.read() as connection:
        people.students(connection)


def letters_alone(office: Office) -> None:
    with office.ledger.read() as connection:
        people.students(connection)
        letter_book.letters(connection)


def counted_alone(office: Office) -> None:
    read_standing(office).tally()


def found_alone(office: Office) -> None:
    read_standing(office).findings()


LOOKUPS: tuple[tuple[str, Callable[[Office], None], tuple[Any, ...]], ...] = (
    ("student", students_alone, (None,)),
    ("attendance", counted_alone, (None, None, None)),
    ("findings", found_alone, ()),
    ("last_letter", letters_alone, (None,)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=190)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ids = [[one] for one in make(Path(folder), chosen.students, chosen.days)]
        for name, alone, more in LOOKUPS:
            peers, colds, warms = [], [], []
            for _ in range(ROUNDS):  # in turn, so that what else the machine does meets both
                office = open_office(Path(folder))
                begin = time.perf_counter()
                alone(office)
                peers.append(time.perf_counter() - begin)
                office.ledger.close()
                open_desk(Path(folder), None)  # type: ignore[arg-type]
                forget()
                colds.append(call(name, ids, *more))
                warms.append(call(name, ids, *more))
                close_desk()
            peer, cold, warm = min(peers), min(colds), min(warms)
            print(
                f"{name}: ledger alone {peer:.3f} s, cold {cold:.3f} s = {cold / peer:.1f} x, "
                f"warm {warm:.3f} s = {warm / peer:.2f} x"
            )


if __name__ == "__main__":
    main()
