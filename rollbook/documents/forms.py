"""Official fillable PDF forms: which boxes they have, and filling them for every viewer.

A viewer may draw a box from its value or from the picture of it that the file holds, and many draw
only the picture. So a picture is made for each box that is filled, with a font in the file.
"""

import difflib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from rollbook.documents.form_font import FormFont
from rollbook.problems import NotAllowed, TemplateError

TEXT, CHECK_BOX, CHOICE, OTHER = "text", "check box", "choice", "other"
YES, NO = "yes", "no"

_READ_ONLY, _MULTI_LINE, _RADIO, _BUTTON, _EDIT, _COMB = (
    1 << bit for bit in (0, 12, 15, 16, 18, 24)
)
_SIZE = re.compile(r"/\S+\s+([0-9.]+)\s+Tf")
_LARGEST, _SMALLEST, _MARGIN, _LINE = 11.0, 6.0, 2.0, 1.15


@dataclass(frozen=True)
class FormField:
    """A box of a form: its name, kind, what may be chosen, and how many signs it takes (0: any)."""

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    most: int = 0


def form_fields(pdf: bytes) -> tuple[FormField, ...]:
    """Return the boxes of a fillable PDF; ``TemplateError`` when it cannot be filled."""
    return tuple(box.field for box in _boxes(_read(pdf)))


def fill(pdf: bytes, values: Mapping[str, str], *, flat: bool = False) -> bytes:
    """Return the form with the boxes in ``values`` filled; a ``flat`` one cannot be changed.

    A check box takes “yes” or “no”. Raises ``TemplateError`` for a form or a name that cannot be
    used, ``NotAllowed`` for a value that does not fit its box or that no font here can write.
    """
    writer = _read(pdf)
    boxes = {box.field.name: box for box in _boxes(writer)}
    values = {name: unicodedata.normalize("NFC", value) for name, value in values.items()}
    for name, value in values.items():
        _check(name, value, boxes)
    written = {name: value for name, value in values.items() if boxes[name].is_written}
    font = FormFont(written.values())
    place = font.put_into(writer)
    for name, value in values.items():
        if name in written:
            boxes[name].write(writer, value, font, place)
        else:
            boxes[name].tick(value)
    form = writer.root_object["/AcroForm"].get_object()
    assert isinstance(form, DictionaryObject)
    form[NameObject("/NeedAppearances")] = BooleanObject(False)
    if flat:
        for page in writer.pages:
            _flatten(writer, page)
        del writer.root_object["/AcroForm"]
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _read(pdf: bytes) -> PdfWriter:
    try:
        reader = PdfReader(io.BytesIO(pdf))
        if reader.is_encrypted:
            raise TemplateError(
                "The form is locked against changes. Ask the agency for one that is not, or print "
                "it and fill it by hand."
            )
        writer = PdfWriter(clone_from=reader)
        form = writer.root_object.get("/AcroForm")
    except (PyPdfError, ValueError, KeyError, AttributeError) as error:
        raise TemplateError("The form is damaged or is no PDF. Download it again.") from error
    form = form.get_object() if form is not None else None
    if not isinstance(form, DictionaryObject) or not form.get("/Fields"):
        raise TemplateError("This PDF has no boxes to fill: print it and fill it by hand.")
    if "/XFA" in form:
        raise TemplateError(
            "The form is of a kind (XFA) that only Adobe’s program can fill. Ask the agency for "
            "an ordinary fillable PDF, or fill it in Adobe Reader."
        )
    return writer


def _check(name: str, value: str, boxes: Mapping[str, "_Box"]) -> None:
    if name not in boxes:
        near = difflib.get_close_matches(name, boxes, 1, 0.5)
        hint = f" Did you mean “{near[0]}”?" if near else f" It has: {', '.join(boxes)}."
        raise TemplateError(f"The form has no box “{name}”.{hint}")
    field = boxes[name].field
    if field.kind == OTHER:
        raise TemplateError(f"The box “{name}” is for a button or a signature: leave it empty.")
    if field.choices and value and value not in field.choices and not boxes[name].is_free:
        choices = ", ".join(f"“{one}”" for one in field.choices)
        raise NotAllowed(f"The box “{name}” takes {choices}, not “{value}”.")
    if field.most and len(value) > field.most:
        raise NotAllowed(
            f"“{value}” has {len(value)} signs; the box “{name}” takes {field.most}. Shorten it, "
            "or write it by hand."
        )


# --- boxes ---------------------------------------------------------------------------------------


def _boxes(writer: PdfWriter) -> list["_Box"]:
    form = writer.root_object["/AcroForm"].get_object()
    assert isinstance(form, DictionaryObject)
    default = str(form.get("/DA", ""))
    return [
        box
        for one in _list(form.get("/Fields"))
        for box in _walk(one.get_object(), "", {}, default)
    ]


def _walk(
    field: DictionaryObject, above: str, inherited: Mapping[str, PdfObject], default: str
) -> Iterator["_Box"]:
    own = field.get("/T")
    name = ".".join(part for part in (above, str(own) if own is not None else "") if part)
    kept = {
        key: field[key] for key in ("/FT", "/Ff", "/DA", "/Q", "/MaxLen", "/Opt") if key in field
    }
    known = {**inherited, **kept}
    kids = [kid.get_object() for kid in field.get("/Kids", [])]
    named = [kid for kid in kids if "/T" in kid]
    for kid in named:
        yield from _walk(kid, name, known, default)
    if not named:
        yield _Box(name, field, kids or [field], known, default)


class _Box:
    """One box of the form, with each place on the pages where it is shown."""

    def __init__(
        self,
        name: str,
        field: DictionaryObject,
        widgets: list[DictionaryObject],
        known: Mapping[str, PdfObject],
        default: str,
    ) -> None:
        self._field, self._widgets, self._known = field, widgets, known
        self._default = str(known.get("/DA", default))
        self._flags = int(str(known.get("/Ff", 0)))
        kind = str(known.get("/FT", ""))
        options = known.get("/Opt", ArrayObject())
        assert isinstance(options, ArrayObject)
        self._options = [_option(one.get_object()) for one in options]
        self.is_free = kind == "/Ch" and bool(self._flags & _EDIT)
        if kind == "/Tx":
            self.field = FormField(name, TEXT, most=int(str(known.get("/MaxLen", 0))))
        elif kind == "/Ch":
            self.field = FormField(name, CHOICE, tuple(shown for _, shown in self._options))
        elif kind == "/Btn" and self._flags & _RADIO:
            states = [state for widget in widgets for state in _states(widget)]
            self.field = FormField(name, CHOICE, tuple(dict.fromkeys(states)))
        elif kind == "/Btn" and not self._flags & _BUTTON:
            self.field = FormField(name, CHECK_BOX, (YES, NO))
        else:
            self.field = FormField(name, OTHER)
        self.is_written = kind in ("/Tx", "/Ch")

    def tick(self, value: str) -> None:
        """Tick a check box, or one of a group of which one is chosen."""
        chosen = ""
        for widget in self._widgets:
            states = _states(widget)
            if self.field.kind == CHECK_BOX:
                on = bool(states) and value == YES
            else:
                on = value in states
            state = (value if value in states else states[0]) if on else "Off"
            chosen = state if on else chosen
            widget[NameObject("/AS")] = NameObject(f"/{state}")
        if value not in ("", NO) and not chosen:
            raise TemplateError(
                f"The box “{self.field.name}” has no picture of a tick in the form: "
                "tick it by hand."
            )
        self._field[NameObject("/V")] = NameObject(f"/{chosen or 'Off'}")

    def write(self, writer: PdfWriter, value: str, font: FormFont, place: IndirectObject) -> None:
        """Write a text into the box, with a picture of it for each place where it is shown."""
        exported = next((out for out, shown in self._options if shown == value), value)
        self._field[NameObject("/V")] = TextStringObject(exported)
        for widget in self._widgets:
            picture = self._picture(widget, value, font, place)
            normal = DictionaryObject({NameObject("/N"): writer._add_object(picture)})
            widget[NameObject("/AP")] = normal

    def _picture(
        self, widget: DictionaryObject, text: str, font: FormFont, place: IndirectObject
    ) -> StreamObject:
        left, bottom, right, top = _rectangle(widget)
        width, height = right - left, top - bottom
        comb = self.field.most if self._flags & _COMB else 0
        size, lines = self._fitted(text, width, height, font, comb)
        steps = [f"/RB {size:g} Tf 0 g"]
        y = height - _MARGIN - font.up * size
        if not self._flags & _MULTI_LINE:
            y = (height - (font.up + font.down) * size) / 2 + font.down * size
        for line in lines:
            if comb:
                cell = width / comb
                signs = [
                    (sign, number * cell + (cell - font.width(sign) * size) / 2)
                    for number, sign in enumerate(line)
                ]
            else:
                side = int(str(self._known.get("/Q", 0)))
                free = width - 2 * _MARGIN - font.width(line) * size
                signs = [(line, _MARGIN + free * side / 2)]
            steps += [f"1 0 0 1 {x:.2f} {y:.2f} Tm <{font.glyphs(s)}> Tj" for s, x in signs]
            y -= size * _LINE
        picture = DecodedStreamObject()
        content = "\n".join(["/Tx BMC q BT", *steps, "ET Q EMC"])
        picture.set_data(content.encode("ascii"))
        fonts = DictionaryObject({NameObject("/RB"): place})
        picture.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject(
                    [NumberObject(0), NumberObject(0), FloatObject(width), FloatObject(height)]
                ),
                NameObject("/Resources"): DictionaryObject({NameObject("/Font"): fonts}),
            }
        )
        return picture

    def _fitted(
        self, text: str, width: float, height: float, font: FormFont, comb: int
    ) -> tuple[float, list[str]]:
        """Return the largest size at which the text fits, down to the smallest one can read."""
        found = _SIZE.search(self._default)
        given = float(found[1]) if found else 0
        size = given or max(_SMALLEST, min(_LARGEST, height * 0.7))
        room = width - 2 * _MARGIN
        while True:
            if self._flags & _MULTI_LINE:
                lines = _wrapped(text, room / size, font)
                tall = 2 * _MARGIN + (font.up + font.down + (len(lines) - 1) * _LINE) * size
            else:
                lines, tall = [" ".join(text.split())], 0
            wide = max((font.width(line) * size for line in lines), default=0)
            if (comb or wide <= room) and tall <= height:
                return size, lines
            if size <= _SMALLEST:
                raise NotAllowed(
                    f"“{text}” is too long for the box “{self.field.name}”. Shorten it, or write "
                    "it by hand."
                )
            size = max(_SMALLEST, size - 0.5)


def _list(value: PdfObject | None) -> ArrayObject:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, ArrayObject) else ArrayObject()


def _option(option: PdfObject) -> tuple[str, str]:
    if isinstance(option, ArrayObject):
        return str(option[0]), str(option[1])
    return str(option), str(option)


def _states(widget: DictionaryObject) -> list[str]:
    """Return the names a tick box gives to being ticked."""
    pictures = widget.get("/AP", DictionaryObject()).get_object()
    normal = pictures.get("/N", DictionaryObject()).get_object()
    if isinstance(normal, StreamObject):
        return []
    return [str(name).removeprefix("/") for name in normal if name != "/Off"]


def _rectangle(widget: DictionaryObject) -> tuple[float, float, float, float]:
    x, y, other_x, other_y = (float(one) for one in _list(widget.get("/Rect")))
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def _wrapped(text: str, room: float, font: FormFont) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if line and font.width(longer) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


# --- a copy nobody can change --------------------------------------------------------------------


def _flatten(writer: PdfWriter, page: PageObject) -> None:
    """Draw the pictures of the boxes onto the page itself and take the boxes away."""
    steps, left = [], ArrayObject()
    names = DictionaryObject()
    for number, reference in enumerate(page.get("/Annots", ArrayObject()).get_object()):
        widget = reference.get_object()
        if widget.get("/Subtype") != "/Widget":
            left.append(reference)
            continue
        picture = _normal_picture(widget)
        hidden = int(str(widget.get("/F", 0))) & 2
        if picture is None or hidden:
            continue
        name = f"/RollbookBox{number}"
        names[NameObject(name)] = writer._add_object(picture)
        x, y, right, top = _rectangle(widget)
        box = [float(one) for one in _list(picture.get("/BBox"))]
        wide = (right - x) / (box[2] - box[0]) if box[2] != box[0] else 1
        tall = (top - y) / (box[3] - box[1]) if box[3] != box[1] else 1
        move = f"{x - box[0] * wide:.3f} {y - box[1] * tall:.3f}"
        steps.append(f"q {wide:.5f} 0 0 {tall:.5f} {move} cm {name} Do Q")
    _draw(writer, page, names, steps)
    page[NameObject("/Annots")] = left


def _draw(writer: PdfWriter, page: PageObject, names: DictionaryObject, steps: list[str]) -> None:
    resources = DictionaryObject(page.get("/Resources", DictionaryObject()).get_object())
    pictures = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    pictures.update(names)
    resources[NameObject("/XObject")] = pictures
    page[NameObject("/Resources")] = resources
    before, after = DecodedStreamObject(), DecodedStreamObject()
    before.set_data(b"q\n")
    after.set_data(("\nQ\n" + "\n".join(steps) + "\n").encode("ascii"))
    old = page.get("/Contents")
    content = old.get_object() if old is not None else None
    if isinstance(content, ArrayObject):
        parts = list(content)
    else:
        parts = [page.raw_get("/Contents")] if content is not None else []
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(before), *parts, writer._add_object(after)]
    )


def _normal_picture(widget: DictionaryObject) -> StreamObject | None:
    pictures = widget.get("/AP", DictionaryObject()).get_object()
    normal = pictures.get("/N")
    normal = normal.get_object() if normal is not None else None
    if isinstance(normal, DictionaryObject) and not isinstance(normal, StreamObject):
        state = normal.get(str(widget.get("/AS", "/Off")))
        normal = state.get_object() if state is not None else None
    return normal if isinstance(normal, StreamObject) else None
