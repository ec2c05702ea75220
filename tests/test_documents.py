"""The document engine: templates refused in plain words, values never lost, joined files sound."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import pytest
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.documents import (
    Template,
    converter,
    join,
    lines_of,
    missing_values,
    text_of,
    to_pdf,
)
from rollbook.documents import conversion as conversion_module
from rollbook.documents.conversion import pages
from rollbook.documents.word import parse, target_name, w
from rollbook.letters import FIELDS as LETTER_FIELDS
from rollbook.package import Package
from rollbook.problems import ConverterMissing, NotAllowed, TemplateError
from rollbook.verification import DOCUMENT_FIELDS

SHIPPED = Path(__file__).parent.parent / "letter_templates"
FIELDS = ("student_name", "guardian_name", "serial", "note", "address_lines", "absences")
ROWS = [{"date": "Sep 8", "part": "AM"}, {"date": "Oct 5", "part": "PM"}]

NAMES = [
    "Tom & Jerry Abara",
    "<b>Bold</b>",
    "Seán O'Brien-D’Arcy",
    'Zoë "Zed" Müller',
    "Ł",
    "محمد العربي",
    "李小龍",
    "Ana 🦊 García",
    "{{ serial }} {% if x %}",
    "%}}{{",
    "a\u2028b",
]


def word_file(*paragraphs: str, footer: str = "{{ serial }}", header: str = "") -> bytes:
    """A Word file as python-docx makes it, one paragraph a text."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.sections[0].footer.paragraphs[0].text = footer
    if header:
        document.sections[0].header.paragraphs[0].text = header
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def letter_file() -> bytes:
    document = docx.Document()
    document.add_heading("About {{ student_name }}", 1)
    for text in ("{%p for line in address_lines %}", "{{ line }}", "{%p endfor %}"):
        document.add_paragraph(text)
    document.add_paragraph("Dear {{ guardian_name }},")
    document.add_paragraph("{{ note }}", style="List Number")
    table = document.add_table(4, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Date", "Part"
    table.cell(1, 0).text = "{%tr for row in absences %}"
    table.cell(2, 0).text, table.cell(2, 1).text = "{{ row.date }}", "{{ row.part }}"
    table.cell(3, 0).text = "{%tr endfor %}"
    document.sections[0].footer.paragraphs[0].text = "Letter {{ serial }}"
    return saved(document)


def compiled(content: bytes | None = None, name: str = "letter.docx") -> Template:
    return Template.compile(content or letter_file(), FIELDS, name=name)


def values(serial: str = "S-1", name: str = "Ana García", **more: object) -> dict[str, object]:
    return {
        "student_name": name,
        "guardian_name": "Rosa García",
        "serial": serial,
        "note": "Please call.",
        "address_lines": ["1 Mill Lane", "Cedar Falls"],
        "absences": ROWS,
        **more,
    }


def reason(content: bytes) -> str:
    with pytest.raises(TemplateError) as error:
        compiled(content)
    return str(error.value)


# --- templates that must not be used -------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ studnt_name }}", "Did you mean student_name?"),
        ("{{ nonsense }}", "asks for a field that does not exist"),
        ("{{ student_name", "has no partner"),
        ("student_name }}", "has no partner"),
        ("{ student_name }", "needs two braces on each side: {{ student_name }}"),
        ("«student_name»", "needs two braces"),
        ("{{ 'student_name' }}", "is more than a field’s name"),
        ("{% if note %}a", "is never closed. Put {% endif %} where it ends"),
        ("{%p for row in absences %}", "is never closed"),
        ("a{% endif %}", "closes nothing that is open"),
        ("{% for row in absences %}a{% endif %}", "closes nothing that is open"),
        ("{%p if note %} and more", "must stand alone in its paragraph"),
        ("{{ absences }}", "is a list"),
        ("{% for row in absences %}{{ row }}{% endfor %}", "Write row.date or row.part"),
        ("{% for row in absences %}{{ row.dat }}{% endfor %}", "Did you mean row.date?"),
        ("{{ student_name|shout }}", "letters know only capitalize, lower, upper"),
        ("{{r note }}", "prints more than text"),
        ("{{- note -}}", "minus sign"),
        ("{%tc if note %}", "repeats table cells"),
        ("{% cellbg note %}", "is not a tag a letter may use"),
    ],
)
def test_a_tag_that_cannot_be_used_is_named_with_its_paragraph(tag: str, said: str) -> None:
    message = reason(word_file(f"Hello {tag}" if "%p" not in tag else tag))
    assert "letter.docx" in message
    assert tag[:12] in message
    assert said in message


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__ }}",
        "{{ student_name.__class__.__mro__ }}",
        "{{ student_name['__class__'] }}",
        "{{ student_name|attr('__class__') }}",
        "{{ student_name.format(note) }}",
        "{{ self }}",
        "{{ self.__init__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum }}",
        "{{ range(10**9) }}",
        "{{ 'a' * 10**9 }}",
        "{{ note ~ note }}",
        "{{ [1] }}",
        "{{ 7 }}",
        "{% for x in range(10**9) %}{% endfor %}",
        "{% for x in absences recursive %}{{ loop(x) }}{% endfor %}",
        "{% for x in absences if x.date %}{% endfor %}",
        "{% for x in note %}{{ x }}{% endfor %}",
        "{% for note in absences %}{% endfor %}",
        "{% for loop in absences %}{% endfor %}",
        "{% if ''.__class__ %}a{% endif %}",
        "{% if note is defined %}a{% endif %}",
        "{% if note > 'a' %}a{% endif %}",
        "{% include 'secrets.txt' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% set x = 1 %}",
        "{% macro x() %}{% endmacro %}",
        "{% call x() %}{% endcall %}",
        "{% filter upper %}a{% endfilter %}",
        "{% raw %}{{ x }}{% endraw %}",
        "{% block x %}{% endblock %}",
        "{% with x = 1 %}{% endwith %}",
        "{% autoescape false %}{{ note }}{% endautoescape %}",
        "{{ note|safe }}",
        "{{ caller() }}",
        "{% if note %}{{ missing_one }}{% endif %}",
    ],
)
def test_a_template_cannot_do_anything_but_print_its_fields(attack: str) -> None:
    for content in (word_file(attack), word_file("Hello", footer=attack)):
        assert "cannot be used" in reason(content)


def test_all_wrong_tags_are_told_at_once() -> None:
    message = reason(word_file("{{ one }}", "{{ two }}", header="{{ three }}"))
    assert all(name in message for name in ("{{ one }}", "{{ two }}", "{{ three }}"))


def test_a_tag_split_over_runs_by_word_still_works() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Dear {")
    for piece in ("{ student", "_na", "me }", "} and more"):
        paragraph.add_run(piece).bold = True
    template = compiled(saved(document))
    assert template.render(values()).text == "Dear Ana García and more"


def test_a_block_must_end_where_it_began() -> None:
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "{% if note %}a"
    table.cell(0, 1).text = "b{% endif %}"
    assert "does not stand where {% if note %} stands" in reason(saved(document))


def test_a_cell_that_can_become_empty_is_refused_because_word_could_not_open_it() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "{%p for line in address_lines %}"
    cell.add_paragraph("{{ line }}")
    cell.add_paragraph("{%p endfor %}")
    assert "can become empty" in reason(saved(document))


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("word/document.xml", b"Hello", b"</w:t><w:ins/><w:t>", "damaged"),
        ("word/document.xml", b"<w:body>", b"<w:body><w:p><w:ins/></w:p>", "tracked changes"),
        (
            "[Content_Types].xml",
            b"document.main+xml",
            b"template.main+xml",
            "ordinary Word document",
        ),
        ("word/document.xml", b"/2006/main", b"/strict/main", "Strict Open XML"),
        ("word/document.xml", b"<w:body>", b'<w:body w:x="{{ note }}">', "plain text only"),
    ],
)
def test_a_word_file_letters_cannot_use_is_refused_with_what_to_do(
    part: str, old: bytes, new: bytes, said: str
) -> None:
    package = Package.read(Path("letter.docx"), word_file("Hello"))
    package.put(part, package[part].replace(old, new))
    if said == "damaged":
        package.put(part, package[part][:-40])
    assert said in reason(package.to_bytes())


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_word_file_is_refused(content: bytes) -> None:
    with pytest.raises(TemplateError, match="letter.docx"):
        Template.compile(content, FIELDS, name="letter.docx")


def test_a_template_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="was not found"):
        Template.compile(tmp_path / "gone.docx", FIELDS)


# --- one letter ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_any_name_survives_in_the_letter_and_nowhere_breaks_it(name: str) -> None:
    given_values = values(name=name, note=name)
    rendered = compiled().render(given_values)
    assert missing_values(rendered, given_values) == []
    opened = docx.Document(io.BytesIO(rendered.to_bytes()))
    assert opened.paragraphs[0].text == f"About {name}"
    assert name in text_of(join([rendered, rendered]))


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    rendered = TEMPLATE.render(values(name=text))
    expected = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    assert docx.Document(io.BytesIO(rendered.to_bytes())).paragraphs[0].text == f"About {expected}"


TEMPLATE = compiled()


def test_new_lines_and_tabs_in_a_value_become_line_breaks_and_tabs() -> None:
    rendered = compiled().render(values(note="one\r\ntwo\nthree\tfour"))
    paragraph = docx.Document(io.BytesIO(rendered.to_bytes())).paragraphs[4]
    assert paragraph.text == "one\ntwo\nthree\tfour"


def test_a_character_no_file_can_hold_is_told_and_the_letter_is_held() -> None:
    given_values = values(name="Ana\x07 García")
    rendered = compiled().render(given_values)
    assert [problem.slug for problem in rendered.problems] == ["unprintable-character"]
    assert "student_name" in rendered.problems[0].message
    assert missing_values(rendered, given_values) == ["student_name"]
    docx.Document(io.BytesIO(rendered.to_bytes()))


def test_a_field_without_a_value_stops_the_letter() -> None:
    incomplete = values()
    del incomplete["note"]
    with pytest.raises(TemplateError, match="needs note"):
        compiled().render(incomplete)


def test_values_of_one_letter_never_reach_the_next() -> None:
    template = compiled()
    template.render(values("S-1", "First Child", note="secret", absences=[ROWS[0]] * 5))
    second = template.render(values("S-2", "Second Child")).text
    assert "First Child" not in second and "secret" not in second and "S-1" not in second
    assert second == compiled().render(values("S-2", "Second Child")).text


def test_the_same_template_and_values_give_the_same_bytes() -> None:
    one, two = (compiled().render(values()) for _ in range(2))
    assert one.to_bytes() == two.to_bytes()
    assert join([one, two]) == join([two, one])


def test_the_digest_tells_one_template_from_another() -> None:
    content = letter_file()
    assert compiled(content).digest == compiled(content).digest
    assert compiled(content).digest != compiled(word_file("Hello")).digest


def test_parts_that_do_not_change_stay_as_they_lie_in_the_template() -> None:
    content = letter_file()
    before = Package.read(Path("t.docx"), content)
    after = Package.read(Path("l.docx"), compiled(content).render(values()).to_bytes())
    same = [name for name in before.names if before.part(name) == after.part(name)]
    changed = set(before.names) - set(same)
    assert all(name == "word/document.xml" or "footer" in name for name in changed)
    assert before.names == after.names


def test_a_lost_value_is_found_out() -> None:
    template = compiled(word_file("Dear {{ student_name }}, {{ note }}"))
    rendered = template.render(values(note="9"))
    assert missing_values(rendered, values(note="9")) == []
    assert missing_values(rendered, values(note="90")) == ["note"]
    assert missing_values(rendered, values(name="Bea García", note="9")) == ["student_name"]


def test_a_part_left_out_on_purpose_is_not_missing() -> None:
    template = compiled(word_file("{%p if note %}", "{{ guardian_name }}", "{%p endif %}", "End"))
    rendered = template.render(values(note=""))
    assert "Rosa" not in rendered.text
    assert missing_values(rendered, values(note="")) == []


# --- joined --------------------------------------------------------------------------------------


def footers(content: bytes) -> list[str]:
    opened = docx.Document(io.BytesIO(content))
    return [section.footer.paragraphs[0].text for section in opened.sections]


def test_each_letter_of_a_joined_file_has_its_own_section_footer_and_page_one() -> None:
    template = compiled()
    content = join(template.render(values(f"S-{number}")) for number in range(5))
    assert footers(content) == [f"Letter S-{number}" for number in range(5)]
    body = parse(Package.read(Path("j.docx"), content)["word/document.xml"])
    starts = [one.get(w("start")) for one in body.iter(w("pgNumType"))]
    assert starts == ["1"] * 5
    assert {one.get(w("val")) for one in body.iter(w("type"))} == {"oddPage"}


def test_letters_on_one_side_of_the_paper_begin_on_the_next_page() -> None:
    rendered = compiled().render(values())
    content = join([rendered, rendered], both_sides=False)
    body = parse(Package.read(Path("j.docx"), content)["word/document.xml"])
    assert {one.get(w("val")) for one in body.iter(w("type"))} == {"nextPage"}


def test_a_letter_without_a_footer_does_not_get_the_one_of_the_letter_before() -> None:
    document = docx.Document()
    document.add_paragraph("Dear {{ student_name }}")
    bare = compiled(saved(document), "bare.docx").render(values("S-2"))
    content = join([compiled().render(values("S-1")), bare])
    assert footers(content) == ["Letter S-1", ""]


def test_numbered_lists_begin_again_with_each_letter() -> None:
    document = docx.Document()
    number = counting_list(document)
    paragraph = document.add_paragraph("{{ note }}")
    paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = int(number)
    template = compiled(saved(document), "list.docx")
    joined = Package.read(Path("j.docx"), join(template.render(values()) for _ in range(3)))
    used = [one.get(w("val")) for one in parse(joined["word/document.xml"]).iter(w("numId"))]
    assert len(set(used)) == 3
    lists = {one.get(w("numId")): one for one in parse(joined["word/numbering.xml"]).iter(w("num"))}
    assert [len(lists[one].findall(w("lvlOverride"))) for one in used] == [0, 9, 9]


def test_lists_numbered_by_their_style_begin_again_with_each_letter_and_template() -> None:
    first, second = docx.Document(), docx.Document()
    second.styles["Normal"].font.name = "Courier New"
    for document in (first, second):
        for _ in range(2):
            paragraph = document.add_paragraph("{{ note }}", style="List Number")
            paragraph.paragraph_format.keep_with_next = True
    templates = compiled(saved(first), "a.docx"), compiled(saved(second), "b.docx")
    letters = [template.render(values()) for template in templates for _ in range(2)]
    joined = Package.read(Path("j.docx"), join(letters))
    body, numbering = parse(joined["word/document.xml"]), parse(joined["word/numbering.xml"])
    properties = [one.getparent() for one in body.iter(w("numPr"))]
    used = [one.get(w("val")) for one in body.iter(w("numId"))]
    assert used[0::2] == used[1::2]  # both points of a letter are of one list
    assert len(set(used)) == 4
    assert {one.get(w("numId")) for one in numbering.iter(w("num"))} >= set(used)
    assert [one.tag for one in properties[0]][:3] == [w("pStyle"), w("keepNext"), w("numPr")]


def counting_list(document: docx.document.Document) -> str:
    """The number of a list that counts 1, 2, 3 in python-docx's own template."""
    numbering = document.part.numbering_part.element
    counting = {
        one.get(w("abstractNumId"))
        for one in numbering.findall(w("abstractNum"))
        if one.find(f".//{w('numFmt')}").get(w("val")) == "decimal"
    }
    number = next(
        one
        for one in numbering.findall(w("num"))
        if one.find(w("abstractNumId")).get(w("val")) in counting
    )
    return str(number.get(w("numId")))


def test_templates_with_other_styles_keep_their_look_in_one_file() -> None:
    other = docx.Document()
    other.styles["Normal"].font.size = Pt(17)
    other.add_paragraph("Dear {{ student_name }}")
    other.add_picture(io.BytesIO(PIXEL))
    second = compiled(saved(other), "other.docx")
    content = join(
        [compiled().render(values("S-1")), second.render(values("S-2")), second.render(values())]
    )
    opened = docx.Document(io.BytesIO(content))
    sizes = {one.style.name: one.style.font.size for one in opened.paragraphs if "Dear" in one.text}
    assert sizes["Normal"] != Pt(17)
    assert Pt(17) in sizes.values()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert len([name for name in names if "media" in name]) == 1
    drawings = parse(Package.read(Path("j.docx"), content)["word/document.xml"]).iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    )
    ids = [one.get("id") for one in drawings]
    assert len(ids) == len(set(ids)) == 2


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcff9f"
    "a11e000782027f3dc848ef0000000049454e44ae426082"
)


def check_package(content: bytes) -> None:
    """Every part is declared, every relationship leads somewhere, every reference is known."""
    package = Package.read(Path("j.docx"), content)
    types = parse(package["[Content_Types].xml"])
    declared = [one.get("PartName", "").lstrip("/") for one in types if one.get("PartName")]
    assert len(declared) == len(set(declared))
    assert set(declared) <= set(package.names)
    relations = parse(package["word/_rels/document.xml.rels"])
    targets = {one.get("Id", ""): one.get("Target", "") for one in relations}
    assert len(targets) == len(relations)
    for one in relations:
        if one.get("TargetMode") != "External":
            assert target_name("word/document.xml", one.get("Target", "")) in package
    body = parse(package["word/document.xml"])
    styles = {one.get(w("styleId")) for one in parse(package["word/styles.xml"]).iter(w("style"))}
    for name in ("pStyle", "rStyle", "tblStyle"):
        assert {one.get(w("val")) for one in body.iter(w(name))} <= styles
    attributes = [
        value
        for element in body.iter()
        for name, value in element.attrib.items()
        if str(name).startswith("{http://schemas.openxmlformats.org/officeDocument/2006/relat")
    ]
    assert set(attributes) <= targets.keys()


def shipped_letters(names: Sequence[str]) -> bytes:
    letters = []
    for number, name in enumerate(names):
        template = Template.compile(SHIPPED / f"{name}.docx", ALL_FIELDS)
        given_values: dict[str, object] = {field: f"{field} {number}" for field in template.fields}
        given_values |= {"address_lines": ["a"], "absences": [], "classes": [], "facts": []}
        letters.append(template.render(given_values))
    return join(letters)


ALL_FIELDS = frozenset({*LETTER_FIELDS, *DOCUMENT_FIELDS})
MIXED = ["tx-tru3.en", "tx-tru3.es", "eng-pn.en", "voe.en", "tx-tru3.es", "ca-truant.en"]


def test_templates_and_languages_mixed_in_one_file_make_a_sound_package() -> None:
    check_package(shipped_letters(MIXED))
    check_package(join([compiled().render(values()), compiled(word_file("x")).render(values())]))


def test_no_letters_make_no_file() -> None:
    with pytest.raises(NotAllowed, match="no letters"):
        join([])


# --- what Word must be told, and what a person can read ------------------------------------------


def runs(content: bytes) -> list[tuple[str, bool]]:
    """The runs of the body: their words, and whether they say that they go from right to left."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = parse(archive.read("word/document.xml"))
    return [
        (
            "".join(text.text or "" for text in run.iter(w("t"))),
            run.find(f".//{w('rtl')}") is not None,
        )
        for run in body.iter(w("r"))
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("נועה בן־שקד", [("Dear ", False), ("נועה בן־שקד", True), (", hello", False)]),
        ("محمد العربي (Mo)", [("Dear ", False), ("محمد العربي", True), (" (Mo), hello", False)]),
        ("Mo & محمد & Al", [("Dear Mo & ", False), ("محمد", True), (" & Al, hello", False)]),
        ("李小龍", [("Dear 李小龍, hello", False)]),
    ],
)
def test_words_from_right_to_left_say_so_in_a_run_of_their_own(
    name: str, said: list[tuple[str, bool]]
) -> None:
    letter = compiled(word_file("Dear {{ student_name }}, hello")).render(values(name=name))
    found = [run for run in runs(letter.to_bytes()) if run[0]]
    assert found == said
    assert missing_values(letter, values(name=name)) == []


def test_words_from_right_to_left_keep_the_look_of_their_run() -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run("{{ student_name }}")
    run.bold, run.font.size = True, Pt(15)
    letter = compiled(saved(document)).render(values(name="נועה"))
    again = docx.Document(io.BytesIO(letter.to_bytes()))
    [moved] = [one for one in again.paragraphs[0].runs if one.text]
    assert (moved.bold, moved.font.size, moved.font.rtl) == (True, Pt(15), True)


def test_a_value_in_hidden_text_is_not_one_that_was_printed() -> None:
    document = docx.Document()
    document.add_paragraph().add_run("{{ student_name }}").font.hidden = True
    letter = compiled(saved(document)).render(values())
    assert missing_values(letter, values()) == ["student_name"]


def test_what_must_be_shown_is_looked_for_even_under_a_condition() -> None:
    template = compiled(word_file("{% if note %}{{ student_name }}{% endif %}"))
    letter = template.render(values(note=""))
    assert missing_values(letter, values()) == []
    assert missing_values(letter, values(), ["student_name"]) == ["student_name"]


# --- PDF -----------------------------------------------------------------------------------------

needs_libreoffice = pytest.mark.skipif(converter() is None, reason="LibreOffice is not here")


@needs_libreoffice
def test_a_joined_file_has_the_pages_of_its_letters_and_singles_keep_their_names(
    tmp_path: Path,
) -> None:
    (tmp_path / "a b").mkdir()
    singles = []
    for number, name in enumerate(MIXED[:4]):
        path = tmp_path / "a b" / f"{number} é.docx"
        path.write_bytes(shipped_letters([name]))
        singles.append(path)
    joined = tmp_path / "joined.docx"
    joined.write_bytes(shipped_letters(MIXED[:4]))
    *made, whole = to_pdf([*singles, joined], tmp_path / "pdf")
    assert [path.name for path in made] == [f"{number} é.pdf" for number in range(4)]
    assert sum(map(pages, made)) == pages(whole) == 7


@needs_libreoffice
def test_the_back_of_a_sheet_stays_empty_so_that_no_two_families_share_one(tmp_path: Path) -> None:
    joined = tmp_path / "joined.docx"
    joined.write_bytes(shipped_letters(["voe.en", "tx-tru3.en"]))  # one page, two pages
    [made] = to_pdf([joined], tmp_path)
    assert pages(made) == 1 + 1 + 2


@needs_libreoffice
def test_a_file_that_cannot_be_converted_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"")
    with pytest.raises(NotAllowed, match="broken.docx"):
        to_pdf([broken], tmp_path, timeout=0.01)


def test_without_libreoffice_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(conversion_module, "_PLACES", ())
    assert converter() is None
    with pytest.raises(ConverterMissing, match="Install it from libreoffice.org"):
        to_pdf([], tmp_path)


FOOTNOTES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>For {{ serial }} only.</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""


def with_footnote() -> bytes:
    package = Package.read(Path("t.docx"), word_file("Dear {{ student_name }}"))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    for part, old, new in (
        (
            "[Content_Types].xml",
            b"</Types>",
            f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>',
        ),
        (
            "word/_rels/document.xml.rels",
            b"</Relationships>",
            f'<Relationship Id="rId99" Type="{link}" Target="footnotes.xml"/></Relationships>',
        ),
        (
            "word/document.xml",
            b"</w:t></w:r></w:p>",
            '</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>',
        ),
    ):
        package.put(part, package[part].replace(old, new.encode(), 1))
    package.put("word/footnotes.xml", FOOTNOTES.encode())
    return package.to_bytes()


def test_footnotes_stay_with_their_letter_in_a_joined_file() -> None:
    plain, noted = compiled(), compiled(with_footnote(), "noted.docx")
    letters = [
        plain.render(values("S-1")),
        noted.render(values("S-2")),
        noted.render(values("S-3")),
    ]
    for order in (letters, letters[::-1]):
        content = join(order)
        check_package(content)
        package = Package.read(Path("j.docx"), content)
        notes = {
            one.get(w("id")): "".join(one.itertext()).strip()
            for one in parse(package["word/footnotes.xml"]).iter(w("footnote"))
        }
        references = parse(package["word/document.xml"]).iter(w("footnoteReference"))
        said = [notes[one.get(w("id"))] for one in references]
        assert said == [
            f"For S-{serial} only." for serial in ((2, 3) if order is letters else (3, 2))
        ]


def test_a_letter_of_two_sections_keeps_both_and_counts_its_pages_from_one() -> None:
    document = docx.Document()
    document.add_paragraph("Dear {{ student_name }}")
    document.sections[0].footer.paragraphs[0].text = "first {{ serial }}"
    section = document.add_section()
    section.footer.is_linked_to_previous = False
    section.footer.paragraphs[0].text = "second {{ serial }}"
    document.add_paragraph("{{ note }}")
    template = compiled(saved(document), "two.docx")
    content = join(template.render(values(f"S-{number}")) for number in (1, 2))
    assert footers(content) == ["first S-1", "second S-1", "first S-2", "second S-2"]
    body = parse(Package.read(Path("j.docx"), content)["word/document.xml"])
    starts = [
        None if (number := one.find(w("pgNumType"))) is None else number.get(w("start"))
        for one in body.iter(w("sectPr"))
    ]
    assert starts == ["1", None, "1", None]


def test_page_x_of_y_counts_the_letter_not_the_whole_file() -> None:
    template = Template.compile(SHIPPED / "tx-tru3.en.docx", ALL_FIELDS)
    given_values: dict[str, object] = {field: field for field in template.fields}
    given_values |= {"address_lines": [], "absences": []}
    package = Package.read(Path("j.docx"), join([template.render(given_values)] * 2))
    running = [package[name] for name in package.names if name.startswith("word/footer")]
    numbered = [one for one in running if b"PAGE" in one]
    assert len(numbered) == 2
    assert all(b"SECTIONPAGES" in one and b"NUMPAGES" not in one for one in numbered)


def test_the_words_of_a_file_are_read_by_paragraphs_and_rows() -> None:
    document = docx.Document()
    document.add_paragraph("Dear Rosa,")
    beside = document.add_table(1, 2)
    beside.cell(0, 0).text, beside.cell(0, 1).text = "Rosa\n12 Elm St", "20 November"
    days = document.add_table(2, 2)
    for place, text in enumerate(("Date", "Part", "Sep 8", "AM")):
        days.cell(place // 2, place % 2).text = text
    document.add_paragraph("")
    assert lines_of(saved(document)) == [
        "Dear Rosa,",
        "Rosa",
        "12 Elm St",
        "20 November",
        "Date · Part",
        "Sep 8 · AM",
    ]
