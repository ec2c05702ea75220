"""Finding a student: by a part of the name, the id or the state id."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from addin.desk import desk
from addin.pages.showing import show
from addin.sign_in import Clerk, Visitor
from rollbook.register import Student
from rollbook.standing import Standing

router = APIRouter()
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Hits:
    """The students a text may mean, those that fit best first, and how many there are in all."""

    text: str
    students: Sequence[Student]
    total: int

    @property
    def says(self) -> str:
        """Say how many were found."""
        if not self.text:
            return ""
        if not self.total:
            return f"No student fits “{self.text}”. Try a part of the name or of the id."
        if self.total > len(self.students):
            return f"{self.total:,} students, the first {len(self.students)} are shown."
        return "1 student" if self.total == 1 else f"{self.total} students"


def find_students(standing: Standing, text: str) -> Hits:
    """Return whom a text may mean. Every word of it must be in the name, or be the id's."""
    text = " ".join(text.split())
    words = plain(text).split()
    if not words:
        return Hits("", [], 0)
    ranked = [
        (rank, plain(student.sort_name), student)
        for student in standing.students.values()
        if (rank := _rank(student, words)) is not None
    ]
    ranked.sort(key=lambda one: one[:2])
    return Hits(text, [student for _, _, student in ranked[:SHOWN]], len(ranked))


def _rank(student: Student, words: Sequence[str]) -> int | None:
    """Say how well a student fits, 0 best; None when not at all."""
    ids = [plain(one) for one in (student.student_id, student.state_id) if one]
    whole = " ".join(words)
    if any(whole in (one, one.lstrip("0")) for one in ids):
        return 0
    names = plain(f"{student.sort_name} {student.known_as}").replace(",", " ").split()
    if all(any(name.startswith(word) for name in names) for word in words):
        return 1
    if any(one.startswith(whole) for one in ids):
        return 2
    everything = " ".join([*names, *ids])
    return 3 if all(word in everything for word in words) else None


def plain(text: str) -> str:
    """Return a text without accents and case, as people type it in a hurry."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(one for one in parts if not unicodedata.combining(one))


@router.get("/students")
def students_page(request: Request, clerk: Clerk, q: str = "") -> Response:
    """Show the search, with what was found for ``q``."""
    return _answer(request, clerk, "pages/students.html", q, "/students")


@router.get("/students/search")
def students_found(request: Request, clerk: Clerk, q: str = "") -> Response:
    """Return the list of students found, for the page."""
    return _answer(request, clerk, "pages/_hits.html", q, "/students")


@router.get("/pane/search")
def pane_found(request: Request, clerk: Clerk, q: str = "") -> Response:
    """Return the list of students found, for the pane."""
    return _answer(request, clerk, "pages/_hits.html", q, "/pane/student")


def _answer(request: Request, clerk: Visitor, name: str, text: str, place: str) -> Response:
    hits = find_students(desk().standing, text[:100])
    return show(request, clerk, name, {"hits": hits, "place": place})
