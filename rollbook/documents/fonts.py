"""Which faces a template names and this machine lacks, and which signs none of its fonts can show.

Word and LibreOffice put another face in by themselves. One of the same widths does no harm; any
other may move lines and pages. A sign no font has is printed as an empty box in a family's name.
"""

import functools
import logging
import os
import struct
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from rollbook.documents.template import Template
from rollbook.documents.word import Element, parse, w

# Fonts that are a little out of order are no concern of a clerk's.
logging.getLogger("fontTools").setLevel(logging.ERROR)

SAME_WIDTHS = {
    "arial": "liberation sans",
    "helvetica": "liberation sans",
    "arial narrow": "liberation sans narrow",
    "calibri": "carlito",
    "cambria": "caladea",
    "times new roman": "liberation serif",
    "times": "liberation serif",
    "courier new": "liberation mono",
    "courier": "liberation mono",
}
"""Faces and those that can stand in for them: each sign is as wide, so each line breaks alike."""

_SUFFIXES = frozenset((".ttf", ".otf", ".ttc", ".otc"))
_ATTRIBUTES = ("ascii", "hAnsi", "cs", "eastAsia")
_THEME_ATTRIBUTES = ("asciiTheme", "hAnsiTheme")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_UNSEEN = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp", "Cs", "Co", "Cn"))
_DAMAGED = (TTLibError, OSError, KeyError, AssertionError, ValueError, struct.error)
_FAMILY, _LEGACY_FAMILY = 16, 1  # numbers of names in a font's own table


@dataclass(frozen=True)
class Face:
    """One font of a file: its family, and the number of the font in a collection."""

    family: str
    path: Path
    number: int = 0


def fonts_missing(template: Template) -> list[str]:
    """Return the faces the template names that this machine has neither nor a stand-in for.

    The clerk's Word puts another face in; what to look at is where lines and pages end.
    """
    here = {face.family.casefold() for face in faces_here()}
    return [name for name in faces_of(template) if not _has(name.casefold(), here)]


def signs_without_font(text: str, faces: Iterable[str] = ()) -> list[str]:
    """Return the signs of ``text`` no font can show, each once, in their order.

    With ``faces`` only these (or their stand-ins) count; without, every font of this machine, for
    Word and LibreOffice look through all of them.
    """
    wanted = {name.casefold() for name in faces}
    wanted |= {SAME_WIDTHS[name] for name in wanted & SAME_WIDTHS.keys()}
    left = {ord(sign): sign for sign in text if unicodedata.category(sign) not in _UNSEEN}
    families = {face.family.casefold(): face for face in reversed(faces_here())}
    for family, face in sorted(families.items(), key=lambda one: _bytes(one[1].path)):
        if left and (not wanted or family in wanted):  # the small ones first: they are read soon
            shown = _signs(face)
            left = {code: sign for code, sign in left.items() if code not in shown}
    return list(left.values())


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def faces_of(template: Template) -> list[str]:
    """Return the faces named in a template: its text, headers, styles and theme; A to Z."""
    named: set[str] = set()
    for part in template.package.names:
        if part.startswith("word/") and part.endswith(".xml") and "fontTable" not in part:
            named.update(_named_in(parse(template.package[part]), template))
    return sorted(named)


def _named_in(root: Element, template: Template) -> Iterator[str]:
    for fonts in root.iter(w("rFonts")):
        for attribute in _ATTRIBUTES:
            if name := fonts.get(w(attribute)):
                yield name
        for attribute in _THEME_ATTRIBUTES:
            if kind := fonts.get(w(attribute)):
                yield from _of_theme(template, "major" if kind.startswith("major") else "minor")


def _of_theme(template: Template, kind: str) -> Iterator[str]:
    part = "word/theme/theme1.xml"
    if part in template.package:
        for fonts in parse(template.package[part]).iter(f"{_DRAWING}{kind}Font"):
            for latin in fonts.findall(f"{_DRAWING}latin"):
                if name := latin.get("typeface"):
                    yield name


def _has(name: str, here: set[str]) -> bool:
    return name in here or SAME_WIDTHS.get(name, name) in here


# --- the fonts of this machine -------------------------------------------------------------------


@functools.cache
def faces_here() -> tuple[Face, ...]:
    """Return the fonts of this machine, read from the fonts themselves; once a run."""
    paths = (path for folder in _folders() for path in sorted(_files(folder)))
    return tuple(face for path in paths for face in _faces(path))


def _folders() -> list[Path]:
    """Return where the system keeps fonts, for everybody and for this person."""
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        own = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        return [windows, own / "Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share") / "fonts",
        home / ".fonts",
    ]


def _files(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder):
        yield from (Path(where, name) for name in names if Path(name).suffix.lower() in _SUFFIXES)


def _faces(path: Path) -> list[Face]:
    """Return the fonts of one file; a damaged one is as good as not there."""
    try:
        with path.open("rb") as stream:
            font = TTFont(stream, fontNumber=0, lazy=True)
            several = getattr(font.reader, "numFonts", 1)
            fonts = [font, *(TTFont(stream, fontNumber=one) for one in range(1, several))]
            return [Face(_family(one), path, number) for number, one in enumerate(fonts)]
    except _DAMAGED:
        return []


def _family(font: TTFont) -> str:
    names = font["name"]
    found = names.getDebugName(_LEGACY_FAMILY) or names.getDebugName(_FAMILY)
    return str(found or "")


@functools.cache
def _signs(face: Face) -> frozenset[int]:
    try:
        with face.path.open("rb") as stream:
            font = TTFont(stream, fontNumber=face.number, lazy=True)
            return frozenset(font.getBestCmap() or ())
    except _DAMAGED:
        return frozenset()


def file_with(text: str, family: str = "") -> Face | None:
    """Return a font with outlines of the TrueType kind that shows all of ``text``, or None.

    The family asked for comes first, then those that look like an office's letters.
    """
    likely = [family.casefold(), SAME_WIDTHS.get(family.casefold(), ""), *_LIKELY]
    signs = {ord(sign) for sign in text if unicodedata.category(sign) not in _UNSEEN}
    usable = [face for face in faces_here() if face.path.suffix.lower() == ".ttf"]
    rank = {name: number for number, name in reversed(list(enumerate(likely))) if name}
    usable.sort(
        key=lambda face: (rank.get(face.family.casefold(), len(rank) + 9), _plainness(face))
    )
    return next((face for face in usable if signs <= _signs(face)), None)


_LIKELY = ("arial", "liberation sans", "carlito", "calibri", "dejavu sans", "noto sans")


def _plainness(face: Face) -> tuple[bool, str]:
    name = face.path.stem.casefold()
    return any(word in name for word in ("bold", "italic", "oblique", "bd", "condensed")), name
