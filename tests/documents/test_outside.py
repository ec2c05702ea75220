"""A template holds all it shows: nothing is fetched, asked or run when a letter is opened."""

from pathlib import Path

import pytest

from rollbook.documents import Template
from rollbook.letters import FIELDS
from rollbook.package import Package
from rollbook.problems import TemplateError

SHIPPED = Path(__file__).parents[2] / "letter_templates" / "tx-tru3.en.docx"
BODY, LINKS = "word/document.xml", "word/_rels/document.xml.rels"
SETTINGS, SETTINGS_LINKS = "word/settings.xml", "word/_rels/settings.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = f'xmlns:r="{OFFICE}"'


def changed(body: str = "", link: str = "") -> bytes:
    package = Package.read(SHIPPED)
    content = package[BODY].decode("utf-8").replace("<w:body>", f"<w:body>{body}", 1)
    package.put(BODY, content.encode("utf-8"))
    links = package[LINKS].decode("utf-8").replace("</Relationships>", f"{link}</Relationships>")
    package.put(LINKS, links.encode("utf-8"))
    return package.to_bytes()


def linked(kind: str, target: str = "http://elsewhere.example/x") -> str:
    return (
        f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'
    )


def field(*pieces: str) -> str:
    code = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    return f"<w:p>{begin}{code}{separate}<w:r><w:t>x</w:t></w:r>{end}</w:p>"


@pytest.mark.parametrize(
    "pieces",
    [
        (r" DDEAUTO c:\\windows\\cmd.exe ",),
        (' INCLUDETEXT "http://elsewhere.example/x.docx" ',),
        (" INCLUDE", 'PICTURE "http://elsewhere.example/x.png" '),
        (" database ",),
        (' FILLIN "How late?" ',),
        (" MACROBUTTON Run here ",),
    ],
)
def test_a_field_that_fetches_asks_or_runs_is_refused_by_name(pieces: tuple[str, ...]) -> None:
    word = "".join(pieces).split()[0].upper()
    with pytest.raises(TemplateError, match=f"holds Word’s field {word}"):
        Template.compile(changed(field(*pieces)), FIELDS)
    simple = f'<w:p><w:fldSimple w:instr="{word} x"/></w:p>'
    with pytest.raises(TemplateError, match=f"holds Word’s field {word}"):
        Template.compile(changed(simple), FIELDS)


def test_a_field_inside_another_is_found() -> None:
    inner = field(' LINK Excel.Sheet "x.xlsx" ').removeprefix("<w:p>").removesuffix("</w:p>")
    outer = field(" PAGE ").replace("<w:r><w:instrText>", f"{inner}<w:r><w:instrText>", 1)
    with pytest.raises(TemplateError, match="holds Word’s field LINK"):
        Template.compile(changed(outer), FIELDS)


@pytest.mark.parametrize("kind", ["image", "aFChunk", "oleObject", "subDocument", "frame"])
def test_what_lies_elsewhere_is_refused_with_its_place(kind: str) -> None:
    with pytest.raises(TemplateError, match=rf"\({kind}\) from “http://elsewhere.example/x”"):
        Template.compile(changed(link=linked(kind)), FIELDS)


@pytest.mark.parametrize(
    "thing", ['<w:altChunk r:id="rId9"/>', "<w:p><w:r><w:object/></w:r></w:p>"]
)
def test_an_object_of_another_program_is_refused(thing: str) -> None:
    with pytest.raises(TemplateError, match="Paste it as a picture"):
        Template.compile(changed(thing), FIELDS)


def test_a_link_to_click_on_and_page_numbers_stay() -> None:
    words = field(' HYPERLINK "http://school.example/" ') + field(" PAGE ")
    Template.compile(changed(words, linked("hyperlink")), FIELDS)


def test_the_template_a_template_was_made_from_is_forgotten() -> None:
    package = Package.read(SHIPPED)
    attached = linked("attachedTemplate", "file:///C:/Users/Dana/School.dotx")
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    package.put(
        SETTINGS_LINKS, f'<Relationships xmlns="{links}">{attached}</Relationships>'.encode()
    )
    package.put(
        SETTINGS, f'<w:settings {W} {R}><w:attachedTemplate r:id="rId99"/></w:settings>'.encode()
    )
    template = Template.compile(package.to_bytes(), FIELDS)
    assert b"attachedTemplate" not in template.package[SETTINGS]
    assert b"School.dotx" not in template.package[SETTINGS_LINKS]
