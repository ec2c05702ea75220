"""The formulas in the parts of a workbook: rewritten where they stand, nothing else touched."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rollbook.workbooks.cells import attributes, column_number, escape, unescape
from rollbook.workbooks.references import translated

if TYPE_CHECKING:
    from rollbook.workbooks.book import Book

Rewrite = Callable[[str], str]
"""Makes one formula of another."""

_OF_A_SHEET = ("/table", "/drawing", "/vmlDrawing", "/ctrlProp")
_OF_THE_BOOK = ("/chart", "/chartEx")
_FORMULA = re.compile(
    rb"(<(?:\w+:)?(?:f|formula[12]?|calculatedColumnFormula|totalsRowFormula|definedName"
    rb"|FmlaLink|FmlaRange|FmlaGroup|FmlaTxbx|FmlaPict|c15:sqref)(?=[\s>])(?:[^>]*[^/>])?>)"
    rb"([^<]+)(?=<)"
)
_LINKED = re.compile(
    rb"(\s(?:location|linkedCell|listFillRange|fmlaLink|fmlaRange|fmlaGroup|fmlaTxbx|fmlaPict"
    rb'|textlink|cellRange)=")([^"]*)(")'
)
_SHARED = re.compile(
    rb"<c\s(?P<cell>[^>]*)>\s*<f\s(?P<about>(?:[^>]*\s)?t=\"shared\"[^>]*?)(?:/>|>(?P<text>[^<]*)</f>)"
)
_OF_SHARING = re.compile(rb'\s*\b(?:t="shared"|si="\d+"|ref="[^"]*")')


def formula_parts(book: "Book") -> Iterator[tuple[str, str]]:
    """Yield the parts in which formulas stand, names apart, and the sheet each belongs to."""
    for tab in book.tabs:
        yield tab.part, tab.name
        for kind, part in book.links_of(tab.part):
            if kind.endswith(_OF_A_SHEET):
                yield part, tab.name
    for end in _OF_THE_BOOK:
        for part in book.parts_of_kind(end):
            yield part, ""


def rewrite_formulas(xml: bytes, rewrite: Rewrite, *, links: bool = True) -> bytes:
    """Return a part whose formulas, and ``links`` that are addresses, are rewritten."""

    def with_formula(found: re.Match[bytes]) -> bytes:
        return found[1] + _again(found[2], rewrite)

    def with_link(found: re.Match[bytes]) -> bytes:
        return found[1] + _again(found[2], rewrite) + found[3]

    xml = _FORMULA.sub(with_formula, xml)
    return _LINKED.sub(with_link, xml) if links else xml


def unshared(xml: bytes) -> bytes:
    """Return a sheet in which each cell has its formula to itself.

    Excel keeps a formula that was filled down once, and for the other cells says that they share
    it. When rows are inserted, the cells may come to calculate different things.
    """
    if b't="shared"' not in xml:
        return xml
    masters = {
        int(about["si"]): (_place(attributes(found["cell"])["r"]), unescape(found["text"]))
        for found, about in _shared(xml)
        if found["text"]
    }

    def own(found: re.Match[bytes]) -> bytes:
        about = attributes(found["about"])
        master, text = masters[int(about["si"])]
        row, column = _place(attributes(found["cell"])["r"])
        kept = _OF_SHARING.sub(b"", b" " + found["about"]).strip()
        text = translated(text, row - master[0], column - master[1])
        opening = b"<f %s>" % kept if kept else b"<f>"
        return b"<c %s>%s%s</f>" % (found["cell"], opening, escape(text))

    return _SHARED.sub(own, xml)


def mentions(xml: bytes, sheet: str) -> bool:
    """Whether the name of a sheet may stand in a formula of a part."""
    names = {escape(sheet.replace("'", "''")), escape(sheet)}
    return any(name in xml for name in names)


def _shared(xml: bytes) -> Iterator[tuple[re.Match[bytes], dict[str, str]]]:
    for found in _SHARED.finditer(xml):
        yield found, attributes(found["about"])


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_number(letters)


def _again(raw: bytes, rewrite: Rewrite) -> bytes:
    text = unescape(raw)
    new = rewrite(text)
    return raw if new == text else escape(new)
