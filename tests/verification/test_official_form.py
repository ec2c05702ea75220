"""Official PDF forms: their boxes are found, proposed, filled, read again, and kept flattened."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.documents.pdf_text import words_of
from rollbook.ledger import releases
from rollbook.office import Office, open_office, save_settings
from rollbook.problems import NotAllowed
from rollbook.register import Enrolment, Student
from rollbook.standing import read_standing
from rollbook.verification import document_kind
from rollbook.verification.issue import Answer, Asked, issue
from rollbook.verification.kinds import Kind
from rollbook.verification.official_form import FORM_FIELDS, official_form, proposed
from tests.offices import NOW, post_extract, roster, small_office
from tests.test_issue import ANA

TICK = b"0 0 m 12 12 l S"
BOXES = {
    "Name of Student": "text",
    "topmost[0].Page1[0].School_Name[0]": "text",
    "Date of Birth": "text",
    "Wert": "text",
    "Credit": "tick",
    "Attended": "tick",
}
FIELDS = {
    "Name of Student": "student_name",
    "topmost[0].Page1[0].School_Name[0]": "school_name",
    "Date of Birth": "birth_date",
    "Wert": "expires",
    "Credit": "condition_a",
    "Attended": "condition_b",
}


def _named(**values: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def blank_form(boxes: Mapping[str, str] = BOXES, **more: Any) -> bytes:
    """A fillable form of one page, as an agency gives it out."""
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    font = writer._add_object(
        _named(
            Type=NameObject("/Font"),
            Subtype=NameObject("/Type1"),
            BaseFont=NameObject("/Helvetica"),
            Encoding=NameObject("/WinAnsiEncoding"),
        )
    )
    kinds = {"text": _text_box, "tick": _tick_box}
    made = ArrayObject(
        writer._add_object(kinds[kind](writer, name, 700 - 40 * place))
        for place, (name, kind) in enumerate(boxes.items())
    )
    page[NameObject("/Annots")] = made
    form = _named(
        Fields=made,
        DA=TextStringObject("/Helv 10 Tf 0 g"),
        DR=_named(Font=_named(Helv=font)),
        **more,
    )
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def _box(name: str, kind: str, y: int, width: int) -> DictionaryObject:
    return _named(
        Type=NameObject("/Annot"),
        Subtype=NameObject("/Widget"),
        FT=NameObject(kind),
        T=TextStringObject(name),
        F=NumberObject(4),
        Rect=RectangleObject((50, y, 50 + width, y + 16)),
    )


def _text_box(writer: PdfWriter, name: str, y: int) -> DictionaryObject:
    box = _box(name, "/Tx", y, 300)
    box[NameObject("/DA")] = TextStringObject("/Helv 10 Tf 0 g")
    return box


def _tick_box(writer: PdfWriter, name: str, y: int) -> DictionaryObject:
    def drawn(steps: bytes) -> Any:
        stream = StreamObject()
        stream.set_data(steps)
        stream.update(
            _named(
                Type=NameObject("/XObject"),
                Subtype=NameObject("/Form"),
                BBox=RectangleObject((0, 0, 12, 12)),
            )
        )
        return writer._add_object(stream)

    box = _box(name, "/Btn", y, 12)
    looks = _named(Ja=drawn(TICK), Off=drawn(b""))
    box.update(_named(V=NameObject("/Off"), AS=NameObject("/Off"), AP=_named(N=looks)))
    return box


@pytest.fixture(autouse=True)
def _word_files_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollbook.verification.issue.converter", lambda: None)


def office_with(
    root: Path, pdf: bytes = b"", fields: Mapping[str, str] = FIELDS, student: Student = ANA
) -> Office:
    root = root / "the office"
    small_office(root, "us-tx").ledger.close()
    forms = {"voe": "forms/the VOE.pdf", "voe_fields": dict(fields)}
    save_settings(root, {"verification": {"forms": forms}})
    if pdf:
        (root / "forms").mkdir()
        (root / "forms" / "the VOE.pdf").write_bytes(pdf)
    office = open_office(root)
    post_extract(office, roster([student], (), [Enrolment("004123", date(2026, 9, 1))]), "roster")
    return office


def ask(office: Office) -> Answer:
    asked = Asked("voe", "004123", "License", "student", said={"credit_in_all": "yes"})
    return issue(office, read_standing(office), asked, NOW)


def released(office: Office) -> list[releases.Verification]:
    with office.ledger.read() as connection:
        return releases.verifications(connection)


def voe() -> Kind:
    kind = document_kind("voe", "us-tx")
    assert isinstance(kind, Kind)
    return kind


def test_the_official_form_is_filled_beside_the_page_and_has_no_boxes_left(tmp_path: Path) -> None:
    office = office_with(tmp_path, blank_form())
    answer = ask(office)
    assert answer.issued, answer.sentence
    form = answer.files[-1]
    assert form.name == f"{answer.serial}.form.pdf"
    words = words_of(form.read_bytes())
    for said in ("Ana <María> O'Neil & Peña", "Oak & Ash School", "December 1, 2009"):
        assert said in words
    assert "December 20, 2026" in words
    reader = PdfReader(form)
    assert not reader.get_fields() and not reader.pages[0].get("/Annots")
    pictures = reader.pages[0]["/Resources"]["/XObject"]  # type: ignore[index]
    drawn = [one.get_object().get_data() for one in pictures.values()]
    assert sum(TICK in one for one in drawn) == 1  # the one of condition (a)


def test_a_name_from_far_away_is_shown_too(tmp_path: Path) -> None:
    student = Student("004123", "Nguyễn", "Łucja", birth_date=ANA.birth_date, grade="11")
    answer = ask(office_with(tmp_path, blank_form(), student=student))
    assert answer.issued, answer.sentence
    assert "Łucja Nguyễn" in words_of(answer.files[-1].read_bytes())


def test_a_name_that_the_form_cannot_show_issues_nothing(tmp_path: Path) -> None:
    student = Student("004123", "\U0001304c", "Ana", birth_date=ANA.birth_date, grade="11")
    office = office_with(tmp_path, blank_form(), student=student)
    answer = ask(office)
    assert not answer.issued and "the VOE.pdf could not be filled" in answer.sentence
    assert released(office) == [] and not list(office.folders.documents.iterdir())


@pytest.mark.parametrize(
    ("pdf", "fields", "said"),
    [
        (b"", FIELDS, "there is no such file"),
        (b"%PDF-1.4 torn", FIELDS, "is damaged"),
        (blank_form({}), FIELDS, "no boxes to fill"),
        (blank_form(XFA=ArrayObject()), FIELDS, "XFA"),
        (blank_form(), {"Nam of Student": "student_name"}, "Did you mean “Name of Student”?"),
        (blank_form(), {"Wert": "ssn"}, "rollbook verify form voe"),
        (blank_form(), {"Credit": "student_name"}, "“Credit” takes “yes”, “no”"),
    ],
)
def test_a_form_that_cannot_be_filled_says_why_and_issues_nothing(
    tmp_path: Path, pdf: bytes, fields: Mapping[str, str], said: str
) -> None:
    office = office_with(tmp_path, pdf, fields)
    answer = ask(office)
    assert not answer.issued and said in answer.sentence
    assert released(office) == []


def test_what_goes_into_a_box_is_proposed_by_its_name_and_kept_where_it_is_settled(
    tmp_path: Path,
) -> None:
    office = office_with(tmp_path, blank_form(), {"Wert": "expires"})
    form = official_form(office, voe())
    assert form is not None
    assert proposed(form) == {
        "Name of Student": "student_name",
        "topmost[0].Page1[0].School_Name[0]": "school_name",
        "Date of Birth": "birth_date",
        "Wert": "expires",
        "Credit": "",
        "Attended": "",
    }


def test_the_command_lists_the_boxes_and_the_lines_for_office_toml(tmp_path: Path) -> None:
    office = office_with(tmp_path, blank_form(), {})
    office.ledger.close()
    root = str(office.folders.root)
    shown = CliRunner().invoke(app, ["verify", "form", "voe", "--office", root])
    assert shown.exit_code == 0, shown.output
    assert "[verification.forms.voe_fields]" in shown.output
    assert '"Name of Student" = "student_name"' in shown.output
    none = CliRunner().invoke(app, ["verify", "form", "social-security", "--office", root])
    assert none.exit_code != 0


def test_no_field_of_a_form_holds_a_number_of_a_person() -> None:
    assert not [name for name in FORM_FIELDS if "ssn" in name or "security" in name]


def test_a_setting_that_names_no_file_is_refused(tmp_path: Path) -> None:
    office = office_with(tmp_path, blank_form())
    office.settings.verification.forms["voe"] = {"a": "b"}
    with pytest.raises(NotAllowed, match="names a file"):
        official_form(office, voe())
