"""The list of cells with formulas, in the order in which Excel last worked them out.

An entry for a cell that has no formula is damage to Excel; a missing entry is not.
"""

import re
from collections.abc import Collection

from rollbook.workbooks.cells import attributes

PART_KIND = "/calcChain"

_ENTRY = re.compile(rb"<c\s([^>]*?)/>")


def without(xml: bytes, taken: Collection[tuple[int, str]]) -> bytes:
    """Return the chain without the cells ``taken``: number of the sheet, and address.

    Returns nothing when no entry is left; the part has to go then.
    """
    kept, sheet = [], 0
    for found in _ENTRY.finditer(xml):
        about = attributes(found[1])
        sheet = int(about.get("i", sheet))  # said once, and meant for those that follow
        if (sheet, about["r"]) not in taken:
            others = re.sub(rb'\s?\bi="\d+"', b"", found[1]).rstrip()
            kept.append(b'<c %s i="%d"/>' % (others, sheet))
    if not kept:
        return b""
    first = _ENTRY.search(xml)
    assert first is not None
    return xml[: first.start()] + b"".join(kept) + b"</calcChain>"
