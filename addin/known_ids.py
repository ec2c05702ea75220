"""Whose id stands in a cell: one way to tell, for functions, buttons and the sheet that is posted.

A student is meant by id, by state id (UPN, SSID, TSDS id), or by a number: Excel makes numbers of
ids and drops the noughts in front. A number that may be more than one student's is nobody's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from addin.marks import Cell, plain, text_of
from rollbook.problems import NotAllowed
from rollbook.register import Student
from rollbook.standing import no_student

K = TypeVar("K")


class KnownIds:
    """The ids of the students on the ledger, as cells may hold them."""

    def __init__(self, students: Mapping[str, Student]) -> None:
        self._students = students

    def student(self, cell: Cell) -> Student:
        """Return the student an id cell means.

        Raises ``NotAllowed`` when it is nobody, or may be more than one.
        """
        meant = self.meant_by(cell)
        if len(meant) == 1:
            return self._students[meant[0]]
        shown = text_of(cell)
        if meant:
            raise NotAllowed(
                f"“{shown}” may be any of {', '.join(meant)}; write the id as text, with its zeros."
            )
        alike = self._by_id_without_noughts.get(shown.lstrip("0"), ())
        raise NotAllowed(no_student(alike, shown))

    def meant_by(self, cell: Cell) -> Sequence[str]:
        """Return the ids that a cell may stand for: none, one, or several."""
        shown, number = text_of(cell), _whole_number(plain(cell))
        if number is not None and number in self.by_number:
            return self.by_number[number]
        return [shown] if shown in self._students else self._by_state_id.get(shown, ())

    @cached_property
    def by_number(self) -> Mapping[int, Sequence[str]]:
        """The ids that are the same number but for the noughts in front."""
        digits = ((int(one), one) for one in self._students if one.isascii() and one.isdigit())
        return _together(digits)

    @cached_property
    def _by_state_id(self) -> Mapping[str, Sequence[str]]:
        return _together(
            (one.state_id, one.student_id) for one in self._students.values() if one.state_id
        )

    @cached_property
    def _by_id_without_noughts(self) -> Mapping[str, Sequence[str]]:
        return _together((one.lstrip("0"), one) for one in self._students)


def _whole_number(content: Cell) -> int | None:
    """Return the whole number a cell holds; None for a text, a fraction or a truth value."""
    if isinstance(content, bool) or not isinstance(content, int | float):
        return None
    return int(content) if float(content).is_integer() else None


def _together(pairs: Iterable[tuple[K, str]]) -> Mapping[K, Sequence[str]]:
    found: defaultdict[K, list[str]] = defaultdict(list)
    for key, student_id in pairs:
        found[key].append(student_id)
    return dict(found)
