"""The order in which letters come out of the printer."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from rollbook.ledger.letters import Letter
from rollbook.problems import NotAllowed
from rollbook.register import Student

Order = Literal["postcode", "campus", "class", "name", "serial"]
ORDERS: tuple[str, ...] = get_args(Order)

_NUMBER = re.compile(r"([0-9]+)")
_NOBODY = Student("")

Key = tuple[object, ...]


def in_order(
    letters: Sequence[Letter], order: str, students: Mapping[str, Student]
) -> list[Letter]:
    """Return letters in an order; in each of them what is alike stays together.

    By postcode the letters of a household follow each other; by campus and by class the students
    are in the order of the register.
    """
    if order not in ORDERS:
        raise NotAllowed(f"There is no order “{order}”. Say one of: {', '.join(ORDERS)}.")

    def key(letter: Letter) -> Key:
        return (*_key(order, letter, students.get(letter.student_id, _NOBODY)), letter.serial)

    return sorted(letters, key=key)


def _key(order: str, letter: Letter, student: Student) -> Key:
    name = (student.sort_name.casefold(), letter.student_id)
    if order == "postcode":
        parts = ("postcode", "city", "street", "name")
        return tuple(_natural(str(letter.guardian.get(part, ""))) for part in parts)
    if order == "campus":
        return (_natural(student.campus), *_class(student), *name)
    if order == "class":
        return (*_class(student), _natural(student.campus), *name)
    return name if order == "name" else ()


def _class(student: Student) -> Key:
    return _natural(student.grade), _natural(student.form)


def _natural(text: str) -> Key:
    """Return a key by which LS6 comes before LS10, whatever the case."""
    words = _NUMBER.split(" ".join(text.casefold().split()))
    return tuple((int(word), "") if word.isdecimal() else (-1, word) for word in words)
