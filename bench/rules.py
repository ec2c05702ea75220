"""How fast every rule of a pack is assessed: 5,000 students × 380 sessions already in memory.

Run: uv run python bench/rules.py [pack …] [--large]
The peer is `pandas.read_csv` of the CSV of the same marks in the same run; the issue's bar is twice
that. With --large also 50,000 students, within 12 times the 5,000, and the memory of both. Each
side runs in a process of its own, so that its peak memory is its own.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

PACKS = ("gb-eng", "us-tx", "us-ca")
FEW, MANY = 5_000, 50_000
BAR, BAR_LARGE = 2, 12
ROUNDS = 3
CHANGED = 25  # students whose marks one file changes

PEER = """
import json, sys, time
import pandas as pd
seconds = []
for _ in range(3):
    start = time.perf_counter()
    frame = pd.read_csv(sys.argv[1])
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": min(seconds), "marks": len(frame)}))
"""

MAKE = '''
import json, resource, sys, time
from datetime import date, timedelta
import numpy as np
from rollbook.attendance import Recorded
from rollbook.policy import load_pack
from rollbook.register import Enrolment, Student, register_frame
from rollbook.rules import assess
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

CODES = {
    "gb-eng": (("AM", "PM"), ["/", "L", "I", "M", "O", "U", "N", "B"]),
    "us-tx": (("P1", "P2"), ["P", "T", "A", "E", "U", "U", "C", "S"]),
    "us-ca": (("P1", "P2"), ["P", "T", "I", "M", "U", "W", "A", "X"]),
}
SHARES = (  # of students, and what their marks are, in the order of the codes
    (0.70, [0.968, 0.010, 0.0140, 0.004, 0.001, 0.001, 0.0005, 0.0015]),
    (0.22, [0.905, 0.020, 0.0350, 0.010, 0.012, 0.008, 0.0050, 0.0050]),
    (0.08, [0.780, 0.030, 0.0600, 0.020, 0.050, 0.020, 0.0200, 0.0200]),
)

def spans(*ends):
    return tuple(Span(name, date.fromisoformat(first), date.fromisoformat(last))
                 for name, first, last in ends)

YEAR = SchoolYear(
    "2025-26", date(2025, 9, 1), date(2026, 7, 22),
    terms=spans(("Autumn", "2025-09-01", "2025-12-19"), ("Spring", "2026-01-05", "2026-07-22")),
    closures=spans(("Half term", "2025-10-27", "2025-10-31"),
                   ("Winter", "2025-12-22", "2026-01-02"),
                   ("Half term", "2026-02-16", "2026-02-20"),
                   ("Easter", "2026-03-30", "2026-04-10"),
                   ("Half term", "2026-05-25", "2026-05-29")),
)
CALENDAR = SchoolCalendar((YEAR,))

def school(pack, students, seed=7):
    """A year of marks, a few students with much absence, as the ledger gives them."""
    rng = np.random.default_rng(seed)
    parts, symbols = CODES[pack]
    days = np.array(CALENDAR.school_days[:190], dtype="datetime64[s]")
    sessions = len(days) * len(parts)
    draw = np.empty((students, sessions), dtype=np.int8)
    group = rng.choice(len(SHARES), size=students, p=[share for share, _ in SHARES])
    for number, (_, marked) in enumerate(SHARES):
        size = (int((group == number).sum()), sessions)
        draw[group == number] = rng.choice(len(symbols), size=size, p=marked)
    names = [f"{number:06d}" for number in range(students)]
    def text(codes, labels):
        import pandas as pd
        return pd.Categorical.from_codes(codes, pd.Index(labels, dtype=object))
    known = sorted(set(symbols))
    place = np.array([known.index(symbol) for symbol in symbols], dtype=np.int8)
    marks = register_frame({
        "student_id": text(np.repeat(np.arange(students, dtype=np.int32), sessions), names),
        "date": np.tile(np.repeat(days, len(parts)), students),
        "part": text(np.tile(np.arange(len(parts), dtype=np.int8), students * len(days)), parts),
        "symbol": text(place[draw.ravel()], known),
    })
    born = date(2013, 5, 2)
    people = [Student(name, family_name=name, grade=str(1 + place % 12), birth_date=born)
              for place, name in enumerate(names)]
    enrolments = [Enrolment(name, YEAR.first) for name in names]
    recorded = [Recorded("", YEAR.first, YEAR.last, tuple(parts))]
    return marks, people, enrolments, recorded, CALENDAR.school_days[189]
'''

OURS = (
    MAKE
    + """
pack = load_pack(sys.argv[1])
marks, people, enrolments, recorded, as_of = school(sys.argv[1], int(sys.argv[2]))
if len(sys.argv) > 3:
    names = ["student_id", "date", "part", "symbol", "minutes_late"]
    marks[names].to_csv(sys.argv[3], index=False)
def timed(**more):
    start = time.perf_counter()
    found = assess(pack, CALENDAR, marks, people, enrolments, recorded, as_of=as_of, **more)
    return time.perf_counter() - start, len(found)
runs = [timed() for _ in range(3)]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
few = [one.student_id for one in people[:25]]
after = [timed(only=few) for _ in range(3)]
print(json.dumps({"seconds": min(runs)[0], "findings": runs[0][1], "after": min(after)[0],
                  "peak MB": peak}))
"""
)


def main() -> None:
    """Assess each pack beside the peer; print the ratio of the best of three rounds."""
    packs = [word for word in sys.argv[1:] if word in PACKS] or list(PACKS)
    with tempfile.TemporaryDirectory() as folder:
        for pack in packs:
            csv = Path(folder) / f"{pack}.csv"
            ours, peers = [], []
            for _ in range(ROUNDS):
                ours.append(_run(OURS, pack, FEW, csv))
                peers.append(_run(PEER, csv))
            few = min(ours, key=lambda run: run["seconds"])
            peer = min(run["seconds"] for run in peers)
            found, marks = few["findings"], peers[0]["marks"]
            print(f"{pack}: {FEW:,} students, {marks:,} marks, {found:,} findings")
            print(f"  pandas.read_csv {peer:.2f} s; all rules {few['seconds']:.2f} s")
            ratio, after = few["seconds"] / peer, few["after"]
            print(f"  ratio {ratio:.2f} × (bar {BAR} ×), peak {few['peak MB']:,.0f} MB")
            print(f"  after a posting about {CHANGED} students {after:.3f} s")
            if "--large" in sys.argv:
                _large(pack, few)


def _large(pack: str, few: dict[str, float]) -> None:
    many = _run(OURS, pack, MANY)
    times = many["seconds"] / few["seconds"]
    grown = many["peak MB"] / few["peak MB"]
    print(f"  {MANY:,} students {many['seconds']:.2f} s: {times:.1f} × (bar {BAR_LARGE} ×)")
    print(f"  peak {many['peak MB']:,.0f} MB: {grown:.1f} × for {MANY // FEW} × the marks")


def _run(code: str, *arguments: object) -> dict[str, float]:
    words = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
