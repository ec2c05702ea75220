"""What clerks typed into the logs of a workbook: read from its cells, nothing made of it yet."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Content, column_letters, day_of
from rollbook.workbooks.mapping import Block, WorkbookMap
from rollbook.workbooks.places import Place, locate

STATUS, NOTE, CONTACT = "state", "note", "contact"
"""What may be typed: the status of a letter, a note beside it, a row in the log of contacts."""

_CORE = "docProps/core.xml"
_MODIFIED = "{http://purl.org/dc/terms/}modified"
_BY = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastModifiedBy"


@dataclass(frozen=True, slots=True)
class Typed:
    """One thing that stands in a log: which, where, and its words by Rollbook's names of columns.

    ``key`` stays the same wherever the row stands, so that sorting makes nothing new. A day is
    written ``2026-11-20``. ``serial`` is the letter's; empty in the log of contacts.
    """

    kind: str
    key: str
    place: str
    said: Mapping[str, str]
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """Who saved a workbook last, and when, as it says itself; nothing where it does not."""

    by: str = ""
    at: datetime | None = None


def typed_in(book: Book, mapping: WorkbookMap) -> Iterator[Typed]:
    """Yield what stands in the log of letters beside Rollbook's own, and in that of contacts."""
    if mapping.log and "serial" in mapping.log.columns:
        yield from _letters(book, mapping.log)
    if mapping.contacts:
        yield from _contacts(book, mapping.contacts)


def saved_by(book: Book) -> Saved:
    """Return who saved a workbook last, and when."""
    if _CORE not in book.package:
        return Saved()
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        tree = etree.fromstring(book.read(_CORE), parser)
        moment = tree.findtext(_MODIFIED) or ""
        at = datetime.fromisoformat(moment.replace("Z", "+00:00")) if moment else None
    except (etree.XMLSyntaxError, ValueError):
        return Saved()
    return Saved((tree.findtext(_BY) or "").strip(), at)


def _letters(book: Book, block: Block) -> Iterator[Typed]:
    place = locate(book, block)
    for row in place.rows():
        said = _row(book, place, row)
        serial = said.get("serial", "")
        for kind in (STATUS, NOTE):
            if serial and said.get(kind):
                where = f"{place.sheet.name}!{column_letters(place.columns[kind])}{row}"
                words = {key: said[key] for key in (kind, "student_id") if said.get(key)}
                yield Typed(kind, f"{serial} {kind}", where, words, serial)


def _contacts(book: Book, block: Block) -> Iterator[Typed]:
    place = locate(book, block)
    seen: Counter[str] = Counter()
    for row in place.rows():
        said = {key: text for key, text in _row(book, place, row).items() if text}
        who = said.get("student_id") or said.get("student_name")
        if said.get("date") and who and (said.get("action") or said.get("note")):
            digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode("utf-8")).hexdigest()
            seen[digest] += 1
            where = f"{place.sheet.name}!{column_letters(place.columns['date'])}{row}"
            yield Typed(CONTACT, f"{digest[:24]} {seen[digest]}", where, said)


def _row(book: Book, place: Place, row: int) -> dict[str, str]:
    said = {}
    for key, column in place.columns.items():
        cell = place.sheet.cell(row, column)
        content = cell.content(book.shared) if cell and not cell.has_formula else None
        is_day = cell is not None and isinstance(content, float) and book.styles.is_date(cell.style)
        said[key] = _text(content, book.since_1904, is_day=is_day)
    return said


def _text(content: Content, since_1904: bool, *, is_day: bool) -> str:
    if isinstance(content, float):
        day = day_of(content, since_1904) if is_day else None
        if isinstance(day, date):
            return day.isoformat()
        return str(int(content)) if content.is_integer() else str(content)
    return re.sub(r"\s+", " ", str(content or "")).strip()
