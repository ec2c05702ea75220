"""A letter's number as a bar code (Code 128), so that returned mail is traced by a scanner.

In a template ``{{ barcode }}`` stands where the bars go. They are drawn as one shape (VML, which
every Word and LibreOffice draws): nothing has to be installed, and no picture is added to the file.
"""

import re
from functools import lru_cache
from itertools import groupby
from xml.sax.saxutils import quoteattr

FIELD = "barcode"
"""The field that prints as bars."""

_WIDTH_OF_A_BAR = 0.75  # points: 0.26 mm, which desk scanners and office printers manage
_HEIGHT = 16  # points
_QUIET = 10  # bars of empty paper on each side, as ISO/IEC 15417 wants

_SYMBOL = 11  # modules of a symbol; the last is longer and ends with a bar
_TAG = re.compile(r"(<w:t(?: [^>]*)?>[^<]*?)\{\{\s*" + FIELD + r"\s*\}\}([^<]*</w:t>)")
_PLACE = re.compile(r"<\?rollbook-bars (.*?)\?>")


def place_bars(source: str) -> str:
    """Mark in a part's source where the bars go; the rest of the line around it stays."""
    place = f'</w:t><?rollbook-bars {{{{ {FIELD} }}}}?><w:t xml:space="preserve">'
    return _TAG.sub(lambda found: f"{found[1]}{place}{found[2]}", source)


def draw_bars(content: str) -> str:
    """Draw the bars in a filled part."""
    if "<?rollbook-bars" not in content:
        return content
    return _PLACE.sub(lambda found: _drawn(found[1].strip()), content)


def shows_bars(content: str, number: str) -> bool:
    """Say whether a finished part shows the number in bars."""
    return "<v:shape " in content and f" alt={quoteattr(number)} " in content


@lru_cache(maxsize=8)
def _drawn(number: str) -> str:
    """Return the shape for a number; nothing for one that cannot be written in bars."""
    from barcode import Code128  # here: only who makes letters should wait for it
    from barcode.errors import BarcodeError

    try:
        bars = Code128(number).build()[0] if number else ""
    except BarcodeError:
        bars = ""
    if not bars:
        return ""
    symbols = range(0, len(bars), _SYMBOL)
    path = "".join(_outlines(bars[at : at + _SYMBOL], _QUIET + at) for at in symbols)
    whole = len(bars) + 2 * _QUIET
    return (
        '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" '
        f"alt={quoteattr(number)} "
        f'style="width:{whole * _WIDTH_OF_A_BAR:g}pt;height:{_HEIGHT}pt" '
        f'coordorigin="0,0" coordsize="{whole},10" path="{path}" '
        'fillcolor="black" stroked="f"/></w:pict>'
    )


@lru_cache(maxsize=4096)
def _outlines(symbol: str, at: int) -> str:
    """Return the outlines of the bars of one symbol, which begins with a bar and ends with none.

    Serials have most of their symbols in common, each at its place.
    """
    outlines = []
    for bar, run in groupby(symbol):
        width = len(list(run))
        if bar == "1":
            outlines.append(f"m{at},0l{at + width},0,{at + width},10,{at},10xe")
        at += width
    return "".join(outlines)
