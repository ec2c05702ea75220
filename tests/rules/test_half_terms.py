"""England's option: a level counted anew each half term."""

from datetime import date
from pathlib import Path

import pytest

from rollbook.policy import load_pack
from rollbook.register import register_frame
from rollbook.rules import assess, explain
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

AUTUMN = Span("Autumn", date(2026, 9, 7), date(2026, 12, 18))
SPRING = Span("Spring", date(2027, 1, 4), date(2027, 3, 26))
HALF_TERM = Span("Half term", date(2026, 10, 26), date(2026, 10, 30))
OWN = """
extends = "gb-eng"
[references]
own = { text = "Policy of the school" }
[[triggers]]
id = "eng-l1"
[[triggers.terms]]
from = 2026-09-01
reference = "own"
sure = "POL"
period = "half-term"
"""


@pytest.mark.parametrize(
    ("as_of", "found", "needed", "would_cross"),
    [
        (date(2026, 9, 11), True, 0, None),  # 9 of 10 sessions
        (date(2026, 10, 23), False, 3, date(2026, 11, 2)),  # 69 of 70; the next half term begins
        (date(2026, 11, 6), False, 1, date(2026, 11, 9)),  # 10 of 10 in the second half
    ],
)
def test_a_level_begins_anew_each_half_term(
    tmp_path: Path, as_of: date, found: bool, needed: int, would_cross: date | None
) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    pack = load_pack("own", tmp_path)
    year = SchoolYear("2026-27", AUTUMN.first, SPRING.last, (AUTUMN, SPRING), (HALF_TERM,))
    calendar = SchoolCalendar((year,))
    days = calendar.school_days_between(AUTUMN.first, as_of)
    rows = [(day, part) for day in days for part in ("AM", "PM")]
    marks = register_frame(
        {
            "student_id": ["007"] * len(rows),
            "date": [day for day, _ in rows],
            "part": [part for _, part in rows],
            "symbol": ["I", *("/" if part == "AM" else "\\" for _, part in rows[1:])],
        }
    )
    triggers = {one.trigger for one in assess(pack, calendar, marks, as_of=as_of)}
    assert ("eng-l1" in triggers) is found
    one = explain(pack, calendar, marks, student_id="007", trigger_id="eng-l1", as_of=as_of)[0]
    assert (one.still_needed, one.would_cross) == (needed, would_cross)
