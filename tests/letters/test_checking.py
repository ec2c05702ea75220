"""`letters check`: everything that is wrong with a template is said at once, with its words."""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.documents.autocorrect import mended_tag
from rollbook.letters.checking import check_template, letter_of
from rollbook.letters.previewing import practice_letter, practice_values
from rollbook.letters.reading_level import sentences_of
from rollbook.letters.remarks import Standard, TemplateReport, Weight
from rollbook.letters.templates import keep_template, kept_template
from rollbook.office.settings import Settings
from rollbook.policy import SHIPPED, PolicyPack, load_pack
from rollbook.policy.statutory import EVERY_LETTER, Statement
from tests.offices import small_office

TODAY = date(2026, 11, 22)
HERE = Path("letter_templates")
PACKS = {name: load_pack(name) for name in SHIPPED}


def pack_of(name: str) -> PolicyPack:
    return PACKS[{"c": "us-ca", "e": "gb-eng"}.get(name[0], "us-tx")]


def standard(name: str, day: date = TODAY, **foreign: str) -> Standard:
    pack = pack_of(name)
    return Standard(pack, Settings(name="Oak School", jurisdiction=pack.id), day, {}, foreign)


def shipped_letters() -> list[Path]:
    known = {trigger.letter for pack in PACKS.values() for trigger in pack.triggers}
    known |= {one.letter for pack in PACKS.values() for one in pack.requested}
    known |= {"withdrawal", "eng-withdrawal"}
    return [path for path in sorted(HERE.glob("*.docx")) if letter_of(path)[0] in known]


def twin_of(path: Path) -> Path | None:
    letter, language = letter_of(path)
    other = path.with_name(f"{letter}.{'es' if language == 'en' else 'en'}.docx")
    return other if other.is_file() else None


@pytest.mark.parametrize("path", shipped_letters(), ids=lambda path: str(path.stem))
def test_every_shipped_letter_can_be_used_and_nobody_need_look(path: Path) -> None:
    report = check_template(path, standard(path.name), twin_of(path))
    assert [str(one) for one in report.remarks if one.weight is not Weight.ADVICE] == []
    assert report.is_sound and report.verdict == "can be used"
    assert report.level is None or report.level.words < 200


# --- what the law asks for -----------------------------------------------------------------------


def paragraphs(document: Document) -> Iterator[Paragraph]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def without(path: Path, said: str, folder: Path) -> Path:
    """Write the template without one sentence."""
    document = docx.Document(str(path))
    for paragraph in paragraphs(document):
        left = [one for one in sentences_of(paragraph.text) if one != said]
        if len(left) < len(sentences_of(paragraph.text)):
            paragraph.text = " ".join(left)
    new = folder / path.name
    document.save(str(new))
    return new


STATEMENTS = [
    pytest.param(one, letter, language, id=f"{one.id} {letter}.{language}")
    for pack in PACKS.values()
    for one in pack.statutory
    if not one.never and one.holds(TODAY)
    for letter in one.letters
    if letter != EVERY_LETTER
    for language in one.ways
    if (HERE / f"{letter}.{language}.docx").is_file()
]


@pytest.mark.parametrize(("statement", "letter", "language"), STATEMENTS)
def test_a_statement_of_law_taken_out_is_missed_by_its_title(
    statement: Statement, letter: str, language: str, tmp_path: Path
) -> None:
    path = HERE / f"{letter}.{language}.docx"
    texts = [one.text for one in paragraphs(docx.Document(str(path)))]
    sentences = [sentence for text in texts for sentence in sentences_of(text)]
    new = path
    while said := statement.sentence_in(sentences, language):
        sentences = [one for one in sentences if one != said]
        new = without(new, said, tmp_path)
    assert new != path

    report = check_template(new, standard(letter))

    title = statement.title
    assert not report.is_sound
    assert any(title in one.what for one in report.remarks)


def rewritten(tmp_path: Path, name: str, *added: str, old: str = "", new: str = "") -> Path:
    """Write a shipped template with words replaced and paragraphs added before the signature."""
    document = docx.Document(str(HERE / name))
    for paragraph in paragraphs(document):
        if old and old in paragraph.text:
            paragraph.text = paragraph.text.replace(old, new)
    end = next(
        one
        for one in document.paragraphs
        if one.text in ("Sincerely,", "Yours sincerely", "Atentamente,")
    )
    for text in added:
        end.insert_paragraph_before(text)
    path = tmp_path / name
    document.save(str(path))
    return path


def remarks(report: TemplateReport, weight: Weight) -> list[str]:
    return [str(one) for one in report.of(weight)]


def check(tmp_path: Path, name: str, *added: str, old: str = "", new: str = "") -> TemplateReport:
    return check_template(rewritten(tmp_path, name, *added, old=old, new=new), standard(name))


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("You may be prosecuted.", "that parents may be prosecuted or fined"),
        ("Ana may lose her driving privilege.", "lose the right to drive"),
        ("See section 270.1 of the Penal Code.", "Penal Code 270.1, which is repealed"),
    ],
)
def test_what_the_law_no_longer_says_must_go(sentence: str, said: str, tmp_path: Path) -> None:
    found = remarks(check(tmp_path, "ca-truant.en.docx", sentence), Weight.LOOK)
    assert len(found) == 1
    assert "must no longer say" in found[0] and said in found[0] and sentence in found[0]


def test_a_statement_is_not_asked_for_the_day_before_it_came_into_force(tmp_path: Path) -> None:
    path = rewritten(tmp_path, "ca-truant.en.docx", "See section 270.1.")
    before = check_template(path, standard("ca-truant", date(2025, 12, 31)))
    after = check_template(path, standard("ca-truant", date(2026, 1, 1)))
    assert before.is_sound and not after.is_sound


def test_a_language_whose_words_are_unknown_is_left_to_a_person(tmp_path: Path) -> None:
    path = tmp_path / "tx-tru3.vi.docx"
    path.write_bytes((HERE / "tx-tru3.en.docx").read_bytes())
    found = remarks(check_template(path, standard("tx-tru3")), Weight.LOOK)
    assert len(found) == 1 and "does not know the words of “vi”" in found[0]


# --- fields and tags -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {{ gardian_name }}!", "Did you mean guardian_name?"),
        ("{%p if contact_hours %}", "is never closed"),
        ("Left open: {{ student_name", "has no partner"),
        ("{{ withdrawn_serial }}", "It is for the letters that withdraw another."),
        ("{{ penalty_first }}", "It is for letters in England about penalty notices."),
        ("{{ report_number }}", "It is for letters about a further report of truancy."),
        ("{{ improvement_goal }}", "It is for a notice to improve."),
        ("{{ meeting_date }}", "It is for letters that a clerk asks for."),
        ("{%p for one in classes %}", "is never closed"),
    ],
)
def test_a_tag_that_does_not_belong_is_told_with_its_paragraph(
    text: str, said: str, tmp_path: Path
) -> None:
    report = check(tmp_path, "tx-tru3.en.docx", f"Look: {text}" if "%p" not in text else text)
    found = remarks(report, Weight.STOPS)
    assert not report.can_be_used and report.verdict.startswith("cannot be used: ")
    assert any(said in one and f"{text[:10]}" in one for one in found)


def test_a_field_of_a_document_is_told_as_one(tmp_path: Path) -> None:
    path = rewritten(tmp_path, "tx-tru3.en.docx", "{{ hours_per_week }}")
    report = check_template(path, standard("tx", hours_per_week="verification documents"))
    assert (
        "“hours_per_week” is there in verification documents only."
        in remarks(report, Weight.STOPS)[0]
    )


def test_a_field_of_another_letter_under_an_if_is_only_advice(tmp_path: Path) -> None:
    text = "{% if penalty_first %}It is {{ penalty_first }}.{% endif %}"
    report = check(tmp_path, "tx-tru3.en.docx", text)
    assert report.is_sound
    assert any("stands under an if" in one for one in remarks(report, Weight.ADVICE))


@pytest.mark.parametrize("field", ["student_name", "guardian_name", "serial"])
def test_what_every_letter_shows_must_be_there(field: str, tmp_path: Path) -> None:
    path = tmp_path / "ours.en.docx"
    document = docx.Document()
    shown = {"student_name", "guardian_name", "serial"} - {field}
    for text in (*(f"{{{{ {one} }}}}" for one in sorted(shown)),
                 "{%p for line in address_lines %}", "{{ line }}", "{%p endfor %}"):  # fmt: skip
        document.add_paragraph(text)
    document.save(str(path))
    found = remarks(check_template(path, standard("tx")), Weight.STOPS)
    assert len(found) == 1 and f"Put {{{{ {field} }}}} in." in found[0]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    report = check(
        tmp_path, "tx-tru3.en.docx", "{{ nonsense }}", "{{ withdrawn_why }}", "{% if form %}x"
    )
    assert len(report.of(Weight.STOPS)) == 3 and "And 2 more." in report.verdict


def test_tracked_changes_and_comments_are_told_with_their_words(tmp_path: Path) -> None:
    document = docx.Document(str(HERE / "tx-tru3.en.docx"))
    paragraph = document.paragraphs[0]
    document.add_comment(paragraph.runs[0], text="Is this right?", author="A clerk")
    changed = parse_xml(f'<w:ins {nsdecls("w")} w:id="9"><w:r><w:t>very new</w:t></w:r></w:ins>')
    paragraph._p.append(changed)
    path = tmp_path / "tx-tru3.en.docx"
    document.save(str(path))
    found = remarks(check_template(path, standard("tx")), Weight.STOPS)
    assert "tracked change: “very new” was added" in found[0] and "school" in found[0]
    assert "comment: “Is this right?”" in found[1]


def test_a_file_that_is_no_word_file_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "tx-tru3.en.docx"
    path.write_bytes(b"hello")
    report = check_template(path, standard("tx"))
    assert not report.can_be_used and "Save it in Word" in report.verdict


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("{{ Student_name }}", "{{ student_name }}"),
        ("{{ StudentName }}", "{{ student_name }}"),
        ("{{ student name|upper }}", "{{ student_name |upper }}"),
        ("{{\u00a0student–name\u00a0}}", "{{ student_name }}"),
        ("{{ student_\u200bname }}", "{{ student_name }}"),
        ("{% If note == “x” %}", '{% if note == "x" %}'),
        ("{% if note == “It’s Ana” %}", '{% if note == "It\'s Ana" %}'),
        ("{% End If %}", "{% endif %}"),
        ("{%P For Row In absences %}", "{%p for row in absences %}"),
        ("{{ Row.Date }}", "{{ row.date }}"),
        ("{{ studnt_name }}", "{{ studnt_name }}"),
        ("{{ note.name }}", "{{ note.name }}"),
    ],
)
def test_what_autocorrect_did_to_a_tag_is_undone(typed: str, meant: str) -> None:
    assert mended_tag(typed, ("student_name", "note", "absences")) == meant


def test_curly_marks_capitals_and_split_runs_print_what_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "ours.en.docx"
    document = docx.Document()
    document.add_paragraph("{{ Guardian_Name }} {{ Serial }}")
    for text in ("{%p For Line In address_lines %}", "{{ Line }}", "{%p Endfor %}"):
        document.add_paragraph(text)
    split = document.add_paragraph("Hello {{ ")
    split.add_run("Student").bold = True
    split.add_run(" name }} {% if form == “7B” %}of 7B{% Endif %}")
    document.save(str(path))
    assert check_template(path, standard("tx")).can_be_used


@pytest.mark.parametrize(
    "attack",
    [
        "{{ student_name.__class__.__mro__ }}",
        "{{ Student_Name.__CLASS__ }}",
        "{{ student_name[“__class__”] }}",
        "{{ student_name|attr('x') }}",
        "{{ '%s'|format(student_name) }}",
        "{{ student_name.format(1) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ range(10) }}",
        "{{ self }}",
        "{{ student_name|safe }}",
        "{% for i in range(9) %}x{% endfor %}",
        "{% for a in absences recursive %}{{ loop(a) }}{% endfor %}",
        "{% for row in absences %}{{ loop.cycle }}{% endfor %}",
        "{% include 'x' %}",
        "{% Set x = 1 %}",
        "{% autoescape false %}{{ student_name }}{% endautoescape %}",
        "{% for a in absences %}{% for b in absences %}{% for c in absences %}x"
        + "{% endfor %}" * 3,
        "{% if student_name %}" * 1_000 + "{% endif %}" * 1_000,
        "{% if " + "not " * 3_000 + "student_name %}x{% endif %}",
        "{{ " * 20_000,
    ],
    ids=lambda attack: attack[:30],
)
def test_nothing_but_fields_conditions_and_lists_gets_into_a_letter(
    attack: str, tmp_path: Path
) -> None:
    report = check(tmp_path, "tx-tru3.en.docx", attack)
    assert not report.can_be_used


# --- how it reads --------------------------------------------------------------------------------

LONG = (
    "It would be appreciated if consideration could be given to the aforementioned circumstances."
)


def test_length_and_hard_sentences_are_advice_only(tmp_path: Path) -> None:
    report = check(tmp_path, "tx-tru3.en.docx", *[LONG] * 12)
    found = remarks(report, Weight.ADVICE)
    assert report.is_sound
    assert any("less than 150" in one for one in found)
    assert any("aim at grade 5 or 6" in one for one in found) and any(LONG in one for one in found)


def test_a_british_letter_may_be_longer(tmp_path: Path) -> None:
    report = check(tmp_path, "eng-l1.en.docx", *["We like to see her."] * 30)
    assert remarks(report, Weight.ADVICE) == [] and report.level and report.level.words > 200


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("25.0915", "25.0916", "has numbers that “tx-tru3.en.docx” has not: 25.0916"),
        ("{{ dates_short }}", "{{ period_to }}", "has fields that “tx-tru3.en.docx” has not"),
    ],
)
def test_two_languages_that_do_not_say_the_same_are_told_apart(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    path = rewritten(tmp_path, "tx-tru3.es.docx", old=old, new=new)
    report = check_template(path, standard("tx"), HERE / "tx-tru3.en.docx")
    assert any(said in one for one in remarks(report, Weight.LOOK))


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Path:
    small_office(tmp_path / "office", "us-tx").ledger.close()
    return tmp_path / "office"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["letters", *arguments])
    return result.exit_code, " ".join(result.output.split())


def test_a_letter_is_checked_by_its_name_in_every_language(office: Path) -> None:
    status, said = run("check", "tx-tru3", "--office", str(office))
    assert status == 0
    assert "tx-tru3.en.docx can be used." in said and "tx-tru3.es.docx can be used." in said


def test_all_templates_of_an_office_are_checked_with_its_own(office: Path) -> None:
    own = office / "templates"
    own.mkdir(exist_ok=True)
    rewritten(own, "tx-tru3.en.docx", "{{ nonsense }}")
    status, said = run("check", "--all", "--office", str(office))
    assert status == 1
    assert "tx-tru3.en.docx cannot be used" in said and "tx-warn0.es.docx can be used." in said
    assert "eng-l1" not in said and "voe" not in said


def test_the_report_is_data_for_a_program(office: Path, tmp_path: Path) -> None:
    path = rewritten(tmp_path, "tx-tru3.en.docx", "Look: {{ nonsense }}")
    result = CliRunner().invoke(
        app, ["letters", "check", str(path), "--office", str(office), "--json"]
    )
    told = json.loads(result.stdout)["templates"][0]
    assert result.exit_code == 1
    assert told["can_be_used"] is False and told["letter"] == "tx-tru3"
    assert told["remarks"][0]["weight"] == "stops"
    assert told["remarks"][0]["where"] == "Look: {{ nonsense }}"


def test_own_merge_fields_are_told_with_what_they_print(office: Path, tmp_path: Path) -> None:
    settings = office / "office.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + '\n[letters.merge_fields]\nKid = "student_name"\n',
        encoding="utf-8",
    )
    document = docx.Document()
    kid = document.add_paragraph()._p
    kid.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr=" MERGEFIELD Kid ">'
            "<w:r><w:t>«Kid»</w:t></w:r></w:fldSimple>"
        )
    )
    stream = io.BytesIO()
    document.save(stream)
    path = tmp_path / "ours.docx"
    path.write_bytes(stream.getvalue())
    status, said = run("check", str(path), "--office", str(office))
    assert status == 1 and "«Kid» student_name" in said and "does not show the address" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tx-tru4", "There is no template “tx-tru4”"),
        ("voe", "is the template of a document"),
        ("", "There is no template"),
    ],
)
def test_what_is_no_letter_is_refused(name: str, said: str, office: Path) -> None:
    result = CliRunner().invoke(app, ["letters", "check", name, "--office", str(office)])
    assert result.exit_code != 0 and said in str(result.exception)


def test_a_mail_merge_template_of_the_office_makes_letters_and_is_kept_with_tags(
    tmp_path: Path,
) -> None:
    office = small_office(tmp_path / "office", "us-tx")
    document = docx.Document()
    for name in ("Parent_Name", "Address_Block", "Student_Name", "Letter_Number"):
        field = f'<w:fldSimple {nsdecls("w")} w:instr=" MERGEFIELD {name} "/>'
        document.add_paragraph()._p.append(parse_xml(field))
    office.folders.templates.mkdir(exist_ok=True)
    document.save(str(office.folders.templates / "tx-tru3.en.docx"))

    digest = keep_template(office, "tx-tru3", "en")

    kept = kept_template(office, digest)
    values = practice_values(office.policy, office.settings, "en", TODAY)
    text = practice_letter(kept, values).text
    office.ledger.close()
    assert "Rosa Ashbeck" in text and "12 Sedge Lane" in text and "L-2026-00001" in text
    assert b"MERGEFIELD" not in kept.package["word/document.xml"]
