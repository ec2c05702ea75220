import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.ledger import Ledger
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger.marks import Entries, place_of, session_of
from rollbook.register import PARTS

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
PLACES = st.tuples(st.integers(1, 50), DAYS, st.sampled_from(PARTS))


@pytest.fixture
def ledger(tmp_path) -> Ledger:  # type: ignore[no-untyped-def]
    return Ledger.open(tmp_path / "rollbook.db")


def entries(marks: dict[int, tuple[int, int, str]]) -> Entries:
    """Entries of place → (symbol, minutes, comment)."""
    order = sorted(marks)
    detail = {place: marks[place][1:] for place in order if marks[place][1:] != (0, "")}
    symbols = [marks[place][0] for place in order]
    return Entries(np.array(order, dtype=np.int64), np.array(symbols, dtype=np.int64), detail)


@given(PLACES)
def test_a_place_gives_its_session_back(where: tuple[int, date, str]) -> None:
    assert session_of(place_of(*where)) == where


MARKS = st.dictionaries(
    PLACES.map(lambda where: place_of(*where)),
    st.tuples(st.integers(0, 9), st.integers(0, 90), st.sampled_from(["", "bus", "Ñ, “dentist”"])),
    max_size=40,
)


@settings(deadline=None)  # each example makes a ledger on disk
@given(st.lists(MARKS, max_size=5))
def test_the_newest_entry_of_a_session_is_its_mark(postings: list[dict]) -> None:  # type: ignore[type-arg]
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.open(Path(folder) / "rollbook.db")
        expected: dict[int, tuple[int, int, str]] = {}
        with ledger.write() as connection:
            for number, marks in enumerate(postings, start=1):
                ledger_marks.append(connection, number, entries(marks))
                expected |= marks
            found = ledger_marks.current_entries(connection)
        ledger.close()
    whole = entries(expected)
    assert found.place.tolist() == whole.place.tolist()
    assert found.symbol.tolist() == whole.symbol.tolist()
    assert dict(found.detail) == dict(whole.detail)


def test_only_the_days_asked_for_are_read(ledger: Ledger) -> None:
    days = [date(2026, 11, day) for day in (2, 3, 4)]
    marks = {place_of(1, day, "AM"): (1, 5, "") for day in days}
    with ledger.write() as connection:
        ledger_marks.append(connection, 1, entries(marks))
        found = ledger_marks.current_entries(connection, days[1], days[1])
    assert [session_of(place)[1] for place in found.place.tolist()] == [days[1]]
    assert len(found.detail) == 1
