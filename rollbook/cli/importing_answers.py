"""What was answered about a table, and the importer that the answers make."""

from collections.abc import Sequence

from rollbook.cli.importing_asked import CODE, PART, Asked, Custom, under
from rollbook.cli.importing_contents import DATES, codes_in
from rollbook.importers.reading.headers import key
from rollbook.importers.reading.looking import Seen
from rollbook.importers.reading.written import FIELDS, NEEDED, NOTHING
from rollbook.office.own_importers import OwnFormat
from rollbook.problems import NotAllowed

CodeTaken = tuple[str, int, str, str]
"""A code of the file, how often it occurs, the code it is taken for, and what that means."""


def answers_of(settings: Sequence[str]) -> dict[str, str]:
    """Read ``key=value``, as often as given; the key of a code may have a ``=`` in it."""
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise NotAllowed(f"“{setting}” is not an answer. Write it as key=value.")
        found[name.strip()] = value.strip()
    return found


def format_of(seen: Seen, asked: Sequence[Asked]) -> tuple[str, OwnFormat]:
    """Return the name and the content of the importer that the answers make."""
    said = {one.key: one.answer or "" for one in asked}
    fields = FIELDS[said["shape"]]
    whole = {
        "title": said["title"],
        "shape": said["shape"],
        "columns": {name: said[name] for name in fields if said.get(name)},
        "parts": seen.day_parts if said["shape"] == "grid" else under(said, PART),
        "codes": {code: to for code, to in under(said, CODE).items() if code != to},
        "header_rows": 1 if said["shape"] == "grid" else seen.header_rows,
        "dates": DATES.get(said.get("dates", "")),
        **{name: said.get(name) for name in ("recorded", "blank", "each", "unit")},
        "official_period": said.get("official"),
        "session": said.get("session"),
    }
    return said["save_as"], OwnFormat.model_validate({k: v for k, v in whole.items() if v})


def codes_taken(seen: Seen, asked: Sequence[Asked], custom: Custom) -> list[CodeTaken]:
    """Return each code of the file, how often it occurs, the code it is taken for, its meaning."""
    said = {one.key: one.answer or "" for one in asked}
    is_open = {one.key for one in asked if one.answer is None}
    shape = said.get("shape", "")
    if not shape or not all(said.get(name) for name in NEEDED[shape]):
        return []
    rows = []
    for code, count in codes_in(seen, shape, said).most_common():
        if not code:
            code_of_blank = said.get(CODE, "") if said["blank"] == "present" else NOTHING
            is_asked = bool({"blank", CODE} & is_open)
            rows.append(("(blank)", count, *_taken(code_of_blank, is_asked, custom)))
            continue
        meant = said.get(CODE + code, code)
        rows.append((code, count, *_taken(meant, CODE + code in is_open, custom)))
    return rows


def columns_not_read(seen: Seen, asked: Sequence[Asked]) -> list[str]:
    """Return the columns with a header that no answer takes; nothing until the shape is known."""
    said = {one.key: one.answer or "" for one in asked}
    shape = said.get("shape", "")
    if not shape:
        return []
    taken = {said.get(name, "") for name in FIELDS[shape]} | under(said, PART).keys()
    return [header for header in seen.headers if key(header) and header not in taken]


def _taken(code: str, is_asked: bool, custom: Custom) -> tuple[str, str]:
    return ("?", "to be answered") if is_asked else (code, custom.codes.get(code, ""))
