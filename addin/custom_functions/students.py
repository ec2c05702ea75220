"""Who a student is: STUDENT."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlwings import arg, func

from addin.answers import Cell
from addin.lookups import Lookup, about_each, shown, words_of
from addin.wizard import aside
from rollbook.register import Guardian, Student

IDS = (
    "The ids of students, a column of any length: the office's own ids, or state ids (UPN, SSID, "
    "TSDS). An id that lost its zeros is understood where only one student can be meant."
)

_WORDS: Mapping[str, Sequence[str]] = {
    "name": ("student", "student name", "pupil"),
    "sort name": ("register name", "last, first"),
    "given name": ("first name", "forename"),
    "family name": ("last name", "surname"),
    "grade": ("year", "year group", "grade level"),
    "form": ("homeroom", "class", "registration group", "tutor group"),
    "campus": ("school", "site"),
    "birth date": ("dob", "date of birth", "birthday"),
    "language": ("home language",),
    "state id": ("upn", "ssid", "tsds id", "unique id"),
    "id": ("student id", "pupil id"),
    "guardian": ("parent", "contact"),
    "phone": ("guardian phone", "telephone"),
    "enrolled": ("on roll", "in membership"),
    "entry date": ("start date", "admission date", "entry"),
    "withdrawal date": ("leaving date", "withdrawn"),
}


def _guardian(at: Lookup, student: Student) -> Guardian | None:
    known = at.guardians.get(student.student_id, ())
    return min(known, key=lambda one: one.order) if known else None


def _said_of(at: Lookup, student: Student, word: str) -> Cell:
    say: Callable[[Lookup, Student], Any] = _SAY[word]
    return shown(say(at, student))


_SAY: Mapping[str, Callable[[Lookup, Student], Any]] = {
    "name": lambda at, one: one.name,
    "sort name": lambda at, one: one.sort_name,
    "given name": lambda at, one: one.given_name,
    "family name": lambda at, one: one.family_name,
    "grade": lambda at, one: one.grade,
    "form": lambda at, one: one.form,
    "campus": lambda at, one: at.office.settings.campus.get(one.campus, one.campus),
    "birth date": lambda at, one: one.birth_date,
    "language": lambda at, one: one.language,
    "state id": lambda at, one: one.state_id,
    "id": lambda at, one: one.student_id,
    "guardian": lambda at, one: getattr(_guardian(at, one), "name", ""),
    "phone": lambda at, one: getattr(_guardian(at, one), "phone", ""),
    "enrolled": lambda at, one: "yes" if at.standing.is_enrolled(one.student_id) else "no",
    "entry date": lambda at, one: _last(at, one, "entry_date"),
    "withdrawal date": lambda at, one: _last(at, one, "withdrawal_date"),
}


def _last(at: Lookup, student: Student, name: str) -> Any:
    stretches = at.enrolments.get(student.student_id, ())
    newest = max(stretches, key=lambda one: one.entry_date, default=None)
    return getattr(newest, name, None)


@func
@arg("ids", "raw", doc=IDS)
@arg(
    "what",
    "raw",
    doc="What to look up: name (if left out), given name, family name, grade, form, campus, birth "
    "date, language, state id, guardian, phone, enrolled, entry date. Several cells give several "
    "columns.",
)
@aside
def student(ids: Any, what: Any = None) -> list[list[Cell]]:
    """Look up students in the ledger: a row for each id."""
    words = words_of(what, _WORDS, "name")
    return about_each(ids, lambda at, one: [_said_of(at, one, word) for word in words], len(words))
