"""The file letters move into: its styles, lists, pictures and links.

The first template is the house. A later template brings what is its own along under names of their
own, once; its letters then refer to those.
"""

import itertools
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from xml.sax.saxutils import escape

from lxml import etree

from rollbook.documents.template import Template
from rollbook.documents.word import (
    NAMESPACES,
    PART_TYPE,
    XML_DECLARATION,
    Element,
    R,
    parse,
    relations_name,
    target_name,
    w,
    write_xml,
)
from rollbook.package import Package, PackageWriter, Part, PartSpool

BODY = "word/document.xml"
FOOTNOTES = "word/footnotes.xml"
STYLES, _NUMBERING = "word/styles.xml", "word/numbering.xml"
SETTINGS = "word/settings.xml"
_TYPES = "[Content_Types].xml"

_REFERENCE = re.compile(
    r'(<w:(?:pStyle|rStyle|tblStyle|numId) w:val=|\br:(?:id|embed|link|pict|dm|lo|qs|cs)=)"([^"]*)"'
)
_MUST_BE_ESCAPED = re.compile(r"[&<>\"]")
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


class House:
    """The package that letters are joined in."""

    def __init__(self) -> None:
        self.counter = itertools.count(1)
        self.tells_even_pages = False  # whether even pages have headers and footers of their own
        self._first = self._package = Package({})
        self._types = _Listing(_TYPES, etree.Element("Types"))
        self._relations = _Listing(relations_name(BODY), etree.Element("Relationships"))
        self._running = PartSpool()  # headers and footers, of which each letter may have its own
        self._moved_styles: dict[tuple[bytes, bytes], tuple[dict[str, str], dict[str, str]]] = {}
        self._styles: Element | None = None
        self._numbering: Element | None = None
        self._fresh: list[tuple[int, str]] = []  # lists that begin again: number, kind of list
        self._kinds: dict[str, str] = {}  # of the lists there are, by their number
        self._last_number = 0

    # --- moving in -----------------------------------------------------------------------------

    def move_in_first(self, template: Template, relations: Element, running: Iterable[str]) -> None:
        """Let the first template in; headers and footers are added letter by letter."""
        self._first = template.package
        self._package = template.package.copy()
        self.tells_even_pages = b"evenAndOddHeaders" in part_of(template.package, SETTINGS)
        types = parse(template.package[_TYPES])
        gone = set(running)
        for name in gone:
            self._package.remove(name)
            if relations_name(name) in self._package:
                self._package.remove(relations_name(name))
        for one in list(types):
            if one.get("PartName", "").lstrip("/") in gone:
                types.remove(one)
        for one in list(relations):
            if one.get("Type") in (f"{R}/header", f"{R}/footer"):
                relations.remove(one)
        self._types = _Listing(_TYPES, types)
        self._relations = _Listing(relations_name(BODY), relations)

    def move_styles(self, template: Template) -> tuple[dict[str, str], dict[str, str]]:
        """Bring a template's styles and lists in; return what they are called now.

        Nothing is renamed where they are those of the first template.
        """
        first = self._first
        theirs = part_of(template.package, STYLES), part_of(template.package, _NUMBERING)
        if theirs == (part_of(first, STYLES), part_of(first, _NUMBERING)):
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

    # --- lists ---------------------------------------------------------------------------------

    def _move_numbering(self, content: bytes) -> dict[str, str]:
        ours, theirs = self._numbering_tree(), parse(content)
        abstracts, numbers = w("abstractNum"), w("num")
        shift = 1 + max(
            (int(one.get(w("abstractNumId"), "0")) for one in ours.iter(abstracts)), default=0
        )
        base = 1 + max((int(one.get(w("numId"), "0")) for one in ours.iter(numbers)), default=0)
        base = max(base, self._last_number + 1)
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

    def fresh_number(self, old: str) -> str:
        """Return a list that looks like the list ``old`` and begins at 1."""
        if old not in self._kinds:
            self._look_at_lists()
        self._last_number += 1
        self._fresh.append((self._last_number, self._kinds[old]))
        return str(self._last_number)

    def _look_at_lists(self) -> None:
        for number in self._numbering_tree().iter(w("num")):
            identity = number.get(w("numId"), "0")
            abstract = number.find(w("abstractNumId"))
            self._kinds[identity] = "" if abstract is None else abstract.get(w("val"), "")
            self._last_number = max(self._last_number, int(identity))

    def _numbering_part(self, numbering: Element) -> bytes:
        """Write the lists; those that begin again, thousands perhaps, stand after the others."""
        place = etree.Comment("fresh")
        _add_after(numbering, place, w("num"))
        before, after = write_xml(numbering).split(b"<!--fresh-->")
        return b"".join([before, *(_begins_again(*one) for one in self._fresh), after])

    # --- parts and links -----------------------------------------------------------------------

    def move_relations(self, template: Template, relations: Element) -> dict[str, str]:
        """Bring pictures and links in; return what their relationships are called now."""
        renamed = {}
        for one in relations:
            if one.get("Type") in _STAYS_BEHIND:
                continue
            new = f"rIdL{next(self.counter)}"
            target = one.get("Target", "")
            external = one.get("TargetMode") == "External"
            if not external:
                moved = self._copy_part(template, target_name(BODY, target))
                target = f"/{moved}"
            self._relate(new, one.get("Type", ""), target, external=external)
            renamed[f"r:{one.get('Id', '')}"] = new
        return renamed

    def copy_relations(self, template: Template, part: str, new: str) -> None:
        """Give ``new`` the pictures and links ``part`` has in its template."""
        listing = relations_name(part)
        if listing not in template.package:
            return
        relations = parse(template.package[listing])
        for one in relations:
            if one.get("TargetMode") != "External":
                target = self._copy_part(template, target_name(part, one.get("Target", "")))
                one.set("Target", f"/{target}")
        self._running.put(Part.of(relations_name(new), write_xml(relations), 1))

    def _copy_part(self, template: Template, name: str) -> str:
        """Bring a picture or the like along; the same one is there once."""
        part = template.package.part(name)
        new = name
        while new in self._package:
            there = self._package.part(new)
            if (there.crc, there.size) == (part.crc, part.size) and there.content == part.content:
                return new
            folder, _, file = name.rpartition("/")
            new = f"{folder}/L{next(self.counter)}-{file}"
        self._package.put_part(Part(new, part.packed, part.method, part.crc, part.size))
        self._declare(new, _content_type(template.package, name))
        self.copy_relations(template, name, new)
        return new

    # --- the file ------------------------------------------------------------------------------

    def write(self, writer: PackageWriter, footnotes: Element | None) -> None:
        """Write every part of the finished file but the document's body."""
        changed = (
            (STYLES, "styles", self._styles),
            (_NUMBERING, "numbering", self._numbering),
            (FOOTNOTES, "footnotes", footnotes),
        )
        for name, kind, tree in changed:
            if tree is not None:
                if name not in self._package:
                    self._declare(name, PART_TYPE.format(kind))
                    self._relate(f"rIdL{next(self.counter)}", f"{R}/{kind}", f"{kind}.xml")
                is_lists = name == _NUMBERING and self._fresh
                self._package.put(name, self._numbering_part(tree) if is_lists else write_xml(tree))
        self._package.put_part(self._relations.part())
        self._package.put_part(self._types.part())
        for name in self._package.names:
            if name != BODY:
                writer.put(self._package.part(name))
        writer.put_spool(self._running)

    def close(self) -> None:
        """Let go of the disk space."""
        self._running.close()

    def fresh_name(self, kind: str) -> str:
        """Return a name for a further header or footer."""
        names = (f"word/{kind}{number}.xml" for number in self.counter)
        return next(name for name in names if name not in self._package)

    def add(self, name: str, content: str, kind: str) -> str:
        """Add a header or footer and return the name of its relationship."""
        self._running.put(Part.of(name, content.encode("utf-8"), 1))
        self._declare(name, PART_TYPE.format(kind))
        identity = f"rIdL{next(self.counter)}"
        self._relate(identity, f"{R}/{kind}", name.removeprefix("word/"))
        return identity

    def _styles_tree(self) -> Element:
        if self._styles is None:
            self._styles = parse(self._package[STYLES])
        return self._styles

    def _numbering_tree(self) -> Element:
        if self._numbering is None:
            empty = f'<w:numbering xmlns:w="{NAMESPACES["w"]}"/>'.encode()
            self._numbering = parse(part_of(self._package, _NUMBERING) or empty)
        return self._numbering

    def _declare(self, name: str, content_type: str) -> None:
        self._types.add("Override", {"PartName": f"/{name}", "ContentType": content_type})

    def _relate(self, identity: str, kind: str, target: str, *, external: bool = False) -> None:
        about = {"Id": identity, "Type": kind, "Target": target}
        if external:
            about["TargetMode"] = "External"
        self._relations.add("Relationship", about)


def _in_quotes(value: str) -> str:
    return escape(value, {'"': "&quot;"}) if _MUST_BE_ESCAPED.search(value) else value


class _Listing:
    """A part that lists things, which may be thousands: it is compressed as it grows."""

    def __init__(self, name: str, root: Element) -> None:
        self._name = name
        self._prefix = f"{root.prefix}:" if root.prefix else ""
        self._end = f"</{self._prefix}{etree.QName(root).localname}>"
        self._squeeze = zlib.compressobj(1, zlib.DEFLATED, -15)
        self._packed: list[bytes] = []
        self._crc = self._size = 0
        written = etree.tostring(root, encoding="unicode")
        closed = f"{written[:-2]}>" if written.endswith("/>") else written.removesuffix(self._end)
        self._write(f"{XML_DECLARATION}{closed}")

    def add(self, thing: str, about: Mapping[str, str]) -> None:
        """Put one more thing on the list."""
        said = "".join([f' {name}="{_in_quotes(value)}"' for name, value in about.items()])
        self._write(f"<{self._prefix}{thing}{said}/>")

    def part(self) -> Part:
        """End the list and return the part."""
        self._write(self._end)
        packed = b"".join([*self._packed, self._squeeze.flush()])
        return Part(self._name, packed, zipfile.ZIP_DEFLATED, self._crc, self._size)

    def _write(self, text: str) -> None:
        content = text.encode("utf-8")
        self._crc = zlib.crc32(content, self._crc)
        self._size += len(content)
        self._packed.append(self._squeeze.compress(content))


# --- XML -----------------------------------------------------------------------------------------


def _begins_again(number: int, kind: str) -> bytes:
    levels = "".join(
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>'
        for level in range(9)
    )
    opening = f'<w:num xmlns:w="{NAMESPACES["w"]}" w:numId="{number}">'
    return f'{opening}<w:abstractNumId w:val="{kind}"/>{levels}</w:num>'.encode("ascii")


def rename(text: str, renamed: Mapping[str, str]) -> str:
    """Let references follow what they name: styles ``s:``, lists ``n:``, relationships ``r:``."""

    def follow(found: re.Match[str]) -> str:
        start, old = found[1], found[2]
        kind = "r" if start.startswith("r:") else "n" if "numId" in start else "s"
        return f'{start}"{renamed.get(f"{kind}:{old}", old)}"'

    return _REFERENCE.sub(follow, text)


def part_of(package: Package, name: str) -> bytes:
    """Return a part of a package, empty when it has none."""
    return package[name] if name in package else b""


def counting_numbers(template: Template) -> frozenset[str]:
    """Return the ids of the template's lists that count (1, 2, 3 or a, b, c), not bullets."""
    content = part_of(template.package, _NUMBERING)
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


def counting_styles(template: Template) -> dict[str, tuple[str, str]]:
    """Return the paragraph styles that count: style → its list's id and level."""
    counting = counting_numbers(template)
    styles = part_of(template.package, STYLES)
    if not counting or not styles:
        return {}
    own: dict[str, tuple[str, str]] = {}
    based_on: dict[str, str] = {}
    for style in parse(styles).iter(w("style")):
        name = style.get(w("styleId"), "")
        number = style.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}")
        level = style.find(f"{w('pPr')}/{w('numPr')}/{w('ilvl')}")
        base = style.find(w("basedOn"))
        if number is not None:
            own[name] = number.get(w("val"), ""), _value(level) or _level_of(template, name)
        if base is not None:
            based_on[name] = base.get(w("val"), "")
    found = {}
    for name in own.keys() | based_on.keys():
        origin, seen = name, {name}
        while origin not in own and based_on.get(origin, origin) not in seen:
            origin = based_on[origin]
            seen.add(origin)
        if origin in own and own[origin][0] in counting:
            found[name] = own[origin]
    return found


def _level_of(template: Template, style: str) -> str:
    """Return the level of a list that is linked with a style."""
    for level in parse(part_of(template.package, _NUMBERING)).iter(w("lvl")):
        if _value(level.find(w("pStyle"))) == style:
            return level.get(w("ilvl"), "0")
    return "0"


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(w("val"), "")


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


def put(parent: Element, name: str, values: Mapping[str, str], order: Sequence[str]) -> None:
    """Set a property of a Word element, in the order that Word wants."""
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
