"""What a person reads in a finished letter, and whether every value got there."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from html import unescape

from rollbook.documents.word import FOOT, HEAD, Element, parse, w

_READ = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_TEXT, _BREAKS = w("t"), frozenset((w("p"), w("br"), w("cr")))
_TAB = w("tab")
_WRITTEN = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:(tab|p|br|cr)(?=[ />])")
_HIDDEN = f"{w('rPr')}/{w('vanish')}"
_DIGITS = re.compile(r"[0-9]+")


def text_of(content: bytes) -> str:
    """Return all words of a Word file, headers, footers and footnotes too, a line a paragraph."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if _READ.fullmatch(name)]
    return "\n".join(part_text(part) for part in parts)


def lines_of(content: bytes) -> list[str]:
    """Return the body of a Word file to be read on a screen: a paragraph, or a row of a table."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = parse(archive.read("word/document.xml")).find(w("body"))
    lines = (_line(element) for element in ([] if body is None else body))
    return [line for lines_here in lines for line in lines_here if line]


def _line(element: Element) -> list[str]:
    if element.tag != w("tbl"):
        return "".join(_words_in(element)).strip().splitlines()
    rows = []
    for row in element.iter(w("tr")):
        cells = ["".join(_words_in(cell)).split("\n") for cell in row.findall(w("tc"))]
        lines = [[line.strip() for line in cell if line.strip()] for cell in cells]
        if all(len(cell) <= 1 for cell in lines):
            rows.append(" · ".join(line for cell in lines for line in cell))
        else:  # a table that only puts things side by side
            rows += [line for cell in lines for line in cell]
    return rows


def part_text(part: bytes) -> str:
    """Return the words of one part, a line a paragraph."""
    return "".join(_words_in(parse(part))).strip("\n")


def written_text(content: str) -> str:
    """Return the words of a part that this program wrote, a line a paragraph.

    The same as :func:`part_text`, read off the text itself: thousands of letters are read back, and
    what a template becomes is known to be sound XML.
    """
    if "<w:vanish" in content:  # words that are hidden are not read: that takes a closer look
        return part_text(_as_part(content))
    words = "".join(
        ("\t" if element == "tab" else "\n") if element else words
        for words, element in _WRITTEN.findall(content)
    )
    return unescape(words).strip("\n")


def _as_part(content: str) -> bytes:
    """Return a whole part; the body of a letter is kept without its opening and its end."""
    return (content if content.startswith("<?xml") else f"{HEAD}{content}{FOOT}").encode("utf-8")


def _words_in(root: Element) -> Iterator[str]:
    for element in root.iter(_TEXT, _TAB, *_BREAKS):
        if element.tag == _TEXT:
            if not _is_hidden(element):
                yield element.text or ""
        elif element.tag == _TAB:
            yield "\t"
        else:
            yield "\n"


def _is_hidden(text: Element) -> bool:
    """Say whether Word hides these words: nobody will read them on paper."""
    run = text.getparent()
    hidden = None if run is None else run.find(_HIDDEN)
    return hidden is not None and hidden.get(w("val")) not in ("0", "false", "off")


def values_not_in(text: str, fields: Iterable[str], values: Mapping[str, object]) -> list[str]:
    """Return the names of those ``fields`` whose value cannot be found in ``text``.

    A column of a list is named ``absences.date``. Letters of any case count as the same and runs
    of blanks as one, because a template may print a name in capitals and Word breaks lines where
    it likes. A number must stand alone: the 9 of "2019" does not show that nine was printed.
    """
    plain = _plain(text)
    lost = (
        name.partition(".")[0]
        for name in sorted(fields)
        if not all(_found(one, plain) for one in _texts(name, values))
    )
    return list(dict.fromkeys(lost))


def _texts(name: str, values: Mapping[str, object]) -> Iterable[str]:
    field, _, column = name.partition(".")
    value = values[field]
    if isinstance(value, str):
        return [value]
    assert isinstance(value, Iterable)
    return {str(row[column]) if column else str(row) for row in value}


IDENTIFYING = ("student_name", "student_id", "guardian_name", "address_lines", "serial")
"""The fields that say whose letter it is."""


def foreign_values_in(
    text: str, words: str, own: Mapping[str, object], others: Mapping[str, object]
) -> list[str]:
    """Return what stands in one letter's ``text`` and says who another letter is to or about.

    ``own`` and ``others`` are the values of the letter and of the other one, ``words`` those of the
    template itself. What both letters share, as brothers and sisters do, is nobody else's.
    """
    plain = _plain(text)
    allowed = _plain("\n".join([words, *_every_text(own)]))
    found = [
        value
        for field in IDENTIFYING
        if others.get(field)
        for value in _texts(field, others)
        if _stands_in(value, plain) and not _stands_in(value, allowed)
    ]
    return list(dict.fromkeys(found))


def _every_text(values: Mapping[str, object]) -> Iterator[str]:
    for value in values.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, Iterable):
            for row in value:
                yield " ".join(map(str, row.values())) if isinstance(row, Mapping) else str(row)


def _stands_in(value: str, plain: str) -> bool:
    """Say whether a value stands in a text as words of its own, not inside a longer one."""
    wanted = _plain(value)
    if not wanted or wanted not in plain:
        return False
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain) is not None


def _found(value: str, text: str) -> bool:
    wanted = _plain(value)
    if _DIGITS.fullmatch(wanted):
        return re.search(rf"(?<![0-9]){wanted}(?![0-9])", text) is not None
    return wanted in text


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
