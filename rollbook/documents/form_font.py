"""A font put into a PDF form: only the signs that are written, so that every viewer shows them."""

import io
import unicodedata
from collections.abc import Iterable

from fontTools import subset
from fontTools.ttLib import TTFont
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from rollbook.documents.fonts import file_with, signs_without_font
from rollbook.problems import NotAllowed

_RIGHT_TO_LEFT = frozenset(("R", "AL", "RLE", "RLO", "RLI"))
_SYMBOLIC = 4


class FormFont:
    """One font of this machine with the signs of all values; measures and writes them."""

    def __init__(self, texts: Iterable[str]) -> None:
        text = "".join(texts)
        if any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text):
            raise NotAllowed(
                "A form cannot be filled in Arabic or Hebrew by Rollbook. Write these boxes by "
                "hand, or give the name as the passport spells it in Latin letters."
            )
        face = file_with(text)
        if face is None:
            signs = " ".join(signs_without_font(text)) or "some of its signs together"
            raise NotAllowed(
                f"No font of this computer can write {signs} into a form. Write that box by hand, "
                "or install a font that has them."
            )
        with TTFont(face.path) as font:
            options = subset.Options(retain_gids=True, notdef_outline=True, hinting=False)
            options.drop_tables += ["GSUB", "GPOS", "GDEF"]
            cutter = subset.Subsetter(options)
            cutter.populate(text=text + " ")
            cutter.subset(font)
            stream = io.BytesIO()
            font.save(stream)
            self._file = stream.getvalue()
            self._scale = 1000 / font["head"].unitsPerEm
            cmap = font.getBestCmap()
            self._glyphs = {sign: font.getGlyphID(cmap[ord(sign)]) for sign in {*text, " "}
                            if ord(sign) in cmap}  # fmt: skip
            self._widths = {
                sign: font["hmtx"][cmap[ord(sign)]][0] * self._scale for sign in self._glyphs
            }
            self.up = font["hhea"].ascent * self._scale / 1000
            self.down = -font["hhea"].descent * self._scale / 1000
            self._name = f"RBFORM+{face.path.stem.replace(' ', '')}"
            head = font["head"]
            self._box = [head.xMin, head.yMin, head.xMax, head.yMax]

    def width(self, text: str) -> float:
        """Return how wide a text is at size 1."""
        return float(sum(self._widths.get(sign, 0) for sign in text)) / 1000

    def glyphs(self, text: str) -> str:
        """Return a text as the hexadecimal glyph numbers PDF wants."""
        return "".join(f"{self._glyphs[sign]:04X}" for sign in text if sign in self._glyphs)

    def put_into(self, writer: PdfWriter) -> IndirectObject:
        """Embed the font and return where it is."""
        file = StreamObject()
        file.set_data(self._file)
        file[NameObject("/Length1")] = NumberObject(len(self._file))
        name = NameObject(f"/{self._name}")
        descriptor = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/FontDescriptor"),
                NameObject("/FontName"): name,
                NameObject("/Flags"): NumberObject(_SYMBOLIC),
                NameObject("/FontBBox"): ArrayObject(
                    FloatObject(round(one * self._scale, 2)) for one in self._box
                ),
                NameObject("/ItalicAngle"): NumberObject(0),
                NameObject("/Ascent"): FloatObject(round(self.up * 1000, 2)),
                NameObject("/Descent"): FloatObject(round(-self.down * 1000, 2)),
                NameObject("/CapHeight"): NumberObject(700),
                NameObject("/StemV"): NumberObject(80),
                NameObject("/FontFile2"): writer._add_object(file.flate_encode()),
            }
        )
        widths = ArrayObject()
        for sign, glyph in sorted(self._glyphs.items(), key=lambda one: one[1]):
            widths.append(NumberObject(glyph))
            widths.append(ArrayObject([FloatObject(round(self._widths[sign], 2))]))
        inner = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/CIDFontType2"),
                NameObject("/BaseFont"): name,
                NameObject("/CIDSystemInfo"): DictionaryObject(
                    {
                        NameObject("/Registry"): TextStringObject("Adobe"),
                        NameObject("/Ordering"): TextStringObject("Identity"),
                        NameObject("/Supplement"): NumberObject(0),
                    }
                ),
                NameObject("/CIDToGIDMap"): NameObject("/Identity"),
                NameObject("/FontDescriptor"): writer._add_object(descriptor),
                NameObject("/W"): widths,
            }
        )
        table = StreamObject()
        table.set_data(self._to_unicode())
        return writer._add_object(
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type0"),
                    NameObject("/BaseFont"): name,
                    NameObject("/Encoding"): NameObject("/Identity-H"),
                    NameObject("/DescendantFonts"): ArrayObject([writer._add_object(inner)]),
                    NameObject("/ToUnicode"): writer._add_object(table.flate_encode()),
                }
            )
        )

    def _to_unicode(self) -> bytes:
        """Return the table that lets a reader copy and search what is written."""
        rows = [
            f"1 beginbfchar <{glyph:04X}> <{sign.encode('utf-16-be').hex().upper()}> endbfchar"
            for sign, glyph in sorted(self._glyphs.items())
        ]
        return "\n".join(
            [
                "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
                "/CMapName /Rollbook def /CMapType 2 def",
                "1 begincodespacerange <0000> <FFFF> endcodespacerange",
                *rows,
                "endcmap CMapName currentdict /CMap defineresource pop end end",
            ]
        ).encode("ascii")
