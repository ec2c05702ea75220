"""XML files, read without entities, without the network and within limits."""

import re
from collections.abc import Callable

from lxml import etree

from rollbook.problems import RefusedFile

_START = 1 << 17  # letters; definitions and the outermost element stand within them
_COMMENT = re.compile(r"<!--.*?-->", re.S)


def root_name_in(text: str) -> str:
    """Return the name of the outermost element, without its namespace."""
    found = re.search(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)", _COMMENT.sub("", text[:_START]))
    return found.group(2) if found else ""


def root_of(
    content: bytes, text: str, refused: Callable[[str, str], RefusedFile]
) -> etree._Element:
    """Return the outermost element; refuse what is damaged, or holds definitions."""
    if "<!DOCTYPE" in text[:_START] or "<!ENTITY" in text:
        raise refused(
            "unsafe-xml",
            "holds definitions (DOCTYPE) that no school export needs. It was not opened. Ask "
            "where it came from.",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise refused(
            "damaged", f"is not complete, or is damaged in line {error.lineno}. Export it again."
        ) from error
