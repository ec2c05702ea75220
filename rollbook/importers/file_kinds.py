"""What a file is by its first bytes, whatever its name says."""

import re

WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
"""How a workbook begins: a zip archive, or the older container of ``.xls``."""

_NO_REGISTERS = (
    (b"%PDF", "a PDF. Export the register as .csv or .xlsx instead of printing it"),
    (b"\x89PNG", "a picture. Export the register as .csv or .xlsx"),
    (b"\xff\xd8\xff", "a picture. Export the register as .csv or .xlsx"),
    (b"GIF8", "a picture. Export the register as .csv or .xlsx"),
    (b"BM", "a picture. Export the register as .csv or .xlsx"),
    (b"II*\x00", "a picture. Export the register as .csv or .xlsx"),
    (b"MM\x00*", "a picture. Export the register as .csv or .xlsx"),
    (b"{\\rtf", "a Rich Text document. Export the register as .csv or .xlsx"),
    (b"MZ", "a program, not a register. Do not open it; ask where it came from"),
    (b"\x1f\x8b", "a compressed archive. Unpack it and drop what is inside"),
    (b"7z\xbc\xaf", "a compressed archive. Unpack it and drop what is inside"),
    (b"Rar!", "a compressed archive. Unpack it and drop what is inside"),
    (b"SQLite format 3", "a database. Export the register as .csv or .xlsx"),
)
_XML_START = re.compile(r"\s*<(\?xml|!--|!DOCTYPE|[A-Za-z_][\w.:-]*[\s>/])", re.IGNORECASE)
_JSON_START = re.compile(r"\s*(\[\s*[{\]]|\{\s*[\"}])")
_WEB_PAGE = re.compile(r"\s*(<!--.*?-->\s*)*<(!DOCTYPE\s+html|html|table|head|body)\b", re.I | re.S)


def no_register(start: bytes) -> str:
    """Return what a file is that can be no register, with what to do now; else ``""``."""
    for magic, what in _NO_REGISTERS:
        is_text = magic in (b"BM", b"MZ") and b"\x00" not in start  # so may a name begin
        if start.startswith(magic) and not is_text:
            return what
    return ""


def is_web_page(start: str) -> bool:
    """Say whether a text begins as a web page does: what some systems call an Excel export."""
    return bool(_WEB_PAGE.match(start))


def kind_of_text(start: str) -> str:
    """Return ``json``, ``xml`` or ``text``."""
    if _JSON_START.match(start):
        return "json"
    return "xml" if _XML_START.match(start) else "text"
