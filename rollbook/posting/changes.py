"""What a file changes: its marks compared with those on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from rollbook.attendance.roll import same_campus
from rollbook.importers.contract import Extract, Recording
from rollbook.ledger import Connection
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger.marks import PART_NUMBER, Entries, Integers, day_of
from rollbook.posting.roll import Roll
from rollbook.posting.sheet import Booleans, Held, Sheet
from rollbook.problems import Problem, Severity


@dataclass(frozen=True)
class Batch:
    """Some entries to write, with the symbols they replace (0 for none)."""

    entries: Entries
    was: Integers

    def __len__(self) -> int:
        return len(self.entries)

    def none(self) -> "Batch":
        """Return a batch of no entries."""
        empty = np.zeros(0, dtype=np.int64)
        return Batch(Entries(empty, empty, {}), empty)


@dataclass(frozen=True)
class Changes:
    """What a file would change: new marks, amended ones, and absences it no longer holds."""

    new: Batch
    amended: Batch
    cleared: Batch
    unchanged: int
    on_record: int

    def written(self) -> Entries:
        """Return all entries to write, ordered by place."""
        parts = [batch.entries for batch in (self.new, self.amended, self.cleared)]
        place = np.concatenate([part.place for part in parts])
        symbol = np.concatenate([part.symbol for part in parts])
        order = np.argsort(place, kind="stable")
        detail = {spot: what for part in parts for spot, what in part.detail.items()}
        return Entries(place[order], symbol[order], detail)


def compare(
    connection: Connection, roll: Roll, sheet: Sheet, extract: Extract, held: Sequence[Held]
) -> Changes:
    """Compare the marks of a file with those on record for the days it speaks about."""
    offered = _entries(connection, sheet)
    first, last = _span(offered, extract)
    present = ledger_marks.current_entries(connection, first, last)
    found = _is_among(offered.place, present.place)
    was = np.zeros(len(offered), dtype=np.int64)
    was[found] = present.symbol[np.searchsorted(present.place, offered.place[found])]
    same = found & (was == offered.symbol) & _same_detail(offered, present)
    new = was == 0
    return Changes(
        new=_batch(offered, was, new & ~same),
        amended=_batch(offered, was, ~new & ~same),
        cleared=_cleared(roll, offered, present, extract, held),
        unchanged=int(same.sum()),
        on_record=int((present.symbol != 0).sum()),
    )


def _span(offered: Entries, extract: Extract) -> tuple[date, date]:
    """Return the first and last day a file speaks about; an empty span when about none."""
    days = [day for span in extract.coverage for day in (span.first, span.last)]
    if len(offered):
        numbers = ledger_marks.days_of(offered.place)
        days += [day_of(int(numbers.min())), day_of(int(numbers.max()))]
    return min(days, default=date.max), max(days, default=date.min)


def _is_among(places: Integers, ordered: Integers) -> Booleans:
    """Say which places are among ``ordered`` ones, which stand in order and once each."""
    if not len(ordered):
        return np.zeros(len(places), dtype=bool)
    spots = np.minimum(np.searchsorted(ordered, places), len(ordered) - 1)
    found: Booleans = ordered[spots] == places
    return found


def _entries(connection: Connection, sheet: Sheet) -> Entries:
    """Return the sheet's marks as entries, ordered by place, each place once."""
    symbols = [str(symbol) for symbol in sheet.frame["symbol"].cat.categories]
    ids = ledger_marks.symbol_ids(connection, symbols)
    numbers = np.array([ids[symbol] for symbol in symbols] or [0], dtype=np.int64)
    symbol = numbers[sheet.frame["symbol"].cat.codes.to_numpy()]
    place, first = np.unique(sheet.place, return_index=True)
    minutes = sheet.frame["minutes_late"].to_numpy()[first]
    comment = sheet.frame["comment"].cat
    blank = list(comment.categories).index("") if "" in comment.categories else -1
    said = comment.codes.to_numpy()[first]
    detailed = np.flatnonzero((minutes != 0) | (said != blank))
    texts = [str(text) for text in comment.categories]
    detail = {
        int(place[spot]): (int(minutes[spot]), texts[said[spot]]) for spot in detailed.tolist()
    }
    return Entries(place, symbol[first], detail)


def _same_detail(offered: Entries, present: Entries) -> Booleans:
    """Say where minutes and comment agree too. A file that says neither changes neither.

    A file that gives any mark minutes or a comment says of its other marks that they have none.
    """
    agrees = np.ones(len(offered), dtype=bool)
    if not offered.detail:
        return agrees
    silent = [place for place in present.detail if place not in offered.detail]
    dropped = np.array(silent, dtype=np.int64)
    dropped = dropped[_is_among(dropped, offered.place)]
    agrees[np.searchsorted(offered.place, dropped)] = False
    for place, detail in offered.detail.items():
        if present.detail.get(place, (0, "")) != detail:
            agrees[np.searchsorted(offered.place, place)] = False
    return agrees


def _batch(entries: Entries, was: Integers, which: Booleans) -> Batch:
    kept = set(entries.place[which].tolist()) if entries.detail else set()
    detail = {place: what for place, what in entries.detail.items() if place in kept}
    return Batch(Entries(entries.place[which], entries.symbol[which], detail), was[which])


def _cleared(
    roll: Roll, offered: Entries, present: Entries, extract: Extract, held: Sequence[Held]
) -> Batch:
    """Find marks on record which the file covers and no longer holds.

    With absences only, every mark inside the coverage that is not in the file is gone. In a
    student-day file a DAY mark speaks for all parts of that student's day. A mark whose row was
    held back is not gone; and where a row of absences could not even be read, none is: it may be
    any of them.
    """
    if extract.recording is Recording.NEGATIVE and any(map(_is_held, extract.problems)):
        return Batch(Entries(offered.place[:0], offered.symbol[:0], {}), offered.symbol[:0])
    standing = present.place[present.symbol != 0]
    gone = standing[~_is_among(standing, offered.place)]
    kept_back = {
        ledger_marks.place_of(roll.keys[row.student_id], row.day, row.part)
        for row in held
        if row.day is not None and row.student_id in roll.keys
    }
    by_day = _days_with_day_mark(offered)
    lost = [
        place
        for place in gone.tolist()
        if place not in kept_back and _is_spoken_for(place, extract, roll, by_day)
    ]
    places = np.array(lost, dtype=np.int64)
    was = present.symbol[np.searchsorted(present.place, places)]
    return Batch(Entries(places, np.zeros_like(places), {}), was)


def _is_held(problem: Problem) -> bool:
    return problem.severity is Severity.HOLD


def _days_with_day_mark(offered: Entries) -> frozenset[int]:
    """Return the students' days for which the file has a DAY mark."""
    is_day = ledger_marks.parts_of(offered.place) == PART_NUMBER["DAY"]
    return frozenset(ledger_marks.student_days_of(offered.place[is_day]).tolist())


def _is_spoken_for(place: int, extract: Extract, roll: Roll, by_day: frozenset[int]) -> bool:
    """Say whether the file would hold a mark at this place if there still were one."""
    student, day, part = ledger_marks.session_of(place)
    spans = [
        span for span in extract.coverage if part in span.parts and span.first <= day <= span.last
    ]
    if extract.recording is Recording.POSITIVE:
        student_day = ledger_marks.student_days_of(np.array([place]))[0]
        return bool(spans) and part != "DAY" and student_day in by_day
    campus = roll.campus_on(student, day)
    return any(same_campus(span.campus, campus) for span in spans)
