"""One tracker with every feature of Excel that can be made here, to see that none gets lost.

XlsxWriter draws what it can; the rest is put in as raw parts, linked as Excel links them, by
``raw_features``. All names of people are invented.
"""

import struct
import zlib
from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.workbooks.raw_features import add_raw_features

STUDENTS = (
    ("000123", "Núñez, Ana", "7B"),
    ("000124", "O’Neil, Tom & Jo", "7B"),
    ("004711", "Ng, X", "8A"),
    ("020001", "D’Arcy-Łęcka, Zoë", "8A"),
    ("123456", "Smith-Okafor, Amara", "9C"),
    ("300007", "Æbel, Å", "9C"),
)
HEADER_ROW = 5
FIRST_ROW = HEADER_ROW + 1
LAST_ROW = HEADER_ROW + len(STUDENTS)
DAYS = 12
HEADINGS = (
    "Student ID", "Student name", "Form", "Possible", "Attended", "Absent", "Attendance %",
    "Check", "Flag", "Last letter", "Left", "Notes", "Trend", "Rank",
)  # fmt: skip
LOG_HEADINGS = ("Date", "Student ID", "Student", "Letter", "Sent to", "Reference", "Status", "By")
LOG_ROW = 3
LETTERS = (
    (date(2026, 10, 2), "000123", "Núñez, Ana", "Level 1", "Mr Núñez", "RB-1", "mailed", "office"),
    (date(2026, 10, 9), "004711", "Ng, X", "Level 1", "Mrs Ng", "RB-2", "printed", "office"),
    (date(2026, 10, 9), "123456", "Smith-Okafor", "Level 1", "A Okafor", "RB-3", "mailed", "JD"),
)
LOG_LAST = LOG_ROW + len(LETTERS)


def make_rich(path: Path, *, as_table: bool = False, since_1904: bool = False) -> Path:
    """Make the workbook, ``.xlsx`` or ``.xlsm`` (then with a VBA project and a macro sheet).

    ``as_table`` makes the tracker an Excel Table; otherwise it is a bare range with a filter.
    """
    book = xlsxwriter.Workbook(path, {"date_1904": since_1904, "use_future_functions": True})
    formats = _formats(book)
    tracker = book.add_worksheet("Tracker")
    log = book.add_worksheet("Letter log")
    summary = book.add_worksheet("Summary & “more”")
    for name in ("Jan", "Feb", "Mar"):
        _month(book.add_worksheet(name), name)
    lists = book.add_worksheet("Lists")
    _lists(lists)
    _tracker(tracker, formats, as_table)
    _log(log, formats)
    _summary(book, summary, formats)
    _chart_sheet(book)
    _names(book)
    book.set_properties({"title": "Attendance tracker", "comments": "kept by the office"})
    book.set_custom_property("Checked", date(2026, 9, 1).isoformat())
    book.set_calc_mode("auto")
    if path.suffix == ".xlsm":
        book.add_vba_project(BytesIO(_vba_stub()), is_stream=True)
    book.close()
    add_raw_features(path)
    return path


def _formats(book: Workbook) -> Mapping[str, Format]:
    looks: dict[str, dict[str, object]] = {
        "percent": {"num_format": "0.0%", "bg_color": "#eef4fb", "border": 1},
        "date": {"num_format": "dd/mm/yyyy"},
        "day": {"num_format": "ddd d", "rotation": 90, "bold": True},
        "note": {"italic": True, "font_color": "#1f5fa8"},
        "yellow": {"bg_color": "#ffff00", "bold": True},
        "title": {"bold": True, "font_size": 16, "align": "center"},
        "open": {"locked": False},
        "stripe": {"bg_color": "#f4f4f4", "pattern": 1},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _tracker(sheet: Worksheet, formats: Mapping[str, Format], as_table: bool) -> None:
    sheet.merge_range("B2:H3", "Attendance tracker — “Year 7 & up” <2026-27>", formats["title"])
    sheet.write_url("J2", "internal:'Letter log'!A1", string="To the letters")
    sheet.write_url("J3", "https://school.example/attendance?a=1&b=2", string="Our pages")
    sheet.write_dynamic_array_formula("L2:L3", "=UNIQUE(D6:D7)", None, 7)
    sheet.write_array_formula("N2:N2", "{=SUM(E6:E11*1)}", None, 600)
    for column, heading in enumerate(HEADINGS, start=1):
        sheet.write(HEADER_ROW - 1, column, heading)
    first_day = 1 + len(HEADINGS)
    for number in range(DAYS):
        day = date(2026, 9, 1) + timedelta(days=number)
        sheet.write_datetime(HEADER_ROW - 1, first_day + number, day, formats["day"])
    for number, student in enumerate(STUDENTS):
        _student(sheet, formats, FIRST_ROW - 1 + number, number, student, first_day)
    last_column = first_day + DAYS - 1
    if as_table:
        _as_table(sheet, last_column, formats)
    else:
        sheet.autofilter(HEADER_ROW - 1, 1, LAST_ROW - 1, last_column)
    _rules(sheet, formats)
    _around(sheet, formats)


def _student(
    sheet: Worksheet,
    formats: Mapping[str, Format],
    row: int,
    number: int,
    student: tuple[str, str, str],
    first_day: int,
) -> None:
    identity, name, form = student
    sheet.write_string(row, 1, identity)
    sheet.write(row, 2, name, formats["yellow"] if number == 1 else None)
    sheet.write(row, 3, form)
    sheet.write_row(row, 4, [100, 90, 10])
    sheet.write_number(row, 7, 0.9, formats["percent"])
    sheet.write_formula(row, 8, f"=F{row + 1}+G{row + 1}-E{row + 1}", None, 0)
    if number != 2:
        sheet.write(row, 9, "watch")
    sheet.write_blank(row, 10, None, formats["date"])
    sheet.write_blank(row, 11, None, formats["date"])
    sheet.write_rich_string(row, 12, "rang ", formats["note"], "twice", " on Monday")
    sheet.add_sparkline(row, 13, {"range": f"Tracker!E{row + 1}:G{row + 1}"})
    sheet.write_formula(row, 14, f"=RANK(H{row + 1},$H${FIRST_ROW}:$H${LAST_ROW})", None, 1)
    for day in range(DAYS):
        sheet.write_string(row, first_day + day, "/\\LNO"[(number + day) % 5])


def _as_table(sheet: Worksheet, last_column: int, formats: Mapping[str, Format]) -> None:
    days = [date(2026, 9, 1) + timedelta(days=number) for number in range(DAYS)]
    columns: list[dict[str, object]] = [{"header": heading} for heading in HEADINGS]
    columns += [{"header": f"{day:%a %d %b}", "header_format": formats["day"]} for day in days]
    area = (HEADER_ROW - 1, 1, LAST_ROW - 1, last_column)
    sheet.add_table(*area, {"name": "Tracking", "columns": columns, "banded_rows": True})


def _rules(sheet: Worksheet, formats: Mapping[str, Format]) -> None:
    first, last = FIRST_ROW, LAST_ROW
    rate, flag = f"H{first}:H{last}", f"J{first}:J{last}"
    sheet.conditional_format(rate, {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format(rate, {"type": "3_color_scale"})
    sheet.conditional_format(
        f"G{first}:G{last}",
        {"type": "icon_set", "icon_style": "3_symbols", "reverse_icons": True},
    )
    sheet.conditional_format(
        flag, {"type": "text", "criteria": "containing", "value": "act", "format": formats["note"]}
    )
    sheet.conditional_format(
        f"B{first}:P{last}",
        {"type": "formula", "criteria": f"=$H{first}<Threshold", "format": formats["yellow"]},
    )
    sheet.data_validation(f"M{first}:M{last}", {"validate": "list", "source": "=Lists!$A$2:$A$5"})
    sheet.data_validation(
        f"E{first}:G{last}",
        {"validate": "integer", "criteria": ">=", "value": 0, "error_title": "Whole numbers"},
    )
    sheet.ignore_errors({"number_stored_as_text": f"B{first}:B{last}"})


def _around(sheet: Worksheet, formats: Mapping[str, Format]) -> None:
    sheet.write_comment("C6", "Speaks Spanish at home", {"author": "Jo"})
    sheet.write_comment("C8", "Ask before ringing", {"author": "Jo", "visible": True})
    sheet.insert_textbox("AD2", "Ask Jo before changing this sheet")
    sheet.insert_button("AD8", {"caption": "Sort"})
    sheet.insert_checkbox("AD12", True)
    sheet.insert_image("AF2", "crest.png", {"image_data": BytesIO(_picture(3))})
    sheet.embed_image("AF14", "photo.png", {"image_data": BytesIO(_picture(4))})
    sheet.set_background(BytesIO(_picture(5)))
    sheet.set_header("&LAttendance&C&G", {"image_center": "c.png", "image_data_center": _crest()})
    sheet.set_footer("&L&D&RPage &P of &N")
    sheet.freeze_panes(HEADER_ROW, 3)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.print_area(0, 1, 39, 14)
    sheet.set_h_pagebreaks([20, 40])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column("Q:T", 5, None, {"level": 1})
    sheet.set_column("U:U", 5, None, {"level": 1, "hidden": True})
    sheet.set_row(30, 24, formats["stripe"], {"level": 1, "hidden": True})
    sheet.write("AD30", "=1/0")
    sheet.write_formula("AD31", "=NA()", None, "#N/A")
    sheet.write_boolean("AD32", True)
    sheet.set_tab_color("#1f5fa8")
    sheet.protect("", {"format_cells": True, "autofilter": True, "insert_rows": True})
    sheet.unprotect_range(f"B{FIRST_ROW}:P60", "Editable")


def _log(log: Worksheet, formats: Mapping[str, Format]) -> None:
    log.write("A1", "Every letter that leaves the office")
    columns: list[dict[str, object]] = [{"header": heading} for heading in LOG_HEADINGS]
    columns += [
        {"header": "Days ago", "formula": "=TODAY()-LetterLog[[#This Row],[Date]]"},
        {"header": "Meeting"},
    ]
    log.add_table(LOG_ROW - 1, 0, LOG_LAST - 1, 9, {"name": "LetterLog", "columns": columns})
    for row, letter in enumerate(LETTERS, start=LOG_ROW):
        log.write_datetime(row, 0, letter[0], formats["date"])
        log.write_row(row, 1, letter[1:])
        log.add_sparkline(row, 9, {"range": "Tracker!E6:G6", "type": "column"})
    first = LOG_ROW + 1
    log.conditional_format(f"I{first}:I{LOG_LAST}", {"type": "data_bar", "data_bar_2010": True})
    log.conditional_format(
        f"A{first}:J{LOG_LAST}",
        {"type": "formula", "criteria": f'=$G{first}="void"', "format": formats["note"]},
    )
    states = {"validate": "list", "source": ["prepared", "printed", "mailed", "void"]}
    log.data_validation(f"G{first}:G{LOG_LAST}", states)
    log.freeze_panes(LOG_ROW, 0)


def _summary(book: Workbook, summary: Worksheet, formats: Mapping[str, Format]) -> None:
    first, last = FIRST_ROW, LAST_ROW
    summary.write_formula("A1", f"=SUM(Tracker!G{first}:G{last})", None, 60)
    summary.write_formula("A2", "=COUNTA(LetterLog[Reference])", None, 3)
    summary.write_formula("A3", "=SUM(Jan:Mar!B2)", None, 6)
    summary.write_formula("A4", "=AVERAGE(Rates)", formats["percent"], 0.9)
    summary.write_formula("A5", f'=COUNTIF(Tracker!$D${first}:$D${last},"7B")', None, 2)
    summary.write_formula("A6", f'=VLOOKUP("004711",Tracker!B{first}:H{last},7,FALSE)', None, 0.9)
    summary.write_formula("A7", "=SUMPRODUCT(--(Tracker!H:H<0.9))", None, 0)
    summary.write_formula("A8", f'=INDIRECT("Tracker!H{first}")', None, 0.9)
    chart = book.add_chart({"type": "column"})
    for column, color in (("F", "#1f5fa8"), ("G", "#b3541e")):
        chart.add_series(
            {
                "name": f"=Tracker!${column}${HEADER_ROW}",
                "categories": f"=Tracker!$C${first}:$C${last}",
                "values": f"=Tracker!${column}${first}:${column}${last}",
                "fill": {"color": color},
                "gradient": {"colors": [color, "#ffffff"]} if column == "F" else None,
                "data_labels": {"value": True, "font": {"bold": True, "color": color}},
                "trendline": {"type": "linear"},
                "points": [{"fill": {"color": "#777777"}}],
            }
        )
    chart.set_title({"name": "Sessions attended & missed", "overlay": True})
    summary.insert_chart("C3", chart, {"object_position": 2})
    scatter = book.add_chart({"type": "line"})
    scatter.add_series({"values": "='Letter log'!$I$4:$I$6", "marker": {"type": "diamond"}})
    summary.insert_chart("C20", scatter)


def _chart_sheet(book: Workbook) -> None:
    sheet = book.add_chartsheet("Year chart")
    chart = book.add_chart({"type": "doughnut"})
    chart.add_series({"values": f"=Tracker!$G${FIRST_ROW}:$G${LAST_ROW}"})
    sheet.set_chart(chart)


def _month(sheet: Worksheet, name: str) -> None:
    sheet.write_row("A1", ["Form", "Absences"])
    sheet.write_row("A2", ["7B", 2])
    sheet.write("A3", name)


def _lists(sheet: Worksheet) -> None:
    sheet.write_column("A1", ["What was done", "rang home", "visited", "wrote", "met"])
    sheet.very_hidden()


def _names(book: Workbook) -> None:
    first, last = FIRST_ROW, LAST_ROW
    book.define_name("Threshold", "=0.9")
    book.define_name("Rates", f"=Tracker!$H${first}:$H${last}")
    book.define_name("Tracker!Local_ids", f"=Tracker!$B${first}:$B${last}")
    book.define_name("'Letter log'!Rates", "='Letter log'!$I$4:$I$6")
    book.define_name("Moving", f"=OFFSET(Tracker!$B${first},0,0,COUNTA(Tracker!$B:$B)-1,1)")


def _crest() -> BytesIO:
    return BytesIO(_picture(6))


def _picture(shade: int) -> bytes:
    """A small PNG of one colour."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    size = 24
    rows = (b"\x00" + bytes((40 * shade % 256, 90, 160)) * size) * size
    head = struct.pack(">2I5B", size, size, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _vba_stub() -> bytes:
    """The head of a compound file and filling: what matters is that it stays as it is."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 16
