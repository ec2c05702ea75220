"""Templates made for Word's mail merge work as they are, or say which field is in the way."""

import io
from collections.abc import Mapping
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from rollbook.documents import LISTS, Template, lines_of
from rollbook.documents.mergefields import convert, with_tags
from rollbook.package import Package
from rollbook.problems import TemplateError

FIELDS = (
    "student_name student_first_name guardian_name address_lines letter_date serial grade "
    "days_missed contact_hours absences classes"
).split()
ABSENCES = [
    {"date": "Nov 3", "part": "all day", "meaning": "unexcused", "minutes": "", "counted": "yes"},
    {"date": "Nov 9", "part": "morning", "meaning": "late", "minutes": "40 min", "counted": "yes"},
]


def code(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def words(text: str, look: str = "") -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def a_field(*codes: str, shows: str = "«x»", look: str = "") -> str:
    """Return a field as Word writes it; a code that is XML already is a field inside it."""
    inside = "".join(one if one.startswith("<") else code(one) for one in codes)
    return mark("begin") + inside + mark("separate") + words(shows, look) + mark("end")


def merge(name: str, more: str = "") -> str:
    return a_field(f" MERGEFIELD {name} {more}", shows=f"«{name}»")


def simple(text: str) -> str:
    return f'<w:fldSimple w:instr=" {text} "><w:r><w:t>«x»</w:t></w:r></w:fldSimple>'


def paragraph(content: str) -> str:
    return f"<w:p {nsdecls('w')}>{content}</w:p>"


def word_file(*contents: str, rows: tuple[tuple[str, ...], ...] = (), footer: str = "") -> bytes:
    document = docx.Document()
    end = document.element.body.sectPr
    for content in contents:
        end.addprevious(parse_xml(paragraph(content)))
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, content in zip(row.cells, cells, strict=True):
                cell._tc.replace(cell.paragraphs[0]._p, parse_xml(paragraph(content)))
    if footer:
        place = document.sections[0].footer
        place._element.append(parse_xml(paragraph(footer)))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def lines(content: bytes, own: Mapping[str, str] | None = None) -> list[str]:
    converted = convert(content, own or {}, allowed=FIELDS)
    assert not converted.problems
    return lines_of(converted.content)


def problem(content: bytes, own: Mapping[str, str] | None = None) -> str:
    converted = convert(content, own or {}, allowed=FIELDS)
    assert len(converted.problems) == 1
    with pytest.raises(TemplateError) as error:
        with_tags(content, own or {}, allowed=FIELDS, name="ours.docx")
    assert converted.problems[0] in str(error.value)
    return converted.problems[0]


def letter(content: bytes, **values: object) -> list[str]:
    """Return the lines of one letter made with a template."""
    template = Template.compile(with_tags(content, allowed=FIELDS), FIELDS)
    plain: dict[str, object] = {name: [] if name in LISTS else name.upper() for name in FIELDS}
    return lines_of(template.render(plain | values).to_bytes())


@pytest.mark.parametrize(
    "name",
    ["student_name", "Student_Name", "StudentName", "STUDENTNAME", '"Student Name"', "Pupil_Name"],
)
def test_a_merge_field_prints_our_field_however_it_is_spelled(name: str) -> None:
    content = word_file(merge(name))
    assert lines(content) == ["{{ student_name }}"]
    assert letter(content, student_name="Ana García") == ["Ana García"]


def test_a_code_cut_into_many_runs_is_read_as_one() -> None:
    inside = code(" MERGE") + code("FIELD  Student") + code("_Name \\* MERGE") + code("FORMAT ")
    cut = mark("begin") + inside + mark("separate") + words("«Stu") + words("dent»") + mark("end")
    assert lines(word_file(f"{words('Dear ')}{cut}{words(', hello')}")) == [
        "Dear {{ student_name }}, hello"
    ]


def test_a_field_in_a_single_run_and_one_never_updated_are_read() -> None:
    single = (
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> MERGEFIELD Grade </w:instrText>'
        '<w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert lines(word_file(single)) == ["{{ grade }}"]


def test_a_simple_field_is_read() -> None:
    assert lines(word_file(simple("MERGEFIELD Grade \\* MERGEFORMAT"))) == ["{{ grade }}"]


def test_the_look_of_the_value_is_that_of_the_field() -> None:
    bold = a_field(" MERGEFIELD Grade ", look="<w:rPr><w:b/></w:rPr>")
    converted = with_tags(word_file(bold), allowed=FIELDS)
    run = docx.Document(io.BytesIO(converted)).paragraphs[0].runs[0]
    assert run.text == "{{ grade }}" and run.bold


@pytest.mark.parametrize(
    ("switch", "tag"),
    [
        ("\\* Upper", "{{ grade|upper }}"),
        ("\\* lower", "{{ grade|lower }}"),
        ("\\* FirstCap", "{{ grade }}"),
        ("\\* Caps \\* MERGEFORMAT", "{{ grade }}"),
        ("\\* CHARFORMAT", "{{ grade }}"),
        ('\\@ "d MMMM yyyy"', "{{ grade }}"),
        ("\\# 0.00", "{{ grade }}"),
        ("\\m", "{{ grade }}"),
        ('\\b "in grade " \\f ","', "{% if grade %}in grade {{ grade }},{% endif %}"),
    ],
)
def test_switches_become_filters_or_are_left_out(switch: str, tag: str) -> None:
    assert lines(word_file(merge("Grade", switch))) == [tag]


@pytest.mark.parametrize("switch", ['\\@ "d MMMM yyyy"', "\\# 0.00", "\\* Caps"])
def test_a_switch_that_is_not_used_is_told(switch: str) -> None:
    converted = convert(word_file(merge("Grade", switch)), allowed=FIELDS)
    assert ["«Grade»" in note for note in converted.notes] == [True]


def test_the_address_is_printed_line_by_line() -> None:
    street = ["12 Sedge Lane", "Bluestem, TX 78999"]
    content = word_file(merge("Address_Block"))
    assert letter(content, address_lines=street) == street
    block = word_file(a_field(' ADDRESSBLOCK \\f "&lt;&lt;_FIRST0_&gt;&gt;" '))
    assert letter(block, address_lines=street, guardian_name="Rosa") == ["Rosa", *street]


def test_an_address_in_parts_is_printed_whole_where_the_street_stands() -> None:
    street = ["12 Sedge Lane", "Bluestem, TX 78999"]
    town = merge("City") + words(", ") + merge("State") + words(" ") + merge("Zip_Code")
    content = word_file(merge("Parent"), merge("Street_Address"), town, words("Hello"))
    assert letter(content, address_lines=street, guardian_name="Rosa") == ["Rosa", *street, "Hello"]


def test_a_town_in_a_cell_of_its_own_is_refused() -> None:
    content = word_file("", rows=((merge("Street"), merge("City")),))
    assert "«City» is a part of the address" in problem(content)


def test_a_town_in_a_sentence_is_refused() -> None:
    said = problem(word_file(merge("Address1"), words("We in ") + merge("City")))
    assert "«City» is a part of the address" in said


def test_a_first_and_a_last_name_side_by_side_are_one_name() -> None:
    content = word_file(merge("First_Name") + words(" ") + merge("Last_Name") + words(" is absent"))
    assert lines(content) == ["{{ student_name }} is absent"]


def test_a_last_name_alone_is_refused() -> None:
    said = problem(word_file(merge("Last_Name")))
    assert "«Last_Name» is half of a name" in said and "“«Last_Name»”" in said


def test_the_office_says_what_its_own_names_mean() -> None:
    content = word_file(merge("Kid"), merge("Title") + words("Dear"))
    assert lines(content, {"kid": "student_name", "Title": ""}) == ["{{ student_name }}", "Dear"]


def test_an_own_name_that_means_no_field_is_refused() -> None:
    said = problem(word_file(merge("Kid")), {"Kid": "studnt"})
    assert "[letters.merge_fields], “Kid” is said to mean “studnt”" in said


def test_an_unknown_name_is_refused_with_its_paragraph_and_how_to_name_it() -> None:
    said = problem(word_file(words("Bring ") + merge("Days_Mised")))
    assert said.startswith("in the paragraph “Bring «Days_Mised»”, the merge field «Days_Mised»")
    assert "Did you mean days_missed?" in said and '"Days_Mised" = "days_missed"' in said


ROWS = (
    (words("Date"), words("Part"), words("What")),
    (merge("Absence_Date"), merge("Absence_Part"), merge("Absence_Meaning")),
)


def test_a_row_of_columns_repeats_for_each_date() -> None:
    assert letter(word_file("", rows=ROWS), absences=ABSENCES) == [
        "Date · Part · What",
        "Nov 3 · all day · unexcused",
        "Nov 9 · morning · late",
    ]


def test_bare_columns_are_known_where_a_row_has_two_of_one_list() -> None:
    bare = ROWS[0], (merge("Date"), merge("Part"), merge("Student_Name"))
    assert letter(word_file("", rows=bare), absences=ABSENCES, student_name="Ana")[1:] == [
        "Nov 3 · all day · Ana",
        "Nov 9 · morning · Ana",
    ]


def test_a_date_alone_in_a_table_is_the_day_of_the_letter() -> None:
    alone = ((words("Date:"), merge("Date")),)
    assert lines(word_file("", rows=alone)) == ["Date: · {{ letter_date }}"]


def test_a_column_outside_a_table_is_refused() -> None:
    assert "Put it into a row of a table" in problem(word_file(merge("Absence_Date")))


def an_if(test: str, *texts: str, name: str = "Contact_Hours") -> str:
    quoted = " ".join(one if one.startswith("<") else f'"{one}"' for one in texts)
    return a_field(" IF ", merge(name), f" {test} {quoted} ")


@pytest.mark.parametrize(
    ("test", "tags"),
    [
        ('= ""', "{% if not contact_hours %}yes{% else %}no{% endif %}"),
        ('&lt;&gt; ""', "{% if contact_hours %}yes{% else %}no{% endif %}"),
        ('= "8 to 4"', '{% if contact_hours == "8 to 4" %}yes{% else %}no{% endif %}'),
        ("&lt;&gt; late", '{% if contact_hours != "late" %}yes{% else %}no{% endif %}'),
    ],
)
def test_an_if_about_a_merge_field_becomes_a_condition(test: str, tags: str) -> None:
    assert lines(word_file(an_if(test, "yes", "no"))) == [tags]


def test_an_if_prints_what_word_would_print() -> None:
    content = word_file(an_if('= "8 to 4"', "All day.", "Some hours."))
    assert letter(content, contact_hours="8 to 4") == ["All day."]
    assert letter(content, contact_hours="9 to 10") == ["Some hours."]


def test_fields_and_ifs_inside_an_if_are_read() -> None:
    inner = a_field(" IF ", merge("Grade"), ' = "7" "seven" "other" ')
    outer = a_field(
        " IF ", merge("Contact_Hours"), ' = "" "', inner, '" "Call ', merge("Contact_Hours"), '" '
    )
    assert lines(word_file(outer)) == [
        '{% if not contact_hours %}{% if grade == "7" %}seven{% else %}other{% endif %}'
        "{% else %}Call {{ contact_hours }}{% endif %}"
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (an_if("&gt; 5", "yes", "no"), "compares by size"),
        (an_if('= "8*"', "yes", "no"), "compares with a pattern"),
        (an_if('= "a{{ serial }}"', "yes", "no"), "compares with a pattern"),
        (a_field(" NEXT "), "goes on to the next student"),
        (a_field(" NEXTIF ", merge("Grade"), ' = "7" '), "goes on to the next student"),
        (a_field(' ASK x "What day?" '), "asks the clerk"),
        (a_field(' FILLIN "What day?" '), "asks the clerk"),
        (a_field(' INCLUDETEXT "C:\\\\secret.docx" '), "brings in another file"),
        (a_field(' DATABASE \\c "x" '), "brings in another file"),
        (a_field(" GREETINGLINE "), "Write the greeting yourself"),
        (a_field(" SAVEDATE "), "a reprint must be the same"),
        (a_field(' TIME \\@ "HH:mm" '), "a reprint must be the same"),
        (a_field(" = ", merge("Days_Missed"), " * 2 "), "inside another field"),
        (merge("City"), "a part of the address"),
    ],
)
def test_what_a_letter_cannot_do_is_refused_in_a_sentence(content: str, said: str) -> None:
    assert said in problem(word_file(content))


def test_a_field_over_two_paragraphs_is_refused() -> None:
    first = mark("begin") + code(" IF ") + merge("Grade") + code(' = "7" "one')
    last = code('two" "" ') + mark("separate") + words("x") + mark("end")
    assert "goes over several paragraphs" in problem(word_file(first, last))


def test_todays_date_becomes_the_day_of_the_letter() -> None:
    for one in (' DATE \\@ "M/d/yyyy" ', ' TIME \\@ "MMMM d, yyyy" '):
        converted = convert(word_file(a_field(one)), allowed=FIELDS)
        assert lines_of(converted.content) == ["{{ letter_date }}"] and converted.notes


def test_page_numbers_and_links_stay_fields_of_word() -> None:
    pages = a_field(" PAGE ") + a_field(" NUMPAGES ")
    more = a_field(" IF ", a_field(" PAGE "), " = ", a_field(" NUMPAGES "), ' "" "over" ')
    link = a_field(' HYPERLINK "https://school.example" ', shows="us")
    content = word_file(pages, more, link)
    assert with_tags(content, allowed=FIELDS) is content


def test_headers_footers_and_text_boxes_are_read_too() -> None:
    box = (
        '<w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>'
        f"<w:p>{merge('Grade')}</w:p></w:txbxContent></v:textbox></w:pict></w:r>"
    )
    content = with_tags(word_file(box, footer=merge("Letter_Number")), allowed=FIELDS)
    document = docx.Document(io.BytesIO(content))
    assert "{{ serial }}" in document.sections[0].footer.paragraphs[-1].text
    boxed = [one.text for one in document.element.body.iter(qn("w:t"))]
    assert boxed == ["{{ grade }}"]


def test_the_link_to_the_data_is_cut() -> None:
    package = Package.read(Path("x.docx"), word_file(merge("Grade")))
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package.put(
        "word/settings.xml",
        f"<w:settings {nsdecls('w', 'r')}><w:mailMerge><w:dataSource r:id='rId9'/></w:mailMerge>"
        "<w:zoom w:percent='100'/></w:settings>".encode(),
    )
    package.put(
        "word/_rels/settings.xml.rels",
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + f'<Relationship Id="rId9" Type="{kinds}/mailMergeSource" TargetMode="External" '
        'Target="file:///C:/Students.xlsx"/></Relationships>'.encode(),
    )

    cut = Package.read(Path("x.docx"), with_tags(package.to_bytes(), allowed=FIELDS))

    assert b"mailMerge" not in cut["word/settings.xml"] and b"zoom" in cut["word/settings.xml"]
    assert b"Students.xlsx" not in cut["word/_rels/settings.xml.rels"]


def test_the_same_template_is_taken_over_to_the_same_bytes() -> None:
    content = word_file(merge("Student_Name"), rows=ROWS)
    assert with_tags(content, allowed=FIELDS) == with_tags(content, allowed=FIELDS)


def test_all_problems_are_told_at_once() -> None:
    content = word_file(merge("Foo"), merge("Bar") + a_field(" NEXT "))
    assert len(convert(content, allowed=FIELDS).problems) == 3


def test_every_name_is_told_with_what_it_prints() -> None:
    converted = convert(word_file(merge("Parent"), rows=ROWS[1:]), allowed=FIELDS)
    assert {one.name: one.field for one in converted.names} == {
        "Parent": "guardian_name",
        "Absence_Date": "absences.date",
        "Absence_Part": "absences.part",
        "Absence_Meaning": "absences.meaning",
    }


def test_without_a_list_of_fields_names_are_only_spelled_our_way() -> None:
    assert lines_of(with_tags(word_file(merge("MealStatus")))) == ["{{ meal_status }}"]


def test_what_is_no_word_file_is_left_to_the_compiler() -> None:
    assert with_tags(b"no file", allowed=FIELDS) == b"no file"
