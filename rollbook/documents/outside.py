"""What a template would take from outside itself: it is refused, or left behind.

A letter says the same a year later, and opening or converting it asks nobody for anything. Word can
fetch texts, pictures and data while it opens a file, start other programs, and so can LibreOffice
when it makes a PDF: a template must hold all it shows.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from rollbook.documents.word import PACKAGE_RELATIONS, Element, R, parse, r, w, write_xml
from rollbook.package import Package

FETCHING = frozenset(
    "DDE DDEAUTO INCLUDETEXT INCLUDEPICTURE INCLUDE IMPORT LINK DATABASE RD EMBED".split()
)
"""Fields of Word that take something from elsewhere."""

ASKING = frozenset("ASK FILLIN MACROBUTTON".split())
"""Fields of Word that ask whoever opens the file, or run something."""

_OBJECTS = {w("altChunk"), w("subDoc"), w("object"), w("control")}
_SETTINGS, _SETTINGS_LINKS = "word/settings.xml", "word/_rels/settings.xml.rels"
_ATTACHED = f"{R}/attachedTemplate"
_RELATION = f"{{{PACKAGE_RELATIONS}}}Relationship"


def forget_attached_template(package: Package) -> None:
    """Take out where the template itself once came from; Word would look for it there."""
    if _SETTINGS_LINKS not in package or _SETTINGS not in package:
        return
    links = parse(package[_SETTINGS_LINKS])
    attached = {one.get("Id") for one in links.iter(_RELATION) if one.get("Type") == _ATTACHED}
    if not attached:
        return
    settings = parse(package[_SETTINGS])
    for root, gone in (
        (links, [one for one in links if one.get("Id") in attached]),
        (settings, [one for one in settings if one.get(r("id")) in attached]),
    ):
        for one in gone:
            root.remove(one)
    package.put(_SETTINGS_LINKS, write_xml(links))
    package.put(_SETTINGS, write_xml(settings))


def why_not_by_itself(package: Package) -> str:
    """Say what a template refers to that lies elsewhere; empty when it holds all it shows."""
    for name in package.names:
        if not name.endswith(".rels"):
            continue
        for one in parse(package[name]).iter(_RELATION):
            kind = one.get("Type", "").rpartition("/")[2]
            if one.get("TargetMode") == "External" and kind != "hyperlink":
                return (
                    f"takes something ({kind}) from “{one.get('Target', '')[:80]}”. Put it into "
                    "the file itself: in Word, insert it without “Link to file”."
                )
    return ""


def why_not_alone(root: Element) -> str:
    """Say what in a part fetches, asks or runs something; empty when nothing does."""
    for element in root.iter(*_OBJECTS):
        kind = etree.QName(element).localname
        return f"holds an object of another program or file ({kind}). Paste it as a picture."
    for word in _keywords(root):
        if word in FETCHING:
            return f"holds Word’s field {word}, which fetches something. Put that into the file."
        if word in ASKING:
            return f"holds Word’s field {word}, which asks whoever opens it. Take it out."
    return ""


def _keywords(root: Element) -> Iterator[str]:
    """Give the first word of each field's code, however Word has cut it into pieces."""
    for simple in root.iter(w("fldSimple")):
        yield from _first_word([simple.get(w("instr"), "")])
    codes: list[list[str]] = []
    for element in root.iter(w("fldChar"), w("instrText")):
        kind = element.get(w("fldCharType"))
        if element.tag == w("instrText"):
            if codes:
                codes[-1].append(element.text or "")
        elif kind == "begin":
            codes.append([])
        elif kind == "separate" and codes:
            yield from _first_word(codes[-1])
        elif kind == "end" and codes:
            yield from _first_word(codes.pop())


def _first_word(pieces: Iterable[str]) -> list[str]:
    return [word.upper() for word in "".join(pieces).split()[:1]]
