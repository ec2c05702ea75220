"""Cells as a worksheet's XML holds them: addresses, values, and the bytes of one cell."""

import html
import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, NamedTuple

Value = str | int | Fraction | date | None
"""What Rollbook may put into a cell. ``None`` empties it."""

Content = str | float | bool | None
"""What Rollbook may find in a cell. Dates are found as Excel keeps them: a number of days."""

LONGEST_TEXT = 32_767  # characters in one cell, Excel's own limit

_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>(.*?)</v>", re.S)
_TEXT = re.compile(rb"<t(?:\s[^>]*)?>(.*?)</t>", re.S)
_PHONETIC = re.compile(rb"<rPh\b.*?</rPh>", re.S)
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)""")
_KIND = re.compile(rb"""\st\s*=\s*["'](\w+)""")
_FORMULA = re.compile(rb"<f[\s/>]")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_READS_AS_OTHER = re.compile(r"^[\s'=+\-@]|\d|^(?:true|false)$", re.IGNORECASE)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")


class Tag(NamedTuple):
    """What a cell's tag says: its format, the kind of its value, whether more is behind it."""

    style: int
    kind: bytes
    is_linked: bool


@lru_cache(4096)
def read_tag(tag: bytes) -> Tag:
    """Read a cell's tag without the address; a sheet has few that differ."""
    style, kind = _STYLE.search(tag), _KIND.search(tag)
    return Tag(int(style[1]) if style else 0, kind[1] if kind else b"n", b"vm=" in tag)


class Cell(NamedTuple):
    """One cell as it lies in the sheet's XML, from ``start`` up to, not including, ``end``.

    A tuple and no dataclass: an update makes some 50,000, in half the time.
    """

    start: int
    end: int
    tag: Tag
    body: bytes

    @property
    def has_formula(self) -> bool:
        """Whether the cell shows the result of a formula."""
        return b"<f" in self.body and _FORMULA.search(self.body) is not None

    @property
    def is_linked(self) -> bool:
        """Whether the cell holds a picture or a data type rather than a plain value."""
        return self.tag.is_linked

    @property
    def style(self) -> int:
        """The number of the cell's format."""
        return self.tag.style

    def formula(self) -> str:
        """Return the formula's text, ``""`` when it is shared with a cell elsewhere or absent."""
        found = re.search(rb"<f(?:\s[^>]*)?>(.*?)</f>", self.body, re.S)
        return unescape(found[1]) if found else ""

    def content(self, shared: "SharedStrings") -> Content:
        """Return what the cell shows, without its format."""
        body, kind = self.body, self.tag.kind
        if not body:
            return None
        if kind == b"inlineStr":
            return plain_text(body)
        if body.startswith(b"<v>") and body.endswith(b"</v>"):
            raw = body[3:-4]
        elif found := _VALUE.search(body):
            raw = found[1]
        else:
            return None
        if kind == b"n":
            return float(raw) if raw.strip() else None
        if kind == b"s":
            return shared[int(raw)]
        if kind == b"b":
            return raw.strip() == b"1"
        return unescape(raw)


class SharedStrings:
    """The texts that a workbook's cells share; each is read only when a cell asks for it."""

    _ITEM = re.compile(rb"<si(?=[\s/>])[^>]*?(?:/>|>(.*?)</si>)", re.S)

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._spans: list[tuple[int, int]] | None = None
        self._texts: dict[int, str] = {}

    def __getitem__(self, number: int) -> str:
        text = self._texts.get(number)
        if text is None:
            if self._spans is None:
                self._spans = [found.span(1) for found in self._ITEM.finditer(self._xml)]
            start, end = self._spans[number]
            text = self._texts[number] = plain_text(self._xml[start:end]) if start >= 0 else ""
        return text


def attributes(raw: bytes) -> dict[str, str]:
    """Return the attributes of one XML tag by name."""
    return {
        found[1].decode("ascii"): html.unescape((found[2] or found[3] or b"").decode("utf-8"))
        for found in _ATTRIBUTE.finditer(raw)
    }


def unescape(raw: bytes) -> str:
    """Return XML text as a person reads it."""
    text = raw.decode("utf-8")
    return decode_escapes(html.unescape(text) if "&" in text else text)


def decode_escapes(text: str) -> str:
    """Return text without the ``_x000A_`` by which Excel keeps characters XML cannot."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def plain_text(item: bytes) -> str:
    """Return the text of a shared or inline string, its formats and readings left out."""
    if b"<rPh" in item:
        item = _PHONETIC.sub(b"", item)
    return "".join(unescape(run) for run in _TEXT.findall(item))


@lru_cache(4096)
def escape(text: str) -> bytes:
    """Return text as XML keeps it, so that Excel reads exactly the same text back."""
    text = _ESCAPE.sub(lambda found: f"_x005F_x{found[1]}_", text[:LONGEST_TEXT])
    text = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.encode("utf-8")


def column_number(letters: str) -> int:
    """Return 1 for ``A``, 27 for ``AA``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@cache
def column_letters(number: int) -> str:
    """Return ``A`` for 1, ``AA`` for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, its corners included."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, reference: str) -> "Area":
        """Read ``A3:H20``, ``A3``, ``A:B`` or ``3:5``, with or without ``$``."""
        first, _, last = reference.replace("$", "").partition(":")
        left, top = _corner(first, 1, 1)
        right, bottom = _corner(last or first, 16_384, 1_048_576)
        return cls(left, top, right, bottom)

    def __str__(self) -> str:
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def meets(self, other: "Area") -> bool:
        """Say whether the two have a cell in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )


def one_cell(row: int, column: int) -> Area:
    """Return the area of one cell."""
    return Area(column, row, column, row)


@cache
def day_number(day: date, since_1904: bool) -> int:
    """Return the number by which Excel keeps a day."""
    return (day - (_EPOCH_1904 if since_1904 else _EPOCH_1900)).days


def day_of(number: float, since_1904: bool) -> date | None:
    """Return the day Excel means by ``number``, ``None`` when it is no day at all."""
    if not 1 <= number < 2_958_466:  # 31 December 9999
        return None
    return (_EPOCH_1904 if since_1904 else _EPOCH_1900) + timedelta(days=int(number))


def is_same(found: Content, value: Value, since_1904: bool) -> bool:
    """Say whether a cell already shows ``value``."""
    if value is None or value == "":
        return found is None or found == ""
    if isinstance(value, str):
        return found == value
    return isinstance(found, float) and found == as_number(value, since_1904)


def as_number(value: int | Fraction | date, since_1904: bool) -> int | float:
    """Return the number by which Excel keeps a value."""
    if isinstance(value, int):
        return value
    if isinstance(value, date):
        return day_number(value, since_1904)
    return value.numerator if value.denominator == 1 else value.numerator / value.denominator


def as_text(value: Any) -> Any:
    """Return a value as Excel must be given it by hand, so that a text stays the text it is.

    A name such as ``=cmd|…`` is no formula, and an id such as ``00123`` no number.
    """
    if isinstance(value, str) and _READS_AS_OTHER.search(value):
        return f"'{value}"
    return value


@cache
def _shown(style: int) -> str:
    return f' s="{style}"' if style else ""


def cell_xml(reference: str, style: int, value: Value, since_1904: bool) -> bytes:
    """Return the bytes of one cell. Texts stand in the cell itself, so nothing shared changes."""
    shown = _shown(style)
    if value is None or value == "":
        return f'<c r="{reference}"{shown}/>'.encode("ascii")
    if isinstance(value, str):
        head = f'<c r="{reference}"{shown} t="inlineStr">'.encode("ascii")
        return b'%s<is><t xml:space="preserve">%s</t></is></c>' % (head, escape(value))
    number = as_number(value, since_1904)
    return f'<c r="{reference}"{shown}><v>{number}</v></c>'.encode()


def _corner(text: str, column: int, row: int) -> tuple[int, int]:
    letters = text.rstrip("0123456789")
    digits = text[len(letters) :]
    return (column_number(letters) if letters else column, int(digits) if digits else row)
