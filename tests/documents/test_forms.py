"""Official forms are filled so that each viewer shows it, or a sentence says why not."""

import io
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from rollbook.documents.forms import CHECK_BOX, CHOICE, TEXT, FormField, fill, form_fields
from rollbook.problems import NotAllowed, TemplateError

BOXES = {"name": 700, "note": 600, "id": 560, "grade": 520, "enrolled": 480}
VALUES = {
    "student.name": "Nguyễn Thị Hà-Żak & Sons",
    "note": "Enrolled since August and attending every day of this school year.",
    "id": "40213",
    "grade": "Grade 9",
    "enrolled": "yes",
}


def obj(**keys: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in keys.items()})


def tick(content: bytes) -> DecodedStreamObject:
    picture = DecodedStreamObject()
    picture.set_data(content)
    box = ArrayObject(NumberObject(one) for one in (0, 0, 12, 12))
    picture.update(obj(Type=NameObject("/XObject"), Subtype=NameObject("/Form"), BBox=box))
    return picture


def form(*, xfa: bool = False, password: str = "", name_flags: int = 0) -> bytes:
    """A form as agencies give them out: text, several lines, a comb, a choice, a check box."""
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)

    def box(
        name: str, kind: str, height: int, width: int = 200, **more: object
    ) -> DictionaryObject:
        low = BOXES[name]
        return obj(
            Type=NameObject("/Annot"),
            Subtype=NameObject("/Widget"),
            FT=NameObject(kind),
            T=TextStringObject(name),
            F=NumberObject(4),
            Rect=ArrayObject(NumberObject(one) for one in (100, low, 100 + width, low + height)),
            DA=TextStringObject("/Helv 0 Tf 0 g"),
            **more,
        )

    options = ArrayObject(
        ArrayObject([TextStringObject(str(one)), TextStringObject(f"Grade {one}")])
        for one in (8, 9)
    )
    on, off = writer._add_object(tick(b"0 0 12 12 re f")), writer._add_object(tick(b""))
    states = obj(N=obj(Yes1=on, Off=off))
    name = box("name", "/Tx", 20, Ff=NumberObject(name_flags))
    fields = [
        name,
        box("note", "/Tx", 50, Ff=NumberObject(1 << 12)),
        box("id", "/Tx", 20, MaxLen=NumberObject(6), Ff=NumberObject(1 << 24)),
        box("grade", "/Ch", 20, Ff=NumberObject(1 << 17), Opt=options),
        box("enrolled", "/Btn", 12, 12, AP=states, AS=NameObject("/Off")),
    ]
    placed = [writer._add_object(one) for one in fields]
    page[NameObject("/Annots")] = ArrayObject(placed)
    group = writer._add_object(obj(T=TextStringObject("student"), Kids=ArrayObject(placed[:1])))
    name[NameObject("/Parent")] = group
    root = obj(Fields=ArrayObject([group, *placed[1:]]))
    if xfa:
        root[NameObject("/XFA")] = TextStringObject("<xdp/>")
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(root)
    if password:
        writer.encrypt(password)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def text(pdf: bytes) -> str:
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_the_boxes_of_a_form_are_told_with_their_kinds_and_choices() -> None:
    assert form_fields(form()) == (
        FormField("student.name", TEXT),
        FormField("note", TEXT),
        FormField("id", TEXT, most=6),
        FormField("grade", CHOICE, ("Grade 8", "Grade 9")),
        FormField("enrolled", CHECK_BOX, ("yes", "no")),
    )


def test_values_are_kept_as_values_and_the_form_can_be_filled_again() -> None:
    filled = fill(fill(form(), VALUES), {"id": "7"})
    fields = pypdf.PdfReader(io.BytesIO(filled)).get_fields() or {}
    values = {name: field.value for name, field in fields.items() if field.value is not None}
    assert values == {**VALUES, "grade": "9", "enrolled": "/Yes1", "id": "7"}


def test_an_untouched_box_stays_and_a_tick_can_be_taken_away() -> None:
    filled = fill(fill(form(), VALUES), {"enrolled": "no"})
    fields = pypdf.PdfReader(io.BytesIO(filled)).get_fields() or {}
    assert fields["enrolled"].value == "/Off"
    assert fields["note"].value == VALUES["note"]


def test_a_flat_copy_has_no_boxes_and_still_says_what_was_written() -> None:
    flat = fill(form(), VALUES, flat=True)
    assert not pypdf.PdfReader(io.BytesIO(flat)).get_fields()
    assert VALUES["student.name"] in text(flat)
    assert "Grade 9" in text(flat)
    with pytest.raises(TemplateError, match="no boxes to fill"):
        form_fields(flat)


# --- what a person sees ---------------------------------------------------------------------------


def dark(picture: bytes) -> dict[str, int]:
    """Return how many dark pixels a greyscale picture (PGM, 72 dots an inch) has in each box."""
    _, size, _, pixels = picture.split(b"\n", 3)
    width, height = map(int, size.split())
    assert (width, height) == (612, 792)
    found = {}
    for name, low in BOXES.items():
        right, top = (112, low + 12) if name == "enrolled" else (300, low + 20)
        top = low + 50 if name == "note" else top
        rows = (pixels[(height - y) * width + 100 : (height - y) * width + right]
                for y in range(low, top))  # fmt: skip
        found[name] = sum(one < 128 for row in rows for one in row)
    return found


def by_poppler(path: Path) -> dict[str, int]:
    out = path.with_suffix("")
    subprocess.run(["pdftoppm", "-gray", "-r", "72", "-singlefile", path, out], check=True)
    return dark(out.with_suffix(".pgm").read_bytes())


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="Poppler is not here")
@pytest.mark.parametrize("flat", [False, True])
def test_poppler_shows_every_value(flat: bool, tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(form())
    before = by_poppler(path)
    path.write_bytes(fill(form(), VALUES, flat=flat))
    after = by_poppler(path)
    assert all(after[name] > before[name] + 20 for name in BOXES), (before, after)


# --- refused, in a sentence -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"student.nam": "Ana"}, "no box “student.nam”. Did you mean “student.name”"),
        ({"zzz": "Ana"}, "It has: student.name, note, id"),
        ({"student.name": "Ana " * 40}, "too long for the box “student.name”"),
        ({"note": "Enrolled. " * 99}, "too long for the box “note”"),
        ({"id": "1234567"}, "has 7 signs; the box “id” takes 6"),
        ({"grade": "Grade 13"}, "takes “Grade 8”, “Grade 9”, not “Grade 13”"),
        ({"enrolled": "maybe"}, "takes “yes”, “no”, not “maybe”"),
        ({"student.name": "محمد"}, "Arabic or Hebrew"),
        ({"student.name": "Ana \U0001e2c0"}, "write \U0001e2c0 into a form"),
    ],
)
def test_what_cannot_be_filled_is_said(values: dict[str, str], said: str) -> None:
    with pytest.raises((TemplateError, NotAllowed)) as error:
        fill(form(), values)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("pdf", "said"),
    [
        (form(xfa=True), "XFA"),
        (form(password="secret"), "locked against changes"),
        (b"%PDF-1.7 nothing", "damaged or is no PDF"),
        (b"", "damaged or is no PDF"),
    ],
)
def test_forms_that_cannot_be_filled_are_refused(pdf: bytes, said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        form_fields(pdf)
