"""Official fillable PDF forms: their boxes, and a copy in which they are filled.

The values are drawn into the pages and the boxes taken away, so that every viewer and printer shows
the same and nobody can type over it. Whoever fills a form reads it again with :func:`words_of`: a
character that the form's own font lacks is drawn as another, and is found that way.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from rollbook.problems import TemplateError

_KINDS = {"/Tx": "text", "/Btn": "tick", "/Ch": "choice", "/Sig": "signature"}
_TICKED = ("yes", "true", "on", "x")
_LETTER_WIDTH = 0.55  # of the size of the letters, on average and rounded up
_LARGEST, _SMALLEST = 11, 6  # points


@dataclass(frozen=True, slots=True)
class FormField:
    """One box of a form: its name in the file, what kind it is, and what may be chosen in it.

    ``kind`` is ``text``, ``tick``, ``choice`` or ``signature``. ``width`` is in points.
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    width: float = 0


def form_fields(pdf: bytes) -> list[FormField]:
    """Return the boxes of a form. Raises ``TemplateError`` when the file is no fillable form."""
    return _boxes(_open(pdf))


def fill(pdf: bytes, values: Mapping[str, str]) -> bytes:
    """Return the form with the values drawn into its pages and no boxes left.

    A box to tick takes ``Yes``, or the name of one of its choices. Raises ``TemplateError`` when
    there is no such box, it has no such choice, or the value is too long for it.
    """
    reader = _open(pdf)
    boxes = {box.name: box for box in _boxes(reader)}
    given: dict[str, Any] = {name: None for name in _already_filled(reader)}
    for name, value in values.items():
        if name not in boxes:
            near = get_close_matches(name, boxes, 1)
            meant = f" Is “{near[0]}” meant?" if near else ""
            raise TemplateError(f"The form has no box “{name}”.{meant}")
        if value:
            given[name] = _value(boxes[name], value)
    writer = PdfWriter(clone_from=reader)
    writer.update_page_form_field_values(None, given, auto_regenerate=False, flatten=True)
    writer.remove_annotations("/Widget")
    del writer.root_object["/AcroForm"]
    finished = io.BytesIO()
    writer.write(finished)
    return finished.getvalue()


def words_of(pdf: bytes) -> str:
    """Return the words on the pages of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def _open(pdf: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(pdf))
        locked, form = reader.is_encrypted, reader.root_object.get("/AcroForm")
    except PyPdfError as error:
        raise TemplateError("The form is no PDF, or a damaged one. Get it anew.") from error
    if locked:
        raise TemplateError("The form is locked with a password. Get one that is not.")
    if form is None or not reader.get_fields():
        raise TemplateError("The PDF has no boxes to fill. Get the fillable form, or print it.")
    if "/XFA" in form.get_object():
        raise TemplateError(
            "The form is of a kind that only Adobe Reader shows (XFA). Open it there, print it to "
            "a PDF and fill that by hand, or ask for an ordinary form."
        )
    return reader


def _boxes(reader: PdfReader) -> list[FormField]:
    widths = _widths(reader)
    return [
        FormField(
            name,
            _KINDS.get(str(box.get("/FT")), "text"),
            tuple(str(one).removeprefix("/") for one in box.get("/_States_", ()) if one != "/Off"),
            widths.get(name, 0),
        )
        for name, box in (reader.get_fields() or {}).items()
        if box.get("/FT")
    ]


def _widths(reader: PdfReader) -> dict[str, float]:
    """Return the width of the narrowest place at which each box stands, by its whole name."""
    found: dict[str, float] = {}
    for page in reader.pages:
        for one in page.get("/Annots", ()):
            widget = one.get_object()
            if widget.get("/Subtype") == "/Widget" and "/Rect" in widget:
                left, _, right, _ = (float(edge) for edge in widget["/Rect"])
                name = _whole_name(widget)
                found[name] = min(abs(right - left), found.get(name, abs(right - left)))
    return found


def _whole_name(widget: Any) -> str:
    names: list[str] = []
    while widget is not None:
        if "/T" in widget:
            names.insert(0, str(widget["/T"]))
        parent = widget.get("/Parent")
        widget = parent.get_object() if parent is not None else None
    return ".".join(names)


def _already_filled(reader: PdfReader) -> list[str]:
    """Return the text boxes that the form comes with filled, which must not be lost."""
    fields = reader.get_fields() or {}
    return [name for name, box in fields.items() if box.get("/FT") == "/Tx" and box.get("/V")]


def _value(box: FormField, value: str) -> str | tuple[str, str, float]:
    if box.kind == "signature":
        raise TemplateError(f"“{box.name}” is a signature; sign it by hand.")
    if box.kind == "tick":
        if value in box.choices:
            return f"/{value}"
        if value.casefold() in _TICKED and len(box.choices) == 1:
            return f"/{box.choices[0]}"
        raise TemplateError(f"“{box.name}” can be {' or '.join(box.choices)}, and not “{value}”.")
    size = min(_LARGEST, box.width / (_LETTER_WIDTH * len(value)))
    if box.width and size < _SMALLEST:
        raise TemplateError(
            f"“{value}” is too long for the box “{box.name}”. Leave the box out and write by hand."
        )
    return value, "", size
