"""Make the Word templates of `letter_templates/` anew: `python -m tools.make_letter_templates`.

A school edits its own copies in Word and never needs this. It is for us: many letters that must
look alike. Their words are in :mod:`tools.letter_words`, :mod:`tools.requested_words` and
:mod:`tools.document_words`; here is how they look.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from rollbook.documents.logo import PLACEHOLDER_NAME, placeholder
from rollbook.package import Package, write_whole
from tools.document_words import DOCUMENTS, Document
from tools.letter_words import (
    CLASSES,
    LETTERS,
    LINE_OF_LIST,
    Language,
    Letter,
    Paper,
)
from tools.requested_words import REQUESTED

FOLDER = Path(__file__).parent.parent / "letter_templates"
HEAD_TOP, HEAD_HEIGHT, DOCUMENT_ADDRESS = 10, 18, 18
BOTTOM = '<w:vAlign w:val="bottom"/>'
KEEP = "<w:keepNext/>"
SHADE = "EEF2F6"
INK, ACCENT, GREY, LINE = "1D2733", "1F5FA8", "595959", "BFBFBF"

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def mm(millimetres: float) -> int:
    """Return a length in twentieths of a point, as Word counts."""
    return round(millimetres * 1440 / 25.4)


MARGIN = mm(25)
LOGO = (26, 11)
LOGO_COLUMN = mm(LOGO[0] + 4)

# --- Word ----------------------------------------------------------------------------------------

TAG = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")


def run(text: str, properties: str = "") -> str:
    """Return a run of text."""
    about = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    words = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else ""
        for part in text.split("\t")
    )
    return f"<w:r>{about}{words}</w:r>"


def runs(text: str, properties: str = "") -> str:
    """Return the runs of a marked-up sentence: ``**bold**``, and each tag by itself."""
    made = []
    for place, piece in enumerate(text.split("**")):
        about = f"{'<w:b/><w:bCs/>' if place % 2 else ''}{properties}"
        made += [run(part, about) for part in TAG.split(piece) if part]
    return "".join(made)


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    """Return a paragraph in a style."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    about = f"<w:pPr>{style}{properties}</w:pPr>" if style or properties else ""
    return f"<w:p>{about}{runs(text)}</w:p>"


def field(code: str) -> str:
    """Return a Word field such as the page number."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def cell(width: int, content: str, properties: str = "") -> str:
    """Return a table cell."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def table(
    style: str,
    widths: Sequence[int],
    rows: Iterable[str],
    properties: str = "",
    margins: str = "",
) -> str:
    """Return a table of fixed widths."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'{properties}<w:tblLayout w:type="fixed"/>{margins}<w:tblLook w:val="0420" w:firstRow="1" '
        'w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def row(cells: Iterable[str], properties: str = "") -> str:
    """Return a table row that is never split over two pages."""
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def rule(side: str, colour: str, eighths: int = 4) -> str:
    """Return a thin line on one side; its thickness is in eighths of a point."""
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="{colour}"/>'


def height(millimetres: float, how: str = "exact") -> str:
    """Return the row property for a height: exact, or at least so much."""
    return f'<w:trHeight w:val="{mm(millimetres)}" w:hRule="{how}"/>'


def header_first(paper: Paper) -> str:
    """Return the letterhead: logo and school left, contact right, a hairline, the fold marks."""
    width = paper.width - 2 * MARGIN
    left = width * 55 // 100
    middle = left - LOGO_COLUMN
    marks = "".join(
        '<w:p><w:pPr><w:pStyle w:val="Header"/>'
        f'<w:framePr w:w="{mm(5)}" w:h="{mm(1)}" w:hRule="exact" w:hSpace="0" w:wrap="around" '
        f'w:vAnchor="page" w:hAnchor="page" w:x="{mm(4)}" w:y="{mm(fold)}"/>'
        f"<w:pBdr>{rule('top', LINE, 2)}</w:pBdr></w:pPr></w:p>"
        for fold in paper.folds
    )
    letterhead = table(
        "Plain",
        (LOGO_COLUMN, middle, width - left),
        [
            row(
                (
                    cell(LOGO_COLUMN, logo_place(), BOTTOM),
                    cell(middle, paragraph("{{ school_name }}", "SchoolName"), BOTTOM),
                    cell(
                        width - left,
                        paragraph("{{ school_address }}", "SchoolContact")
                        + paragraph(
                            "{{ school_phone }}"
                            "{% if school_email %} · {{ school_email }}{% endif %}",
                            "SchoolContact",
                        ),
                        BOTTOM,
                    ),
                ),
                height(HEAD_HEIGHT),
            )
        ],
        f"<w:tblBorders>{rule('bottom', GREY)}</w:tblBorders>",
    )
    below = mm(paper.window_top - HEAD_TOP - HEAD_HEIGHT)
    gap = f'<w:spacing w:before="0" w:after="0" w:line="{below}" w:lineRule="exact"/>'
    # The marks come after the table: LibreOffice would hang them into its first cell.
    return part("hdr", letterhead + marks + paragraph("", "Header", gap))


def logo_place() -> str:
    """Return the placeholder of the school's logo, which :mod:`rollbook.documents.logo` fills."""
    wide, high = (length * 36_000 for length in LOGO)
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    about = f'name="{PLACEHOLDER_NAME}" descr="Place of the school’s logo"'
    return (
        '<w:p><w:pPr><w:pStyle w:val="Header"/><w:spacing w:before="0" w:after="60"/></w:pPr><w:r>'
        f'<w:drawing><wp:inline xmlns:wp="{drawing}/wordprocessingDrawing" distT="0" distB="0" '
        f'distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="1" {about}/>'
        f'<a:graphic xmlns:a="{drawing}/main"><a:graphicData uri="{drawing}/picture">'
        f'<pic:pic xmlns:pic="{drawing}/picture"><pic:nvPicPr><pic:cNvPr id="1" {about}/>'
        '<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId1"/><a:stretch>'
        '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</w:r></w:p>"
    )


def header_next() -> str:
    """Return the small line above the second and later pages."""
    return part("hdr", paragraph("{{ school_name }}", "Header"))


def footer(language: Language, name: str) -> str:
    """Return the line below each page: number of the letter, also as a bar code, page k of n."""
    at = language.paper.width - 2 * MARGIN
    tabs = (
        f'<w:tabs><w:tab w:val="clear" w:pos="9026"/><w:tab w:val="right" w:pos="{at}"/></w:tabs>'
    )
    left = runs(f"{name} {{{{ serial }}}} {{{{ barcode }}}}") + "<w:r><w:tab/></w:r>"
    right = run(f"{language.page} ") + field("PAGE") + run(f" {language.of} ") + field("NUMPAGES")
    return part("ftr", f'<w:p><w:pPr><w:pStyle w:val="Footer"/>{tabs}</w:pPr>{left}{right}</w:p>')


def part(kind: str, content: str) -> str:
    """Return a header or footer."""
    return f"{DECLARATION}<w:{kind} {W} {R}>{content}</w:{kind}>"


def top_block(language: Language, address: str, right: Sequence[str], tall: float = 0) -> str:
    """Return the address where the window is, with date and number beside it."""
    paper = language.paper
    left = mm(paper.window_left) - MARGIN
    widths = (mm(100), paper.width - 2 * MARGIN - left - mm(100))
    beside = "".join(paragraph(text, "Beside") for text in right)
    return table(
        "Plain",
        widths,
        [
            row(
                (cell(widths[0], address), cell(widths[1], beside)),
                height(tall or paper.address_height, "atLeast"),
            )
        ],
        f'<w:tblInd w:w="{left}" w:type="dxa"/>',
    )


def boxed(title: str, sentences: Sequence[str], width: int) -> str:
    """Return the box of statutory statements, the reference last and small."""
    inside = paragraph(title, "Heading2")
    for sentence in sentences:
        small = "{{ reference }}" in sentence
        inside += paragraph(sentence, "Small" if small else "ListBullet")
    border = "".join(rule(side, LINE) for side in ("top", "left", "bottom", "right"))
    margins = "".join(
        f'<w:{side} w:w="{size}" w:type="dxa"/>'
        for side, size in (("top", 80), ("left", 160), ("bottom", 60), ("right", 160))
    )
    return table(
        "Plain",
        (width,),
        [row((cell(width, inside),))],
        f"<w:tblBorders>{border}</w:tblBorders>",
        f"<w:tblCellMar>{margins}</w:tblCellMar>",
    )


def dates(letter: Letter, width: int) -> str:
    """Return page 2: what was counted, as a table whose heading row repeats."""
    shares = (29, 27, 44)
    widths = [width * share // 100 for share in shares]
    widths[-1] += width - sum(widths)
    minutes = "{% if row.minutes %}, {{ row.minutes }}{% endif %}"
    columns = ("{{ row.date }}", "{{ row.part }}", f"{{{{ row.meaning }}}}{minutes}")
    heading = row(
        (
            cell(
                wide,
                paragraph(title, "TableHead"),
                f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>',
            )
            for wide, title in zip(widths, letter.language.columns, strict=True)
        ),
        "<w:tblHeader/>",
    )
    return (
        paragraph(letter.dates_title, "Heading1", "<w:pageBreakBefore/>")
        + paragraph(f"**{{{{ student_name }}}}**. {letter.dates_intro}")
        + table(
            "Lines",
            widths,
            (
                heading,
                row([cell(width, paragraph("{%tr for row in absences %}", "TableText"), span(3))]),
                row(
                    cell(wide, paragraph(column, "TableText"))
                    for wide, column in zip(widths, columns, strict=True)
                ),
                row([cell(width, paragraph("{%tr endfor %}", "TableText"), span(3))]),
            ),
        )
        + paragraph("", "Gap")
    )


def classes(columns: Sequence[tuple[str, str]], width: int) -> str:
    """Return the small table of classes in a message: what of each class stands in a column."""
    widths = (width * 28 // 100, width * 22 // 100, width * 22 // 100, width - width * 72 // 100)
    heading = row(
        (
            cell(wide, paragraph(title, "TableHead"))
            for wide, (title, _) in zip(widths, columns, strict=True)
        ),
        "<w:tblHeader/>",
    )
    line = row(
        cell(wide, paragraph(f"{{{{ class.{column} }}}}", "TableText"))
        for wide, (_, column) in zip(widths, columns, strict=True)
    )
    return table(
        "Lines",
        widths,
        (
            heading,
            row([cell(width, paragraph("{%tr for class in classes %}", "TableText"), span(4))]),
            line,
            row([cell(width, paragraph("{%tr endfor %}", "TableText"), span(4))]),
        ),
    ) + paragraph("", "Gap")


def span(columns: int) -> str:
    """Return the cell property that spans columns."""
    return f'<w:gridSpan w:val="{columns}"/>'


def letter_body(letter: Letter) -> str:
    """Return a letter: address, message, signature, box, and the page of dates."""
    language = letter.language
    width = language.paper.width - 2 * MARGIN
    address = paragraph("{{ guardian_name }}", "Address") + "".join(
        paragraph(text, "Address")
        for text in ("{%p for line in address_lines %}", "{{ line }}", "{%p endfor %}")
    )
    beside = ("{{ letter_date }}", f"{language.our_reference}: {{{{ serial }}}}")
    content = [top_block(language, address, beside), paragraph(letter.title, "Heading1")]
    greeting = f"{language.dear} {{{{ guardian_name }}}}{language.greeting_ends}"
    content.append(paragraph(greeting))
    content += [message_part(letter, text, width) for text in letter.message]
    content += [
        paragraph(language.sincerely, "Normal", "<w:keepNext/>"),
        paragraph("{{ signatory_name }}", "Signature", "<w:keepNext/>"),
        paragraph("{{ signatory_title }}, {{ school_name }}", "SignatureTitle"),
    ]
    if letter.box:
        content.append(boxed(letter.box_title, letter.box, width))
    if letter.dates_title:
        content.append(dates(letter, width))
    return "".join(content)


def message_part(letter: Letter, text: str, width: int) -> str:
    """Return one piece of a message: the table of classes, a line of a list, or a paragraph."""
    if text == CLASSES:
        return classes(letter.class_columns, width)
    return paragraph(text, "MessageList" if text == LINE_OF_LIST else "")


def document_body(document: Document) -> str:
    """Return a verification document: statement, facts, signature and room for the seal."""
    width = document.language.paper.width - 2 * MARGIN
    widths = (width * 38 // 100, width - width * 38 // 100)
    address = paragraph("{{ addressee }}", "Address")
    beside = ("{{ issued }}", "Reference number", "**{{ serial }}**")
    facts = [
        row(
            (
                cell(widths[0], paragraph(label, "TableText")),
                cell(widths[1], paragraph(f"**{value}**", "TableText")),
            )
        )
        for label, value in document.rows
    ]
    facts += [
        row([cell(width, paragraph("{%tr for fact in facts %}", "TableText"), span(2))]),
        row(
            (
                cell(widths[0], paragraph("{{ fact.label }}", "TableText")),
                cell(widths[1], paragraph("{{ fact.value }}", "TableText")),
            )
        ),
        row([cell(width, paragraph("{%tr endfor %}", "TableText"), span(2))]),
    ]
    half = width // 2
    line = f"<w:tcBorders>{rule('bottom', GREY)}</w:tcBorders>"
    # The line to sign on stands on the page of the name below it.
    signature = table(
        "Plain",
        (half, width - half),
        (
            row(
                (
                    cell(half, paragraph("", "TableText", KEEP), line),
                    cell(width - half, paragraph(document.stamp, "Stamp", KEEP)),
                ),
                height(14),
            ),
            row(
                (
                    cell(
                        half,
                        paragraph("**{{ signatory_name }}**", "TableText")
                        + paragraph("{{ signatory_title }}, {{ school_name }}", "TableText")
                        + paragraph("Date: ____________________", "TableText"),
                    ),
                    cell(
                        width - half,
                        paragraph(
                            "{% if reference %}Reference: {{ reference }}{% endif %}", "SmallRight"
                        ),
                        BOTTOM,
                    ),
                )
            ),
        ),
    )
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
    return "".join(
        (
            top_block(document.language, address, beside, DOCUMENT_ADDRESS),
            paragraph(document.title, "Heading1"),
            *(paragraph(text) for text in document.before),
            table("Lines", widths, facts),
            paragraph("", "Gap"),
            *(closing(text, tab) for text in document.after),
            paragraph("", "Gap") if "\t" in document.after[-1] else "",
            paragraph(document.verify),
            signature,
            paragraph("", "Gap"),
        )
    )


def closing(text: str, tab: str) -> str:
    """Return a sentence after the facts: one to be ticked, or an ordinary one."""
    if "\t" in text:
        return paragraph(text, "TableText", f'{tab}<w:spacing w:before="0" w:after="60"/>')
    return paragraph(text)


def section(paper: Paper) -> str:
    """Return the page set-up."""
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="rId3"/>'
        '<w:headerReference w:type="first" r:id="rId4"/>'
        '<w:footerReference w:type="default" r:id="rId5"/>'
        '<w:footerReference w:type="first" r:id="rId5"/>'
        f'<w:pgSz w:w="{paper.width}" w:h="{paper.height}"/>'
        f'<w:pgMar w:top="{MARGIN}" w:right="{MARGIN}" w:bottom="{mm(22)}" w:left="{MARGIN}" '
        f'w:header="{mm(HEAD_TOP)}" w:footer="{mm(12)}" w:gutter="0"/><w:cols w:space="708"/>'
        "<w:titlePg/></w:sectPr>"
    )


def styles(language: Language) -> str:
    """Return the styles: few, and each one used."""
    paper = language.paper

    def style(identity: str, name: str, para: str = "", char: str = "", more: str = "") -> str:
        return (
            f'<w:style w:type="paragraph" w:styleId="{identity}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="Normal"/>{more}<w:qFormat/>'
            f"<w:pPr>{para}</w:pPr><w:rPr>{char}</w:rPr></w:style>"
        )

    def size(half_points: int) -> str:
        return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'

    def colour(value: str) -> str:
        return f'<w:color w:val="{value}"/>'

    def space(before: int, after: int, line: int = 0, rule: str = "auto") -> str:
        lines = f' w:line="{line}" w:lineRule="{rule}"' if line else ""
        return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'

    none = "".join(
        f'<w:{side} w:w="{wide}" w:type="dxa"/>'
        for side, wide in (("top", 0), ("left", 0), ("bottom", 0), ("right", 0))
    )
    some = "".join(
        f'<w:{side} w:w="{wide}" w:type="dxa"/>'
        for side, wide in (("top", 30), ("left", 80), ("bottom", 30), ("right", 80))
    )
    rules = "".join(rule(side, LINE) for side in ("top", "bottom", "insideH"))
    return (
        f"{DECLARATION}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Microsoft YaHei" w:cs="Arial"/>'
        f'{colour(INK)}{size(22)}<w:lang w:val="{language.tag}" w:eastAsia="en-US" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        f"{space(0, 120, 264)}</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="Plain"><w:name w:val="Normal Table"/>'
        f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>{none}</w:tblCellMar></w:tblPr>'
        '</w:style><w:style w:type="table" w:styleId="Lines"><w:name w:val="Lines"/>'
        f'<w:basedOn w:val="Plain"/><w:tblPr><w:tblBorders>{rules}</w:tblBorders>'
        f"<w:tblCellMar>{some}</w:tblCellMar></w:tblPr></w:style>"
        + style(
            "Heading1",
            "heading 1",
            f'<w:keepNext/><w:keepLines/>{space(60, 140, 240)}<w:outlineLvl w:val="0"/>',
            f"<w:b/><w:bCs/>{colour(ACCENT)}{size(30)}",
            '<w:next w:val="Normal"/>',
        )
        + style(
            "Heading2",
            "heading 2",
            f'<w:keepNext/><w:keepLines/>{space(0, 60, 240)}<w:outlineLvl w:val="1"/>',
            f"<w:b/><w:bCs/>{size(22)}",
            '<w:next w:val="Normal"/>',
        )
        + style(
            "ListBullet",
            "List Bullet",
            f'<w:numPr><w:numId w:val="1"/></w:numPr>{space(0, 40, 240)}'
            '<w:ind w:left="227" w:hanging="227"/>',
            size(20),
        )
        + style(
            "MessageList",
            "Message List",
            f'<w:numPr><w:numId w:val="1"/></w:numPr>{space(0, 120)}'
            '<w:ind w:left="227" w:hanging="227"/><w:contextualSpacing/>',
        )
        + style("Small", "Small", space(40, 0, 240), f"{colour(GREY)}{size(17)}")
        + style(
            "SmallRight",
            "Small Right",
            f'{space(0, 0, 240)}<w:jc w:val="right"/>',
            f"{colour(GREY)}{size(17)}",
        )
        + style("Gap", "Gap", space(0, 0, 120, "exact"), size(8))
        + style(
            "Address",
            "Address",
            space(0, 0, paper.address_line, "exact"),
            size(paper.address_size),
        )
        + style("Beside", "Beside", f'{space(0, 0, 260, "exact")}<w:jc w:val="right"/>', size(20))
        + style(
            "SchoolName",
            "School Name",
            space(0, 60, 240),
            f"<w:b/><w:bCs/>{colour(ACCENT)}{size(28)}",
        )
        + style(
            "SchoolContact",
            "School Contact",
            f'{space(0, 20, 240)}<w:jc w:val="right"/>',
            f"{colour(GREY)}{size(18)}",
        )
        + style("Signature", "Signature Name", space(560, 0), "<w:b/><w:bCs/>")
        + style("SignatureTitle", "Signature Title", space(0, 200))
        + style("TableText", "Table Text", space(0, 0, 240), size(20))
        + style(
            "TableHead",
            "Table Head",
            f"<w:keepNext/>{space(0, 0, 240)}",
            f"<w:b/><w:bCs/>{size(20)}",
        )
        + style(
            "Stamp",
            "Stamp",
            f'{space(0, 0, 240)}<w:jc w:val="center"/>',
            f"{colour(GREY)}{size(16)}",
        )
        + style("Header", "header", space(0, 0, 240), f"{colour(GREY)}{size(16)}")
        + style("Footer", "footer", space(0, 0, 240), f"{colour(GREY)}{size(16)}")
        + "</w:styles>"
    )


NUMBERING = (
    f'{DECLARATION}<w:numbering {W}><w:abstractNum w:abstractNumId="0">'
    '<w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="bullet"/><w:pStyle w:val="ListBullet"/><w:lvlText w:val="•"/>'
    '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="227" w:hanging="227"/></w:pPr></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def settings(language: Language) -> str:
    """Return the settings: Word 2013 and later, the document's language."""
    compatible = "http://schemas.microsoft.com/office/word"
    return (
        f'{DECLARATION}<w:settings {W}><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="708"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="{compatible}" w:val="15"/>'
        f'</w:compat><w:themeFontLang w:val="{language.tag}"/></w:settings>'
    )


def core(title: str, language: Language) -> str:
    """Return the file's properties; a screen reader says the title and uses the language."""
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
        'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>Rollbook</dc:creator>"
        f"<dc:language>{language.tag}</dc:language></cp:coreProperties>"
    )


CONTENT_TYPES = (
    f'{DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    f'<Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{KIND}.numbering+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{KIND}.settings+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{KIND}.header+xml"/>'
    f'<Override PartName="/word/header2.xml" ContentType="{KIND}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{KIND}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-'
    'package.core-properties+xml"/></Types>'
)


def relations(targets: Iterable[tuple[str, str, str]]) -> str:
    """Return a list of relationships."""
    each = "".join(
        f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"/>'
        for identity, kind, target in targets
    )
    return (
        f'{DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{each}</Relationships>'
    )


ROOT_RELATIONS = relations(
    (
        ("rId1", f"{OFFICE}/officeDocument", "word/document.xml"),
        (
            "rId2",
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
            "docProps/core.xml",
        ),
    )
)
BODY_RELATIONS = relations(
    (
        ("rId1", f"{OFFICE}/styles", "styles.xml"),
        ("rId2", f"{OFFICE}/settings", "settings.xml"),
        ("rId3", f"{OFFICE}/header", "header2.xml"),
        ("rId4", f"{OFFICE}/header", "header1.xml"),
        ("rId5", f"{OFFICE}/footer", "footer1.xml"),
        ("rId6", f"{OFFICE}/numbering", "numbering.xml"),
    )
)
HEADER_RELATIONS = relations((("rId1", f"{OFFICE}/image", "media/logo.png"),))


def word_file(body: str, language: Language, title: str, number: str) -> Package:
    """Return a whole Word file around ``body``."""
    paper = language.paper
    document = (
        f"{DECLARATION}<w:document {W} {R}><w:body>{body}{section(paper)}</w:body></w:document>"
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "word/document.xml": document,
        "word/_rels/document.xml.rels": BODY_RELATIONS,
        "word/styles.xml": styles(language),
        "word/numbering.xml": NUMBERING,
        "word/settings.xml": settings(language),
        "word/header1.xml": header_first(paper),
        "word/_rels/header1.xml.rels": HEADER_RELATIONS,
        "word/header2.xml": header_next(),
        "word/footer1.xml": footer(language, number),
        "docProps/core.xml": core(title, language),
    }
    package = Package({})
    for name, content in parts.items():
        package.put(name, content.encode("utf-8"))
    package.put("word/media/logo.png", placeholder())
    return package


def templates() -> dict[str, Package]:
    """Return all templates by file name."""
    made = {}
    for letter in (*LETTERS, *REQUESTED):
        name = f"{letter.stem}.{letter.language.tag[:2]}.docx"
        title = f"{letter.language.our_reference} {letter.stem}"
        made[name] = word_file(
            letter_body(letter), letter.language, title, letter.language.our_reference
        )
    for document in DOCUMENTS:
        name = f"{document.stem}.{document.language.tag[:2]}.docx"
        made[name] = word_file(
            document_body(document), document.language, document.title, "Reference number"
        )
    return made


def main() -> None:
    """Write all templates into the folder."""
    for name, package in templates().items():
        write_whole(FOLDER / name, package.to_bytes())
        print(name)


if __name__ == "__main__":
    main()
