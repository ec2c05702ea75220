"""A column of ids looked up in the register as it stands, each in no time."""

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from addin.answers import Cell, no_data, wrong
from addin.desk import Desk, desk
from addin.known_ids import KnownIds
from addin.marks import rows_of, text_of
from rollbook.ledger import letters as letter_book
from rollbook.ledger import people
from rollbook.ledger.letters import Letter
from rollbook.office import Office
from rollbook.problems import NotAllowed, RollbookError
from rollbook.register import Enrolment, Guardian, Student
from rollbook.rules import Finding
from rollbook.standing import Standing

T = TypeVar("T")
MOST_KEPT = 8  # a formula a row, each about other days, must not keep a count of the school each


@dataclass(frozen=True, eq=False)
class Lookup:
    """The ledger at one moment, with what lookups share; marks are read when they are asked for."""

    here: Desk
    stamp: object
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)  # by student and rule
    _kept: dict[Hashable, Any] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def once(self, what: Hashable, work: Callable[[], T]) -> T:
        """Work something out once, however many cells ask for it at the same time."""
        with self._lock:
            if what not in self._kept:
                found = work()
                if len(self._kept) >= MOST_KEPT:
                    del self._kept[next(iter(self._kept))]  # the oldest
                self._kept[what] = found
            kept: T = self._kept[what]
            return kept

    @cached_property
    def office(self) -> Office:
        """The office."""
        return self.here.office

    @cached_property
    def students(self) -> Mapping[str, Student]:
        """Who is on the ledger."""
        return self.here.students

    @cached_property
    def guardians(self) -> Mapping[str, Sequence[Guardian]]:
        """The guardians of each student."""
        with self.office.ledger.read() as connection:
            return people.guardians(connection)

    @cached_property
    def standing(self) -> Standing:
        """The register as it stands."""
        return self.here.standing

    @cached_property
    def enrolments(self) -> Mapping[str, Sequence[Enrolment]]:
        """The stretches of membership of each student."""
        found = defaultdict(list)
        with self.office.ledger.read() as connection:
            for one in people.enrolments(connection):
                found[one.student_id].append(one)
        return found

    @cached_property
    def ids(self) -> KnownIds:
        """Their ids, as cells may hold them."""
        return KnownIds(self.students)

    @cached_property
    def findings(self) -> Mapping[str, Sequence[Finding]]:
        """What each student has crossed."""
        found = defaultdict(list)
        for one in self.standing.findings():
            found[one.student_id].append(one)
        return found

    @cached_property
    def log(self) -> Sequence[Letter]:
        """The whole letter log."""
        with self.office.ledger.read() as connection:
            return letter_book.letters(connection)

    @cached_property
    def last_letters(self) -> Mapping[str, Letter]:
        """The newest letter of each student that is not void."""
        return {one.student_id: one for one in letter_book.standing(self.log)}


_newest: list[Lookup] = []


def lookup() -> Lookup:
    """Return the register as it stands now, with what lookups before have worked out of it."""
    here = desk()
    stamp = here.stamp
    if not _newest or _newest[-1].here is not here or _newest[-1].stamp != stamp:
        _newest[:] = [Lookup(here, stamp)]
    return _newest[-1]


def forget() -> None:
    """Forget what lookups have worked out, as at a start."""
    _newest.clear()


Answer = Callable[[Lookup, Student], Sequence[Cell]]
"""What a function says of one student: a cell for each column of its answer."""


def about_each(ids: Cell, answer: Answer, columns: int = 1) -> list[list[Cell]]:
    """Answer for each id of a range; a blank stays blank, and nobody is ``#N/A`` in its own row.

    A column of ids gives ``columns`` columns. A wider range gives an answer for each of its cells,
    where one column is asked for. Raises ``NotAllowed`` when more is asked of a wider range.
    """
    at, rows = lookup(), rows_of(ids)
    if columns > 1 and len(rows[0]) > 1:
        raise NotAllowed("Give the ids as one column: several columns are asked about each.")
    return [[cell for one in row for cell in _said(at, one, answer, columns)] for row in rows]


def _said(at: Lookup, cell: Cell, answer: Answer, columns: int) -> Sequence[Cell]:
    if not text_of(cell):
        return [""] * columns
    try:
        student = at.ids.student(cell)
    except NotAllowed as nobody:
        return [no_data(str(nobody))] * columns
    try:
        return answer(at, student)
    except RollbookError as error:
        return [wrong(str(error))] * columns


def word_of(cell: Cell, known: Mapping[str, Sequence[str]], otherwise: str) -> str:
    """Return which of ``known`` a cell names, by any of its words; ``otherwise`` when blank.

    Raises ``NotAllowed``, naming those there are.
    """
    asked = text_of(cell).casefold().replace("_", " ")
    if not asked:
        return otherwise
    for name, others in known.items():
        if asked == name or asked in others:
            return name
    raise NotAllowed(f"“{text_of(cell)}” is none of: {', '.join(known)}.")


def words_of(cells: Cell, known: Mapping[str, Sequence[str]], otherwise: str) -> list[str]:
    """Return which of ``known`` the cells of a range name, in order."""
    return [word_of(cell, known, otherwise) for row in rows_of(cells) for cell in row]


def shown(value: Any) -> Cell:
    """Return a value as a cell: nothing is an empty text."""
    return "" if value is None else value
