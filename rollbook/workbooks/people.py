"""Students as a tracker may list them: how it writes their names and groups, and who belongs in it.

Clerks write “Okafor, Amara”, “AMARA OKAFOR”, “9”, “Grade 9” or “9C”. How this list does it is found
out from the students it holds already.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rollbook.register import Student
from rollbook.workbooks.mapping import Whom


@dataclass(frozen=True, slots=True)
class Listed:
    """A student of the ledger: who, at which campus, on roll or since when not.

    ``left`` is the first day not in membership of somebody who is not on roll, ``before`` are the
    days on which somebody left who came back.
    """

    student: Student
    campus_name: str = ""
    on_roll: bool = True
    left: date | None = None
    before: tuple[date, ...] = ()


People = Mapping[str, Listed]
"""By student id."""

WORDS = ("student_name", "last_name", "first_name", "group", "campus")
"""The columns of a tracker that say who a student is, beside the id."""


def ways_to_write(key: str, listed: Listed) -> Iterator[str]:
    """Yield the ways in which a list may write a name, group or campus, the usual one first.

    Every student has the same number of them, so that the same number is the same way.
    """
    student = listed.student
    if key == "group":
        grade = student.grade.lstrip("0") or student.grade
        yield from (student.form, student.grade, grade, grade.zfill(2))
        yield from (f"Grade {grade}", f"Gr {grade}", f"Year {grade}", f"Y{grade}", f"{grade}th")
    elif key == "campus":
        yield from (listed.campus_name or student.campus, student.campus)
        yield student.campus.lstrip("0")
    else:
        for text in _names(key, student):
            yield from (text, text.upper())


def _names(key: str, student: Student) -> Iterator[str]:
    if key == "last_name":
        yield student.family_name
    elif key == "first_name":
        yield from (student.given_name, student.known_as or student.given_name)
    else:
        called = student.known_as or student.given_name
        for given in (student.given_name, called):
            yield ", ".join(part for part in (student.family_name, given) if part)
            yield " ".join(part for part in (given, student.family_name) if part)
            yield " ".join(part for part in (student.family_name, given) if part)
        yield f"{student.family_name.upper()}, {student.given_name}".strip(", ")
        yield f"{student.family_name.upper()} {student.given_name}".strip()


class Habits:
    """How a list writes its students, found from those it has."""

    def __init__(self, written: Iterable[tuple[Listed, Mapping[str, str]]], by_form: bool) -> None:
        self._way: dict[str, int] = {}
        counted: dict[str, Counter[int]] = {key: Counter() for key in WORDS}
        for listed, texts in written:
            for key in counted.keys() & texts.keys():
                wanted = " ".join(texts[key].split())
                counted[key].update(
                    number for number, way in enumerate(ways_to_write(key, listed))
                    if way and way == wanted
                )  # fmt: skip
        for key, ways in counted.items():
            best = min(ways, key=lambda number, of=ways: (-of[number], number), default=0)  # type: ignore[misc]
            usual = 1 if key == "group" and not by_form else 0
            self._way[key] = best if ways else usual

    def text(self, key: str, listed: Listed) -> str:
        """Return a name, group or campus as this list writes it."""
        return list(ways_to_write(key, listed))[self._way[key]]

    def belongs(self, listed: Listed, whom: Whom) -> bool:
        """Whether a student on roll is one of those the list is about."""

        def is_one_of(key: str, wanted: tuple[str, ...]) -> bool:
            ways = {folded(way) for way in ways_to_write(key, listed) if way}
            return not wanted or not ways.isdisjoint(map(folded, wanted))

        return (
            listed.on_roll
            and is_one_of("campus", whom.campuses)
            and is_one_of("group", whom.groups)
        )


def folded(text: str) -> str:
    """Return a name without what sorting passes over: capitals, accents, doubled spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
