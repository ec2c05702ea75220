"""One file for the printer: each letter its own section, header, footer and page numbers.

The first letter's template is the house the others move into. A later template brings its styles,
lists, pictures and links along under names of their own, once; its letters then refer to those.
Letters are compressed as they come, so a batch of thousands needs little memory.
"""

import itertools
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from rollbook.documents.template import SECTION_MARK, Rendered, Template
from rollbook.documents.word import (
    CONTENT_TYPES,
    FOOT,
    HEAD,
    NAMESPACES,
    PACKAGE_RELATIONS,
    PART_TYPE,
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
from rollbook.package import Package, Part
from rollbook.problems import NotAllowed

MOST_LETTERS = 20_000
"""A file with more letters than this is more than Word can open."""

_FIRST_MARK = 100_000  # above the numbers Word gave the bookmarks of the templates
_BODY = "word/document.xml"
_STYLES, _NUMBERING = "word/styles.xml", "word/numbering.xml"
_FOOTNOTES = "word/footnotes.xml"
_TYPES = "[Content_Types].xml"

_NUMBER = re.compile(r'<w:numId w:val="([0-9]+)"/>')
_DRAWING = re.compile(r'(<wp:docPr\b[^>]*?\bid=)"[0-9]+"')
_FOOTNOTE = re.compile(r'(<w:footnoteReference\b[^>]*?w:id=)"([0-9]+)"')
_INNER_SECTION = re.compile(r"<w:sectPr\b[^>]*/>|<w:sectPr\b.*?</w:sectPr>", re.DOTALL)
_PAGES = re.compile(
    r"(<w:instrText\b[^>]*>\s*)NUMPAGES\b([^<]*</w:instrText>.*?"
    r'<w:fldChar w:fldCharType="separate"/></w:r>)(.*?)(<w:r\b(?:(?!<w:r\b).)*?"end"/>)',
    re.DOTALL,
)
_PAGES_SIMPLE = re.compile(r'(<w:fldSimple w:instr="\s*)NUMPAGES\b')
_REFERENCE = re.compile(
    r'(<w:(?:pStyle|rStyle|tblStyle|numId) w:val=|\br:(?:id|embed|link|pict|dm|lo|qs|cs)=)"([^"]*)"'
)
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
_RUN_ORDER = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd "
    "fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
).split()
_PARAGRAPH_ORDER = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr "
    "shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE "
    "autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
    "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr"
).split()
_STAYS_BEHIND = frozenset(
    f"{R}/{kind}"
    for kind in (
        "header footer styles settings webSettings fontTable theme numbering footnotes endnotes "
        "comments customXml glossaryDocument"
    ).split()
)


def join(letters: Iterable[Rendered], *, both_sides: bool = True) -> bytes:
    """Return one Word file with all ``letters`` in their order.

    Templates and languages may be mixed. Page numbers begin again at 1 with each letter. With
    ``both_sides`` each letter begins on a fresh sheet of paper even when the printer uses both
    sides, so that no family finds another family's letter on the back of its own.
    """
    joined = _Joined(both_sides)
    for letter in letters:
        joined.add(letter)
    return joined.to_bytes()


@dataclass
class _Placed:
    """A template that has moved in: what its names became, and how its sections begin."""

    template: Template
    renamed: Mapping[str, str]
    parts: Mapping[str, str]
    counting: frozenset[str]
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
        self._base = Package({})
        self._types = self._relations = etree.Element("none")
        self._moved_styles: dict[tuple[bytes, bytes], tuple[dict[str, str], dict[str, str]]] = {}
        self._styles: Element | None = None
        self._numbering: Element | None = None
        self._footnotes: Element | None = None
        self._running: dict[tuple[str, str, str], str] = {}
        self._counter = itertools.count(1)
        self._drawings = itertools.count(1)
        self._used_numbers: set[str] = set()
        self._letters = 0
        self._pending = ""  # the last letter's section, which ends the document, not a paragraph
        self._after = ""  # and the rest of its last paragraph
        self._squeeze = zlib.compressobj(1, zlib.DEFLATED, -15)
        self._packed: list[bytes] = []
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
        placed = self._placed.get(letter.template.digest) or self._place(letter.template)
        if self._pending:
            self._end_section()
        body = letter.parts[_BODY]
        if placed.renamed:
            body = _rename(body, placed.renamed)
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
                found.setdefault("even", found["default"])
                found.setdefault("first", "")
            references += [(element, kind, part) for kind, part in found.items()]
        for printer in section.findall(w("printerSettings")):
            section.remove(printer)
        if first:
            start = "oddPage" if self._both_sides else "nextPage"
            _put(section, "type", {"val": start}, _SECTION_ORDER)
            _put(section, "pgNumType", {"start": "1"}, _SECTION_ORDER)
        text = _inner_xml(section)
        opening = text.index(">") + 1
        return _Section(text[:opening], text[opening:], tuple(references))

    def _running_part(self, placed: _Placed, element: str, part: str, letter: Rendered) -> str:
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
            text = _rename(text, {k: v for k, v in placed.renamed.items() if k[0] != "r"})
        name = f"word/{kind}{next(self._counter)}.xml"
        self._base.put_part(Part.of(name, text.encode("utf-8"), 1))
        if part:
            self._copy_relations(placed.template, part, name)
        self._declare(name, PART_TYPE.format(kind))
        identity = f"rIdL{next(self._counter)}"
        self._relate(identity, f"{R}/{kind}", name.removeprefix("word/"))
        self._running[key] = identity
        return identity

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
                fresh[old] = self._fresh_number(old) if old in self._used_numbers else old
            return f'<w:numId w:val="{fresh[old]}"/>'

        body = _NUMBER.sub(number, body)
        self._used_numbers |= fresh.keys()
        return body

    def _fresh_number(self, old: str) -> str:
        numbering = self._numbering_tree()
        source = next(one for one in numbering.iter(w("num")) if one.get(w("numId")) == old)
        abstract = source.find(w("abstractNumId"))
        assert abstract is not None
        number = etree.Element(w("num"))
        identity = str(1 + max(int(one.get(w("numId"), "0")) for one in numbering.iter(w("num"))))
        number.set(w("numId"), identity)
        number.append(deepcopy(abstract))
        for level in range(9):
            override = etree.SubElement(number, w("lvlOverride"), {w("ilvl"): str(level)})
            etree.SubElement(override, w("startOverride"), {w("val"): "1"})
        _last(numbering, w("num")).addnext(number)
        return identity

    def _move_footnotes(self, body: str, letter: Rendered, placed: _Placed) -> str:
        content = letter.parts.get(_FOOTNOTES)
        theirs = parse(content.encode() if content else letter.template.package[_FOOTNOTES])
        if self._footnotes is None:
            self._footnotes = deepcopy(theirs)
            for note in self._footnotes.findall(w("footnote")):
                if note.get(w("type")) in (None, "normal"):
                    self._footnotes.remove(note)
        moved = {}
        for note in theirs.findall(w("footnote")):
            if note.get(w("type")) in (None, "normal"):
                identity = str(next(self._counter) + 1)
                moved[note.get(w("id"), "")] = identity
                note.set(w("id"), identity)
                text = _rename(etree.tostring(note, encoding="unicode"), placed.renamed)
                self._footnotes.append(etree.fromstring(text))
        return _FOOTNOTE.sub(lambda found: f'{found[1]}"{moved[found[2]]}"', body)

    # --- a template ----------------------------------------------------------------------------

    def _place(self, template: Template) -> _Placed:
        relations = parse(template.package[relations_name(_BODY)])
        parts = {
            one.get("Id", ""): target_name(_BODY, one.get("Target", ""))
            for one in relations
            if one.get("Type") in (f"{R}/header", f"{R}/footer")
        }
        renamed: dict[str, str] = {}
        if not self._placed:
            self._move_in_first(template, relations, parts.values())
            numbers: dict[str, str] = {}
        else:
            styles, numbers = self._move_styles(template)
            renamed |= {f"s:{old}": new for old, new in styles.items()}
            renamed |= {f"n:{old}": new for old, new in numbers.items()}
            renamed |= self._move_relations(template, relations)
        counting = frozenset(numbers.get(one, one) for one in _counting_numbers(template))
        placed = _Placed(template, renamed, parts, counting)
        self._placed[template.digest] = placed
        return placed

    def _move_in_first(
        self, template: Template, relations: Element, running: Iterable[str]
    ) -> None:
        self._base = template.package.copy()
        self._types = parse(template.package[_TYPES])
        self._relations = relations
        gone = set(running)
        for name in gone:
            self._base.remove(name)
            if relations_name(name) in self._base:
                self._base.remove(relations_name(name))
        for one in list(self._types):
            if one.get("PartName", "").lstrip("/") in gone:
                self._types.remove(one)
        for one in list(self._relations):
            if one.get("Type") in (f"{R}/header", f"{R}/footer"):
                self._relations.remove(one)

    def _move_styles(self, template: Template) -> tuple[dict[str, str], dict[str, str]]:
        first = next(iter(self._placed.values())).template.package
        theirs = _of(template.package, _STYLES), _of(template.package, _NUMBERING)
        if theirs == (_of(first, _STYLES), _of(first, _NUMBERING)):
            return {}, {}
        if theirs not in self._moved_styles:
            mark = f"T{len(self._moved_styles) + 2}"
            numbers = self._move_numbering(theirs[1]) if theirs[1] else {}
            styles = self._rename_styles(theirs[0], numbers, mark) if theirs[0] else {}
            self._moved_styles[theirs] = styles, numbers
        return self._moved_styles[theirs]

    def _rename_styles(
        self, content: bytes, numbers: Mapping[str, str], mark: str
    ) -> dict[str, str]:
        """Add a template's styles under new names; what it has as a default they say themselves."""
        ours, theirs = self._styles_tree(), parse(content)
        names = {one.get(w("styleId"), ""): "" for one in theirs.iter(w("style"))}
        names = {old: f"{old}{mark}" for old in names}
        for style in theirs.findall(w("style")):
            style.set(w("styleId"), names[style.get(w("styleId"), "")])
            style.attrib.pop(w("default"), "")
            for name in style.findall(w("name")):
                name.set(w("val"), f"{name.get(w('val'), '')} {mark}")
            for kind in ("basedOn", "next", "link"):
                for other in style.findall(w(kind)):
                    other.set(w("val"), names.get(other.get(w("val"), ""), other.get(w("val"), "")))
            for number in style.iter(w("numId")):
                old = number.get(w("val"), "")
                number.set(w("val"), numbers.get(old, old))
            if style.get(w("type")) == "paragraph" and style.find(w("basedOn")) is None:
                _say_defaults(style, theirs)
            ours.append(style)
        return names

    def _move_numbering(self, content: bytes) -> dict[str, str]:
        ours, theirs = self._numbering_tree(), parse(content)
        abstracts, numbers = w("abstractNum"), w("num")
        shift = 1 + max(
            (int(one.get(w("abstractNumId"), "0")) for one in ours.iter(abstracts)), default=0
        )
        base = 1 + max((int(one.get(w("numId"), "0")) for one in ours.iter(numbers)), default=0)
        for picture in list(theirs.iter(w("lvlPicBulletId"))):
            _remove(picture)
        moved = {}
        for one in theirs.findall(abstracts):
            one.set(w("abstractNumId"), str(int(one.get(w("abstractNumId"), "0")) + shift))
            _add_after(ours, one, abstracts, before=numbers)
        for one in theirs.findall(numbers):
            old = one.get(w("numId"), "0")
            moved[old] = str(int(old) + base)
            one.set(w("numId"), moved[old])
            for abstract in one.iter(w("abstractNumId")):
                abstract.set(w("val"), str(int(abstract.get(w("val"), "0")) + shift))
            _add_after(ours, one, numbers)
        return moved

    def _move_relations(self, template: Template, relations: Element) -> dict[str, str]:
        renamed = {}
        for one in relations:
            if one.get("Type") in _STAYS_BEHIND:
                continue
            new = f"rIdL{next(self._counter)}"
            target = one.get("Target", "")
            external = one.get("TargetMode") == "External"
            if not external:
                moved = self._copy_part(template, target_name(_BODY, target))
                target = f"/{moved}"
            self._relate(new, one.get("Type", ""), target, external=external)
            renamed[f"r:{one.get('Id', '')}"] = new
        return renamed

    def _copy_relations(self, template: Template, part: str, new: str) -> None:
        """Give ``new`` the pictures and links ``part`` has in its template."""
        listing = relations_name(part)
        if listing not in template.package:
            return
        relations = parse(template.package[listing])
        for one in relations:
            if one.get("TargetMode") != "External":
                target = self._copy_part(template, target_name(part, one.get("Target", "")))
                one.set("Target", f"/{target}")
        self._base.put(relations_name(new), write_xml(relations), 1)

    def _copy_part(self, template: Template, name: str) -> str:
        """Bring a picture or the like along; the same one is there once."""
        part = template.package.part(name)
        new = name
        while new in self._base:
            there = self._base.part(new)
            if (there.crc, there.size) == (part.crc, part.size) and there.content == part.content:
                return new
            folder, _, file = name.rpartition("/")
            new = f"{folder}/L{next(self._counter)}-{file}"
        self._base.put_part(Part(new, part.packed, part.method, part.crc, part.size))
        self._declare(new, _content_type(template.package, name))
        self._copy_relations(template, name, new)
        return new

    # --- the file ------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """Return the finished file."""
        if not self._placed:
            raise NotAllowed("There are no letters to join.")
        self._write(self._after)
        self._write(self._pending)
        self._write(FOOT)
        self._packed.append(self._squeeze.flush())
        body = b"".join(self._packed)
        self._base.put_part(Part(_BODY, body, zipfile.ZIP_DEFLATED, self._crc, self._size))
        changed = (
            (_STYLES, "styles", self._styles),
            (_NUMBERING, "numbering", self._numbering),
            (_FOOTNOTES, "footnotes", self._footnotes),
        )
        for name, kind, tree in changed:
            if tree is not None:
                if name not in self._base:
                    self._declare(name, PART_TYPE.format(kind))
                    self._relate(f"rIdL{next(self._counter)}", f"{R}/{kind}", f"{kind}.xml")
                self._base.put(name, write_xml(tree))
        self._base.put(relations_name(_BODY), write_xml(self._relations))
        self._base.put(_TYPES, write_xml(self._types))
        return self._base.to_bytes()

    def _write(self, text: str) -> None:
        content = text.encode("utf-8")
        self._crc = zlib.crc32(content, self._crc)
        self._size += len(content)
        self._packed.append(self._squeeze.compress(content))

    def _styles_tree(self) -> Element:
        if self._styles is None:
            self._styles = parse(self._base[_STYLES])
        return self._styles

    def _numbering_tree(self) -> Element:
        if self._numbering is None:
            empty = f'<w:numbering xmlns:w="{NAMESPACES["w"]}"/>'.encode()
            self._numbering = parse(_of(self._base, _NUMBERING) or empty)
        return self._numbering

    def _declare(self, name: str, content_type: str) -> None:
        etree.SubElement(
            self._types,
            f"{{{CONTENT_TYPES}}}Override",
            {"PartName": f"/{name}", "ContentType": content_type},
        )

    def _relate(self, identity: str, kind: str, target: str, *, external: bool = False) -> None:
        about = {"Id": identity, "Type": kind, "Target": target}
        if external:
            about["TargetMode"] = "External"
        etree.SubElement(self._relations, f"{{{PACKAGE_RELATIONS}}}Relationship", about)


# --- XML -----------------------------------------------------------------------------------------


def _rename(text: str, renamed: Mapping[str, str]) -> str:
    """Let references follow what they name: styles ``s:``, lists ``n:``, relationships ``r:``."""

    def follow(found: re.Match[str]) -> str:
        start, old = found[1], found[2]
        kind = "r" if start.startswith("r:") else "n" if "numId" in start else "s"
        return f'{start}"{renamed.get(f"{kind}:{old}", old)}"'

    return _REFERENCE.sub(follow, text)


def _with_default_styles(text: str, template: Template) -> str:
    root = parse(text.encode("utf-8"))
    name_default_styles(root, _of(template.package, _STYLES))
    return write_xml(root).decode("utf-8")


def _of(package: Package, name: str) -> bytes:
    return package[name] if name in package else b""


def _counting_numbers(template: Template) -> frozenset[str]:
    """Return the ids of the template's lists that count (1, 2, 3 or a, b, c), not bullets."""
    content = _of(template.package, _NUMBERING)
    if not content:
        return frozenset()
    tree = parse(content)
    counting = {
        abstract.get(w("abstractNumId"))
        for abstract in tree.findall(w("abstractNum"))
        if any(one.get(w("val")) not in ("bullet", "none") for one in abstract.iter(w("numFmt")))
    }
    return frozenset(
        number.get(w("numId"), "")
        for number in tree.findall(w("num"))
        if any(one.get(w("val")) in counting for one in number.iter(w("abstractNumId")))
    )


def _content_type(package: Package, name: str) -> str:
    types = parse(package[_TYPES])
    for one in types:
        if one.get("PartName") == f"/{name}":
            return one.get("ContentType", "")
    extension = name.rpartition(".")[2].lower()
    for one in types:
        if one.get("Extension", "").lower() == extension:
            return one.get("ContentType", "")
    return "application/octet-stream"


def _say_defaults(style: Element, styles: Element) -> None:
    """Write the document's defaults into a style that stands on nothing else."""
    for kind, order in (("pPr", _PARAGRAPH_ORDER), ("rPr", _RUN_ORDER)):
        defaults = styles.find(f"{w('docDefaults')}/{w(kind + 'Default')}/{w(kind)}")
        if defaults is None:
            continue
        own = style.find(w(kind))
        if own is None:
            own = etree.Element(w(kind))
            after = style.find(w("pPr")) if kind == "rPr" else None
            place = after if after is not None else _before_properties(style)
            place.addnext(own)
        for default in defaults:
            if own.find(default.tag) is None:
                own.append(deepcopy(default))
        own[:] = sorted(own, key=lambda one: _rank(one, order))


def _before_properties(style: Element) -> Element:
    properties = {w(name) for name in ("pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr")}
    return [one for one in style if one.tag not in properties][-1]


def _rank(element: Element, order: Sequence[str]) -> int:
    name = etree.QName(element).localname
    return order.index(name) if name in order else len(order)


def _put(parent: Element, name: str, values: Mapping[str, str], order: Sequence[str]) -> None:
    element = parent.find(w(name))
    if element is None:
        element = etree.SubElement(parent, w(name))
    for key, value in values.items():
        element.set(w(key), value)
    parent[:] = sorted(parent, key=lambda one: _rank(one, order))


def _add_after(parent: Element, child: Element, kind: str, before: str = "") -> None:
    """Put ``child`` after the last of its ``kind``; if it is the first, ahead of ``before``."""
    if parent.find(kind) is not None:
        _last(parent, kind).addnext(child)
    elif before and parent.find(before) is not None:
        next(parent.iter(before)).addprevious(child)
    else:
        parent.append(child)


def _last(parent: Element, kind: str) -> Element:
    return parent.findall(kind)[-1]


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _inner_xml(section: Element) -> str:
    """Write a section without the namespaces that the document's opening tag declares already."""
    body = etree.fromstring(f"{HEAD}{FOOT}".encode())
    body[0].append(section)
    text = etree.tostring(body, encoding="unicode")
    inside = text.partition("<w:body>")[2].rpartition("</w:body>")[0]
    if inside.endswith("/>") and inside.count("<") == 1:
        return f"{inside[:-2]}></w:sectPr>"
    return inside
