"""A preview is a whole letter about nobody real."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.documents import LISTS, Template, converter, lines_of, text_of
from rollbook.documents.conversion import pages
from rollbook.letters.checking import letter_of
from rollbook.letters.fields import FIELDS
from rollbook.letters.previewing import practice_letter, practice_values, write_preview
from rollbook.office.settings import Settings
from rollbook.policy import SHIPPED, load_pack
from rollbook.problems import NotAllowed
from tests.offices import small_office

TODAY = date(2026, 11, 22)
HERE = Path("letter_templates")
needs_libreoffice = pytest.mark.skipif(converter() is None, reason="LibreOffice is not here")


@pytest.mark.parametrize("jurisdiction", SHIPPED)
@pytest.mark.parametrize("long", [False, True])
def test_every_field_has_a_value_of_its_kind(jurisdiction: str, long: bool) -> None:
    pack = load_pack(jurisdiction)
    settings = Settings(name="Oak School", jurisdiction=jurisdiction)
    values = practice_values(pack, settings, "en", TODAY, long=long)
    english = jurisdiction == "gb-eng"
    for name in FIELDS:
        assert isinstance(values[name], list if name in LISTS else str)
        empty = name.startswith("penalty_") and not english
        assert bool(values[name]) is not empty, name
        assert f"[{name}]" not in str(values[name])


def test_dates_and_counts_are_in_the_language_of_the_letter() -> None:
    settings = Settings(name="Oak School", jurisdiction="us-tx")
    spanish = practice_values(load_pack("us-tx"), settings, "es", TODAY)
    assert spanish["letter_date"] == "22 de noviembre de 2026"
    assert spanish["days_missed"] == "3 días"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    small_office(tmp_path / "office", "us-tx").ledger.close()
    return tmp_path / "office"


def preview(office: Path, *arguments: str) -> str:
    result = CliRunner().invoke(
        app, ["letters", "preview", *arguments, "--office", str(office)], catch_exceptions=False
    )
    assert result.exit_code == 0
    return " ".join(result.output.split())


def test_a_preview_shows_the_office_and_an_invented_student(office: Path, tmp_path: Path) -> None:
    to = tmp_path / "look here.docx"
    preview(office, "tx-tru3.en", "--to", str(to))
    text = text_of(to.read_bytes())
    assert "Oak & Ash School" in text and "Rosa Dellmere" in text and "Ana Ashbeck" in text
    assert "{{" not in text and "{%" not in text


def test_long_names_and_many_dates_try_the_layout(office: Path, tmp_path: Path) -> None:
    short, long = tmp_path / "short.docx", tmp_path / "long.docx"
    preview(office, "tx-tru3.en", "--to", str(short))
    preview(office, "tx-tru3.en", "--long", "--to", str(long))
    assert "Featherstonehaugh-O’Brien" in text_of(long.read_bytes())
    assert len(lines_of(long.read_bytes())) > len(lines_of(short.read_bytes())) + 30


@needs_libreoffice
def test_a_preview_is_a_pdf_beside_the_reports_when_nothing_is_said(office: Path) -> None:
    said = preview(office, "tx-tru3.en")
    made = office / "reports" / "tx-tru3.en.preview.pdf"
    assert pages(made) == 2 and "invented student" in said


def letter(name: str = "tx-tru3.en.docx") -> Template:
    return Template.compile(HERE / name, FIELDS)


def filled(template: Template) -> dict[str, object]:
    settings = Settings(name="Oak School", jurisdiction="us-tx")
    _, language = letter_of(Path(template.name))
    return practice_values(load_pack("us-tx"), settings, language, TODAY)


@needs_libreoffice
def test_a_picture_is_a_picture_or_a_pdf_where_nothing_can_draw(tmp_path: Path) -> None:
    template = letter()
    written = write_preview(practice_letter(template, filled(template)), tmp_path / "look.png")
    begins = {".png": b"\x89PNG", ".pdf": b"%PDF"}[written.suffix]
    assert written.read_bytes().startswith(begins)


def test_without_libreoffice_a_word_file_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollbook.letters.previewing.converter", lambda: None)
    template = letter()
    written = write_preview(practice_letter(template, filled(template)), tmp_path / "look.pdf")
    assert written == tmp_path / "look.docx" and "Ana" in text_of(written.read_bytes())


def test_another_ending_and_a_real_student_are_refused(office: Path, tmp_path: Path) -> None:
    template = letter()
    with pytest.raises(NotAllowed, match="must end in .pdf, .png or .docx"):
        write_preview(practice_letter(template, filled(template)), tmp_path / "look.txt")
    with pytest.raises(NotAllowed, match="always about an invented student"):
        preview(office, "tx-tru3", "--student", "000123")
