"""Small offices for tests: made by the real code in a temporary folder."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from rollbook.importers.contract import Coverage, Extract, Recording
from rollbook.ledger.postings import Posting
from rollbook.office import Office, make_office, open_office, save_settings
from rollbook.posting import post
from rollbook.register import PROTECTIONS, Enrolment, Guardian, Student, register_frame

CALENDAR = """\
checked = true
[[year]]
name = "2025-26"
first = 2025-09-01
last = 2026-07-17
[[year]]
name = "2026-27"
first = 2026-09-01
last = 2027-07-16
[[year.term]]
name = "Autumn"
first = 2026-09-01
last = 2026-12-18
[[year.term]]
name = "Spring"
first = 2027-01-04
last = 2027-07-16
[[year.closure]]
name = "Half term"
first = 2026-10-26
last = 2026-10-30
"""

LETTERHEAD = {
    "school": {"address": "1 Mill Lane, Marlbeck", "phone": "01632 960100"},
    "contact": {"name": "Rosa Dellmere", "phone": "01632 960101"},
    "signatory": {"name": "Horace Quarlstead", "title": "Head"},
}

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

Row = tuple[str, str, str, str]  # student id, ISO date, part, symbol


def small_office(root: Path, jurisdiction: str = "gb-eng") -> Office:
    """An office with a checked calendar, a letterhead and nothing posted."""
    make_office(root, jurisdiction, "Oak & Ash School", CALENDAR)
    save_settings(root, LETTERHEAD)
    return open_office(root)


def marks(
    rows: Sequence[Row], *, campus: str = "", negative: bool = False, **more: object
) -> Extract:
    """An extract of marks whose coverage is the span of its rows."""
    days = [date.fromisoformat(row[1]) for row in rows]
    parts = tuple(dict.fromkeys(row[2] for row in rows))
    coverage = (Coverage(campus, min(days), max(days), parts),) if rows else ()
    values: dict[str, object] = {
        "importer": "test",
        "marks": register_frame(
            {
                "student_id": [row[0] for row in rows],
                "date": np.array([row[1] for row in rows], dtype="datetime64[D]"),
                "part": [row[2] for row in rows],
                "symbol": [row[3] for row in rows],
                "row": list(range(2, len(rows) + 2)),
            }
        ),
        "coverage": coverage,
        "recording": Recording.NEGATIVE if negative else Recording.POSITIVE,
    }
    return Extract(**(values | more))  # type: ignore[arg-type]


def roster(
    students: Sequence[Student],
    guardians: Sequence[Guardian] = (),
    enrolments: Sequence[Enrolment] = (),
) -> Extract:
    """An extract of a roster that has a place for everything that protects."""
    return Extract(
        "test-roster",
        students=students,
        guardians=guardians,
        enrolments=enrolments,
        is_roster=True,
        tells=PROTECTIONS,
    )


def post_extract(office: Office, extract: Extract, name: str, **more: bool) -> Posting:
    """Post an extract as if it were the file ``name``."""
    return post(office, extract, digest=f"digest of {name}", file=name, at=NOW, **more)
