"""The words on the pages of LibreOffice's PDFs, read quickly: enough to find a letter's number.

Each text it draws is a list of glyphs, and each font says which character a glyph stands for.
Other programs' PDFs may be written in other ways; nothing here is for them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pikepdf

_STEP = re.compile(rb"/(F[0-9]+) [-0-9.]+ Tf|<([0-9A-Fa-f]+)>|\bET\b")
_CODES = re.compile(rb"begincodespacerange\s*<([0-9A-Fa-f]+)>")
_CHARACTERS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


@dataclass(frozen=True)
class _Font:
    coding: str  # glyphs are numbers of one byte or of two
    characters: Mapping[int, str]

    def text(self, glyphs: bytearray) -> str:
        """Return what glyphs, written as hexadecimal digits, stand for."""
        return bytes.fromhex(glyphs.decode()).decode(self.coding).translate(self.characters)


_NO_FONT = _Font("latin-1", {})


@dataclass
class Words:
    """Reads pages; remembers the fonts, which the pages of a file share."""

    _fonts: dict[tuple[int, int], _Font] = field(default_factory=dict)

    def on(self, page: pikepdf.Page) -> str:
        """Return the words of a page as they are drawn, one text a line."""
        resources = page.obj.get("/Resources", pikepdf.Dictionary())
        fonts = {
            str(name).removeprefix("/"): self._font(font)
            for name, font in resources.get("/Font", pikepdf.Dictionary()).items()
        }
        page.contents_coalesce()
        words: list[str] = []
        font, glyphs = _NO_FONT, bytearray()
        for step in _STEP.finditer(page.obj.Contents.read_bytes()):
            if step[2]:
                glyphs += step[2]
                continue
            words.append(font.text(glyphs))
            glyphs.clear()
            if step[1]:
                font = fonts.get(step[1].decode(), _NO_FONT)
            else:
                words.append("\n")
        return "".join(words)

    def _font(self, font: pikepdf.Object) -> _Font:
        key = font.objgen
        if key not in self._fonts:
            self._fonts[key] = _read(font)
        return self._fonts[key]


def _read(font: pikepdf.Object) -> _Font:
    if "/ToUnicode" not in font:
        return _NO_FONT
    table = font.ToUnicode.read_bytes()
    space = _CODES.search(table)
    characters = {
        int(glyph, 16): _text(text)
        for block in _CHARACTERS.findall(table)
        for glyph, text in _PAIR.findall(block)
    }
    for block in _RANGES.findall(table):
        for first, last, text in _RANGE.findall(block):
            begin = int(text, 16)
            for offset in range(int(last, 16) - int(first, 16) + 1):
                characters[int(first, 16) + offset] = chr(begin + offset)
    return _Font("utf-16-be" if space and len(space[1]) == 4 else "latin-1", characters)


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")
