"""No family's words in another family's letter: every value found again, none lost or mixed."""

import io
import random
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from rollbook.documents import LISTS, Rendered, Template, foreign_values, join, missing_values
from rollbook.documents.text import part_text, text_of
from rollbook.documents.word import parse, w, write_xml
from rollbook.letters import FIELDS as LETTER_FIELDS
from rollbook.verification import DOCUMENT_FIELDS

SHIPPED = sorted((Path(__file__).parents[2] / "letter_templates").glob("*.docx"))
FIELDS = frozenset({*LETTER_FIELDS, *DOCUMENT_FIELDS})
STUDENTS = 2_000
BODY = "word/document.xml"

ODD = (
    "Tom & Jerry", "<b>Żak</b>", 'Zoë "Zed" Müller', "O'Brien-D’Arcy", "محمد العربي", "דוד כהן",
    "李小龍", "Nguyễn Thị Hà", "Ana 🦊 García", "{{ serial }}", "{% if x %}", "&amp; &lt;w:t&gt;",
    "]]> <!-- -->", "John 3rd", "R2 D2", "a\u0301e\u0301", "Wolfeschlegelsteinhausen" * 12,
    "<?rollbook-section ?>", "<?rollbook-bars x?>", "</w:t></w:r>", "$1 \\1 \\g<0>", "%}}{{",
)  # fmt: skip
_OWNER = re.compile(r"⟦(\d+)⟧")


@cache
def shipped(path: Path) -> Template:
    return Template.compile(path, FIELDS)


def values_of(number: int, template: Template) -> dict[str, object]:
    """Odd words for every field, each with the number of the student it belongs to."""
    chance = random.Random(number)

    def word() -> str:
        return f"{chance.choice(ODD)} ⟦{number}⟧ {chance.choice(ODD)}"

    values: dict[str, object] = {}
    for field in sorted(template.fields):
        columns = LISTS.get(field)
        if columns is None:
            values[field] = word()
        elif columns:
            rows = range(chance.randint(1, 4))
            values[field] = [{column: word() for column in columns} for _ in rows]
        else:
            values[field] = [word() for _ in range(chance.randint(1, 3))]
    values["barcode"] = f"L-2026-{number:06d}"
    return values


def students(count: int) -> Iterator[tuple[int, Rendered, Mapping[str, object]]]:
    for number in range(count):
        template = shipped(SHIPPED[number % len(SHIPPED)])
        values = values_of(number, template)
        yield number, template.render(values), values


def test_in_thousands_of_letters_no_value_is_wrong_lost_or_anothers() -> None:
    before: Mapping[str, object] = {}
    for number, letter, values in students(STUDENTS):
        assert letter.problems == ()
        assert missing_values(letter, values) == []
        assert set(_OWNER.findall(letter.text)) == {str(number)}
        assert foreign_values(letter, values, before) == []
        before = values


def test_what_is_read_back_is_what_stands_in_the_finished_file() -> None:
    for _, letter, _ in students(2 * len(SHIPPED)):
        assert _words(text_of(letter.to_bytes())) == _words(letter.text)


def test_each_section_of_a_joined_file_says_what_its_letter_says_alone() -> None:
    letters = [letter for _, letter, _ in students(3 * len(SHIPPED))]
    with zipfile.ZipFile(io.BytesIO(join(letters))) as archive:
        sections = list(_sections(archive.read(BODY)))
    assert len(sections) == len(letters)
    for section, letter in zip(sections, letters, strict=True):
        with zipfile.ZipFile(io.BytesIO(letter.to_bytes())) as archive:
            assert section == _words(part_text(archive.read(BODY)))


def test_anothers_name_address_or_number_in_a_letter_is_found() -> None:
    template = shipped(next(path for path in SHIPPED if path.name == "tx-tru3.en.docx"))
    own, other = values_of(1, template), values_of(2, template)
    mixed = template.render({**own, "student_name": other["student_name"]})
    assert foreign_values(mixed, own, other) == [other["student_name"]]
    mixed = template.render({**own, "address_lines": other["address_lines"]})
    assert set(foreign_values(mixed, own, other)) == set(_lines(other["address_lines"]))
    mixed = template.render({**own, "serial": other["serial"]})
    assert foreign_values(mixed, own, other) == [other["serial"]]


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("Ana García", "Ana García"),  # two students of one name
        ("Ana García López", "Ana García"),  # one name inside the other
        ("Rosalind Park", "Rosa"),  # a part of a longer word
        ("Ana García", "School"),  # a word of the template's own
        ("Ana García", ""),  # nothing was given
    ],
)
def test_what_a_letter_may_say_by_itself_is_nobody_elses(own: str, other: str) -> None:
    template = shipped(next(path for path in SHIPPED if path.name == "tx-tru3.en.docx"))
    values = {**values_of(1, template), "student_name": own}
    assert foreign_values(template.render(values), values, {"student_name": other}) == []


def _lines(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def _words(text: str) -> list[str]:
    return text.split()


def _sections(document: bytes) -> Iterator[list[str]]:
    """Cut a joined file where its sections end; return the words of each."""
    body = parse(document).find(w("body"))
    assert body is not None
    holder = etree.Element(w("body"))
    for element in list(body):
        ends = element.tag == w("sectPr") or element.find(f"{w('pPr')}/{w('sectPr')}") is not None
        holder.append(element)
        if ends:
            yield _words(part_text(write_xml(holder)))
            holder = etree.Element(w("body"))
