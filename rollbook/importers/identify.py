"""Which importer reads a dropped file: exactly one must say yes, or the file is refused."""

import importlib
import pkgutil
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

from rollbook.importers.contract import Extract, Importer, Profile
from rollbook.importers.reading.headers import HEADER_ROWS, header_like_row, key
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem, RefusedFile, RollbookError, note, refuse, where_in_code

_CONTRACT = ("NAME", "TITLE", "HEADERS", "identify", "extract")
_HEADERS_SHOWN = 12
_LONGEST_SHOWN = 60  # letters of a header
_RENAMED = (
    ": a list of marks needs Student ID, Date and Code; a list of students needs Student ID, Last "
    "Name, First Name and Grade"
)
_WEEKDAY = re.compile(r"m|tu?|w|th|f|(mon|tues?|wed(nes)?|thu(r|rs)?|fri|sat(ur)?|sun)(day)?")
_BRING_STUDENTS = frozenset(
    ("aeries-stu", "ascender-roster", "oneroster-users", "pupil-list", "student-list")
)
_BRING_CONTACTS = frozenset(("aeries-con",))
_CORRECT = frozenset(("change-form", "excuse-notes"))


@cache
def all_importers() -> tuple[Importer, ...]:
    """Return every importer in this folder, by file name."""
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]))
    modules = [importlib.import_module(f"rollbook.importers.{name}") for name in names]
    return tuple(
        cast(Importer, module)
        for module in modules
        if all(hasattr(module, attribute) for attribute in _CONTRACT)
    )


def identify(
    upload: Upload, importers: Sequence[Importer] | None = None, own: Sequence[Importer] = ()
) -> Importer:
    """Return the one importer that knows this export; a general one gives way to a system's own.

    The office's ``own`` importers are asked when no system's own knows the file.

    Raises ``RefusedFile`` when none does, naming the headers seen and the nearest importer, and
    when several do, naming them.
    """
    candidates = all_importers() if importers is None else importers
    _ = upload.head  # refuses what is neither text, a workbook nor XML
    broken: list[str] = []
    matching: list[Importer] = []
    for importer in candidates:
        try:
            if importer.identify(upload):
                matching.append(importer)
        except (RollbookError, OSError):
            raise
        except Exception:  # a stranger's code: name it, and let the others have their turn
            broken.append(importer.TITLE)
    of_systems = [importer for importer in matching if not getattr(importer, "GENERAL", False)]
    if all(map(gives_way, of_systems)):
        matching = [one for one in own if one.identify(upload)] or of_systems or matching
    else:
        matching = of_systems
    if len(matching) == 1:
        return matching[0]
    if matching:
        titles = " and ".join(f"“{importer.TITLE}”" for importer in matching)
        raise upload.refused(
            "several-importers",
            f"could be {titles}. Nothing was posted. Remove the columns that only one of them "
            "needs, or ask whoever set Rollbook up to make the importers tell it apart.",
        )
    raise _unknown(upload, [*candidates, *own], broken)


def gives_way(importer: Importer) -> bool:
    """Say whether an importer is no system's own, so that the office's may read its files."""
    general = getattr(importer, "GENERAL", False)
    return bool(general or getattr(importer, "GIVES_WAY", False))


def turn_of(upload: Upload) -> int:
    """Return when a file is to be read among others: students, contacts, marks, corrections.

    Marks and contacts are of students, so students must be there before them; what corrects marks
    must find them there. A file that no importer knows comes with the marks; reading it says why.
    """
    try:
        name = identify(upload).NAME
    except Exception:  # whatever is wrong with it, reading it in its turn says so
        return 2
    if name in _CORRECT:
        return 3
    return 0 if name in _BRING_STUDENTS else 1 if name in _BRING_CONTACTS else 2


def extract(upload: Upload, profile: Profile, importer: Importer | None = None) -> Extract:
    """Read the whole file with its importer, and put the file's name on every problem.

    Whatever goes wrong inside an importer becomes a ``RefusedFile`` that names it; only what the
    system says about the file itself (locked, gone) passes as ``OSError``, to be tried again.
    """
    if profile.encoding and not upload.preferred_encoding:
        upload = Upload(upload.path, profile.encoding)
    chosen = importer or identify(upload, own=profile.own)
    if not getattr(chosen, "encoding", ""):  # an office's own importer may say it
        upload.refuse_unclear_letters()
    if not getattr(chosen, "ASKS_ORDER", False):  # a system writes dates as its country does
        profile = replace(profile, order_settled=True)
    try:
        extracted = chosen.extract(upload, profile)
    except (RollbookError, OSError):
        raise
    except Exception as error:
        raise upload.refused(
            "importer-failed",
            f"could not be read by the importer “{chosen.TITLE}” ({where_in_code(error)}). Nothing "
            "was posted. Export the file again; if it happens again, send this sentence to "
            "whoever looks after Rollbook.",
        ) from error
    said = [*extracted.problems, *_hidden(upload)]
    problems = [problem.in_file(upload.name) for problem in said]
    return replace(extracted, problems=problems, columns=columns_compared(upload, chosen))


def _hidden(upload: Upload) -> list[Problem]:
    """Say which sheets were not read because they are hidden."""
    names = ", ".join(f"“{name}”" for name in upload.hidden_sheets)
    if not names:
        return []
    words = f"Hidden in Excel and not read: {names}. Unhide what holds marks, and drop the file"
    return [note("hidden-sheets", f"{words} again.")]


def columns_compared(upload: Upload, importer: Importer) -> tuple[str, ...]:
    """Return the headers by which two exports of a kind are compared.

    They stand in the row that has most of the importer's own words: never in a row of data, which
    may hold names. Days and numbers over columns are another selection each time, and are left out.
    """
    if upload.kind not in ("text", "workbook"):
        return ()
    known = {key(word) for word in importer.HEADERS}
    known |= {key(word) for words in getattr(importer, "WORDS", {}).values() for word in words}
    rows = [row for rows in upload.head.values() for row in rows[:HEADER_ROWS]]

    def matches(row: Row) -> int:
        return len({key(cell) for cell in row} & (known - {""}))

    found = max(rows, key=matches, default=())
    headers = [" ".join(cell.split()) for cell in found] if matches(found) else []
    words = [
        header
        for header in headers
        if key(header)
        and not any(map(str.isdecimal, header))
        and not _WEEKDAY.fullmatch(key(header))
    ]
    return tuple(dict.fromkeys(words)) if len(words) > 1 else ()


def _unknown(upload: Upload, importers: Sequence[Importer], broken: Sequence[str]) -> RefusedFile:
    headers = [cell.strip() for cell in header_like_row(upload) if cell.strip()]
    headers = [
        cell if len(cell) <= _LONGEST_SHOWN else f"{cell[:_LONGEST_SHOWN]}…" for cell in headers
    ]
    if upload.kind == "xml":
        seen = f"It is XML that starts with <{upload.root_name}>."
        nearest = ""
    elif upload.kind == "json":
        seen = "It is JSON, but not of attendance events or of reporting periods."
        nearest = ""
    elif len(headers) < 2:
        seen = "No row with headers was found in it."
        nearest = ""
    else:
        shown = ", ".join(headers[:_HEADERS_SHOWN]) + (
            " …" if len(headers) > _HEADERS_SHOWN else ""
        )
        seen = f"Its headers are: {shown}."
        nearest = _nearest(headers, importers)
    has_headers = upload.kind not in ("xml", "json")
    adopt = f'; or let Rollbook learn this export: rollbook import adopt "{upload.name}"'
    mend = "export it as CSV"
    if has_headers:
        mend = f"rename the headers and drop it again{_RENAMED}{adopt}"
    failed = f" These importers failed on it: {', '.join(broken)}." if broken else ""
    message = (
        f"“{upload.name}” is not an export Rollbook knows. {seen}{nearest}{failed} Check that the "
        f"right export was dropped, or {mend}."
    )
    return RefusedFile([refuse("unknown-export", message)])


def _nearest(headers: Sequence[str], importers: Sequence[Importer]) -> str:
    seen = {key(header) for header in headers}

    def missing(importer: Importer) -> list[str]:
        words = getattr(importer, "WORDS", {})
        known = {
            key(name): {key(word) for word in names} for names in words.values() for name in names
        }
        return [
            header
            for header in importer.HEADERS
            if not seen & (known.get(key(header), set()) | {key(header)})
        ]

    def literal(importer: Importer) -> int:
        return sum(key(header) in seen for header in importer.HEADERS)

    def is_near(importer: Importer) -> bool:
        lacks = len(missing(importer))
        if getattr(importer, "GENERAL", False):
            return lacks < len(importer.HEADERS)
        return lacks * 2 <= len(importer.HEADERS) and bool(importer.HEADERS)

    near = [one for one in importers if is_near(one)]
    if not near:
        return ""
    best = min(near, key=lambda one: (len(missing(one)) / len(one.HEADERS), -literal(one)))
    lacks = ", ".join(f"“{header}”" for header in missing(best))
    if not lacks:
        return f" The nearest is “{best.TITLE}”, but its columns are not arranged like that."
    return f" The nearest is “{best.TITLE}”, which also needs {lacks}."
