"""The words of Word files: namespaces, part names, and what every letter's XML begins with.

All letters of a joined file stand in one document part, so the content of every template is moved
under the same opening tag, :data:`HEAD`; a namespace it does not know is declared where it is used.
"""

import posixpath
from collections.abc import Iterator

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

NAMESPACES = {
    "w": W,
    "r": R,
    "mc": MC,
    "o": "urn:schemas-microsoft-com:office:office",
    "v": "urn:schemas-microsoft-com:vml",
    "w10": "urn:schemas-microsoft-com:office:word",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "wp": WP,
    "wp14": "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "wpc": "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
    "w14": W14,
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
}
IGNORABLE = "w14 w15 wp14"
XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
HEAD = (
    f"{XML_DECLARATION}<w:document "
    + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    + f' mc:Ignorable="{IGNORABLE}"><w:body>'
)
FOOT = "</w:body></w:document>"

DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PART_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"

Element = etree._Element


def w(name: str) -> str:
    """Return the full name of a Word element or attribute: ``w("p")``."""
    return f"{{{W}}}{name}"


def r(name: str) -> str:
    """Return the full name of a relationship attribute: ``r("id")``."""
    return f"{{{R}}}{name}"


def parse(content: bytes) -> Element:
    """Read XML that a stranger wrote: no entities, no network, no comments."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(content, parser)


def write_xml(root: Element) -> bytes:
    """Return a whole part: declaration and element."""
    return XML_DECLARATION.encode() + etree.tostring(root, encoding="unicode").encode("utf-8")


def relations_name(part: str) -> str:
    """Return the name of the part that lists what ``part`` refers to."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def target_name(part: str, target: str) -> str:
    """Return the part a relationship of ``part`` points to."""
    joined = posixpath.join("/", posixpath.dirname(part), target)
    return posixpath.normpath(joined).lstrip("/")


def name_default_styles(root: Element, styles: bytes) -> None:
    """Let paragraphs and tables without a style name the default one.

    They look the same, and can then move into a file whose default is another.
    """
    if not styles:
        return
    defaults = {
        style.get(w("type")): style.get(w("styleId"), "")
        for style in parse(styles).findall(w("style"))
        if style.get(w("default")) in ("1", "true", "on")
    }
    for kind, element, properties, name in (
        ("paragraph", "p", "pPr", "pStyle"),
        ("table", "tbl", "tblPr", "tblStyle"),
    ):
        if kind not in defaults:
            continue
        for one in root.iter(w(element)):
            about = one.find(w(properties))
            if about is None:
                about = etree.Element(w(properties))
                one.insert(0, about)
            if about.find(w(name)) is None:
                about.insert(0, etree.Element(w(name), {w("val"): defaults[kind]}))


def own_text(paragraph: Element) -> str:
    """Return the text of one paragraph, without that of text boxes standing in it."""
    return "".join(_own_text(paragraph))


def _own_text(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == w("t"):
            yield child.text or ""
        elif child.tag in (w("tab"), w("br")) and element.tag == w("r"):
            yield " "
        elif child.tag != w("txbxContent"):
            yield from _own_text(child)
