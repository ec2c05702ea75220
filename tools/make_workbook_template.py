"""Makes the tracking workbook for an office that has none. Run it after changing what it says.

``uv run python tools/make_workbook_template.py`` writes ``attendance-tracker.xlsx`` and the lists
of columns in ``README.md`` into ``workbook_templates/``; the same words give the same bytes.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

FOLDER = Path(__file__).parent.parent / "workbook_templates"
INK, ACCENT, LINE, PALE = "#1d2733", "#1f5fa8", "#c9d1da", "#eef2f7"
WATCH, ACT = "#fff4ce", "#fde2d9"
ID, TEXT, FLAG, COUNT, PERCENT, DAY = "id", "text", "flag", "count", "percent", "day"

TRACKER = (
    ("Student ID", ID, 14, "you", "as text, so that zeros are kept"),
    ("Name", TEXT, 26, "you", ""),
    ("Form", TEXT, 10, "you", "or grade"),
    ("Possible", COUNT, 11, "Rollbook", "sessions (England) or days (US) the student could attend"),
    ("Attended", COUNT, 11, "Rollbook", ""),
    ("Absent", COUNT, 11, "Rollbook", ""),
    ("Authorised", COUNT, 13, "Rollbook", "you may call it “Excused”"),
    ("Unauthorised", COUNT, 15, "Rollbook", "you may call it “Unexcused”"),
    ("Lates", COUNT, 9, "Rollbook", "you may call it “Tardies”"),
    ("Attendance %", PERCENT, 15, "Rollbook", "empty while there is no data"),
    ("Flag", FLAG, 24, "Rollbook", "the rules crossed, such as eng-l1 or tx-tru3"),
    ("Last letter", DAY, 14, "Rollbook", ""),
    ("Notes", TEXT, 40, "you", ""),
)
LOG = (
    ("Date", DAY, 14, "Rollbook", ""),
    ("Student ID", ID, 14, "Rollbook", "as text"),
    ("Student", TEXT, 26, "Rollbook", ""),
    ("Letter", TEXT, 14, "Rollbook", "the rule the letter is about"),
    ("Sent to", TEXT, 26, "Rollbook", ""),
    ("Serial", TEXT, 18, "Rollbook", "the number printed on the letter"),
    ("Status", TEXT, 12, "Rollbook", "moved on, never back; your own words stay"),
    ("By", TEXT, 14, "Rollbook", ""),
    ("Notes", TEXT, 40, "you", ""),
)
STATES = ["prepared", "approved", "held", "printed", "mailed", "returned", "void"]

HELP = (
    ("To begin", (
        "Paste the ids and names of your students into the first two columns of the sheet Tracker.",
        "Save and close the workbook, then run: rollbook workbook adopt “attendance-tracker.xlsx”.",
        "From then on Rollbook fills in the figures after every register you drop.",
    )),
    ("What Rollbook writes", (
        "In Tracker: the figures, Flag and Last letter, in the row that has the student’s id.",
        "In Letter log: a row for each letter, below the last one, and later its Status.",
        "It finds columns by their headings. Move them as you like; rename one, and adopt again.",
    )),
    ("What is yours", (
        "Everything else: colours, notes, more columns, more sheets, formulas, charts.",
        "Sort and filter as you like. A formula in one of Rollbook’s columns is left alone.",
        "A status in your own words, such as “rang mother”, is left alone too.",
    )),
    ("If something is wrong", (
        "While the workbook is open in Excel, Rollbook waits. Close it, and it is updated.",
        "A copy is kept before each update. To go back: rollbook workbook restore “FILE”.",
        "This workbook holds children’s confidential data. Keep it where your register is kept.",
    )),
)  # fmt: skip


def main() -> None:
    """Write the workbook and the README beside it."""
    path = FOLDER / "attendance-tracker.xlsx"
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": "Attendance tracker", "created": datetime(2026, 1, 1)})
    formats = _formats(book)
    tracker = _sheet(
        book, formats, "Tracker", "Tracker", TRACKER,
        "Attendance tracker",
        "Rollbook keeps the figures up to date; Name, Form and Notes are yours.",
    )  # fmt: skip
    tracker.conditional_format("K5:K3000", {"type": "no_blanks", "format": formats["act"]})
    log = _sheet(
        book, formats, "Letter log", "LetterLog", LOG,
        "Letter log", "Every letter that leaves the office, with the serial printed on it.",
    )  # fmt: skip
    log.data_validation(
        "G5:G5", {"validate": "list", "source": STATES, "error_type": "information",
                  "error_title": "Your own words", "error_message": "Rollbook will leave them."},
    )  # fmt: skip
    for words, look in (
        (("held", "returned"), "act"),
        (("prepared", "approved", "printed"), "watch"),
        (("void",), "void"),
    ):
        rule = "OR(" + ",".join(f'$G5="{word}"' for word in words) + ")"
        log.conditional_format(
            "G5:G5", {"type": "formula", "criteria": f"={rule}", "format": formats[look]}
        )
    _help(book, formats)
    tracker.activate()
    book.close()
    (FOLDER / "README.md").write_text(_readme(), encoding="utf-8", newline="\n")


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    base = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "vcenter"}
    looks = {
        "title": {"font_size": 16, "bold": True},
        "lead": {"font_color": "#4a5866"},
        "head": {"bold": True, "bottom": 2, "bottom_color": ACCENT, "bg_color": PALE},
        "head_right": {
            "bold": True, "bottom": 2, "bottom_color": ACCENT, "bg_color": PALE, "align": "right",
        },
        "head_flag": {
            "bold": True, "bottom": 2, "bottom_color": ACCENT, "bg_color": PALE, "indent": 1,
        },
        "section": {"bold": True, "font_color": ACCENT},
        "wrap": {"text_wrap": True, "valign": "top"},
        ID: {"num_format": "@", "align": "left"},
        TEXT: {},
        FLAG: {"indent": 1},
        COUNT: {},
        PERCENT: {"num_format": "0.0%"},
        DAY: {"num_format": "d mmm yyyy", "align": "left"},
    }  # fmt: skip
    formats = {name: book.add_format(base | look) for name, look in looks.items()}
    formats["watch"] = book.add_format({"bg_color": WATCH})
    formats["act"] = book.add_format({"bg_color": ACT})
    formats["void"] = book.add_format({"font_color": "#6b7785", "font_strikeout": True})
    return formats


def _sheet(
    book: xlsxwriter.Workbook,
    formats: dict[str, Any],
    name: str,
    table: str,
    columns: tuple[tuple[str, str, int, str, str], ...],
    title: str,
    lead: str,
) -> Any:
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 26)
    sheet.write(0, 0, title, formats["title"])
    sheet.write(1, 0, lead, formats["lead"])
    sheet.set_row(3, 20)
    heads = {COUNT: "head_right", PERCENT: "head_right", FLAG: "head_flag"}
    for number, (_, kind, width, *_rest) in enumerate(columns):
        sheet.set_column(number, number, width, formats[kind])
        sheet.write_blank(4, number, None, formats[kind])
    sheet.add_table(
        3, 0, 4, len(columns) - 1,
        {
            "name": table,
            "style": "Table Style Light 1",
            "columns": [
                {
                    "header": heading,
                    "format": formats[kind],
                    "header_format": formats[heads.get(kind, "head")],
                }
                for heading, kind, *_rest in columns
            ],
        },
    )  # fmt: skip
    sheet.freeze_panes(4, 2 if table == "Tracker" else 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer("&L&8&A&R&8Page &P of &N")
    return sheet


def _help(book: xlsxwriter.Workbook, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("Help")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100, formats["wrap"])
    sheet.set_row(0, 26)
    sheet.write(0, 0, "How this workbook works", formats["title"])
    row = 2
    for section, lines in HELP:
        sheet.write(row, 0, section, formats["section"])
        for line in lines:
            row += 1
            sheet.write(row, 0, line, formats["wrap"])
        row += 2
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)


def _readme() -> str:
    lines = [
        "# Workbooks to start from",
        "",
        "For an office that has no tracking workbook of its own. One that has keeps it: see",
        "`rollbook workbook adopt`. This list is made by `tools/make_workbook_template.py`.",
        "",
        "## attendance-tracker.xlsx",
    ]
    for title, table, columns in (
        ("Sheet *Tracker*", "Tracker", TRACKER),
        ("Sheet *Letter log*", "LetterLog", LOG),
    ):
        lines += [
            "",
            f"### {title}, Table `{table}`",
            "",
            "| column | filled by | |",
            "|---|---|---|",
        ]
        lines += [f"| {heading} | {who} | {what} |" for heading, _, _, who, what in columns]
    lines += ["", "Sheet *Help* says in a few lines how the workbook is used.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
