"""A range of marks read for the office: its figures, its register, and which rows cannot be read.

With the sessions above it a range is a small register of its own, counted by the same code as the
ledger's: nothing here decides what a mark is worth. Columns on days without school, and columns
after the day looked at, are left out. Without the sessions every cell is a session (England) or a
day by itself, with the codes of today.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from addin.answers import Cell as Answer
from addin.answers import wrong
from addin.desk import desk
from addin.marks import Cell, Marks, Spelling, rows_of
from addin.rows import students_beside
from addin.sessions import day_asked, read_sessions
from rollbook.attendance import Attendance, OfficialPeriods, Reading, Recorded, read_register
from rollbook.attendance.codes import (
    CATEGORY_BITS,
    LATE,
    MISSING,
    PRESENT,
    UNAUTHORISED,
    UNKNOWN,
    CodeTimes,
)
from rollbook.office import Office
from rollbook.policy import PolicyPack
from rollbook.problems import NotAllowed, RollbookError
from rollbook.register import PARTS, Category, Session, Student, register_frame

Matrix = npt.NDArray[np.uint8]


_UNCLEAR = (
    "More blanks than marks of presence: it is not known what a blank means here. If it means "
    'present, set lists = "absences" under [exports] in office.toml; if it does not, give a row in '
    "which presence is marked."
)


@dataclass(frozen=True, eq=False)
class MarkedRange:
    """Marks of some students, a row a student, as the functions of the sheet count them."""

    office: Office
    marks: Marks  # only the columns that are looked at
    columns: Sequence[int]  # where they stand in the range the clerk gave, counted from 1
    sessions: Sequence[Session] | None
    as_of: date
    students: Sequence[Student]

    def __len__(self) -> int:
        return len(self.marks)

    @property
    def pack(self) -> PolicyPack:
        """The rule pack of the office."""
        return self.office.policy

    @property
    def absences_only(self) -> bool:
        """Say whether a blank was attended."""
        return self.office.profile.absences_only

    # Rows that cannot be read -----------------------------------------------------------------

    @cached_property
    def troubles(self) -> dict[int, str]:
        """Why a row cannot be counted, by row: a cell that is no code on its day."""
        strange = ((self.facts & UNKNOWN) > 0) & ~self.marks.blank
        rows = np.flatnonzero(strange.any(axis=1)).tolist()
        return {row: self._trouble(row, int(np.argmax(strange[row]))) for row in rows}

    def _trouble(self, row: int, column: int) -> str:
        written = self.marks.written[int(self.marks.places[row, column])]
        place = f"Column {self.columns[column]} has “{written.shown}”"
        if written.symbol not in (*self.pack.code_table, *self.pack.office_codes):
            return f"{place}, which is no code of this office."
        return f"{place}. {self.pack.why_no_code(written.symbol, self._day(column))}"

    def _day(self, column: int) -> date:
        return self.sessions[column].day if self.sessions else self.as_of

    @cached_property
    def facts(self) -> Matrix:
        """What the code of each cell says on its day, packed as in :mod:`rollbook.attendance`."""
        symbols = self.marks.symbols
        if self.sessions is None:
            facts = CodeTimes.of(self.pack, symbols, self.as_of, 1).facts[0]
            found: Matrix = facts[self.marks.symbol_at]
        else:
            first = self.first
            codes = CodeTimes.of(self.pack, symbols, first, (self.as_of - first).days + 1)
            days = np.array([(one.day - first).days for one in self.sessions], dtype=np.intp)
            found = codes.facts[codes.time_of_day[days], self.marks.symbol_at]
        blank = PRESENT if self.absences_only else MISSING
        found[self.marks.blank] = blank
        return found

    @property
    def categories(self) -> Matrix:
        """The category of each cell by its own code."""
        found: Matrix = self.facts & np.uint8(CATEGORY_BITS)
        return found

    @property
    def late(self) -> npt.NDArray[np.bool_]:
        """Say of each cell whether it is a late arrival."""
        found: npt.NDArray[np.bool_] = (self.facts & LATE) > 0
        return found

    @cached_property
    def unclear(self) -> dict[int, str]:
        """Why the blanks of a row cannot be told, by row: they may have been attended.

        In the US a sheet often holds absences only, and a blank is the code of presence. Taken for
        missing it would make a rate of nothing out of a single absence. So a row in which blanks
        outnumber the marks of presence is not counted; where nobody has a mark yet, nothing is.
        """
        blank = self.pack.code("", self.as_of)
        if self.absences_only or blank is None or blank.category is not Category.PRESENT:
            return {}
        filled = ~self.marks.blank
        begun = np.flatnonzero(filled.any(axis=0))
        so_far = slice(0, int(begun[-1]) + 1 if len(begun) else 0)
        present = (filled & (self.facts == PRESENT))[:, so_far].sum(axis=1)
        blanks = self.marks.blank[:, so_far].sum(axis=1)
        rows = np.flatnonzero(filled.any(axis=1) & (blanks > present)).tolist()
        return dict.fromkeys(rows, _UNCLEAR)

    # Figures ----------------------------------------------------------------------------------

    def figures(self) -> list[Attendance]:
        """Return the attendance of each row."""
        if self.sessions is None:
            return self._by_cell()
        table = self.reading.tally().to_numpy()
        return [Attendance(*row) for row in table.tolist()]

    def _by_cell(self) -> list[Attendance]:
        """Count every cell as a session or a day by itself."""
        width = MISSING + 1
        rows = np.repeat(np.arange(len(self), dtype=np.int32) * width, self.marks.width)
        counts = np.bincount(rows + self.categories.ravel(), minlength=len(self) * width)
        counts = counts.reshape(len(self), width)
        possible = counts[:, : UNAUTHORISED + 1].sum(axis=1)
        late = self.late.sum(axis=1)
        table = np.column_stack((possible, counts[:, : UNAUTHORISED + 1], late, counts[:, MISSING]))
        return [Attendance(*row) for row in table.tolist()]

    def need_sessions(self) -> None:
        """Raise ``NotAllowed`` when the sessions of the marks are not known."""
        if self.sessions is None:
            raise NotAllowed("This is counted by days. Give the dates above the marks as sessions.")

    # The register -----------------------------------------------------------------------------

    @property
    def first(self) -> date:
        """The first day there is a column for."""
        return min(one.day for one in self.sessions or ())

    @cached_property
    def register(self) -> pd.DataFrame:
        """The marks as a register frame; a blank is no mark in it."""
        sessions = self.sessions or ()
        rows, columns = self.marks.places.shape
        student = np.repeat(np.arange(rows, dtype=np.int32), columns)
        column = np.tile(np.arange(columns, dtype=np.int32), rows)
        symbol, place = self.marks.symbol_at.ravel(), self.marks.places.ravel()
        blank = self.marks.blank.ravel()
        if blank.any():
            student, column, symbol, place = (
                one[~blank] for one in (student, column, symbol, place)
            )
        days = np.array([one.day for one in sessions], dtype="datetime64[s]")
        parts = list(dict.fromkeys(one.part for one in sessions))
        part = np.array([parts.index(one.part) for one in sessions], dtype=np.int8)
        minutes = np.array([one.minutes for one in self.marks.written], dtype=np.int16)
        return register_frame(
            {
                "student_id": _text(student, [one.student_id for one in self.students]),
                "date": days[column],
                "part": _text(part[column], parts),
                "symbol": _text(symbol, self.marks.symbols),
                "minutes_late": minutes[place],
            }
        )

    @cached_property
    def recorded(self) -> Sequence[Recorded]:
        """What the range covers, as a posting of it would say."""
        parts: dict[date, list[str]] = {}
        for one in self.sessions or ():
            parts.setdefault(one.day, []).append(one.part)
        return [
            Recorded("", day, day, tuple(named), negative=self.absences_only)
            for day, named in parts.items()
        ]

    @cached_property
    def reading(self) -> Reading:
        """The register of the range, read with the codes of the pack."""
        return read_register(
            self.register,
            self.pack,
            self.office.calendar,
            students=self.students,
            recorded=self.recorded,
            first=self.first,
            last=self.as_of,
            official=self.official,
        )

    @property
    def official(self) -> OfficialPeriods:
        """The period that decides the day of each campus, where the pack asks for one."""
        return self.office.official


def _text(codes: npt.NDArray[Any], labels: Sequence[str]) -> "pd.Categorical[Any]":
    return pd.Categorical.from_codes(codes, pd.Index(list(labels), dtype=object))


def read_range(
    office: Office,
    today: date,
    marks: Cell,
    sessions: Cell = None,
    as_of: Cell = None,
    people: Cell = None,
) -> MarkedRange:
    """Read a range of marks and what stands beside it.

    Without ``as_of`` it is looked at as of the last day with a mark in it, or today where absences
    only are recorded, and nothing after it counts. Raises ``NotAllowed`` when the range as a whole
    cannot be read.
    """
    read = Marks.of(marks, Spelling.of(office.policy))
    students = students_beside(office, people, len(read), today)
    asked = day_asked(as_of, office, today)
    if sessions is None and asked:
        raise NotAllowed(
            f"Which marks are of the days up to {asked:%d %B %Y} is not known without their dates. "
            "Give the dates above the marks as sessions."
        )
    if sessions is None:
        columns = range(1, read.width + 1)
        return MarkedRange(office, read, columns, None, today, students)
    headed = read_sessions(sessions, read.width, office, today)
    _refuse_other_parts(office, headed)
    school = frozenset(office.calendar.anybodys_days)
    kept = [place for place, one in enumerate(headed) if one.day in school]
    if not kept:
        raise NotAllowed(
            f"None of the sessions is on a school day ({headed[0].day:%d %B %Y} is "
            f"{office.calendar.why_not_school_day(headed[0].day)}). Check their dates and "
            "calendar.toml."
        )
    last = asked or _last_day(office, read, headed, kept, today)
    kept = sorted(
        (place for place in kept if headed[place].day <= last),
        key=lambda place: (headed[place].day, PARTS.index(headed[place].part)),
    )
    if not kept:
        raise NotAllowed(f"All of the sessions are after {last:%d %B %Y}.")
    return MarkedRange(
        office,
        read.kept(kept),
        [place + 1 for place in kept],
        [headed[place] for place in kept],
        last,
        students,
    )


def _refuse_other_parts(office: Office, headed: Sequence[Session]) -> None:
    """Refuse parts of the day that this jurisdiction does not count by."""
    pack, official = office.policy, office.official.every
    parts = {one.part for one in headed}
    for place, one in enumerate(headed):
        if one.part not in (*pack.parts, "DAY"):
            raise NotAllowed(
                f"Column {place + 1} of the sessions is {one.part}, but {pack.title} counts by "
                f"{', '.join(pack.parts)}."
            )
    if pack.method == "official-period" and not parts & {"DAY", *official}:
        said = " or ".join(sorted(official, key=PARTS.index))
        raise NotAllowed(
            f"The day counts by its official period, {said}, and no column of the sessions is of "
            "it. Give its columns too, or set exports.official_period in office.toml."
        )


def _last_day(
    office: Office, marks: Marks, headed: Sequence[Session], kept: Sequence[int], today: date
) -> date:
    """Return the last day with a mark; where absences only are recorded the last day so far."""
    if office.profile.absences_only:
        begun = [headed[place].day for place in kept if headed[place].day <= today]
        return max(begun, default=today)
    filled = set(np.flatnonzero(np.logical_or.reduce(~marks.blank, axis=0)).tolist())
    days = [headed[place].day for place in kept]
    return max((headed[place].day for place in kept if place in filled), default=max(days))


# Answers -----------------------------------------------------------------------------------------


def answer_rows(
    marks: Cell,
    answer: Callable[[MarkedRange], Sequence[Sequence[Answer]]],
    sessions: Cell = None,
    as_of: Cell = None,
    people: Cell = None,
    width: int = 1,
    needs_presence: bool = True,
) -> list[list[Answer]]:
    """Read a range and answer row by row; a row that cannot be read shows why, and only that row.

    What is wrong with the range as a whole is said in every row. ``width`` is how many cells a row
    of the answer has. What counts absences alone does not need to know who was present.
    """
    beside = [""] * (width - 1)
    try:
        here = desk()
        asked = read_range(here.office, here.now().date(), marks, sessions, as_of, people)
        troubles = {**(asked.unclear if needs_presence else {}), **asked.troubles}
        answers = answer(asked)
    except RollbookError as error:
        return [[wrong(str(error)), *beside] for _ in rows_of(marks)]
    return [
        [wrong(troubles[row]), *beside] if row in troubles else list(answers[row])
        for row in range(len(asked))
    ]
