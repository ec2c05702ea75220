"""What a table cannot say of itself: every question about it, first which column is which."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from rollbook.cli.importing_asked import PART, Asked, Custom, choice
from rollbook.cli.importing_contents import of_contents
from rollbook.importers.reading.figures import COUNTED
from rollbook.importers.reading.headers import key
from rollbook.importers.reading.looking import Seen
from rollbook.importers.reading.written import FIELDS, NEEDED
from rollbook.problems import NotAllowed
from rollbook.register import PARTS

_ASKS = {
    "student_id": "Which column has the student's id?",
    "date": "Which column has the date?",
    "code": "Which column has the code?",
    "marks": "Which column has the marks, one character each?",
}
_SHAPES = {
    "list": "a row a mark",
    "periods": "a row a student and day, with a column for each part of the day",
    "grid": "a row a student, with a column for each day",
    "strings": "a row with a string of marks",
    "summary": "totals of each student, no marks",
}


def questions(seen: Seen, stem: str, given: Mapping[str, str], custom: Custom) -> list[Asked]:
    """Return every question with its answer: given, or the only one there can be.

    What can only be asked once something else is answered comes when that is.
    """
    asked = [
        Asked("save_as", "Under which name is it to be kept?", given.get("save_as") or slug(stem)),
        Asked("title", "How is the export called in the office?", given.get("title") or stem),
    ]
    fits = seen.shapes()
    sure = fits[0] if len(fits) == 1 else None
    could = {name: words for name, words in _SHAPES.items() if name in fits} or _SHAPES
    asked.append(choice("shape", "What is this file?", given, _SHAPES, sure, could))
    shape = asked[-1].answer
    if shape:
        asked += _of_columns(seen, shape, given)
        said = {one.key: one.answer for one in asked}
        if all(said[name] for name in NEEDED[shape]):
            asked += of_contents(seen, shape, {k: v or "" for k, v in said.items()}, given, custom)
            _refuse_strays(given, asked)
    return asked


def slug(stem: str) -> str:
    """Return the name a file suggests, without what a browser adds to a second copy."""
    plain = re.sub(r"\s*\(\d+\)$", "", stem).casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "export"


def _of_columns(seen: Seen, shape: str, given: Mapping[str, str]) -> Iterator[Asked]:
    taken = {given[name] for name in FIELDS[shape] if given.get(name)}
    for name in FIELDS[shape]:
        asked = _column(seen, name, given, shape, taken)
        taken.add(asked.answer or "")
        yield asked
    if shape == "periods":
        yield from _period_columns(seen, given)


def _column(
    seen: Seen, name: str, given: Mapping[str, str], shape: str, taken: Collection[str]
) -> Asked:
    text = _ASKS.get(name, f"Which column has the {name.replace('_', ' ')}, if any?")
    choices = {header: "" for header in seen.headers if key(header)}
    is_needed = name in NEEDED[shape]
    if name in given:
        if given[name] not in choices and (given[name] or is_needed):
            raise NotAllowed(
                f"{name}: there is no column “{given[name]}”. The columns are: "
                f"{', '.join(choices)}."
            )
        return Asked(name, text, given[name])
    if name in COUNTED:
        found = [one for one in seen.candidates(name) if seen.is_named(name)]
    else:
        found = seen.candidates(name)
    found = [one for one in found if one not in taken]
    if len(found) == 1:
        return Asked(name, text, found[0])
    if not is_needed:
        return Asked(name, text, "")
    return Asked(name, text, None, {header: "" for header in found} or choices)


def _period_columns(seen: Seen, given: Mapping[str, str]) -> Iterator[Asked]:
    """Ask nothing of columns named P1 or AM; take what was said of others."""
    found = seen.part_headers()
    for name, value in given.items():
        header = name.removeprefix(PART)
        if name.startswith(PART) and header not in seen.headers:
            raise NotAllowed(f"{name}: there is no column “{header}”.")
        if name.startswith(PART):
            found[header] = value
    for header, part in found.items():
        text = f"Which part of the day is the column “{header}”?"
        if part:
            yield choice(PART + header, text, {PART + header: part}, dict.fromkeys(PARTS, ""), None)
    if not any(found.values()):
        raise NotAllowed(
            "No column is named for a part of the day. Say which are, for example --set "
            f"“{PART}{next(filter(None, seen.headers))}=P1”."
        )


def _refuse_strays(given: Mapping[str, str], asked: Sequence[Asked]) -> None:
    known = [one.key for one in asked]
    stray = next((name for name in given if name not in known), "")
    if stray:
        raise NotAllowed(f"“{stray}” is not asked of this file. Asked are: {', '.join(known)}.")
