"""A letter's number as bars: drawn where the template says, read again by a scanner."""

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import docx
import pytest
import zxingcpp
from PIL import Image

from rollbook.documents import Rendered, Template, converter, join, join_to, missing_values, to_pdf
from rollbook.documents.barcode import FIELD

NUMBERS = ("L-2026-000001", "V-2026-00017", "L-2026-123456")

needs_printer = pytest.mark.skipif(
    converter() is None or which("pdftoppm") is None, reason="LibreOffice or poppler is not here"
)


def template(footer: str) -> Template:
    document = docx.Document()
    document.add_paragraph("Dear {{ student_name }},")
    document.sections[0].footer.paragraphs[0].text = footer
    stream = io.BytesIO()
    document.save(stream)
    return Template.compile(stream.getvalue(), ("student_name", "serial", FIELD))


def letters(footer: str, numbers: tuple[str, ...] = NUMBERS) -> Iterator[Rendered]:
    made = template(footer)
    for number in numbers:
        yield made.render({"student_name": "Ana García", "serial": number, FIELD: number})


@needs_printer
def test_a_scanner_reads_each_letters_own_number_off_the_printed_pages(tmp_path: Path) -> None:
    word = tmp_path / "joined letters.docx"
    join_to(word, letters("Letter {{ serial }} {{ barcode }}"), both_sides=False)
    [pdf] = to_pdf([word], tmp_path)
    subprocess.run(["pdftoppm", "-r", "200", "-png", pdf, tmp_path / "page"], check=True)
    read = []
    for page in sorted(tmp_path.glob("page*.png")):
        with Image.open(page) as picture:
            read += [code.text for code in zxingcpp.read_barcodes(picture)]
    assert read == list(NUMBERS)


def test_the_bars_are_not_wider_than_a_footer_has_room_for() -> None:
    [letter] = letters("{{ barcode }}", ("L-2026-000001",))
    width = re.search(r"width:([0-9.]+)pt", letter.parts["word/footer1.xml"])
    assert width is not None
    assert 30 <= float(width[1]) / 72 * 25.4 <= 60


def test_the_words_beside_the_bars_stay_and_a_reader_for_the_blind_hears_the_number() -> None:
    [letter] = letters("Letter {{ serial }} {{ barcode }} of our office", ("L-7",))
    assert re.search(r"Letter L-7\s+of our office", letter.text)
    assert 'alt="L-7"' in letter.parts["word/footer1.xml"]


@pytest.mark.parametrize("number", ["", "Łódź-1"])
def test_a_number_that_bars_cannot_hold_prints_none_and_the_letter_is_sound(number: str) -> None:
    opened = docx.Document(io.BytesIO(join(letters("Letter {{ barcode }}", (number,)))))
    footer = opened.sections[0].footer
    assert footer.paragraphs[0].text.strip() == "Letter"
    assert b"v:shape" not in footer.part.blob


def test_a_template_without_the_field_makes_letters_as_before() -> None:
    [letter] = letters("Letter {{ serial }}", ("L-7",))
    assert letter.text.endswith("Letter L-7")
    assert "v:shape" not in letter.parts["word/footer1.xml"]


def test_a_number_shown_in_bars_only_is_not_missing_and_one_not_shown_is() -> None:
    [letter] = letters("{{ barcode }}", ("L-7",))
    given = {"student_name": "Ana García", FIELD: "L-7"}
    assert missing_values(letter, given) == []
    assert missing_values(letter, {**given, FIELD: "L-8"}) == [FIELD]
