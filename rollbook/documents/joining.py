"""One file for the printer: each letter its own section, header, footer and page numbers.

What the templates bring along is looked after in :mod:`rollbook.documents.house`. Letters are
compressed as they come, so a batch of thousands needs little memory.
"""

import io
import itertools
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from rollbook.documents.house import (
    BODY,
    FOOTNOTES,
    STYLES,
    House,
    counting_numbers,
    counting_styles,
    part_of,
    put,
    rename,
)
from rollbook.documents.template import SECTION_MARK, Rendered, Template
from rollbook.documents.word import (
    FOOT,
    HEAD,
    NAMESPACES,
    XML_DECLARATION,
    Element,
    R,
    name_default_styles,
    parse,
    r,
    relations_name,
    target_name,
    w,
    write_xml,
)
from rollbook.package import PackageWriter, writing_whole
from rollbook.problems import NotAllowed

MOST_LETTERS = 20_000
"""A file with more letters than this is more than Word can open."""

_REMEMBERED = 64
"""So many headers and footers are known again; one with a letter's number serves no other."""

_CHUNK = 1 << 20

_FIRST_MARK = 100_000  # above the numbers Word gave the bookmarks of the templates

_NUMBER = re.compile(r'<w:numId w:val="([0-9]+)"/>')
_STYLED = re.compile(
    r'(<w:pPr>\s*<w:pStyle w:val="([^"]*)"/>)((?:(?!</w:pPr>).)*)</w:pPr>', re.DOTALL
)
_BEFORE_LIST = re.compile(r"<w:(keepNext|keepLines|pageBreakBefore|framePr|widowControl)\b[^>]*?/>")
_DRAWING = re.compile(r'(<wp:docPr\b[^>]*?\bid=)"[0-9]+"')
_FOOTNOTE = re.compile(r'(<w:footnoteReference\b[^>]*?w:id=)"([0-9]+)"')
_INNER_SECTION = re.compile(r"<w:sectPr\b[^>]*/>|<w:sectPr\b.*?</w:sectPr>", re.DOTALL)
_PAGES = re.compile(
    r"(<w:instrText\b[^>]*>\s*)NUMPAGES\b([^<]*</w:instrText>.*?"
    r'<w:fldChar w:fldCharType="separate"/></w:r>)(.*?)(<w:r\b(?:(?!<w:r\b).)*?"end"/>)',
    re.DOTALL,
)
_PAGES_SIMPLE = re.compile(r'(<w:fldSimple w:instr="\s*)NUMPAGES\b')
_LAST_PAGE = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> PAGEREF {mark} </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
_SECTION_ORDER = (
    "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders "
    "lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter "
    "docGrid printerSettings sectPrChange"
).split()


def join(letters: Iterable[Rendered], *, both_sides: bool = True) -> bytes:
    """Return one Word file with all ``letters`` in their order, as :func:`join_to` writes it."""
    stream = io.BytesIO()
    _join(letters, stream, both_sides)
    return stream.getvalue()


def join_to(path: Path, letters: Iterable[Rendered], *, both_sides: bool = True) -> int:
    """Write one Word file with all ``letters`` in their order; return how many there are.

    Templates and languages may be mixed. Page numbers begin again at 1 with each letter. With
    ``both_sides`` each letter begins on a fresh sheet of paper even when the printer uses both
    sides, so that no family finds another family's letter on the back of its own.

    Letters go to the disk as they come, so memory does not grow with the batch; ``path`` is the
    whole file at the end or what it was before. Raises ``NotAllowed`` for no letters, and for more
    than Word can open in one file.
    """
    with writing_whole(path) as stream:
        return _join(letters, stream, both_sides)


def _join(letters: Iterable[Rendered], stream: BinaryIO, both_sides: bool) -> int:
    with closing(_Joined(both_sides)) as joined:
        for letter in letters:
            joined.add(letter)
        return joined.write(stream)


@dataclass
class _Placed:
    """A template that has moved in: what its names became, and how its sections begin."""

    template: Template
    renamed: Mapping[str, str]
    parts: Mapping[str, str]
    counting: frozenset[str]
    counting_styles: Mapping[str, tuple[str, str]]  # style → its list and level
    sections: dict[tuple[str, bool], "_Section"] = field(default_factory=dict)


@dataclass(frozen=True)
class _Section:
    """A section's properties cut open where each letter's own headers and footers go."""

    before: str
    after: str
    references: tuple[tuple[str, str, str], ...]  # element, type, part ("" = an empty one)


class _Joined:
    """The file being put together."""

    def __init__(self, both_sides: bool) -> None:
        self._both_sides = both_sides
        self._placed: dict[str, _Placed] = {}
        self._house = House()
        self._footnotes: Element | None = None
        self._running: dict[tuple[str, str, str], str] = {}  # the newest only
        self._own: dict[tuple[str, str], str] = {}  # of the letter being added
        self._drawings = itertools.count(1)
        self._used_numbers: set[str] = set()
        self._letters = 0
        self._pending = ""  # the last letter's section, which ends the document, not a paragraph
        self._after = ""  # and the rest of its last paragraph
        self._squeeze = zlib.compressobj(1, zlib.DEFLATED, -15)
        self._body = tempfile.TemporaryFile(prefix="rollbook-letters-")
        self._crc = self._size = 0
        self._write(HEAD)

    # --- a letter ------------------------------------------------------------------------------

    def add(self, letter: Rendered) -> None:
        """Put one letter at the end."""
        self._letters += 1
        if self._letters > MOST_LETTERS:
            raise NotAllowed(
                f"More than {MOST_LETTERS:,} letters do not go into one Word file. "
                "Make the print file in several parts."
            )
        self._own = {}
        placed = self._placed.get(letter.template.digest) or self._place(letter.template)
        if self._pending:
            self._end_section()
        body = letter.parts[BODY]
        if placed.renamed:
            body = rename(body, placed.renamed)
        if placed.counting_styles:
            body = _with_lists_named(body, placed.counting_styles)
        if placed.counting:
            body = self._restart_lists(body, placed.counting)
        if "<wp:docPr" in body:
            body = _DRAWING.sub(lambda found: f'{found[1]}"{next(self._drawings)}"', body)
        if "<w:footnoteReference" in body:
            body = self._move_footnotes(body, letter, placed)
        if "<w:sectPr" in body:
            body = self._inner_sections(body, letter, placed)
            section = self._section(placed, letter.template.section, letter, first=False)
        else:
            section = self._section(placed, letter.template.section, letter, first=True)
        before, _, after = body.rpartition(SECTION_MARK)
        self._write(before)
        self._pending = section
        properties, _, rest = after.partition("</w:pPr>")
        self._after = f"{properties}</w:pPr>{self._end_mark()}{rest}"

    def _end_section(self) -> None:
        self._write(self._pending)
        self._write(self._after)

    def _end_mark(self) -> str:
        """Return a bookmark for the letter's end, which tells how many pages it has."""
        number = self._letters
        return (
            f'<w:bookmarkStart w:id="{_FIRST_MARK + number}" w:name="_end_{number}"/>'
            f'<w:bookmarkEnd w:id="{_FIRST_MARK + number}"/>'
        )

    def _inner_sections(self, body: str, letter: Rendered, placed: _Placed) -> str:
        count = itertools.count()
        return _INNER_SECTION.sub(
            lambda found: self._section(placed, found[0], letter, first=next(count) == 0), body
        )

    def _section(self, placed: _Placed, xml: str, letter: Rendered, *, first: bool) -> str:
        section = placed.sections.get((xml, first))
        if section is None:
            section = self._open_section(placed, xml, first)
            placed.sections[xml, first] = section
        references = []
        for element, kind, part in section.references:
            identity = self._running_part(placed, element, part, letter)
            references.append(f'<w:{element} w:type="{kind}" r:id="{identity}"/>')
        return f"{section.before}{''.join(references)}{section.after}"

    def _open_section(self, placed: _Placed, xml: str, first: bool) -> _Section:
        """Cut a section open; a letter's first must inherit nothing from the letter before."""
        section = parse(f"{HEAD}{xml}{FOOT}".encode())[0][0]
        references = []
        for element in ("headerReference", "footerReference"):
            found = {}
            for one in section.findall(w(element)):
                found[one.get(w("type"), "default")] = placed.parts[one.get(r("id"), "")]
                section.remove(one)
            if first:
                found.setdefault("default", "")
                if self._house.tells_even_pages:
                    found.setdefault("even", found["default"])
                if section.find(w("titlePg")) is not None:
                    found.setdefault("first", "")
            if not self._house.tells_even_pages:  # nobody sees it, and LibreOffice is slow with it
                found.pop("even", "")
            references += [(element, kind, part) for kind, part in found.items()]
        for printer in section.findall(w("printerSettings")):
            section.remove(printer)
        if first:
            start = "oddPage" if self._both_sides else "nextPage"
            put(section, "type", {"val": start}, _SECTION_ORDER)
            put(section, "pgNumType", {"start": "1"}, _SECTION_ORDER)
        text = _inner_xml(section)
        opening = text.index(">") + 1
        return _Section(text[:opening], text[opening:], tuple(references))

    def _running_part(self, placed: _Placed, element: str, part: str, letter: Rendered) -> str:
        """Return the relationship to one of the letter's own headers and footers."""
        if (element, part) not in self._own:
            self._own[element, part] = self._running_like(placed, element, part, letter)
        return self._own[element, part]

    def _running_like(self, placed: _Placed, element: str, part: str, letter: Rendered) -> str:
        """Return the relationship to a header or footer with just this content; make it if new."""
        kind = element.removesuffix("Reference")
        content = letter.parts.get(part)
        if part and content is None:
            content = placed.template.package[part].decode("utf-8")
        if content and "NUMPAGES" in content:
            content = self._own_pages(content)
        key = (letter.template.digest if part else "", part or kind, content or "")
        known = self._running.get(key)
        if known is not None:
            return known
        if not part:
            tag = "hdr" if kind == "header" else "ftr"
            text = f'{XML_DECLARATION}<w:{tag} xmlns:w="{NAMESPACES["w"]}"><w:p/></w:{tag}>'
        else:
            text = content or ""
        if placed.renamed and part:
            text = _with_default_styles(text, placed.template)
            text = rename(text, {k: v for k, v in placed.renamed.items() if k[0] != "r"})
        name = self._house.fresh_name(kind)
        if part:
            self._house.copy_relations(placed.template, part, name)
        if len(self._running) == _REMEMBERED:
            del self._running[next(iter(self._running))]
        self._running[key] = self._house.add(name, text, kind)
        return self._running[key]

    def _own_pages(self, text: str) -> str:
        """Let “page 1 of 2” count the letter's own pages, not those of the whole file.

        Word counts the section's pages anew. LibreOffice does not know that field and shows what
        stands in it, so in it stands the page number of the letter's end.
        """
        last = _LAST_PAGE.format(mark=f"_end_{self._letters}")
        text = _PAGES.sub(lambda one: f"{one[1]}SECTIONPAGES{one[2]}{last}{one[4]}", text)
        return _PAGES_SIMPLE.sub(r"\1SECTIONPAGES", text)

    def _restart_lists(self, body: str, counting: frozenset[str]) -> str:
        """Let the numbered lists of each letter begin at 1 again."""
        fresh: dict[str, str] = {}

        def number(found: re.Match[str]) -> str:
            old = found[1]
            if old not in counting:
                return found[0]
            if old not in fresh:
                fresh[old] = self._house.fresh_number(old) if old in self._used_numbers else old
            return f'<w:numId w:val="{fresh[old]}"/>'

        body = _NUMBER.sub(number, body)
        self._used_numbers |= fresh.keys()
        return body

    def _move_footnotes(self, body: str, letter: Rendered, placed: _Placed) -> str:
        content = letter.parts.get(FOOTNOTES)
        theirs = parse(content.encode() if content else letter.template.package[FOOTNOTES])
        if self._footnotes is None:
            self._footnotes = deepcopy(theirs)
            for note in self._footnotes.findall(w("footnote")):
                if note.get(w("type")) in (None, "normal"):
                    self._footnotes.remove(note)
        moved = {}
        for note in theirs.findall(w("footnote")):
            if note.get(w("type")) in (None, "normal"):
                identity = str(next(self._house.counter) + 1)
                moved[note.get(w("id"), "")] = identity
                note.set(w("id"), identity)
                text = rename(etree.tostring(note, encoding="unicode"), placed.renamed)
                self._footnotes.append(etree.fromstring(text))
        return _FOOTNOTE.sub(lambda found: f'{found[1]}"{moved[found[2]]}"', body)

    # --- a template ----------------------------------------------------------------------------

    def _place(self, template: Template) -> _Placed:
        relations = parse(template.package[relations_name(BODY)])
        parts = {
            one.get("Id", ""): target_name(BODY, one.get("Target", ""))
            for one in relations
            if one.get("Type") in (f"{R}/header", f"{R}/footer")
        }
        renamed: dict[str, str] = {}
        if not self._placed:
            self._house.move_in_first(template, relations, parts.values())
            numbers: dict[str, str] = {}
        else:
            names, numbers = self._house.move_styles(template)
            renamed |= {f"s:{old}": new for old, new in names.items()}
            renamed |= {f"n:{old}": new for old, new in numbers.items()}
            renamed |= self._house.move_relations(template, relations)
        counting = frozenset(numbers.get(one, one) for one in counting_numbers(template))
        styles = {
            renamed.get(f"s:{style}", style): (numbers.get(number, number), level)
            for style, (number, level) in counting_styles(template).items()
        }
        placed = _Placed(template, renamed, parts, counting, styles)
        self._placed[template.digest] = placed
        return placed

    # --- the file ------------------------------------------------------------------------------

    def write(self, stream: BinaryIO) -> int:
        """Write the finished file; return how many letters are in it."""
        if not self._placed:
            raise NotAllowed("There are no letters to join.")
        self._write(self._after)
        self._write(self._pending)
        self._write(FOOT)
        self._body.write(self._squeeze.flush())
        length = self._body.tell()
        self._body.seek(0)
        chunks = iter(partial(self._body.read, _CHUNK), b"")
        with PackageWriter(stream) as writer:
            self._house.write(writer, self._footnotes)
            writer.put_packed(BODY, chunks, length, zipfile.ZIP_DEFLATED, self._crc, self._size)
        return self._letters

    def close(self) -> None:
        """Let go of the disk space."""
        self._body.close()
        self._house.close()

    def _write(self, text: str) -> None:
        content = text.encode("utf-8")
        self._crc = zlib.crc32(content, self._crc)
        self._size += len(content)
        self._body.write(self._squeeze.compress(content))


def _with_lists_named(body: str, styles: Mapping[str, tuple[str, str]]) -> str:
    """Let paragraphs that are numbered by their style name the list, which begins again then."""

    def named(found: re.Match[str]) -> str:
        number, level = styles.get(found[2], ("", ""))
        if not number or "<w:numPr" in found[0]:
            return found[0]
        after = max((one.end() for one in _BEFORE_LIST.finditer(found[3]) if one[0]), default=0)
        listed = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        return f"{found[1]}{found[3][:after]}{listed}{found[3][after:]}</w:pPr>"

    return _STYLED.sub(named, body)


def _with_default_styles(text: str, template: Template) -> str:
    root = parse(text.encode("utf-8"))
    name_default_styles(root, part_of(template.package, STYLES))
    return write_xml(root).decode("utf-8")


def _inner_xml(section: Element) -> str:
    """Write a section without the namespaces that the document's opening tag declares already."""
    body = etree.fromstring(f"{HEAD}{FOOT}".encode())
    body[0].append(section)
    text = etree.tostring(body, encoding="unicode")
    inside = text.partition("<w:body>")[2].rpartition("</w:body>")[0]
    if inside.endswith("/>") and inside.count("<") == 1:
        return f"{inside[:-2]}></w:sectPr>"
    return inside
