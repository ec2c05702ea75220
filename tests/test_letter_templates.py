"""The templates we ship: allowed fields only, the same in both languages, short, and complete."""

import re
from pathlib import Path

import pytest

from rollbook.documents import Template, missing_values
from rollbook.documents.text import part_text
from rollbook.documents.word import parse, w, write_xml
from rollbook.letters.templates import ALWAYS_SHOWN
from rollbook.package import Package
from tools import make_letter_templates

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "letter_templates"
README = (FOLDER / "README.md").read_text(encoding="utf-8")

ENGLISH_ASKED_FOR = ("eng-leave", "eng-contract", "eng-medical", "eng-improvement")
US_ASKED_FOR = ("tx-committee", "ca-sarb", "ca-fail", "improvement")
ENGLISH_STEMS = (
    *("eng-l1", "eng-l2", "eng-late", "eng-nti", "eng-pn", "eng-withdrawal"),
    *ENGLISH_ASKED_FOR,
)
US_STEMS = (
    *("tx-warn0", "tx-tru3", "tx-tru10", "tx-19w", "tx-90w", "tx-90"),
    *("ca-truant", "ca-tru2", "ca-habit", "ca-chron", "ca-exc", "withdrawal"),
    *US_ASKED_FOR,
)
LETTERS = [
    *(f"{stem}.en" for stem in ENGLISH_STEMS),
    *(f"{stem}.{language}" for stem in US_STEMS for language in ("en", "es")),
]
WITHOUT_DATES = (
    *("tx-warn0", "withdrawal", "eng-withdrawal"),
    *ENGLISH_ASKED_FOR,
    *US_ASKED_FOR,
)
DOCUMENTS = [
    *("enrolment.en", "eng-enrolment.en", "voe.en", "social-security.en", "ssi.en"),
    *("tanf-h1086.en", "replacement-card.en", "eng-child-benefit.en", "eng-travel.en"),
]


def fields_under(heading: str) -> set[str]:
    part = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))


LETTER_FIELDS = fields_under("Fields of a letter")
DOCUMENT_FIELDS = fields_under("More fields, in documents only") | {
    *("student_name", "student_first_name", "student_id", "grade", "form", "letter_date"),
    *("serial", "barcode", "reference", "language"),
    *(name for name in LETTER_FIELDS if re.match("school_|contact_|signatory_", name)),
}


def compiled(name: str) -> Template:
    allowed = LETTER_FIELDS if name in LETTERS else DOCUMENT_FIELDS
    return Template.compile(FOLDER / f"{name}.docx", allowed)


def values_for(template: Template) -> dict[str, object]:
    """Values of the length real ones have, so that words can be counted."""
    values: dict[str, object] = {field: f"«{field}»" for field in template.fields}
    values |= {
        "student_name": "Ana-Lucía O’Brien & García",
        "serial": "L-2026-00017",
        "barcode": "L-2026-00017",
        "dates_short": "Sep 8, Sep 21 and Oct 5, 2026",
        "rule_period": "4 weeks",
        "contact_name": "Mr. Tom Abara",
        "contact_phone": "(512) 555-0177",
        "contact_hours": "Mon–Fri 7:30–4:00",
        "reply_by": "December 4, 2026",
        "period_from": "August 12, 2026",
        "period_to": "November 20, 2026",
        "days_missed": "9 days",
        "meeting_date": "Thursday, December 3, 2026",
        "meeting_time": "3:30 p.m.",
        "meeting_place": "Room 104",
        "meeting_who": "Ms. Delgado and Mr. Hart",
        "reason_given": "Three reports of truancy, and no contact with us.",
        "decision": "Credit is given if the plan is completed.",
        "conditions": "Attend all classes to the end of the term.",
        "stretch": "20 school days",
        "days_before": "9 days",
        "days_now": "3 days",
        "days_better": "6 days",
        "now_from": "October 26, 2026",
        "now_to": "November 20, 2026",
        "unresolved_count": "2",
        "address_lines": ["1420 Willow Bend Rd", "Cedar Falls, TX 78999"],
        "absences": [
            {"date": f"Sep {day}", "part": "all day", "meaning": "absence", "minutes": ""}
            for day in range(1, 4)
        ],
        "classes": [
            {
                **{"name": f"Period {number}", "offered": "71", "attended": "62"},
                **{"minimum": "64", "missed": "9", "left": "0"},
            }
            for number in range(1, 8)
        ],
        "support_given": ["meeting on 12 October 2026"],
        "facts": [{"label": "Grade", "value": "7"}],
        "answers": [{"number": "1", "question": "It agrees.", "answer": "Yes", "why": ""}],
    }
    return values


def rendered_text(name: str) -> str:
    template = compiled(name)
    return template.render(values_for(template)).text


def message_of(name: str) -> str:
    """What a parent reads first: from after the greeting to the closing word, page 1."""
    text = rendered_text(name)
    closing = r"\n(?:Sincerely,|Atentamente,|Yours sincerely)\n"
    return re.split(closing, re.split(r"\n(?:Dear|Estimado\(a\)) .*\n", text)[1])[0]


def test_the_folder_holds_the_letters_and_documents_and_no_others() -> None:
    assert {path.name.removesuffix(".docx") for path in FOLDER.glob("*.docx")} == {
        *LETTERS,
        *DOCUMENTS,
    }


@pytest.mark.parametrize("name", [*LETTERS, *DOCUMENTS])
def test_every_value_of_a_template_is_found_in_the_finished_letter(name: str) -> None:
    template = compiled(name)
    values = values_for(template)
    assert missing_values(template.render(values), values) == []
    assert {"student_name", "serial"} <= template.always


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_says_whom_to_call_and_asks_for_errors(name: str) -> None:
    template = compiled(name)
    assert {"contact_name", "contact_phone", "reply_by"} <= template.always
    assert {"contact_email", "contact_hours"} <= template.fields


@pytest.mark.parametrize("name", [*LETTERS, *DOCUMENTS])
def test_an_office_without_hours_and_email_leaves_no_holes_in_the_sentence(name: str) -> None:
    template = compiled(name)
    without = values_for(template) | dict.fromkeys(
        ("contact_hours", "contact_email", "school_email"), ""
    )
    assert not re.search(r"\(\)|  \w|·\s*$", template.render(without).text, re.MULTILINE)


@pytest.mark.parametrize("stem", US_STEMS)
def test_english_and_spanish_carry_the_same_fields(stem: str) -> None:
    assert compiled(f"{stem}.en").fields == compiled(f"{stem}.es").fields


@pytest.mark.parametrize("name", [name for name in LETTERS if not name.startswith("eng")])
def test_the_message_of_a_us_notice_is_under_150_words(name: str) -> None:
    assert len(message_of(name).split()) < 150


def grade_of(text: str) -> float:
    """The school grade at which English sentences read, after Flesch and Kincaid.

    Syllables are counted as groups of vowels, without a silent e at the end of a word; values that
    a template puts in («…»), addresses, and lines of a table are left out.
    """
    lines = [line for line in text.replace("Mr. ", "Mr ").splitlines() if line[-1:] in ".:?"]
    sentences = [one for line in lines for one in re.split(r"(?<=[.:?])\s+", line) if one]
    plain = re.sub(r"\S*[«@]\S*", "", " ".join(sentences))
    words = [word.lower() for word in re.findall(r"[^\W\d_][\w’'-]*", plain)]
    stems = [re.sub(r"(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$", "", word) for word in words]
    syllables = sum(max(1, len(re.findall("[aeiouy]+", stem))) for stem in stems)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_the_grade_of_a_sentence_is_what_the_formula_gives() -> None:
    hard = "Institutional accountability necessitates immediate regularization of attendance."
    assert grade_of("The cat sat on the mat.") == pytest.approx(-1.45, abs=0.01)
    assert grade_of(hard) > 20


@pytest.mark.parametrize("name", [name for name in LETTERS if name.endswith(".en")])
def test_the_message_reads_at_the_sixth_grade_or_below(name: str) -> None:
    assert grade_of(message_of(name)) < (6 if name.partition(".")[0] in US_STEMS else 7)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ca-truant.en", "is now truant"),
        ("ca-truant.en", "obligated to compel your child’s attendance"),
        ("ca-truant.en", "Alternative educational programs are available"),
        ("ca-truant.en", "right to meet with appropriate school personnel"),
        ("ca-truant.en", "Mental health and supportive services may be available"),
        ("ca-truant.en", "School personnel are available to meet"),
        ("ca-truant.en", "missing 10 percent of school for any reason"),
        ("tx-tru3.en", "your duty to monitor your child’s school attendance and to require"),
        ("tx-tru3.en", "subject to truancy prevention measures under section 25.0915"),
        ("tx-tru3.en", "conference with school officials"),
        ("tx-90.en", "petition the attendance committee"),
        ("tx-warn0.en", "subject to prosecution under section 25.093"),
        ("tx-warn0.en", "subject to referral to truancy court"),
        ("tx-19w.en", "more than five absences without an excuse in one semester"),
        ("tx-90w.en", "petition the attendance committee"),
        ("ca-tru2.en", "report of truancy for"),
        ("ca-habit.en", "is now a habitual truant"),
        ("ca-exc.en", "not a notice of truancy and not a penalty"),
        ("eng-pn.en", "must consider whether a penalty notice is right. It is not automatic"),
        ("eng-nti.en", "sessions of unauthorised absence"),  # the eight statements of a notice
        ("eng-nti.en", "Section 7 of the Education Act 1996"),
        ("eng-nti.en", "the support that we have on record so far"),
        ("eng-nti.en", "Any of it that was not taken up is still open to you"),
        ("eng-nti.en", "a penalty notice may be issued, or prosecution may be considered"),
        ("eng-nti.en", "The improvement period runs from «improvement_from» to «improvement"),
        ("eng-nti.en", "This is what will be enough by the end of it: «improvement_goal»"),
        ("eng-nti.en", "A penalty notice may be issued before the period ends"),
        ("eng-leave.en", "only in exceptional circumstances"),
        (
            "eng-leave.en",
            "A parent with whom the child normally lives has to ask for it beforehand",
        ),
        ("eng-leave.en", "an unauthorised absence. On a holiday it is marked G"),
        ("eng-leave.en", "must consider whether a penalty notice is right. It is not automatic"),
        ("eng-leave.en", "A notice is for each parent and for each child"),
        ("eng-leave.en", "There is no third notice in three years"),
        ("eng-contract.en", "It is voluntary."),
        ("eng-contract.en", "It can only be agreed with you there"),
        ("eng-contract.en", "With you will be: Ms. Delgado and Mr. Hart"),
        ("eng-contract.en", "is welcome too"),
        ("eng-contract.en", "what help the school or the local authority agrees to give"),
        ("eng-medical.en", "You do not need to send medical evidence"),
        ("eng-medical.en", "a health care plan"),
        ("eng-medical.en", "the local authority should arrange other suitable education"),
        ("tx-committee.en", "Credit is given if the plan is completed."),
        ("tx-committee.en", "Attend all classes to the end of the term."),
        ("tx-committee.en", "You may appeal this decision to the board of trustees"),
        ("tx-committee.en", "in writing by «appeal_by»"),
        ("ca-sarb.en", "has been referred to: «board_name», «board_address»"),
        ("ca-sarb.en", "The reason for the referral: Three reports of truancy"),
        ("ca-sarb.en", "required, along with the person who makes the referral, to meet"),
        ("ca-sarb.en", "The meeting is on Thursday, December 3, 2026 at 3:30 p.m., Room 104"),
        ("ca-fail.en", "is in danger of failing «course»"),
        ("ca-fail.en", "hold a conference with the parent or send a written report"),
        ("eng-late.en", "marked U: an unauthorised absence for that session"),
        ("voe.en", "It is not the form."),
    ],
)
def test_the_statutory_statements_are_there(name: str, said: str) -> None:
    assert said in rendered_text(name)


@pytest.mark.parametrize("name", LETTERS)
def test_no_letter_cites_repealed_law_or_threatens_what_the_law_no_longer_says(name: str) -> None:
    stem = name.partition(".")[0]
    text = rendered_text(name)
    assert not re.search(r"270\.1|driv(er|ing)", text)
    assert "prosecut" not in text or stem in ("eng-pn", "eng-nti", "eng-leave", "tx-warn0")


def test_the_first_english_letter_has_no_legal_text() -> None:
    assert "reference" not in compiled("eng-l1.en").fields
    assert not re.search("law|penalt|court|fine", rendered_text("eng-l1.en"), re.IGNORECASE)


@pytest.mark.parametrize("name", [*LETTERS, *DOCUMENTS])
def test_the_language_is_set_headings_are_styles_and_the_table_heading_repeats(name: str) -> None:
    package = Package.read(FOLDER / f"{name}.docx")
    language = parse(package["word/styles.xml"]).find(f".//{w('lang')}")
    assert language is not None
    wanted = "en-GB" if name.startswith("eng-") else {"en": "en-US", "es": "es-US"}[name[-2:]]
    assert language.get(w("val")) == wanted
    body = parse(package["word/document.xml"])
    assert [one.get(w("val")) for one in body.iter(w("pStyle"))].count("Heading1") >= 1
    if name in LETTERS and name.partition(".")[0] not in WITHOUT_DATES:
        assert body.find(f".//{w('tblHeader')}") is not None


@pytest.mark.parametrize("name", [*LETTERS, *DOCUMENTS])
def test_each_tag_stands_in_one_run_so_that_a_clerk_can_move_it(name: str) -> None:
    package = Package.read(FOLDER / f"{name}.docx")
    for part in ("word/document.xml", "word/header1.xml", "word/footer1.xml"):
        for text in parse(package[part]).iter(w("t")):
            words = text.text or ""
            assert words.count("{") == words.count("}") in (0, 1, 2)


def test_the_shipped_files_are_what_their_maker_makes() -> None:
    made = make_letter_templates.templates()
    assert set(made) == {f"{name}.docx" for name in (*LETTERS, *DOCUMENTS)}
    for name, package in made.items():
        assert package.hashes() == Package.read(FOLDER / name).hashes(), name


def test_the_readme_names_what_every_letter_must_show_and_each_template_shows_it() -> None:
    must = README.split("- Every letter must show ")[1].split("in plain sight")[0]
    assert set(re.findall(r"{{ (\w+) }}", must)) == set(ALWAYS_SHOWN)
    for name in LETTERS:
        assert set(ALWAYS_SHOWN) <= compiled(name).fields


def test_the_readme_names_every_template() -> None:
    named = set(re.findall(r"^\| `([\w-]+)` \| .* \|", README.split("## The templates")[1], re.M))
    assert {name.split(".")[0] for name in (*LETTERS, *DOCUMENTS)} <= named


def test_the_penalty_letter_names_open_marks_only_when_there_are_some() -> None:
    template = compiled("eng-pn.en")
    without = values_for(template) | {"unresolved_count": "0"}
    assert "we do not know the reason yet" in rendered_text("eng-pn.en")
    assert "we do not know the reason yet" not in template.render(without).text


@pytest.mark.parametrize("name", [f"{stem}.en" for stem in (*US_ASKED_FOR, *ENGLISH_ASKED_FOR)])
def test_a_fact_that_was_not_given_leaves_no_hole_in_a_letter_that_is_asked_for(name: str) -> None:
    template = compiled(name)
    asked = ("meeting_date", "meeting_time", "meeting_place", "meeting_who", "course_grade")
    may = set((*asked, "conditions", "reason_given")) - template.always
    text = template.render(values_for(template) | dict.fromkeys(may, "")).text
    assert not re.search(r" [.,:]|  \w|,,| at \.|\.\.", text)


@pytest.mark.parametrize("stem", ["improvement", "eng-improvement"])
def test_thanks_for_better_attendance_says_days_and_nothing_of_a_perfect_record(stem: str) -> None:
    text = rendered_text(f"{stem}.en")
    assert "missed 3 days" in text
    assert "it was 9 days" in text
    assert not re.search("perfect|award|law|penalt", text, re.IGNORECASE)


def test_the_offer_in_illness_names_no_illness_and_asks_for_no_evidence() -> None:
    text = rendered_text("eng-medical.en")
    assert "If illness or a health need is a part of this" in text
    assert not re.search(r"please (send|provide|bring)|doctor’s note|diagnos", text, re.IGNORECASE)


def test_text_is_read_back_from_the_finished_xml() -> None:
    root = parse(Package.read(FOLDER / "voe.en.docx")["word/footer1.xml"])
    assert "Reference number" in part_text(write_xml(root))
