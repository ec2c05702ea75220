"""Faces a template names that are not here, and signs no font can show."""

import io
from pathlib import Path

import docx
import pytest

from rollbook.documents import Template, fonts
from rollbook.documents.fonts import faces_of, file_with, fonts_missing, signs_without_font


def template(*faces: str) -> Template:
    document = docx.Document()
    document.styles["Normal"].font.name = "Arial"
    for face in faces:
        document.add_paragraph().add_run("{{ serial }}").font.name = face
    stream = io.BytesIO()
    document.save(stream)
    return Template.compile(stream.getvalue(), ("serial",))


def test_faces_of_styles_runs_and_theme_are_found() -> None:
    found = faces_of(template("Curlz MT"))
    assert {"Arial", "Curlz MT", "Calibri"} <= set(found)
    assert found == sorted(found)


def test_a_face_of_the_same_widths_counts_and_a_strange_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = tuple(fonts.Face(name, Path("x")) for name in ("Liberation Sans", "Carlito"))
    monkeypatch.setattr(fonts, "faces_here", lambda: here)
    missing = fonts_missing(template("Curlz MT", "Times New Roman"))
    assert {"Curlz MT", "Times New Roman"} <= set(missing)
    assert not {"Arial", "Calibri"} & set(missing)


def test_signs_no_font_shows_are_told_once_in_their_order() -> None:
    unknown = "\U0001e2c0"  # Wancho, which no office computer has
    assert signs_without_font(f"Ana {unknown}García{unknown}\n\u200b") == [unknown]


def test_a_face_asked_for_counts_alone() -> None:
    if file_with("ễ", "Arial") is None:
        pytest.skip("no font here")
    assert signs_without_font("Nguyễn", ["No Such Face"]) == list("Nguyễn")
    assert signs_without_font("Nguyễn") == []


def test_a_damaged_font_is_as_good_as_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.ttf").write_bytes(b"no font")
    (tmp_path / "half.ttc").write_bytes(b"ttcf\0\1\0\0\0\0\0\2")
    monkeypatch.setattr(fonts, "_folders", lambda: [tmp_path])
    fonts.faces_here.cache_clear()
    try:
        assert fonts.faces_here() == ()
    finally:
        fonts.faces_here.cache_clear()
