"""What the office has done already, letters and actions; rules of sequence ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rollbook.register import Action


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that stands (not void): which rule's, when prepared, and up to which day it tells.

    ``mailed`` is the day it went out, None while it has not.
    """

    student_id: str
    trigger: str
    guardian: str
    prepared: date
    until: date
    mailed: date | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The letters and actions of all students, oldest first."""

    letters: Sequence[Sent] = ()
    actions: Sequence[Action] = ()


NOTHING_DONE = History()
