"""The words the function wizard shows for arguments that several functions share."""

from collections.abc import Mapping, Sequence

from addin.marks import text_of
from rollbook.problems import NotAllowed
from rollbook.register import Category

MARKS = (
    "The marks as they are typed: a row a student, a column a session or day. "
    "A blank is not recorded, or attended where the office's lists hold absences only."
)
SESSIONS = (
    "The headings over the marks: a row of dates, or dates and under them AM and PM or periods. "
    "With them the school calendar counts, and the codes are those of each day."
)
NEEDED_SESSIONS = (
    "The headings over the marks: a row of dates, or dates and under them AM and PM or periods."
)
AS_OF = (
    "The last day that counts; it needs the sessions. Left out: the last day with a mark; "
    "where the lists hold absences only, today."
)
CATEGORY = (
    "Which absences: all (if left out), authorised or excused, unauthorised or unexcused, "
    "missing (not recorded), approved (at an activity elsewhere)."
)

ABSENT = (Category.AUTHORISED, Category.UNAUTHORISED)

_CATEGORIES: Mapping[str, Sequence[Category]] = {
    "all": ABSENT,
    "absent": ABSENT,
    "authorised": (Category.AUTHORISED,),
    "authorized": (Category.AUTHORISED,),
    "excused": (Category.AUTHORISED,),
    "unauthorised": (Category.UNAUTHORISED,),
    "unauthorized": (Category.UNAUTHORISED,),
    "unexcused": (Category.UNAUTHORISED,),
    "missing": (Category.MISSING,),
    "not recorded": (Category.MISSING,),
    "approved": (Category.APPROVED,),
}


def categories_of(word: object) -> Sequence[Category]:
    """Return the categories a word of the field means. Raises ``NotAllowed`` for another word."""
    said = text_of(word).casefold()
    if not said:
        return ABSENT
    if said not in _CATEGORIES:
        raise NotAllowed(
            f"“{text_of(word)}” is no kind of absence. Write all, authorised (or excused), "
            "unauthorised (or unexcused), missing or approved."
        )
    return _CATEGORIES[said]
