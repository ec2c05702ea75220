"""What an export looks like: its columns, campuses, days, codes and how many rows it has.

A look is small enough to be kept with each posting. The next export of the same kind is held
against it (:mod:`rollbook.posting.drift`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from rollbook.importers import all_importers
from rollbook.importers.contract import Extract, Recording
from rollbook.ledger import Connection
from rollbook.ledger import looks as kept
from rollbook.ledger.marks import day_numbers, day_of
from rollbook.posting.roll import Roll

_LONGEST_CODE, _MOST_WORDS = 24, 2
FEWEST_ROWS = 20  # a file of fewer rows is no measure for the next one


@dataclass(frozen=True)
class Look:
    """What one export looked like. ``campuses`` and ``codes`` say how many rows each has."""

    columns: Sequence[str]
    campuses: Mapping[str, int]
    days: Sequence[str]
    codes: Mapping[str, int]
    rows: int
    recording: str

    @property
    def rows_a_day(self) -> Fraction:
        """How many rows it has a day; all of them where it has no days."""
        return Fraction(self.rows, max(len(self.days), 1))

    @property
    def dates(self) -> list[date]:
        """The days that it has rows of, in order."""
        return [date.fromisoformat(day) for day in self.days]


def look_of(extract: Extract, roll: Roll) -> Look:
    """Return what an export looks like; campuses are those its students are of on record."""
    frame = extract.marks
    codes = frame["symbol"].cat
    counted = np.bincount(codes.codes.to_numpy(), minlength=len(codes.categories)).tolist()
    days = [day_of(day) for day in np.unique(day_numbers(frame["date"])).tolist()]
    others = len(extract.guardians) + len(extract.figures)
    students = len(extract.students) if extract.is_roster else 0
    return Look(
        columns=list(extract.columns),
        campuses=_campuses(extract, roll),
        days=[day.isoformat() for day in days],
        codes={
            str(code): rows for code, rows in zip(codes.categories, counted, strict=True) if rows
        },
        rows=len(frame) + students + others,
        recording=extract.recording.value if len(frame) else "",
    )


def is_measured(extract: Extract) -> bool:
    """Say whether exports like this are held against the last one of their kind."""
    by_hand = extract.mends or extract.requests or extract.corrections or extract.contacts
    return not by_hand


def keep_look(connection: Connection, posting: int, extract: Extract, look: Look) -> None:
    """Keep a look with its posting, unless it is too small to be a measure."""
    if is_measured(extract) and look.rows >= FEWEST_ROWS:
        codes = {code: rows for code, rows in look.codes.items() if _is_a_code(code)}
        kept.save_look(connection, posting, extract.importer, asdict(replace(look, codes=codes)))


def _is_a_code(text: str) -> bool:
    """Say whether a cell is a code, and not what somebody wrote there about a child."""
    return len(text) <= _LONGEST_CODE and len(text.split()) <= _MOST_WORDS


def last_look(connection: Connection, extract: Extract, look: Look) -> tuple[int, Look] | None:
    """Return the look of the last export of the same kind, with its posting.

    Of the same kind is what the same importer read, of one of its campuses at least. A general
    importer reads lists of several sources: these differ in more than half of their columns.
    """
    for posting, content in kept.looks(connection, extract.importer):
        before = Look(**_plain(content))
        if not _shares(before.campuses, look.campuses):
            continue
        if is_general(extract.importer) and not _same_source(before.columns, look.columns):
            continue
        return posting, before
    return None


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in Look.__dataclass_fields__}


def _shares(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return bool(one.keys() & other.keys()) or not (one and other)


def _same_source(one: Sequence[str], other: Sequence[str]) -> bool:
    if not (one and other):
        return True
    common = {*map(str.casefold, one)} & {*map(str.casefold, other)}
    return 2 * len(common) > max(len(one), len(other))


def is_general(importer: str) -> bool:
    """Say whether an importer reads lists of any system, so that the office says what they hold."""
    return any(one.NAME == importer and getattr(one, "GENERAL", False) for one in all_importers())


def _campuses(extract: Extract, roll: Roll) -> dict[str, int]:
    """Count the rows of each campus, by the students' campuses."""
    rows: Counter[str] = Counter()
    ids = extract.marks["student_id"].cat
    counts = np.bincount(ids.codes.to_numpy(), minlength=len(ids.categories)).tolist()
    for name, count in zip(ids.categories, counts, strict=True):
        rows[roll.campus.get(roll.keys.get(str(name), 0), "")] += count
    if extract.is_roster:
        rows.update(student.campus for student in extract.students)
    known = [one.student_id for one in extract.guardians]
    known += [one.student_id for one in extract.figures]
    rows.update(roll.campus.get(roll.keys.get(one, 0), "") for one in known)
    return {campus: count for campus, count in sorted(rows.items()) if campus and count}


def is_list_of_absences(look: Look) -> bool:
    """Say whether an export names absences only."""
    return look.recording == Recording.NEGATIVE.value


def is_correction(look: Look) -> bool:
    """Say whether an export is a handful of rows: what it does not name, it does not touch."""
    return look.rows < FEWEST_ROWS and not is_list_of_absences(look)
