"""The summary of the tracking workbook: all of it formulas over the lists beside it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tools.make_workbook_template_pages import (
    ACCENT,
    COUNT,
    ID,
    LINE,
    MONTH,
    PERCENT,
    QUIET,
    STATES,
    TEXT,
    Field,
    Making,
    table,
)  # fmt: skip
from tools.make_workbook_template_words import Words

LEVELS = (("watch", 0.95), ("act", 0.90), ("urgent", 0.80))
_MONTHS = 12


def fill_summary(at: Making, words: Words, sheet: Any) -> None:
    """Fill the first sheet: how many, below which level, month by month, by year and campus."""
    on_roll = f'(Tracker[{words.student_id}]<>"")*(Tracker[{words.left}]="")'
    for column, width in enumerate((14, 11, 13, 10, 10, 10, 3, 24, 11, 13, 10, 10, 10)):
        sheet.set_column(column, column, width)
    _cards(at, sheet, words, on_roll)
    _levels(at, sheet, on_roll)
    _months(at, sheet, words)
    for table_name, heading, left, column in (
        ("Groups", words.groups_by, 0, words.group), ("Campuses", words.campus, 7, words.campus),
    ):  # fmt: skip
        beginning = words.group_by_beginning and table_name == "Groups"
        table(
            at, sheet, table_name, _group_fields(words, heading, column, beginning),
            top=28, left=left, widths=False, filtered=False,
        )  # fmt: skip
        sheet.write(27, left, f"By {heading.lower()}", at.look(bold=True, font_color=ACCENT))
    sheet.fit_to_pages(1, 1)


def _cards(at: Making, sheet: Any, words: Words, on_roll: str) -> None:
    possible = f"SUM(Tracker[{words.possible}])"
    rate = f'IF({possible}=0,"",SUM(Tracker[Attended])/{possible})'
    cards = (
        (0, f"{words.student.capitalize()}s", f"SUMPRODUCT({on_roll})", "0", 0),
        (2, "Attendance", rate, "0.0%", ""),
        (4, "With a flag", f'SUMPRODUCT({on_roll}*(Tracker[Flag]<>""))', "0", 0),
        (7, "Letters", 'SUMPRODUCT((LetterLog[Serial]<>"")*(LetterLog[Status]<>"void"))', "0", 0),
        (9, "Contacts", "COUNT(ContactLog[Date])", "0", 0),
    )  # fmt: skip
    sheet.set_row(4, 32)
    for column, label, formula, number, shows in cards:
        sheet.write(3, column, label, at.look(font_color=QUIET))
        big = at.look(font_size=22, bold=True, align="left", num_format=number)
        sheet.write_formula(4, column, f"={formula}", big, shows)


def _levels(at: Making, sheet: Any, on_roll: str) -> None:
    count = f'SUMPRODUCT({on_roll}*(Tracker[Attendance %]<>"")*(Tracker[Attendance %]<[@Below]))'
    fields = (
        Field("Level", TEXT, 14, "Rollbook"),
        Field("Below", PERCENT, 11, "you", "the school’s own levels, not the law’s thresholds"),
        Field("On roll", COUNT, 13, "a formula", "how many are below it", count, 0),
        Field("Share", PERCENT, 10, "a formula", "",
              'IF($A$5=0,"",[@[On roll]]/$A$5)', ""),
    )  # fmt: skip
    table(at, sheet, "Levels", fields, top=6, rows=3, widths=False, filtered=False)
    for row, (level, below) in enumerate(LEVELS, 7):
        shade = at.look(bg_color=STATES[level])
        sheet.write(row, 0, level, shade)
        sheet.write(row, 1, below, at.look(num_format="0%"))
        at.book.define_name(f"{level.capitalize()}Below", f"=Summary!$B${row + 1}")
    sheet.data_validation(
        7, 1, 9, 1,
        {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1,
         "error_title": "Below", "error_message": "Write a percentage from 0 % to 100 %."},
    )  # fmt: skip


def _months(at: Making, sheet: Any, words: Words) -> None:
    def logged(column: str) -> str:
        return f'COUNTIFS({column},">="&[@Month],{column},"<"&EDATE([@Month],1))'

    date_of = "LetterLog[Date]"
    void = logged(date_of).replace("COUNTIFS(", 'COUNTIFS(LetterLog[Status],"void",', 1)
    letters = f"{logged(date_of)}-{void}"
    fields = (
        Field("Month", MONTH, 14, "you", "the first is the month the school year begins"),
        Field("Letters", COUNT, 11, "a formula", "logged, but for those void", letters, 0),
        Field("Contacts", COUNT, 13, "a formula", "", logged("ContactLog[Date]"), 0),
    )  # fmt: skip
    top = 12
    table(at, sheet, "Months", fields, top=top, rows=_MONTHS, widths=False, filtered=False)
    sheet.write(top - 1, 0, "Month by month", at.look(bold=True, font_color=ACCENT))
    first = words.year_begins
    for number in range(_MONTHS):
        month = date(
            first.year + (first.month - 1 + number) // 12, (first.month - 1 + number) % 12 + 1, 1
        )
        row = top + 1 + number
        if number:
            sheet.write_formula(
                row, 0, f"=EDATE(A{row},1)", at.of(MONTH), (month - date(1899, 12, 30)).days
            )
        else:
            sheet.write_datetime(row, 0, month, at.of(MONTH))
    at.book.define_name("FirstMonth", f"=Summary!$A${top + 2}")
    _chart(at, sheet, top + 1, top + _MONTHS)


def _chart(at: Making, sheet: Any, first: int, last: int) -> None:
    """Draw the letters of each month; the message above it is worked out in a cell."""
    letters = f"B{first + 1}:B{last + 1}"
    title = (
        f'=IF(SUM({letters})=0,"No letter is logged yet","Most letters went in "&TEXT(INDEX('
        f'A{first + 1}:A{last + 1},MATCH(MAX({letters}),{letters},0)),"mmmm")&": "&MAX({letters}))'
    )
    message = at.look(font_size=13, bold=True, indent=1)
    sheet.write_formula(6, 4, title, message, "No letter is logged yet")
    at.book.define_name("Message", "=Summary!$E$7")
    chart = at.book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "Letters",
            "categories": ["Summary", first, 0, last, 0],
            "values": ["Summary", first, 1, last, 1],
            "fill": {"color": ACCENT},
            "gap": 60,
            "data_labels": {"value": True, "num_format": "0;;", "font": {"color": QUIET}},
        }
    )
    chart.set_title({"none": True})
    chart.set_legend({"none": True})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_x_axis(
        {"num_format": "mmm", "num_font": {"color": QUIET}, "line": {"color": LINE},
         "text_axis": True}
    )  # fmt: skip
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": 640, "height": 355})
    sheet.insert_chart(
        7,
        4,
        chart,
        {"x_offset": 8, "object_position": 2, "description": "Letters logged in each month"},
    )


def _group_fields(words: Words, heading: str, column: str, beginning: bool) -> Sequence[Field]:
    of = f"Tracker[{column}]"
    this = f"[@{heading}]"
    mask = f'({of}&""={this}&"")'
    if beginning:  # 7A and 7B belong to 7, 10A does not belong to 1
        mask = f'(LEFT({of},LEN({this}))={this}&"")*(1-ISNUMBER(--MID({of},LEN({this})+1,1)))'
    on_roll = f'*(Tracker[{words.left}]="")'
    possible = f"SUMPRODUCT({mask}*Tracker[{words.possible}])"

    def only(formula: str) -> str:
        return f'IF({this}="","",{formula})'

    rate = only(f'IF({possible}=0,"",SUMPRODUCT({mask}*Tracker[Attended])/{possible})')
    return (
        Field(heading, ID, 14, "Rollbook", "when the workbook is made; add rows as you like"),
        Field("On roll", COUNT, 11, "a formula", "", only(f"SUMPRODUCT({mask}{on_roll})"), ""),
        Field("Attendance %", PERCENT, 13, "a formula",
              f"{words.unit} attended of those possible, leavers included", rate, ""),
        *(
            Field(level.capitalize(), COUNT, 10, "a formula", "on roll and in that band",
                  only(f'SUMPRODUCT({mask}{on_roll}*(Tracker[Band]="{level}"))'), "")
            for level, _ in LEVELS
        ),
    )  # fmt: skip
