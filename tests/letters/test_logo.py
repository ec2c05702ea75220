"""The school's logo in the letterhead: in its place, in its shape; none where none is named."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import docx
import pytest

from rollbook.documents import Template, join, missing_values
from rollbook.documents.logo import MOST_BYTES, find_logo, placeholder, with_logo
from rollbook.letters import FIELDS, approve_letters, print_letters
from rollbook.letters.templates import kept_template, letter_template
from rollbook.office import Office, open_office, save_settings
from rollbook.package import Package
from rollbook.problems import TemplateError
from tests.letters.families import SEPTEMBER, absences, draft, enrol, school
from tests.offices import NOW

SHIPPED = Path(__file__).parents[2] / "letter_templates"
TEMPLATE = (SHIPPED / "tx-tru3.en.docx").read_bytes()
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(width: int, height: int, *, shade: int = 120) -> bytes:
    """A grey picture that every program can show."""
    rows = (b"\0" + bytes([shade]) * width) * height

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">L", zlib.crc32(kind + content))
        return struct.pack(">L", len(content)) + kind + content + check

    about = struct.pack(">2L5B", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", about), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return SIGNATURE + b"".join(chunk(*part) for part in parts)


def jpeg(width: int, height: int) -> bytes:
    """The marks of a JPEG by which it is known, and its frame; no program could show it."""
    application = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes(3)
    return b"\xff\xd8" + application + frame + b"\xff\xd9"


def saved(folder: Path, content: bytes, name: str = "logo.png") -> Path:
    (folder / name).write_bytes(content)
    return folder


def header_of(content: bytes) -> docx.section._Header:
    return docx.Document(BytesIO(content)).sections[0].first_page_header


def pictures_of(content: bytes) -> list[tuple[float, float, str, bytes]]:
    """Width and height in millimetres, alternative text and bytes of each picture in the header."""
    header = header_of(content)
    found = []
    for inline in header._element.iter("{*}inline"):
        extent, about, blip = (next(inline.iter(f"{{*}}{name}")) for name in NAMES)
        part = header.part.related_parts[blip.get(f"{{{RELATIONS}}}embed")]
        size = (int(extent.get("cx")) / 36_000, int(extent.get("cy")) / 36_000)
        found.append((*size, about.get("descr"), part.blob))
    return found


NAMES = ("extent", "docPr", "blip")
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.docx")), ids=lambda path: path.stem)
def test_every_template_we_ship_keeps_one_place_for_the_logo(path: Path) -> None:
    [(_, _, said, content)] = pictures_of(path.read_bytes())
    assert (said, content) == ("Place of the school’s logo", placeholder())


def test_without_a_logo_the_placeholder_and_its_column_go() -> None:
    bare = with_logo(TEMPLATE, None, "Cedar Falls High School")
    assert pictures_of(bare) == []
    [table] = header_of(bare).tables
    [before] = header_of(TEMPLATE).tables
    assert len(table.columns) == len(before.columns) - 1
    assert sum(one.width for one in table.columns) == sum(one.width for one in before.columns)
    assert with_logo(bare, None, "Cedar Falls High School") == bare


@pytest.mark.parametrize(
    ("pixels", "size"),
    [
        ((300, 300), (16, 16)),
        ((200, 400), (8, 16)),
        ((1200, 240), (50, 10)),
        ((500, 160), (50, 16)),
        ((40, 20), (32, 16)),
    ],
)
def test_a_logo_keeps_its_shape_within_16_by_50_millimetres(
    tmp_path: Path, pixels: tuple[int, int], size: tuple[float, float]
) -> None:
    logo = find_logo("logo.png", [saved(tmp_path, png(*pixels))])
    content = with_logo(TEMPLATE, logo, "Cedar Falls “High” & Co")
    [(width, height, said, picture)] = pictures_of(content)
    assert (width, height) == pytest.approx(size, abs=0.01)
    assert (said, picture) == ("Cedar Falls “High” & Co", png(*pixels))
    [table] = header_of(content).tables
    widths = [column.width / 36_000 for column in table.columns]
    assert widths[0] == pytest.approx(width + 4, abs=0.1)
    assert widths[1] > 54  # the school's name must have room
    assert sum(widths) == pytest.approx(215.9 - 50, abs=0.1)


def test_a_name_beside_a_wide_logo_is_set_smaller(tmp_path: Path) -> None:
    sizes = []
    for width in (300, 900):
        logo = find_logo("logo.png", [saved(tmp_path, png(width, 300, shade=width // 9))])
        [table] = header_of(with_logo(TEMPLATE, logo, "School")).tables
        [run] = table.cell(0, 1).paragraphs[0].runs
        sizes.append(run.font.size.pt if run.font.size else "as the style says")
    assert sizes == ["as the style says", 11]


def test_a_jpeg_is_declared_as_one(tmp_path: Path) -> None:
    logo = find_logo("logo.jpg", [saved(tmp_path, jpeg(400, 100), "logo.jpg")])
    assert logo is not None
    assert (logo.kind, logo.width, logo.height) == ("jpg", 400, 100)
    package = Package.read(Path("x.docx"), with_logo(TEMPLATE, logo, "School"))
    assert b'Extension="jpg" ContentType="image/jpeg"' in package["[Content_Types].xml"]
    assert package["word/media/school-logo.jpg"] == jpeg(400, 100)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg/>", "is no PNG or JPEG picture, or was not copied completely"),
        (png(300, 300)[:-9], "is no PNG or JPEG picture, or was not copied completely"),
        (jpeg(0, 100), "is no PNG or JPEG picture"),
        (b"\xff\xd8\xff\xd9", "is no PNG or JPEG picture"),
        (b"", "is no PNG or JPEG picture"),
        (SIGNATURE + bytes(MOST_BYTES), "is too large: 400 kB, and it stands in every letter"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(TemplateError, match=f"The logo “logo.png” {sentence}"):
        find_logo("logo.png", [saved(tmp_path, content)])


def test_a_logo_that_is_not_there_is_told_and_none_named_is_none(tmp_path: Path) -> None:
    assert find_logo("", [tmp_path]) is None
    with pytest.raises(TemplateError, match="The logo “logo.png” that office.toml names was not"):
        find_logo("logo.png", [tmp_path])


def test_a_picture_that_a_clerk_put_in_the_place_of_the_logo_stays(tmp_path: Path) -> None:
    package = Package.read(Path("x.docx"), TEMPLATE)
    package.put("word/media/logo.png", png(50, 50))
    own = package.to_bytes()
    logo = find_logo("logo.png", [saved(tmp_path, png(300, 300))])
    assert with_logo(own, None, "School") == own
    assert with_logo(own, logo, "School") == own


def test_a_file_that_is_no_template_is_left_to_whoever_compiles_it() -> None:
    assert with_logo(b"no Word file", None, "School") == b"no Word file"


def test_letters_of_two_languages_with_a_logo_join_into_one_file(tmp_path: Path) -> None:
    logo = find_logo("logo.png", [saved(tmp_path, png(300, 300))])
    rendered = []
    for name in ("tx-tru3.en.docx", "tx-tru3.es.docx"):
        content = with_logo((SHIPPED / name).read_bytes(), logo, "School")
        template = Template.compile(content, FIELDS, name=name)
        number = dict.fromkeys(("serial", "barcode"), "L-2026-00017")
        given: dict[str, object] = {**number, "address_lines": ["12 Elm St"], "absences": []}
        values = {field: given.get(field, f"«{field}»") for field in template.fields}
        rendered.append(template.render(values))
        assert missing_values(rendered[-1], values) == []
    joined = Package.read(Path("x.docx"), join(rendered))
    pictures = [name for name in joined.names if name.startswith("word/media/")]
    assert [joined[name] for name in pictures] == [png(300, 300)]  # once, however many letters


def with_named_logo(office: Office, name: str) -> Office:
    office.ledger.close()
    save_settings(office.folders.root, {"school": {"logo": name}})
    return open_office(office.folders.root)


def test_a_letter_keeps_the_logo_it_was_prepared_with(tmp_path: Path) -> None:
    office = with_named_logo(school(tmp_path), "logo.png")
    saved(office.folders.root, png(300, 300))
    enrol(office)
    absences(office, SEPTEMBER)
    [letter] = draft(office)
    saved(office.folders.root, png(300, 300, shade=10))
    approve_letters(office, [letter.serial], NOW)
    [printed] = print_letters(office, NOW).printed
    content = (office.folders.root / printed.file).read_bytes()
    assert [picture for *_, picture in pictures_of(content)] == [png(300, 300)]
    assert kept_template(office, printed.template_digest).digest == printed.template_digest


def test_a_new_logo_is_in_the_next_letter(tmp_path: Path) -> None:
    office = with_named_logo(school(tmp_path), "logo.png")
    saved(office.folders.templates, png(300, 300))
    first = letter_template(office, "tx-tru3", "en").digest
    saved(office.folders.root, png(200, 300))  # the office's own folder comes first
    assert letter_template(office, "tx-tru3", "en").digest != first


def test_a_letter_waits_while_its_logo_cannot_be_used(tmp_path: Path) -> None:
    office = with_named_logo(school(tmp_path), "logo.svg")
    saved(office.folders.root, b"<svg/>", "logo.svg")
    with pytest.raises(TemplateError, match="The logo “logo.svg” is no PNG or JPEG picture"):
        letter_template(office, "tx-tru3", "en")
