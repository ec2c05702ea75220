"""The office's own official PDF forms: which box holds what, and the copy that is filled.

`office.toml` names the file and what goes into its boxes::

    [verification.forms]
    voe = "forms/voe.pdf"
    [verification.forms.voe_fields]
    "School Name" = "school_name"

A box that is not named stays empty. A filled form is checked before it is kept: every value is
found again in the words of its pages.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rollbook.office import Office
from rollbook.problems import NotAllowed, TemplateError
from rollbook.verification.decision import Decision
from rollbook.verification.fields import DOCUMENT_FIELDS
from rollbook.verification.kinds import Kind
from rollbook.verification.texas_voe import CONDITION_LETTERS
from rollbook.verification.words import plain

if TYPE_CHECKING:
    from rollbook.documents.forms import FormField

_LISTS = ("facts", "answers")
_QUESTIONS = range(1, 6)
FORM_FIELDS = (
    *(name for name in DOCUMENT_FIELDS if name not in _LISTS),
    *(f"condition_{letter}" for letter in CONDITION_LETTERS.values()),
    *(f"answer_{number}{end}" for number in _QUESTIONS for end in ("", "_yes", "_no")),
)
"""What may go into the boxes of a form. The last ones are for boxes that are ticked."""

_KNOWN_AS: Mapping[str, tuple[str, ...]] = {
    "student_name": ("student", "name of student", "student s name", "student full name",
                     "full name", "child s name", "name of child", "student legal name"),
    "birth_date": ("date of birth", "dob", "birthdate", "student date of birth"),
    "grade": ("grade level", "student grade"),
    "school_name": ("school", "name of school", "campus", "campus name"),
    "school_address": ("address of school", "address"),
    "school_phone": ("phone", "telephone", "phone number", "telephone number", "school telephone"),
    "district_name": ("district", "school district", "isd"),
    "campus_number": ("county district campus number", "cdc number", "cdc", "campus id"),
    "signatory_name": ("printed name", "name of official", "school official", "official name",
                       "printed name of school official"),
    "signatory_title": ("title", "title of official", "position"),
    "issued": ("date", "date issued", "date of issue", "issue date"),
    "expires": ("expiration date", "valid until", "expires", "expiration"),
    "hours_per_week": ("hours", "hours per week", "scheduled hours"),
    "course_weeks": ("weeks", "length of course"),
    "school_year_from": ("school year begins", "beginning date", "start date"),
    "school_year_to": ("school year ends", "ending date", "end date"),
    "expected_graduation": ("graduation date", "expected graduation date"),
    "days_absent": ("absences", "number of absences"),
}  # fmt: skip
_BY_NAME = {plain(name): field for field, names in _KNOWN_AS.items() for name in (field, *names)}


@dataclass(frozen=True, slots=True)
class OfficialForm:
    """An official form of the office: its file, and which field of ours goes into which box."""

    path: Path
    boxes: Mapping[str, str]


def official_form(office: Office, kind: Kind) -> OfficialForm | None:
    """Return the office's form for a kind of document; None when it names none.

    Raises ``NotAllowed`` when the file is not there or a box is to hold what there is not.
    """
    forms = office.settings.verification.forms
    named, boxes = forms.get(kind.slug, ""), forms.get(f"{kind.slug}_fields", {})
    if not isinstance(named, str) or not isinstance(boxes, dict):
        raise NotAllowed(
            f'In office.toml, [verification.forms] names a file: {kind.slug} = "forms/….pdf". Its '
            f"boxes stand in [verification.forms.{kind.slug}_fields]."
        )
    if not named:
        return None
    path = office.folders.root / named
    if not path.is_file():
        raise NotAllowed(
            f"office.toml names the form “{named}”, and there is no such file in the office's "
            "folder. Put it there, or take the line out."
        )
    for box, field in boxes.items():
        if field and field not in FORM_FIELDS:
            raise NotAllowed(
                f"office.toml puts “{field}” into the box “{box}” of {named}, and there is no such "
                f"field. See what there is with: rollbook verify form {kind.slug}"
            )
    return OfficialForm(path, {box: field for box, field in boxes.items() if field})


def boxes_of(form: OfficialForm) -> "list[FormField]":
    """Return the boxes of a form, as its file has them."""
    from rollbook.documents.forms import form_fields  # here: only who fills forms waits for it

    return list(form_fields(form.path.read_bytes()))


def proposed(form: OfficialForm) -> dict[str, str]:
    """Return what goes into each box: as it is settled, else as its name tells; else nothing."""
    names = [box.name for box in boxes_of(form)]
    return {name: form.boxes.get(name, _BY_NAME.get(_last_part(name), "")) for name in names}


def _last_part(name: str) -> str:
    """Return what tells in a box's name: ``topmostSubform[0].Page1[0].School_Name[0]``."""
    return plain(name.rpartition(".")[2].partition("[")[0].replace("_", " "))


def toml_lines(kind: Kind, boxes: Mapping[str, str]) -> str:
    """Return the lines of office.toml that say what goes into the boxes of a form."""
    lines = (f'{json.dumps(box, ensure_ascii=False)} = "{field}"' for box, field in boxes.items())
    return "\n".join((f"[verification.forms.{kind.slug}_fields]", *lines))


def form_values(fields: Mapping[str, object], decision: Decision) -> dict[str, str]:
    """Return every value that may go into a box, by the name of the field."""
    values = {name: str(fields[name]) for name in DOCUMENT_FIELDS if name not in _LISTS}
    values |= {
        f"condition_{letter}": "Yes" if decision.reason == reason else ""
        for reason, letter in CONDITION_LETTERS.items()
    }
    for one in decision.answers:
        values[f"answer_{one.number}"] = one.answer
        values[f"answer_{one.number}_yes"] = "Yes" if one.answer == "Yes" else ""
        values[f"answer_{one.number}_no"] = "Yes" if one.answer == "No" else ""
    return values


def filled_form(form: OfficialForm, values: Mapping[str, str]) -> bytes:
    """Return the flattened form with its boxes filled.

    Raises ``NotAllowed`` when a box cannot take its value, or a value cannot be read in the
    finished pages.
    """
    from rollbook.documents.forms import CHECK_BOX, fill, form_fields
    from rollbook.documents.pdf_text import words_of

    content = form.path.read_bytes()
    try:
        kinds = {box.name: box.kind for box in form_fields(content)}
        wanted = {
            box: values[field].casefold() if kinds.get(box) == CHECK_BOX else values[field]
            for box, field in form.boxes.items()
            if values.get(field)
        }
        finished = fill(content, wanted, flat=True)
    except (TemplateError, NotAllowed) as error:
        raise NotAllowed(f"{form.path.name} could not be filled. {error}") from error
    text = _close(words_of(finished))
    lost = [
        box
        for box, value in wanted.items()
        if kinds[box] != CHECK_BOX and _close(value) not in text
    ]
    if lost:
        raise NotAllowed(
            f"These boxes of {form.path.name} cannot be read when they are filled: "
            f"{', '.join(lost)}. Nothing was issued. Make the boxes larger, or take them out of "
            "office.toml and write by hand."
        )
    return finished


def _close(text: str) -> str:
    """Return a text without spaces: a page breaks its lines where it likes."""
    return "".join(unicodedata.normalize("NFC", text).split())
