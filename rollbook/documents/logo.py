"""The school's logo in a letterhead: put where the template keeps a place for it, or taken out.

Templates we ship hold a small grey picture of the word LOGO left in the header of page 1. A school
that names no logo sees nothing there; one that chose another picture for it in Word keeps that.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from rollbook.documents.word import (
    CONTENT_TYPES,
    NAMESPACES,
    Element,
    parse,
    r,
    relations_name,
    target_name,
    w,
    write_xml,
)
from rollbook.package import Package
from rollbook.problems import RefusedFile, TemplateError

PLACEHOLDER_NAME = "Rollbook logo"
"""The name of the placeholder in the template; Word shows it in the selection pane."""

MOST_BYTES = 400_000
"""A logo larger than this would make a batch of single letters fill a disk."""

_HIGH, _WIDE = 16.0, 50.0  # the room for a logo, in millimetres
_BESIDE = 4.0  # between the logo and the school's name
_NAME, _CONTACT = 55.0, 54.0  # what the columns beside a wide logo need
_NARROW, _SMALLER = 70.0, "22"  # a name with less room is set in so many half points
_EMU, _TWIPS = 36_000, 1440 / 25.4  # a millimetre, as pictures and as tables count

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"
_JPEG = b"\xff\xd8\xff"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_ADVICE = "Save it as a PNG or JPEG picture, about 700 pixels wide."


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that was looked at: its bytes, its kind (``png``, ``jpg``) and its pixels."""

    content: bytes
    kind: str
    width: int
    height: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in millimetres: as high as there is room for, its shape kept."""
        high = min(_HIGH, _WIDE * self.height / self.width)
        return high * self.width / self.height, high


def find_logo(name: str, folders: Sequence[Path]) -> Logo | None:
    """Return the logo ``name`` from the first of ``folders`` that has it; None for no name.

    Raises ``TemplateError`` with a sentence when it is not there or cannot be used.
    """
    if not name:
        return None
    for folder in folders:
        if (folder / name).is_file():
            return _read(folder / name, (folder / name).stat().st_mtime_ns)
    raise TemplateError(
        f"The logo “{name}” that office.toml names was not found in “{folders[0]}”. Copy the "
        'picture there, or write logo = "" under [school].'
    )


def with_logo(template: bytes, logo: Logo | None, school: str) -> bytes:
    """Return the Word file with ``logo`` in place of the placeholder, or without the placeholder.

    ``school`` is what a screen reader says for the picture. A file that has no placeholder, and one
    that is no Word file, come back as they are.
    """
    try:
        package = Package.read(Path("template.docx"), template)
        headers = [name for name in package.names if _is_header(name)]
        if not any([_change(package, header, logo, school) for header in headers]):
            return template
        _drop_placeholder(package)
    except (RefusedFile, KeyError, etree.XMLSyntaxError):
        return template  # who compiles it says what is wrong with it
    return package.to_bytes()


def placeholder() -> bytes:
    """Return the grey picture of the word LOGO that stands in the templates we ship."""
    word = (
        "#......##...###...##..",
        "#.....#..#.#.....#..#.",
        "#.....#..#.#.##..#..#.",
        "#.....#..#.#..#..#..#.",
        "####...##...###...##..",
    )
    blank = "." * 26
    rows = [blank, blank, blank, *(f"..{line}.." for line in word), blank, blank, blank]
    lines = [row.replace(".", "\xff").replace("#", "\0").encode("latin-1") for row in rows]
    pixels = b"".join((b"\0" + line) * 8 for line in lines)  # a dot is eight by eight pixels

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">L", len(content))
            + kind
            + content
            + struct.pack(">L", zlib.crc32(kind + content))
        )

    about = struct.pack(">2L5B", 26 * 8, len(rows) * 8, 1, 3, 0, 0, 0)
    grey_on_light = bytes.fromhex("BFBFBFEEF2F6")
    stored = zlib.compress(pixels, 0)  # not squeezed: the same bytes on every machine
    return b"".join(
        (
            _PNG,
            chunk(b"IHDR", about),
            chunk(b"PLTE", grey_on_light),
            chunk(b"IDAT", stored),
            chunk(b"IEND", b""),
        )
    )


# --- the picture ---------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _read(path: Path, modified: int) -> Logo:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TemplateError(
            f"The logo “{path.name}” cannot be read now. If another program has it open, close it."
        ) from error
    if len(content) > MOST_BYTES:
        raise TemplateError(
            f"The logo “{path.name}” is too large: {len(content) // 1000:,} kB, and it stands in "
            f"every letter. At most {MOST_BYTES // 1000} kB. {_ADVICE}"
        )
    if content.startswith(_PNG) and content.endswith(_PNG_END) and content[12:16] == b"IHDR":
        kind, (width, height) = "png", struct.unpack(">2L", content[16:24])
    elif content.startswith(_JPEG) and b"\xff\xd9" in content[-64:]:
        kind, (width, height) = "jpg", _jpeg_size(content)
    else:
        width = height = 0
    if not width or not height:
        raise TemplateError(
            f"The logo “{path.name}” is no PNG or JPEG picture, or was not copied completely. "
            f"{_ADVICE}"
        )
    return Logo(content, kind, width, height)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Return the width and height that a JPEG's frame tells; 0, 0 when it has none."""
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">2H", content[at + 5 : at + 9])
            return width, height
        if marker == 0xFF or marker in _JPEG_ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return 0, 0


# --- the template --------------------------------------------------------------------------------


def _is_header(name: str) -> bool:
    return name.startswith("word/header") and name.endswith(".xml")


def _change(package: Package, header: str, logo: Logo | None, school: str) -> bool:
    """Put the logo into one header, or take the placeholder out. Say whether it had one."""
    listing = relations_name(header)
    if listing not in package or PLACEHOLDER_NAME.encode() not in package[header]:
        return False
    root, relations = parse(package[header]), parse(package[listing])
    places = list(_placeholders(package, header, root, relations))
    for drawing, relation in places:
        if logo is None:
            _take_out(drawing)
            relations.remove(relation)
        else:
            _put_in(package, drawing, relation, logo, school)
    if not places:
        return False
    package.put(header, write_xml(root))
    package.put(listing, write_xml(relations))
    if logo is not None:
        _declare(package, logo.kind)
    return True


def _placeholders(
    package: Package, header: str, root: Element, relations: Element
) -> Iterator[tuple[Element, Element]]:
    """Yield each placeholder picture and what it refers to; a picture put there since is none."""
    for drawing in list(root.iter(w("drawing"))):
        about = drawing.find(f".//{_tag('wp', 'docPr')}")
        blip = drawing.find(f".//{_tag('a', 'blip')}")
        if about is None or blip is None or about.get("name") != PLACEHOLDER_NAME:
            continue
        for relation in relations:
            part = target_name(header, relation.get("Target", ""))
            if relation.get("Id") == blip.get(r("embed")) and part in package:
                if package[part] == placeholder():
                    yield drawing, relation


def _put_in(package: Package, drawing: Element, relation: Element, logo: Logo, school: str) -> None:
    name = f"media/school-logo.{logo.kind}"
    package.put(f"word/{name}", logo.content)
    relation.set("Target", name)
    wide, high = (round(length * _EMU) for length in logo.size)
    for element in drawing.iter(_tag("wp", "extent"), _tag("a", "ext")):
        if element.get("cx"):
            element.set("cx", str(wide))
            element.set("cy", str(high))
    for element in drawing.iter(_tag("wp", "docPr"), _tag("pic", "cNvPr")):
        element.set("descr", school)
    cell = next(drawing.iterancestors(w("tc")), None)
    _share_width(cell, round((logo.size[0] + _BESIDE) * _TWIPS))


def _take_out(drawing: Element) -> None:
    """Take the picture out, and the column of the table that held nothing else."""
    run = drawing.getparent()
    paragraph = None if run is None else run.getparent()
    if run is None or paragraph is None:
        return
    paragraph.remove(run)
    cell = paragraph.getparent()
    if cell is None or cell.tag != w("tc") or next(cell.iter(w("r")), None) is not None:
        return
    _share_width(cell, 0)


def _share_width(cell: Element | None, wide: int) -> None:
    """Make the logo's column ``wide``, the next one as much less; a column of 0 goes.

    A letterhead that was laid out anew in Word, with other rows or columns, stays as it is.
    """
    row = None if cell is None else cell.getparent()
    table = None if row is None else row.getparent()
    if cell is None or row is None or table is None or len(table.findall(w("tr"))) != 1:
        return
    cells, grid = row.findall(w("tc")), table.findall(f"{w('tblGrid')}/{w('gridCol')}")
    if len(cells) != 3 or len(grid) != 3 or cells[0] is not cell:
        return
    widths = _columns([int(column.get(w("w"), "0")) for column in grid], wide)
    for column, one, width in zip(grid, cells, widths, strict=True):
        column.set(w("w"), str(width))
        for about in one.iter(w("tcW")):
            about.set(w("w"), str(width))
    if wide and widths[1] < round(_NARROW * _TWIPS):
        _set_smaller(cells[1])
    if not wide:
        table.find(w("tblGrid")).remove(grid[0])  # type: ignore[union-attr]
        row.remove(cell)


def _set_smaller(cell: Element) -> None:
    """Set the words of a cell smaller, where nobody has given them a size of their own."""
    for run in cell.iter(w("r")):
        about = run.find(w("rPr"))
        if about is None:
            about = etree.Element(w("rPr"))
            run.insert(0, about)
        if about.find(w("sz")) is None:
            for name in ("sz", "szCs"):
                etree.SubElement(about, w(name), {w("val"): _SMALLER})


def _columns(widths: Sequence[int], wide: int) -> tuple[int, int, int]:
    """Return the widths of logo, name and contact: the name's room gives way first."""
    whole, contact = sum(widths), widths[2]
    name = whole - wide - contact
    if wide and name < round(_NAME * _TWIPS):
        contact = max(round(_CONTACT * _TWIPS), whole - wide - round(_NAME * _TWIPS))
        name = whole - wide - contact
    return wide, name, contact


def _drop_placeholder(package: Package) -> None:
    """Take the grey picture out of the file once nothing refers to it."""
    listings = [name for name in package.names if name.endswith(".rels")]
    used = {
        target_name(listing.replace("_rels/", "").removesuffix(".rels"), one.get("Target", ""))
        for listing in listings
        for one in parse(package[listing])
    }
    for name in package.names:
        if name.startswith("word/media/") and name not in used and package[name] == placeholder():
            package.remove(name)


def _declare(package: Package, kind: str) -> None:
    """Say in the package what kind of picture a file with this ending is."""
    types = parse(package["[Content_Types].xml"])
    default = f"{{{CONTENT_TYPES}}}Default"
    if all(one.get("Extension", "").lower() != kind for one in types.iter(default)):
        kinds = {"png": "image/png", "jpg": "image/jpeg"}
        about = {"Extension": kind, "ContentType": kinds[kind]}
        types.insert(0, etree.Element(default, about))
        package.put("[Content_Types].xml", write_xml(types))


def _tag(prefix: str, name: str) -> str:
    return f"{{{NAMESPACES[prefix]}}}{name}"
