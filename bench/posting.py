"""How fast a year of marks is posted: 5,000 students × 380 sessions, from CSV to all findings.

Run: uv run python bench/posting.py [students]
The peer is `pandas.read_csv` of the same file in the same run; the issue's bar is 12 times that and
2 GB. Each side runs in a process of its own, so that its peak memory is its own.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from rollbook import practice
from rollbook.office import make_office, open_office

BAR = 12
ROUNDS = 3

PEER = """
import resource, sys, time
import pandas as pd
start = time.perf_counter()
frame = pd.read_csv(sys.argv[1])
seconds = time.perf_counter() - start
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(frame))
"""

OURS = """
import json, resource, shutil, sys, time
from datetime import datetime
from pathlib import Path
from rollbook.ledger import letters
from rollbook.office import open_office
from rollbook.standing import read_standing
from watcher.intake import take_in
office = open_office(Path(sys.argv[2]))
shutil.copy(sys.argv[1], office.folders.drop / "marks.csv")
start = time.perf_counter()
outcome = take_in(office, office.folders.drop / "marks.csv")
posted = time.perf_counter()
standing = read_standing(office)
read = time.perf_counter()
findings = standing.findings()
found = time.perf_counter()
with office.ledger.write() as connection:
    letters.save_findings(
        connection, {(f.student_id, f.trigger, f.part): f.as_json() for f in findings},
        standing.as_of)
end = time.perf_counter()
print(json.dumps({"seconds": end - start, "post": posted - start, "read back": read - posted,
    "assess": found - read, "keep findings": end - found, "marks": outcome.posting.new,
    "held": outcome.posting.held, "findings": len(findings),
    "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def main() -> None:
    """Make the file, run both sides alternately, print the best of each and the ratio."""
    students = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        school = practice.make_school("gb-eng", students=students, through=date(2027, 7, 16))
        marks = root / "marks.csv"
        practice.write_mark_list(school, marks)
        print(f"{students:,} students, {marks.stat().st_size / 1e6:.1f} MB of CSV")
        peers, ours = [], []
        for number in range(ROUNDS):
            peers.append(float(_run(PEER, marks).split()[0]))
            office = root / f"office {number}"
            make_office(office, "gb-eng", "Bench", practice.calendar_toml(school))
            open_office(office).ledger.close()
            ours.append(json.loads(_run(OURS, marks, office)))
    best = min(ours, key=lambda run: run["seconds"])
    for name, value in best.items():
        print(f"  {name:<14} {value:,.2f}")
    ratio = best["seconds"] / min(peers)
    print(f"pandas.read_csv {min(peers):.2f} s; Rollbook {best['seconds']:.2f} s")
    print(f"ratio {ratio:.1f} × (bar {BAR} ×), peak {best['peak MB']:,.0f} MB (bar 2,048 MB)")


def _run(code: str, *arguments: Path) -> str:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{done.stderr}\nfailed after {time.perf_counter() - started:.1f} s")
    return done.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    main()
