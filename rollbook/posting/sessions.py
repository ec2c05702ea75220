"""Where every session counts by itself, a mark must be of one: the morning's or the afternoon's.

England counts two sessions a day (SI 2024/208, reg 10). Marks of lessons are not its register, and
a mark of a day does not say which session it is of; counted as they are, both would be sessions
that never were.
"""

from dataclasses import replace

from rollbook.importers.contract import Extract, Recording
from rollbook.office.settings import PERIODS
from rollbook.policy import PolicyPack
from rollbook.posting.sheet import Held
from rollbook.problems import RefusedFile, counted, note, refuse

NO_SESSION = "no-session"


def only_sessions(pack: PolicyPack, extract: Extract, file: str) -> Extract:
    """Return the extract without marks of lessons; refuse a file without a mark of any session.

    What is left out is counted in a note. Marks of whole days stay, to be held one by one.
    """
    if pack.method != "sessions" or not len(extract.marks):
        return extract
    part = extract.marks["part"]
    is_session, is_lesson = part.isin(pack.parts), part.isin(PERIODS)
    if not is_session.any() and not extract.mends:
        raise RefusedFile([refuse(NO_SESSION, _why_refused(pack, file, bool(is_lesson.any())))])
    every = extract.recording is Recording.POSITIVE
    covers = pack.parts if every else (*pack.parts, "DAY")  # a list of absences covers whole days
    kept = [
        replace(span, parts=tuple(one for one in span.parts if one in covers))
        for span in extract.coverage
        if not span.parts or {*span.parts} & {*covers}
    ]
    extract = replace(extract, marks=extract.marks[~is_lesson], coverage=kept)
    if not is_lesson.any():
        return extract
    said = (
        f"{counted(int(is_lesson.sum()), 'mark')} of lessons left out: {pack.title} counts the "
        f"marks of {' and '.join(pack.parts)}."
    )
    return replace(extract, problems=[*extract.problems, note("lessons-left-out", said)])


def of_no_session(pack: PolicyPack, mark: Held) -> tuple[str, str, str]:
    """Return why a mark of a whole day is held: slug, message, value."""
    sessions = " or ".join(pack.parts)
    return (
        NO_SESSION,
        f"the mark says no session, and {pack.title} counts each by itself. Write {sessions}, or "
        "export the register with its sessions.",
        mark.part,
    )


def _why_refused(pack: PolicyPack, file: str, has_lessons: bool) -> str:
    sessions = " and ".join(pack.parts)
    if has_lessons:
        return (
            f"“{file}” has marks of lessons only, and {pack.title} counts the registers of "
            f"{sessions}. Nothing was posted. Export the {sessions} marks."
        )
    return (
        f"“{file}” does not say of which session its marks are, and {pack.title} counts {sessions} "
        "each by itself. Nothing was posted. Export the register with its sessions; or write them "
        f"into a column Session, or beside each date over the marks, and drop it again."
    )
